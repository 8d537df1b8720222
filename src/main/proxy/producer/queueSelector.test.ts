import { expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { seededRandom } from '../../base/random'
import { consistentHash } from './consistentHash'
import { routeOf } from './producerRig'
import { BROKER_FAULT_MS, QueueSelector } from './queueSelector'

const NOBODY: ReadonlyMap<string, unknown> = new Map()

const create = (queues: Record<string, number>) => {
  const clock = new ManualClock()
  const selector = new QueueSelector({ clock, random: seededRandom(7) })
  const route = routeOf(queues)
  const next = (messageGroup?: string, tried = NOBODY): string => {
    const queue = selector.select('T', route, { messageGroup, tried })!
    return `${queue.brokerName}${queue.queueId}`
  }
  return { clock, selector, next, route }
}

test('queues of all brokers take turns', () => {
  const { next } = create({ b: 2, a: 3 })
  const round = Array.from({ length: 5 }, () => next())
  expect([...round].sort()).toEqual(['a0', 'a1', 'a2', 'b0', 'b1'])
  expect(Array.from({ length: 5 }, () => next())).toEqual(round)
})

test('a message group keeps its queue, and groups spread', () => {
  const { next } = create({ a: 4, b: 4 })
  const groups = Array.from({ length: 400 }, (_, i) => `group-${i}`)
  const places = groups.map((group) => next(group))
  expect(groups.map((group) => next(group))).toEqual(places)
  const counts = new Map<string, number>()
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1)
  expect(counts.size).toBe(8)
  expect(Math.min(...counts.values())).toBeGreaterThan(20)
})

test('a broker that failed is left out for a while, unless there is no other', () => {
  const { clock, selector, next } = create({ a: 2, b: 2 })
  selector.failed('a')
  const round = () => Array.from({ length: 8 }, () => next()[0])
  expect(new Set(round())).toEqual(new Set(['b']))
  selector.failed('b')
  expect(new Set(round())).toEqual(new Set(['a', 'b']))
  selector.worked('b')
  expect(new Set(round())).toEqual(new Set(['b']))
  clock.advance(BROKER_FAULT_MS)
  expect(new Set(round())).toEqual(new Set(['a', 'b']))
})

test('one that this message was tried at comes last, even after one that failed before', () => {
  const { selector, next } = create({ a: 2, b: 2 })
  selector.failed('b')
  expect(next(undefined, new Map([['a', 1]]))[0]).toBe('b')
  expect(
    next(
      undefined,
      new Map([
        ['a', 1],
        ['b', 1]
      ])
    )
  ).toMatch(/^[ab]/)
})

test('without a writable queue there is none', () => {
  const { selector } = create({})
  for (const messageGroup of [undefined, 'g'])
    expect(selector.select('T', routeOf({ a: 1 }, 4), { messageGroup, tried: NOBODY })).toBeUndefined() // prettier-ignore
})

test('a further bucket takes keys only to itself', () => {
  for (let key = -500; key < 500; key++)
    for (let buckets = 1; buckets < 12; buckets++) {
      const before = consistentHash(key, buckets)
      const after = consistentHash(key, buckets + 1)
      expect(before).toBeLessThan(buckets)
      if (after !== before) expect(after).toBe(buckets)
    }
})

test('a key has the bucket that Guava gives it, as RocketMQ’s proxy uses it', () => {
  const buckets = [0, 55, 62, 8, 45, 59, 86, 97, 82, 59, 73, 37, 17, 56, 86, 21, 90, 37, 38, 83]
  expect(buckets.map((_, key) => consistentHash(key, 100))).toEqual(buckets)
  expect([2, 2201, 2202].map((key) => consistentHash(key, 100_001))).toEqual([80_343, 22_152, 15_018]) // prettier-ignore
})
