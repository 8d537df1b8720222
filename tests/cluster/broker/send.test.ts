import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeFrame } from '../../../src/main/protocol/frame'
import { encodeBatch } from '../../../src/main/protocol/message/batchCodec'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { decodeMessageId } from '../../../src/main/protocol/message/messageId'
import { getProperty } from '../../../src/main/protocol/message/properties'
import { loadFrames } from '../../fixtures/load'
import { BrokerTestbed, propertiesText, sendExt, type TestClient } from './brokerTestbed'

let bed: BrokerTestbed
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

const stored = async (client: TestClient, topic: string, queueId = 0) => {
  const { body } = await client.pull('CG', topic, 0, { queueId })
  return decodeMessages(body ?? Buffer.alloc(0))
}

const open = async (
  properties: Record<string, string> = {}
): Promise<[RunningBroker, TestClient]> => {
  const broker = await bed.start(properties)
  return [broker, bed.client(broker)]
}

const topicConfig = (client: TestClient, topic: string) =>
  client.body(RequestCode.GET_TOPIC_CONFIG, { topic })

describe('strict mode', () => {
  test('a send to an unknown topic is refused, and the remark names topic, broker and cure', async () => {
    const [, client] = await open({ autoCreateTopicEnable: 'false' })
    const response = await client.send('Orders', 'x')
    expect(response.code).toBe(ResponseCode.TOPIC_NOT_EXIST)
    expect(response.remark).toMatch(/Orders.*broker-a.*autoCreateTopicEnable.*updateTopic/s)
    expect((await client.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'TBW102' })).code).toBe(
      ResponseCode.TOPIC_NOT_EXIST
    )
  })

  test('a topic created by an administrator is taken', async () => {
    const [, client] = await open({ autoCreateTopicEnable: 'false' })
    await client.body(RequestCode.UPDATE_AND_CREATE_TOPIC, {
      ...{ topic: 'Orders', defaultTopic: 'TBW102', readQueueNums: 2, writeQueueNums: 2 },
      ...{ perm: 6, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false }
    })
    expect((await client.send('Orders', 'x', { queueId: 1 })).code).toBe(ResponseCode.SUCCESS)
  })

  test('switched on while it runs, it refuses the next unknown topic', async () => {
    const [, client] = await open()
    await client.body(
      RequestCode.UPDATE_BROKER_CONFIG,
      {},
      Buffer.from('autoCreateTopicEnable=false')
    )
    expect((await client.send('Orders', 'x')).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
    await client.body(
      RequestCode.UPDATE_BROKER_CONFIG,
      {},
      Buffer.from('autoCreateTopicEnable=true')
    )
    expect((await client.send('Orders', 'x')).code).toBe(ResponseCode.SUCCESS)
  })
})

describe('auto-creation', () => {
  test.each([
    ['the client asks for fewer queues than the template has', 4, 4],
    ['the template caps what the client asks for', 100, 8]
  ])('%s', async (_name, queueNums, expected) => {
    const [, client] = await open()
    expect((await client.send('Orders', 'x', { queueNums })).code).toBe(ResponseCode.SUCCESS)
    expect(await topicConfig(client, 'Orders')).toMatchObject({
      readQueueNums: expected,
      writeQueueNums: expected,
      perm: 6
    })
  })

  test('a template without the inherit bit creates nothing', async () => {
    const [, client] = await open()
    const response = await client.send('Orders', 'x', { defaultTopic: 'BenchmarkTest' })
    expect(response.code).toBe(ResponseCode.TOPIC_NOT_EXIST)
  })

  test('many first messages at once make one topic and are all stored', async () => {
    const [, client] = await open()
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, i) => client.send('Orders', String(i)))
    )
    expect(responses.map(({ extFields }) => extFields.queueOffset)).toEqual(
      Array.from({ length: 20 }, (_, i) => String(i))
    )
  })
})

