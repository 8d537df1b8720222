import { expect, test } from 'vitest'
import { MAX_SNAPSHOT_NAME_LENGTH } from '../../../../../shared/snapshotViews'
import { freeSnapshotName, isSnapshotName } from './snapshotNames'

test.each([
  ['Before', [], 'Before'],
  ['Before', ['Before'], 'Before (2)'],
  ['Before', ['Before', 'Before (2)'], 'Before (3)']
])('%s beside %j is %s', (name, taken, free) => {
  expect(freeSnapshotName(name, taken)).toBe(free)
})

test('a long one is cut until it fits, with and without a number', () => {
  const long = 'x'.repeat(200)
  const first = freeSnapshotName(long, [])
  const second = freeSnapshotName(long, [first])
  for (const name of [first, second]) {
    expect(name).toHaveLength(MAX_SNAPSHOT_NAME_LENGTH)
    expect(isSnapshotName(name)).toBe(true)
  }
  expect(second).not.toBe(first)
})

test.each([
  ['旧 "x"', true],
  ['', false],
  ['   ', false],
  ['two\nlines', false],
  ['x'.repeat(MAX_SNAPSHOT_NAME_LENGTH + 1), false]
])('%j can be a name: %s', (name, can) => {
  expect(isSnapshotName(name)).toBe(can)
})
