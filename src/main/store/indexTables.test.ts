import * as fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../base/log'
import { FileCache } from './fileCache'
import { IndexService } from './indexService'
import { diskError, faultyDisk, StoreRig } from './storeRig'

let rig: StoreRig

beforeEach(() => {
  rig = new StoreRig()
})
afterEach(() => rig.dispose())

/** An index without a store around it, with tables of so many keys over at most 1,000 bytes of log. */
const indexOf = (indexEntries: number): IndexService =>
  new IndexService({
    ...{ disk: rig.disk, log: silentLog, folder: rig.folder, files: new FileCache(rig.disk, 4) },
    ...{ commitLog: undefined as never, config: rig.config },
    limits: { indexEntries, indexLogBytes: 1_000 }
  })

describe('what retention took', () => {
  /** Four tables of one key each over 400 bytes of log; the last grows still. */
  const fourTables = (): IndexService => {
    const index = indexOf(1)
    const record = { topic: 'T', properties: 'KEYS\u0001a\u0002', sysFlag: 0, size: 88 }
    for (const physicalOffset of [0, 100, 200, 300])
      index.put({ ...record, physicalOffset, storeTimestamp: 1 })
    return index
  }
  const wanted = { sinceOffset: 0, beginTimestamp: 0, endTimestamp: 9 }

  test.each([
    [0, [300, 200, 100, 0], 3],
    [99, [300, 200, 100, 0], 3],
    [100, [300, 200, 100], 2],
    [250, [300, 200], 1],
    [10_000, [300], 0]
  ])('before %i costs the tables wholly before it', async (min, left, files) => {
    const index = fourTables()
    await index.written()
    await index.dropBefore(min)
    expect([...index.candidates('T', 'a', wanted)].flat()).toEqual(left)
    expect(rig.indexFiles()).toHaveLength(files)
  })

  test('is no damage for a query that goes on meanwhile', async () => {
    const index = fourTables()
    const query = index.candidates('T', 'a', wanted)[Symbol.iterator]()
    expect(query.next().value).toEqual([300])
    await index.dropBefore(200)
    expect([query.next().value, query.next().value]).toEqual([[200], []])
  })

  test('costs also the tables whose files are not written yet', async () => {
    const index = fourTables()
    await Promise.all([index.dropBefore(10_000), index.written()])
    expect([...index.candidates('T', 'a', wanted)].flat()).toEqual([300])
    expect(rig.indexFiles()).toEqual([])
  })

  test('goes from memory though its file cannot be removed', async () => {
    const disk = faultyDisk()
    await rig.dispose()
    rig = new StoreRig({ disk })
    const index = fourTables()
    disk.removeTree = () => {
      throw diskError('EACCES')
    }
    await index.dropBefore(200)
    disk.removeTree = (path) => fs.rmSync(path, { recursive: true })
    expect([...index.candidates('T', 'a', wanted)].flat()).toEqual([300, 200])
  })
})

test('a hole in the log of any size is no hindrance', () => {
  const index = indexOf(100)
  const record = { topic: 'T', properties: 'KEYS\u0001a\u0002', sysFlag: 0, size: 100 }
  for (const physicalOffset of [32, 2 ** 40])
    index.put({ ...record, physicalOffset, storeTimestamp: 1 })
  const wanted = { sinceOffset: 0, beginTimestamp: 0, endTimestamp: 9 }
  expect([...index.candidates('T', 'a', wanted)]).toEqual([[2 ** 40], [32]])
})
