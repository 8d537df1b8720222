import { expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { seededRandom } from '../../base/random'
import { MessageClientIDSetter } from './messageClientIDSetter'

const create = (clock = new ManualClock()) =>
  new MessageClientIDSetter(clock, seededRandom(1), Buffer.from([10, 0, 0, 5]), 0x1_2345)

test('an id holds address, process, instance, milliseconds of the month and counter', () => {
  const clock = new ManualClock(new Date(2026, 2, 1, 0, 0, 1).getTime())
  const id = create(clock).createUniqID()
  expect(id).toMatch(/^0A0000052345[0-9A-F]{8}000003E8[0-9A-F]{4}$/)
})

test.each([
  ['stands still', 0],
  ['steps back', -1]
])('no id comes twice while the clock %s', (_name, step) => {
  const clock = new ManualClock()
  const ids = create(clock)
  const made = new Set<string>()
  for (let i = 0; i < 200_000; i++) {
    made.add(ids.createUniqID())
    if (step !== 0 && i % 1000 === 0) clock.advance(step)
  }
  expect(made.size).toBe(200_000)
  for (const id of made) if (!/^[0-9A-F]{32}$/.test(id)) throw new Error(id)
})

test('an id keeps its length over the end of a month', () => {
  const clock = new ManualClock(new Date(2026, 2, 31, 23, 59, 59).getTime())
  const ids = create(clock)
  ids.createUniqID()
  clock.advance(120_000)
  expect(ids.createUniqID()).toMatch(/^[0-9A-F]{32}$/)
})
