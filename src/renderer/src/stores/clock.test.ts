import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { ClockView } from '../../../shared/views'
import * as api from '../api'
import { useClockStore } from './clock'

const HOUR = 3_600_000
const NOW = 1_700_000_000_000

let view: ClockView
let asked: [string, unknown][]

beforeEach(() => {
  setActivePinia(createPinia())
  vi.restoreAllMocks()
  vi.spyOn(Date, 'now').mockReturnValue(NOW)
  view = { now: NOW, aheadMs: 0, rate: 1, paused: false, isStepping: false }
  asked = []
  vi.spyOn(api, 'call').mockImplementation((method, ...params: unknown[]) => {
    asked.push([method, params[0]])
    return Promise.resolve(view as never)
  })
})

test('until it is known, it is taken for the machine clock', () => {
  const clock = useClockStore()
  expect([clock.isReal, clock.at(NOW + 5)]).toEqual([true, NOW + 5])
})

test.each<[string, Partial<ClockView>, boolean, number]>([
  ['real', {}, true, NOW + 1000],
  ['ahead', { now: NOW + HOUR, aheadMs: HOUR }, false, NOW + HOUR + 1000],
  ['paused', { paused: true, now: NOW - 7 }, false, NOW - 7],
  ['fast', { rate: 3600 }, false, NOW + HOUR],
  ['stepping', { rate: 60, isStepping: true }, false, NOW]
])('%s it shows, a second later', async (_name, change, isReal, shown) => {
  view = { ...view, ...change }
  const clock = useClockStore()
  await clock.refresh()
  expect([clock.isReal, clock.at(NOW + 1000)]).toEqual([isReal, shown])
})

test('back in real time, it catches up where it was behind, and only there', async () => {
  const clock = useClockStore()
  view = { ...view, aheadMs: -HOUR }
  await clock.toRealTime()
  view = { ...view, aheadMs: HOUR }
  await clock.toRealTime()
  expect(asked).toEqual([
    ['clock.set', { paused: false, rate: 1 }],
    ['clock.step', { ms: HOUR }],
    ['clock.set', { paused: false, rate: 1 }]
  ])
})
