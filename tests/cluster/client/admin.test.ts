import { describe, expect, test } from 'vitest'
import { defaultSubscriptionGroupConfig } from '../../../src/main/protocol/bodies/subscriptionGroup'
import { messageQueue } from '../../../src/main/protocol/bodies/messageQueue'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { jsonBody } from '../../../src/main/protocol/bodies/rocketmqJson'
import { hostAddress } from '../../../src/main/protocol/message/host'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { scriptedBroker, success } from './scriptedBroker'
import { Inbox, testCluster, type TestCluster } from './cluster'

const topic = (topicName: string, queues = 4) => ({
  topicName,
  readQueueNums: queues,
  writeQueueNums: queues,
  perm: 6
})

const text = (topicName: string, body: string) => ({ topic: topicName, body: Buffer.from(body) })

const twoBrokers = async (): Promise<TestCluster> => {
  const cluster = await testCluster()
  await cluster.broker('broker-a')
  await cluster.broker('broker-b')
  return cluster
}

describe('the cluster', () => {
  test('brokers, their runtime information and their configuration', async () => {
    const { admin, broker } = await testCluster()
    const running = await broker()
    const info = await admin.examineBrokerClusterInfo()
    expect(info.clusterAddrTable).toEqual(new Map([['DefaultCluster', ['broker-a']]]))
    expect(await admin.listBrokers()).toEqual([
      { cluster: 'DefaultCluster', brokerName: 'broker-a', brokerId: 0, address: running.address }
    ])
    const { answers, failures } = await admin.fetchAllRuntimeStats()
    expect(failures).toEqual([])
    expect(answers[0]?.value.get('brokerVersionDesc')).toMatch(/^V\d/)
    const before = await admin.getBrokerConfig(running.address)
    expect(before.get('brokerName')).toBe('broker-a')
    await admin.updateBrokerConfig(running.address, [['autoCreateTopicEnable', 'false']])
    const after = await admin.getBrokerConfig(running.address)
    expect(after.get('autoCreateTopicEnable')).toBe('false')
  })

  test('a broker that left is not listed', async () => {
    const cluster = await testCluster()
    const first = await cluster.broker('broker-a')
    await cluster.broker('broker-b')
    expect((await cluster.admin.listBrokers()).map((b) => b.brokerName)).toEqual([
      'broker-a',
      'broker-b'
    ])
    await first.stop()
    expect((await cluster.admin.listBrokers()).map((b) => b.brokerName)).toEqual(['broker-b'])
  })

  test('a broker that cannot be reached is named, and what the others say counts', async () => {
    const cluster = await testCluster()
    await cluster.broker('broker-a')
    const deaf = await scriptedBroker(cluster.namesrv, 'deaf', {})
    await deaf.close()
    const { answers, failures } = await cluster.admin.fetchAllRuntimeStats()
    expect(answers.map(({ broker }) => broker.brokerName)).toEqual(['broker-a'])
    expect(failures).toEqual([
      {
        broker: expect.objectContaining({ brokerName: 'deaf' }) as unknown,
        error: expect.objectContaining({ address: deaf.address }) as unknown
      }
    ])
    expect((await cluster.admin.examineConsumeStats('CG')).isPartial).toBe(true)
    // What every broker must do is not done while one is missing.
    await expect(cluster.admin.updateTopic(topic('T'))).rejects.toMatchObject({
      address: deaf.address
    })
  })

  test('without any broker calls say so', async () => {
    const { admin } = await testCluster()
    await expect(admin.updateTopic(topic('T'))).rejects.toMatchObject({
      code: ResponseCode.BROKER_NOT_EXIST
    })
  })

  test('without a nameserver the failure names its address', async () => {
    const { admin, namesrv } = await testCluster()
    expect(await admin.fetchAllTopicList()).toEqual([])
    await namesrv.stop()
    await expect(admin.fetchAllTopicList()).rejects.toMatchObject({ address: namesrv.address })
  })

  test('a 4.9 broker, which lacks the single questions, is asked for its tables', async () => {
    const { admin, namesrv } = await testCluster()
    const table = { T: { topicName: 'T', readQueueNums: 3, writeQueueNums: 3, perm: 6 } }
    const old = await scriptedBroker(namesrv, 'old', {
      [RequestCode.GET_ALL_TOPIC_CONFIG]: () =>
        success({}, jsonBody({ dataVersion: {}, topicConfigTable: table })),
      [RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG]: () =>
        success({}, jsonBody({ subscriptionGroupTable: { G: { groupName: 'G' } } }))
    })
    expect(await admin.examineTopicConfig(old.address, 'T')).toMatchObject({ readQueueNums: 3 })
    expect(await admin.examineTopicConfig(old.address, 'U')).toBeUndefined()
    expect(await admin.examineSubscriptionGroupConfig(old.address, 'G')).toMatchObject({
      groupName: 'G'
    })
  })

  test('a table sent in parts is read whole', async () => {
    const { admin, namesrv } = await testCluster()
    const topics = Array.from({ length: 5 }, (_, i) => `T${i}`)
    const large = await scriptedBroker(namesrv, 'large', {
      [RequestCode.GET_ALL_TOPIC_CONFIG]: ({ extFields }) => {
        const from = Number(extFields.topicSeq)
        const part = topics.slice(from, from + 2).map((name) => [name, {}] as const)
        return success(
          { totalTopicNum: String(topics.length) },
          jsonBody({ dataVersion: { counter: 1 }, topicConfigTable: Object.fromEntries(part) })
        )
      }
    })
    expect([...(await admin.getAllTopicConfig(large.address)).keys()]).toEqual(topics)
    const asked = large.requests.map((r) => r.extFields.dataVersion)
    expect(asked).toEqual([undefined, '{"counter":1}', '{"counter":1}'])
  })
})

