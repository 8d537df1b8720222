import { expect, test } from 'vitest'
import { ManualClock } from './clock'
import { FaultyGate, type GateEffect } from './faultyGate'
import { seededRandom } from './random'

const gateWith = (effect: GateEffect | undefined, seed = 1) => {
  const clock = new ManualClock(0)
  const passed: [piece: string, at: number][] = []
  let idle = 0
  const gate = new FaultyGate({ clock, random: seededRandom(seed), onIdle: () => idle++ })
  gate.set(effect)
  const push = (piece: string): void =>
    gate.push(piece.length, (done) => {
      passed.push([piece, clock.now()])
      done()
    })
  return { clock, gate, push, passed, idles: () => idle }
}

test('what is cut off waits, and passes in its order when the cut ends', () => {
  const { gate, push, passed, clock } = gateWith('cut')
  push('a')
  push('b')
  clock.advance(60_000)
  expect([passed, gate.bytes]).toEqual([[], 2])
  gate.set(undefined)
  expect([passed.map(([piece]) => piece), gate.bytes]).toEqual([['a', 'b'], 0])
})

test('what is delayed takes its time, and pieces travel beside one another', () => {
  const { clock, push, passed } = gateWith({ delayMs: 100, jitterMs: 0 })
  push('a')
  clock.advance(60)
  push('b')
  clock.advance(100)
  expect(passed).toEqual([
    ['a', 100],
    ['b', 160]
  ])
})

test('jitter makes nothing overtake', () => {
  const { clock, push, passed } = gateWith({ delayMs: 50, jitterMs: 50 })
  const pieces = Array.from({ length: 200 }, (_, i) => String(i))
  for (const piece of pieces) {
    push(piece)
    clock.advance(10)
  }
  clock.advance(200)
  expect(passed.map(([piece]) => piece)).toEqual(pieces)
  const delays = passed.map(([, at], i) => at - 10 * i)
  expect([Math.min(...delays) < 60, Math.max(...delays) > 90]).toEqual([true, true])
})

test('what was on its way when a line is cut waits too', () => {
  const { clock, gate, push, passed } = gateWith({ delayMs: 100, jitterMs: 0 })
  push('a')
  gate.set('cut')
  clock.advance(1000)
  expect(passed).toEqual([])
  gate.set(undefined)
  expect(passed).toEqual([['a', 1000]])
})

test('the next piece waits until the one before has been taken', () => {
  const clock = new ManualClock(0)
  let isIdle = false
  const gate = new FaultyGate({ clock, random: seededRandom(1), onIdle: () => (isIdle = true) })
  gate.set('cut')
  const taken: (() => void)[] = []
  gate.push(1, (done) => taken.push(done))
  gate.push(1, (done) => taken.push(done))
  gate.set(undefined)
  expect([taken.length, isIdle]).toEqual([1, false])
  taken[0]!()
  expect([taken.length, isIdle]).toEqual([2, false])
  taken[1]!()
  expect(isIdle).toBe(true)
})
