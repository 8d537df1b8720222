import { describe, expect, test } from 'vitest'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { openPop } from './popRig'

const order = { order: true }

describe('in order', () => {
  test('a queue gives nothing more until all of a pop is acknowledged', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b', 'c'])
    const { messages, restNum } = await rig.pop({ ...order, maxMsgNums: 2 })
    expect(messages.map(({ body }) => body)).toEqual(['a', 'b'])
    expect(restNum).toBe(1)
    expect(messages[0]!.extraInfo.split(' ')[3]).toBe('999')
    expect(await rig.pop(order)).toMatchObject({ code: ResponseCode.POLLING_TIMEOUT, restNum: 0 })
    await rig.ack(messages[0]!)
    expect(rig.committed()).toBe(1)
    expect(await rig.bodies(order)).toEqual([])
    await rig.ack(messages[1]!)
    expect(rig.committed()).toBe(2)
    expect(await rig.bodies(order)).toEqual(['c'])
  })

  test('what is not acknowledged in time comes again from the first of it on, and is counted', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b', 'c', 'd'])
    const { messages } = await rig.pop({ ...order, maxMsgNums: 3, invisibleTime: 1000 })
    expect(messages.map(({ count }) => count)).toEqual([0, 0, 0])
    await rig.ack(messages[0]!, messages[2]!)
    await rig.advance(1000)
    const again = await rig.pop({ ...order, invisibleTime: 1000 })
    expect(again.messages.map(({ body, count }) => [body, count])).toEqual([
      ['b', 1],
      ['c', 1],
      ['d', 0]
    ])
    await rig.advance(1000)
    const third = await rig.pop(order)
    expect(third.messages.map(({ count }) => count)).toEqual([2, 2, 1])
    // Receipts of before are worth nothing, and do no harm.
    await rig.ack(...again.messages)
    expect(rig.committed()).toBe(1)
    await rig.ack(...third.messages)
    expect(rig.committed()).toBe(4)
  })

  test('a pop that is repeated with its attempt id gets the same again, counted once', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b'])
    const mine = { ...order, attemptId: 'one' }
    await rig.pop(mine)
    expect(await rig.bodies({ ...order, attemptId: 'two' })).toEqual([])
    const again = await rig.pop(mine)
    expect(again.messages.map(({ body, count }) => [body, count])).toEqual([
      ['a', 0],
      ['b', 0]
    ])
  })

  test('a changed time moves when the queue is free again; the receipt stays good', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b'])
    const [a, b] = (await rig.pop({ ...order, invisibleTime: 1000 })).messages
    await rig.ack(b!)
    await rig.advance(500)
    const changed = await rig.change(a!, 5000)
    expect(changed.extraInfo.split(' ').slice(1, 3)).toEqual([a!.extraInfo.split(' ')[1], '5500'])
    await rig.advance(4999)
    expect(await rig.bodies(order)).toEqual([])
    await rig.advance(1)
    const again = await rig.pop(order)
    expect(again.messages.map(({ body }) => body)).toEqual(['a', 'b'])
    await rig.ack(...again.messages)
    expect(rig.committed()).toBe(2)
  })

  test('who waits gets the queue with the ack that frees it, or with the end of its time', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b'])
    const first = await rig.pop({ ...order, maxMsgNums: 1 })
    const second = rig.pop({ ...order, maxMsgNums: 1, pollTime: 15_000, invisibleTime: 1000 })
    await rig.settle()
    await rig.ack(...first.messages)
    expect((await second).messages.map(({ body }) => body)).toEqual(['b'])
    const third = rig.pop({ ...order, pollTime: 15_000 })
    await rig.settle()
    await rig.advance(1000)
    expect((await third).messages.map(({ body, count }) => [body, count])).toEqual([['b', 1]])
  })

  test('another queue of the topic is not held up', async () => {
    const rig = await openPop({ T: 2 })
    for (const queueId of [0, 1]) await rig.send([`${queueId}`], { queueId })
    const first = await rig.pop({ ...order, queueId: 0 })
    expect(await rig.bodies(order)).toEqual(['1'])
    await rig.ack(...first.messages)
    expect(rig.committed('T', 0)).toBe(1)
  })

  test('an ack of what was not popped is illegal', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b'])
    const { messages } = await rig.pop({ ...order, maxMsgNums: 1 })
    const wrong = { ...rig.receipt(messages[0]!), offset: 1 }
    expect(await rig.codeOf(RequestCode.ACK_MESSAGE, wrong)).toBe(ResponseCode.MESSAGE_ILLEGAL)
    await rig.send(['c', 'd'])
    const [so, pt, it, rq] = messages[0]!.extraInfo.split(' ').map(Number)
    // Bits 1 and 2, neither of them popped.
    const acks = [{ c: 'G', t: 'T', r: '0', so, q: 0, rq, pt, it, b: 'Bg==' }]
    expect(await rig.codeOf(RequestCode.BATCH_ACK_MESSAGE, {}, { acks })).toBe(ResponseCode.MESSAGE_ILLEGAL) // prettier-ignore
  })

  test.each(['restart', 'kill'] as const)('a queue stays with its pop over a %s', async (how) => {
    const rig = await openPop()
    await rig.send(['a', 'b', 'c'])
    const { messages } = await rig.pop({ ...order, maxMsgNums: 2, invisibleTime: 10_000 })
    await rig.ack(messages[0]!)
    await rig[how]()
    expect(await rig.bodies(order)).toEqual([])
    await rig.ack(messages[1]!)
    expect(await rig.bodies({ ...order, invisibleTime: 10_000 })).toEqual(['c'])
    await rig[how]()
    await rig.advance(10_000)
    const again = await rig.pop(order)
    expect(again.messages.map(({ body, count }) => [body, count])).toEqual([['c', 1]])
  })

  test('goes on at once where the group is set to another offset', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b', 'c'])
    await rig.pop({ ...order, maxMsgNums: 1 })
    rig.offsets.commit('G', 'T', 0, 2)
    expect(await rig.bodies(order)).toEqual(['c'])
  })
})
