import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeDisk } from '../base/disk'
import { pour, ReplicaRig } from './replicaRig'
import { flipBit, message, numbers, putNumbers, readAll, StoreRig } from './storeRig'

const SEGMENT = 2048

describe('truncateTo', () => {
  let rig: ReplicaRig
  beforeEach(async () => {
    rig = new ReplicaRig({ config: { mappedFileSizeCommitLog: SEGMENT } })
    await rig.open()
  })
  afterEach(() => rig.dispose())

  /** Where a record, a batch or a segment ends, as the master's puts told. */
  const borders = async (): Promise<{ end: number; bodies: string[] }[]> => {
    const { store } = rig.master
    const ends: { end: number; bodies: string[] }[] = []
    const bodies: string[] = []
    for (let i = 0; i < 40; i++) {
      if (i % 7 === 3) {
        const batch = [`a-${i}x`, `a-${i}y`, `a-${i}z`]
        await store.putMessages(batch.map((body) => message('a', body)))
        bodies.push(...batch)
      } else {
        await store.putMessage(message('a', `a-${i}`, { properties: `KEYS\u0001k${i}\u0002` }))
        bodies.push(`a-${i}`)
      }
      ends.push({ end: store.replica.end, bodies: [...bodies] })
    }
    return ends
  }

  const expectEnds = async (end: number, bodies: readonly string[]): Promise<void> => {
    const { store } = rig.slave
    expect(store.replica.end).toBe(end)
    expect(await readAll(store, 'a')).toEqual(bodies)
    expect(store.getMaxOffsetInQueue('a', 0)).toBe(bodies.length)
  }

  test('at every border: log, queue and index end there, also after it was opened again, and it goes on', async () => {
    const ends = await borders()
    expect(rig.master.segments().length).toBeGreaterThan(2)
    for (const { end, bodies } of ends.toReversed()) {
      await rig.follow()
      expect(await rig.slave.store.replica.truncateTo(end)).toBe(end)
      await expectEnds(end, bodies)
      await rig.slave.crash()
      await expectEnds(end, bodies)
    }
    await rig.follow()
    expect(ReplicaRig.logFiles(rig.slave)).toEqual(ReplicaRig.logFiles(rig.master))
    await expectEnds(ends.at(-1)!.end, ends.at(-1)!.bodies)
  })

  test('anywhere else ends at the border before: no record and no batch is cut through', async () => {
    const ends = await borders()
    for (const [i, { end, bodies }] of [...ends.entries()].toReversed().slice(0, 12)) {
      await rig.follow()
      const next = ends[i + 1]?.end ?? end + 1
      for (const wanted of [next - 1, end + 1]) {
        const cut = await rig.slave.store.replica.truncateTo(wanted)
        // Behind a segment's header that is whole, there is a border too.
        expect([end, end + 32]).toContain(cut)
        expect(await readAll(rig.slave.store, 'a')).toEqual(bodies)
      }
    }
  })

  test('what was found by key is not any more, and other messages are once they came', async () => {
    await borders()
    await rig.follow()
    const find = async (key: string): Promise<number> => {
      const query = { topic: 'a', key, maxNum: 10, beginTimestamp: 0, endTimestamp: Infinity }
      return (await rig.slave.store.queryMessage(query)).messages.length
    }
    expect(await find('k37')).toBe(1)
    const end = await rig.slave.store.replica.truncateTo(rig.slave.store.replica.end - 500)
    expect(await find('k37')).toBe(0)
    expect(await find('k2')).toBe(1)
    expect(rig.slave.reports).toContainEqual({
      kind: 'truncated',
      physicalOffset: end,
      bytes: rig.master.store.replica.end - end
    })
  })

  test('to nothing: the next bytes may begin anywhere', async () => {
    await borders()
    await rig.follow()
    expect(await rig.slave.store.replica.truncateTo(0)).toBe(0)
    expect(rig.slave.segments()).toEqual([])
    await rig.slave.crash()
    expect(rig.slave.store.replica.end).toBe(0)
    await rig.follow()
    expect(ReplicaRig.logFiles(rig.slave)).toEqual(ReplicaRig.logFiles(rig.master))
  })

  test('a segment a snapshot shares stays as it was there', async () => {
    const ends = await borders()
    await rig.follow()
    const shared = rig.slave.segments()[0]!
    const snapshot = `${shared}.snapshot`
    nodeDisk.link(shared, snapshot)
    const before = nodeDisk.readFile(snapshot)
    const first = ends.findLast(({ end }) => end < before.length)!
    await rig.slave.store.replica.truncateTo(first.end)
    await rig.follow()
    expect(nodeDisk.readFile(snapshot).equals(before)).toBe(true)
    nodeDisk.remove(snapshot)
    expect(ReplicaRig.logFiles(rig.slave)).toEqual(ReplicaRig.logFiles(rig.master))
  })

  test('readers of old messages never see what was there before', async () => {
    const cold = { limits: { hotTailBytes: 1024, arenaChunkBytes: 1024 } }
    const other = new StoreRig({ config: { mappedFileSizeCommitLog: SEGMENT }, ...cold })
    const slave = new StoreRig({ config: { mappedFileSizeCommitLog: SEGMENT }, ...cold, role: 'SLAVE' }) // prettier-ignore
    await other.open()
    await slave.open()
    await putNumbers(other.store, 'a', 0, 60)
    const master = rig.master.store
    await putNumbers(master, 'a', 100, 160)
    slave.store.replica.restart(0)
    await pour(other.store, slave.store, 1000)
    expect(await readAll(slave.store, 'a')).toEqual(numbers('a', 0, 60))
    await slave.store.replica.truncateTo(0)
    slave.store.replica.restart(0)
    await pour(master, slave.store, 1000)
    expect(await readAll(slave.store, 'a')).toEqual(numbers('a', 100, 160))
    await slave.dispose()
    await other.dispose()
  })
})

