/** What a power cut does to names, and a deletion to what a checkpoint still says. */
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nodeDisk, type Disk } from '../base/disk'
import { offsetName } from './segmentFile'
import { diskError, numbers, putNumbers, readAll, StoreRig } from './storeRig'

let synced: string[]
let flushed: string[]
let syncFault: Error | undefined
let rig: StoreRig

beforeEach(async () => {
  synced = []
  flushed = []
  syncFault = undefined
  const disk: Disk = {
    ...nodeDisk,
    syncFolder: async (path) => {
      if (syncFault) throw syncFault
      synced.push(path)
      await nodeDisk.syncFolder(path)
    },
    open: (path, flags) => {
      const file = nodeDisk.open(path, flags)
      const datasync = file.datasync.bind(file)
      file.datasync = () => {
        flushed.push(path)
        return datasync()
      }
      return file
    }
  }
  rig = new StoreRig({ disk, config: { flushDiskType: 'SYNC_FLUSH' } })
  await rig.open()
})
afterEach(() => rig.dispose())

const logFolder = (): string => join(rig.folder, 'commitlog')

test('a flush counts only when the name of the segment is on the platter too', async () => {
  rig.config.flushDiskType = 'ASYNC_FLUSH'
  await putNumbers(rig.store, 'T', 0, 1)
  expect(synced).toEqual([])
  rig.config.flushDiskType = 'SYNC_FLUSH'
  await putNumbers(rig.store, 'T', 1, 2)
  expect(synced).toEqual([logFolder()])
  await putNumbers(rig.store, 'T', 2, 3)
  expect(synced).toEqual([logFolder()])
})

test('a message whose segment may lose its name is not acknowledged', async () => {
  syncFault = diskError('EIO')
  await expect(putNumbers(rig.store, 'T', 0, 1)).rejects.toThrow('SERVICE_NOT_AVAILABLE')
  expect(rig.store.stats.notWriteable).toContain('EIO')
  syncFault = undefined
})

test('several segments that were just being made are forgotten', async () => {
  rig.abandon()
  nodeDisk.mkdirp(logFolder())
  for (const base of [0, 1_615, 4_000])
    nodeDisk.open(join(logFolder(), offsetName(base)), 'w+').close()
  await rig.open()
  await putNumbers(rig.store, 'T', 0, 5)
  await rig.crash()
  expect(rig.reports).toEqual([])
  expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 5))
})

test('a segment never begun whose removal a power cut undid hides nothing', async () => {
  await putNumbers(rig.store, 'T', 0, 20)
  const [middle] = rig.store.getConsumeQueueEntries('T', 0, 10, 1)
  rig.abandon()
  nodeDisk.open(join(logFolder(), offsetName(middle!.physicalOffset)), 'w+').close()
  await rig.open()
  expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 20))
  await putNumbers(rig.store, 'T', 20, 21)
  await rig.crash()
  expect(rig.reports).toEqual([])
  expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 21))
})

test('a checkpoint that no longer tells the truth is gone for good before the store opens', async () => {
  await putNumbers(rig.store, 'T', 0, 20)
  await rig.close()
  const [segment] = rig.segments()
  nodeDisk.open(segment!, 'r+').truncate(nodeDisk.size(segment!)! - 300)
  synced = []
  await rig.open()
  expect(nodeDisk.exists(rig.checkpoint)).toBe(false)
  expect(synced).toContain(rig.folder)
})

test('an index table that does not fit the log is gone for good before the store opens', async () => {
  await putNumbers(rig.store, 'T', 0, 20)
  await rig.close()
  nodeDisk.open(rig.indexFiles()[0]!, 'r+').truncate(100)
  synced = []
  await rig.open()
  expect(synced).toEqual([join(rig.folder, 'index')])
})

test('a topic deleted and made again since the checkpoint begins with offset 0', async () => {
  await putNumbers(rig.store, 'T', 0, 20)
  await rig.reopen()
  rig.store.deleteTopic('T')
  rig.registry.renew('T', rig.store.stats.maxPhysicalOffset)
  await putNumbers(rig.store, 'T', 100, 103)
  await rig.crash()
  expect(rig.store.getMaxOffsetInQueue('T', 0)).toBe(3)
  expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 100, 103))
})

test('a topic that began behind what the log lost is found by key again', async () => {
  await putNumbers(rig.store, 'U', 50, 53)
  rig.registry.renew('U', 1_000_000)
  await rig.reopen()
  await putNumbers(rig.store, 'U', 0, 1, { properties: 'KEYS\u0001k\u0002' })
  const found = await rig.store.queryMessage({
    ...{ topic: 'U', key: 'k', maxNum: 8 },
    ...{ beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
  })
  expect(found.messages).toHaveLength(1)
})

test('a log that ends before its checkpoint is told of, once', async () => {
  await putNumbers(rig.store, 'T', 0, 20)
  const [last] = rig.store.getConsumeQueueEntries('T', 0, 19, 1)
  const end = rig.store.stats.maxPhysicalOffset
  await rig.close()
  nodeDisk.open(rig.segments()[0]!, 'r+').truncate(last!.physicalOffset)
  await rig.open()
  const bytes = end - last!.physicalOffset
  expect(rig.reports).toEqual([{ kind: 'damage', physicalOffset: last!.physicalOffset, bytes }])
  await rig.reopen()
  expect(rig.reports).toEqual([])
})

test('a segment under the name of another place is set aside and hides nothing', async () => {
  await putNumbers(rig.store, 'T', 0, 20)
  await rig.close()
  const [segment] = rig.segments()
  const wrong = join(logFolder(), offsetName(500))
  nodeDisk.copy(segment!, wrong)
  await rig.open()
  expect(rig.reports).toMatchObject([{ kind: 'damage', physicalOffset: 500 }])
  expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 20))
  expect(nodeDisk.list(logFolder())).toEqual([offsetName(0), `${offsetName(500)}.misplaced`])
  await rig.reopen()
  expect(rig.reports).toEqual([])
})

test('the cut of a torn tail is on the platter before the store opens', async () => {
  await putNumbers(rig.store, 'T', 0, 3)
  rig.abandon()
  const [segment] = rig.segments()
  const end = nodeDisk.size(segment!)!
  const file = nodeDisk.open(segment!, 'r+')
  file.writev([Buffer.alloc(50, 1)], end)
  file.close()
  flushed = []
  await rig.open()
  expect(rig.reports).toEqual([{ kind: 'tail-cut', physicalOffset: end, bytes: 50 }])
  expect(flushed).toEqual([segment])
})