describe('refusals', () => {
  const { INVALID_PARAMETER, NO_PERMISSION, MESSAGE_ILLEGAL } = ResponseCode
  test.each([
    ['an illegal name', 'Or ders', {}, INVALID_PARAMETER, /Or ders.*illegal characters/],
    ['a name over 127 characters', 'T'.repeat(128), {}, INVALID_PARAMETER, /128.*127/],
    ['the schedule topic', 'SCHEDULE_TOPIC_XXXX', {}, NO_PERMISSION, /SCHEDULE_TOPIC_XXXX/],
    ['the half topic', 'RMQ_SYS_TRANS_HALF_TOPIC', {}, NO_PERMISSION, /RMQ_SYS_TRANS_HALF_TOPIC/],
    [
      'a queue that is not there',
      'TBW102',
      { queueId: 8 },
      INVALID_PARAMETER,
      /8.*TBW102.*8 write/
    ],
    ['a half message by its flag alone', 'T1', { sysFlag: 4 }, MESSAGE_ILLEGAL, /T1.*TRAN_MSG/],
    [
      'a delay level that is none',
      'T1',
      { properties: { DELAY: 'x' } },
      MESSAGE_ILLEGAL,
      /T1.*DELAY=x/
    ],
    [
      'a timer too far ahead',
      'T1',
      { properties: { TIMER_DELAY_SEC: '259201' } },
      MESSAGE_ILLEGAL,
      /max delay 259200000ms.*T1/
    ]
  ])('%s', async (_name, topic, more, code, remark) => {
    const [, client] = await open()
    const response = await client.send(topic, 'x', more)
    expect(response.code).toBe(code)
    expect(response.remark).toMatch(remark)
    expect(await stored(client, topic)).toEqual([])
  })

  test('delay level 0 is no delay', async () => {
    const [, client] = await open()
    expect((await client.send('T', 'x', { properties: { DELAY: '0' } })).code).toBe(0)
  })

  test('a body over maxMessageSize, by one byte', async () => {
    const [, client] = await open({ maxMessageSize: '2048' })
    const response = await client.send('T', Buffer.alloc(2049))
    expect(response.code).toBe(ResponseCode.MESSAGE_ILLEGAL)
    expect(response.remark).toMatch(/T.*2049.*2048.*maxMessageSize/)
    expect((await client.send('T', Buffer.alloc(2048))).code).toBe(ResponseCode.SUCCESS)
  })

  test('properties that do not fit behind a short', async () => {
    const [, client] = await open()
    const response = await client.send('T', 'x', { properties: { big: 'x'.repeat(33_000) } })
    expect(response.code).toBe(ResponseCode.MESSAGE_ILLEGAL)
  })

  test('a message before startAcceptSendRequestTimeStamp', async () => {
    const [, client] = await open({
      startAcceptSendRequestTimeStamp: String(bed.clock.now() + 1000)
    })
    expect((await client.send('T', 'x')).code).toBe(ResponseCode.SYSTEM_ERROR)
    bed.clock.advance(1000)
    expect((await client.send('T', 'x')).code).toBe(ResponseCode.SUCCESS)
  })

  test('a retry topic of a group that may not be made', async () => {
    const [, client] = await open({ autoCreateSubscriptionGroup: 'false' })
    const response = await client.send('%RETRY%CG', 'x')
    expect(response.code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST)
    expect(response.remark).toContain('CG')
  })
})

describe('a stored message', () => {
  test('carries what the producer sent, and what a broker adds', async () => {
    const [broker, client] = await open()
    const sent = await client.send('T', 'hello', {
      properties: { UNIQ_KEY: 'ABC', TAGS: 'TagA', KEYS: 'k1 k2', CLUSTER: 'forged' }
    })
    const [message] = await stored(client, 'T')
    expect(message).toMatchObject({ topic: 'T', queueId: 0, queueOffset: 0, reconsumeTimes: 0 })
    expect(message?.body.toString()).toBe('hello')
    expect(message?.properties).toBe(
      propertiesText({
        ...{ UNIQ_KEY: 'ABC', TAGS: 'TagA', KEYS: 'k1 k2' },
        ...{ MSG_REGION: 'DefaultRegion', TRACE_ON: 'true', CLUSTER: 'DefaultCluster' }
      })
    )
    expect(decodeMessageId(sent.extFields.msgId ?? '')).toEqual({
      storeHost: { ip: Buffer.from([127, 0, 0, 1]), port: broker.port },
      physicalOffset: message?.physicalOffset
    })
  })

  test('gets a unique key where its producer gave none, and the answer says it', async () => {
    const [, client] = await open()
    const sent = await client.send('T', 'hello')
    const [message] = await stored(client, 'T')
    const uniqKey = getProperty(message?.properties ?? '', 'UNIQ_KEY')
    expect(uniqKey).toMatch(/^[0-9A-F]{32}$/)
    expect(sent.extFields.transactionId).toBe(uniqKey)
  })

  test('can be looked up by the id of the answer, and by no other offset', async () => {
    const [, client] = await open()
    const { extFields } = await client.send('T', 'hello')
    const offset = decodeMessageId(extFields.msgId ?? '')?.physicalOffset ?? -1
    const found = await client.ask(RequestCode.VIEW_MESSAGE_BY_ID, { offset })
    expect(decodeMessages(found.body ?? Buffer.alloc(0))[0]?.body.toString()).toBe('hello')
    const missed = await client.ask(RequestCode.VIEW_MESSAGE_BY_ID, { offset: offset + 1 })
    expect(missed.code).toBe(ResponseCode.SYSTEM_ERROR)
  })

  test('of a negative queue id lands in some write queue', async () => {
    const [, client] = await open()
    const { extFields } = await client.send('T', 'x', { queueId: -1 })
    const queueId = Number(extFields.queueId)
    expect(queueId).toBeGreaterThanOrEqual(0)
    expect(await stored(client, 'T', queueId)).toHaveLength(1)
  })
})

