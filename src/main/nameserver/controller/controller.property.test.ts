/** Whatever brokers, connections, clocks, disks and administrators do, in whatever order: what fencing rests on holds. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BrokerSetDoc } from '../../meta/controllerMeta'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { addressOfBroker, BROKER_NAME, controllerWorld } from './controllerTestbed'

type World = ReturnType<typeof controllerWorld>

const id = fc.integer({ min: 1, max: 4 })
const ids = fc.uniqueArray(id, { maxLength: 4 })
const figures = fc.record({
  epoch: fc.integer({ min: -1, max: 6 }),
  maxOffset: fc.nat(3),
  electionPriority: fc.nat(2),
  heartbeatTimeoutMills: fc.constantFrom(500, 1000, 60_000)
})

interface Step {
  name: string
  run: (world: World) => unknown
}

const step = <T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (world: World, value: T) => unknown
): fc.Arbitrary<Step> =>
  arbitrary.map((value) => ({
    name: `${name} ${JSON.stringify(value)}`,
    run: (world) => run(world, value)
  }))

/** What its master believes, which may be old. */
const staleness = fc.record({ master: id, epochs: fc.constantFrom(0, 0, 0, 1), asked: ids })

const steps = fc.oneof(
  step('apply', id, (world, brokerId) => world.apply(brokerId)),
  step('register', id, (world, brokerId) => world.register(brokerId)),
  step('beat', fc.tuple(id, figures), (world, [brokerId, more]) => void world.beat(brokerId, more)),
  step('close', id, (world, brokerId) => void world.close(brokerId)),
  step('pass', fc.constantFrom(250, 750, 6000), (world, ms) => world.pass(ms)),
  step('elect', id, (world, brokerId) => world.elect(brokerId)),
  step('designate', id, (world, brokerId) => world.elect(brokerId, true)),
  step('elect anybody', fc.constant(-1), (world) => world.elect()),
  step('alter', staleness, (world, { master, epochs, asked }) => {
    const { masterBrokerId = master, masterEpoch = 0, syncStateSetEpoch = 0 } = world.state() ?? {}
    return world.alter(masterBrokerId, asked, {
      masterEpoch: masterEpoch - epochs,
      syncStateSetEpoch
    })
  }),
  step('clean', fc.tuple(id, fc.boolean()), (world, [brokerId, insists]) =>
    world.clean(String(brokerId), insists)
  ),
  step('break the disk', fc.constantFrom('written', 'not written'), (world, failure) => {
    world.stored.failure = failure
  }),
  step('kill', fc.constant(0), (world) => world.restart())
)

/** Some steps at a time, so that requests wait for each other; then all of them are over. */
const runs = fc.array(fc.array(steps, { minLength: 1, maxLength: 4 }), { maxLength: 40 })

const play = async (world: World, run: readonly (readonly Step[])[]): Promise<void> => {
  for (const together of run) {
    await Promise.allSettled(together.map(async ({ run: act }) => act(world)))
    await world.controller.settled()
  }
}

/** Neighbours in what was on disk of one broker set; a set that was cleaned whole begins anew. */
const changes = ({ stored }: World): [BrokerSetDoc, BrokerSetDoc][] =>
  stored.history.flatMap((after, index) => {
    const before = stored.history[index - 1]
    return after && before ? [[before, after] as [BrokerSetDoc, BrokerSetDoc]] : []
  })

const always = (
  judge: (world: World) => unknown,
  over: Parameters<typeof controllerWorld>[0] = {}
) =>
  fc.assert(
    fc.asyncProperty(runs, async (run) => {
      const world = controllerWorld(over)
      await play(world, run)
      await judge(world)
    }),
    { numRuns: 300 }
  )

test('no epoch has two masters, and epochs only rise', () =>
  always((world) => {
    for (const [before, after] of changes(world)) {
      expect(after.masterEpoch).toBeGreaterThanOrEqual(before.masterEpoch)
      expect(after.syncStateSetEpoch).toBeGreaterThanOrEqual(before.syncStateSetEpoch)
      if (after.masterBrokerId !== before.masterBrokerId)
        expect(after.masterEpoch).toBeGreaterThan(before.masterEpoch)
      if (String(after.syncStateSet) !== String(before.syncStateSet))
        expect(after.syncStateSetEpoch).toBe(before.syncStateSetEpoch + 1)
    }
  }))

test('who is elected was in sync; only the first master, or one nobody is left beside, was not', () =>
  always((world) => {
    for (const [before, { masterBrokerId, masterEpoch, syncStateSet }] of changes(world)) {
      if (masterBrokerId === undefined || masterEpoch === before.masterEpoch) continue
      if (before.syncStateSet.length > 0) expect(before.syncStateSet).toContain(masterBrokerId)
      expect(syncStateSet).toEqual([masterBrokerId])
    }
  }))

test('a master is in its own set, and everybody in it has an id', () =>
  always((world) => {
    for (const set of world.stored.history) {
      if (!set) continue
      const known = set.brokers.map(({ brokerId }) => brokerId)
      expect(known).toEqual(expect.arrayContaining([...set.syncStateSet]))
      expect(Math.max(...known)).toBeLessThan(set.nextAssignBrokerId)
      if (set.masterBrokerId !== undefined) expect(set.syncStateSet).toContain(set.masterBrokerId)
    }
  }))

test('what brokers are told was on disk before', () =>
  always(({ stored, told }) => {
    for (const { masterEpoch, masterBrokerId, syncStateSet, written } of told)
      expect(stored.history.slice(0, written)).toContainEqual(
        expect.objectContaining({ masterEpoch, masterBrokerId, syncStateSet })
      )
  }))

test('what a restart finds is what was known', () =>
  always((world) => {
    const known = world.state()
    world.restart()
    const read = world.state()
    const withoutLife = (info: typeof known) =>
      JSON.stringify(info, (key, value: unknown) => (key === 'alive' ? undefined : value))
    expect(withoutLife(read)).toBe(withoutLife(known))
  }))

test('when all are there and nothing fails, a set that ever had a master has one soon', () =>
  always(async (world) => {
    world.stored.failure = 'none'
    const brokers = world.stored.get(BROKER_NAME)?.brokers ?? []
    for (const { brokerId } of brokers)
      await world.beat(brokerId, { heartbeatTimeoutMills: 60_000 })
    await world.pass(7000)
    const set = world.stored.get(BROKER_NAME)
    if (!set || set.masterEpoch === 0) return
    if (set.syncStateSet.length === 0)
      expect((await world.elect(set.brokers[0]?.brokerId)).code).toBe(ResponseCode.SUCCESS)
    expect(world.state()?.masterBrokerId).toBeDefined()
  }))

test('with unclean elections, too, no epoch has two masters', () =>
  always(
    (world) => {
      for (const [before, after] of changes(world))
        if (after.masterBrokerId !== before.masterBrokerId)
          expect(after.masterEpoch).toBeGreaterThan(before.masterEpoch)
    },
    { enableElectUncleanMaster: true }
  ))

test('the addresses told are those registered last', () =>
  always((world) => {
    for (const { masterAddress, masterBrokerId } of world.told)
      expect(masterAddress).toBe(addressOfBroker(masterBrokerId!))
  }))
