import { afterEach, describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { formatProperties } from '../../../protocol/message/properties'
import { decodeMessage } from '../../../protocol/message/messageCodec'
import { MessageSysFlag } from '../../../protocol/message/sysFlag'
import { javaHashCode } from '../../../protocol/message/tagsCode'
import { message, type RigOptions } from '../../../store/storeRig'
import { LiveBrokerConfig } from '../../brokerConfig'
import { ParkingRig } from '../parkingRig'
import { scheduleMessage } from './scheduleMessage'

const LADDER = '1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h'
const SCHEDULE = 'SCHEDULE_TOPIC_XXXX'

const rigs: ParkingRig[] = []
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.dispose()
})

/** `table` is read at each start, as a property is. */
const opened = async (
  table: { levels: string } = { levels: LADDER },
  options: RigOptions = {}
): Promise<ParkingRig> => {
  const rig = new ParkingRig((parts) => {
    const { config } = new LiveBrokerConfig({ messageDelayLevel: table.levels })
    return scheduleMessage({ ...parts, config })
  }, options)
  rigs.push(rig)
  await rig.open()
  return rig
}

const delayed = (body: string, level: number | string, topic = 'T') =>
  message(topic, body, {
    queueId: 3,
    properties: formatProperties([
      ['TAGS', 'A'],
      ['DELAY', String(level)],
      ['UNIQ_KEY', body]
    ]),
    tagsCode: javaHashCode('A')
  })

const bodies = async (rig: ParkingRig, topic = 'T') =>
  (await rig.delivered(topic, 3)).map(({ body }) => body)

describe('parking', () => {
  test('a delayed message waits in the queue of its level, with where it belongs and when', async () => {
    const rig = await opened()
    await rig.put(delayed('x', 3))
    const [entry] = rig.store.getConsumeQueueEntries(SCHEDULE, 2, 0, 1)
    expect(entry!.tagsCode).toBe(rig.clock.now() + 10_000)
    const parked = decodeMessage(rig.store.lookMessageByOffset(entry!.physicalOffset)!)
    expect(parked.properties).toBe(
      formatProperties([
        ['TAGS', 'A'],
        ['DELAY', '3'],
        ['UNIQ_KEY', 'x'],
        ['REAL_TOPIC', 'T'],
        ['REAL_QID', '3']
      ])
    )
    expect(rig.store.getMaxOffsetInQueue('T', 3)).toBe(0)
  })

  test.each([
    ['beyond the last level', 99, 18],
    ['the last level', 18, 18]
  ])('%s', async (_name, asked, level) => {
    const rig = await opened()
    await rig.put(delayed('x', asked))
    expect(rig.store.getMaxOffsetInQueue(SCHEDULE, level - 1)).toBe(1)
  })

  test.each([
    ['level 0', delayed('x', 0)],
    ['a negative level', delayed('x', -1)],
    ['a half message', { ...delayed('x', 3), sysFlag: MessageSysFlag.TRANSACTION_PREPARED_TYPE }],
    ['a half message where it waits', delayed('x', 3, 'RMQ_SYS_TRANS_HALF_TOPIC')],
    ['a property that only ends so', message('T', 'x', { properties: 'XDELAY\u00013\u0002' })]
  ])('%s is not parked', async (_name, given) => {
    const rig = await opened()
    expect(rig.feature!.beforePut!(given)).toBe(given)
  })

  test('a level that is no number is refused', async () => {
    const rig = await opened()
    expect(() => rig.feature!.beforePut!(delayed('x', 'soon'))).toThrow(
      /DELAY=soon: a delay level is a whole number from 1 to 18/
    )
  })

  test('a delay level wins over a timer', async () => {
    const rig = await opened()
    const properties = `${delayed('x', 1).properties}TIMER_DELAY_SEC\u00019\u0002`
    const parked = rig.feature!.beforePut!({ ...delayed('x', 1), properties })
    expect(parked.topic).toBe(SCHEDULE)
    expect(parked.properties).not.toContain('TIMER_DELAY_SEC')
  })
})

