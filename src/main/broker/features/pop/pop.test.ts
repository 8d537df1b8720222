import { describe, expect, test } from 'vitest'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { heldOf, openPop } from './popRig'

const RETRY = '%RETRY%G_T'

describe('a popped message', () => {
  test('is not given again while it is invisible, and never once it is acknowledged', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b'])
    const { messages } = await rig.pop()
    expect(messages.map(({ body }) => body)).toEqual(['a', 'b'])
    expect(await rig.bodies()).toEqual([])
    await rig.ack(...messages)
    await rig.advance(120_000)
    expect(await rig.bodies()).toEqual([])
  })

  test('comes back when its time is over, a delivery older, with when it was popped first', async () => {
    const rig = await openPop()
    await rig.send(['a'], { tags: 'X' })
    const popTime = rig.clock.now()
    await rig.pop()
    await rig.advance(59_999)
    expect(await rig.bodies()).toEqual([])
    await rig.advance(1)
    const { messages } = await rig.pop()
    expect(messages).toMatchObject([
      { body: 'a', topic: RETRY, reconsumeTimes: 1, firstPopTime: String(popTime), offset: 0 }
    ])
    await rig.advance(60_000)
    const again = await rig.pop()
    expect(again.messages).toMatchObject([
      { body: 'a', topic: RETRY, reconsumeTimes: 2, firstPopTime: String(popTime), offset: 1 }
    ])
    await rig.ack(...again.messages)
    await rig.advance(60_000)
    expect(await rig.bodies()).toEqual([])
  })

  test('comes back under the name of its retry topic where the broker is told so', async () => {
    const rig = await openPop()
    rig.config.popResponseReturnActualRetryTopic = true
    await rig.send(['a'])
    await rig.pop({ invisibleTime: 1000 })
    await rig.advance(1000)
    const reply = await rig.popRaw()
    expect(reply.extFields).toMatchObject({ startOffsetInfo: '1 0 0', msgOffsetInfo: '1 0 0' })
    const [held] = heldOf(reply)
    expect(held).toMatchObject({ body: 'a', topic: RETRY })
    await rig.ack(held!)
    await rig.advance(60_000)
    expect(await rig.bodies()).toEqual([])
  })

  test('comes back sooner or later when its time is changed; its first receipt is worth nothing then', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b'])
    const [a, b] = (await rig.pop()).messages
    await rig.advance(10_000)
    const later = await rig.change(a!, 100_000)
    await rig.ack(a!)
    await rig.change(b!, 1000)
    await rig.advance(1000)
    expect(await rig.bodies()).toEqual(['b'])
    await rig.advance(98_999)
    expect(await rig.bodies()).toEqual(['b'])
    await rig.ack(later)
    await rig.advance(60_000)
    expect(await rig.bodies()).not.toContain('a')
  })

  test('that came back already is not brought back twice by a late change', async () => {
    const rig = await openPop()
    await rig.send(['a'])
    const [a] = (await rig.pop({ invisibleTime: 1000 })).messages
    await rig.advance(1000)
    await rig.change(a!, 5000)
    const [again] = (await rig.pop()).messages
    await rig.ack(again!)
    await rig.advance(100_000)
    expect(await rig.bodies()).toEqual([])
  })

  test('may be acknowledged with others in one request, by long and short names', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b', 'c', 'd'])
    const { messages } = await rig.pop({ invisibleTime: 1000 })
    const [so, pt, it, rq] = messages[0]!.extraInfo.split(' ').map(Number)
    const common = { consumerGroup: 'G', topic: 'T', retry: '0', queueId: 0 }
    const acks = [
      // Bits 0 and 2.
      { c: 'G', t: 'T', r: '0', so, q: 0, rq, pt, it, b: 'BQ==' },
      { ...common, startOffset: so, reviveQueueId: rq, popTime: pt, invisibleTime: it, bitSet: 'Ag==' } // prettier-ignore
    ]
    expect(await rig.codeOf(RequestCode.BATCH_ACK_MESSAGE, {}, { brokerName: 'b', acks })).toBe(0)
    await rig.advance(1000)
    expect(await rig.bodies()).toEqual(['d'])
  })
})