describe('topics', () => {
  test('are made on every master, found, changed and deleted everywhere', async () => {
    const { admin } = await twoBrokers()
    await admin.updateTopic(topic('Orders', 2))
    expect(await admin.fetchAllTopicList()).toContain('Orders')
    const route = await admin.examineTopicRouteInfo('Orders')
    expect(route.queueDatas.map((q) => [q.brokerName, q.readQueueNums]).sort()).toEqual([
      ['broker-a', 2],
      ['broker-b', 2]
    ])
    await admin.updateTopic({ ...topic('Orders', 3), perm: 4 }, ['broker-b'])
    const [a, b] = await admin.findMasters()
    expect(await admin.examineTopicConfig(a!.address, 'Orders')).toMatchObject({ perm: 6 })
    expect(await admin.examineTopicConfig(b!.address, 'Orders')).toMatchObject({
      perm: 4,
      readQueueNums: 3
    })
    await admin.deleteTopic('Orders')
    expect(await admin.fetchAllTopicList()).not.toContain('Orders')
    expect(await admin.examineTopicConfig(a!.address, 'Orders')).toBeUndefined()
    await expect(admin.examineTopicRouteInfo('Orders')).rejects.toMatchObject({
      code: ResponseCode.TOPIC_NOT_EXIST
    })
  })

  test('on a broker that is not there cannot be made', async () => {
    const { admin, broker } = await testCluster()
    await broker()
    await expect(admin.updateTopic(topic('T'), ['nobody'])).rejects.toMatchObject({
      code: ResponseCode.BROKER_NOT_EXIST,
      remark: expect.stringContaining('nobody') as string
    })
  })

  test('an illegal name is refused by the broker, in its words', async () => {
    const { admin, broker } = await testCluster()
    await broker()
    await expect(admin.updateTopic(topic('not a name'))).rejects.toMatchObject({
      code: ResponseCode.INVALID_PARAMETER
    })
  })

  test('the whole table of a broker, and the offsets of a topic', async () => {
    const { admin } = await twoBrokers()
    await admin.updateTopic(topic('Orders', 2))
    const { answers } = await admin.getTopicConfigOfMasters()
    expect(answers.map(({ value }) => value.get('Orders')?.readQueueNums)).toEqual([2, 2])
    await admin.send(text('Orders', 'x'), { queue: { brokerName: 'broker-b', queueId: 1 } })
    const stats = await admin.examineTopicStats('Orders')
    const offsets = stats.answers.flatMap(({ value }) => value)
    expect(offsets).toHaveLength(4)
    expect(
      offsets.find((o) => o.queue.brokerName === 'broker-b' && o.queue.queueId === 1)
    ).toMatchObject({ minOffset: 0, maxOffset: 1 })
  })
})

