import { describe, expect, test } from 'vitest'
import { allocateMessageQueueAveragely } from './allocateMessageQueueAveragely'

const queues = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const members = (count: number): string[] => Array.from({ length: count }, (_, i) => `c${i}`)

// Shares as Java's AllocateMessageQueueAveragely computes them.
test.each([
  [8, 1, [[0, 1, 2, 3, 4, 5, 6, 7]]],
  [
    8,
    2,
    [
      [0, 1, 2, 3],
      [4, 5, 6, 7]
    ]
  ],
  [
    8,
    3,
    [
      [0, 1, 2],
      [3, 4, 5],
      [6, 7]
    ]
  ],
  [
    10,
    4,
    [
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
      [8, 9]
    ]
  ],
  [2, 3, [[0], [1], []]],
  [0, 2, [[], []]]
])('%i queues among %i members', (queueCount, memberCount, expected) => {
  const cids = members(memberCount)
  expect(cids.map((cid) => allocateMessageQueueAveragely(cid, queues(queueCount), cids))).toEqual(
    expected
  )
})

describe('any number of queues and members', () => {
  test('every queue has exactly one owner', () => {
    for (let q = 0; q <= 20; q++)
      for (let m = 1; m <= 20; m++) {
        const cids = members(m)
        const owned = cids.flatMap((cid) => allocateMessageQueueAveragely(cid, queues(q), cids))
        expect(owned).toEqual(queues(q))
      }
  })
})

test('who is not in the list owns nothing', () => {
  expect(allocateMessageQueueAveragely('x', queues(4), ['a', 'b'])).toEqual([])
})
