import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeFrame } from '../../../src/main/protocol/frame'
import { messageQueue } from '../../../src/main/protocol/bodies/messageQueue'
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

const members = async (client: TestClient, consumerGroup = 'CG') =>
  (await client.ask(RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup })).body?.toString()

const ids = (...consumerIdList: string[]) => JSON.stringify({ consumerIdList })

describe('a heartbeat', () => {
  test('makes the group, its retry topic and its member known before it is answered', async () => {
    const [, client] = await open()
    const answer = await client.heartbeat('c1', [consumerData('CG', 'T')], ['PG'])
    expect(answer.code).toBe(ResponseCode.SUCCESS)
    expect(await members(client)).toBe(ids('c1'))
    expect(await client.body(RequestCode.GET_TOPIC_CONFIG, { topic: '%RETRY%CG' })).toMatchObject({
      readQueueNums: 1,
      perm: 6
    })
    expect(
      await client.body(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'CG' })
    ).toMatchObject({ groupName: 'CG', retryMaxTimes: 16 })
    expect(
      await client.body(RequestCode.GET_PRODUCER_CONNECTION_LIST, { producerGroup: 'PG' })
    ).toMatchObject({ connectionSet: [{ clientId: 'c1', language: 'JAVA', version: 479 }] })
  })

  test('of an unknown group is answered 0 and ignored where groups are not made', async () => {
    const [, client] = await open({ autoCreateSubscriptionGroup: 'false' })
    expect((await client.heartbeat('c1', [consumerData('CG', 'T')])).code).toBe(0)
    const list = await client.ask(RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup: 'CG' })
    expect(list.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(list.remark).toContain('CG')
  })

  test('answers with the fields of a stock 5.3 broker', async () => {
    const recorded = loadFrames().find((f) => f.code === 'HEART_BEAT' && f.variant === 'consumer' && f.client === 'java53x' && f.direction === 'response') // prettier-ignore
    const stock = decodeFrame(recorded!.bytes.subarray(4))
    const [, client] = await open()
    expect((await client.heartbeat('c1', [consumerData('CG', 'T')])).extFields).toEqual(
      stock.extFields
    )
  })

  test('without subscriptions keeps those known, and asks for them where none are', async () => {
    const [, client] = await open()
    const withoutSub = { heartbeatFingerprint: 7, isWithoutSub: true, withoutSub: true }
    const bare = consumerData('CG', 'T', '*', { subscriptionDataSet: [] })
    const first = await client.heartbeat('c1', [bare], [], withoutSub)
    expect(first.extFields.IS_SUB_CHANGE).toBe('true')
    await client.heartbeat('c1', [consumerData('CG', 'T')], [], { heartbeatFingerprint: 7 })
    const again = await client.heartbeat('c1', [bare], [], withoutSub)
    expect(again.extFields.IS_SUB_CHANGE).toBe('false')
    expect(
      await client.body(RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, { group: 'CG', topic: 'T' })
    ).toMatchObject({ subscriptionData: { topic: 'T', subString: '*' } })
  })

  test('that leaves a topic out ends its subscription; a newer version replaces it', async () => {
    const [, client] = await open()
    const sub = async (topic: string) => ((await client.body(RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, { group: 'CG', topic })) as { subscriptionData?: object }).subscriptionData // prettier-ignore
    await client.heartbeat('c1', [consumerData('CG', 'T', 'TagA')])
    const data = (subVersion: number, subString: string) => [{ topic: 'T', subString, subVersion }]
    await client.heartbeat('c1', [consumerData('CG', 'T', '', { subscriptionDataSet: data(0, 'TagOld') })]) // prettier-ignore
    expect(await sub('T')).toMatchObject({ subString: 'TagA' })
    expect(await sub('%RETRY%CG')).toBeUndefined()
    await client.heartbeat('c1', [consumerData('CG', 'T', '', { subscriptionDataSet: data(2, 'TagB') })]) // prettier-ignore
    expect(await sub('T')).toMatchObject({ subString: 'TagB', subVersion: 2 })
  })

  test('that is no JSON answers an error and harms nothing', async () => {
    const [, client] = await open()
    const answer = await client.ask(RequestCode.HEART_BEAT, {}, Buffer.from('{'))
    expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect((await client.heartbeat('c1', [])).code).toBe(ResponseCode.SUCCESS)
  })
})