describe('groups', () => {
  test('are made, read and deleted', async () => {
    const { admin } = await twoBrokers()
    await admin.updateSubGroup({ ...defaultSubscriptionGroupConfig('G'), retryMaxTimes: 3 })
    const [a] = await admin.findMasters()
    expect(await admin.examineSubscriptionGroupConfig(a!.address, 'G')).toMatchObject({
      groupName: 'G',
      retryMaxTimes: 3
    })
    const { answers } = await admin.getSubscriptionGroupsOfMasters()
    expect(answers.map(({ value }) => value.has('G'))).toEqual([true, true])
    await admin.deleteSubGroup('G', true)
    const gone = await admin.getSubscriptionGroupsOfMasters()
    expect(gone.answers.map(({ value }) => value.has('G'))).toEqual([false, false])
  })

  test('an online group shows its members, its progress and what it consumes', async () => {
    const cluster = await testCluster()
    await cluster.broker()
    const { admin } = cluster
    await admin.updateTopic(topic('Orders', 1))
    for (const body of ['1', '2', '3']) await admin.send(text('Orders', body))
    expect(await admin.examineConsumerConnectionInfo('CG')).toBeUndefined()
    const inbox = new Inbox()
    const consumer = await cluster.consumer({
      group: 'CG',
      subscription: [['Orders', 'TagA || *']],
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      listener: inbox.listener
    })
    const online = await admin.examineConsumerConnectionInfo('CG')
    expect(online).toMatchObject({
      isPartial: false,
      consumeType: 'CONSUME_PASSIVELY',
      messageModel: 'CLUSTERING',
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET'
    })
    expect(online?.connections).toHaveLength(1)
    expect(online?.subscriptions.map((s) => s.topic).sort()).toEqual(['%RETRY%CG', 'Orders'])
    expect(await admin.queryTopicConsumeByWho('Orders')).toEqual(['CG'])
    await consumer.stop()
    const stats = await admin.examineConsumeStats('CG')
    const orders = stats.offsets.filter((o) => o.queue.topic === 'Orders')
    expect(orders).toHaveLength(1)
    expect(orders[0]).toMatchObject({ brokerOffset: 3 })
    expect(await admin.examineConsumerConnectionInfo('CG')).toBeUndefined()
  })

  test('a producer that is online is listed with its group', async () => {
    const cluster = await testCluster()
    await cluster.broker()
    await cluster.admin.updateTopic(topic('Orders'))
    const producer = await cluster.producer()
    await producer.send(text('Orders', 'x'))
    await producer.start()
    const { answers } = await cluster.admin.getAllProducerInfo()
    expect(answers.flatMap(({ value }) => value)).toEqual([
      expect.objectContaining({ group: 'PG', language: 'JAVA' })
    ])
  })
})

