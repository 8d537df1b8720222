import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { decodeMessage } from '../../../protocol/message/messageCodec'
import { getProperty, parseProperties } from '../../../protocol/message/properties'
import { MessageSysFlag } from '../../../protocol/message/sysFlag'
import { message } from '../../../store/storeRig'
import { at, bodies, cancel, opened, timed } from './timerRig'

const WHEEL = 'rmq_sys_wheel_timer'

describe('parking', () => {
  test.each([
    ['seconds', { TIMER_DELAY_SEC: 2, TIMER_DELAY_MS: 9, TIMER_DELIVER_MS: 9 }, 2000],
    ['milliseconds', { TIMER_DELAY_MS: 1234, TIMER_DELIVER_MS: 9 }, 1234],
    ['a time', { TIMER_DELIVER_MS: 1_700_000_005_678 }, 5678]
  ])('%s, in this order of precedence', async (_name, properties, ms) => {
    const rig = await opened()
    const start = rig.clock.now()
    await rig.put(timed('x', properties))
    const [entry] = rig.store.getConsumeQueueEntries(WHEEL, 0, 0, 1)
    const parked = decodeMessage(rig.store.lookMessageByOffset(entry!.physicalOffset)!)
    const names = Object.fromEntries(parseProperties(parked.properties))
    const slot = Math.ceil((start + ms) / 1000) * 1000 - 1000
    expect(names).toMatchObject({ TIMER_OUT_MS: String(slot), REAL_TOPIC: 'T', REAL_QID: '3' })
    await rig.advance(ms - 1)
    expect(await bodies(rig)).toEqual([])
    await rig.advance(1)
    expect(await bodies(rig)).toEqual(['x'])
  })

  test('what is due already, a half message and one that was delivered are not parked', async () => {
    const rig = await opened()
    for (const given of [
      timed('x', { TIMER_DELAY_SEC: 0 }),
      timed('x', at(rig, 0)),
      timed('x', { TIMER_OUT_MS: 1, TIMER_DELAY_SEC: 9 }),
      { ...timed('x', { TIMER_DELAY_SEC: 9 }), sysFlag: MessageSysFlag.TRANSACTION_PREPARED_TYPE }
    ])
      expect(rig.feature!.beforePut!(given)).toBe(given)
  })

  test.each([
    [
      'no number',
      { TIMER_DELAY_SEC: 'soon' },
      ResponseCode.MESSAGE_ILLEGAL,
      /TIMER_DELAY_SEC=soon/
    ],
    [
      'beyond timerMaxDelaySec',
      { TIMER_DELAY_SEC: 259_201 },
      ResponseCode.MESSAGE_ILLEGAL,
      /max delay 259200000ms/
    ],
    [
      'cancelling what is due',
      { TIMER_DEL_UNIQKEY: 'T+x', TIMER_DELIVER_MS: 1 },
      ResponseCode.MESSAGE_ILLEGAL,
      /cancels what is already due/
    ]
  ])('%s is refused', async (_name, properties, code, remark) => {
    const rig = await opened()
    const put = () => rig.feature!.beforePut!(timed('x', properties))
    expect(put).toThrow(remark)
    expect(put).toThrow(expect.objectContaining({ code }))
  })

  test('timers are refused when they are switched off, and beyond the limit', async () => {
    const off = await opened({ timerWheelEnable: 'false' })
    expect(() => off.feature!.beforePut!(timed('x', { TIMER_DELAY_SEC: 1 }))).toThrow(/timerWheelEnable is false/) // prettier-ignore
    const rig = await opened({ gantryTimerMaxPending: '2' })
    for (const body of ['a', 'b']) await rig.put(timed(body, { TIMER_DELAY_SEC: 1 }))
    await rig.settle()
    expect(() => rig.feature!.beforePut!(timed('c', { TIMER_DELAY_SEC: 1 }))).toThrow(/flow control, max num limit is 2/) // prettier-ignore
    await rig.advance(1000)
    await rig.put(timed('c', { TIMER_DELAY_SEC: 1 }))
    expect(await bodies(rig)).toEqual(['a', 'b'])
  })
})

