/** Pop over the wire, with clients that are raw connections. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { heldOf, type Held } from '../../../src/main/broker/features/pop/popRig'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { nameserver } from '../nameserver/nameservers'
import { BrokerTestbed, consumerData, type TestClient } from './brokerTestbed'

let bed: BrokerTestbed
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

type Ext = Record<string, string | number | boolean>

const open = async (
  properties: Record<string, string> = {}
): Promise<[RunningBroker, TestClient]> => {
  const broker = await bed.start(properties)
  return [broker, bed.client(broker)]
}

const pop = (client: TestClient, more: Ext = {}) =>
  client.ask(RequestCode.POP_MESSAGE, {
    ...{ consumerGroup: 'G', topic: 'T', queueId: -1, maxMsgNums: 32, invisibleTime: 60_000 },
    ...{ pollTime: 0, bornTime: 0, initMode: 0, expType: 'TAG', exp: '*', order: false, ...more }
  })

const popped = async (client: TestClient, more: Ext = {}): Promise<Held[]> => {
  const { extFields, body } = await pop(client, more)
  return heldOf({ extFields, ...(body && { body }) })
}

const receipt = ({ topic, queueId, offset, extraInfo }: Held): Ext => ({
  ...{ consumerGroup: 'G', topic, queueId, offset, extraInfo }
})

const ack = async (client: TestClient, ...all: readonly Held[]): Promise<number[]> => {
  const answers = await Promise.all(all.map((one) => client.ask(RequestCode.ACK_MESSAGE, receipt(one)))) // prettier-ignore
  return answers.map(({ code }) => code)
}

const bodies = (all: readonly Held[]): string[] => all.map(({ body }) => body).sort()

test('pop, ack, and what comes back: with its tags and keys, as of the topic it was sent to', async () => {
  const [, client] = await open()
  for (const [queueId, body] of ['a', 'b', 'c'].entries())
    await client.send('T', body, { queueId, properties: { TAGS: 'X', KEYS: body } })
  const answer = await pop(client)
  expect(answer).toMatchObject({ code: ResponseCode.SUCCESS, extFields: { invisibleTime: '60000', restNum: '0' } }) // prettier-ignore
  expect(answer.extFields['popTime']).toBe(String(bed.clock.now()))
  const all = heldOf({ extFields: answer.extFields, body: answer.body! })
  expect(bodies(all)).toEqual(['a', 'b', 'c'])
  const [a, ...others] = all.sort((x, y) => (x.body < y.body ? -1 : 1))
  expect(await ack(client, ...others)).toEqual([0, 0])
  const waiting = pop(client, { pollTime: 600_000 })
  bed.clock.advance(60_000)
  const back = await waiting
  expect(back.code).toBe(ResponseCode.SUCCESS)
  const [message] = decodeMessages(back.body!)
  expect(message).toMatchObject({ topic: 'T', queueId: 0, queueOffset: 0, reconsumeTimes: 1 })
  expect(message!.body.toString()).toBe('a')
  expect(message!.properties).toContain('TAGS\u0001X\u0002')
  expect(message!.properties).toContain('KEYS\u0001a\u0002')
  expect(message!.properties).toContain(`POP_CK\u00010 ${bed.clock.now()} 60000 0 1 broker-a 0 0\u0002`) // prettier-ignore
  expect(message!.properties).toContain(`1ST_POP_TIME\u0001${a!.extraInfo.split(' ')[1]}\u0002`)
  expect(await ack(client, ...heldOf({ extFields: back.extFields, body: back.body! }))).toEqual([0])
})

test('a pop that waits is woken by a send; one that is gone keeps nothing', async () => {
  const [broker, client] = await open()
  await client.send('T', 'makes the topic')
  await ack(client, ...(await popped(client)))
  const gone = bed.client(broker)
  void pop(gone, { pollTime: 15_000 }).catch(() => undefined)
  const polling = async () =>
    (await client.ask(RequestCode.POLLING_INFO, { consumerGroup: 'G', topic: 'T', queueId: -1 }))
      .extFields['pollingNum']
  while ((await polling()) !== '1');
  gone.close()
  while ((await polling()) !== '0');
  const waiting = pop(client, { pollTime: 15_000 })
  await client.send('T', 'a', { queueId: 3 })
  const { extFields, body } = await waiting
  expect(bodies(heldOf({ extFields, body: body! }))).toEqual(['a'])
})

test('nothing within the time: 210, with all the fields clients read', async () => {
  const [, client] = await open()
  await client.send('T', 'makes the topic')
  await ack(client, ...(await popped(client)))
  const answer = await pop(client)
  expect(answer.code).toBe(ResponseCode.POLLING_TIMEOUT)
  expect(Object.keys(answer.extFields).sort()).toEqual(
    expect.arrayContaining(['invisibleTime', 'popTime', 'restNum', 'reviveQid'])
  )
})

describe('over a restart', () => {
  test('what is in flight comes back in its time, what is acknowledged does not', async () => {
    const [broker, client] = await open()
    for (const [queueId, body] of ['a', 'b', 'c'].entries())
      await client.send('T', body, { queueId })
    const all = await popped(client)
    await ack(client, ...all.filter(({ body }) => body !== 'b'))
    await broker.stop()
    const [, again] = await open()
    expect(await popped(again)).toEqual([])
    bed.clock.advance(60_000)
    const back = await popped(again, { pollTime: 1000 })
    expect(back).toMatchObject([{ body: 'b', reconsumeTimes: 1 }])
  })

  test('in order, the queue stays with its pop', async () => {
    const [broker, client] = await open()
    for (const body of ['a', 'b']) await client.send('T', body)
    const first = await popped(client, { order: true, maxMsgNums: 1 })
    await broker.stop()
    const [, again] = await open()
    expect(await popped(again, { order: true })).toEqual([])
    await ack(again, ...first)
    expect(bodies(await popped(again, { order: true }))).toEqual(['b'])
  })
})

test('what was popped shows as in flight, and the offset of a group can be set while it pops', async () => {
  const [, client] = await open()
  for (const body of ['a', 'b', 'c']) await client.send('T', body)
  const all = await popped(client)
  const progress = async () =>
    JSON.stringify(await client.body(RequestCode.GET_BROKER_CONSUME_STATS, { isOrder: false }))
  expect(await progress()).toMatch(/"totalDiff":3,"totalInflightDiff":3/)
  await ack(client, ...all)
  expect(await progress()).toMatch(/"totalDiff":0,"totalInflightDiff":0/)
  const set = { consumerGroup: 'G', topic: 'T', queueId: 0, commitOffset: 1 }
  await client.body(RequestCode.UPDATE_CONSUMER_OFFSET, set)
  expect(bodies(await popped(client))).toEqual(['b', 'c'])
})

describe('the mode of a group', () => {
  const mode = { topic: 'T', consumerGroup: 'G', mode: 'POP', popShareQueueNum: 0 }
  const query = { topic: 'T', consumerGroup: 'G', clientId: 'one', strategyName: 'AVG', messageModel: 'CLUSTERING' } // prettier-ignore

  const clustered = async (): Promise<[TestClient, TestClient]> => {
    const { port } = await nameserver()
    const [broker, client] = await open({ namesrvAddr: `127.0.0.1:${port}` })
    await client.send('T', 'makes the topic')
    const other = bed.client(broker)
    await client.heartbeat('one', [consumerData('G', 'T')])
    await other.heartbeat('two', [consumerData('G', 'T')])
    return [client, other]
  }

  const assigned = async (client: TestClient, more: object = {}) => {
    const body = (await client.body(RequestCode.QUERY_ASSIGNMENT, {}, { ...query, ...more })) as {
      messageQueueAssignments?: { messageQueue: { queueId: number }; mode: string }[]
    }
    return body.messageQueueAssignments?.map((one) => `${one.mode} ${one.messageQueue.queueId}`)
  }

  test('decides what 400 answers: queues to pull, or all of a broker to pop', async () => {
    const [client] = await clustered()
    expect(await assigned(client)).toEqual(['PULL 0', 'PULL 1'])
    expect(await assigned(client, { clientId: 'two' })).toEqual(['PULL 2', 'PULL 3'])
    expect(await assigned(client, { strategyName: 'AVG_BY_CIRCLE' })).toEqual(['PULL 0', 'PULL 2'])
    expect(await assigned(client, { messageModel: 'BROADCASTING' })).toHaveLength(4)
    expect(await assigned(client, { strategyName: 'NOBODY_KNOWS' })).toBeUndefined()
    expect(await assigned(client, { topic: 'nope' })).toBeUndefined()
    await client.body(RequestCode.SET_MESSAGE_REQUEST_MODE, {}, mode)
    expect(await assigned(client)).toEqual(['POP -1'])
    expect(await assigned(client, { topic: '%RETRY%G' })).toEqual(['PULL 0'])
  })

  test('is kept over a restart, and refused where it makes no sense', async () => {
    const [broker, client] = await open()
    await client.send('T', 'makes the topic')
    await client.body(RequestCode.SET_MESSAGE_REQUEST_MODE, {}, mode)
    const set = async (more: object) =>
      (await client.ask(RequestCode.SET_MESSAGE_REQUEST_MODE, {}, { ...mode, ...more })).code
    expect(await set({ topic: '%RETRY%G' })).toBe(ResponseCode.NO_PERMISSION)
    expect(await set({ topic: 'nope' })).toBe(ResponseCode.TOPIC_NOT_EXIST)
    expect(await set({ mode: 'PUSH' })).toBe(ResponseCode.INVALID_PARAMETER)
    await broker.stop()
    const [, again] = await open()
    expect(await again.body(RequestCode.GET_ALL_MESSAGE_REQUEST_MODE)).toEqual({
      messageRequestModeMap: { T: { G: mode } }
    })
  })
})
