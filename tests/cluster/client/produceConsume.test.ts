import { describe, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { queueKey } from '../../../src/main/protocol/topicQueues'
import { Inbox, testCluster, until } from './cluster'

const text = (topic: string, body: string, tags?: string) => ({
  topic,
  body: Buffer.from(body),
  ...(tags !== undefined && { tags })
})

const oneQueue = { readQueueNums: 1, writeQueueNums: 1, perm: 6 }

const numbered = (count: number, prefix = 'm'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`)

test('what is produced is consumed once, with all it was sent with', async () => {
  const cluster = await testCluster()
  await cluster.broker()
  const producer = await cluster.producer()
  const result = await producer.send({
    topic: 'TopicA',
    body: Buffer.from('你好'),
    tags: 'TagA',
    keys: 'k1 k2',
    properties: [['颜色', '红']]
  })
  expect(result).toMatchObject({ sendStatus: 'SEND_OK', queueOffset: 0 })

  const inbox = new Inbox()
  await cluster.consumer({
    group: 'CG',
    subscription: [['TopicA', '*']],
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    listener: inbox.listener
  })
  await inbox.reaches(1)
  expect(inbox.messages[0]).toMatchObject({
    topic: 'TopicA',
    brokerName: 'broker-a',
    queueId: result.messageQueue.queueId,
    queueOffset: 0,
    msgId: result.msgId,
    offsetMsgId: result.offsetMsgId,
    tags: 'TagA',
    keys: 'k1 k2'
  })
  expect(inbox.bodies).toEqual(['你好'])
  expect(new Map(inbox.messages[0]?.properties).get('颜色')).toBe('红')
})

test('a message sent while the pull is held arrives without another pull round', async () => {
  const cluster = await testCluster()
  await cluster.broker()
  await cluster.admin.updateTopic({ ...oneQueue, topicName: 'TopicA' })
  const inbox = new Inbox()
  await cluster.consumer({
    group: 'CG',
    subscription: [['TopicA', '*']],
    listener: inbox.listener
  })
  const producer = await cluster.producer()
  await producer.send(text('TopicA', 'now'))
  await inbox.reaches(1)
  expect(inbox.bodies).toEqual(['now'])
})

test('a consumer by SQL92 gets what matches, and does not start with a wrong expression', async () => {
  const cluster = await testCluster()
  await cluster.broker('broker-a', { enablePropertyFilter: 'true' })
  await cluster.admin.updateTopic({ ...oneQueue, topicName: 'TopicA' })
  const inbox = new Inbox()
  const consumer = (sql92: string) =>
    cluster.consumer({
      group: 'CG',
      subscription: [['TopicA', { sql92 }]],
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      listener: inbox.listener
    })
  await expect(consumer('n >')).rejects.toMatchObject({
    code: ResponseCode.SUBSCRIPTION_PARSE_FAILED,
    message: expect.stringContaining('at 4: ') as string
  })
  // The group is free again.
  await consumer('n BETWEEN 3 AND 5')
  const producer = await cluster.producer()
  for (let n = 0; n < 8; n++)
    await producer.send({ ...text('TopicA', `${n}`), properties: [['n', `${n}`]] })
  await inbox.reaches(3)
  expect(inbox.bodies).toEqual(['3', '4', '5'])
})

test('a batch is stored together, in order, each message with its own id', async () => {
  const cluster = await testCluster()
  await cluster.broker()
  const producer = await cluster.producer()
  await cluster.admin.updateTopic({
    topicName: 'TopicA',
    readQueueNums: 4,
    writeQueueNums: 4,
    perm: 6
  })
  const queue = { brokerName: 'broker-a', queueId: 2 }
  const bodies = numbered(5)
  const result = await producer.sendBatch(
    bodies.map((body) => text('TopicA', body)),
    { queue }
  )
  expect(result.messageQueue.queueId).toBe(2)
  expect(new Set(result.msgId.split(',')).size).toBe(5)
  const { messages } = await cluster.admin.browse({
    queue: { topic: 'TopicA', ...queue },
    offset: 0,
    limit: 10
  })
  expect(messages.map((m) => [m.body.toString(), m.queueOffset])).toEqual(
    bodies.map((body, i) => [body, i])
  )
  expect(messages.map((m) => m.msgId).join(',')).toBe(result.msgId)
  expect(messages.map((m) => m.offsetMsgId).join(',')).toBe(result.offsetMsgId)
})

test('a one-way send arrives', async () => {
  const cluster = await testCluster()
  await cluster.broker()
  const producer = await cluster.producer()
  const inbox = new Inbox()
  await producer.sendOneway(text('TopicA', 'fire and forget'))
  await until(
    () => cluster.admin.fetchAllTopicList(),
    (topics) => topics.includes('TopicA')
  )
  await cluster.consumer({
    group: 'CG',
    subscription: [['TopicA', '*']],
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    listener: inbox.listener
  })
  await inbox.reaches(1)
  expect(inbox.bodies).toEqual(['fire and forget'])
})

test('messages of one queue come in the order they were sent, also past the size of a pull', async () => {
  const cluster = await testCluster()
  await cluster.broker()
  const producer = await cluster.producer()
  const creator = 'creates the topic'
  await producer.send(text('TopicA', creator))
  const bodies = numbered(100)
  for (const body of bodies)
    await producer.send(text('TopicA', body), { queue: { brokerName: 'broker-a', queueId: 3 } })
  const inbox = new Inbox()
  await cluster.consumer({
    group: 'CG',
    subscription: [['TopicA', '*']],
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    listener: inbox.listener
  })
  await inbox.reaches(101)
  const ordered = inbox.messages.filter((m) => m.queueId === 3 && m.body.toString() !== creator)
  expect(ordered.map((m) => m.body.toString())).toEqual(bodies)
})

test('two consumers of a group share the queues, and one that leaves gives its share back', async () => {
  const cluster = await testCluster()
  await cluster.broker()
  await cluster.admin.updateTopic({
    topicName: 'TopicA',
    readQueueNums: 8,
    writeQueueNums: 8,
    perm: 6
  })
  const inboxes = [new Inbox(), new Inbox()]
  const join = (inbox: Inbox | undefined) =>
    cluster.consumer({
      group: 'CG',
      subscription: [['TopicA', '*']],
      listener: inbox!.listener
    })
  const first = await join(inboxes[0])
  const second = await join(inboxes[1])
  const shares = () =>
    [first, second].map((c) => c.assignment.filter((q) => q.topic === 'TopicA').map(queueKey))
  const client = cluster.client()
  // A round trip to the nameserver each time: the brokers' notices come in between.
  const tick = () => client.namesrv.call({ code: RequestCode.GET_BROKER_CLUSTER_INFO })
  await until(tick, () => shares().every((share) => share.length === 4))
  expect(new Set(shares().flat()).size).toBe(8)

  const producer = await cluster.producer()
  for (const body of numbered(16)) await producer.send(text('TopicA', body))
  await Promise.all(inboxes.map((inbox) => inbox.reaches(8)))
  expect(inboxes.flatMap((inbox) => inbox.bodies).sort()).toEqual(numbered(16).sort())

  await second.stop()
  await until(tick, () => shares()[0]?.length === 8)
  for (const body of numbered(8, 'later')) await producer.send(text('TopicA', body))
  await inboxes[0]?.reaches(16)
  expect(inboxes[0]?.bodies.filter((b) => b.startsWith('later')).sort()).toEqual(
    numbered(8, 'later').sort()
  )
})

describe('committed offsets', () => {
  test('a consumer that comes back goes on where its group stopped', async () => {
    const cluster = await testCluster()
    await cluster.broker()
    const producer = await cluster.producer()
    const join = (inbox: Inbox) =>
      cluster.consumer({
        group: 'CG',
        subscription: [['TopicA', '*']],
        consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
        listener: inbox.listener
      })
    for (const body of numbered(8)) await producer.send(text('TopicA', body))
    const before = new Inbox()
    const consumer = await join(before)
    await before.reaches(8)
    await consumer.stop()
    for (const body of numbered(4, 'later')) await producer.send(text('TopicA', body))
    const after = new Inbox()
    await join(after)
    await after.reaches(4)
    expect(after.bodies.sort()).toEqual(numbered(4, 'later'))
  })

  test('and so it does when the broker was restarted in between', async () => {
    const cluster = await testCluster()
    const broker = await cluster.broker()
    const producer = await cluster.producer()
    const inbox = new Inbox()
    await producer.send(text('TopicA', 'before'))
    const consumer = await cluster.consumer({
      group: 'CG',
      subscription: [['TopicA', '*']],
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      listener: inbox.listener
    })
    await inbox.reaches(1)
    await consumer.stop()
    await broker.stop()
    await cluster.broker()
    const again = new Inbox()
    await cluster.consumer({
      group: 'CG',
      subscription: [['TopicA', '*']],
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      listener: again.listener
    })
    await producer.send(text('TopicA', 'after'))
    await again.reaches(1)
    expect(again.bodies).toEqual(['after'])
  })
})

test('a running consumer survives a restart of the broker', async () => {
  const cluster = await testCluster()
  const broker = await cluster.broker()
  const producer = await cluster.producer()
  const inbox = new Inbox()
  await producer.send(text('TopicA', 'before'))
  await cluster.consumer({
    group: 'CG',
    subscription: [['TopicA', '*']],
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    listener: inbox.listener
  })
  await inbox.reaches(1)
  await broker.stop()
  await cluster.broker()
  await producer.send(text('TopicA', 'after'))
  await inbox.reaches(2)
  expect(inbox.bodies).toEqual(['before', 'after'])
})

describe('tags', () => {
  test('only the tags subscribed arrive', async () => {
    const cluster = await testCluster()
    await cluster.broker()
    const producer = await cluster.producer()
    for (const tag of ['TagA', 'TagB', 'TagC', 'TagA'])
      await producer.send(text('TopicA', `of ${tag}`, tag))
    await producer.send(text('TopicA', 'of none'))
    const inbox = new Inbox()
    await cluster.consumer({
      group: 'CG',
      subscription: [['TopicA', 'TagA || TagC']],
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      listener: inbox.listener
    })
    await inbox.reaches(3)
    expect(inbox.bodies.sort()).toEqual(['of TagA', 'of TagA', 'of TagC'])
  })

  test('a tag of the same hash code is not the same tag', async () => {
    // "AaAa" and "BBBB" share Java's hash code: the broker lets both pass.
    const cluster = await testCluster()
    await cluster.broker()
    await cluster.admin.updateTopic({ ...oneQueue, topicName: 'TopicA' })
    const producer = await cluster.producer()
    for (const tag of ['BBBB', 'AaAa', 'BBBB', 'AaAa'])
      await producer.send(text('TopicA', tag, tag))
    const inbox = new Inbox()
    await cluster.consumer({
      group: 'CG',
      subscription: [['TopicA', 'AaAa']],
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      listener: inbox.listener
    })
    await inbox.reaches(2)
    expect(inbox.bodies).toEqual(['AaAa', 'AaAa'])
  })
})

describe('what cannot be sent', () => {
  test('an unknown topic where none is created says what to do', async () => {
    const cluster = await testCluster()
    await cluster.broker('broker-a', { autoCreateTopicEnable: 'false' })
    const producer = await cluster.producer()
    await expect(producer.send(text('Unknown', 'x'))).rejects.toMatchObject({
      code: ResponseCode.TOPIC_NOT_EXIST,
      remark: expect.stringContaining('Unknown') as string
    })
  })

  test.each([
    ['an empty body', { topic: 'TopicA', body: Buffer.alloc(0) }, /empty/],
    ['an illegal topic', text('a b', 'x'), /illegal characters/],
    [
      'a property with a separator',
      { ...text('TopicA', 'x'), properties: [['a', 'b\u0001c'] as const] },
      /U\+0001/
    ],
    [
      'properties that are too long',
      { ...text('TopicA', 'x'), keys: 'k'.repeat(33_000) },
      /at most 32767/
    ]
  ])('%s', async (_name, message, remark) => {
    const cluster = await testCluster()
    const producer = await cluster.producer()
    // Refused before anybody is asked: the cluster has no broker.
    await expect(async () => producer.send(message)).rejects.toMatchObject({
      code: ResponseCode.MESSAGE_ILLEGAL,
      remark: expect.stringMatching(remark) as string
    })
  })
})
