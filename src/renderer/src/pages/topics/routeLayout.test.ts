import { expect, test } from 'vitest'
import type { TopicDetail } from '../../../../shared/views'
import { layoutRoute, MAX_DRAWN_QUEUES } from './routeLayout'

const detail = (readQueueNums: number, writeQueueNums: number): TopicDetail => ({
  topic: 'Orders',
  kind: 'NORMAL',
  route: [
    {
      brokerName: 'broker-a',
      cluster: 'C',
      brokerAddrs: [
        { brokerId: 1, address: '127.0.0.1:10921' },
        { brokerId: 0, address: '127.0.0.1:10911' }
      ]
    }
  ],
  brokers: [{ brokerName: 'broker-a', readQueueNums, writeQueueNums, perm: 6 }],
  queues: [
    { brokerName: 'broker-a', queueId: 0, minOffset: 5, maxOffset: 15, lastUpdateTimestamp: 0 },
    { brokerName: 'broker-a', queueId: 1, minOffset: 0, maxOffset: 5, lastUpdateTimestamp: 0 }
  ],
  groups: []
})

test('a broker shows its master and its queues, filled by what they hold', () => {
  const [box] = layoutRoute(detail(2, 2)).brokers
  expect(box?.address).toBe('127.0.0.1:10911')
  expect(box?.cells.map(({ count, fill }) => [count, fill])).toEqual([
    [10, 1],
    [5, 0.5]
  ])
})

test('queues beyond the writable or readable ones are marked', () => {
  const accesses = (read: number, write: number) =>
    layoutRoute(detail(read, write)).brokers[0]?.cells.map(({ access }) => access)
  expect(accesses(2, 1)).toEqual(['readWrite', 'readOnly'])
  expect(accesses(1, 2)).toEqual(['readWrite', 'writeOnly'])
})

test('very many queues are counted, not drawn', () => {
  const [box] = layoutRoute(detail(100, 100)).brokers
  expect(box?.cells).toHaveLength(MAX_DRAWN_QUEUES)
  expect(box?.hidden).toBe(100 - MAX_DRAWN_QUEUES)
})
