import { gzipSync, inflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { RemotingError } from '../../protocol/remotingCommand'
import { RemotingConnectError, RemotingTimeoutError } from '../../remoting/errors'
import { timestamp } from '../message/times'
import { Code } from '../v2/code'
import { Encoding, MessageType } from '../v2/enums'
import type { Message } from '../v2/messages'
import type { TopicMessageType } from '../remote/metadata'
import { message, producerRig, routeOf, STORED, type BrokerAnswer } from './producerRig'

const unreachable = new RemotingConnectError('a:1', { cause: 'refused' })
const broken = new RemotingConnectError('a:1')
const late = new RemotingTimeoutError('a:1', 2000, 'SEND_MESSAGE_V2')
const transaction = message({ messageType: MessageType.TRANSACTION })

const refused = async (rig: ReturnType<typeof producerRig>, ...messages: Message[]) => {
  const failure: unknown = await rig.send(...messages).catch((error: unknown) => error)
  expect(rig.requests).toEqual([])
  return failure
}

test('a message goes out as a remoting producer named after its topic sends it', async () => {
  const rig = producerRig()
  const answer = await rig.send(message({ tag: 'A' }, { userProperties: { k: 'v' } }))
  expect(answer).toEqual({
    status: { code: Code.OK, message: 'OK' },
    entries: [{ status: { code: Code.OK, message: 'OK' }, messageId: 'ID', offset: 7 }]
  })
  const [sent] = rig.sends()
  expect(sent).toMatchObject({
    ...{ address: 'a:1', topic: 'T', producerGroup: 'T', bname: 'a', sysFlag: 0, body: 'x' },
    ...{ flag: 0, reconsumeTimes: 0, batch: false, bornTimestamp: rig.clock.now() },
    properties: { TAGS: 'A', k: 'v', UNIQ_KEY: 'ID', __BORNHOST: '9.9.9.9:99' }
  })
  // A template's name would make the topic anew.
  expect(sent?.defaultTopic).toBe('T')
})

describe('refused before anything is sent', () => {
  const other = message({}, { topic: { name: 'U' } })
  test.each<[string, Code, Message[]]>([
    ['no message', Code.MESSAGE_CORRUPTED, []],
    ['two topics', Code.MESSAGE_CORRUPTED, [message(), other]],
    ['a topic without a name', Code.ILLEGAL_TOPIC, [message({}, { topic: null })]],
    ['a system topic', Code.ILLEGAL_TOPIC, [message({}, { topic: { name: 'TBW102' } })]],
    ['a wrong message behind a right one', Code.MESSAGE_BODY_EMPTY, [message(), message({}, { body: Buffer.alloc(0) })]],
    ['gzip that is none', Code.MESSAGE_CORRUPTED, [message({ bodyEncoding: Encoding.GZIP })]],
    ['an unknown topic', Code.TOPIC_NOT_FOUND, [other]]
  ])('%s', async (_name, code, messages) => {
    expect(await refused(producerRig(), ...messages)).toMatchObject({ code })
  }) // prettier-ignore

  test('a topic that takes no messages', async () => {
    const rig = producerRig()
    rig.topics.set('T', routeOf({ a: 2 }, 4))
    expect(await refused(rig, message())).toMatchObject({ code: Code.FORBIDDEN })
  })

  test('but one that takes them again since the route was asked for is taken', async () => {
    const rig = producerRig()
    rig.topics.set('T', routeOf({ a: 2 }, 4))
    await rig.routes.find('T')
    rig.topics.set('T', routeOf({ a: 2 }))
    expect((await rig.send(message())).status.code).toBe(Code.OK)
  })

  test('a topic whose brokers are gone', async () => {
    const rig = producerRig()
    rig.topics.set('T', { ...routeOf({ a: 2 }), brokerDatas: [] })
    expect(await refused(rig, message())).toMatchObject({ code: Code.FORBIDDEN })
  })

  test('a caller that waits no more', async () => {
    const rig = producerRig()
    const call = { ...rig.call, deadline: rig.clock.monotonic() }
    await expect(rig.service.SendMessage({ messages: [message()] }, call)).rejects.toMatchObject({ code: Code.PROXY_TIMEOUT }) // prettier-ignore
  })
})

describe('the type of the topic', () => {
  const types: [TopicMessageType, Message][] = [
    ['NORMAL', message()],
    ['FIFO', message({ messageGroup: 'g' })],
    ['DELAY', message({ deliveryTimestamp: timestamp(1) })],
    ['TRANSACTION', transaction]
  ]

  test.each(types)('%s takes its own and no other', async (type, own) => {
    const rig = producerRig()
    rig.messageType = () => type
    for (const [, one] of types.filter(([other]) => other !== type))
      expect(await refused(rig, one)).toMatchObject({ code: Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE }) // prettier-ignore
    expect((await rig.send(own)).status.code).toBe(Code.OK)
  })

  test.each<[string, TopicMessageType | Error, string, Record<string, string>]>([
    ['MIXED', 'MIXED', 'T', {}],
    ['that nobody can tell now', unreachable, 'T', {}],
    ['that nobody looks at', 'FIFO', 'T', { enableTopicMessageTypeCheck: 'false' }],
    ['of a retry topic', 'FIFO', '%RETRY%g', {}],
    ['of dead letters', 'FIFO', '%DLQ%g', {}]
  ])('%s takes all', async (_name, type, topic, config) => {
    const rig = producerRig(config)
    rig.topics.set(topic, routeOf({ a: 1 }))
    rig.messageType = () => type
    for (const [, one] of types)
      expect((await rig.send({ ...one, topic: { name: topic } })).status.code).toBe(Code.OK)
  })

  test('of a topic that brokers do not know is its absence', async () => {
    const rig = producerRig()
    rig.messageType = () => new RemotingError(ResponseCode.TOPIC_NOT_EXIST, 'no T')
    expect(await refused(rig, message())).toMatchObject({ code: ResponseCode.TOPIC_NOT_EXIST })
  })
})

describe('what a broker answers', () => {
  test.each([
    [ResponseCode.FLUSH_DISK_TIMEOUT, Code.MASTER_PERSISTENCE_TIMEOUT],
    [ResponseCode.FLUSH_SLAVE_TIMEOUT, Code.SLAVE_PERSISTENCE_TIMEOUT],
    [ResponseCode.SLAVE_NOT_AVAILABLE, Code.HA_NOT_AVAILABLE]
  ])('%i: stored, but %i', async (code, expected) => {
    const rig = producerRig()
    rig.brokers.set('a:1', () => ({ code, remark: 'why', extFields: STORED }))
    const status = { code: expected, message: 'why' }
    const answer = await rig.send(message())
    expect(answer).toMatchObject({ status, entries: [{ status, messageId: 'ID', offset: 7 }] })
  })

  test('what nobody stored is thrown with its code', async () => {
    const rig = producerRig()
    rig.brokers.set('a:1', () => ({ code: ResponseCode.MESSAGE_ILLEGAL, remark: 'too large here' }))
    await expect(rig.send(message())).rejects.toMatchObject({ code: 13, remark: 'too large here' })
    expect(rig.requests).toHaveLength(1)
  })

  test('a recall handle and a transaction id are passed on', async () => {
    const rig = producerRig()
    rig.brokers.set('a:1', () => ({ extFields: { ...STORED, recallHandle: 'H' } }))
    const soon = message({ deliveryTimestamp: timestamp(rig.clock.now() + 1000) })
    expect((await rig.send(soon)).entries).toMatchObject([{ recallHandle: 'H' }])
    expect((await rig.send(transaction)).entries).toMatchObject([{ transactionId: 'ID' }])
  })
})

describe('another broker', () => {
  const two = () => {
    const rig = producerRig()
    rig.topics.set('T', routeOf({ a: 2, b: 2 }))
    return rig
  }
  const failing: [string, BrokerAnswer][] = [
    ['cannot be reached', unreachable],
    ['broke the connection', broken],
    ...['SYSTEM_ERROR', 'SYSTEM_BUSY', 'SERVICE_NOT_AVAILABLE', 'NO_PERMISSION', 'TOPIC_NOT_EXIST'].map((name): [string, BrokerAnswer] => [`answers ${name}`, { code: ResponseCode[name as 'SYSTEM_BUSY'] }])
  ] // prettier-ignore

  test.each(failing)('gets the message where the first %s', async (_name, answer) => {
    const rig = two()
    rig.brokers.set('a:1', () => answer)
    for (let i = 0; i < 4; i++) expect((await rig.send(message())).status.code).toBe(Code.OK)
    expect(rig.sends().filter(({ address }) => address === 'b:1')).toHaveLength(4)
  })

  test('is not used where the first may have stored it in time', async () => {
    const rig = two()
    for (const address of ['a:1', 'b:1']) rig.brokers.set(address, () => late)
    await expect(rig.send(message())).rejects.toBe(late)
    expect(rig.requests).toHaveLength(1)
  })

  test('gets no half message that the first may have stored', async () => {
    const rig = two()
    for (const address of ['a:1', 'b:1']) rig.brokers.set(address, () => broken)
    await expect(rig.send(transaction)).rejects.toBe(broken)
    expect(rig.requests).toHaveLength(1)
    for (const address of ['a:1', 'b:1']) rig.brokers.set(address, () => unreachable)
    await expect(rig.send(transaction)).rejects.toBe(unreachable)
    expect(rig.requests).toHaveLength(3)
  })

  test('gets no message of a group whose queue stays where it was, and gets it once the route says so', async () => {
    const rig = two()
    const fifo = message({ messageGroup: 'g' })
    await rig.send(fifo)
    const [first] = rig.sends()
    const own = first!.address
    rig.brokers.set(own, () => unreachable)
    await expect(rig.send(fifo)).rejects.toBe(unreachable)
    expect(rig.requests).toHaveLength(2)
    const other = own === 'a:1' ? 'b' : 'a'
    rig.brokers.set(own, () => {
      rig.topics.set('T', routeOf({ [other]: 2 }))
      return unreachable
    })
    expect((await rig.send(fifo)).status.code).toBe(Code.OK)
    expect(rig.sends().at(-1)).toMatchObject({ address: `${other}:1` })
  })

  test('where none takes it, the last reason is told, also when the topic has vanished meanwhile', async () => {
    const rig = two()
    for (const address of ['a:1', 'b:1'])
      rig.brokers.set(address, () => ({ code: ResponseCode.SYSTEM_BUSY, remark: 'busy' }))
    await expect(rig.send(message())).rejects.toMatchObject({ code: ResponseCode.SYSTEM_BUSY })
    expect(rig.requests).toHaveLength(2)
    for (const address of ['a:1', 'b:1'])
      rig.brokers.set(address, () => {
        rig.topics.delete('T')
        return unreachable
      })
    await expect(rig.send(message())).rejects.toBe(unreachable)
  })

  test('that took the name of the first one is used at once', async () => {
    const rig = producerRig()
    rig.brokers.set('a:1', () => {
      rig.topics.set('T', {
        ...routeOf({ a: 2 }),
        brokerDatas: [{ cluster: 'C', brokerName: 'a', brokerAddrs: { '0': 'a:2' } }]
      })
      return unreachable
    })
    for (const system of [{}, { messageGroup: 'g' }])
      expect((await rig.send(message(system))).status.code).toBe(Code.OK)
    expect(rig.sends().map(({ address }) => address)).toEqual(['a:1', 'a:2', 'a:2'])
  })

  test('is no reason to tell everybody of a route that has not changed', async () => {
    const rig = two()
    await rig.send(message())
    const changed: string[] = []
    rig.routes.changed.on((topic) => changed.push(topic))
    rig.brokers.set('a:1', () => unreachable)
    for (let i = 0; i < 4; i++) await rig.send(message())
    expect(changed).toEqual([])
  })

  test('that was restarted elsewhere is found by the next send', async () => {
    const rig = producerRig()
    rig.brokers.set('a:1', () => unreachable)
    await expect(rig.send(message())).rejects.toBe(unreachable)
    rig.topics.set('T', {
      ...routeOf({ a: 2 }),
      brokerDatas: [{ cluster: 'C', brokerName: 'a', brokerAddrs: { '0': 'a:2' } }]
    })
    expect((await rig.send(message())).status.code).toBe(Code.OK)
  })
})

describe('several messages', () => {
  const numbered = (n: number, messageGroup = 'g'): Message =>
    message({ messageId: `M${n}`, messageGroup }, { body: Buffer.from(String(n)) })

  test('of one group lie in one queue, in their order', async () => {
    const rig = producerRig()
    rig.topics.set('T', routeOf({ a: 4, b: 4 }))
    const numbers = [1, 2, 3, 4, 5]
    const { status, entries } = await rig.send(...numbers.map((n) => numbered(n)))
    expect(status.code).toBe(Code.OK)
    expect(entries?.map(({ messageId }) => messageId)).toEqual(numbers.map((n) => `M${n}`))
    const sends = rig.sends()
    expect(sends.map(({ body }) => Number(body))).toEqual(numbers)
    expect(new Set(sends.map(({ address, queueId }) => `${address} ${queueId}`)).size).toBe(1)
  })

  test('each have their own result', async () => {
    const rig = producerRig()
    let n = 0
    rig.brokers.set('a:1', () => (n++ === 1 ? { code: ResponseCode.SYSTEM_BUSY } : { extFields: STORED })) // prettier-ignore
    const { status, entries } = await rig.send(numbered(1), numbered(2), numbered(3))
    expect(status.code).toBe(Code.MULTIPLE_RESULTS)
    expect(entries?.map((entry) => entry.status.code)).toEqual([Code.OK, Code.TOO_MANY_REQUESTS, Code.OK]) // prettier-ignore
    expect(entries?.[1]?.messageId).toBe('M2')
  })

  test('that all fail alike have that code above', async () => {
    const rig = producerRig()
    rig.brokers.set('a:1', () => late)
    const { status, entries } = await rig.send(numbered(1), numbered(2))
    expect(status.code).toBe(Code.PROXY_TIMEOUT)
    expect(entries).toHaveLength(2)
  })
})

describe('a body that came as gzip', () => {
  const packed = (text: string): Message =>
    message({ bodyEncoding: Encoding.GZIP }, { body: gzipSync(text) })

  test('is stored as remoting clients read compressed ones', async () => {
    const rig = producerRig()
    await rig.send(packed('你好'))
    const { request } = rig.requests[0]!
    expect(inflateSync(request.body!).toString()).toBe('你好')
    expect(rig.sends()[0]?.sysFlag).toBe(1)
  })

  test('is refused where it is too large unpacked', async () => {
    const rig = producerRig({ maxMessageSize: '1000' })
    expect(await refused(rig, packed('x'.repeat(1001)))).toMatchObject({ code: Code.MESSAGE_BODY_TOO_LARGE }) // prettier-ignore
    expect((await rig.send(packed('x'.repeat(1000)))).status.code).toBe(Code.OK)
  })
})