describe('the committed offset', () => {
  test('follows the lowest message that is neither acknowledged nor back', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b', 'c'])
    const [a, b, c] = (await rig.pop({ invisibleTime: 1000 })).messages
    expect(rig.committed()).toBe(0)
    await rig.ack(b!)
    expect(rig.committed()).toBe(0)
    await rig.ack(a!)
    expect(rig.committed()).toBe(2)
    await rig.advance(1000)
    await rig.flushed()
    expect(rig.committed()).toBe(3)
    await rig.ack(c!)
    expect(rig.committed()).toBe(3)
  })

  test('does not pass what came back before that is on disk', async () => {
    const rig = await openPop()
    await rig.send(['a'])
    await rig.pop({ invisibleTime: 100 })
    await rig.advance(100)
    expect(rig.committed()).toBe(0)
    expect(await rig.bodies({ invisibleTime: 600_000 })).toEqual(['a'])
    await rig.flushed()
    expect(rig.committed()).toBe(1)
  })

  test.each([
    ['goes back', 1, ['b', 'c', 'd']],
    ['skips', 3, ['d']]
  ])('that is set by somebody else %s, and pops with it', async (_name, to, expected) => {
    const rig = await openPop()
    await rig.send(['a', 'b', 'c', 'd'])
    const { messages } = await rig.pop({ maxMsgNums: 3, invisibleTime: 1000 })
    await rig.ack(messages[0]!, messages[1]!)
    expect(rig.committed()).toBe(2)
    rig.offsets.commit('G', 'T', 0, to)
    expect(await rig.bodies()).toEqual(expected)
    await rig.advance(1000)
    // What was skipped, or is given anew, does not come back besides.
    expect(await rig.bodies({ invisibleTime: 1 })).toEqual([])
    await rig.kill()
    expect(await rig.bodies()).toEqual([])
  })
})

test('a reset to where the group is pops anew what is in flight', async () => {
  const rig = await openPop()
  await rig.send(['a', 'b'])
  await rig.pop({ invisibleTime: 1000 })
  rig.offsets.assignResetOffset('G', 'T', 0, 0)
  expect(await rig.bodies()).toEqual(['a', 'b'])
  await rig.advance(1000)
  expect(await rig.bodies()).toEqual([])
})

describe('where a new group begins', () => {
  test.each([
    ['at the oldest', 0, ['a', 'b', 'c']],
    ['at the newest', 1, ['a', 'b', 'c']]
  ])('in a young queue: all of it, asked to begin %s', async (_name, initMode, expected) => {
    const rig = await openPop()
    await rig.send(['a', 'b', 'c'])
    expect(await rig.bodies({ initMode })).toEqual(expected)
  })
})

describe('several queues', () => {
  test('give to one pop until it has enough, each with its own receipts', async () => {
    const rig = await openPop({ T: 3 })
    for (const queueId of [0, 1, 2]) await rig.send([`${queueId}-a`, `${queueId}-b`], { queueId })
    const first = await rig.pop({ maxMsgNums: 5 })
    expect(first.messages).toHaveLength(5)
    expect(first.restNum).toBe(1)
    await rig.ack(...first.messages)
    const second = await rig.pop()
    expect(second).toMatchObject({ code: 0, restNum: 0 })
    const all = [...first.messages, ...second.messages].map(({ body }) => body)
    expect(all.sort()).toEqual(['0-a', '0-b', '1-a', '1-b', '2-a', '2-b'])
  })

  test('one of them may be named', async () => {
    const rig = await openPop({ T: 3 })
    for (const queueId of [0, 1, 2]) await rig.send([`${queueId}`], { queueId })
    expect(await rig.bodies({ queueId: 1 })).toEqual(['1'])
    expect(await rig.bodies({ queueId: 1 })).toEqual([])
  })

  test('pops at the same time share no message', async () => {
    const rig = await openPop({ T: 2 })
    for (const queueId of [0, 1])
      await rig.send(
        Array.from({ length: 40 }, (_, i) => `${queueId}-${i}`),
        { queueId }
      )
    const results = await Promise.all(Array.from({ length: 8 }, () => rig.pop({ maxMsgNums: 10 })))
    const bodies = results.flatMap(({ messages }) => messages.map(({ body }) => body))
    expect(bodies).toHaveLength(80)
    expect(new Set(bodies).size).toBe(80)
  })
})

describe('filters', () => {
  test.each([
    ['tags', { exp: 'A || C', expType: 'TAG' }],
    ['SQL92', { exp: "TAGS IN ('A', 'C')", expType: 'SQL92' }]
  ])('by %s pass over what is not wanted, which counts as consumed', async (_name, filter) => {
    const rig = await openPop()
    for (const tags of ['A', 'B', 'C', 'B']) await rig.send([tags], { tags })
    const { messages } = await rig.pop(filter)
    expect(messages.map(({ body }) => body)).toEqual(['A', 'C'])
    await rig.ack(...messages)
    expect(rig.committed()).toBe(4)
  })

  test('an expression that cannot be read is refused', async () => {
    const rig = await openPop()
    await expect(rig.pop({ exp: 'a = ', expType: 'SQL92' })).rejects.toMatchObject({
      code: ResponseCode.SUBSCRIPTION_PARSE_FAILED
    })
  })
})