describe('delivery', () => {
  test('comes when the delay is over and not a millisecond before', async () => {
    const rig = await opened()
    await rig.put(delayed('x', 1))
    await rig.advance(999)
    expect(await bodies(rig)).toEqual([])
    await rig.advance(1)
    const [got] = await rig.delivered('T', 3)
    expect(got!.message).toMatchObject({ topic: 'T', queueId: 3, reconsumeTimes: 0 })
    expect(got!.message.properties).toContain('REAL_TOPIC\u0001T\u0002')
    const [entry] = rig.store.getConsumeQueueEntries('T', 3, 0, 1)
    expect(entry!.tagsCode).toBe(javaHashCode('A'))
  })

  test('the whole ladder of eighteen levels arrives in its order, each at its time', async () => {
    const rig = await opened()
    const start = rig.clock.now()
    for (let level = 18; level >= 1; level--) await rig.put(delayed(`level ${level}`, level))
    const delays = [1, 5, 10, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1200, 1800, 3600, 7200] // prettier-ignore
    for (const seconds of delays) await rig.advance(start + seconds * 1000 - rig.clock.now())
    const got = await rig.delivered('T', 3)
    expect(got.map(({ body }) => body)).toEqual(delays.map((_, i) => `level ${i + 1}`))
    expect(got.map(({ at }) => (at - start) / 1000)).toEqual(delays)
  })

  test('a burst is delivered whole and in order', async () => {
    const rig = await opened()
    const sent = Array.from({ length: 500 }, (_, i) => `m${i}`)
    await Promise.all(sent.map((body) => rig.put(delayed(body, 1))))
    await rig.advance(1000)
    expect(await bodies(rig)).toEqual(sent)
  })

  test('what the store refuses is tried again: nothing is lost, nothing comes twice', async () => {
    const rig = await opened()
    for (const body of ['a', 'b', 'c']) await rig.put(delayed(body, 1))
    rig.refuse = ({ body }) => body.toString() === 'b'
    await rig.advance(1000)
    expect(await bodies(rig)).toEqual(['a', 'c'])
    rig.refuse = () => false
    await rig.advance(1000)
    expect(await bodies(rig)).toEqual(['a', 'c', 'b'])
    await rig.advance(60_000)
    expect(await bodies(rig)).toHaveLength(3)
  })

  test('a message of a deleted topic does not hold up the others', async () => {
    const rig = await opened()
    await rig.put(delayed('x', 1, 'Gone'))
    await rig.put(delayed('y', 1))
    rig.gone.add('Gone')
    await rig.advance(1000)
    expect(await bodies(rig)).toEqual(['y'])
    expect(await bodies(rig, 'Gone')).toEqual([])
  })

  test('nothing comes early when the wall clock is set back', async () => {
    const rig = await opened()
    await rig.put(delayed('x', 2))
    rig.clock.advance(4_000)
    // As a clock set back by an hour: the time of storing never goes back.
    rig.clock.advance(-3_600_000)
    await rig.put(delayed('y', 1))
    await rig.advance(2_000)
    expect(await bodies(rig)).toEqual([])
    await rig.advance(3_600_000)
    expect((await bodies(rig)).sort()).toEqual(['x', 'y'])
  })
})

describe('restarts', () => {
  test('what waits is delivered after a restart and after a kill, what was delivered is not', async () => {
    const rig = await opened()
    await rig.put(delayed('x', 1))
    await rig.put(delayed('y', 4))
    await rig.advance(1000)
    await rig.restart()
    await rig.advance(1000)
    expect(await bodies(rig)).toEqual(['x'])
    await rig.kill()
    await rig.advance(30_000)
    expect(await bodies(rig)).toEqual(['x', 'y'])
  })

  test('progress is kept within a second and once the log is flushed, so that a kill repeats only what is newer', async () => {
    const rig = await opened()
    await rig.put(delayed('x', 1))
    await rig.advance(1000)
    await rig.advance(500)
    await rig.flushed()
    await rig.advance(500)
    await rig.kill()
    await rig.advance(1000)
    expect(await bodies(rig)).toEqual(['x'])
  })

  test('what a shorter table finds waits no longer than a message sent now, and holds none up', async () => {
    const table = { levels: '1h' }
    const rig = await opened(table)
    await rig.put(delayed('old', 1))
    table.levels = '5s'
    await rig.restart()
    await rig.put(delayed('new', 1))
    await rig.advance(4_999)
    expect(await bodies(rig)).toEqual([])
    await rig.advance(1)
    expect(await bodies(rig)).toEqual(['old', 'new'])
  })

  test('a longer table changes nothing for what waits', async () => {
    const table = { levels: '5s' }
    const rig = await opened(table)
    await rig.put(delayed('x', 1))
    table.levels = '1h'
    await rig.restart()
    await rig.advance(5000)
    expect(await bodies(rig)).toEqual(['x'])
  })

  test('a level that the table has no more delivers what waits in it', async () => {
    const table = { levels: '1s 5s' }
    const rig = await opened(table)
    await rig.put(delayed('x', 2))
    table.levels = '1s'
    await rig.restart()
    await rig.advance(5000)
    expect(await bodies(rig)).toEqual(['x'])
  })
})

