import { describe, expect, test } from 'vitest'
import type { BrokerStorage } from '../../../../shared/views'
import { deletionTimes, levelMarks, storageLevel, usedPercent } from './storage'

const storage = (usedBytes: number, more: Partial<BrokerStorage> = {}): BrokerStorage => ({
  usedBytes,
  quotaBytes: 1000,
  freeBytes: 5000,
  minFreeBytes: 100,
  retention: {
    fileReservedTime: 72,
    deleteWhen: '04',
    diskMaxUsedSpaceRatio: 75,
    diskSpaceCleanForciblyRatio: 85,
    cleanFileForciblyEnable: true
  },
  ...more
})
const kept = (usedBytes: number): BrokerStorage => {
  const view = storage(usedBytes)
  return { ...view, retention: { ...view.retention, cleanFileForciblyEnable: false } }
}

describe('the level', () => {
  test.each([
    [0, 'calm'],
    [750, 'calm'],
    [751, 'expiring'],
    [850, 'expiring'],
    [851, 'forced'],
    [1200, 'forced']
  ] as const)('with %i of 1000 is %s', (used, level) => {
    expect(storageLevel(storage(used))).toBe(level)
  })

  test('is refused whatever is used, as soon as the broker refuses', () => {
    const refusal = { cause: 'minFree', reason: 'floor', isPassing: true } as const
    expect(storageLevel(storage(1, { refusal }))).toBe('refused')
  })

  test('never goes before its time where that is switched off', () => {
    expect(storageLevel(kept(990))).toBe('expiring')
    expect(levelMarks(kept(0))).toEqual([75])
    expect(levelMarks(storage(0))).toEqual([75, 85])
  })
})

test('the share of the quota may be more than all of it', () => {
  expect(usedPercent({ usedBytes: 1500, quotaBytes: 1000 })).toBe(150)
  expect(usedPercent({ usedBytes: 0, quotaBytes: 0 })).toBe(100)
})

test.each([
  ['04', ['04:00']],
  ['16;4', ['04:00', '16:00']],
  ['4;04;', ['04:00']],
  ['', []]
])('deleteWhen %j is at %j', (deleteWhen, times) => {
  expect(deletionTimes(deleteWhen)).toEqual(times)
})
