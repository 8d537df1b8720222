/** Everything that is not yet due, read over the wire, and taken back. */
import { expect, test } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { consumerSendMsgBack } from '../../../src/main/client/brokerCalls'
import type { Message } from '../../../src/main/client/message'
import { problemOf } from '../../../src/main/cluster/problem'
import { scheduledHandlers } from '../../../src/main/console/scheduled'
import { messageQueue } from '../../../src/main/protocol/bodies/messageQueue'
import { decodeMessageId } from '../../../src/main/protocol/message/messageId'
import { testCluster, until } from './cluster'

const HOUR = 3_600_000

const rig = async (properties: Record<string, string> = {}) => {
  const cluster = await testCluster()
  const broker = await cluster.broker('broker-a', properties)
  const { admin } = cluster
  await admin.updateTopic({ topicName: 'Orders', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  const producer = await cluster.producer()
  const send = (body: string, more: Partial<Message> = {}) =>
    producer.send({ topic: 'Orders', body: Buffer.from(body), ...more })
  const handlers = scheduledHandlers({ admin, problemOf, now: () => systemClock.now() })
  const list = (scan = 2000) => handlers['scheduled.list']({ scan })
  const lists = (count: number) => until(list, ({ matched }) => matched === count)
  const delivered = async () => {
    const queue = messageQueue('Orders', 'broker-a', 0)
    return (await admin.browse({ queue, offset: 0, limit: 10 })).messages
  }
  return { cluster, broker, admin, send, handlers, list, lists, delivered }
}

const at = (ms: number): Partial<Message> => ({ properties: [['TIMER_DELIVER_MS', String(ms)]] })

test('delayed, timed, retrying and half messages are listed, soonest first', async () => {
  const { cluster, broker, send, list, lists } = await rig()
  const now = systemClock.now()
  await send('two hours', { delayTimeLevel: 18, keys: 'k18' })
  await send('in an hour', at(now + HOUR))
  await send('half', { properties: [['TRAN_MSG', 'true'], ['PGROUP', 'PG']] }) // prettier-ignore
  const failed = await send('failed')
  const offset = decodeMessageId(failed.offsetMsgId)!.physicalOffset
  await consumerSendMsgBack(
    cluster.client().remoting,
    broker.address,
    { offset, group: 'CG', delayLevel: 17 },
    10_000
  )
  await lists(4)
  const { messages, left, brokers, problems } = await list()
  expect(messages.map(({ kind, target, preview }) => [kind, target, preview])).toEqual([
    ['timer', 'Orders', 'in an hour'],
    ['retry', '%RETRY%CG', 'failed'],
    ['delay', 'Orders', 'two hours'],
    ['half', 'Orders', 'half']
  ])
  const [timer, retry, delay, half] = messages
  expect(timer).toMatchObject({ dueAt: now + HOUR, isRecallable: true })
  expect(delay).toMatchObject({ dueAt: delay!.storeTimestamp + 2 * HOUR, level: 18, keys: 'k18' })
  expect(retry).toMatchObject({ dueAt: retry!.storeTimestamp + HOUR, level: 17, reconsumeTimes: 1 })
  expect(half).toMatchObject({ checkTimes: 0, producerGroup: 'PG' })
  expect(half).not.toHaveProperty('dueAt')
  expect([left, problems]).toEqual([0, []])
  expect(brokers).toEqual([
    { brokerName: 'broker-a', levels: 2, timers: 1, halvesAtMost: 1, isRecallEnabled: false }
  ])
})

test('what is not read is told', async () => {
  const { send, lists, list } = await rig()
  for (let i = 0; i < 5; i++) await send(`m${i}`, { delayTimeLevel: 18 })
  await lists(5)
  expect(await list(2)).toMatchObject({ matched: 2, scanned: 2, left: 3 })
})

test('what was delivered is listed no more', async () => {
  const { send, lists, delivered, list } = await rig({ messageDelayLevel: '1s 2h' })
  await send('soon', { delayTimeLevel: 1 })
  await send('timed', at(systemClock.now() + 1500))
  await send('later', { delayTimeLevel: 2 })
  await until(delivered, (messages) => messages.length === 2)
  await lists(1)
  expect((await list()).messages.map(({ preview }) => preview)).toEqual(['later'])
})

test('a timed message is recalled where the broker allows it, and never delivered', async () => {
  const { admin, broker, send, handlers, lists, delivered } = await rig()
  await send('no', at(systemClock.now() + HOUR))
  const { brokerName, queueOffset } = (await lists(1)).messages[0]!
  const ref = { brokerName, queueOffset }
  await expect(handlers['scheduled.recall'](ref)).rejects.toMatchObject({ code: 'RECALL_DISABLED', params: { brokerName } }) // prettier-ignore
  await admin.updateBrokerConfig(broker.address, [['recallMessageEnable', 'true']])
  await handlers['scheduled.recall'](ref)
  await lists(0)
  expect(await delivered()).toEqual([])
  await expect(handlers['scheduled.recall']({ ...ref, queueOffset: 99 })).rejects.toMatchObject({
    code: 'MESSAGE_NOT_FOUND'
  })
})

test('delivered now it comes at once, with its id, and not again', async () => {
  const { send, handlers, lists, delivered } = await rig({ recallMessageEnable: 'true' })
  const sent = await send('now', { ...at(systemClock.now() + HOUR), keys: 'k1', tags: 'T' })
  const { brokerName, queueOffset } = (await lists(1)).messages[0]!
  await handlers['scheduled.deliverNow']({ brokerName, queueOffset })
  const [message] = await until(delivered, (messages) => messages.length > 0)
  expect(message).toMatchObject({ msgId: sent.msgId, keys: 'k1', tags: 'T' })
  expect(message!.properties.map(([name]) => name)).not.toContain('TIMER_DELIVER_MS')
  await lists(0)
})

test('one that is due in a moment is not delivered twice', async () => {
  const { send, handlers, lists } = await rig({ recallMessageEnable: 'true' })
  await send('soon', at(systemClock.now() + 4000))
  const { brokerName, queueOffset } = (await lists(1)).messages[0]!
  await expect(handlers['scheduled.deliverNow']({ brokerName, queueOffset })).rejects.toMatchObject(
    { code: 'DUE_SOON' }
  )
})
