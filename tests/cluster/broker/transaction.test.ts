/** Transactions over the wire, with producers that are raw connections. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessage, decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { decodeMessageId } from '../../../src/main/protocol/message/messageId'
import { getProperty } from '../../../src/main/protocol/message/properties'
import type { RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import { BrokerTestbed, type TestClient } from './brokerTestbed'

const HALF_TOPIC = 'RMQ_SYS_TRANS_HALF_TOPIC'
const COMMIT = 8
const ROLLBACK = 12
/** Fifteen of them are less than a producer may stay silent. */
const INTERVAL_MS = 5_000

let bed: BrokerTestbed
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

const open = async (
  properties: Record<string, string> = {}
): Promise<[RunningBroker, TestClient]> => {
  const broker = await bed.start({
    transactionTimeOut: '1000',
    transactionCheckInterval: String(INTERVAL_MS),
    ...properties
  })
  const client = bed.client(broker)
  await client.heartbeat('producer', [], ['PG'])
  return [broker, client]
}

const sendHalf = (client: TestClient, body: string, properties: Record<string, string> = {}) =>
  client.send('T', body, {
    ...{ queueId: 2, sysFlag: 4 },
    properties: { TRAN_MSG: 'true', PGROUP: 'PG', UNIQ_KEY: `key of ${body}`, ...properties }
  })

/** As the Java client computes it from the answer of the send. */
const endOf = ({ extFields }: RemotingCommand, commitOrRollback: number) => ({
  producerGroup: 'PG',
  tranStateTableOffset: extFields['queueOffset']!,
  commitLogOffset: decodeMessageId(extFields['msgId']!)!.physicalOffset,
  commitOrRollback,
  msgId: extFields['transactionId']!,
  transactionId: extFields['transactionId']!
})

/** As the Java client computes it from a check. */
const endAfter = ({ extFields }: RemotingCommand, commitOrRollback: number) => ({
  producerGroup: 'PG',
  tranStateTableOffset: extFields['tranStateTableOffset']!,
  commitLogOffset: extFields['commitLogOffset']!,
  ...{ commitOrRollback, fromTransactionCheck: true },
  msgId: extFields['msgId']!,
  transactionId: extFields['transactionId']!
})

const end = (client: TestClient, ext: Record<string, string | number | boolean>) =>
  client.ask(RequestCode.END_TRANSACTION, ext)

const stored = async (client: TestClient, topic = 'T', queueId = 2) => {
  const { body } = await client.pull('CG', topic, 0, { queueId, sysFlag: 4 })
  return decodeMessages(body ?? Buffer.alloc(0))
}
const bodies = async (client: TestClient, topic?: string, queueId?: number) =>
  (await stored(client, topic, queueId)).map(({ body }) => body.toString())

test('the answer to a half message has its real queue, its place in the half queue and its id', async () => {
  const [, client] = await open()
  await client.send('T', 'plain', { queueId: 2 })
  const answer = await sendHalf(client, 'paid')
  expect(answer).toMatchObject({
    code: 0,
    extFields: { queueId: '2', queueOffset: '0', transactionId: 'key of paid' }
  })
  const [half] = await stored(client, HALF_TOPIC, 0)
  const place = decodeMessageId(answer.extFields['msgId']!)
  expect(half!.physicalOffset).toBe(place!.physicalOffset)
  expect(getProperty(half!.properties, '__transactionId__')).toBe('key of paid')
  expect(await bodies(client)).toEqual(['plain'])
})

test('a commit reaches a consumer that waits, and a rollback nobody', async () => {
  const [broker, client] = await open()
  await client.send('T', 'makes the topic', { queueId: 0 })
  const consumer = bed.client(broker)
  const waiting = consumer.pull('CG', 'T', 0, { queueId: 2, sysFlag: 6 })
  const [first, second] = [await sendHalf(client, 'rolled back'), await sendHalf(client, 'paid')]
  expect((await end(client, endOf(first, ROLLBACK))).code).toBe(ResponseCode.SUCCESS)
  // As the official clients send it: nobody waits for the answer.
  await client.oneway(RequestCode.END_TRANSACTION, endOf(second, COMMIT))
  const [message] = decodeMessages((await waiting).body!)
  expect(message).toMatchObject({ topic: 'T', queueId: 2, queueOffset: 0, sysFlag: COMMIT })
  expect(message!.body.toString()).toBe('paid')
})

