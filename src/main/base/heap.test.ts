import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heap } from './heap'

const drained = (heap: Heap<number>): number[] => {
  const all: number[] = []
  for (let item = heap.pop(); item !== undefined; item = heap.pop()) all.push(item)
  return all
}
const ascending = (a: number, b: number): number => a - b

test('gives what was pushed in its order, whatever was popped and thrown out between', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (first, second) => {
      const heap = new Heap<number>((a, b) => a < b)
      for (const item of first) heap.push(item)
      const least = heap.min
      expect(heap.pop()).toBe(least)
      const kept = [...first].sort(ascending).slice(1)
      heap.retain((item) => item % 2 === 0)
      for (const item of second) heap.push(item)
      const expected = [...kept.filter((item) => item % 2 === 0), ...second].sort(ascending)
      expect(heap.size).toBe(expected.length)
      expect(drained(heap)).toEqual(expected)
    })
  )
})
