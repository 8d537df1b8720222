/** What a consumer group could not consume: it comes again later, and lies with the dead letters in the end. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessages, type StoredMessage } from '../../../src/main/protocol/message/messageCodec'
import { createMessageId, decodeMessageId } from '../../../src/main/protocol/message/messageId'
import { parseProperties } from '../../../src/main/protocol/message/properties'
import type { RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import { BrokerTestbed, sendExt, type TestClient } from './brokerTestbed'

const RETRY = '%RETRY%CG'
const DLQ = '%DLQ%CG'

let bed: BrokerTestbed
let client: TestClient
const open = async (properties: Record<string, string> = {}): Promise<void> => {
  client = bed.client(await bed.start(properties))
}
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

const queue = async (topic: string, queueId = 0): Promise<StoredMessage[]> => {
  const { body } = await client.pull('CG', topic, 0, { queueId })
  return decodeMessages(body ?? Buffer.alloc(0))
}
/** Messages of a queue once there are so many; whatever is under way in the broker is given its turns. */
const arrived = async (topic: string, count: number): Promise<StoredMessage[]> => {
  for (;;) {
    const messages = await queue(topic)
    if (messages.length >= count) return messages
  }
}
const propertiesOf = (message: StoredMessage | undefined): Record<string, string> =>
  Object.fromEntries(parseProperties(message?.properties ?? ''))

/** Refused as the caller reads it. */
const expectFailure = (answer: RemotingCommand, code: number, remark: RegExp | string): void => {
  expect(answer.code).toBe(code)
  expect(answer.remark).toMatch(remark)
}

/** Sends one message and gives the offset its record begins at. */
const sendOrder = async (): Promise<number> => {
  const properties = { TAGS: 'TagA', KEYS: 'k1', UNIQ_KEY: 'U1', colour: 'red' }
  const { extFields } = await client.send('Orders', 'x', { properties, sysFlag: 0 })
  return decodeMessageId(extFields.msgId!)!.physicalOffset
}
const sendBack = (offset: number, more: Record<string, string | number | boolean> = {}) =>
  client.ask(RequestCode.CONSUMER_SEND_MSG_BACK, {
    ...{ offset, group: 'CG', delayLevel: 0, originTopic: 'Orders', unitMode: false },
    ...{ originMsgId: 'U1', maxReconsumeTimes: 16, ...more }
  })

