import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeFrame } from '../../../src/main/protocol/frame'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import type { RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import { loadFrames } from '../../fixtures/load'
import { BrokerTestbed, consumerData, type TestClient } from './brokerTestbed'

const SUSPEND = 2
const INLINE = 4
const COMMIT = 1

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

const bodies = ({ body }: RemotingCommand): string[] =>
  decodeMessages(body ?? Buffer.alloc(0)).map((message) => message.body.toString())

const sendAll = async (client: TestClient, topic: string, texts: string[], tags?: string) => {
  for (const text of texts) await client.send(topic, text, tags === undefined ? {} : { properties: { TAGS: tags } }) // prettier-ignore
}

const updateTopic = (client: TestClient, topic: string, more: object = {}) =>
  client.body(RequestCode.UPDATE_AND_CREATE_TOPIC, {
    ...{ topic, defaultTopic: 'TBW102', readQueueNums: 4, writeQueueNums: 4, perm: 6 },
    ...{ topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false, ...more }
  })

const updateGroup = (client: TestClient, groupName: string, more: object = {}) =>
  client.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, { groupName, ...more })

describe('where the offset is', () => {
  test.each([
    ['at a message', 1, ResponseCode.SUCCESS, 'FOUND', 3],
    ['at the end', 3, ResponseCode.PULL_NOT_FOUND, 'OFFSET_OVERFLOW_ONE', 3],
    ['behind the end', 9, ResponseCode.PULL_OFFSET_MOVED, 'OFFSET_OVERFLOW_BADLY', 3]
  ])('%s', async (_name, offset, code, remark, nextBeginOffset) => {
    const [, client] = await open()
    await sendAll(client, 'T', ['a', 'b', 'c'])
    const response = await client.pull('CG', 'T', offset)
    expect(response).toMatchObject({ code, remark })
    expect(response.extFields).toEqual({
      ...{ suggestWhichBrokerId: '0', nextBeginOffset: String(nextBeginOffset) },
      ...{ minOffset: '0', maxOffset: '3', topicSysFlag: '0', groupSysFlag: '0' }
    })
  })

  test.each([
    ['0 of an empty queue', 0, ResponseCode.PULL_NOT_FOUND],
    ['beyond an empty queue', 5, ResponseCode.PULL_OFFSET_MOVED]
  ])('%s', async (_name, offset, code) => {
    const [, client] = await open()
    await updateTopic(client, 'T')
    const response = await client.pull('CG', 'T', offset)
    expect(response).toMatchObject({ code, extFields: { nextBeginOffset: '0', maxOffset: '0' } })
  })

  test('messages come in order, as many as were asked for', async () => {
    const [, client] = await open()
    await sendAll(client, 'T', ['a', 'b', 'c'])
    const first = await client.pull('CG', 'T', 0, { maxMsgNums: 2 })
    expect(bodies(first)).toEqual(['a', 'b'])
    const next = Number(first.extFields.nextBeginOffset)
    expect(bodies(await client.pull('CG', 'T', next))).toEqual(['c'])
  })

  test.each(['LITE_PULL_MESSAGE', 'PULL_MESSAGE'] as const)('%s answers alike', async (name) => {
    const [, client] = await open()
    await sendAll(client, 'T', ['a'])
    const ext = { consumerGroup: 'CG', topic: 'T', queueId: 0, queueOffset: 0, maxMsgNums: 1 }
    const more = { sysFlag: 22, commitOffset: 0, suspendTimeoutMillis: 20_000, subscription: '*', subVersion: 0 } // prettier-ignore
    expect(bodies(await client.ask(RequestCode[name], { ...ext, ...more }))).toEqual(['a'])
  })
})