describe('delivery', () => {
  test('says when the message was parked and when it was taken out, and keeps the rest', async () => {
    const rig = await opened()
    const start = rig.clock.now()
    rig.clock.advance(250)
    await rig.put(timed('x', { TAGS: 'A', TIMER_DELAY_MS: 3000 }))
    await rig.advance(3000)
    const [got] = await rig.delivered('T', 3)
    expect(Object.fromEntries(parseProperties(got!.message.properties))).toMatchObject({
      TAGS: 'A',
      TIMER_DELAY_MS: '3000',
      TIMER_OUT_MS: String(start + 3000),
      TIMER_ENQUEUE_MS: String(start),
      TIMER_DEQUEUE_MS: String(start + 3250),
      REAL_TOPIC: 'T'
    })
    expect(got!.at).toBe(start + 3250)
  })

  test('comes by time, at the same time in the order of sending', async () => {
    const rig = await opened()
    const start = rig.clock.now()
    for (const [body, ms] of [['c', 5000], ['a', 1500], ['b1', 2500], ['b2', 2500]] as const) await rig.put(timed(body, { TIMER_DELIVER_MS: start + ms })) // prettier-ignore
    await rig.advance(1500)
    expect(await bodies(rig)).toEqual(['a'])
    await rig.advance(10_000)
    expect(await bodies(rig)).toEqual(['a', 'b1', 'b2', 'c'])
  })

  test('what the store refuses comes once it takes it, once', async () => {
    const rig = await opened()
    for (const body of ['a', 'b', 'c']) await rig.put(timed(body, { TIMER_DELAY_SEC: 1 }))
    rig.refuse = ({ body }) => body.toString() === 'b'
    await rig.advance(1000)
    expect(await bodies(rig)).toEqual(['a', 'c'])
    rig.refuse = () => false
    await rig.advance(1000)
    expect(await bodies(rig)).toEqual(['a', 'c', 'b'])
    await rig.advance(60_000)
    expect(await bodies(rig)).toHaveLength(3)
  })

  test('what a client sends to the topic of timers itself is given up and holds nothing up', async () => {
    const rig = await opened()
    await rig.put(message(WHEEL, 'junk', { tagsCode: -77 }))
    await rig.put(timed('x', { TIMER_DELAY_SEC: 1 }))
    await rig.advance(1000)
    expect(await bodies(rig)).toEqual(['x'])
    expect(rig.feature!.runtimeInfo!()).toMatchObject({ timerCongestNum: '0' })
  })
})

describe('cancelling', () => {
  test('takes the message with that id in that slot, and no other', async () => {
    const rig = await opened()
    const start = rig.clock.now()
    for (const body of ['a', 'b']) await rig.put(timed(body, { TIMER_DELIVER_MS: start + 5500 }))
    await rig.put(timed('a', { TIMER_DELIVER_MS: start + 8000 }))
    await rig.put(timed('a', { TIMER_DELIVER_MS: start + 5500 }, 'Other'))
    await rig.put(cancel('a', start + 5001))
    await rig.advance(5500)
    expect(await bodies(rig)).toEqual(['b'])
    expect(await bodies(rig, 'Other')).toEqual(['a'])
    await rig.advance(3000)
    expect(await bodies(rig)).toEqual(['b', 'a'])
    expect(await rig.delivered('T', 0)).toEqual([])
  })

  test('holds across a restart and a kill', async () => {
    const rig = await opened()
    const start = rig.clock.now()
    for (const body of ['a', 'b']) await rig.put(timed(body, { TIMER_DELIVER_MS: start + 5900 }))
    await rig.put(cancel('a', start + 5001))
    await rig.restart()
    // Within the slot: the cancelling record was read, the message is not yet due.
    await rig.advance(5500)
    await rig.restart()
    await rig.kill()
    await rig.advance(5000)
    expect(await bodies(rig)).toEqual(['b'])
  })
})

describe('restarts', () => {
  test('a checkpoint says which wait, so that none comes twice', async () => {
    const rig = await opened()
    await rig.put(timed('far', { TIMER_DELAY_SEC: 100 }))
    for (let i = 0; i < 20; i++) await rig.put(timed(`m${i}`, { TIMER_DELAY_SEC: 1 + (i % 5) }))
    await rig.advance(3000)
    const before = await bodies(rig)
    expect(before).toHaveLength(12)
    await rig.restart()
    expect(rig.feature!.runtimeInfo!()).toMatchObject({ timerCongestNum: '9' })
    await rig.advance(200_000)
    const after = await bodies(rig)
    expect(after).toHaveLength(21)
    expect(new Set(after).size).toBe(21)
  })

  test('timers parked after the last checkpoint are found after a kill', async () => {
    const rig = await opened()
    await rig.put(timed('a', { TIMER_DELAY_SEC: 1 }))
    await rig.advance(1000)
    await rig.restart()
    await rig.put(timed('b', { TIMER_DELAY_SEC: 5 }))
    await rig.settle()
    await rig.kill()
    await rig.advance(5000)
    expect(await bodies(rig)).toEqual(['a', 'b'])
  })
})

test('a message that waits long is parked anew before its record is old, and comes once', async () => {
  const rig = await opened({ timerRollWindowSlot: '100' })
  const start = rig.clock.now()
  await rig.put(timed('x', { TIMER_DELIVER_MS: start + 250_500 }))
  await rig.put(timed('y', { TIMER_DELIVER_MS: start + 250_500 }))
  await rig.put(cancel('y', start + 250_001))
  for (let i = 0; i < 24; i++) await rig.advance(10_000)
  expect(rig.store.getMaxOffsetInQueue(WHEEL, 0)).toBe(9)
  await rig.restart()
  await rig.advance(10_499)
  expect(await bodies(rig)).toEqual([])
  await rig.advance(1)
  const [got, ...more] = await rig.delivered('T', 3)
  expect(more).toEqual([])
  expect(got!.body).toBe('x')
  expect(getProperty(got!.message.properties, 'TIMER_ROLL_TIMES')).toBe('2')
  expect(got!.at).toBe(start + 250_500)
})

