import { expect, test } from 'vitest'
import type { SeriesRef } from '../../../shared/statisticsModel'
import type { BrokerRef } from '../../admin/adminCall'
import { ManualClock } from '../../base/clock'
import { endOfTurn } from '../../base/turn'
import { medianOf, readBroker } from './brokerReading'
import { Sampler, type SampledAdmin } from './sampler'
import type { Values } from './history'
import { Rates } from './rates'
import { WATCHED_PER_SECOND, Watched } from './watched'
import { busiest } from './lookAtAll'

const turn = (): Promise<void> => new Promise((resolve) => endOfTurn(resolve))
const broker: BrokerRef = { cluster: 'C', brokerName: 'broker-a', brokerId: 0, address: 'a:1' }
const queue = (topic: string) => ({ topic, brokerName: 'broker-a', queueId: 0 })

const setUp = () => {
  const clock = new ManualClock(1_700_000_000_000)
  const state = { put: 100, fails: false, asked: 0, offset: 10, consumed: 4, boot: 5, order: 10 }
  const admin: SampledAdmin = {
    listBrokers: () => Promise.resolve([broker]),
    fetchBrokerRuntimeStats: () => {
      state.asked++
      if (state.fails) return Promise.reject(new Error('away'))
      return Promise.resolve(
        new Map([
          ['msgPutTotalTodayNow', String(state.put)],
          ['msgGetTotalTodayNow', '0'],
          ['bootTimestamp', String(state.boot)],
          ['commitLogDiskRatio', '0.25']
        ])
      )
    },
    fetchConsumeStatsOfMasters: () =>
      Promise.resolve({
        answers: [
          {
            broker,
            value: [
              {
                group: 'GID',
                offsets: [
                  {
                    queue: queue('Orders'),
                    brokerOffset: state.offset,
                    consumerOffset: state.consumed,
                    pullOffset: 0,
                    lastTimestamp: 0
                  }
                ]
              }
            ]
          }
        ],
        failures: []
      }),
    getTopicConfigOfMasters: () =>
      Promise.resolve({
        answers: [
          {
            broker,
            value: new Map(['Orders', '%DLQ%GID', 'TBW102'].map((name) => [name, {} as never]))
          }
        ],
        failures: []
      }),
    examineTopicStats: (topic) =>
      Promise.resolve({
        answers: [
          {
            broker,
            value: [
              { queue: queue(topic), minOffset: 0, maxOffset: state.order, lastUpdateTimestamp: 0 }
            ]
          }
        ],
        failures: []
      }),
    examineConsumeStats: () => Promise.resolve({ consumeTps: 0, offsets: [], isPartial: false }),
    examineConsumerConnectionInfo: () => Promise.resolve(undefined)
  }
  const added: Values[] = []
  const sampler = new Sampler({
    ...{ clock, admin },
    history: { add: (_at, values) => added.push(values) },
    memoryBytes: () => 7
  })
  sampler.start()
  const second = async (): Promise<void> => {
    clock.advance(1000)
    for (let i = 0; i < 4; i++) await turn()
  }
  const reading = (metric: SeriesRef['metric'], scope: SeriesRef['scope'], name = '') =>
    sampler.reading({ metric, scope, name })
  return { clock, state, sampler, second, reading, added }
}

test('rates are what was added since the answer before', async () => {
  const { state, second, reading } = setUp()
  await second()
  await second()
  expect(reading('produce', 'broker', 'broker-a:0')).toBeUndefined()
  state.put = 150
  await second()
  expect(reading('produce', 'broker', 'broker-a:0')).toBe(50)
  expect(reading('disk', 'broker', 'broker-a:0')).toBe(25)
  await second()
  expect(reading('produce', 'cluster')).toBe(50)
  expect(reading('memory', 'cluster')).toBe(7)
})

test('a broker that was restarted has no rate until it was asked twice, and no negative one', async () => {
  const { state, second, reading, clock } = setUp()
  for (let i = 0; i < 3; i++) await second()
  state.put = 3
  state.boot = 9
  await second()
  clock.advance(0)
  expect(reading('produce', 'broker', 'broker-a:0')).toBe(0)
  state.put = 13
  await second()
  expect(reading('produce', 'broker', 'broker-a:0')).toBe(10)
})

