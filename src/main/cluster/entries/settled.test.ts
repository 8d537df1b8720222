import { expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { endOfTurn } from '../../base/turn'
import { QUIET_MS, settled, SETTLE_LIMIT_MS } from './settled'

const turns = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await new Promise<void>((resolve) => endOfTurn(resolve))
}

const setUp = () => {
  const real = new ManualClock()
  const state = { lastActiveAt: -Infinity, isSettled: false }
  void settled(real, real.monotonic(), () => state.lastActiveAt).then(
    () => (state.isSettled = true)
  )
  return { real, state }
}

test('what sends nothing is settled at once', async () => {
  const { state } = setUp()
  await turns()
  expect(state.isSettled).toBe(true)
})

test('a frame is given time to be answered, and its answer as well', async () => {
  const { real, state } = setUp()
  state.lastActiveAt = real.monotonic()
  await turns()
  real.advance(QUIET_MS - 1)
  state.lastActiveAt = real.monotonic()
  real.advance(1)
  await turns()
  expect(state.isSettled).toBe(false)
  real.advance(QUIET_MS - 1)
  await turns()
  expect(state.isSettled).toBe(true)
})

test('where it is never quiet, it is settled at the limit', async () => {
  const { real, state } = setUp()
  for (let passed = 0; passed < SETTLE_LIMIT_MS; passed += 10) {
    state.lastActiveAt = real.monotonic()
    await turns()
    expect(state.isSettled).toBe(false)
    real.advance(10)
  }
  state.lastActiveAt = real.monotonic()
  await turns()
  expect(state.isSettled).toBe(true)
})
