import { describe, expect, test } from 'vitest'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { POP_POLLING_SIZE } from './popLongPollingService'
import { openPop, type PopRig, type PopResult } from './popRig'

const waiting = { pollTime: 15_000 }
const bodiesOf = ({ messages }: PopResult): string[] => messages.map(({ body }) => body)

const notification = (rig: PopRig, more: Record<string, string | number | boolean> = {}) =>
  rig.ask(RequestCode.NOTIFICATION, {
    ...{ consumerGroup: 'G', topic: 'T', queueId: -1, pollTime: 0, bornTime: 0, ...more }
  })

describe('a pop that finds nothing', () => {
  test.each([-1, 1])('waits for a message of queue %i', async (queueId) => {
    const rig = await openPop({ T: 2 })
    const popping = rig.pop({ ...waiting, queueId })
    await rig.settle()
    await rig.send(['a'], { queueId: 1 })
    expect(bodiesOf(await popping)).toEqual(['a'])
  })

  test('is answered when its time is over, and keeps nothing that comes later', async () => {
    const rig = await openPop()
    const popping = rig.pop(waiting)
    await rig.settle()
    await rig.advance(15_000)
    expect(await popping).toMatchObject({ code: ResponseCode.POLLING_TIMEOUT, restNum: 0 })
    await rig.send(['a'])
    expect(await rig.bodies()).toEqual(['a'])
  })

  test('waits on while only messages come that it does not want', async () => {
    const rig = await openPop()
    const popping = rig.pop({ ...waiting, exp: 'A', expType: 'TAG' })
    await rig.settle()
    await rig.send(['b'], { tags: 'B' })
    await rig.settle()
    await rig.send(['a'], { tags: 'A' })
    expect(bodiesOf(await popping)).toEqual(['a'])
  })

  test('gets what comes back', async () => {
    const rig = await openPop()
    await rig.send(['a'])
    await rig.pop({ invisibleTime: 5000 })
    const popping = rig.pop(waiting)
    await rig.settle()
    await rig.advance(5000)
    expect(bodiesOf(await popping)).toEqual(['a'])
  })

  test('takes all that is written together; others wait on, until there is more than it takes', async () => {
    const rig = await openPop()
    const popping = [rig.pop({ ...waiting, maxMsgNums: 2 }), rig.pop({ ...waiting, maxMsgNums: 2 })]
    await rig.settle()
    await Promise.all(['a', 'b', 'c'].map((body) => rig.send([body])))
    const results = (await Promise.all(popping)).map(bodiesOf)
    expect(results.sort()).toEqual([['a', 'b'], ['c']])
  })

  test('of a client that is gone keeps nothing from another', async () => {
    const rig = await openPop()
    void rig.pop(waiting)
    await rig.settle()
    rig.connection.isOpen = false
    rig.connection.closed.emit()
    await rig.send(['a'])
    expect(await rig.bodies()).toEqual(['a'])
  })

  test('beyond the limit of its queue is answered at once; 200055 counts those that wait', async () => {
    const rig = await openPop()
    for (let i = 0; i <= POP_POLLING_SIZE; i++) void rig.pop(waiting)
    await rig.settle()
    expect((await rig.pop(waiting)).code).toBe(ResponseCode.POLLING_FULL)
    const info = await rig.ask(RequestCode.POLLING_INFO, { consumerGroup: 'G', topic: 'T', queueId: -1 }) // prettier-ignore
    expect(info.extFields).toEqual({ pollingNum: String(POP_POLLING_SIZE + 1) })
  })
})

describe('a notification', () => {
  test('says whether there is something, and pops nothing', async () => {
    const rig = await openPop()
    expect((await notification(rig)).extFields).toEqual({ hasMsg: 'false', pollingFull: 'false' })
    await rig.send(['a'])
    expect((await notification(rig)).extFields).toEqual({ hasMsg: 'true', pollingFull: 'false' })
    expect(await rig.bodies()).toEqual(['a'])
    expect((await notification(rig)).extFields).toMatchObject({ hasMsg: 'false' })
  })

  test('waits, and does not keep the message from a pop that waits too', async () => {
    const rig = await openPop()
    const told = notification(rig, waiting)
    const popping = rig.pop({ ...waiting, invisibleTime: 1000 })
    await rig.settle()
    await rig.send(['a'])
    expect(bodiesOf(await popping)).toEqual(['a'])
    await rig.settle()
    await rig.advance(1000)
    expect((await told).extFields).toMatchObject({ hasMsg: 'true' })
  })

  test('in order is false while the queue is popped', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b'])
    await rig.pop({ order: true, maxMsgNums: 1 })
    expect((await notification(rig, { order: true })).extFields).toMatchObject({ hasMsg: 'false' })
    expect((await notification(rig)).extFields).toMatchObject({ hasMsg: 'true' })
  })
})

test('a peek gives messages and leaves them there', async () => {
  const rig = await openPop()
  const peek = { consumerGroup: 'G', topic: 'T', queueId: -1, maxMsgNums: 2 }
  expect((await rig.ask(RequestCode.PEEK_MESSAGE, peek)).code).toBe(ResponseCode.PULL_NOT_FOUND)
  await rig.send(['a', 'b', 'c'])
  const reply = await rig.ask(RequestCode.PEEK_MESSAGE, peek)
  expect(reply.extFields).toMatchObject({ restNum: '3' })
  expect(reply.body).toHaveLength(2)
  expect(await rig.bodies()).toEqual(['a', 'b', 'c'])
})
