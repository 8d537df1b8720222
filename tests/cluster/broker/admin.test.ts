import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import {
  formatPropertiesText,
  parsePropertiesText
} from '../../../src/main/protocol/bodies/propertiesText'
import { decodeFrame } from '../../../src/main/protocol/frame'
import { parseJson } from '../../../src/main/protocol/bodies/rocketmqJson'
import { javaHashCode } from '../../../src/main/protocol/message/tagsCode'
import { loadFrames } from '../../fixtures/load'
import { BrokerTestbed, consumerData, type TestClient } from './brokerTestbed'

let bed: BrokerTestbed
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

const open = async (
  properties: Record<string, string> = {}
): Promise<[RunningBroker, TestClient]> => {
  const broker = await bed.start(properties)
  return [broker, bed.client(broker)]
}

const topicExt = (topic: string, more: object = {}) => ({
  ...{ topic, defaultTopic: 'TBW102', readQueueNums: 2, writeQueueNums: 2, perm: 6 },
  ...{ topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false, ...more }
})

const mq = (topic: string, queueId: number) =>
  JSON.stringify({ brokerName: 'broker-a', queueId, topic })

/** What stock brokers answered with a body, the newest last. */
const stockBodies = (code: string): unknown[] =>
  loadFrames()
    .filter((f) => f.code === code && f.variant === '' && f.direction === 'response')
    .flatMap(({ bytes }) => {
      const { body } = decodeFrame(bytes.subarray(4))
      return body ? [parseJson(body.toString())] : []
    })

describe('topics', () => {
  test('are changed, counted, listed and deleted', async () => {
    const [, client] = await open()
    await client.body(RequestCode.UPDATE_AND_CREATE_TOPIC, topicExt('T'))
    await client.body(
      RequestCode.UPDATE_AND_CREATE_TOPIC,
      topicExt('T', { readQueueNums: 3, attributes: '+message.type=FIFO' })
    )
    const config = await client.body(RequestCode.GET_TOPIC_CONFIG, { topic: 'T', lo: true })
    expect(config).toEqual({
      ...{ topicName: 'T', readQueueNums: 3, writeQueueNums: 2, perm: 6, order: false },
      ...{ topicFilterType: 'SINGLE_TAG', topicSysFlag: 0 },
      attributes: { 'message.type': 'FIFO' }
    })
    await client.send('T', 'a')
    const stats = await client.body(RequestCode.GET_TOPIC_STATS_INFO, { topic: 'T' })
    expect(stats).toMatchObject({
      offsetTable: {
        [mq('T', 0)]: { minOffset: 0, maxOffset: 1, lastUpdateTimestamp: bed.clock.now() },
        [mq('T', 2)]: { minOffset: 0, maxOffset: 0, lastUpdateTimestamp: 0 }
      }
    })
    const all = (await client.body(RequestCode.GET_ALL_TOPIC_CONFIG)) as Record<string, object>
    expect(all.topicConfigTable).toHaveProperty('T', config)
    await client.body(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })
    for (const code of [RequestCode.GET_TOPIC_CONFIG, RequestCode.GET_TOPIC_STATS_INFO])
      expect((await client.ask(code, { topic: 'T' })).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
    // As a Java broker: deleting what is not there is no error.
    expect((await client.ask(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })).code).toBe(0)
  })

  test.each([
    ['a blank name', ' ', {}, ResponseCode.INVALID_PARAMETER],
    ['a system topic', 'TBW102', {}, ResponseCode.INVALID_PARAMETER],
    ['the topic of the cluster', 'DefaultCluster', {}, ResponseCode.INVALID_PARAMETER],
    ['too many queues', 'T', { readQueueNums: 16_385 }, ResponseCode.INVALID_PARAMETER],
    ['no permission', 'T', { perm: 16 }, ResponseCode.INVALID_PARAMETER],
    ['an unknown attribute', 'T', { attributes: '+colour=red' }, ResponseCode.SYSTEM_ERROR],
    ['what this broker has not', 'T', { attributes: '+cleanup.policy=COMPACTION' }, ResponseCode.SYSTEM_ERROR]
  ])('are refused: %s', async (_name, topic, more, code) => {
    const [, client] = await open()
    const answer = await client.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, topicExt(topic, more))
    expect(answer.code).toBe(code)
    expect(answer.remark).not.toBe('')
  }) // prettier-ignore

  test('a list is created whole or not at all', async () => {
    const [, client] = await open()
    const topic = (topicName: string) => ({ topicName, readQueueNums: 1, writeQueueNums: 1, perm: 6 }) // prettier-ignore
    const create = (...names: string[]) => client.ask(RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, {}, { topicConfigList: names.map(topic) }) // prettier-ignore
    expect((await create('A', 'B b')).code).toBe(ResponseCode.INVALID_PARAMETER)
    expect((await client.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'A' })).code).toBe(
      ResponseCode.TOPIC_NOT_EXIST
    )
    expect((await create('A', 'B')).code).toBe(ResponseCode.SUCCESS)
    expect((await client.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'B' })).code).toBe(0)
  })

  test('a topic named like a part of JavaScript is a topic like others', async () => {
    const [, client] = await open()
    for (const topic of ['__proto__', 'constructor'])
      expect((await client.send(topic, 'a')).code).toBe(ResponseCode.SUCCESS)
    const all = await client.ask(RequestCode.GET_ALL_TOPIC_CONFIG)
    expect(all.body?.toString()).toContain('"__proto__":{"topicName":"__proto__"')
  })
})