describe('sent back', () => {
  test('it comes again after level 3, as it was, one delivery older', async () => {
    await open()
    const offset = await sendOrder()
    const [first] = await queue('Orders')
    expect((await sendBack(offset)).code).toBe(ResponseCode.SUCCESS)
    bed.clock.advance(9_999)
    expect(await queue(RETRY)).toEqual([])
    bed.clock.advance(1)
    const [copy] = await arrived(RETRY, 1)
    expect(copy).toMatchObject({
      topic: RETRY,
      queueId: 0,
      reconsumeTimes: 1,
      flag: first!.flag,
      sysFlag: first!.sysFlag,
      bornTimestamp: first!.bornTimestamp,
      bornHost: first!.bornHost,
      body: Buffer.from('x')
    })
    expect(propertiesOf(copy)).toMatchObject({
      ...{ TAGS: 'TagA', KEYS: 'k1', UNIQ_KEY: 'U1', colour: 'red', WAIT: 'false', DELAY: '3' },
      ...{ RETRY_TOPIC: 'Orders', ORIGIN_MESSAGE_ID: createMessageId(first!.storeHost, offset) }
    })
  })

  test('the waits grow from level to level, and the origin stays', async () => {
    // One second a level: sixteen returns are over soon on any clock.
    await open({ messageDelayLevel: Array.from({ length: 18 }, () => '1s').join(' ') })
    let offset = await sendOrder()
    const origin = createMessageId((await queue('Orders'))[0]!.storeHost, offset)
    for (let times = 1; times <= 16; times++) {
      expect((await sendBack(offset)).code).toBe(ResponseCode.SUCCESS)
      bed.clock.advance(1000)
      const copy = (await arrived(RETRY, times))[times - 1]
      expect(copy).toMatchObject({ reconsumeTimes: times, body: Buffer.from('x') })
      expect(propertiesOf(copy)).toMatchObject({
        ...{ RETRY_TOPIC: 'Orders', ORIGIN_MESSAGE_ID: origin, DELAY: String(2 + times) }
      })
      offset = copy!.physicalOffset
    }
    expect((await sendBack(offset)).code).toBe(ResponseCode.SUCCESS)
    const [dead] = await arrived(DLQ, 1)
    expect(dead).toMatchObject({ topic: DLQ, queueId: 0, reconsumeTimes: 17 })
    expect(propertiesOf(dead)).toMatchObject({
      ...{ RETRY_TOPIC: 'Orders', ORIGIN_MESSAGE_ID: origin, DELAY: '0', UNIQ_KEY: 'U1' }
    })
    const stats = (statsName: string, statsKey: string) =>
      client.body(RequestCode.VIEW_BROKER_STATS_DATA, { statsName, statsKey })
    expect(await stats('SNDBCK_PUT_NUMS', 'Orders@CG')).toBeTruthy()
    expect(await stats('SNDBCK2DLQ_TIMES', 'null@Orders@CG@SEND_BACK_TO_DLQ')).toBeTruthy()
  })

  test('a level of its own wins over the ladder', async () => {
    await open()
    await sendBack(await sendOrder(), { delayLevel: 1 })
    bed.clock.advance(1000)
    expect(propertiesOf((await arrived(RETRY, 1))[0])).toMatchObject({ DELAY: '1' })
  })

  test.each([
    ['a level below zero', { delayLevel: -1 }],
    ['a limit of no return', { maxReconsumeTimes: 0 }]
  ])('%s: a dead letter at once, readable', async (_name, more) => {
    await open()
    expect((await sendBack(await sendOrder(), more)).code).toBe(ResponseCode.SUCCESS)
    expect(await arrived(DLQ, 1)).toMatchObject([{ reconsumeTimes: 1, body: Buffer.from('x') }])
    expect(await client.body(RequestCode.GET_TOPIC_CONFIG, { topic: DLQ })).toMatchObject({
      perm: 6,
      readQueueNums: 1,
      writeQueueNums: 1
    })
  })

  test('a dead letter sent back gets one more delivery', async () => {
    await open()
    await sendBack(await sendOrder(), { delayLevel: -1 })
    const [dead] = await arrived(DLQ, 1)
    const again = { delayLevel: 1, maxReconsumeTimes: 2 ** 31 - 1, originTopic: DLQ }
    expect((await sendBack(dead!.physicalOffset, again)).code).toBe(ResponseCode.SUCCESS)
    bed.clock.advance(1000)
    const [copy] = await arrived(RETRY, 1)
    expect(copy).toMatchObject({ reconsumeTimes: 2, body: Buffer.from('x') })
    expect(propertiesOf(copy)).toMatchObject({ RETRY_TOPIC: 'Orders', UNIQ_KEY: 'U1' })
  })

  test('what waits for its return survives a restart', async () => {
    const broker = await bed.start()
    client = bed.client(broker)
    await sendBack(await sendOrder())
    await broker.stop()
    await open()
    bed.clock.advance(10_000)
    expect(await arrived(RETRY, 1)).toMatchObject([{ reconsumeTimes: 1 }])
  })
})

describe('the group decides', () => {
  const group = (more: object) =>
    client.body(
      RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
      {},
      { groupName: 'CG', retryQueueNums: 1, retryMaxTimes: 16, ...more }
    )

  test('without retry queues the message is forgotten', async () => {
    await open()
    await group({ retryQueueNums: 0 })
    expect((await sendBack(await sendOrder(), { delayLevel: -1 })).code).toBe(ResponseCode.SUCCESS)
    expect(await queue(DLQ)).toEqual([])
  })

  test('its own limit counts where the client names none', async () => {
    await open()
    await group({ retryMaxTimes: 0 })
    const ext = { offset: await sendOrder(), group: 'CG', delayLevel: 0 }
    expect((await client.ask(RequestCode.CONSUMER_SEND_MSG_BACK, ext)).code).toBe(0)
    expect(await arrived(DLQ, 1)).toHaveLength(1)
  })

  test('more retry queues than its topic has: only those a consumer sees are used', async () => {
    await open()
    await sendBack(await sendOrder(), { delayLevel: 1 })
    await group({ retryQueueNums: 8 })
    for (let i = 0; i < 10; i++) await sendBack(await sendOrder(), { delayLevel: 1 })
    bed.clock.advance(1000)
    expect(await arrived(RETRY, 11)).toHaveLength(11)
  })
})

