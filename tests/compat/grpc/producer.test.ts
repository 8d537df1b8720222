/** What the stock npm producer sends, read back by a remoting consumer. */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Producer } from 'rocketmq-client-nodejs'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { toMessageExt } from '../../../src/main/client/messageExt'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import {
  QueryMessageRequestHeader,
  UNIQUE_MSG_QUERY_FLAG
} from '../../../src/main/protocol/headers/consume'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { parseRecallHandle } from '../../../src/main/protocol/message/recallMessageHandle'
import { RawClient } from '../../../src/main/proxy/grpc/testing/rawClient'
import { Code } from '../../../src/main/proxy/v2/code'
import { MessageType } from '../../../src/main/proxy/v2/enums'
import type { Message, SystemProperties } from '../../../src/main/proxy/v2/messages'
import { unaryCodecs } from '../../../src/main/proxy/v2/methods'
import { remotingClient } from '../../cluster/nameserver/nameservers'
import { propertiesOf, readBack } from './readBack'
import { grpcCluster, grpcRig, type GrpcRig } from './rig'

const text = (body: string): Buffer => Buffer.from(body)

const MIB = 1024 * 1024

/** Ids of the messages that have the key, as remoting clients and consoles ask for them. */
const idsOf = async ({ address }: RunningBroker, key: string, isUniqueId: boolean) => {
  const range = { beginTimestamp: 0, endTimestamp: Date.now() + 60_000 }
  const extFields = QueryMessageRequestHeader.encode({ topic: 'T', key, maxNum: 10, ...range })
  const request = {
    code: RequestCode.QUERY_MESSAGE,
    extFields: { ...extFields, [UNIQUE_MSG_QUERY_FLAG]: String(isUniqueId) }
  }
  const { body } = await remotingClient().call(address, request, 3000)
  return decodeMessages(body!).map((stored) => toMessageExt(stored, 'broker-a').msgId)
}

test('NORMAL: everything it says arrives, under its own id', async () => {
  const rig = await grpcCluster()
  const broker = await rig.broker()
  await rig.startProxy()
  await rig.topic('T', { type: 'NORMAL' })
  const producer = await rig.npmProducer({ topics: ['T'] })
  const inbox = await readBack(rig, 'T')
  const { messageId } = await producer.send({
    ...{ topic: 'T', body: text('你好'), tag: 'A', keys: ['k1', 'k2'] },
    properties: new Map([['color', '红']])
  })
  await inbox.reaches(1)
  const [got] = inbox.messages
  expect(got).toMatchObject({ msgId: messageId, body: text('你好'), tags: 'A', keys: 'k1 k2' })
  expect(propertiesOf(got!)).toMatchObject({ color: '红', PGROUP: 'T', __BORNHOST: hostname() })
  expect(await idsOf(broker, 'k2', false)).toEqual([messageId])
  expect(await idsOf(broker, messageId, true)).toEqual([messageId])
})

test('NORMAL: all queues of all brokers are used, whatever queue the client names', async () => {
  const rig = await grpcCluster()
  for (const name of ['broker-a', 'broker-b']) await rig.broker(name)
  await rig.startProxy()
  await rig.topic('T', { queues: 3 })
  const producer = await rig.npmProducer({ topics: ['T'] })
  const inbox = await readBack(rig, 'T')
  for (let i = 0; i < 12; i++) await producer.send({ topic: 'T', body: text(`m${i}`) })
  await inbox.reaches(12)
  const counts = new Map<string, number>()
  for (const { brokerName, queueId } of inbox.messages)
    counts.set(`${brokerName}${queueId}`, (counts.get(`${brokerName}${queueId}`) ?? 0) + 1)
  expect([...counts.values()]).toEqual([2, 2, 2, 2, 2, 2])
})

