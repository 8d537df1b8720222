/** What reaches the window by itself: the merged tail, and misses that stand. */
import { describe, expect, test } from 'vitest'
import type { TailBatch, TailMessage } from '../../shared/views'
import { ManualClock } from '../base/clock'
import { Emitter } from '../base/emitter'
import { ROUTE_MISS_GRACE_MS, routeMisses } from './routeMisses'
import { mergeTail, TAIL_MESSAGES, TAIL_PERIOD_MS } from './tailMerge'

const messages = (count: number): TailMessage[] =>
  Array.from({ length: count }, (_, i) => ({ msgId: String(i) }) as TailMessage)

describe('the tail', () => {
  const setUp = () => {
    const clock = new ManualClock()
    const source = new Emitter<TailBatch>()
    const seen: TailBatch[] = []
    const merged = mergeTail(
      clock,
      (listener) => source.on(listener),
      (batch) => seen.push(batch)
    )
    return { clock, source, seen, merged }
  }

  test('of several brokers leaves at most four times a second', () => {
    const { clock, source, seen } = setUp()
    for (let i = 0; i < 10; i++) {
      source.emit({ messages: messages(3), passed: 5 })
      source.emit({ messages: messages(3), passed: 5 })
      clock.advance(100)
    }
    clock.advance(TAIL_PERIOD_MS)
    expect(seen.length).toBeLessThanOrEqual(5)
    expect(seen.reduce((sum, { passed }) => sum + passed, 0)).toBe(100)
  })

  test('shows no more than its limit and counts them all', () => {
    const { clock, source, seen } = setUp()
    source.emit({ messages: [], passed: 0 })
    source.emit({ messages: messages(15), passed: 100 })
    source.emit({ messages: messages(15), passed: 100 })
    clock.advance(TAIL_PERIOD_MS)
    expect(seen[1]?.messages).toHaveLength(TAIL_MESSAGES)
    expect(seen[1]?.passed).toBe(200)
  })

  test('ends with its listener', () => {
    const { clock, source, seen, merged } = setUp()
    source.emit({ messages: [], passed: 1 })
    source.emit({ messages: [], passed: 1 })
    merged.dispose()
    clock.advance(TAIL_PERIOD_MS)
    expect(seen).toHaveLength(1)
    expect(source.size).toBe(0)
  })
})

describe('a route nobody has', () => {
  const miss = {
    level: 'warning' as const,
    code: 'ROUTE_NOT_FOUND',
    params: { topic: 'T', client: 'c' }
  }
  const tellAfter = async (topics: () => Promise<string[]>): Promise<unknown[]> => {
    const clock = new ManualClock()
    const told: unknown[] = []
    const tell = routeMisses({
      clock,
      admin: { fetchAllTopicList: topics },
      tell: (notice) => told.push(notice)
    })
    tell(miss)
    expect(told).toEqual([])
    clock.advance(ROUTE_MISS_GRACE_MS)
    await new Promise((resolve) => setImmediate(resolve))
    return told
  }

  test('is told when nobody has it a moment later either', async () => {
    expect(await tellAfter(() => Promise.resolve(['Other']))).toEqual([miss])
  })

  test('is no news when the send created the topic', async () => {
    expect(await tellAfter(() => Promise.resolve(['T']))).toEqual([])
  })

  test('is told when no nameserver answers', async () => {
    expect(await tellAfter(() => Promise.reject(new Error('gone')))).toEqual([miss])
  })
})