describe('who may pull', () => {
  const { NO_PERMISSION, TOPIC_NOT_EXIST, INVALID_PARAMETER } = ResponseCode

  test('with autoCreateSubscriptionGroup=false an unknown group may not, until it is created', async () => {
    const [, client] = await open({ autoCreateSubscriptionGroup: 'false' })
    await updateTopic(client, 'T')
    const refused = await client.pull('CG', 'T', 0)
    expect(refused.code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST)
    expect(refused.remark).toMatch(/CG.*broker-a.*updateSubGroup/)
    expect((await updateGroup(client, 'CG')).code).toBe(ResponseCode.SUCCESS)
    expect((await client.pull('CG', 'T', 0)).code).toBe(ResponseCode.PULL_NOT_FOUND)
  })

  test.each([
    ['the broker is not readable', { brokerPermission: '2' }, {}, NO_PERMISSION, { forbiddenType: '1' }],
    ['the topic is unknown', {}, { topic: 'Nowhere' }, TOPIC_NOT_EXIST, {}],
    ['the topic is write-only', {}, { topic: 'WriteOnly' }, NO_PERMISSION, { forbiddenType: '3' }],
    ['the queue is not there', {}, { queueId: 4 }, INVALID_PARAMETER, {}],
    ['the group may not consume', {}, { consumerGroup: 'Stopped' }, NO_PERMISSION, { forbiddenType: '2' }],
    ['no heartbeat came', {}, { sysFlag: 0 }, ResponseCode.SUBSCRIPTION_NOT_EXIST, {}],
    ['the expression names no tag', {}, { subscription: '||' }, ResponseCode.SUBSCRIPTION_PARSE_FAILED, {}],
    ['the expression is SQL', {}, { expressionType: 'SQL92' }, ResponseCode.SYSTEM_ERROR, {}]
  ])('refused: %s', async (_name, properties, ext, code, extFields) => {
    const [, client] = await open(properties)
    await updateTopic(client, 'T')
    await updateTopic(client, 'WriteOnly', { perm: 2 })
    await updateGroup(client, 'Stopped', { consumeEnable: false })
    const response = await client.pull('CG', 'T', 0, ext)
    expect(response).toMatchObject({ code, extFields })
    expect(response.remark).not.toBe('')
  }) // prettier-ignore

  test('the subscription of the heartbeat counts: its topics, its version, its broadcasting', async () => {
    const [, client] = await open()
    await updateTopic(client, 'T')
    await updateTopic(client, 'U')
    await client.heartbeat('c1', [consumerData('CG', 'T')])
    const code = async (ext: object) => (await client.pull('CG', 'T', 0, { sysFlag: 0, ...ext })).code // prettier-ignore
    expect(await code({ subVersion: 1 })).toBe(ResponseCode.PULL_NOT_FOUND)
    expect(await code({ subVersion: 2 })).toBe(ResponseCode.SUBSCRIPTION_NOT_LATEST)
    expect(await code({ topic: 'U' })).toBe(ResponseCode.SUBSCRIPTION_NOT_EXIST)
    await updateGroup(client, 'CG', { consumeBroadcastEnable: false })
    await client.heartbeat('c1', [consumerData('CG', 'T', '*', { messageModel: 'BROADCASTING' })])
    expect(await code({ subVersion: 1 })).toBe(ResponseCode.NO_PERMISSION)
  })
})

describe('long polling', () => {
  const hold = { sysFlag: SUSPEND | INLINE }

  test('a held pull is answered when a message arrives', async () => {
    const [, client] = await open()
    await updateTopic(client, 'T')
    const pulled = client.pull('CG', 'T', 0, hold)
    await client.send('T', 'a')
    expect(bodies(await pulled)).toEqual(['a'])
  })

  test('only by a message of its queue with a tag it wants', async () => {
    const [, client] = await open()
    await updateTopic(client, 'T')
    const answered: string[] = []
    const pulled = client
      .pull('CG', 'T', 0, { ...hold, subscription: 'TagB || TagC' })
      .then((response) => {
        answered.push('pull')
        return response
      })
    await client.send('T', 'other queue', { queueId: 1, properties: { TAGS: 'TagB' } })
    await client.send('T', 'other tag', { properties: { TAGS: 'TagA' } })
    answered.push('both sent')
    await client.send('T', 'wanted', { properties: { TAGS: 'TagB' } })
    expect(bodies(await pulled)).toEqual(['wanted'])
    expect(answered).toEqual(['both sent', 'pull'])
  })

  test.each([
    ['suspendTimeoutMillis', {}, 15_000],
    ['shortPollingTimeMills, without long polling', { longPollingEnable: 'false' }, 1000]
  ])('a held pull expires after its %s', async (_name, properties, afterMs) => {
    const [, client] = await open(properties)
    await updateTopic(client, 'T')
    let isAnswered = false
    const pulled = client.pull('CG', 'T', 0, hold).then((response) => {
      isAnswered = true
      return response
    })
    // The broker has the pull when it has answered what came after it on the same connection.
    await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })
    bed.clock.advance(afterMs - 1000)
    await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })
    expect(isAnswered).toBe(false)
    bed.clock.advance(2000)
    expect(await pulled).toMatchObject({
      code: ResponseCode.PULL_NOT_FOUND,
      extFields: { nextBeginOffset: '0', minOffset: '0', maxOffset: '0' }
    })
  })

  test('messages that did not match move the offset on when the time is over', async () => {
    const [, client] = await open()
    await updateTopic(client, 'T')
    const pulled = client.pull('CG', 'T', 0, { ...hold, subscription: 'TagB' })
    await sendAll(client, 'T', ['a', 'b'], 'TagA')
    bed.clock.advance(16_000)
    expect(await pulled).toMatchObject({
      code: ResponseCode.PULL_RETRY_IMMEDIATELY,
      remark: 'NO_MATCHED_MESSAGE',
      extFields: { nextBeginOffset: '2' }
    })
  })

  test('without the suspend bit nothing is held', async () => {
    const [, client] = await open()
    await updateTopic(client, 'T')
    expect((await client.pull('CG', 'T', 0)).code).toBe(ResponseCode.PULL_NOT_FOUND)
  })

  test('deleting the topic answers those who wait for it', async () => {
    const [, client] = await open()
    await updateTopic(client, 'T')
    const pulled = client.pull('CG', 'T', 0, hold)
    await client.body(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })
    expect((await pulled).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
  })

  test('a message that wakes many pulls reaches every one of them', async () => {
    const [broker, producer] = await open()
    await updateTopic(producer, 'T')
    const clients = [bed.client(broker), bed.client(broker), bed.client(broker)]
    const pulled = clients.map((client, i) => client.pull(`CG${i}`, 'T', 0, hold))
    for (const client of clients) await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 }) // prettier-ignore
    clients[1]?.close()
    await producer.send('T', 'a')
    expect(bodies(await pulled[0]!)).toEqual(['a'])
    expect(bodies(await pulled[2]!)).toEqual(['a'])
    await expect(pulled[1]).rejects.toThrow('cannot reach')
  })
})