describe('refused', () => {
  test.each([
    [
      'an unknown group',
      { autoCreateSubscriptionGroup: 'false' },
      ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
      /subscription group not exist, CG/
    ],
    [
      'a broker that takes nothing',
      { brokerPermission: '4' },
      ResponseCode.NO_PERMISSION,
      /brokerPermission/
    ]
  ])('%s', async (_name, properties, code, remark) => {
    await open(properties)
    const offset = await sendOrder()
    expectFailure(await sendBack(offset), code, remark)
  })

  test('a retry topic that takes nothing', async () => {
    await open()
    await client.body(RequestCode.UPDATE_AND_CREATE_TOPIC, {
      ...{ topic: RETRY, defaultTopic: 'TBW102', readQueueNums: 1, writeQueueNums: 1 },
      ...{ perm: 4, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false }
    })
    expectFailure(await sendBack(await sendOrder()), ResponseCode.NO_PERMISSION, RETRY)
  })

  test('an offset where no message begins', async () => {
    await open()
    const offset = await sendOrder()
    const remark = /look message by offset failed, \d+: broker broker-a/
    expectFailure(await sendBack(offset + 1), ResponseCode.SYSTEM_ERROR, remark)
  })
})

describe('a client that sends the copy itself', () => {
  const sendCopy = (more: Record<string, string | number>) =>
    client.ask(
      RequestCode.SEND_MESSAGE_V2,
      {
        ...sendExt(RETRY, { properties: { RETRY_TOPIC: 'Orders', DELAY: '1', UNIQ_KEY: 'U1' } }),
        ...more
      },
      Buffer.from('x')
    )

  test.each([
    ['within its limit it waits and comes again', { j: 2, l: 2 }, RETRY, { DELAY: '1' }],
    ['beyond its limit it is a dead letter', { j: 3, l: 2 }, DLQ, { DELAY: '-1' }],
    ['beyond the limit of the group too', { j: 17 }, DLQ, { DELAY: '-1' }]
  ])('%s', async (_name, more, topic, properties) => {
    await open()
    const answer = await sendCopy(more)
    expect(answer).toMatchObject({ code: 0, extFields: { queueId: '0' } })
    bed.clock.advance(1000)
    const [copy] = await arrived(topic, 1)
    expect(copy).toMatchObject({ reconsumeTimes: more.j, topic })
    expect(propertiesOf(copy)).toMatchObject({ ...properties, RETRY_TOPIC: 'Orders' })
    expect(await queue(topic === DLQ ? RETRY : DLQ)).toEqual([])
  })

  test('while its group holds a queue lock it is a dead letter at once', async () => {
    await open()
    const lock = { topic: 'Orders', brokerName: 'broker-a', queueId: 0 }
    const body = { consumerGroup: 'CG', clientId: 'c', mqSet: [lock] }
    await client.body(RequestCode.LOCK_BATCH_MQ, {}, body)
    await sendCopy({ j: 1, l: 16 })
    expect(await arrived(DLQ, 1)).toMatchObject([{ reconsumeTimes: 1 }])
    bed.clock.advance(60_001)
    await sendCopy({ j: 1, l: 16 })
    bed.clock.advance(1000)
    expect(await arrived(RETRY, 1)).toHaveLength(1)
  })

  test('of an unknown group it is refused', async () => {
    await open({ autoCreateSubscriptionGroup: 'false' })
    expect((await sendCopy({ j: 1 })).code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST)
  })
})

test('properties that find no room beside what a return adds: refused, and the message stays', async () => {
  await open()
  const big = 'x'.repeat(32_590)
  const { extFields } = await client.send('Orders', 'x', { properties: { big } })
  const offset = decodeMessageId(extFields.msgId!)!.physicalOffset
  expectFailure(await sendBack(offset), ResponseCode.SYSTEM_ERROR, 'PROPERTIES_SIZE_EXCEEDED')
})

test('a one-way message goes where it would have gone, and what refuses it says nothing', async () => {
  await open()
  await sendOrder()
  const refused = sendExt('SCHEDULE_TOPIC_XXXX')
  await client.oneway(RequestCode.SEND_MESSAGE_V2, refused, Buffer.from('w'))
  await client.oneway(RequestCode.SEND_MESSAGE_V2, sendExt('Orders'), Buffer.from('y'))
  const behind = await client.send('Orders', 'z')
  expect(behind).toMatchObject({ code: ResponseCode.SUCCESS, extFields: { queueOffset: '2' } })
  expect((await queue('Orders')).map(({ body }) => body.toString())).toEqual(['x', 'y', 'z'])
})
