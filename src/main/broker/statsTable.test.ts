import { expect, test } from 'vitest'
import { MAX_STATS_ITEMS, StatsTable } from './statsTable'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A message each second from `from` on, and a sample after each. */
const run = (table: StatsTable, from: number, to: number): void => {
  for (let at = from; at < to; at += 1000) {
    table.add('topicPut', 'T', 1, 10)
    table.sample(at + 1000)
  }
}
const sums = (table: StatsTable) => {
  const view = table.view('TOPIC_PUT_NUMS', 'T')
  return [view?.statsMinute, view?.statsHour, view?.statsDay]
}
const full = (sum: number, ms: number) => ({ sum, tps: (sum * 1000) / ms, avgpt: 1 })
const nothing = { sum: 0, tps: 0, avgpt: 0 }

test('nothing is told before the first sample, all of it with the first', () => {
  const table = new StatsTable(0)
  run(table, 0, 9000)
  expect(sums(table)).toEqual([nothing, nothing, nothing])
  run(table, 9000, 10_000)
  expect(sums(table)).toEqual([full(10, 10_000), nothing, nothing])
})

test('a minute is the last minute at each of its borders', () => {
  const table = new StatsTable(0)
  run(table, 0, MINUTE)
  expect(sums(table)[0]).toEqual(full(60, MINUTE))
  run(table, MINUTE, MINUTE + 9000)
  expect(sums(table)[0]).toEqual(full(60, MINUTE))
  for (let at = MINUTE + 10_000; at <= 2 * MINUTE; at += 1000) table.sample(at)
  // The last 9 messages came before the first of the seven samples that are left.
  expect(sums(table)[0]).toMatchObject({ sum: 9 })
  for (let at = 2 * MINUTE + 1000; at <= 3 * MINUTE; at += 1000) table.sample(at)
  expect(sums(table)[0]).toEqual({ sum: 0, tps: 0, avgpt: 0 })
})

test('an hour and a day are told at their own borders', () => {
  const table = new StatsTable(0)
  run(table, 0, 10 * MINUTE)
  expect(sums(table)[1]).toEqual(full(600, 10 * MINUTE))
  run(table, 10 * MINUTE, HOUR - 1000)
  expect(sums(table)[1]).toEqual(full(3000, 50 * MINUTE))
  expect(sums(table)[2]).toEqual(nothing)
  run(table, HOUR - 1000, HOUR)
  expect(sums(table)).toEqual([full(60, MINUTE), full(3600, HOUR), full(3600, HOUR)])
  run(table, HOUR, 25 * HOUR)
  expect(sums(table)).toEqual([full(60, MINUTE), full(3600, HOUR), full(86_400, 24 * HOUR)])
})

test('what is counted late counts from the period it came in', () => {
  const table = new StatsTable(0)
  table.sample(25_000)
  table.add('topicPut', 'T', 5, 50)
  table.sample(29_000)
  expect(sums(table)[0]).toEqual(nothing)
  table.sample(30_000)
  expect(sums(table)[0]).toEqual({ sum: 5, tps: 0.5, avgpt: 5 })
})

test('samples that were missed are not made up for', () => {
  const table = new StatsTable(0)
  run(table, 0, 20_000)
  table.sample(10 * MINUTE)
  expect(sums(table)[0]).toMatchObject({ sum: 20, tps: (20 * 1000) / (10 * MINUTE) })
})

test('at the limit a new key is not counted, the others are', () => {
  const table = new StatsTable(0)
  for (let i = 0; i <= MAX_STATS_ITEMS; i++) table.add('topicPut', `T${i}`, 1, 1)
  expect(table.view('TOPIC_PUT_NUMS', `T${MAX_STATS_ITEMS}`)).toBeUndefined()
  expect(table.view('TOPIC_PUT_NUMS', 'T0')).toBeDefined()
  table.add('groupGet', 'T@CG', 1, 1)
  expect(table.view('GROUP_GET_NUMS', 'T@CG')).toBeDefined()
})
