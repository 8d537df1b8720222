/** A copy of a store that works: exactly what was there at one moment, and nobody's business afterwards. */
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { CopyWatch } from '../base/copyBytes'
import { nodeDisk } from '../base/disk'
import { filesBelow } from '../base/filesBelow'
import { pour } from './replicaRig'
import {
  diskError,
  faultyDisk,
  numbers,
  putNumbers,
  readAll,
  StoreRig,
  type RigOptions
} from './storeRig'
import { segmentsAtRest, StoreCut } from './storeSnapshot'

const config = { mappedFileSizeCommitLog: 16 * 1024, mappedFileSizeConsumeQueue: 2000 }
const quiet: CopyWatch = { onBytes: () => undefined, check: () => undefined }

const rigs: StoreRig[] = []
const folders: string[] = []
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.dispose()
  for (const folder of folders.splice(0)) nodeDisk.removeTree(folder)
})

const opened = async (options: RigOptions = {}): Promise<StoreRig> => {
  const rig = new StoreRig({ ...options, config: { ...config, ...options.config } })
  rigs.push(rig)
  await rig.open()
  return rig
}

const targetOf = (rig: StoreRig): string => {
  const target = `${rig.folder}-copy-${folders.length}`
  folders.push(target)
  nodeDisk.removeTree(target)
  return target
}

/** Every file of a copy with its bytes. */
const filesOf = (folder: string): [string, string][] =>
  filesBelow(nodeDisk, folder).map((path) => [path, nodeDisk.readFile(path).toString('latin1')])

/** A store of its own that begins as the copy; the copy itself stays apart. */
const startedOn = async (
  copy: string,
  from: StoreRig,
  options: RigOptions = {}
): Promise<StoreRig> => {
  const rig = new StoreRig({ ...options, config, registry: from.registry })
  rigs.push(rig)
  const cut = new StoreCut(nodeDisk, copy, rig.folder, segmentsAtRest(nodeDisk, copy))
  await cut.write(quiet)
  await rig.open()
  return rig
}

test('the copy is the store of one moment, whatever comes while it is written', async () => {
  const disk = faultyDisk()
  const rig = await opened({ disk })
  await putNumbers(rig.store, 'a', 0, 400)
  await putNumbers(rig.store, 'b', 0, 90, { queueId: 1 })
  const target = targetOf(rig)
  let beside = 400
  disk.fault = (operation, path) => {
    // In the middle of the copy the log goes on, over the end of a segment too.
    if (operation !== 'writev' || !path.startsWith(target)) return
    void putNumbers(rig.store, 'a', beside, beside + 60)
    beside += 60
  }
  const copied = await rig.store.snapshot(target, quiet, () => {
    // Waits for the end of its turn: it is in the copy all the same, or not, but never half.
    void putNumbers(rig.store, 'a', beside, beside + 1)
    beside += 1
  })
  disk.fault = () => undefined
  expect(copied.files.filter(({ isLinked }) => isLinked).length).toBeGreaterThan(2)
  expect(beside).toBeGreaterThan(460)
  const before = filesOf(target)
  await putNumbers(rig.store, 'a', beside, beside + 100)

  const other = await startedOn(target, rig)
  expect(other.reports).toEqual([])
  expect(await readAll(other.store, 'a')).toEqual(numbers('a', 0, 400))
  expect(await readAll(other.store, 'b', 1)).toEqual(numbers('b', 0, 90))
  expect(await readAll(rig.store, 'a')).toEqual(numbers('a', 0, beside + 100))
  expect(filesOf(target)).toEqual(before)
})

test('what waited for the end of the turn is in it', async () => {
  const rig = await opened()
  await putNumbers(rig.store, 'a', 0, 10)
  const waiting = putNumbers(rig.store, 'a', 10, 20)
  const target = targetOf(rig)
  await rig.store.snapshot(target, quiet, () => undefined)
  await waiting
  expect(await readAll((await startedOn(target, rig)).store, 'a')).toEqual(numbers('a', 0, 20))
})

test('of a store without a message', async () => {
  const rig = await opened()
  const target = targetOf(rig)
  expect(await rig.store.snapshot(target, quiet, () => undefined)).toEqual({
    files: [],
    derivedBytes: 0
  })
  const other = await startedOn(target, rig)
  await putNumbers(other.store, 'a', 0, 3)
  expect(await readAll(other.store, 'a')).toEqual(numbers('a', 0, 3))
})

