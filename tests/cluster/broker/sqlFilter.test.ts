import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import type { RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import { BrokerTestbed, consumerData, type TestClient } from './brokerTestbed'

const SUSPEND = 2
const INLINE = 4

let bed: BrokerTestbed
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

const open = async (properties: Record<string, string> = {}): Promise<TestClient> =>
  bed.client(await bed.start({ enablePropertyFilter: 'true', ...properties }))

const bodies = ({ body }: RemotingCommand): string[] =>
  decodeMessages(body ?? Buffer.alloc(0)).map((message) => message.body.toString())

const updateTopic = (client: TestClient, topic: string) =>
  client.body(RequestCode.UPDATE_AND_CREATE_TOPIC, {
    ...{ topic, defaultTopic: 'TBW102', readQueueNums: 4, writeQueueNums: 4, perm: 6 },
    ...{ topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false }
  })

const send = (client: TestClient, body: string | Buffer, properties: Record<string, string> = {}) =>
  client.send('T', body, { properties })

const sql = (subString: string, subVersion = 1, topic = 'T') => ({
  ...{ topic, subString, tagsSet: [], codeSet: [], subVersion },
  ...{ expressionType: 'SQL92', classFilterMode: false }
})

const heartbeat = (client: TestClient, ...subscriptionDataSet: object[]) =>
  client.heartbeat('c1', [consumerData('CG', 'T', '*', { subscriptionDataSet })])

const ofHeartbeat = { sysFlag: 0, subscription: '', expressionType: 'SQL92' }
const inline = (subscription: string) => ({ subscription, expressionType: 'SQL92' })
const held = { sysFlag: SUSPEND | INLINE }

/** The broker has every earlier request of this client when it has answered this one. */
const settled = (client: TestClient) =>
  client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })

describe('a pull', () => {
  test.each([
    ['that brings the expression along', inline("n > 3 OR TAGS = 'x'")],
    ['of a group whose heartbeat had it', ofHeartbeat]
  ])('%s gives what matches and says how far it looked', async (_name, ext) => {
    const client = await open()
    await heartbeat(client, sql("n > 3 OR TAGS = 'x'"))
    for (let n = 0; n < 6; n++) await send(client, `${n}`, { n: String(n) })
    await send(client, 'x', { TAGS: 'x' })
    await send(client, 'none')
    const response = await client.pull('CG', 'T', 0, ext)
    expect(bodies(response)).toEqual(['4', '5', 'x'])
    expect(response.extFields.nextBeginOffset).toBe('8')
  })

  test('that finds nothing moves on, bit by bit', async () => {
    const client = await open({ maxFilterMessageSize: '100' })
    for (let n = 0; n < 40; n++) await send(client, `${n}`, { n: String(n) })
    const response = await client.pull('CG', 'T', 0, { ...inline('n = 39'), maxMsgNums: 1 })
    expect(response).toMatchObject({
      code: ResponseCode.PULL_RETRY_IMMEDIATELY,
      remark: 'NO_MATCHED_MESSAGE',
      extFields: { nextBeginOffset: '5', maxOffset: '40' }
    })
    expect(bodies(await client.pull('CG', 'T', 39, inline('n = 39')))).toEqual(['39'])
  })

  test('does not read large messages without end', async () => {
    const client = await open()
    for (let n = 0; n < 8; n++) await send(client, Buffer.alloc(400_000), { n: String(n) })
    const response = await client.pull('CG', 'T', 0, inline('n = 9'))
    expect(response).toMatchObject({ code: ResponseCode.PULL_RETRY_IMMEDIATELY, extFields: { nextBeginOffset: '3' } }) // prettier-ignore
  })
})

describe('a held pull', () => {
  test('is answered by a message that matches, not by others before it', async () => {
    const client = await open()
    await updateTopic(client, 'T')
    const answered: string[] = []
    const pulled = client.pull('CG', 'T', 0, { ...held, ...inline("colour = 'red'") })
    void pulled.then(() => answered.push('pull'))
    for (let i = 0; i < 50; i++) await send(client, 'blue', { colour: 'blue' })
    answered.push('50 sent')
    await send(client, 'red', { colour: 'red' })
    const response = await pulled
    expect(bodies(response)).toEqual(['red'])
    expect(response.extFields.nextBeginOffset).toBe('51')
    expect(answered).toEqual(['50 sent', 'pull'])
  })

  test('goes on behind thousands that did not match, when one does and when its time is over', async () => {
    // Two entries a scan: without what was judged while the pull was held, hundreds of pulls.
    const client = await open({ maxFilterMessageSize: '40' })
    await updateTopic(client, 'T')
    const ext = { ...held, ...inline("colour = 'red'"), maxMsgNums: 1 }
    const first = client.pull('CG', 'T', 0, ext)
    await settled(client)
    for (let i = 0; i < 300; i++) await send(client, 'blue', { colour: 'blue' })
    bed.clock.advance(16_000)
    expect(await first).toMatchObject({
      code: ResponseCode.PULL_RETRY_IMMEDIATELY,
      remark: 'NO_MATCHED_MESSAGE',
      extFields: { nextBeginOffset: '300' }
    })
    const second = client.pull('CG', 'T', 300, ext)
    await settled(client)
    for (let i = 0; i < 300; i++) await send(client, 'blue', { colour: 'blue' })
    await send(client, 'red', { colour: 'red' })
    expect(bodies(await second)).toEqual(['red'])
  })

  test('is judged anew by a subscription that changed meanwhile', async () => {
    const client = await open()
    await updateTopic(client, 'T')
    await heartbeat(client, sql('n = 1', 1))
    const pulled = client.pull('CG', 'T', 0, { ...ofHeartbeat, sysFlag: SUSPEND })
    await settled(client)
    await send(client, 'two', { n: '2' })
    await heartbeat(client, sql('n = 2', 2))
    bed.clock.advance(16_000)
    expect(bodies(await pulled)).toEqual(['two'])
  })

  test('is refused when the filter is switched off meanwhile', async () => {
    const client = await open()
    await updateTopic(client, 'T')
    const pulled = client.pull('CG', 'T', 0, { ...held, ...inline('n = 1') })
    await settled(client)
    await client.ask(
      RequestCode.UPDATE_BROKER_CONFIG,
      {},
      Buffer.from('enablePropertyFilter=false\n')
    )
    bed.clock.advance(16_000)
    expect((await pulled).code).toBe(ResponseCode.SYSTEM_ERROR)
  })
})

