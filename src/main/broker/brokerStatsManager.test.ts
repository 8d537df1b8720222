import { expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { BrokerStatsManager } from './brokerStatsManager'

const HALF = 'RMQ_SYS_TRANS_HALF_TOPIC'

const started = (clock = new ManualClock()) => {
  const day = { put: 0, get: 0 }
  const days = {
    incPut: (messages: number) => void (day.put += messages),
    incGet: (messages: number) => void (day.get += messages)
  }
  const stats = new BrokerStatsManager({ clock, cluster: 'C', days })
  stats.start()
  return { stats, day, clock }
}

test('a rate is over its last seconds, whatever came before', () => {
  const { stats, clock } = started()
  stats.incPut('T', 100, 1000)
  clock.advance(60_000)
  expect(stats.tps('put', 60)).toBeCloseTo(100 / 60)
  expect(stats.tps('put', 10)).toBe(0)
  stats.incPut('T', 50, 500)
  clock.advance(1000)
  expect(stats.tps('put', 10)).toBe(5)
})

/** One of everything. */
const busy = () => {
  const all = started()
  const { stats, clock } = all
  stats.incPut('T', 2, 20)
  stats.incPut('T', 4, 40)
  stats.incPut(HALF, 1, 5)
  stats.incPutLatency('T', 3, 7.9)
  stats.incPutLatency('T', 3, 2)
  stats.incQueuePut('SCHEDULE_TOPIC_XXXX', 2, 1, 90)
  stats.incQueueGet('SCHEDULE_CONSUMER', 'SCHEDULE_TOPIC_XXXX', 2, 1, 90)
  stats.incGet('CG', 'T', 2, 20)
  stats.incGet('CG', HALF, 1, 5)
  stats.incGetLatency('CG', 'T', 3, 4)
  stats.incAck('CG', 'T', 3)
  stats.incCk('CG', 'T', 1)
  stats.incSendBack('CG', 'T')
  stats.incSendBackToDLQ('CG', 'T')
  clock.advance(10_000)
  return all
}

test.each([
  ['TOPIC_PUT_NUMS', 'T', 6, 3],
  ['TOPIC_PUT_SIZE', 'T', 60, 30],
  ['TOPIC_PUT_LATENCY', '3@T', 9, 4.5],
  ['QUEUE_PUT_NUMS', 'SCHEDULE_TOPIC_XXXX@2', 1, 1],
  ['QUEUE_PUT_SIZE', 'SCHEDULE_TOPIC_XXXX@2', 90, 90],
  ['QUEUE_GET_NUMS', 'SCHEDULE_TOPIC_XXXX@2@SCHEDULE_CONSUMER', 1, 1],
  ['GROUP_GET_NUMS', 'T@CG', 2, 2],
  ['GROUP_GET_SIZE', 'T@CG', 20, 20],
  ['GROUP_GET_LATENCY', '3@T@CG', 4, 4],
  ['GROUP_ACK_NUMS', 'T@CG', 3, 3],
  ['GROUP_CK_NUMS', 'T@CG', 1, 1],
  ['SNDBCK_PUT_NUMS', 'T@CG', 1, 1],
  ['SNDBCK2DLQ_TIMES', 'null@T@CG@SEND_BACK_TO_DLQ', 1, 1],
  // RocketMQ counts no times of these, so that they have no average.
  ['BROKER_PUT_NUMS', 'C', 7, 0],
  ['BROKER_PUT_NUMS_WITHOUT_SYSTEM_TOPIC', 'C', 6, 0],
  ['BROKER_GET_NUMS', 'C', 3, 0],
  ['BROKER_GET_NUMS_WITHOUT_SYSTEM_TOPIC', 'C', 2, 0],
  ['BROKER_ACK_NUMS', 'C', 3, 0],
  ['BROKER_CK_NUMS', 'C', 1, 0]
])('%s of %s', (statsName, statsKey, sum, avgpt) => {
  const { stats } = busy()
  expect(stats.view(statsName, statsKey)).toEqual({
    statsMinute: { sum, tps: sum / 10, avgpt },
    statsHour: { sum: 0, tps: 0, avgpt: 0 },
    statsDay: { sum: 0, tps: 0, avgpt: 0 }
  })
})

test('the day counts what is of no system topic', () => {
  expect(busy().day).toEqual({ put: 6, get: 2 })
})

test.each([
  ['constructor', 'T'],
  ['TOPIC_PUT_NUMS', 'nobody'],
  ['BROKER_PUT_NUMS', 'other']
])('%s of %s is not kept', (statsName, statsKey) => {
  expect(busy().stats.view(statsName, statsKey)).toBeUndefined()
})

const perTopic = ['TOPIC_PUT_NUMS T', 'TOPIC_PUT_LATENCY 3@T']
const perGroup = [
  'GROUP_GET_NUMS T@CG',
  'GROUP_GET_LATENCY 3@T@CG',
  'GROUP_ACK_NUMS T@CG',
  'GROUP_CK_NUMS T@CG',
  'SNDBCK_PUT_NUMS T@CG',
  'SNDBCK2DLQ_TIMES null@T@CG@SEND_BACK_TO_DLQ'
]
const kept = (stats: BrokerStatsManager): string[] =>
  [...perTopic, ...perGroup].filter((entry) => {
    const [name, key] = entry.split(' ')
    return stats.view(name!, key!) !== undefined
  })

test('a deleted topic takes its numbers along, a deleted group its own', () => {
  const { stats } = busy()
  stats.incPut('T2', 1, 1)
  expect(kept(stats)).toEqual([...perTopic, ...perGroup])
  stats.onGroupDeleted('CG')
  expect(kept(stats)).toEqual(perTopic)
  const other = busy()
  other.stats.incGet('CG', 'T2', 1, 1)
  other.stats.onTopicDeleted('T')
  expect(kept(other.stats)).toEqual([])
  expect(other.stats.view('GROUP_GET_NUMS', 'T2@CG')).toBeDefined()
})
