/** The console finds what became of a message, on our brokers and on others. */
import { expect, test } from 'vitest'
import type { MessageTraceView, TraceEventView } from '../../../src/shared/traceViews'
import { messageTraceHandlers } from '../../../src/main/console/messageTrace'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { RemotingError } from '../../../src/main/protocol/remotingCommand'
import { createAdmin } from '../../../src/main/admin/admin'
import { systemClock } from '../../../src/main/base/clock'
import { remotingClient } from '../nameserver/nameservers'
import { Inbox, testCluster, until } from './cluster'

const DELAYS = Array.from({ length: 18 }, () => '1s').join(' ')

const rig = async () => {
  const cluster = await testCluster()
  await cluster.broker('broker-a', { messageDelayLevel: DELAYS })
  const { admin } = cluster
  await admin.updateTopic({ topicName: 'T', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  const trace = async (topic: string, msgId: string): Promise<MessageTraceView> =>
    messageTraceHandlers({ admin })['message.trace']({ topic, msgId })
  const producer = await cluster.producer()
  return { cluster, admin, trace, producer }
}
const kinds = (events: readonly TraceEventView[]): string[] => events.map(({ kind }) => kind)
const record = (...fields: (string | number)[]): string => `${fields.join('\u0001')}\u0002`

test('sent, failed once, sent back, delivered again and acknowledged', async () => {
  const { cluster, trace, producer } = await rig()
  const inbox = new Inbox()
  const { msgId } = await producer.send({ topic: 'T', body: Buffer.from('x') })
  const consumer = await cluster.consumer({
    group: 'CG',
    subscription: [['T', '*']],
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    listener: (message) => {
      inbox.listener(message)
      return message.reconsumeTimes === 0 ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS'
    }
  })
  await inbox.reaches(2)
  // Progress is told when a consumer leaves.
  await consumer.stop()
  const { events, brokers } = await until(
    () => trace('T', msgId),
    (view) => kinds(view.events).filter((kind) => kind === 'acknowledged').length === 2
  )
  const inOrder = (...wanted: string[]) => kinds(events).filter((kind) => wanted.includes(kind))
  expect(inOrder('stored', 'scheduled', 'retry')).toEqual(['stored', 'scheduled', 'retry'])
  expect(inOrder('stored', 'delivered', 'givenBack')).toEqual(['stored', 'delivered', 'givenBack', 'delivered']) // prettier-ignore
  expect(events[0]).toMatchObject({ kind: 'stored', group: 'PG', topic: 'T', queueOffset: 0 })
  for (const event of events.filter(({ source }) => source === 'broker'))
    expect(event).toMatchObject({ group: 'CG', brokerName: 'broker-a', client: expect.stringContaining('@') as string }) // prettier-ignore
  expect(brokers).toEqual([{ brokerName: 'broker-a', since: expect.any(Number) as number }])
  // From any of its copies the story is the same.
  expect((await trace('%RETRY%CG', msgId)).events).toEqual(events)
})

test('records of stock clients are part of it, others are counted', async () => {
  const { trace, producer } = await rig()
  const { msgId } = await producer.send({ topic: 'T', body: Buffer.from('x') })
  const body = Buffer.from(
    record('Pub', 1, 'R', 'PG', 'T', msgId, 'null', 'null', 'h', 1, 7, 0, '0A', 'true') +
      record('Pub', 1, 'R', 'PG', 'T', 'another', 'null', 'null', 'h', 1, 7, 0, '0A', 'true') +
      record('Pub', 'never')
  )
  await producer.send({ topic: 'RMQ_SYS_TRACE_TOPIC', body, keys: `${msgId} another` })
  const { events, skippedRecords } = await trace('T', msgId)
  expect(events.filter(({ source }) => source === 'client')).toEqual([
    { at: 1, kind: 'sent', source: 'client', group: 'PG', client: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string, topic: 'T', costMs: 7, success: true } // prettier-ignore
  ])
  expect(skippedRecords).toBe(1)
})

test('a broker without a trace of its own still tells what it stores', async () => {
  const { cluster, producer } = await rig()
  const { msgId } = await producer.send({ topic: 'T', body: Buffer.from('x') })
  const client = remotingClient()
  const stock: typeof client = Object.create(client, {
    call: {
      value: (address: string, request: { code: number }, timeoutMs: number) =>
        request.code === RequestCode.GANTRY_QUERY_MESSAGE_TRACE
          ? Promise.reject(new RemotingError(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, 'stock'))
          : client.call(address, request, timeoutMs)
    }
  }) as typeof client
  const admin = createAdmin({
    client: stock,
    clock: systemClock,
    namesrvAddresses: () => [cluster.namesrv.address]
  })
  const view = await messageTraceHandlers({ admin })['message.trace']({ topic: 'T', msgId })
  expect(kinds(view.events)).toEqual(['stored'])
  expect(view.brokers).toEqual([{ brokerName: 'broker-a' }])
})

test('of an id nobody has nothing is known, also of a topic that does not exist', async () => {
  const { trace } = await rig()
  for (const topic of ['T', 'Nowhere'])
    expect(await trace(topic, 'nobody')).toMatchObject({ events: [], brokers: [] })
})