test('FIFO: each group lies in one queue in its order, and groups spread over brokers', async () => {
  const rig = await grpcCluster()
  for (const name of ['broker-a', 'broker-b']) await rig.broker(name)
  await rig.startProxy()
  await rig.topic('F', { type: 'FIFO' })
  const producers = [await rig.npmProducer({ topics: ['F'] }), await rig.npmProducer()]
  const inbox = await readBack(rig, 'F')
  const groups = Array.from({ length: 12 }, (_, i) => `order-${i}`)
  await Promise.all(
    groups.map(async (messageGroup) => {
      for (let i = 0; i < 10; i++)
        await producers[i % 2]!.send({ topic: 'F', messageGroup, body: text(String(i)) })
    })
  )
  await inbox.reaches(120)
  const places = new Set<string>()
  for (const group of groups) {
    const mine = inbox.messages.filter((m) => propertiesOf(m).__SHARDINGKEY === group)
    const place = new Set(mine.map(({ brokerName, queueId }) => `${brokerName} ${queueId}`))
    expect(place.size).toBe(1)
    places.add([...place][0]!)
    mine.sort((a, b) => a.queueOffset - b.queueOffset)
    expect(mine.map(({ body }) => Number(body))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  }
  expect(new Set([...places].map((place) => place.split(' ')[0])).size).toBe(2)
})

test('DELAY: it comes when it is due and not before; what is due already comes at once', async () => {
  const rig = await grpcRig()
  await rig.topic('D', { type: 'DELAY' })
  const producer = await rig.npmProducer({ topics: ['D'] })
  const inbox = await readBack(rig, 'D')
  const start = Date.now()
  const due = new Map([['c', 2345], ['a', -60_000], ['b', 1234]].map(([name, ms]) => [name as string, start + Number(ms)])) // prettier-ignore
  const ids = new Map<string, string>()
  for (const [name, at] of due) {
    const deliveryTimestamp = new Date(at)
    const receipt = await producer.send({ topic: 'D', deliveryTimestamp, body: text(name) })
    ids.set(name, receipt.messageId)
    // Past ones cannot be recalled.
    const handle = parseRecallHandle(receipt.recallHandle)
    if (at < start) expect(receipt.recallHandle).toBe('')
    else expect(handle).toMatchObject({ topic: 'D', uniqKey: receipt.messageId })
  }
  await inbox.reaches(3)
  expect(inbox.bodies).toEqual(['a', 'b', 'c'])
  for (const got of inbox.messages) {
    const name = got.body.toString()
    expect(got.msgId).toBe(ids.get(name))
    expect(propertiesOf(got).TIMER_DELIVER_MS).toBe(String(due.get(name)))
    expect(got.storeTimestamp).toBeGreaterThanOrEqual(due.get(name)!)
  }
  expect(inbox.messages[0]!.storeTimestamp).toBeLessThan(due.get('b')!)
})

describe('recall', () => {
  const send = async (producer: Producer, body: string, inMs: number) =>
    producer.send({ topic: 'D', body: text(body), deliveryTimestamp: new Date(Date.now() + inMs) })

  test('a recalled message never comes, and says which it was', async () => {
    const rig = await grpcRig({}, { recallMessageEnable: 'true' })
    await rig.topic('D', { type: 'DELAY' })
    const producer = await rig.npmProducer({ topics: ['D'] })
    const inbox = await readBack(rig, 'D')
    const { messageId, recallHandle } = await send(producer, 'recalled', 3000)
    await send(producer, 'later', 4500)
    expect((await producer.recallMessage('D', recallHandle)).messageId).toBe(messageId)
    const early = await send(producer, 'early', 1500)
    await inbox.reaches(1)
    await expect(producer.recallMessage('D', early.recallHandle)).rejects.toThrow(
      /timestamp.*40400/
    )
    await inbox.reaches(2)
    expect(inbox.bodies).toEqual(['early', 'later'])
  })

  test('what cannot be recalled is told apart', async () => {
    const rig = await grpcRig()
    await rig.topic('D', { type: 'DELAY' })
    await rig.topic('N', { type: 'NORMAL' })
    const producer = await rig.npmProducer({ topics: ['D'] })
    const { recallHandle } = await send(producer, 'x', 60_000)
    const recall = (topic: string, handle: string) => producer.recallMessage(topic, handle)
    await expect(recall('D', recallHandle)).rejects.toThrow(/recallMessageEnable.*40300/)
    await expect(recall('D', 'nonsense')).rejects.toThrow(/40013/)
    await expect(recall('N', recallHandle)).rejects.toThrow(/40014/)
    await expect(recall('Nowhere', recallHandle)).rejects.toThrow(/40402/)
  })
})

describe('refused with the protocol’s code', () => {
  const sendRaw = async (rig: GrpcRig, system: SystemProperties = {}, more: Partial<Message> = {}) => {
    const client = new RawClient(`http://${rig.endpoints()}`)
    onTestFinished(() => client.close())
    const message: Message = {
      ...{ topic: { name: 'T' }, body: text('x') },
      ...more,
      systemProperties: { messageId: 'ID', messageType: MessageType.NORMAL, ...system }
    }
    return client.ask('SendMessage', unaryCodecs.SendMessage, { messages: [message] })
  } // prettier-ignore

  test('by the npm client as its exceptions', async () => {
    const rig = await grpcRig()
    await rig.topic('T', { type: 'NORMAL' })
    const producer = await rig.npmProducer({ topics: ['T'] })
    const send = (more: Partial<Parameters<Producer['send']>[0]>) =>
      producer.send({ topic: 'T', body: text('x'), ...more })
    const many = new Map(Array.from({ length: 129 }, (_, i) => [`k${i}`, 'v']))
    await expect(send({ properties: many })).rejects.toMatchObject({ code: Code.MESSAGE_PROPERTIES_TOO_LARGE }) // prettier-ignore
    await expect(send({ properties: new Map([['UNIQ_KEY', 'x']]) })).rejects.toMatchObject({ code: Code.ILLEGAL_MESSAGE_PROPERTY_KEY }) // prettier-ignore
    await expect(send({ body: Buffer.alloc(0) })).rejects.toMatchObject({ code: Code.MESSAGE_BODY_EMPTY }) // prettier-ignore
    await expect(send({ tag: 'a|b' })).rejects.toMatchObject({ code: Code.ILLEGAL_MESSAGE_TAG })
    await expect(send({ topic: 'Nowhere' })).rejects.toMatchObject({ code: Code.TOPIC_NOT_FOUND })
    // These it finds out itself, by what the route and the settings told it.
    await expect(send({ messageGroup: 'g' })).rejects.toThrow(/not match/)
    await expect(send({ body: Buffer.alloc(4 * MIB + 1) })).rejects.toThrow(/exceeds the threshold/)
    expect((await send({})).messageId).toMatch(/^01/)
  })

  test('also where a client does not look itself', async () => {
    const rig = await grpcRig()
    await rig.topic('T', { type: 'FIFO' })
    const codeOf = async (...given: Parameters<typeof sendRaw> extends [GrpcRig, ...infer R] ? R : never) =>
      (await sendRaw(rig, ...given)).status.code
    expect(await codeOf()).toBe(Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE)
    expect(await codeOf({ messageGroup: 'g' })).toBe(Code.OK)
    expect(await codeOf({}, { topic: { name: 'Nowhere' } })).toBe(Code.TOPIC_NOT_FOUND)
    expect(await codeOf({}, { body: Buffer.alloc(4 * MIB + 1) })).toBe(Code.MESSAGE_BODY_TOO_LARGE)
    expect(await codeOf({ messageGroup: 'g' }, { body: Buffer.alloc(4 * MIB) })).toBe(Code.OK)
    // An unknown topic is not made by a send, though brokers would make it for remoting clients.
    expect(await rig.admin.fetchAllTopicList()).not.toContain('Nowhere')
  }) // prettier-ignore
})

test('bodies of 2 MiB arrive as they were, many at once', async () => {
  const rig = await grpcRig()
  await rig.topic('T')
  const options = { topics: ['T'], requestTimeout: 30_000 }
  const producers = await Promise.all([0, 1, 2].map(() => rig.npmProducer(options)))
  const inbox = await readBack(rig, 'T')
  // More than one connection to a broker may have unsent.
  const bodies = Array.from({ length: 36 }, () => randomBytes(2 * MIB))
  const receipts = await Promise.all(
    bodies.map((body, i) => producers[i % 3]!.send({ topic: 'T', body }))
  )
  await inbox.reaches(36)
  const got = new Map(inbox.messages.map(({ msgId, body }) => [msgId, body]))
  expect(receipts.map(({ messageId }, i) => got.get(messageId)?.equals(bodies[i]!))).toEqual(bodies.map(() => true)) // prettier-ignore
})
