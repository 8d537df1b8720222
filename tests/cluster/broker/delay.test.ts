/** Delay levels, timers and their recall over the wire. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessageId } from '../../../src/main/protocol/message/messageId'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { getProperty } from '../../../src/main/protocol/message/properties'
import { BrokerTestbed, type TestClient } from './brokerTestbed'

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

/** Waits, as a consumer does, for the message at `offset`: the pull is held until it is there. */
const next = async (client: TestClient, topic: string, offset: number, queueId = 0) => {
  const held = await client.pull('CG', topic, offset, { queueId, sysFlag: 6 })
  expect(held.code).toBe(ResponseCode.SUCCESS)
  return decodeMessages(held.body ?? Buffer.alloc(0))[0]!
}

const count = async (client: TestClient, topic: string, queueId = 0) =>
  Number((await client.ask(RequestCode.GET_MAX_OFFSET, { topic, queueId })).extFields.offset)

const runtime = async (client: TestClient) =>
  ((await client.body(RequestCode.GET_BROKER_RUNTIME_INFO)) as { table: Record<string, string> })
    .table

describe('delay levels', () => {
  test('the answer names the parked record and the queue asked for', async () => {
    const [, client] = await open()
    await client.send('Other', 'x')
    const { code, extFields } = await client.send('T', 'x', { queueId: 3, properties: { DELAY: '2' } }) // prettier-ignore
    expect(code).toBe(ResponseCode.SUCCESS)
    expect(extFields).toMatchObject({ queueId: '3', queueOffset: '0' })
    expect(extFields.recallHandle).toBeUndefined()
    const id = decodeMessageId(extFields.msgId!)!
    const { body } = await client.ask(RequestCode.VIEW_MESSAGE_BY_ID, { offset: id.physicalOffset })
    expect(decodeMessages(body!)[0]).toMatchObject({ topic: 'SCHEDULE_TOPIC_XXXX', queueId: 1 })
  })

  test('a held pull gets the message when it is due', async () => {
    const [, client] = await open()
    const sentAt = bed.clock.now()
    await client.send('T', 'later', { properties: { DELAY: '1', TAGS: 'A', KEYS: 'k' } })
    expect(await count(client, 'T')).toBe(0)
    const arriving = next(client, 'T', 0)
    // Asked behind the pull, on the same connection: the pull is held by now.
    expect(await count(client, 'T')).toBe(0)
    bed.clock.advance(1000)
    const message = await arriving
    expect(message.body.toString()).toBe('later')
    expect(message.storeTimestamp).toBe(sentAt + 1000)
    expect(getProperty(message.properties, 'DELAY')).toBe('1')
    expect(await runtime(client)).toMatchObject({ scheduleMessageOffset_1: '1,1' })
    expect(await client.body(RequestCode.GET_ALL_DELAY_OFFSET)).toMatchObject({ offsetTable: { '1': 1 } }) // prettier-ignore
  })

  test('what waits survives a restart, and levels are the ones of the property', async () => {
    const [broker, client] = await open({ messageDelayLevel: '3s 7s' })
    await client.send('T', 'a', { properties: { DELAY: '1' } })
    await client.send('T', 'b', { properties: { DELAY: '18' } })
    await broker.stop()
    bed.clock.advance(3000)
    const again = bed.client(await bed.start({ messageDelayLevel: '3s 7s' }))
    expect((await next(again, 'T', 0)).body.toString()).toBe('a')
    expect(await count(again, 'T')).toBe(1)
    bed.clock.advance(4000)
    expect((await next(again, 'T', 1)).body.toString()).toBe('b')
  })

  test('a table that cannot be read is refused, with what would be right', async () => {
    const [, client] = await open()
    const update = await client.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from('messageDelayLevel=1s,5s')) // prettier-ignore
    expect(update.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(update.remark).toMatch(/messageDelayLevel=1s,5s.*number and s, m, h or d/)
    const good = await client.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from('messageDelayLevel=2s')) // prettier-ignore
    expect(good).toMatchObject({ code: 0, remark: expect.stringMatching(/next start/) as string })
  })
})

describe('timer messages', () => {
  const at = (ms: number) => ({ TIMER_DELIVER_MS: String(bed.clock.now() + ms) })

  test('come at the millisecond they name, with what a timer adds', async () => {
    const [, client] = await open()
    const start = bed.clock.now()
    const { extFields } = await client.send('T', 'x', { queueId: 2, properties: at(2500) })
    expect(extFields).toMatchObject({ queueId: '2', queueOffset: '0' })
    expect(await runtime(client)).toMatchObject({ timerCongestNum: '1', timerOffsetBehind: '0' })
    bed.clock.advance(2499)
    expect(await count(client, 'T', 2)).toBe(0)
    bed.clock.advance(1)
    const message = await next(client, 'T', 0, 2)
    expect(message.storeTimestamp).toBe(start + 2500)
    expect(getProperty(message.properties, 'TIMER_DEQUEUE_MS')).toBe(String(start + 2500))
    expect(await runtime(client)).toMatchObject({ timerCongestNum: '0' })
    const checkpoint = await client.ask(RequestCode.GET_TIMER_CHECK_POINT)
    expect(checkpoint.body?.readBigInt64BE(16)).toBe(1n)
  })

  test('are cancelled by the handle their send gave, also after a restart', async () => {
    const [broker, client] = await open({ recallMessageEnable: 'true' })
    const sent = await client.send('T', 'gone', { properties: { ...at(5000), UNIQ_KEY: 'U' } })
    await client.send('T', 'stays', { properties: at(5000) })
    const { recallHandle = '' } = sent.extFields
    const recalled = await client.ask(RequestCode.RECALL_MESSAGE, { producerGroup: 'PG', topic: 'T', recallHandle }) // prettier-ignore
    expect(recalled).toMatchObject({ code: 0, extFields: { msgId: 'U', MSG_REGION: 'DefaultRegion' } }) // prettier-ignore
    await broker.stop()
    const again = bed.client(await bed.start({ recallMessageEnable: 'true' }))
    bed.clock.advance(5000)
    expect((await next(again, 'T', 0)).body.toString()).toBe('stays')
    expect(await count(again, 'T')).toBe(1)
  })

  test('cannot be recalled by default, and the refusal says how they could', async () => {
    const [, client] = await open()
    const sent = await client.send('T', 'x', { properties: at(5000) })
    const { recallHandle = '' } = sent.extFields
    expect(Buffer.from(recallHandle, 'base64url').toString()).toMatch(/^v1 T broker-a \d+ \w+$/)
    const refused = await client.ask(RequestCode.RECALL_MESSAGE, { topic: 'T', recallHandle })
    expect(refused.code).toBe(ResponseCode.NO_PERMISSION)
    expect(refused.remark).toMatch(/recallMessageEnable/)
    await client.body(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from('recallMessageEnable=true'))
    expect((await client.ask(RequestCode.RECALL_MESSAGE, { topic: 'T', recallHandle })).code).toBe(
      0
    )
  })

  test('are a matter of course to whoever asks for the past, and refused when they are off', async () => {
    const [, client] = await open({ timerWheelEnable: 'false' })
    expect((await client.send('T', 'x')).code).toBe(0)
    const refused = await client.send('T', 'x', { properties: at(1000) })
    expect(refused).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: expect.stringMatching(/timerWheelEnable is false/) as string }) // prettier-ignore
  })
})
