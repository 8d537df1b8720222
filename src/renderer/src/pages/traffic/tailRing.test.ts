import { describe, expect, test } from 'vitest'
import type { TailMessage, TrafficPoint } from '../../../../shared/views'
import { SHOWN_POINTS, withPoint } from '../../stores/traffic'
import { matches, TailRing } from './tailRing'

const message = (change: Partial<TailMessage> = {}): TailMessage => ({
  kind: 'put',
  at: 1,
  brokerName: 'broker-a',
  topic: 'Orders',
  queueId: 0,
  queueOffset: 1,
  msgId: 'ID',
  tags: 'A',
  keys: '',
  bodySize: 5,
  preview: 'Hello',
  group: 'GID_a',
  client: '127.0.0.1',
  ...change
})

describe('the ring', () => {
  test('keeps the newest, newest first', () => {
    const ring = new TailRing(3)
    for (let at = 1; at <= 5; at++) ring.push({ messages: [message({ at })], passed: 1 })
    expect(ring.rows().map(({ at }) => at)).toEqual([5, 4, 3])
  })

  test('gives every row a key of its own, also after a clear', () => {
    const ring = new TailRing(3)
    ring.push({ messages: [message(), message()], passed: 2 })
    const before = ring.rows().map(({ key }) => key)
    ring.clear()
    ring.push({ messages: [message()], passed: 1 })
    expect(before).not.toContain(ring.rows()[0]?.key)
  })

  test('counts what passed beside what it was shown', () => {
    const ring = new TailRing()
    ring.push({ messages: [message()], passed: 5000 })
    ring.push({ messages: [], passed: 100 })
    expect(ring.counts()).toEqual({ received: 1, passed: 5100 })
    ring.clear()
    expect(ring.counts()).toEqual({ received: 0, passed: 0 })
  })
})

test.each([
  [{ topic: '', text: '' }, true],
  [{ topic: 'Orders', text: '' }, true],
  [{ topic: 'Order', text: '' }, false],
  [{ topic: '', text: 'hELLo' }, true],
  [{ topic: '', text: 'gid_' }, true],
  [{ topic: '', text: 'nothing' }, false]
])('%j: %s', (filter, expected) => {
  expect(matches(message(), filter)).toBe(expected)
})

test('live points follow the history without doubles, and only five minutes stay', () => {
  const point = (at: number): TrafficPoint => ({
    at,
    produced: 0,
    consumed: 0,
    producedBytes: 0,
    consumedBytes: 0
  })
  let points: TrafficPoint[] = []
  for (let at = 0; at < SHOWN_POINTS + 10; at++) points = withPoint(points, point(at))
  expect(points).toHaveLength(SHOWN_POINTS)
  expect(withPoint(points, point(5))).toEqual(points)
})
