import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareTimers, offsetOf, TimerHeap, type Timer } from './timerHeap'

const timers = fc.uniqueArray(
  fc.record({ due: fc.integer({ min: 0, max: 20 }), code: fc.integer({ min: -5000, max: 5000 }) }),
  { selector: offsetOf, maxLength: 3000 }
)

const drained = (heap: TimerHeap): Timer[] => {
  const all: Timer[] = []
  for (let timer = heap.pop(); timer; timer = heap.pop()) all.push(timer)
  return all
}

test('timers come by time, those that cancel first, then in the order they were parked', () => {
  fc.assert(
    fc.property(timers, (given) => {
      const heap = new TimerHeap()
      for (const timer of given) heap.push(timer)
      expect(heap.size).toBe(given.length)
      expect(heap.lowOffset()).toBe(Math.min(Infinity, ...given.map(offsetOf)))
      expect(drained(heap)).toEqual([...given].sort(compareTimers))
    })
  )
})

test('what is left after removing some is still in order', () => {
  fc.assert(
    fc.property(timers, fc.nat({ max: 5000 }), (given, end) => {
      const heap = new TimerHeap()
      for (const timer of given) heap.push(timer)
      const before = given.map(offsetOf).filter((offset) => offset < end)
      expect(heap.offsetsBefore(end)).toEqual(before.sort((a, b) => a - b))
      expect(heap.remove((offset) => offset < end)).toBe(before.length)
      const left = given.filter((timer) => offsetOf(timer) >= end)
      expect(drained(heap)).toEqual(left.sort(compareTimers))
    })
  )
})