describe('batches', () => {
  const batch = (bodies: string[], properties: Record<string, string>[] = []): Buffer =>
    encodeBatch(
      bodies.map((body, i) => ({
        flag: i,
        body: Buffer.from(body),
        properties: propertiesText({ UNIQ_KEY: `K${i}`, ...properties[i] })
      }))
    )
  const send = (client: TestClient, body: Buffer) =>
    client.ask(RequestCode.SEND_BATCH_MESSAGE, { ...sendExt('T'), m: true, i: propertiesText({ UNIQ_KEY: 'OUTER', WAIT: 'true' }) }, body) // prettier-ignore

  test('are stored one behind the other, each with its own key, and answered with all ids', async () => {
    const [, client] = await open()
    await client.send('T', 'before')
    const response = await send(client, batch(['a', 'b', 'c']))
    expect(response.extFields).toMatchObject({ queueOffset: '1', queueId: '0', transactionId: 'OUTER' }) // prettier-ignore
    const messages = (await stored(client, 'T')).slice(1)
    expect(messages.map(({ body, flag }) => [body.toString(), flag])).toEqual([['a', 0], ['b', 1], ['c', 2]]) // prettier-ignore
    expect(messages.map((m) => getProperty(m.properties, 'UNIQ_KEY'))).toEqual(['K0', 'K1', 'K2'])
    const ids = response.extFields.msgId?.split(',').map((id) => decodeMessageId(id))
    expect(ids?.map((id) => id?.physicalOffset)).toEqual(messages.map((m) => m.physicalOffset))
  })

  test.each([
    ['one message is delayed', batch(['a', 'b'], [{}, { DELAY: '2' }])],
    ['it is torn', batch(['a', 'b']).subarray(0, -3)],
    ['it is empty', Buffer.alloc(0)]
  ])('are refused whole where %s', async (_name, body) => {
    const [, client] = await open()
    expect((await send(client, body)).code).toBe(ResponseCode.MESSAGE_ILLEGAL)
    expect(await stored(client, 'T')).toEqual([])
  })

  test('are not taken for a retry topic', async () => {
    const [, client] = await open()
    const ext = { ...sendExt('%RETRY%CG'), m: true }
    const response = await client.ask(RequestCode.SEND_BATCH_MESSAGE, ext, batch(['a']))
    expect(response.code).toBe(ResponseCode.MESSAGE_ILLEGAL)
  })
})

test('SEND_MESSAGE (10) says the same under the long names', async () => {
  const [, client] = await open()
  const response = await client.ask(
    RequestCode.SEND_MESSAGE,
    {
      ...{ producerGroup: 'PG', topic: 'T', defaultTopic: 'TBW102', defaultTopicQueueNums: 4 },
      ...{ queueId: 3, sysFlag: 0, bornTimestamp: 5, flag: 7, properties: '', reconsumeTimes: 2 }
    },
    Buffer.from('x')
  )
  expect(response.code).toBe(ResponseCode.SUCCESS)
  const [message] = await stored(client, 'T', 3)
  expect(message).toMatchObject({ flag: 7, bornTimestamp: 5, reconsumeTimes: 2 })
})

test('a one-way message is stored and not answered', async () => {
  const [, client] = await open()
  await client.oneway(RequestCode.SEND_MESSAGE_V2, sendExt('T'), Buffer.from('quiet'))
  // The next answer on this connection is the answer to the next request.
  const response = await client.send('T', 'loud')
  expect(response.code).toBe(ResponseCode.SUCCESS)
  expect((await stored(client, 'T')).map(({ body }) => body.toString()).sort()).toEqual([
    'loud',
    'quiet'
  ])
})

test('the answers have the fields a stock 5.3 broker answers with', async () => {
  const [, client] = await open()
  for (const name of ['SEND_MESSAGE_V2', 'SEND_BATCH_MESSAGE'] as const) {
    const recorded = loadFrames().find((f) => f.code === name && f.variant === '' && f.client === 'java53x' && f.serialization === 'json' && f.direction === 'response') // prettier-ignore
    const stock = decodeFrame(recorded!.bytes.subarray(4))
    const isBatch = name === 'SEND_BATCH_MESSAGE'
    const body = encodeBatch([{ flag: 0, body: Buffer.from('a'), properties: '' }])
    const ext = { ...sendExt('T', { properties: { UNIQ_KEY: 'K' } }), m: isBatch }
    const ours = await client.ask(RequestCode[name], ext, body)
    expect(Object.keys(ours.extFields).sort()).toEqual(Object.keys(stock.extFields).sort())
  }
})
