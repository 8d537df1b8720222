import { expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { silentLog } from '../base/log'
import { endOfTurn } from '../base/turn'
import type { KvDoc } from '../meta/brokerMeta'
import { BrokerStats, STATS_SAVE_MS } from './brokerStats'
import { MemoryCollection } from './brokerFakes'

const DAY = 86_400_000
const evening = () => new ManualClock(new Date(2026, 0, 1, 23, 59, 58).getTime())

/** All promises of a write in memory are through. */
const endOfWrite = (): Promise<void> => new Promise<void>((resolve) => endOfTurn(resolve))

const begin = (clock: ManualClock, kv = new MemoryCollection<KvDoc>()) => {
  const days = new BrokerStats({ clock, log: silentLog, kv })
  days.start()
  return { days, kv }
}

test('midnight begins a new count of the day', () => {
  const clock = evening()
  const { days } = begin(clock)
  days.incPut(3)
  days.incGet(2)
  expect(days.totals).toMatchObject({ put: 3, putTodayMorning: 0 })
  clock.advance(5000)
  days.incPut(4)
  expect(days.totals).toMatchObject({ put: 7, putTodayMorning: 3, putYesterdayMorning: 0 })
  expect(days.totals).toMatchObject({ get: 2, getTodayMorning: 2, getYesterdayMorning: 0 })
  clock.advance(DAY)
  expect(days.totals).toMatchObject({ put: 7, putTodayMorning: 7, putYesterdayMorning: 3 })
})

test('a restart goes on where the day was', async () => {
  const clock = evening()
  const { days, kv } = begin(clock)
  days.incPut(3)
  clock.advance(5000)
  days.incPut(4)
  days.incGet(1)
  await days.stop()
  const again = begin(clock, kv).days
  expect(again.totals).toMatchObject({ put: 7, putTodayMorning: 3, get: 1, getTodayMorning: 0 })
  again.incPut(1)
  expect(again.totals).toMatchObject({ put: 8, putTodayMorning: 3 })
})

test.each([
  ['one midnight', DAY, { putTodayMorning: 7, putYesterdayMorning: 3 }],
  ['several', 3 * DAY, { putTodayMorning: 7, putYesterdayMorning: 7 }]
])('%s while the broker was away', async (_name, away, expected) => {
  const clock = evening()
  const { days, kv } = begin(clock)
  days.incPut(3)
  clock.advance(5000)
  days.incPut(4)
  await days.stop()
  clock.advance(away)
  expect(begin(clock, kv).days.totals).toMatchObject({ put: 7, ...expected })
})

test('a kill loses what was counted since the last write', async () => {
  const clock = new ManualClock()
  const { days, kv } = begin(clock)
  days.incPut(3)
  clock.advance(STATS_SAVE_MS)
  await endOfWrite()
  days.incPut(2)
  expect(begin(clock, kv).days.totals.put).toBe(3)
})

test('without news nothing is written', async () => {
  const clock = new ManualClock()
  const { days, kv } = begin(clock)
  days.incPut(3)
  for (let i = 0; i < 10; i++) {
    clock.advance(STATS_SAVE_MS)
    await endOfWrite()
  }
  expect(kv.writes).toBe(1)
})

test('what cannot be written is tried again', async () => {
  const clock = new ManualClock()
  const { days, kv } = begin(clock)
  kv.failure = new Error('the disk is full')
  days.incPut(3)
  clock.advance(STATS_SAVE_MS)
  kv.failure = undefined
  await days.stop()
  expect(begin(clock, kv).days.totals.put).toBe(3)
})

test.each(['', 'null', '{}', '{"put":1}', '[1]', '{'])('%j is no reason not to start', (value) => {
  const kv = new MemoryCollection<KvDoc>([['brokerStats', { value }]])
  expect(begin(new ManualClock(), kv).days.totals).toMatchObject({ put: 0, putTodayMorning: 0 })
})