test('a broker that does not answer has no values after a while, and the reason is kept', async () => {
  const { state, second, reading, sampler } = setUp()
  for (let i = 0; i < 3; i++) await second()
  state.fails = true
  for (let i = 0; i < 10; i++) await second()
  expect(reading('produce', 'cluster')).toBeUndefined()
  expect(String(sampler.problem)).toContain('away')
})

test('once a minute every group and topic is looked at', async () => {
  const { state, second, reading, sampler } = setUp()
  for (let i = 0; i < 6; i++) await second()
  expect(reading('lag', 'group', 'GID')).toBe(6)
  expect(reading('lag', 'cluster')).toBe(6)
  expect(reading('deadLetters', 'group', 'GID')).toBe(10)
  expect(sampler.names()).toEqual({ brokers: ['broker-a:0'], topics: ['Orders'], groups: ['GID'] })
  state.offset += 600
  for (let i = 0; i < 62; i++) await second()
  expect(reading('produce', 'topic', 'Orders')).toBeCloseTo(10, 0)
  expect(sampler.top('lag', 'group')).toEqual([{ name: 'GID', value: 606 }])
})

test('what a page shows is measured every second, and not for long after it has gone', async () => {
  const { state, second, reading, sampler } = setUp()
  await second()
  const orders: SeriesRef = { metric: 'produce', scope: 'topic', name: 'Orders' }
  sampler.watched.watch([orders])
  await second()
  state.order += 20
  await second()
  expect(reading('produce', 'topic', 'Orders')).toBe(20)
  for (let i = 0; i < 30; i++) await second()
  expect(sampler.watched.next().things).toEqual([])
})

test('much that is watched takes turns', () => {
  const watched = new Watched(new ManualClock())
  watched.setRules(
    Array.from(
      { length: 25 },
      (_, i) => ({ metric: 'lag', scope: 'group', name: `G${i}` }) as const
    )
  )
  const seen = [1, 2, 3].map(() => watched.next())
  expect(seen.map(({ things }) => things.length)).toEqual([
    WATCHED_PER_SECOND,
    WATCHED_PER_SECOND,
    5
  ])
  expect(seen[0]?.turns).toBe(3)
  expect(new Set(seen.flatMap(({ things }) => things.map(({ name }) => name))).size).toBe(25)
})

test('a rate over too long a time is none', () => {
  const rates = new Rates()
  rates.rate('a', 0, 0, 1000)
  expect(rates.rate('a', 10, 1000, 1000)).toBe(10)
  expect(rates.rate('a', 20, 3000, 1000)).toBeUndefined()
  expect(rates.rate('a', 21, 4000, 1000)).toBe(1)
})

test.each([
  ['[<=0ms]:5 [0~10ms]:2 [10s~]:0 ', 0],
  ['[<=0ms]:1 [0~10ms]:5 ', 10],
  ['[500ms~1s]:3 ', 1000],
  ['[3~4s]:1 ', 4000],
  ['[10s~]:1', 10_000],
  ['null', undefined],
  ['[<=0ms]:0 [0~10ms]:0', undefined],
  [undefined, undefined]
])('half of the sends of %s took no longer than %s', (text, expected) => {
  expect(medianOf(text)).toBe(expected)
})

test('percentiles without a send are none', () => {
  const none = readBroker(broker, new Map([['putLatency99', '0.00']]))
  expect(none.putP99).toBeUndefined()
  const some = readBroker(
    broker,
    new Map([
      ['putLatency99', '3.50'],
      ['putMessageDistributeTime', '[<=0ms]:3']
    ])
  )
  expect(some.putP99).toBe(3.5)
})

test('the busiest, and by name where nothing happens', () => {
  const all = new Map([...'cab'].map((name) => [name, name] as const))
  expect(busiest(all, () => 0, 2).map(([name]) => name)).toEqual(['a', 'b'])
  expect(busiest(all, (name) => (name === 'c' ? 1 : 0), 1).map(([name]) => name)).toEqual(['c'])
})
