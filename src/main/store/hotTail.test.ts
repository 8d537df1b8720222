import { expect, test } from 'vitest'
import { HotTail } from './hotTail'

/** Puts `bytes` behind `at` and gives where the next ones go. */
const fill = (tail: HotTail, at: number, bytes: number, segmentBase = 0): number => {
  const extent = tail.reserve(bytes, at, segmentBase)
  const from = extent.at + (at - extent.base)
  extent.buffer.fill(at % 251, from, from + bytes)
  tail.advance(extent, at + bytes)
  return at + bytes
}

const byteAt = (tail: HotTail, at: number): number | undefined => {
  const extent = tail.find(at)
  return extent?.buffer[extent.at + (at - extent.base)]
}

test('no memory is taken before the first byte', () => {
  expect(new HotTail(100, 1_000).find(0)).toBeUndefined()
})

test('bytes are found by their physical offset, across buffers and segments', () => {
  const tail = new HotTail(100, 10_000)
  const starts: number[] = []
  let at = 32
  for (let i = 0; i < 20; i++) {
    starts.push(at)
    at = fill(tail, at, 30, i < 10 ? 0 : 500)
    if (i === 9) at += 32
  }
  for (const start of starts) expect(byteAt(tail, start)).toBe(start % 251)
  expect(tail.find(31)).toBeUndefined()
  expect(tail.find(32 + 300)).toBeUndefined()
  expect(tail.find(at)).toBeUndefined()
})

test('a record larger than a buffer gets its own; the buffer before is used on', () => {
  const tail = new HotTail(100, 10_000)
  let at = fill(tail, 0, 40)
  const small = tail.find(0)!
  at = fill(tail, at, 250)
  const large = at - 250
  at = fill(tail, at, 40)
  expect(tail.find(large)!.buffer.length).toBe(250)
  expect(tail.find(at - 1)!.buffer).toBe(small.buffer)
  expect([byteAt(tail, 0), byteAt(tail, large), byteAt(tail, large + 250)]).toEqual([0, 40, 39])
})

test('the oldest buffers go once they are written, never those that wait', () => {
  const tail = new HotTail(100, 300)
  let at = 0
  for (let i = 0; i < 10; i++) at = fill(tail, at, 100)
  tail.evict(0)
  expect(tail.find(0)).toBeDefined()
  tail.evict(500)
  expect([tail.find(499), tail.find(500)?.base]).toEqual([undefined, 500])
  tail.evict(at)
  expect([tail.find(699), tail.find(700)?.base]).toEqual([undefined, 700])
})

test('buffers are used again once nothing in them is wanted, and not before', () => {
  const tail = new HotTail(100, 400)
  const buffers = new Set<Buffer>()
  const starts: number[] = []
  let at = 0
  for (let i = 0; i < 300; i++) {
    starts.push(at)
    // Every seventh is larger than a buffer and splits the bytes of the one before it.
    at = fill(tail, at, i % 7 === 0 ? 150 : 30)
    const extent = tail.find(at - 1)!
    if (extent.buffer.length === 100) buffers.add(extent.buffer)
    tail.evict(at)
    for (const start of starts)
      if (tail.find(start) !== undefined) expect(byteAt(tail, start)).toBe(start % 251)
  }
  expect(buffers.size).toBeLessThan(10)
})

test('what is taken back is gone and its place can be written again', () => {
  const tail = new HotTail(100, 1_000)
  let at = fill(tail, 0, 60)
  const mark = at
  at = fill(tail, at, 30)
  at = fill(tail, at, 250)
  fill(tail, at, 80)
  expect(tail.since(mark).map((e) => e.end - e.base)).toEqual([90, 250, 80])
  tail.discard(mark)
  expect(tail.find(mark)).toBeUndefined()
  expect(byteAt(tail, 0)).toBe(0)
  fill(tail, mark, 90)
  expect(byteAt(tail, mark + 89)).toBe(mark % 251)
  expect(tail.since(mark)).toHaveLength(1)
})
