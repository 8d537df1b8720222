import { describe, expect, test } from 'vitest'
import type { StoreSpace } from './messageStore'
import { judgeSpace } from './spaceRules'
import { storeConfig } from './storeRig'

const space = (changes: Partial<StoreSpace>): StoreSpace => ({
  usedBytes: 0,
  quotaBytes: 1000,
  freeBytes: 5000,
  totalBytes: 10_000,
  minFreeBytes: 100,
  ...changes
})

describe('the quota', () => {
  test.each([
    [750, false, undefined, []],
    [751, true, undefined, []],
    [850, true, undefined, []],
    [851, true, 'quota', []],
    [999, true, 'quota', []],
    [1000, true, 'quota', ['quota']]
  ])('at %i of 1000 bytes', (usedBytes, exceeds, cause, refusals) => {
    const judgement = judgeSpace(storeConfig(), space({ usedBytes }))
    expect(judgement.isUsageExceedsThreshold).toBe(exceeds)
    expect(judgement.cleanImmediately).toBe(cause)
    expect([...judgement.refusals.keys()]).toEqual(refusals)
  })

  test('says what to change', () => {
    const full = space({ usedBytes: 1000 })
    const reason = (cleanFileForciblyEnable: boolean): string | undefined =>
      judgeSpace(storeConfig({ cleanFileForciblyEnable }), full).refusals.get('quota')
    expect(reason(true)).toContain('gantryStoreQuota')
    expect(reason(false)).toContain('cleanFileForciblyEnable=true')
  })
})

describe('the floor of free space', () => {
  test.each([
    [100, []],
    [99, ['minFree']],
    [0, ['minFree']]
  ])('with %i bytes free', (freeBytes, refusals) => {
    const judgement = judgeSpace(storeConfig(), space({ freeBytes }))
    expect([...judgement.refusals.keys()]).toEqual(refusals)
    expect(judgement.isUsageExceedsThreshold).toBe(refusals.length > 0)
    // It is not the store that fills the disk: what has not expired stays.
    expect(judgement.cleanImmediately).toBeUndefined()
  })

  test('is not looked at when it is 0 or the disk does not tell', () => {
    for (const changes of [{ freeBytes: 0, minFreeBytes: 0 }, { freeBytes: undefined }])
      expect(judgeSpace(storeConfig(), space(changes)).refusals.size).toBe(0)
  })
})

describe('the percentage of the whole disk', () => {
  const judge = (freeBytes: number, gantryDiskRatioEnable = true) =>
    judgeSpace(storeConfig({ gantryDiskRatioEnable }), space({ freeBytes }))

  test.each([
    [2500, false, undefined, []],
    [2499, true, undefined, []],
    [1500, true, undefined, []],
    [1499, true, 'diskRatio', []],
    [1000, true, 'diskRatio', []],
    [999, true, 'diskRatio', ['diskRatio']]
  ])('with %i of 10000 bytes free', (freeBytes, exceeds, cause, refusals) => {
    const judgement = judge(freeBytes)
    expect(judgement.isUsageExceedsThreshold).toBe(exceeds)
    expect(judgement.cleanImmediately).toBe(cause)
    expect([...judgement.refusals.keys()]).toEqual(refusals)
  })

  test('is no rule unless it was asked for', () => {
    expect(judge(500, false)).toEqual(judge(9000, false))
  })
})
