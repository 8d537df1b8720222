import * as fs from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { nodeDisk, type Disk } from '../base/disk'
import {
  message,
  numbers,
  putNumbers,
  readAll,
  StoreRig,
  type ConfigDraft,
  type RigOptions
} from './storeRig'

let rig: StoreRig
afterEach(() => rig.dispose())

/** Segments of about 13 messages. */
const start = async (config: Partial<ConfigDraft> = {}, more: RigOptions = {}): Promise<void> => {
  rig = new StoreRig({ ...more, config: { mappedFileSizeCommitLog: 2_000, ...config } })
  await rig.open()
}

const min = (): number => rig.store.getMinOffsetInQueue('T', 0)
const deletions = (): string[] =>
  rig.reports.flatMap((report) => (report.kind === 'segment-deleted' ? [report.cause] : []))

describe('the quota', () => {
  const QUOTA = 20_000

  test('lets the oldest segments go, expired or not, and each is reported', async () => {
    await start({ gantryStoreQuota: QUOTA })
    for (let n = 0; n < 400; n += 10) {
      await putNumbers(rig.store, 'T', n, n + 10)
      await rig.clean()
      expect(rig.store.stats.space.usedBytes).toBeLessThan(QUOTA)
    }
    expect(new Set(deletions())).toEqual(new Set(['quota']))
    expect(await readAll(rig.store, 'T', 0, min())).toEqual(numbers('T', min(), 400))
    expect(rig.store.stats.notWriteable).toBeUndefined()
  })

  test('refuses when nothing may go, and takes messages again when it was raised', async () => {
    await start({ gantryStoreQuota: QUOTA, cleanFileForciblyEnable: false })
    for (let n = 0; n < 200; n += 50) await putNumbers(rig.store, 'T', n, n + 50)
    await rig.clean()
    expect(await rig.store.putMessage(message('T', 'x'))).toMatchObject({
      status: 'SERVICE_NOT_AVAILABLE',
      reason: expect.stringContaining('gantryStoreQuota') as string
    })
    expect(rig.store.stats.isRefusalPassing).toBe(true)
    expect(await readAll(rig.store, 'T')).toHaveLength(200)
    expect(deletions()).toEqual([])
    rig.config.gantryStoreQuota = QUOTA * 10
    rig.clock.advance(1_000)
    await putNumbers(rig.store, 'T', 200, 201)
    expect(rig.reports.map(({ kind }) => kind)).toEqual(['sends-refused', 'sends-resumed'])
  })

  test('made smaller than the segment being written ends that, and it goes', async () => {
    await start({ mappedFileSizeCommitLog: 1_000_000 })
    await putNumbers(rig.store, 'T', 0, 200)
    rig.config.gantryStoreQuota = QUOTA
    await rig.clean()
    expect(deletions()).toEqual(['quota'])
    expect(min()).toBe(200)
    await putNumbers(rig.store, 'T', 200, 220)
    expect(await readAll(rig.store, 'T', 0, 200)).toEqual(numbers('T', 200, 220))
    await rig.reopen()
    expect(await readAll(rig.store, 'T', 0, 200)).toEqual(numbers('T', 200, 220))
    expect(rig.reports).toEqual([])
  })

  test('keeps segments to a quarter of it', async () => {
    await start({ mappedFileSizeCommitLog: 1_000_000, gantryStoreQuota: QUOTA })
    for (let n = 0; n < 100; n += 10) await putNumbers(rig.store, 'T', n, n + 10)
    for (const path of rig.segments()) expect(fs.statSync(path).size).toBeLessThanOrEqual(QUOTA / 4)
    expect(rig.segments().length).toBeGreaterThan(1)
  })
})

describe('the floor of free space', () => {
  test('refuses below it and resumes by itself', async () => {
    let freeBytes = 1000
    const disk: Disk = { ...nodeDisk, space: () => ({ freeBytes, totalBytes: 10_000 }) }
    await start({ gantryMinFreeDiskSpace: 1000 }, { disk })
    await putNumbers(rig.store, 'T', 0, 1)
    freeBytes = 999
    rig.clock.advance(10_000)
    expect(await rig.store.putMessage(message('T', 'x'))).toMatchObject({
      status: 'SERVICE_NOT_AVAILABLE',
      reason: expect.stringContaining('gantryMinFreeDiskSpace') as string
    })
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 1))
    freeBytes = 1000
    await rig.store.cleanExpiredConsumerQueue()
    rig.clock.advance(999)
    expect(rig.store.stats.notWriteable).toBeDefined()
    rig.clock.advance(1)
    await putNumbers(rig.store, 'T', 1, 2)
  })

  test('is in force from the start', async () => {
    const disk: Disk = { ...nodeDisk, space: () => ({ freeBytes: 999, totalBytes: 10_000 }) }
    await start({ gantryMinFreeDiskSpace: 1000 }, { disk })
    expect(rig.store.stats.notWriteable).toContain('gantryMinFreeDiskSpace')
  })
})
