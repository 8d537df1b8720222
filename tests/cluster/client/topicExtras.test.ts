/** Topics beside creating them: figures, emptying, one broker only, types and notes. */
import { expect, test } from 'vitest'
import { topicHandlers } from '../../../src/main/console/topic'
import { topicEmptyHandlers } from '../../../src/main/console/topicEmpty'
import { topicFigureHandlers } from '../../../src/main/console/topicFigures'
import { TopicNotes } from '../../../src/main/console/topicNotes'
import { Inbox, testCluster, until } from './cluster'

const rig = async () => {
  const cluster = await testCluster()
  await cluster.broker('broker-a')
  await cluster.broker('broker-b')
  const { admin } = cluster
  const kept = new Map<string, { note: string }>()
  let place = 'cluster 1'
  const notes = new TopicNotes(
    {
      all: () => [...kept],
      get: (key) => kept.get(key),
      put: async (key, value) => void kept.set(key, value),
      remove: async (key) => void kept.delete(key)
    },
    () => place
  )
  const handlers = {
    ...topicHandlers({ admin, notes }),
    ...topicEmptyHandlers({ admin }),
    ...topicFigureHandlers({ admin })
  }
  const save = (topic: string, more: object = {}) =>
    handlers['topic.save']({ topic, readQueueNums: 2, writeQueueNums: 2, perm: 6, brokerNames: [], ...more }) // prettier-ignore
  const view = async (topic: string) =>
    (await handlers['topic.list']()).find((one) => one.topic === topic)
  const figures = async (topic: string) =>
    (await handlers['topic.figures']({ topics: [topic, 'Nowhere'] }))[0]
  return { cluster, admin, handlers, save, view, figures, move: (to: string) => (place = to) }
}

test('figures are summed over brokers, and a topic nobody has is left out', async () => {
  const { cluster, handlers, save, figures } = await rig()
  await save('Orders')
  expect(await figures('Orders')).toMatchObject({ messages: 0, lastTimestamp: 0, outTps: 0, isPartial: false }) // prettier-ignore
  const producer = await cluster.producer()
  for (const brokerName of ['broker-a', 'broker-b', 'broker-b'])
    await producer.send({ topic: 'Orders', body: Buffer.from('x') }, { queue: { brokerName, queueId: 0 } }) // prettier-ignore
  expect(await figures('Orders')).toMatchObject({
    messages: 3,
    inTps: expect.any(Number) as number
  })
  expect(await handlers['topic.figures']({ topics: ['Nowhere'] })).toEqual([])
})

test('an emptied topic has its settings, no messages, and groups begin anew', async () => {
  const { cluster, admin, handlers, save, view, figures } = await rig()
  await save('Orders', { messageType: 'FIFO', order: true })
  const before = await view('Orders')
  const producer = await cluster.producer()
  const send = (body: string) => producer.send({ topic: 'Orders', body: Buffer.from(body) })
  for (let i = 0; i < 8; i++) await send(`old ${i}`)
  const inbox = new Inbox()
  const consumer = await cluster.consumer({ group: 'CG', subscription: [['Orders', '*']], consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET', listener: inbox.listener }) // prettier-ignore
  await inbox.reaches(8)
  await consumer.stop()
  expect(await handlers['topic.empty']({ topic: 'Orders' })).toEqual({ brokerNames: ['broker-a', 'broker-b'] }) // prettier-ignore
  expect(await view('Orders')).toEqual(before)
  expect((await figures('Orders'))!.messages).toBe(0)
  expect(before).toMatchObject({ messageType: 'FIFO', order: true })
  await send('new')
  const again = new Inbox()
  await cluster.consumer({ group: 'CG', subscription: [['Orders', '*']], consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET', listener: again.listener }) // prettier-ignore
  await again.reaches(1)
  expect(again.bodies).toEqual(['new'])
  await expect(handlers['topic.empty']({ topic: 'Nowhere' })).rejects.toMatchObject({ code: 'TOPIC_NOT_EXIST' }) // prettier-ignore
  await expect(handlers['topic.empty']({ topic: 'TBW102' })).rejects.toMatchObject({ code: 'SYSTEM_TOPIC' }) // prettier-ignore
  expect((await admin.fetchAllTopicList()).includes('Orders')).toBe(true)
})

test('a topic is deleted on one broker and stays on the other', async () => {
  const { handlers, save, view } = await rig()
  await save('Orders')
  await handlers['topic.delete']({ topic: 'Orders', brokerName: 'broker-a' })
  await until(
    () => view('Orders'),
    (topic) => topic?.brokers.length === 1
  )
  expect((await view('Orders'))!.brokers.map(({ brokerName }) => brokerName)).toEqual(['broker-b'])
})

test('a type changes only where it is given; notes belong to the cluster they were written for', async () => {
  const { handlers, save, view, move } = await rig()
  await save('Orders', { messageType: 'DELAY' })
  await save('Orders', { perm: 4 })
  expect(await view('Orders')).toMatchObject({ messageType: 'DELAY', perm: 4, note: '' })
  await handlers['topic.note']({ topic: 'Orders', note: ' 订单 ' })
  expect((await view('Orders'))!.note).toBe('订单')
  move('connection 2')
  expect((await view('Orders'))!.note).toBe('')
  move('cluster 1')
  await handlers['topic.note']({ topic: 'Orders', note: '' })
  expect((await view('Orders'))!.note).toBe('')
})