test('what is deleted before its time is told, and holds nothing up', async () => {
  const rig = await opened()
  for (const body of ['a', 'b']) await rig.put(timed(body, { TIMER_DELAY_SEC: 10 }))
  await rig.put(timed('c', { TIMER_DELAY_SEC: 11 }))
  const min = rig.store.getMinOffsetInQueue.bind(rig.store)
  const entries = rig.store.getConsumeQueueEntries.bind(rig.store)
  // As when retention took the records of the first two.
  rig.store.getMinOffsetInQueue = (topic, queueId) => (topic === WHEEL ? 2 : min(topic, queueId))
  rig.store.getConsumeQueueEntries = (topic, queueId, index, count) =>
    topic === WHEEL && index < 2 ? [] : entries(topic, queueId, index, count)
  await rig.advance(11_000)
  expect(await bodies(rig)).toEqual(['c'])
  const counts = rig.reports.map((report) => report.kind === 'delayed-lost' && report.count)
  expect(counts).toEqual([1, 1])
})

test('a hundred thousand that wait run one timer a minute, and are read back from their queue', async () => {
  const rig = await opened()
  const start = rig.clock.now()
  const far = timed('x', { TIMER_DELIVER_MS: start + 200_000_000 })
  const parked = rig.feature!.beforePut!(far)
  await Promise.all(Array.from({ length: 100_000 }, () => rig.store.putMessage(parked)))
  await rig.advance(500)
  await rig.flushed()
  await rig.restart()
  expect(rig.feature!.runtimeInfo!()).toMatchObject({ timerCongestNum: '100000' })
  await rig.advance(2000)
  const after = rig.clock.after.bind(rig.clock)
  let callbacks = 0
  rig.clock.after = (delayMs, callback) => after(delayMs, () => (callbacks++, callback()))
  await rig.advance(3_600_000)
  expect(callbacks).toBeLessThanOrEqual(61)
}, 120_000)

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), ms: fc.integer({ min: 1, max: 20_000 }) }) }, // prettier-ignore
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 8000 }) }) }, // prettier-ignore
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const), ms: fc.integer({ min: 0, max: 3000 }) }) } // prettier-ignore
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const live = async (steps: readonly Step[], kills: readonly number[]) => {
  // Short enough that timers are parked anew too.
  const rig = await opened({ timerRollWindowSlot: '6' })
  const sent: { body: string; due: number; isCancelled: boolean }[] = []
  for (const [i, given] of steps.entries()) {
    if (given.kind === 'put') {
      const due = rig.clock.now() + given.ms
      const body = `m${sent.length}`
      await rig.put(timed(body, { TIMER_DELIVER_MS: due }))
      sent.push({ body, due, isCancelled: false })
    } else if (given.kind === 'cancel') {
      const one = sent[given.pick % Math.max(1, sent.length)]
      if (!one || one.due <= rig.clock.now()) continue
      await rig.put(cancel(one.body, one.due))
      one.isCancelled = true
    } else if (given.kind === 'restart') await rig.restart()
    else if (given.kind === 'refuse') {
      rig.refuse = () => true
      await rig.advance(given.ms)
      rig.refuse = () => false
    } else if (kills.includes(i)) {
      rig.clock.advance(given.ms)
      for (let turn = 0; turn < i % 5; turn++) await Promise.resolve()
      await rig.kill()
    } else await rig.advance(given.ms)
  }
  for (let i = 0; i < 10; i++) await rig.advance(10_000)
  const got = await rig.delivered('T', 3)
  await rig.dispose()
  const wanted = sent.filter(({ isCancelled }) => !isCancelled)
  return { sent, wanted, got }
}

describe('whatever happens', () => {
  test(
    'without kills each message comes once, never early, and none that was cancelled',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const { sent, wanted, got } = await live(steps, [])
          expect(got.map(({ body }) => body).sort()).toEqual(wanted.map(({ body }) => body).sort())
          for (const { body, at: stored } of got)
            expect(stored).toBeGreaterThanOrEqual(sent.find((one) => one.body === body)!.due)
        }),
        { numRuns: 40 }
      ),
    120_000
  )

  test(
    'with kills at any moment each message comes at least once, never early, and none that was cancelled',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 30 }),
          fc.array(fc.nat({ max: 30 }), { maxLength: 6 }),
          async (steps, kills) => {
            const { sent, wanted, got } = await live(steps, kills)
            expect(new Set(got.map(({ body }) => body))).toEqual(new Set(wanted.map(({ body }) => body))) // prettier-ignore
            for (const { body, at: stored } of got)
              expect(stored).toBeGreaterThanOrEqual(sent.find((one) => one.body === body)!.due)
          }
        ),
        { numRuns: 40 }
      ),
    120_000
  )
})