describe('limits', () => {
  test('too much in flight stops a queue until something is acknowledged', async () => {
    const rig = await openPop()
    Object.assign(rig.config, { enablePopMessageThreshold: true, popInflightMessageThreshold: 2 })
    await rig.send(['a', 'b', 'c', 'd'])
    const { messages } = await rig.pop({ maxMsgNums: 3 })
    expect(await rig.pop()).toMatchObject({ code: ResponseCode.POLLING_TIMEOUT, messages: [] })
    const waiting = rig.pop({ pollTime: 15_000 })
    await rig.settle()
    await rig.ack(messages[0]!)
    expect((await waiting).messages.map(({ body }) => body)).toEqual(['d'])
  })

  test('of all groups together too', async () => {
    const rig = await openPop(undefined, { maxInFlight: 2 })
    await rig.send(['a', 'b', 'c'])
    const { messages } = await rig.pop({ maxMsgNums: 2 })
    expect(await rig.bodies()).toEqual([])
    expect(await rig.bodies({ consumerGroup: 'other' })).toEqual([])
    await rig.ack(...messages)
    expect(await rig.bodies()).toEqual(['c'])
  })

  test('what the store cannot keep is not popped', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b'])
    rig.refuse = ({ topic }) => topic.startsWith('rmq_sys_REVIVE_LOG')
    await expect(rig.pop()).rejects.toMatchObject({ code: ResponseCode.SYSTEM_ERROR })
    rig.refuse = () => false
    expect(await rig.bodies()).toEqual(['a', 'b'])
  })

  test('what the store does not take back is tried again', async () => {
    const rig = await openPop()
    await rig.send(['a'])
    await rig.pop({ invisibleTime: 100 })
    rig.refuse = ({ topic }) => topic === RETRY
    await rig.advance(100)
    expect(await rig.bodies()).toEqual([])
    rig.refuse = () => false
    await rig.advance(1000)
    expect(await rig.bodies()).toEqual(['a'])
  })
})

describe('refused', () => {
  const ask = { consumerGroup: 'G', topic: 'T', queueId: 0, maxMsgNums: 1, invisibleTime: 1, pollTime: 0, bornTime: 0, initMode: 0 } // prettier-ignore
  test.each([
    ['more than 32', { maxMsgNums: 33 }, ResponseCode.INVALID_PARAMETER],
    ['an unknown topic', { topic: 'nope' }, ResponseCode.TOPIC_NOT_EXIST],
    ['a queue the topic has not', { queueId: 1 }, ResponseCode.INVALID_PARAMETER],
    ['a group that may not', { consumerGroup: 'off' }, ResponseCode.NO_PERMISSION]
  ])('%s', async (_name, more, code) => {
    const rig = await openPop()
    expect(await rig.codeOf(RequestCode.POP_MESSAGE, { ...ask, ...more })).toBe(code)
  })

  test.each([
    ['an unknown topic', { topic: 'nope' }, ResponseCode.TOPIC_NOT_EXIST],
    ['a queue the topic has not', { queueId: 1 }, ResponseCode.MESSAGE_ILLEGAL],
    ['an offset beyond the queue', { offset: 5 }, ResponseCode.NO_MESSAGE],
    ['a receipt that is none', { extraInfo: 'x' }, ResponseCode.SYSTEM_ERROR]
  ])('receipts: %s', async (_name, more, code) => {
    const rig = await openPop()
    await rig.send(['a'])
    const ext = { ...rig.receipt((await rig.pop()).messages[0]!), invisibleTime: 1, ...more }
    expect(await rig.codeOf(RequestCode.ACK_MESSAGE, ext)).toBe(code)
    expect(await rig.codeOf(RequestCode.CHANGE_MESSAGE_INVISIBLETIME, ext)).toBe(code)
  })

  test('an ack of the next offset is taken, a change of its time is not', async () => {
    const rig = await openPop()
    await rig.send(['a'])
    const held = (await rig.pop()).messages[0]!
    const next = { ...rig.receipt(held), offset: 1, invisibleTime: 1 }
    expect(await rig.codeOf(RequestCode.ACK_MESSAGE, next)).toBe(ResponseCode.SUCCESS)
    expect(await rig.codeOf(RequestCode.CHANGE_MESSAGE_INVISIBLETIME, next)).toBe(ResponseCode.NO_MESSAGE) // prettier-ignore
  })

  test('an empty batch of acks', async () => {
    const rig = await openPop()
    expect(await rig.codeOf(RequestCode.BATCH_ACK_MESSAGE, {}, { acks: [] })).toBe(ResponseCode.NO_MESSAGE) // prettier-ignore
  })
})
