/** The inbox over all groups: what is in it, in pages, and sending it again, over the wire. */
import { expect, test } from 'vitest'
import { consumerSendMsgBack } from '../../../src/main/client/brokerCalls'
import { deadLetterHandlers } from '../../../src/main/console/deadLetter'
import { problemOf } from '../../../src/main/cluster/problem'
import { RemotingError } from '../../../src/main/protocol/remotingCommand'
import { responseCodeName } from '../../../src/main/protocol/codes/responseCode'
import { messageQueue } from '../../../src/main/protocol/bodies/messageQueue'
import { decodeMessageId } from '../../../src/main/protocol/message/messageId'
import { DeadLetterQuery, type DeadLetterQueryInput } from '../../../src/shared/deadLetterDrafts'
import { Inbox, testCluster, until } from './cluster'

const rig = async () => {
  const cluster = await testCluster()
  const brokers = [await cluster.broker('broker-a'), await cluster.broker('broker-b')]
  const { admin } = cluster
  const handlers = deadLetterHandlers({
    admin,
    problemOf: (error) =>
      error instanceof RemotingError
        ? { code: responseCodeName(error.code), message: error.message }
        : problemOf(error)
  })
  const producer = await cluster.producer()
  const create = (topicName: string) =>
    admin.updateTopic({ topicName, readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  /** Sends a message and lets the group give it up at once. */
  const die = async (group: string, topic: string, body: string, broker = 0) => {
    const brokerName = `broker-${'ab'[broker]}`
    const { remoting } = cluster.client()
    const sent = await producer.send(
      { topic, body: Buffer.from(body), keys: `k-${body}`, tags: 'T', properties: [['colour', 'red']] }, // prettier-ignore
      { queue: { brokerName, queueId: 0 } }
    )
    const offset = decodeMessageId(sent.offsetMsgId)!.physicalOffset
    await consumerSendMsgBack(
      remoting,
      brokers[broker]!.address,
      { offset, group, delayLevel: -1 },
      10_000
    )
    return sent
  }
  const list = (query: DeadLetterQueryInput = {}) =>
    handlers['deadLetter.list'](DeadLetterQuery.parse(query))
  const total = (count: number) =>
    until(
      () => handlers['deadLetter.inbox'](),
      (inbox) => inbox.total === count
    )
  return { cluster, admin, handlers, create, die, list, total }
}

test('the inbox counts over groups and brokers; pages are newest first and say what is left', async () => {
  const { create, die, list, total } = await rig()
  await create('Orders')
  for (const [i, group] of ['CG1', 'CG2', 'CG1', 'CG1', 'CG2'].entries())
    await die(group, 'Orders', `m${i}`, i % 2)
  const inbox = await total(5)
  expect(inbox.groups.map(({ groupName, count }) => [groupName, count])).toEqual([
    ['CG2', 2],
    ['CG1', 3]
  ])
  const first = await list({ limit: 3 })
  expect(first.left).toBe(2)
  const second = await list({ limit: 3, cursors: first.cursors })
  const all = [...first.messages, ...second.messages]
  expect(all.map(({ preview }) => preview)).toEqual(['m4', 'm3', 'm2', 'm1', 'm0'])
  expect([second.left, second.cursors]).toEqual([0, []])
  expect((await list({ groupName: 'CG1' })).messages.map(({ preview }) => preview)).toEqual(['m3', 'm2', 'm0']) // prettier-ignore
})

test('a letter tells where it came from, and its body only when asked', async () => {
  const { create, die, list, total } = await rig()
  await create('Orders')
  const sent = await die('CG', 'Orders', 'lost')
  await total(1)
  const [letter] = (await list()).messages
  expect(letter).toMatchObject({
    ...{ groupName: 'CG', originTopic: 'Orders', originMsgId: sent.offsetMsgId },
    ...{ msgId: sent.msgId, keys: 'k-lost', tags: 'T', reconsumeTimes: 1, preview: 'lost' }
  })
  expect(letter).not.toHaveProperty('detail')
  const [full] = (await list({ bodies: true })).messages
  expect(full!.detail!.bodyBase64).toBe(Buffer.from('lost').toString('base64'))
  expect(full!.detail!.properties).toContainEqual(['colour', 'red'])
})

test('a time range leaves out what was stored before and after it', async () => {
  const { create, die, list, total } = await rig()
  await create('Orders')
  for (const body of ['a', 'b', 'c']) await die('CG', 'Orders', body)
  await total(3)
  const [c, b] = (await list()).messages
  const middle = await list({ from: b!.storeTimestamp, to: c!.storeTimestamp - 1 })
  const inside = (await list()).messages.filter(
    ({ storeTimestamp: at }) => at >= b!.storeTimestamp && at < c!.storeTimestamp
  )
  expect(middle.messages).toEqual(inside)
  expect((await list({ to: 1 })).messages).toEqual([])
  expect((await list({ from: c!.storeTimestamp + 1 })).messages).toEqual([])
})

test('a mixed batch with one deleted topic reports exactly one failure, by id', async () => {
  const { admin, create, die, handlers, list, total } = await rig()
  for (const topic of ['Orders', 'Gone', 'Payments']) await create(topic)
  for (const topic of ['Orders', 'Gone', 'Payments']) await die('CG', topic, topic)
  await total(3)
  await admin.deleteTopic('Gone')
  const { messages } = await list()
  const letters = messages.toReversed().map(({ topic, brokerName, queueId, queueOffset }) => ({
    ...{ topic, brokerName, queueId, queueOffset }
  }))
  const outcomes = await handlers['deadLetter.resend']({ letters, to: 'topic' })
  const gone = messages.find(({ originTopic }) => originTopic === 'Gone')!
  expect(outcomes.filter(({ problem }) => problem)).toMatchObject([
    { msgId: gone.msgId, problem: { code: 'TOPIC_NOT_EXIST' } }
  ])
  expect(outcomes.flatMap(({ sentTo }) => sentTo ?? [])).toEqual(['Orders', 'Payments'])
  // A send must not have made it anew.
  expect((await admin.fetchAllTopicList()).includes('Gone')).toBe(false)
  const queues = ['broker-a', 'broker-b'].map((name) => messageQueue('Orders', name, 0))
  const stored = await Promise.all(
    queues.map(async (queue) => (await admin.browse({ queue, offset: 0, limit: 10 })).messages)
  )
  const again = stored.flat().find(({ msgId }) => msgId === outcomes[0]!.sentMsgId)
  expect(again).toMatchObject({ body: Buffer.from('Orders'), keys: 'k-Orders', reconsumeTimes: 0 })
  expect(again!.properties.map(([name]) => name).filter((name) => /RETRY|ORIGIN|RECONSUME/.test(name))).toEqual([]) // prettier-ignore
  expect(again!.properties).toContainEqual(['colour', 'red'])
})

test('sent to the group, only the group gets it, and a place without a letter is told', async () => {
  const { cluster, create, die, handlers, list, total } = await rig()
  await create('Orders')
  await die('CG', 'Orders', 'lost')
  await total(1)
  const { topic, brokerName, queueId, queueOffset } = (await list()).messages[0]!
  const letter = { topic, brokerName, queueId, queueOffset }
  const inbox = new Inbox()
  await cluster.consumer({ group: 'CG', subscription: [['Orders', '*']], consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET', listener: inbox.listener }) // prettier-ignore
  const outcomes = await handlers['deadLetter.resend']({
    letters: [letter, { ...letter, queueOffset: 77 }],
    to: 'group'
  })
  expect(outcomes).toMatchObject([
    { sentTo: '%RETRY%CG', queueOffset },
    { queueOffset: 77, msgId: '', problem: { code: 'MESSAGE_NOT_FOUND' } }
  ])
  await inbox.reaches(1)
  expect(inbox.messages[0]).toMatchObject({ topic: 'Orders', body: Buffer.from('lost') })
})