describe('tags', () => {
  test.each([
    ['*', ['a', 'b', 'none']],
    ['TagA', ['a']],
    ['TagA || TagB', ['a', 'b']],
    ['TagC', []]
  ])('%s', async (subscription, expected) => {
    const [, client] = await open()
    await sendAll(client, 'T', ['a'], 'TagA')
    await sendAll(client, 'T', ['b'], 'TagB')
    await sendAll(client, 'T', ['none'])
    const response = await client.pull('CG', 'T', 0, { subscription })
    expect(bodies(response)).toEqual(expected)
    expect(response.code).toBe(
      expected.length > 0 ? ResponseCode.SUCCESS : ResponseCode.PULL_RETRY_IMMEDIATELY
    )
    expect(response.extFields.nextBeginOffset).toBe('3')
  })

  test('of the heartbeat filter a pull that brings none', async () => {
    const [, client] = await open()
    await sendAll(client, 'T', ['a'], 'TagA')
    await sendAll(client, 'T', ['b'], 'TagB')
    await client.heartbeat('c1', [consumerData('CG', 'T', 'TagB')])
    expect(bodies(await client.pull('CG', 'T', 0, { sysFlag: 0 }))).toEqual(['b'])
  })
})

test('a pull commits the offset it carries', async () => {
  const [, client] = await open()
  await sendAll(client, 'T', ['a', 'b'])
  await client.pull('CG', 'T', 1, { sysFlag: COMMIT | INLINE, commitOffset: 1 })
  expect(
    await client.ask(RequestCode.QUERY_CONSUMER_OFFSET, { consumerGroup: 'CG', topic: 'T', queueId: 0 }) // prettier-ignore
  ).toMatchObject({ code: 0, extFields: { offset: '1' } })
})

test.each([
  ['PULL_MESSAGE', 'found'],
  ['PULL_MESSAGE', 'notFound']
])('%s %s has the fields of a stock 5.3 broker', async (code, variant) => {
  const recorded = loadFrames().find((f) => f.code === code && f.variant === variant && f.client === 'java53x' && f.serialization === 'json' && f.direction === 'response') // prettier-ignore
  const stock = decodeFrame(recorded!.bytes.subarray(4))
  const [, client] = await open()
  await sendAll(client, 'T', ['a'])
  const ours = await client.pull('CG', 'T', variant === 'found' ? 0 : 1)
  expect(ours.code).toBe(stock.code)
  expect(ours.remark).toBe(stock.remark)
  expect(Object.keys(ours.extFields).sort()).toEqual(Object.keys(stock.extFields).sort())
})
