import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ManualClock, systemClock } from './clock'
import { nodeDisk, type DiskFile } from './disk'
import { FaultyDisk, type DiskFault } from './faultyDisk'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'faulty-disk-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = (name: string): string => join(folder, name)
const diskWith = (fault: Partial<DiskFault> | undefined, clock = systemClock) => {
  const disk = new FaultyDisk(nodeDisk, clock)
  const set = (next: Partial<DiskFault> | undefined): void =>
    disk.set(
      next && {
        ...{ readMs: 0, writeMs: 0, flushMs: 0, room: undefined },
        ...{ failReads: false, failWrites: false },
        ...next
      }
    )
  set(fault)
  return { disk, set }
}
const bytes = (count: number): Buffer => Buffer.alloc(count, 'x')
const opened = (disk: FaultyDisk): DiskFile => disk.open(path('file'), 'w+')
const codeOf = (act: () => void): string => {
  try {
    act()
    return 'none'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

describe('a full disk', () => {
  test('takes what there is room for, and ENOSPC is for the rest', () => {
    const { disk, set } = diskWith(undefined)
    const file = opened(disk)
    set({ room: 10 })
    file.writev([bytes(4), bytes(4)], 0)
    expect(codeOf(() => file.writev([bytes(1), bytes(4)], 8))).toBe('ENOSPC')
    expect([file.size(), disk.space(folder).freeBytes]).toEqual([10, 0])
  })

  test('lets what is there be written over', () => {
    const { disk, set } = diskWith(undefined)
    const file = opened(disk)
    file.writev([bytes(8)], 0)
    set({ room: 0 })
    file.writev([Buffer.from('yy')], 6)
    expect(codeOf(() => file.writev([bytes(3)], 6))).toBe('ENOSPC')
  })

  test('fails writes in the thread pool alike', async () => {
    const { disk, set } = diskWith(undefined)
    const file = opened(disk)
    set({ room: 3 })
    await expect(file.writeAsync(bytes(5), 0)).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(file.size()).toBe(3)
  })

  test('keeps the old file where a new one does not fit, and has no room for a new name', () => {
    const { disk, set } = diskWith(undefined)
    disk.replaceFile(path('kept'), 'old')
    set({ room: 0 })
    expect(codeOf(() => disk.replaceFile(path('kept'), 'newer'))).toBe('ENOSPC')
    expect(disk.readFile(path('kept')).toString()).toBe('old')
    expect(codeOf(() => opened(disk).close())).toBe('ENOSPC')
    expect(codeOf(() => disk.mkdirp(path('folder')))).toBe('ENOSPC')
    expect(codeOf(() => disk.mkdirp(folder))).toBe('none')
  })

  test.each([
    ['removed', (disk: FaultyDisk) => disk.remove(path('old'))],
    ['removed in the thread pool', (disk: FaultyDisk) => disk.unlink(path('old'))],
    ['removed with its folder', (disk: FaultyDisk) => disk.removeTree(path('a'))],
    ['cut', (disk: FaultyDisk) => disk.open(path('old'), 'r+').truncate(2)]
  ])('has room again for what is %s', async (_name, remove) => {
    const { disk, set } = diskWith(undefined)
    disk.mkdirp(path('a/b'))
    for (const name of ['old', 'a/b/old']) disk.replaceFile(path(name), bytes(100))
    const file = opened(disk)
    set({ room: 0 })
    await Promise.resolve(remove(disk))
    file.writev([bytes(98)], 0)
    expect(codeOf(() => file.writev([bytes(3)], 98))).toBe('ENOSPC')
  })
})

test('a failing disk fails writes and flushes of open files too, and reads where asked', async () => {
  const { disk, set } = diskWith(undefined)
  const file = opened(disk)
  file.writev([bytes(8)], 0)
  const read = (): unknown => file.read(Buffer.alloc(8), 0, 8, 0)
  set({ failWrites: true })
  expect(codeOf(() => file.writev([bytes(1)], 8))).toBe('EIO')
  expect(codeOf(() => disk.replaceFile(path('x'), 'x'))).toBe('EIO')
  await expect(file.datasync()).rejects.toMatchObject({ code: 'EIO' })
  expect(read()).toBe(8)
  set({ failReads: true })
  expect(codeOf(read)).toBe('EIO')
  await expect(file.readAsync(Buffer.alloc(8), 0, 8, 0)).rejects.toMatchObject({ code: 'EIO' })
  set(undefined)
  file.writev([bytes(1)], 8)
  expect([read(), file.size()]).toEqual([8, 9])
})

test('a slow disk holds up its thread for reads and writes', () => {
  const { disk } = diskWith({ readMs: 30, writeMs: 20 })
  const began = performance.now()
  const file = opened(disk)
  file.writev([bytes(1)], 0)
  file.read(Buffer.alloc(1), 0, 1, 0)
  expect(performance.now() - began).toBeGreaterThanOrEqual(69)
})

test('what a slow disk does in the thread pool takes its time and holds up nobody', async () => {
  const clock = Object.assign(new ManualClock(), { real: systemClock })
  const { disk, set } = diskWith(undefined, clock)
  const file = opened(disk)
  set({ readMs: 100, writeMs: 200, flushMs: 300 })
  const done: string[] = []
  const all = [
    file.readAsync(Buffer.alloc(1), 0, 1, 0).then(() => done.push('read')),
    file.writeAsync(bytes(1), 0).then(() => done.push('write')),
    file.datasync().then(() => done.push('flush'))
  ]
  clock.advance(100)
  await all[0]
  expect(done).toEqual(['read'])
  clock.advance(200)
  await Promise.all(all)
})
