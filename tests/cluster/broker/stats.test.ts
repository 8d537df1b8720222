/** Statistics over the wire, counted where clients cause them. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { decodeMessageId } from '../../../src/main/protocol/message/messageId'
import { BrokerTestbed, type TestClient } from './brokerTestbed'

const SCHEDULE = 'SCHEDULE_TOPIC_XXXX'

let bed: BrokerTestbed
let client: TestClient
let broker: RunningBroker
const open = async (properties: Record<string, string> = {}): Promise<void> => {
  broker = await bed.start(properties)
  client = bed.client(broker)
}
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

interface View {
  statsMinute: { sum: number; tps: number; avgpt: number }
}
/** Sum of the last minute; undefined where it is not counted. */
const sum = async (statsName: string, statsKey: string): Promise<number | undefined> => {
  const answer = await client.ask(RequestCode.VIEW_BROKER_STATS_DATA, { statsName, statsKey })
  if (answer.code === 1) return undefined
  return (JSON.parse(answer.body!.toString()) as View).statsMinute.sum
}
const sums = async (...entries: string[]): Promise<(number | undefined)[]> => {
  const all: (number | undefined)[] = []
  for (const entry of entries) {
    const [name, key] = entry.split(' ')
    all.push(await sum(name!, key!))
  }
  return all
}
const info = async (): Promise<Record<string, string>> =>
  ((await client.body(RequestCode.GET_BROKER_RUNTIME_INFO)) as { table: Record<string, string> })
    .table

/** Resolves when the queue 0 of T holds so many; whatever is under way in the broker is given its turns. */
const until = async (count: number): Promise<void> => {
  for (;;) {
    const { extFields } = await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })
    if (Number(extFields.offset) >= count) return
  }
}

test('a delayed message counts where it waits, then once where it goes', async () => {
  await open()
  await client.send('T', 'x', { properties: { DELAY: '2' } })
  bed.clock.advance(1000)
  await client.send('T', 'y')
  bed.clock.advance(4000)
  await until(2)
  bed.clock.advance(5000)
  expect(
    await sums('TOPIC_PUT_NUMS T', `TOPIC_PUT_NUMS ${SCHEDULE}`, `QUEUE_PUT_NUMS ${SCHEDULE}@1`)
  ).toEqual([2, 1, 1])
  expect(
    await sums(
      `QUEUE_GET_NUMS ${SCHEDULE}@1@SCHEDULE_CONSUMER`,
      `GROUP_GET_NUMS ${SCHEDULE}@SCHEDULE_CONSUMER`,
      'BROKER_PUT_NUMS DefaultCluster',
      'BROKER_PUT_NUMS_WITHOUT_SYSTEM_TOPIC DefaultCluster'
    )
  ).toEqual([1, 1, 3, 2])
})

test('what is given back counts for its group and where it waits, a dead letter for its group', async () => {
  await open()
  const sent = await client.send('T', 'x')
  await client.pull('CG', 'T', 0)
  const offset = decodeMessageId(sent.extFields.msgId!)!.physicalOffset
  const back = { offset, group: 'CG', originTopic: 'T', unitMode: false, maxReconsumeTimes: 16 }
  await client.ask(RequestCode.CONSUMER_SEND_MSG_BACK, { ...back, delayLevel: 0 })
  await client.ask(RequestCode.CONSUMER_SEND_MSG_BACK, { ...back, delayLevel: -1 })
  bed.clock.advance(10_000)
  expect(
    await sums(
      ...['SNDBCK_PUT_NUMS T@CG', 'SNDBCK2DLQ_TIMES null@T@CG@SEND_BACK_TO_DLQ'],
      ...[`QUEUE_PUT_NUMS ${SCHEDULE}@2`, `TOPIC_PUT_NUMS ${SCHEDULE}`],
      ...['TOPIC_PUT_NUMS %DLQ%CG', 'GROUP_GET_NUMS T@CG', 'BROKER_GET_NUMS DefaultCluster'],
      ...['TOPIC_PUT_LATENCY 0@T', 'GROUP_GET_LATENCY 0@T@CG']
    )
  ).toEqual([2, 1, 1, 1, undefined, 1, 1, 0, 0])
})

test('a deleted topic and a deleted group are counted anew', async () => {
  await open()
  const consume = async () => {
    await client.send('T', 'x')
    await client.pull('CG', 'T', 0)
  }
  const both = () => sums('TOPIC_PUT_NUMS T', 'GROUP_GET_NUMS T@CG')
  await consume()
  bed.clock.advance(10_000)
  expect(await both()).toEqual([1, 1])
  await client.ask(RequestCode.DELETE_SUBSCRIPTIONGROUP, { groupName: 'CG', cleanOffset: true })
  expect(await both()).toEqual([1, undefined])
  await consume()
  await client.ask(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })
  expect(await both()).toEqual([undefined, undefined])
})

test('the day goes on over a restart, without system topics', async () => {
  await open()
  await client.send('T', 'x')
  await client.send('T', 'x')
  await client.send('T', 'x', { properties: { DELAY: '18' } })
  await client.pull('CG', 'T', 0)
  expect(await info()).toMatchObject({ msgPutTotalTodayNow: '2', msgGetTotalTodayNow: '2' })
  await broker.stop()
  await open()
  await client.send('T', 'x')
  expect(await info()).toMatchObject({
    ...{ msgPutTotalTodayNow: '3', msgPutTotalTodayMorning: '0', msgPutTotalYesterdayMorning: '0' },
    ...{ msgGetTotalTodayNow: '2', msgGetTotalTodayMorning: '0' }
  })
  expect(broker.traffic()).toMatchObject({ producedToday: 3, consumedToday: 2, produced: 1 })
})

test('times of sends are told of the last whole minute', async () => {
  await open()
  await client.send('T', 'x')
  expect((await info()).putMessageDistributeTime).toBe('null')
  bed.clock.advance(60_000)
  expect((await info()).putMessageDistributeTime).toMatch(
    /^\[<=0ms\]:1 \[0~10ms\]:0 .* \[10s~\]:0 $/
  )
})
