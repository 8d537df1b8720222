/** Our own consumers and the console with messages that fail. */
import { expect, test } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { consumerSendMsgBack } from '../../../src/main/client/brokerCalls'
import { messageHandlers } from '../../../src/main/console/message'
import { decodeMessageId } from '../../../src/main/protocol/message/messageId'
import { messageQueue } from '../../../src/main/protocol/bodies/messageQueue'
import { Inbox, testCluster, until } from './cluster'

const DELAYS = Array.from({ length: 18 }, () => '1s').join(' ')

const rig = async () => {
  const cluster = await testCluster()
  const broker = await cluster.broker('broker-a', { messageDelayLevel: DELAYS })
  await cluster.admin.updateTopic({ topicName: 'Orders', readQueueNums: 1, writeQueueNums: 1, perm: 6 }) // prettier-ignore
  const inbox = new Inbox()
  const consume = (listener = inbox.listener) =>
    cluster.consumer({
      group: 'CG',
      subscription: [['Orders', '*']],
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      listener
    })
  const { admin } = cluster
  const handlers = messageHandlers({ admin, clock: systemClock })
  const deadLetters = async () => {
    const queue = messageQueue('%DLQ%CG', 'broker-a', 0)
    return (await admin.browse({ queue, offset: 0, limit: 10 })).messages
  }
  return { cluster, broker, inbox, consume, handlers, deadLetters }
}

test('a listener that fails gets its message again, under its own topic', async () => {
  const { cluster, inbox, consume } = await rig()
  await consume((message) => {
    inbox.listener(message)
    return message.reconsumeTimes < 2 ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS'
  })
  const producer = await cluster.producer()
  const { msgId } = await producer.send({ topic: 'Orders', body: Buffer.from('x'), tags: 'TagA' })
  await inbox.reaches(3)
  expect(inbox.messages).toMatchObject(
    [0, 1, 2].map((reconsumeTimes) => ({ reconsumeTimes, topic: 'Orders', msgId, tags: 'TagA' }))
  )
})

test('the console reads a dead letter and delivers it once more, to its group', async () => {
  const { cluster, broker, inbox, consume, handlers, deadLetters } = await rig()
  const producer = await cluster.producer()
  const sent = await producer.send({ topic: 'Orders', body: Buffer.from('lost'), keys: 'k1' })
  await consumerSendMsgBack(
    cluster.client().remoting,
    broker.address,
    {
      offset: decodeMessageId(sent.offsetMsgId)!.physicalOffset,
      ...{ group: 'CG', delayLevel: -1 }
    },
    10_000
  )
  const [dead] = await until(deadLetters, (messages) => messages.length > 0)
  expect(dead).toMatchObject({ topic: '%DLQ%CG', msgId: sent.msgId, keys: 'k1', reconsumeTimes: 1 })
  await consume()
  await inbox.reaches(1)
  await handlers['message.sendBack']({ msgId: dead!.offsetMsgId })
  await inbox.reaches(2)
  expect(inbox.messages).toMatchObject([
    { topic: 'Orders', reconsumeTimes: 0, body: Buffer.from('lost') },
    { topic: 'Orders', reconsumeTimes: 2, body: Buffer.from('lost'), msgId: sent.msgId }
  ])
})

test('what is no dead letter is not sent back', async () => {
  const { cluster, handlers } = await rig()
  const producer = await cluster.producer()
  const { offsetMsgId } = await producer.send({ topic: 'Orders', body: Buffer.from('x') })
  await expect(handlers['message.sendBack']({ msgId: offsetMsgId })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    params: { field: 'msgId' }
  })
})
