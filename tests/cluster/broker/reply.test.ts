/** Request–reply: the answer is pushed to the client that asked, and stored. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { parseProperties } from '../../../src/main/protocol/message/properties'
import type { RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { BrokerTestbed, sendExt, type TestClient } from './brokerTestbed'

const REPLY_TOPIC = 'DefaultCluster_REPLY_TOPIC'
const ASKER = '10.0.0.1@asker'

let bed: BrokerTestbed
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

/** A client that asks, registered as a producer, and one that answers. */
const open = async (
  properties: Record<string, string> = {}
): Promise<[RunningBroker, TestClient, TestClient]> => {
  const broker = await bed.start(properties)
  const asker = bed.client(broker)
  asker.answer = () => ({ code: ResponseCode.SUCCESS })
  await asker.heartbeat(ASKER, [], ['askers'])
  return [broker, asker, bed.client(broker)]
}

const replyTo = (clientId: string | undefined, more: Record<string, string | number> = {}) => ({
  ...sendExt(REPLY_TOPIC, {
    sysFlag: 0x301,
    group: 'answerers',
    properties: {
      ...{ CORRELATION_ID: 'c1', MSG_TYPE: 'reply', TTL: '3000' },
      ...(clientId !== undefined && { REPLY_TO_CLIENT: clientId })
    }
  }),
  ...more
})
const reply = (client: TestClient, clientId: string | undefined, body = 'answer') =>
  client.ask(RequestCode.SEND_REPLY_MESSAGE_V2, replyTo(clientId), Buffer.from(body))

/** Refused as the caller reads it. */
const expectFailure = (answer: RemotingCommand, code: number, remark: RegExp | string): void => {
  expect(answer.code).toBe(code)
  expect(answer.remark).toMatch(remark)
}

const stored = async (client: TestClient) => {
  const { body } = await client.pull('CG', REPLY_TOPIC, 0)
  return decodeMessages(body ?? Buffer.alloc(0))
}

test('the reply goes to the requester as it came, and is stored', async () => {
  const [broker, asker, answerer] = await open()
  const answer = await reply(answerer, ASKER)
  expect(answer).toMatchObject({
    code: ResponseCode.SUCCESS,
    extFields: { queueId: '0', queueOffset: '0', MSG_REGION: 'DefaultRegion', TRACE_ON: 'true' }
  })
  const [push] = asker.asked
  expect(push?.code).toBe(RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT)
  expect(push?.body?.toString()).toBe('answer')
  expect(push?.extFields).toMatchObject({
    ...{ producerGroup: 'answerers', topic: REPLY_TOPIC, defaultTopic: 'TBW102' },
    ...{ defaultTopicQueueNums: '4', queueId: '0', sysFlag: '769', flag: '0' },
    ...{ bornTimestamp: '1700000000000', reconsumeTimes: '0', unitMode: 'false' },
    ...{ storeHost: broker.address, storeTimestamp: String(bed.clock.now()) }
  })
  expect(push?.extFields.bornHost).toMatch(/^127\.0\.0\.1:\d+$/)
  expect(Object.fromEntries(parseProperties(push?.extFields.properties ?? ''))).toEqual({
    ...{ CORRELATION_ID: 'c1', MSG_TYPE: 'reply', TTL: '3000', REPLY_TO_CLIENT: ASKER },
    PUSH_REPLY_TIME: String(bed.clock.now())
  })
  const [message] = await stored(answerer)
  expect(message).toMatchObject({ body: Buffer.from('answer'), sysFlag: 0x301 })
  const { msgId } = answer.extFields
  const viewed = await answerer.ask(RequestCode.VIEW_MESSAGE_BY_ID, {
    offset: message!.physicalOffset
  })
  expect(viewed.code).toBe(0)
  expect(msgId).toMatch(/^[0-9A-F]{32}$/)
})

test('the older request has long names', async () => {
  const [, asker, answerer] = await open()
  const properties = `REPLY_TO_CLIENT\u0001${ASKER}\u0002`
  const ext = {
    ...{ producerGroup: 'answerers', topic: REPLY_TOPIC, defaultTopic: 'TBW102' },
    ...{ defaultTopicQueueNums: 4, queueId: -1, sysFlag: 0, bornTimestamp: 1, flag: 7, properties }
  }
  const answer = await answerer.ask(RequestCode.SEND_REPLY_MESSAGE, ext, Buffer.from('v1'))
  expect(answer).toMatchObject({ code: 0, extFields: { queueId: '0' } })
  expect(asker.asked[0]).toMatchObject({
    extFields: { queueId: '-1', flag: '7' },
    body: Buffer.from('v1')
  })
})

test('storeReplyMessageEnable=false: pushed only, and the answer has an id clients can read', async () => {
  const [, asker, answerer] = await open({ storeReplyMessageEnable: 'false' })
  const answer = await reply(answerer, ASKER)
  expect(answer).toMatchObject({ code: 0, extFields: { msgId: '0', queueOffset: '0' } })
  expect(asker.asked).toHaveLength(1)
  expect(await stored(answerer)).toEqual([])
})

test.each([
  ['says for whom it is to nobody', undefined, /properties\[REPLY_TO_CLIENT\] is null/],
  ['is for a client that is not here', '10.0.0.9@gone', /channel of <10\.0\.0\.9@gone> not found/]
])('a reply that %s: code 1, stored all the same', async (_name, clientId, remark) => {
  const [, , answerer] = await open()
  const answer = await reply(answerer, clientId)
  expectFailure(answer, 1, remark)
  expect(await stored(answerer)).toHaveLength(1)
})

test('a requester that refuses: code 1 with its words', async () => {
  const [, asker, answerer] = await open()
  asker.answer = () => ({ code: 1, remark: 'process reply message fail' })
  expectFailure(
    await reply(answerer, ASKER),
    1,
    /push reply message to <10\.0\.0\.1@asker> fail.*process reply/
  )
})

test('a requester that says nothing: code 1 after ten seconds', async () => {
  const [, asker, answerer] = await open()
  asker.answer = () => undefined
  const answer = reply(answerer, ASKER)
  await asker.askedTimes(1)
  bed.clock.advance(9_000)
  bed.clock.advance(3_000)
  expectFailure(await answer, 1, '10000')
})

test('a requester that left is not found', async () => {
  const [, asker, answerer] = await open()
  await asker.ask(RequestCode.UNREGISTER_CLIENT, { clientID: ASKER, producerGroup: 'askers' })
  expect(await reply(answerer, ASKER)).toMatchObject({ code: 1 })
})

test('the checks of a send come first', async () => {
  const [, asker, answerer] = await open()
  const ext = replyTo(ASKER, { e: 9 })
  const answer = await answerer.ask(RequestCode.SEND_REPLY_MESSAGE_V2, ext, Buffer.from('x'))
  expect(answer.code).toBe(ResponseCode.INVALID_PARAMETER)
  expect(asker.asked).toEqual([])
})
