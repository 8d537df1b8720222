import { expect, test } from 'vitest'
import { RecentSet } from './recentSet'

const added = (count: number): RecentSet => {
  const set = new RecentSet(3)
  for (let i = 0; i < count; i++) set.add(String(i))
  return set
}

const known = (set: RecentSet, count: number): number[] =>
  Array.from({ length: count }, (_, i) => i).filter((i) => set.has(String(i)))

test('the last ones are known, of twice as many at most', () => {
  for (let count = 1; count < 20; count++) {
    const left = known(added(count), count)
    expect(left).toEqual(expect.arrayContaining(Array.from({ length: Math.min(3, count) }, (_, i) => count - 1 - i))) // prettier-ignore
    expect(left.length).toBeLessThanOrEqual(6)
  }
})

test('what is deleted is not known, of either generation', () => {
  const set = added(5)
  set.delete('4')
  set.delete('1')
  expect(known(set, 5)).toEqual([0, 2, 3])
  set.add('1')
  expect(set.has('1')).toBe(true)
})