describe('what is no record', () => {
  let rig: ReplicaRig
  beforeEach(async () => {
    rig = new ReplicaRig({ config: { mappedFileSizeCommitLog: SEGMENT } })
    await rig.open()
    await putNumbers(rig.master.store, 'a', 0, 60)
  })
  afterEach(() => rig.dispose())

  test('is refused where it begins; everything before is there, and it goes on when it is right', async () => {
    const log = nodeDisk.readFile(rig.master.segments()[0]!)
    const bad = Buffer.from(log)
    bad[1000] = bad[1000]! ^ 1
    const { replica } = rig.slave.store
    const outcome = replica.receive(bad)
    if (outcome.kind !== 'bad-record') throw new Error(outcome.kind)
    expect(outcome.physicalOffset).toBe(replica.end)
    expect(outcome.physicalOffset).toBeLessThan(1000)
    expect(outcome.physicalOffset).toBeGreaterThan(700)
    expect(await rig.follow()).toEqual({ kind: 'received' })
    expect(await readAll(rig.slave.store, 'a')).toEqual(numbers('a', 0, 60))
  })

  test.each([1, 100, 32 * 1024])(
    'and is so at the master too: it is kept as it is, told, and what is sound behind it is served (pieces of %i)',
    async (pieceBytes) => {
      flipBit(rig.master.segments()[0]!, 1000)
      // The hot tail still has it right.
      await rig.master.reopen()
      const outcome = await rig.follow(pieceBytes)
      if (outcome.kind !== 'bad-record') throw new Error(outcome.kind)
      rig.slave.store.replica.acceptDamageAt(outcome.physicalOffset)
      expect(await rig.follow(pieceBytes)).toEqual({ kind: 'received' })
      expect(ReplicaRig.logFiles(rig.slave)).toEqual(ReplicaRig.logFiles(rig.master))
      const bodies = await readAll(rig.slave.store, 'a')
      expect(bodies).toEqual(await readAll(rig.master.store, 'a'))
      expect(bodies).toHaveLength(59)
      expect(rig.slave.reports).toMatchObject([
        { kind: 'damage', physicalOffset: outcome.physicalOffset }
      ])
    }
  )

  test('a master that lost a part of a file sends zeros for it', async () => {
    const [first] = rig.master.segments()
    await rig.master.close()
    const file = nodeDisk.open(first!, 'r+')
    file.truncate(file.size() - 200)
    file.close()
    await rig.master.open()
    const outcome = await rig.follow()
    if (outcome.kind !== 'bad-record') throw new Error(outcome.kind)
    rig.slave.store.replica.acceptDamageAt(outcome.physicalOffset)
    expect(await rig.follow()).toEqual({ kind: 'received' })
    expect(await readAll(rig.slave.store, 'a')).toEqual(await readAll(rig.master.store, 'a'))
    expect(rig.slave.store.replica.end).toBe(rig.master.store.replica.end)
  })
})