test('a check asks the producer on its connection, and its answer decides', async () => {
  const [, client] = await open()
  await sendHalf(client, 'paid', { TAGS: 'A' })
  bed.clock.advance(INTERVAL_MS)
  const [check] = await client.askedTimes(1)
  expect(check).toMatchObject({
    code: RequestCode.CHECK_TRANSACTION_STATE,
    flag: 2,
    extFields: { msgId: 'key of paid', transactionId: 'key of paid', tranStateTableOffset: '1', bname: 'broker-a' } // prettier-ignore
  })
  const half = decodeMessage(check!.body!)
  expect(half).toMatchObject({ topic: 'T', queueId: 2, queueOffset: 1 })
  expect(String(half.physicalOffset)).toBe(check!.extFields['commitLogOffset'])
  expect((await end(client, endAfter(check!, COMMIT))).code).toBe(ResponseCode.SUCCESS)
  const [message] = await stored(client)
  expect(getProperty(message!.properties, 'TRANSACTION_CHECK_TIMES')).toBe('1')
})

test('a producer that has gone is not asked, another one of its group is', async () => {
  const [broker, client] = await open()
  const other = bed.client(broker)
  await other.heartbeat('another', [], ['PG'])
  await sendHalf(client, 'paid')
  client.close()
  const reader = bed.client(broker)
  const alone = async () => {
    const list = await reader.body(RequestCode.GET_PRODUCER_CONNECTION_LIST, {
      producerGroup: 'PG'
    })
    return (list as { connectionSet: unknown[] }).connectionSet.length === 1
  }
  while (!(await alone()));
  bed.clock.advance(INTERVAL_MS)
  const [check] = await other.askedTimes(1)
  expect((await end(other, endAfter(check!, ROLLBACK))).code).toBe(ResponseCode.SUCCESS)
  expect(await bodies(reader)).toEqual([])
})

test('fifteen checks, then it is found in TRANS_CHECK_MAX_TIME_TOPIC', async () => {
  const [, client] = await open()
  await sendHalf(client, 'paid')
  for (let times = 1; times <= 15; times++) {
    bed.clock.advance(INTERVAL_MS)
    const check = (await client.askedTimes(times))[times - 1]!
    const half = decodeMessage(check.body!)
    expect(getProperty(half.properties, 'TRANSACTION_CHECK_TIMES')).toBe(String(times))
    // What the producer answers when it does not know.
    await client.oneway(RequestCode.END_TRANSACTION, endAfter(check, 0))
  }
  bed.clock.advance(INTERVAL_MS)
  await bed.untilLogged(/given up after 15 checks/)
  expect(await bodies(client, 'TRANS_CHECK_MAX_TIME_TOPIC', 0)).toEqual(['paid'])
  expect(await bodies(client)).toEqual([])
})

describe('after a restart', () => {
  test('what was in doubt can be ended, and what was not is checked', async () => {
    const [broker, client] = await open()
    const halves = [await sendHalf(client, 'a'), await sendHalf(client, 'b')]
    await end(client, endOf(await sendHalf(client, 'c'), COMMIT))
    await broker.stop()
    const [, again] = await open()
    expect((await end(again, endOf(halves[0]!, COMMIT))).code).toBe(ResponseCode.SUCCESS)
    bed.clock.advance(INTERVAL_MS)
    const [check] = await again.askedTimes(1)
    expect(check!.extFields['msgId']).toBe('key of b')
    await end(again, endAfter(check!, COMMIT))
    expect(await bodies(again)).toEqual(['c', 'a', 'b'])
  })
})

describe('refused', () => {
  test.each([
    ['another group', { producerGroup: 'other' }, ResponseCode.SYSTEM_ERROR, /producer group wrong.*PG.*other/], // prettier-ignore
    ['another place', { tranStateTableOffset: 9 }, ResponseCode.SYSTEM_ERROR, /table offset wrong/],
    ['no message there', { commitLogOffset: 1 }, ResponseCode.SYSTEM_ERROR, /no half message at .*1/] // prettier-ignore
  ])('an end that names %s', async (_name, more, code, remark) => {
    const [, client] = await open()
    const half = await sendHalf(client, 'paid')
    const answer = await end(client, { ...endOf(half, COMMIT), ...more })
    expect(answer.code).toBe(code)
    expect(answer.remark).toMatch(remark)
    expect(await bodies(client)).toEqual([])
  })

  test('half messages while rejectTransactionMessage, at once when it is switched', async () => {
    const [, client] = await open()
    await client.body(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from('rejectTransactionMessage=true')) // prettier-ignore
    const refused = await sendHalf(client, 'paid')
    expect(refused.code).toBe(ResponseCode.NO_PERMISSION)
    expect(refused.remark).toMatch(/broker-a.*rejectTransactionMessage.*T/)
    await client.body(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from('rejectTransactionMessage=false')) // prettier-ignore
    expect((await sendHalf(client, 'paid')).code).toBe(ResponseCode.SUCCESS)
  })
})