describe('groups', () => {
  test('are kept with what was asked for, and deleted with their offsets', async () => {
    const [, client] = await open()
    await client.send('T', 'a')
    await client.body(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, { groupName: 'CG', consumeBroadcastEnable: false, retryQueueNums: 3 }) // prettier-ignore
    const config = await client.body(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'CG' })
    expect(config).toMatchObject({ consumeBroadcastEnable: false, retryQueueNums: 3 })
    const all = await client.body(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG)
    expect(all).toMatchObject({ subscriptionGroupTable: { CG: config, TOOLS_CONSUMER: {} } })
    const offset = { consumerGroup: 'CG', topic: 'T', queueId: 0 }
    await client.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { ...offset, commitOffset: 1 })
    await client.body(RequestCode.DELETE_SUBSCRIPTIONGROUP, { groupName: 'CG', cleanOffset: true })
    const gone = await client.ask(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'CG' })
    expect(gone.code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST)
    expect((await client.ask(RequestCode.QUERY_CONSUMER_OFFSET, offset)).extFields.offset).toBe('0')
  })

  test.each([
    ['a bad name', { groupName: 'C G' }],
    ['no possible number of retries', { groupName: 'CG', retryMaxTimes: -2 }]
  ])('are refused: %s', async (_name, config) => {
    const [, client] = await open()
    const answer = await client.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, config)
    expect(answer.code).toBe(ResponseCode.INVALID_PARAMETER)
  })

  test('of the system cannot be deleted', async () => {
    const [, client] = await open()
    const groupName = 'TOOLS_CONSUMER'
    expect((await client.ask(RequestCode.DELETE_SUBSCRIPTIONGROUP, { groupName })).code).toBe(
      ResponseCode.INVALID_PARAMETER
    )
  })
})