describe('messages', () => {
  const queue = messageQueue('Orders', 'broker-a', 0)
  const filled = async (count: number): Promise<TestCluster> => {
    const cluster = await testCluster()
    await cluster.broker()
    await cluster.admin.updateTopic(topic('Orders', 1))
    const producer = await cluster.producer()
    for (let i = 0; i < count; i++) await producer.send(text('Orders', `m${i}`))
    return cluster
  }
  const bodies = (messages: { body: Buffer }[]): string[] => messages.map((m) => m.body.toString())

  test('a queue is browsed past the size of a pull, to its end, from where one likes', async () => {
    const { admin } = await filled(70)
    const all = await admin.browse({ queue, offset: 0, limit: 100 })
    expect(bodies(all.messages)).toEqual(Array.from({ length: 70 }, (_, i) => `m${i}`))
    expect(all).toMatchObject({ minOffset: 0, maxOffset: 70, nextOffset: 70 })
    const some = await admin.browse({ queue, offset: 10, limit: 3 })
    expect(bodies(some.messages)).toEqual(['m10', 'm11', 'm12'])
    expect(some.nextOffset).toBe(13)
    const end = await admin.browse({ queue, offset: 70, limit: 3 })
    expect(end).toMatchObject({ messages: [], nextOffset: 70 })
    const beyond = await admin.browse({ queue, offset: 1000, limit: 3 })
    expect(beyond).toMatchObject({ messages: [], maxOffset: 70, nextOffset: 70 })
  })

  test('browsing an empty queue waits for nothing', async () => {
    const { admin } = await filled(0)
    expect(await admin.browse({ queue, offset: 0, limit: 3 })).toMatchObject({
      messages: [],
      minOffset: 0,
      maxOffset: 0
    })
  })

  test('offsets of a queue, and the first at or after a time', async () => {
    const { admin } = await filled(5)
    expect([await admin.minOffset(queue), await admin.maxOffset(queue)]).toEqual([0, 5])
    const { messages } = await admin.browse({ queue, offset: 4, limit: 1 })
    const at = messages[0]!.storeTimestamp
    expect(await admin.searchOffset(queue, 0)).toBe(0)
    expect(await admin.searchOffset(queue, at + 60_000)).toBe(5)
    expect(await admin.searchOffset(queue, at)).toBeLessThanOrEqual(4)
  })

  test('a message is found by its offset id', async () => {
    const { admin } = await filled(1)
    const sent = await admin.send({ ...text('Orders', 'find me'), keys: 'k' })
    expect(await admin.viewMessage(sent.offsetMsgId)).toMatchObject({
      topic: 'Orders',
      brokerName: 'broker-a',
      queueOffset: 1,
      msgId: sent.msgId,
      keys: 'k'
    })
  })

  test('an id that is none, or names nothing, is refused', async () => {
    const { admin } = await filled(1)
    await expect(admin.viewMessage('xyz')).rejects.toMatchObject({
      code: ResponseCode.INVALID_PARAMETER
    })
    const sent = await admin.send(text('Orders', 'x'))
    const inTheMiddle = sent.offsetMsgId.slice(0, -2) + 'FF'
    await expect(admin.viewMessage(inTheMiddle)).rejects.toMatchObject({
      code: ResponseCode.SYSTEM_ERROR
    })
  })

  test('a broker with an IPv6 address is sent to, consumed from, and asked by its ids of 56 digits', async () => {
    const cluster = await testCluster()
    const broker = await cluster.broker('broker-6', { brokerIP1: '::1' }, '::1')
    expect(broker.address).toBe(`[::1]:${broker.port}`)
    const sent = await cluster.admin.send(text('Orders', 'find me'))
    expect(sent.offsetMsgId).toHaveLength(56)
    expect(await cluster.admin.viewMessage(sent.offsetMsgId)).toMatchObject({
      brokerName: 'broker-6',
      msgId: sent.msgId,
      storeHost: hostAddress('::1', broker.port)
    })
    const inbox = new Inbox()
    await cluster.consumer({
      group: 'G',
      subscription: [['Orders', '*']],
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      listener: inbox.listener
    })
    await inbox.reaches(1)
    expect(inbox.messages[0]).toMatchObject({ msgId: sent.msgId, offsetMsgId: sent.offsetMsgId })
  })

  test('an id of the other form, or of a place where no broker is, is refused with its address', async () => {
    const { admin } = await filled(1)
    const { offsetMsgId } = await admin.send(text('Orders', 'x'))
    // The same port and offset at ::1 and at 127.0.0.2, where nobody listens.
    const elsewhere = [
      ['00000000000000000000000000000001', /\[::1\]:\d+/],
      ['7F000002', /127\.0\.0\.2:\d+/]
    ] as const
    for (const [ip, address] of elsewhere)
      await expect(admin.viewMessage(ip + offsetMsgId.slice(8))).rejects.toThrow(address)
    for (const wrong of [
      '',
      offsetMsgId.slice(1),
      `${offsetMsgId}0`,
      offsetMsgId.replace(/^./, 'x')
    ])
      await expect(admin.viewMessage(wrong)).rejects.toThrow(/32 \(IPv4\) or 56 \(IPv6\)/)
  })

  test('a topic made a moment ago can be sent to, a deleted one cannot', async () => {
    const cluster = await testCluster()
    await cluster.broker('broker-a', { autoCreateTopicEnable: 'false' })
    const { admin } = cluster
    await expect(admin.send(text('Orders', 'x'))).rejects.toMatchObject({
      code: ResponseCode.TOPIC_NOT_EXIST
    })
    await admin.updateTopic(topic('Orders'))
    expect(await admin.send(text('Orders', 'x'))).toMatchObject({ sendStatus: 'SEND_OK' })
    await admin.deleteTopic('Orders')
    await expect(admin.send(text('Orders', 'x'))).rejects.toMatchObject({
      code: ResponseCode.TOPIC_NOT_EXIST
    })
  })
})