test('runtime info and delay offsets name delivered and parked, of levels in use', async () => {
  const rig = await opened()
  for (const body of ['x', 'y']) await rig.put(delayed(body, 1))
  await rig.put(delayed('z', 18))
  await rig.advance(1000)
  expect(rig.feature!.runtimeInfo!()).toEqual({
    scheduleMessageOffset_1: '2,2',
    scheduleMessageOffset_18: '0,1'
  })
})

test('while messages wait, one timer per level is all that runs', async () => {
  const rig = await opened()
  await Promise.all(Array.from({ length: 5000 }, (_, i) => rig.put(delayed(`m${i}`, 18))))
  await rig.advance(500)
  await rig.flushed()
  await rig.advance(1000)
  const after = rig.clock.after.bind(rig.clock)
  let callbacks = 0
  rig.clock.after = (delayMs, callback) => after(delayMs, () => (callbacks++, callback()))
  await rig.advance(3_600_000)
  // Once a minute, to notice a clock that was set.
  expect(callbacks).toBeLessThanOrEqual(61)
})

/** Steps of a life: send, let time pass, stop or be killed, and a store that refuses for a while. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), level: fc.integer({ min: 1, max: 4 }) }) }, // prettier-ignore
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 12_000 }) }) }, // prettier-ignore
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const), ms: fc.integer({ min: 0, max: 3000 }) }) } // prettier-ignore
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const live = async (steps: readonly Step[], kills: readonly number[]) => {
  const rig = await opened({ levels: '1s 5s 10s 30s' })
  const delays = [1000, 5000, 10_000, 30_000]
  const sent: { body: string; level: number; due: number }[] = []
  let number = 0
  for (const [i, given] of steps.entries()) {
    if (given.kind === 'put') {
      const body = `m${number++}`
      await rig.put(delayed(body, given.level))
      sent.push({ body, level: given.level, due: rig.clock.now() + delays[given.level - 1]! })
    } else if (given.kind === 'restart') await rig.restart()
    else if (given.kind === 'refuse') {
      rig.refuse = () => true
      await rig.advance(given.ms)
      rig.refuse = () => false
    } else if (kills.includes(i)) {
      // At whatever it is doing: the clock moved, and only some turns of what follows ran.
      rig.clock.advance(given.ms)
      for (let turn = 0; turn < i % 5; turn++) await Promise.resolve()
      await rig.kill()
    } else await rig.advance(given.ms)
  }
  await rig.advance(60_000)
  const got = await rig.delivered('T', 3)
  await rig.dispose()
  return { sent, got }
}

describe('whatever happens', () => {
  test(
    'without kills each message comes once, never early, and each level in its order',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const { sent, got } = await live(steps, [])
          expect(got.map(({ body }) => body).sort()).toEqual(sent.map(({ body }) => body).sort())
          for (const { body, at } of got)
            expect(at).toBeGreaterThanOrEqual(sent.find((one) => one.body === body)!.due)
          for (const level of [1, 2, 3, 4]) {
            const ofLevel = sent.filter((one) => one.level === level).map(({ body }) => body)
            expect(got.map(({ body }) => body).filter((body) => ofLevel.includes(body))).toEqual(ofLevel) // prettier-ignore
          }
        }),
        { numRuns: 30 }
      ),
    120_000
  )

  test(
    'with kills at any moment each message comes at least once, never early',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 30 }),
          fc.array(fc.nat({ max: 30 }), { maxLength: 6 }),
          async (steps, kills) => {
            const { sent, got } = await live(steps, kills)
            expect(new Set(got.map(({ body }) => body))).toEqual(new Set(sent.map(({ body }) => body))) // prettier-ignore
            for (const { body, at } of got)
              expect(at).toBeGreaterThanOrEqual(sent.find((one) => one.body === body)!.due)
          }
        ),
        { numRuns: 30 }
      ),
    120_000
  )
})