describe('members hear of each other (40)', () => {
  const group = (notified: { extFields: Record<string, string> }[]) =>
    notified.map(({ extFields }) => extFields.consumerGroup)

  const pair = async (): Promise<[RunningBroker, TestClient, TestClient]> => {
    const broker = await bed.start()
    const [first, second] = [bed.client(broker), bed.client(broker)]
    await first.heartbeat('c1', [consumerData('CG', 'T')])
    await first.askedTimes(1)
    await second.heartbeat('c2', [consumerData('CG', 'T')])
    return [broker, first, second]
  }

  test('when one joins', async () => {
    const [, first, second] = await pair()
    expect(group(await first.askedTimes(2))).toEqual(['CG', 'CG'])
    expect(group(await second.askedTimes(1))).toEqual(['CG'])
    expect(await members(first)).toBe(ids('c1', 'c2'))
  })

  test('when one leaves', async () => {
    const [, first, second] = await pair()
    await first.askedTimes(2)
    await second.ask(RequestCode.UNREGISTER_CLIENT, { clientID: 'c2', consumerGroup: 'CG' })
    await first.askedTimes(3)
    expect(await members(first)).toBe(ids('c1'))
  })

  test('when the connection of one closes', async () => {
    const [, first, second] = await pair()
    await first.askedTimes(2)
    second.close()
    await first.askedTimes(3)
    expect(await members(first)).toBe(ids('c1'))
  })

  test('when one falls silent for channelExpiredTimeout', async () => {
    const [, first, second] = await pair()
    await first.askedTimes(2)
    bed.clock.advance(100_000)
    await first.heartbeat('c1', [consumerData('CG', 'T')])
    // Bytes keep the connection, only heartbeats keep the membership.
    await second.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })
    bed.clock.advance(30_000)
    await first.askedTimes(3)
    expect(await members(first)).toBe(ids('c1'))
  })

  test('not when nothing changed, and not in a broadcasting group', async () => {
    const [broker, first, second] = await pair()
    await Promise.all([first.askedTimes(2), second.askedTimes(1)])
    await second.heartbeat('c2', [consumerData('CG', 'T')])
    const third = bed.client(broker)
    await third.heartbeat('c3', [consumerData('BG', 'T', '*', { messageModel: 'BROADCASTING' })])
    await third.heartbeat('c3', [consumerData('CG', 'T')])
    expect(group(await third.askedTimes(1))).toEqual(['CG'])
    expect(group(await first.askedTimes(3))).toEqual(['CG', 'CG', 'CG'])
  })
})

describe('queue locks', () => {
  const queue = messageQueue('T', 'broker-a', 0)
  const body = (clientId: string) => ({ consumerGroup: 'CG', clientId, mqSet: [queue] })
  const lock = async (client: TestClient, clientId: string) =>
    ((await client.body(RequestCode.LOCK_BATCH_MQ, {}, body(clientId))) as { lockOKMQSet: object[] }).lockOKMQSet // prettier-ignore

  test('one client holds a queue until it unlocks it', async () => {
    const [, client] = await open()
    expect(await lock(client, 'c1')).toEqual([queue])
    expect(await lock(client, 'c2')).toEqual([])
    await client.body(RequestCode.UNLOCK_BATCH_MQ, {}, body('c2'))
    expect(await lock(client, 'c2')).toEqual([])
    await client.body(RequestCode.UNLOCK_BATCH_MQ, {}, body('c1'))
    expect(await lock(client, 'c2')).toEqual([queue])
  })

  test('or until it did not renew it for a minute', async () => {
    const [, client] = await open()
    await lock(client, 'c1')
    bed.clock.advance(59_000)
    await lock(client, 'c1')
    bed.clock.advance(60_000)
    expect(await lock(client, 'c2')).toEqual([])
    bed.clock.advance(1)
    expect(await lock(client, 'c2')).toEqual([queue])
    expect(await lock(client, 'c1')).toEqual([])
  })
})

