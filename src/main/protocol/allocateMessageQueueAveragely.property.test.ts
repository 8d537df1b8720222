/** For any queues and members, at any moment: nobody is left over and nobody is served twice. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocateMessageQueueAveragely } from './allocateMessageQueueAveragely'

const queues = fc.uniqueArray(fc.string(), { maxLength: 64 })
const members = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 24 })

const sharesOf = (mqAll: readonly string[], cidAll: readonly string[]): string[][] =>
  cidAll.map((cid) => allocateMessageQueueAveragely(cid, mqAll, cidAll))

describe('any queues among any members', () => {
  test('each queue has exactly one owner, and each owner a run of neighbours', () => {
    fc.assert(
      fc.property(queues, members, (mqAll, cidAll) => {
        expect(sharesOf(mqAll, cidAll).flat()).toEqual(mqAll)
      })
    )
  })

  test('shares differ by one queue at most, the larger ones first', () => {
    fc.assert(
      fc.property(queues, members, (mqAll, cidAll) => {
        const sizes = sharesOf(mqAll, cidAll).map((share) => share.length)
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      })
    )
  })

  test('after any joins and leaves they agree again', () => {
    const changes = fc.array(fc.tuple(fc.boolean(), fc.nat(30)), { maxLength: 40 })
    fc.assert(
      fc.property(queues, changes, (mqAll, steps) => {
        const online = new Set(['m0'])
        for (const [joins, id] of steps) {
          if (joins) online.add(`m${id}`)
          else if (online.size > 1) online.delete(`m${id}`)
          // Each member sorts what the broker tells it.
          expect(sharesOf(mqAll, [...online].sort()).flat()).toEqual(mqAll)
        }
      })
    )
  })

  test('who is not in the list owns nothing', () => {
    fc.assert(
      fc.property(queues, members, fc.string(), (mqAll, cidAll, stranger) => {
        fc.pre(!cidAll.includes(stranger))
        expect(allocateMessageQueueAveragely(stranger, mqAll, cidAll)).toEqual([])
      })
    )
  })
})
