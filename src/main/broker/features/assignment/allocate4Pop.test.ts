import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageQueue } from '../../../protocol/bodies/messageQueue'
import { allocate4Pop, strategies } from './allocate4Pop'

const queuesOf = (count: number, brokerName = 'a') =>
  Array.from({ length: count }, (_, i) => messageQueue('T', brokerName, i))
const membersOf = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`)
const idsOf = (queues: { queueId: number }[]) => queues.map(({ queueId }) => queueId)
const AVG = strategies.get('AVG')!
const CIRCLE = strategies.get('AVG_BY_CIRCLE')!

test.each([
  ['c0', [0, 3]],
  ['c1', [1, 4]],
  ['c2', [2]],
  ['c9', []]
])('AVG_BY_CIRCLE gives %s every third queue', (member, expected) => {
  expect(idsOf(CIRCLE(member, queuesOf(5), membersOf(3)))).toEqual(expected)
})

describe('to pop', () => {
  // As Java's allocate4Pop computes them.
  test.each([
    ['all of each broker without a number to share', 'c0', 4, 3, 0, [-1]],
    ['all of each broker when everybody shares', 'c0', 4, 3, 2, [-1]],
    ['its own and those of the next', 'c0', 4, 3, 1, [0, 1, 2]],
    ['its own and, around the end, those of the first', 'c2', 4, 3, 1, [3, 0, 1]],
    ['one where there are more members than queues', 'c3', 2, 5, 1, [1]],
    ['nothing for one that is no member', 'c9', 4, 3, 1, []]
  ])('%s', (_name, member, queues, members, share, expected) => {
    expect(idsOf(allocate4Pop(AVG, member, queuesOf(queues), membersOf(members), share))).toEqual(expected) // prettier-ignore
  })

  test('one entry for each broker', () => {
    const all = [...queuesOf(2, 'a'), ...queuesOf(2, 'b')]
    expect(allocate4Pop(AVG, 'c0', all, ['c0'], 0)).toEqual([
      messageQueue('T', 'a', -1),
      messageQueue('T', 'b', -1)
    ])
  })

  test('every queue has somebody, and nobody a queue twice', () => {
    const count = (max: number) => fc.integer({ min: 1, max })
    fc.assert(
      fc.property(
        count(16),
        count(8),
        count(8),
        fc.constantFrom(AVG, CIRCLE),
        (q, m, share, by) => {
          fc.pre(m <= q)
          const [queues, members] = [queuesOf(q), membersOf(m)]
          const shares = members.map((member) => idsOf(allocate4Pop(by, member, queues, members, share))) // prettier-ignore
          for (const ids of shares) expect(new Set(ids).size).toBe(ids.length)
          const all = new Set(shares.flat())
          expect(all.has(-1) ? all.size === 1 : all.size === q).toBe(true)
        }
      )
    )
  })
})
