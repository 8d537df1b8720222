import { expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { BrokerStatsManager, MAX_STATS_ITEMS } from './brokerStatsManager'

const started = (clock = new ManualClock()): BrokerStatsManager => {
  const stats = new BrokerStatsManager(clock, 'C')
  stats.start()
  return stats
}

test('a rate is over its last seconds, whatever came before', () => {
  const clock = new ManualClock()
  const stats = started(clock)
  stats.incPut('T', 100, 1000)
  clock.advance(60_000)
  expect(stats.tps('put', 60)).toBeCloseTo(100 / 60)
  expect(stats.tps('put', 10)).toBe(0)
  stats.incPut('T', 50, 500)
  clock.advance(1000)
  expect(stats.tps('put', 10)).toBe(5)
})

test('midnight begins a new count of the day', () => {
  const clock = new ManualClock(new Date(2026, 0, 1, 23, 59, 58).getTime())
  const stats = started(clock)
  stats.incPut('T', 3, 30)
  stats.incGet('CG', 'T', 2, 20)
  clock.advance(5000)
  stats.incPut('T', 4, 40)
  expect(stats).toMatchObject({ putTodayMorning: 3, putYesterdayMorning: 0, getTodayMorning: 2 })
  clock.advance(86_400_000)
  expect(stats).toMatchObject({ putTodayMorning: 7, putYesterdayMorning: 3 })
})

test.each([
  ['TOPIC_PUT_NUMS', 'T', { sum: 6, avgpt: 3 }],
  ['TOPIC_PUT_SIZE', 'T', { sum: 60, avgpt: 30 }],
  ['GROUP_GET_NUMS', 'T@CG', { sum: 2, avgpt: 2 }],
  ['BROKER_PUT_NUMS', 'C', { sum: 6, avgpt: 3 }]
])('%s of %s', (statsName, statsKey, expected) => {
  const clock = new ManualClock()
  const stats = started(clock)
  stats.incPut('T', 2, 20)
  stats.incPut('T', 4, 40)
  stats.incGet('CG', 'T', 2, 20)
  clock.advance(10_000)
  expect(stats.view(statsName, statsKey)?.statsMinute).toMatchObject(expected)
  stats.onTopicDeleted('T')
  expect(stats.view('TOPIC_PUT_NUMS', 'T')).toBeUndefined()
  expect(stats.view('GROUP_GET_NUMS', 'T@CG')).toBeUndefined()
})

test.each([['constructor', 'T'], ['TOPIC_PUT_NUMS', 'nobody'], ['BROKER_PUT_NUMS', 'other']])('%s of %s is not kept', (statsName, statsKey) => {
  expect(started().view(statsName, statsKey)).toBeUndefined()
}) // prettier-ignore

test('at the limit new topics count in the totals only', () => {
  const stats = started()
  for (let i = 0; i <= MAX_STATS_ITEMS; i++) stats.incPut(`T${i}`, 1, 1)
  expect(stats.totals.put).toBe(MAX_STATS_ITEMS + 1)
  expect(stats.view('TOPIC_PUT_NUMS', `T${MAX_STATS_ITEMS}`)).toBeUndefined()
  expect(stats.view('TOPIC_PUT_NUMS', 'T0')).toBeDefined()
})