describe('how far a group is', () => {
  const consuming = async (): Promise<TestClient> => {
    const [, client] = await open()
    await client.heartbeat('c1', [consumerData('CG', 'T', 'TagA || TagB')])
    for (const text of ['a', 'b', 'c']) await client.send('T', text, { queueNums: 1 })
    await client.pull('CG', 'T', 0, { maxMsgNums: 2 })
    const offset = { consumerGroup: 'CG', topic: 'T', queueId: 0, commitOffset: 1 }
    await client.ask(RequestCode.UPDATE_CONSUMER_OFFSET, offset)
    return client
  }
  test('consume stats have the fields of a stock broker', async () => {
    const client = await consuming()
    type Stats = { offsetTable: Record<string, object> }
    const rows = [
      await client.body(RequestCode.GET_CONSUME_STATS, { consumerGroup: 'CG' }),
      stockBodies('GET_CONSUME_STATS').at(-1)
    ].map((stats) => Object.values((stats as Stats).offsetTable)[0])
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(Object.keys(rows[1] ?? {}).sort())
  })
  const row = () => ({ brokerOffset: 3, consumerOffset: 1, lastTimestamp: bed.clock.now(), pullOffset: 2 }) // prettier-ignore

  test('consume stats (208, 317)', async () => {
    const client = await consuming()
    const stats = await client.body(RequestCode.GET_CONSUME_STATS, { consumerGroup: 'CG' })
    expect(stats).toEqual({ consumeTps: 0, offsetTable: { [mq('T', 0)]: row() } })
    expect(await client.body(RequestCode.GET_BROKER_CONSUME_STATS, { isOrder: false })).toMatchObject({ totalDiff: 2, totalInflightDiff: 1, consumeStatsList: [{ CG: [stats] }] }) // prettier-ignore
    bed.clock.advance(60_000)
    const later = (await client.body(RequestCode.GET_CONSUME_STATS, { consumerGroup: 'CG' })) as { consumeTps: number } // prettier-ignore
    expect(later.consumeTps).toBeCloseTo(2 / 60)
  })

  test('connections, topics, groups, time span (203, 343, 300, 303)', async () => {
    const client = await consuming()
    const connections = await client.body(RequestCode.GET_CONSUMER_CONNECTION_LIST, { consumerGroup: 'CG' }) // prettier-ignore
    expect(connections).toMatchObject({
      connectionSet: [{ clientId: 'c1', language: 'JAVA' }],
      ...{ consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING' },
      subscriptionTable: { T: { subString: 'TagA || TagB' } }
    })
    expect(await client.body(RequestCode.QUERY_TOPICS_BY_CONSUMER, { group: 'CG' })).toMatchObject({ topicList: ['T'] }) // prettier-ignore
    expect(await client.body(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, { topic: 'T' })).toEqual({ groupList: ['CG'] }) // prettier-ignore
    bed.clock.advance(5000)
    expect(
      await client.body(RequestCode.QUERY_CONSUME_TIME_SPAN, { topic: 'T', group: 'CG' })
    ).toMatchObject({ consumeTimeSpanSet: [{ delayTime: 5000 }] })
    const nobody = await client.ask(RequestCode.GET_CONSUMER_CONNECTION_LIST, { consumerGroup: 'X' }) // prettier-ignore
    expect(nobody.code).toBe(ResponseCode.CONSUMER_NOT_ONLINE)
  })

  test('the lowest offset of the other groups corrects one that is ahead (308)', async () => {
    const client = await consuming()
    await client.body(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, { groupName: 'Ahead' })
    const offset = { consumerGroup: 'Ahead', topic: 'T', queueId: 0, commitOffset: 3 }
    await client.ask(RequestCode.UPDATE_CONSUMER_OFFSET, offset)
    expect(
      await client.body(RequestCode.QUERY_CORRECTION_OFFSET, { topic: 'T', compareGroup: 'Ahead' })
    ).toEqual({ correctionOffsets: { 0: 1 } })
  })

  test('the entries of a consume queue (321)', async () => {
    const client = await consuming()
    await client.send('T', 'd', { properties: { TAGS: 'TagB' } })
    const answer = await client.body(RequestCode.QUERY_CONSUME_QUEUE, { topic: 'T', queueId: 0, index: 2, count: 9, consumerGroup: 'CG' }) // prettier-ignore
    expect(answer).toMatchObject({
      ...{ maxQueueIndex: 4, minQueueIndex: 0 },
      queueData: [{ eval: false, tagsCode: 0 }, { eval: true, tagsCode: javaHashCode('TagB') }] // prettier-ignore
    })
    const missing = await client.ask(RequestCode.QUERY_CONSUME_QUEUE, { topic: 'T', queueId: 7, index: 0, count: 1 }) // prettier-ignore
    expect(missing.code).toBe(ResponseCode.SYSTEM_ERROR)
  })

  test('producers online (328), counted messages (315)', async () => {
    const client = await consuming()
    await client.heartbeat('c2', [], ['PG'])
    expect(await client.body(RequestCode.GET_ALL_PRODUCER_INFO)).toMatchObject({ data: { PG: [{ clientId: 'c2', lastUpdateTimestamp: bed.clock.now() }] } }) // prettier-ignore
    bed.clock.advance(60_000)
    const view = await client.body(RequestCode.VIEW_BROKER_STATS_DATA, { statsName: 'TOPIC_PUT_NUMS', statsKey: 'T' }) // prettier-ignore
    expect(view).toMatchObject({ statsMinute: { sum: 3, tps: 0.05, avgpt: 1 } })
    const none = await client.ask(RequestCode.VIEW_BROKER_STATS_DATA, { statsName: 'TOPIC_PUT_NUMS', statsKey: 'U' }) // prettier-ignore
    expect(none.code).toBe(ResponseCode.SYSTEM_ERROR)
  })
})

describe('properties', () => {
  const update = (client: TestClient, text: string) => client.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from(text)) // prettier-ignore
  const current = async (client: TestClient) => parsePropertiesText((await client.ask(RequestCode.GET_BROKER_CONFIG)).body!.toString()) // prettier-ignore

  test('that are hot act at once and are handed to the owner', async () => {
    const [broker, client] = await open()
    expect(await update(client, 'maxMessageSize=2048\nregionId=R2')).toMatchObject({ code: 0 })
    expect((await client.send('T', Buffer.alloc(3000))).code).toBe(ResponseCode.MESSAGE_ILLEGAL)
    expect((await client.send('T', 'x')).extFields.MSG_REGION).toBe('R2')
    expect(broker.properties().get('maxMessageSize')).toBe('2048')
    expect(bed.changedProperties).toEqual([{ maxMessageSize: '2048', regionId: 'R2' }])
  })

  test('that are not hot wait for the next start, and the remark says so', async () => {
    const [broker, client] = await open()
    const answer = await update(client, 'defaultTopicQueueNums=16')
    expect(answer.code).toBe(ResponseCode.SUCCESS)
    expect(answer.remark).toMatch(/next start.*defaultTopicQueueNums/)
    expect(broker.properties().get('defaultTopicQueueNums')).toBe('8')
    expect((await current(client)).get('defaultTopicQueueNums')).toBe('16')
    expect(bed.changedProperties).toEqual([{ defaultTopicQueueNums: '16' }])
  })

  test.each([
    [
      'black-listed',
      'brokerConfigPath=/etc/passwd',
      ResponseCode.NO_PERMISSION,
      /black list.*brokerConfigPath/
    ],
    ['of the cluster', 'brokerName=other', ResponseCode.NO_PERMISSION, /cluster/],
    [
      'of the cluster, without effect here',
      'bindAddress=10.0.0.1',
      ResponseCode.NO_PERMISSION,
      /cluster/
    ],
    ['unknown', 'noSuchThing=1', ResponseCode.SYSTEM_ERROR, /noSuchThing/],
    ['misspelt', 'maxMesageSize=2048', ResponseCode.SYSTEM_ERROR, /did you mean maxMessageSize\?/],
    [
      'no such value of a key without effect',
      'sendMessageThreadPoolNums=x',
      ResponseCode.SYSTEM_ERROR,
      /Java int/
    ],
    ['no such value', 'maxMessageSize=lots', ResponseCode.SYSTEM_ERROR, /whole number from/],
    ['nothing', '', ResponseCode.SYSTEM_ERROR, /key=value/],
    ['half right', 'regionId=R2\nmaxMessageSize=lots', ResponseCode.SYSTEM_ERROR, /maxMessageSize/]
  ])('are refused and nothing changes: %s', async (_name, text, code, remark) => {
    const [, client] = await open()
    const answer = await update(client, text)
    expect(answer.code).toBe(code)
    expect(answer.remark).toMatch(remark)
    expect((await current(client)).get('regionId')).toBe('DefaultRegion')
    expect(bed.changedProperties).toEqual([])
  })

  test('sent back as they are change nothing', async () => {
    const [, client] = await open()
    const all = await current(client)
    // As with RocketMQ, whose GET answers it and whose UPDATE refuses whatever names it.
    expect(all.delete('configBlackList')).toBe(true)
    expect((await update(client, formatPropertiesText(all))).code).toBe(0)
    expect(bed.changedProperties).toEqual([])
  })

  test('that only RocketMQ knows are kept and answered, among all of its keys', async () => {
    const [broker, client] = await open()
    expect((await current(client)).get('sendMessageThreadPoolNums')).toBe('4')
    expect(await update(client, 'sendMessageThreadPoolNums=16')).toMatchObject({ code: 0 })
    const all = await current(client)
    expect(all.get('sendMessageThreadPoolNums')).toBe('16')
    expect([...all.keys()]).toEqual([...all.keys()].sort())
    expect(all.size).toBeGreaterThan(400)
    expect(broker.properties().get('sendMessageThreadPoolNums')).toBe('16')
    expect(bed.changedProperties).toEqual([{ sendMessageThreadPoolNums: '16' }])
  })
})

test('the runtime info has every key a stock 5.3 broker has', async () => {
  const [, client] = await open()
  await client.send('T', 'x')
  const ours = (await client.body(RequestCode.GET_BROKER_RUNTIME_INFO)) as { table: Record<string, string> } // prettier-ignore
  const stock = stockBodies('GET_BROKER_RUNTIME_INFO').at(-1) as { table: Record<string, string> }
  const keys = (table: object) => Object.keys(table).filter((key) => !/^(scheduleMessageOffset_|commitLogDiskRatio_)/.test(key)) // prettier-ignore
  expect(keys(stock.table).filter((key) => !(key in ours.table))).toEqual([])
  expect(ours.table).toMatchObject({
    ...{ brokerVersion: '479', brokerVersionDesc: 'V5_3_3', msgPutTotalTodayNow: '1' },
    ...{ bootTimestamp: String(bed.clock.now()), putMessageTimesTotal: '1' }
  })
  expect(ours.table.putTps).toMatch(/^\d+\.\d+ \d+\.\d+ \d+\.\d+$/)
  expect(ours.table.commitLogDirCapacity).toMatch(/^Total : [\d.]+ GiB, Free : [\d.]+ GiB\.$/)
})
