import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { coalesce } from './coalesce'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const counted = (everyMs: number) => {
  let runs = 0
  const coalesced = coalesce(async () => {
    runs++
  }, everyMs)
  return { ...coalesced, runs: () => runs }
}

test('the first ask runs at once', () => {
  const { ask, runs } = counted(1000)
  ask()
  expect(runs()).toBe(1)
})

test('many asks within the pause become one run after it', async () => {
  const { ask, runs } = counted(1000)
  ask()
  await vi.advanceTimersByTimeAsync(0)
  ask()
  ask()
  ask()
  expect(runs()).toBe(1)
  await vi.advanceTimersByTimeAsync(1000)
  expect(runs()).toBe(2)
  await vi.advanceTimersByTimeAsync(5000)
  expect(runs()).toBe(2)
})

test('an ask during a run is not lost', async () => {
  let finish = () => undefined as void
  let runs = 0
  const { ask } = coalesce(() => {
    runs++
    return new Promise((resolve) => (finish = resolve))
  }, 100)
  ask()
  ask()
  expect(runs).toBe(1)
  finish()
  await vi.advanceTimersByTimeAsync(100)
  expect(runs).toBe(2)
})

test('after stop nothing runs', async () => {
  const { ask, stop, runs } = counted(100)
  ask()
  ask()
  stop()
  await vi.advanceTimersByTimeAsync(1000)
  ask()
  expect(runs()).toBe(1)
})