describe('a copy stays byte for byte what it was, and takes no part in what becomes of', () => {
  const copied = async (options: RigOptions = {}) => {
    const rig = await opened(options)
    await putNumbers(rig.store, 'a', 0, 600, { properties: 'KEYS\u0001k\u0002' })
    const target = targetOf(rig)
    await rig.store.snapshot(target, quiet, () => undefined)
    return { rig, target, before: filesOf(target) }
  }

  test('the store it came from, when that deletes its oldest messages', async () => {
    const { rig, target, before } = await copied({ config: { fileReservedTime: 0 } })
    await rig.later(3_600_000)
    rig.store.executeDeleteFilesManually()
    await rig.clean()
    expect(rig.segments().length).toBeLessThan(3)
    expect(filesOf(target)).toEqual(before)
    expect(await readAll((await startedOn(target, rig)).store, 'a')).toEqual(numbers('a', 0, 600))
  })

  test('a store that begins as it, goes on, is killed and starts again', async () => {
    const { rig, target, before } = await copied()
    const other = await startedOn(target, rig)
    await putNumbers(other.store, 'a', 600, 900)
    await other.crash()
    await putNumbers(other.store, 'a', 900, 1000)
    expect(await readAll(other.store, 'a')).toEqual(numbers('a', 0, 1000))
    expect(filesOf(target)).toEqual(before)
  })

  test('a store that begins as it and whose topic is deleted', async () => {
    const { rig, target, before } = await copied()
    const other = await startedOn(target, rig)
    other.registry.delete('a')
    other.store.deleteTopic('a')
    await other.reopen()
    expect(filesOf(target)).toEqual(before)
  })

  test('a slave that begins as it and is cut back into what it shares', async () => {
    const { rig, target, before } = await copied()
    const other = await startedOn(target, rig, { role: 'SLAVE' })
    const third = rig.segments()[2]!
    const wanted = Number(third.slice(-20)) - 100
    const end = await other.store.replica.truncateTo(wanted)
    expect(end).toBeLessThanOrEqual(wanted)
    expect(filesOf(target)).toEqual(before)
    expect((await pour(rig.store, other.store, 4096)).kind).toBe('received')
    expect(await readAll(other.store, 'a')).toEqual(numbers('a', 0, 600))
    await other.reopen()
    expect(filesOf(target)).toEqual(before)
  })
})

describe('without what it would like', () => {
  test('hard links: everything is copied', async () => {
    const disk = faultyDisk()
    disk.link = () => {
      throw diskError('EPERM')
    }
    const rig = await opened({ disk })
    await putNumbers(rig.store, 'a', 0, 600)
    const target = targetOf(rig)
    const { files } = await rig.store.snapshot(target, quiet, () => undefined)
    expect(files.some(({ isLinked }) => isLinked)).toBe(false)
    expect(await readAll((await startedOn(target, rig)).store, 'a')).toEqual(numbers('a', 0, 600))
  })

  test('queues and index, which are made anew', async () => {
    const rig = await opened()
    await putNumbers(rig.store, 'a', 0, 600)
    const target = targetOf(rig)
    await rig.store.snapshot(target, quiet, () => undefined)
    nodeDisk.removeTree(join(target, 'consumequeue'))
    nodeDisk.removeTree(join(target, 'index'))
    expect(await readAll((await startedOn(target, rig)).store, 'a')).toEqual(numbers('a', 0, 600))
  })
})

describe('given up', () => {
  test('on request, the store goes on and deletes again', async () => {
    const rig = await opened({ config: { fileReservedTime: 0 } })
    await putNumbers(rig.store, 'a', 0, 600)
    const check = (): void => {
      throw new Error('enough')
    }
    const taking = rig.store.snapshot(targetOf(rig), { ...quiet, check }, () => undefined)
    await expect(taking).rejects.toThrow('enough')
    await putNumbers(rig.store, 'a', 600, 610)
    await rig.later(3_600_000)
    rig.store.executeDeleteFilesManually()
    await rig.clean()
    expect(rig.segments().length).toBeLessThan(3)
  })

  test('where the disk is full, sends are not refused for it', async () => {
    const disk = faultyDisk()
    const rig = await opened({ disk })
    await putNumbers(rig.store, 'a', 0, 600)
    const target = targetOf(rig)
    disk.fault = (operation, path) => {
      if (operation === 'writev' && path.startsWith(target)) throw diskError('ENOSPC')
    }
    await expect(rig.store.snapshot(target, quiet, () => undefined)).rejects.toThrow('ENOSPC')
    expect(rig.store.stats.notWriteable).toBeUndefined()
    await putNumbers(rig.store, 'a', 600, 601)
  })
})

test('progress is told in bytes, links included', async () => {
  const rig = await opened()
  await putNumbers(rig.store, 'a', 0, 600)
  let told = 0
  const onBytes = (bytes: number): void => void (told += bytes)
  const { files, derivedBytes } = await rig.store.snapshot(
    targetOf(rig),
    { ...quiet, onBytes },
    () => undefined
  )
  const log = files.filter(({ path }) => path.startsWith('commitlog/'))
  expect(told).toBe(log.reduce((sum, { bytes }) => sum + bytes, derivedBytes))
})