test('a changed subscription counts from the next pull', async () => {
  const client = await open()
  for (let n = 0; n < 3; n++) await send(client, `${n}`, { n: String(n) })
  const pull = async () => bodies(await client.pull('CG', 'T', 0, ofHeartbeat))
  await heartbeat(client, sql('n < 1', 1))
  expect(await pull()).toEqual(['0'])
  await heartbeat(client, sql('n > 1', 1))
  expect(await pull()).toEqual(['0'])
  await heartbeat(client, sql('n > 1', 2))
  expect(await pull()).toEqual(['2'])
})

describe('an expression that is wrong', () => {
  const wrong = "n > 1 AND colour LIKE 'r%'"
  const reason = /at 18: .*RocketMQ has no LIKE.*CONTAINS/

  test('is refused when a consumer asks (46), as it does when it starts', async () => {
    const client = await open()
    const ask = (subscriptionData: object) =>
      client.ask(RequestCode.CHECK_CLIENT_CONFIG, {}, { clientId: 'c1', group: 'CG', subscriptionData }) // prettier-ignore
    const refused = await ask(sql(wrong))
    expect(refused.code).toBe(ResponseCode.SUBSCRIPTION_PARSE_FAILED)
    expect(refused.remark).toMatch(reason)
    expect((await ask(sql('n > 1'))).code).toBe(ResponseCode.SUCCESS)
    expect((await ask({ ...sql('n'), expressionType: 'GROOVY' })).remark).toMatch(/GROOVY is not known/) // prettier-ignore
  })

  test('is refused in a pull that brings it along', async () => {
    const client = await open()
    await updateTopic(client, 'T')
    const refused = await client.pull('CG', 'T', 0, inline(wrong))
    expect(refused.code).toBe(ResponseCode.SUBSCRIPTION_PARSE_FAILED)
    expect(refused.remark).toMatch(reason)
  })

  test('of a heartbeat spoils only its own pulls, until it is right', async () => {
    const client = await open()
    await send(client, 'a', { n: '2' })
    expect((await heartbeat(client, sql(wrong, 1))).code).toBe(ResponseCode.SUCCESS)
    const refused = await client.pull('CG', 'T', 0, ofHeartbeat)
    expect(refused.code).toBe(ResponseCode.FILTER_DATA_NOT_EXIST)
    expect(refused.remark).toMatch(reason)
    await heartbeat(client, sql('n > 1', 2))
    expect(bodies(await client.pull('CG', 'T', 0, ofHeartbeat))).toEqual(['a'])
  })
})

test('where the filter is off, everybody is told how to switch it on, and it then works at once', async () => {
  const client = await open({ enablePropertyFilter: 'false' })
  await send(client, 'a', { n: '2' })
  await heartbeat(client, sql('n > 1'))
  const check = () =>
    client.ask(RequestCode.CHECK_CLIENT_CONFIG, {}, { group: 'CG', subscriptionData: sql('n > 1') })
  const all = [() => client.pull('CG', 'T', 0, inline('n > 1')), () => client.pull('CG', 'T', 0, ofHeartbeat), check] // prettier-ignore
  for (const ask of all) {
    const { code, remark } = await ask()
    expect(code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(remark).toMatch(/^The broker does not support consumer to filter message by SQL92/)
    expect(remark).toMatch(/updateBrokerConfig -b 127\.0\.0\.1:\d+ -k enablePropertyFilter -v true/)
  }
  await client.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from('enablePropertyFilter=true\n'))
  for (const ask of all) expect((await ask()).code).toBe(ResponseCode.SUCCESS)
})

describe('messages to be consumed once more', () => {
  const retry = (client: TestClient, body: string, properties: Record<string, string>) =>
    client.send('%RETRY%CG', body, { properties: { RETRY_TOPIC: 'T', ...properties } })

  test.each([
    ['pass whatever the retry topic is subscribed with', 'false', ['1', '2', 'other']],
    ['are judged as in their own topic with filterSupportRetry', 'true', ['2', 'other']]
  ])('%s', async (_name, filterSupportRetry, expected) => {
    const client = await open({ filterSupportRetry })
    await heartbeat(client, sql('n > 1'), sql('n = 7', 1, '%RETRY%CG'))
    await retry(client, '1', { n: '1' })
    await retry(client, '2', { n: '2' })
    await retry(client, 'other', { n: '1', RETRY_TOPIC: 'Other' })
    expect(bodies(await client.pull('CG', '%RETRY%CG', 0, ofHeartbeat))).toEqual(expected)
  })
})
