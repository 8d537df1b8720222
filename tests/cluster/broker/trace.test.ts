/** The broker's own trace over the wire, asked by a raw connection. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MAX_TRACE_PLACES } from '../../../src/main/broker/features/brokerTrace/brokerTrace'
import type { BrokerTraceAnswer } from '../../../src/main/protocol/bodies/brokerTrace'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import type { RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import { decodeMessageId } from '../../../src/main/protocol/message/messageId'
import { BrokerTestbed, consumerData, type TestClient } from './brokerTestbed'

const CODE = RequestCode.GANTRY_QUERY_MESSAGE_TRACE
const PULL_AND_COMMIT = 5

let bed: BrokerTestbed
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

const open = async (properties: Record<string, string> = {}): Promise<TestClient> => {
  const client = bed.client(await bed.start(properties))
  await client.heartbeat('me@1', [consumerData('CG', 'T')], ['PG'])
  return client
}
const trace = async (client: TestClient, ...offsets: number[]): Promise<BrokerTraceAnswer> => {
  const places = offsets.map((queueOffset) => ({ topic: 'T', queueId: 0, queueOffset }))
  return (await client.body(CODE, {}, { places })) as BrokerTraceAnswer
}
const story = async (client: TestClient, offset: number) =>
  (await trace(client, offset)).events.map(
    ({ kind, from, count, group, client: who }) => `${kind} ${from}+${count} ${group} ${who}`
  )

test('sent, handed out, acknowledged, given back and set back, with who and when', async () => {
  const client = await open()
  const start = bed.clock.now()
  const sent = [await client.send('T', 'a'), await client.send('T', 'b')]
  bed.clock.advance(1000)
  await client.pull('CG', 'T', 0)
  bed.clock.advance(1000)
  const offset = decodeMessageId(sent[1]!.extFields.msgId!)!.physicalOffset
  const back = { offset, group: 'CG', delayLevel: 3, originTopic: 'T', unitMode: false }
  await client.ask(RequestCode.CONSUMER_SEND_MSG_BACK, { ...back, maxReconsumeTimes: 16 })
  await client.ask(RequestCode.CONSUMER_SEND_MSG_BACK, { ...back, maxReconsumeTimes: 0 })
  const progress = { consumerGroup: 'CG', topic: 'T', queueId: 0 }
  await client.pull('CG', 'T', 1, { sysFlag: PULL_AND_COMMIT, commitOffset: 1 })
  for (const commitOffset of [2, 2, 0])
    await client.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { ...progress, commitOffset })
  const who = 'CG me@1'
  expect(await story(client, 0)).toEqual([
    ...['put 0+1 PG me@1', `pull 0+2 ${who}`, `commit 0+1 ${who}`, `rewind 0+2 ${who}`]
  ])
  expect(await story(client, 1)).toEqual([
    ...['put 1+1 PG me@1', `pull 0+2 ${who}`, `sendBack 1+1 ${who}`, `dead 1+1 ${who}`],
    ...[`pull 1+1 ${who}`, `commit 1+1 ${who}`, `rewind 0+2 ${who}`]
  ])
  const { events, since } = await trace(client, 0)
  expect(events.slice(0, 3).map(({ at }) => at - start)).toEqual([0, 1000, 2000])
  expect(since).toBe(start)
})

test('a filter hands out what matches only', async () => {
  const client = await open()
  for (const TAGS of ['A', 'B', 'A']) await client.send('T', 'x', { properties: { TAGS } })
  await client.pull('CG', 'T', 0, { subscription: 'A' })
  expect(await story(client, 1)).toEqual(['put 1+1 PG me@1'])
  expect(await story(client, 2)).toEqual(['put 2+1 PG me@1', 'pull 2+1 CG me@1'])
})

test('a half message: asked how it ends, rolled back or committed', async () => {
  const HALF = 'RMQ_SYS_TRANS_HALF_TOPIC'
  const client = await open({ transactionTimeOut: '1000', transactionCheckInterval: '2000' })
  const half = (body: string) =>
    client.send('T', body, {
      sysFlag: 4,
      properties: { TRAN_MSG: 'true', PGROUP: 'PG', UNIQ_KEY: body }
    })
  const kindsAt = async (topic: string, queueOffset: number) => {
    const places = [{ topic, queueId: 0, queueOffset }]
    const { events } = (await client.body(CODE, {}, { places })) as BrokerTraceAnswer
    return events.map(({ kind, group, client: who }) => `${kind} ${group} ${who}`)
  }
  const end = (answer: RemotingCommand, commitOrRollback: number) =>
    client.ask(RequestCode.END_TRANSACTION, {
      ...{ producerGroup: 'PG', commitOrRollback, transactionId: 'x', msgId: 'x' },
      tranStateTableOffset: answer.extFields.queueOffset!,
      commitLogOffset: decodeMessageId(answer.extFields.msgId!)!.physicalOffset
    })
  await end(await half('back'), 12)
  await end(await half('forth'), 8)
  expect(await kindsAt(HALF, 0)).toEqual(['put PG me@1', 'rollback PG me@1'])
  expect(await kindsAt(HALF, 1)).toEqual(['put PG me@1'])
  expect(await kindsAt('T', 0)).toEqual(['put PG me@1'])
  await half('open')
  bed.clock.advance(2000)
  await client.askedTimes(1)
  // It is asked about its copy at the end of the queue, which no client sent.
  expect(await kindsAt(HALF, 3)).toEqual(['check PG me@1'])
})

test('who sent no heartbeat is known by address', async () => {
  const client = await open()
  await client.send('T', 'x', { group: 'other' })
  expect((await trace(client, 0)).events[0]).toMatchObject({
    client: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
    group: 'other'
  })
})

test('a restart knows nothing from before, and says so', async () => {
  const broker = await bed.start()
  const first = bed.client(broker)
  await first.send('T', 'x')
  await broker.stop()
  bed.clock.advance(5000)
  const client = await open({ listenPort: String(broker.port) })
  expect(await trace(client, 0)).toEqual({ since: bed.clock.now(), events: [] })
})

test('a deleted topic leaves nothing to its successor', async () => {
  const client = await open()
  await client.send('T', 'x')
  await client.ask(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })
  await client.send('T', 'y', { group: 'PG2' })
  expect(await story(client, 0)).toMatchObject([expect.stringContaining('PG2')])
})

test('gantryTraceEvents=0 traces nothing', async () => {
  const client = await open({ gantryTraceEvents: '0' })
  await client.send('T', 'x')
  expect((await trace(client, 0)).events).toEqual([])
})

const place = { topic: 'T', queueId: 0, queueOffset: 0 }
test.each([
  ['none', { places: [] }],
  ['no body that is one', { somewhere: 1 }],
  ['too many', { places: Array.from({ length: MAX_TRACE_PLACES + 1 }, () => place) }],
  ['one without a topic', { places: [{ queueId: 0, queueOffset: 0 }] }],
  ['one before the beginning', { places: [{ ...place, queueOffset: -1 }] }]
])('asked of places: %s', async (_name, body) => {
  const client = await open()
  const answer = await client.ask(CODE, {}, body)
  expect(answer.code).toBe(ResponseCode.INVALID_PARAMETER)
  expect(answer.remark).toContain('place')
})
