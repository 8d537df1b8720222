/** What takes hours or days of the cluster's time happens in seconds, in its order and at its time, over real sockets. */
import { expect, test } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { decodeMessage, decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { getProperty } from '../../../src/main/protocol/message/properties'
import { TestClient } from '../broker/brokerTestbed'
import { until } from '../client/cluster'
import { clockRig, DELAYS, HOUR, MINUTE, SECOND } from './clockRig'

const TOPIC = 'Orders'

/** The clock stands still, so that only a step moves it. */
const paused = async (...properties: string[]) => {
  const rig = await clockRig({ args: properties.flatMap((property) => ['--set', property]) })
  const { window } = rig
  await window.call('topic.save', { topic: TOPIC, readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  const { now } = await window.call('clock.set', { paused: true })
  const stored = async (topic: string): Promise<number> =>
    (await window.call('topic.detail', { topic })).queues.reduce((sum, q) => sum + q.maxOffset, 0)
  return { ...rig, start: now, stored }
}

test('delay levels of one second to two hours are delivered in one step, each when it is due', async () => {
  const { window, producer, consume, start } = await paused()
  const inbox = await consume(TOPIC)
  const sender = await producer()
  // Not in the order of their delay.
  for (const level of [18, 3, 17, 1, 9])
    await sender.send({ topic: TOPIC, body: Buffer.from(String(level)), delayTimeLevel: level })
  const before = await window.call('clock.step', { ms: 2 * HOUR - 1 })
  expect(before).toMatchObject({ now: start + 2 * HOUR - 1, paused: true, isStepping: false })
  await inbox.reaches(4)
  expect(inbox.bodies).toEqual(['1', '3', '9', '17'])
  await window.call('clock.step', { ms: 1 })
  await inbox.reaches(5)
  expect(inbox.messages.map(({ storeTimestamp, body }) => [String(body), storeTimestamp])).toEqual(
    [1, 3, 9, 17, 18].map((level) => [String(level), start + DELAYS[level - 1]!])
  )
})

test('a message that fails climbs the whole retry ladder and ends among the dead letters', async () => {
  const { window, producer, consume, start, stored } = await paused()
  const inbox = await consume(TOPIC, () => 'RECONSUME_LATER')
  await (await producer()).send({ topic: TOPIC, body: Buffer.from('x') })
  const ladder = DELAYS.slice(2)
  for (const [rung, delayMs] of ladder.entries()) {
    await inbox.reaches(rung + 1)
    // Sent back and parked: from now on only the clock is missing.
    await until(
      () => stored('SCHEDULE_TOPIC_XXXX').catch(() => 0),
      (count) => count === rung + 1
    )
    await window.call('clock.step', { ms: delayMs })
  }
  await inbox.reaches(ladder.length + 1)
  await until(
    () => stored('%DLQ%CG').catch(() => 0),
    (count) => count === 1
  )
  let due = start
  const times = [start, ...ladder.map((delayMs) => (due += delayMs))]
  expect(
    inbox.messages.map(({ reconsumeTimes, storeTimestamp }) => [reconsumeTimes, storeTimestamp])
  ).toEqual(times.map((time, n) => [n, time]))
  const dead = await window.call('message.browse', {
    ...{ topic: '%DLQ%CG', brokerName: 'broker-a', queueId: 0, offset: 0 }
  })
  expect(dead.messages).toMatchObject([{ preview: 'x', storeTimestamp: due }])
})

test('dead letters expire with the rest of the log', async () => {
  const { window, producer, consume, stored } = await paused('mappedFileSizeCommitLog=1048576')
  await window.call('topic.save', { topic: 'Filler', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  await consume(TOPIC, () => 'RECONSUME_LATER')
  const sender = await producer()
  await sender.send({ topic: TOPIC, body: Buffer.from('x') })
  await until(
    async () => {
      await window.call('clock.step', { ms: HOUR })
      return stored('%DLQ%CG').catch(() => 0)
    },
    (count) => count === 1
  )
  // The segment that is written to stays. fileReservedTime is 72 h.
  for (let i = 0; i < 2; i++)
    await window.call('message.send', { topic: 'Filler', body: 'y'.repeat(600_000) })
  const bounds = async () => {
    await window.call('broker.deleteExpired', { id: 'broker-a:0' })
    const [queue] = (await window.call('topic.detail', { topic: '%DLQ%CG' })).queues
    return [queue?.minOffset, queue?.maxOffset]
  }
  await window.call('clock.step', { ms: 60 * HOUR })
  expect(await bounds()).toEqual([0, 1])
  await window.call('clock.step', { ms: 13 * HOUR })
  expect(await bounds()).toEqual([1, 1])
})

test('a transaction nobody ends is checked fifteen times, then it is in TRANS_CHECK_MAX_TIME_TOPIC', async () => {
  const { window, broker, start } = await paused()
  const client = new TestClient(systemClock, broker)
  await client.heartbeat('producer', [], ['PG'])
  const half = await client.send(TOPIC, 'paid', {
    sysFlag: 4,
    properties: { TRAN_MSG: 'true', PGROUP: 'PG', UNIQ_KEY: 'key' }
  })
  expect(half.code).toBe(0)
  // transactionCheckInterval is 30 s.
  await window.call('clock.step', { ms: 16 * 30 * SECOND })
  const checks = await client.askedTimes(15)
  expect(
    checks.map(({ code, body }) => [
      code,
      getProperty(decodeMessage(body!).properties, 'TRANSACTION_CHECK_TIMES'),
      decodeMessage(body!).storeTimestamp - start
    ])
  ).toEqual(
    Array.from({ length: 15 }, (_, n) => [
      RequestCode.CHECK_TRANSACTION_STATE,
      String(n + 1),
      (n + 1) * 30 * SECOND
    ])
  )
  const { body } = await client.pull('CG', 'TRANS_CHECK_MAX_TIME_TOPIC', 0)
  const given = decodeMessages(body!)
  expect(given.map((message) => [String(message.body), message.storeTimestamp - start])).toEqual([
    ['paid', 8 * MINUTE]
  ])
  client.close()
})