describe('consumer offsets', () => {
  const query = (client: TestClient, more: object = {}) =>
    client.ask(RequestCode.QUERY_CONSUMER_OFFSET, { consumerGroup: 'CG', topic: 'T', queueId: 0, ...more }) // prettier-ignore
  const commit = (client: TestClient, commitOffset: number, more: object = {}) =>
    client.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { consumerGroup: 'CG', topic: 'T', queueId: 0, commitOffset, ...more }) // prettier-ignore

  test('a new group begins a young queue at 0, an empty one where its client says', async () => {
    const [, client] = await open()
    await client.send('T', 'a')
    expect(await query(client)).toMatchObject({ code: 0, extFields: { offset: '0' } })
    expect((await query(client, { queueId: 1 })).code).toBe(ResponseCode.QUERY_NOT_FOUND)
    expect((await query(client, { setZeroIfNotFound: false })).code).toBe(ResponseCode.QUERY_NOT_FOUND) // prettier-ignore
  })

  test('what was committed is answered, also when it is smaller than before', async () => {
    const [, client] = await open()
    await client.send('T', 'a')
    await client.heartbeat('c1', [consumerData('CG', 'T')])
    for (const offset of [7, 3]) {
      expect((await commit(client, offset)).code).toBe(ResponseCode.SUCCESS)
      expect((await query(client)).extFields.offset).toBe(String(offset))
    }
    // ali-ons says -1 where it has nothing to say.
    expect((await commit(client, -1)).code).toBe(ResponseCode.SUCCESS)
    expect((await query(client)).extFields.offset).toBe('3')
  })

  test.each([
    ['an unknown group', { consumerGroup: 'Nobody' }, ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST],
    ['an unknown topic', { topic: 'Nowhere' }, ResponseCode.TOPIC_NOT_EXIST],
    ['no possible queue', { queueId: -1 }, ResponseCode.INVALID_PARAMETER]
  ])('%s commits nothing', async (_name, more, code) => {
    const [, client] = await open()
    await client.send('T', 'a')
    await client.heartbeat('c1', [consumerData('CG', 'T')])
    expect((await commit(client, 1, more)).code).toBe(code)
  })

  test('by time, and at both ends', async () => {
    const [, client] = await open()
    const offset = async (code: number, more: object = {}) => (await client.ask(code, { topic: 'T', queueId: 0, ...more })).extFields.offset // prettier-ignore
    const start = bed.clock.now()
    for (let i = 0; i < 3; i++) {
      await client.send('T', String(i))
      bed.clock.advance(1000)
    }
    const search = (timestamp: number, boundaryType = 'LOWER') =>
      offset(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, { timestamp, boundaryType })
    expect(await search(start + 500)).toBe('1')
    expect(await search(start + 500, 'UPPER')).toBe('0')
    expect(await search(start + 99_000)).toBe('3')
    expect(await offset(RequestCode.GET_MAX_OFFSET)).toBe('3')
    expect(await offset(RequestCode.GET_MIN_OFFSET)).toBe('0')
    const earliest = await client.ask(RequestCode.GET_EARLIEST_MSG_STORETIME, { topic: 'T', queueId: 0 }) // prettier-ignore
    expect(earliest.extFields.timestamp).toBe(String(start))
  })
})

test.each([
  ['TAG', ResponseCode.SUCCESS],
  ['SQL92', ResponseCode.SYSTEM_ERROR]
])('a consumer asks whether %s is understood (46)', async (expressionType, code) => {
  const [, client] = await open()
  const body = { clientId: 'c1', group: 'CG', subscriptionData: { topic: 'T', subString: 'a > 1', expressionType } } // prettier-ignore
  expect((await client.ask(RequestCode.CHECK_CLIENT_CONFIG, {}, body)).code).toBe(code)
})

describe('a question to a client', () => {
  const ask = (client: TestClient, clientId: string) =>
    client.ask(RequestCode.GET_CONSUMER_RUNNING_INFO, {
      consumerGroup: 'CG',
      clientId,
      jstackEnable: 'false'
    })

  test('is passed on with its fields, and the answer back as it is', async () => {
    const [broker, member] = await open()
    member.answer = ({ extFields }) => ({ code: 0, body: Buffer.from(JSON.stringify(extFields)) })
    await member.heartbeat('c1', [consumerData('CG', 'T')])
    const answer = await ask(bed.client(broker), 'c1')
    expect(answer.code).toBe(ResponseCode.SUCCESS)
    expect(JSON.parse(String(answer.body))).toEqual({
      consumerGroup: 'CG',
      clientId: 'c1',
      jstackEnable: 'false'
    })
  })

  test('to a client that is not online says so', async () => {
    const [, member] = await open()
    await member.heartbeat('c1', [consumerData('CG', 'T')])
    const answer = await ask(member, 'c2')
    expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(answer.remark).toContain('<c2> not online')
  })

  test('that it never answers ends as CONSUME_MSG_TIMEOUT', async () => {
    const [broker, member] = await open()
    await member.heartbeat('c1', [consumerData('CG', 'T')])
    const asked = member.asked.length
    const waiting = ask(bed.client(broker), 'c1')
    await member.askedTimes(asked + 1)
    bed.clock.advance(11_000)
    expect((await waiting).code).toBe(ResponseCode.CONSUME_MSG_TIMEOUT)
  })
})
