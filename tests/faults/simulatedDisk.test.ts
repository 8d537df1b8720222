import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/main/base/random'
import { SimulatedDisk } from './simulatedDisk'
import { PowerCut } from './simulatedFile'
import { SECTOR_BYTES } from './simulatedFiles'

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed)

/** What a file holds after a cut, for each of many seeds; undefined: it is gone. */
const afterCut = async (
  prepare: (disk: SimulatedDisk) => unknown,
  path: string
): Promise<Set<string | undefined>> => {
  const found = new Set<string | undefined>()
  for (const seed of SEEDS) {
    const disk = new SimulatedDisk({ random: seededRandom(seed) })
    await prepare(disk)
    disk.cut()
    found.add(disk.exists(path) ? disk.readFile(path).toString('latin1') : undefined)
  }
  return found
}

const write = (disk: SimulatedDisk, path: string, text: string, position = 0): void =>
  disk.open(path, disk.exists(path) ? 'r+' : 'w+').writev([Buffer.from(text)], position)

/** A file on the platter. */
const synced = (disk: SimulatedDisk, path: string, text: string): void => {
  disk.mkdirp('/d')
  disk.replaceFile(path, text)
}

describe('after a power cut', () => {
  test('what was replaced is there', async () => {
    expect(await afterCut((disk) => synced(disk, '/d/f', 'x'), '/d/f')).toEqual(new Set(['x']))
  })

  test('a file of which only the bytes were flushed may be gone', async () => {
    const found = await afterCut(async (disk) => {
      disk.mkdirp('/d')
      write(disk, '/d/f', 'x')
      await disk.open('/d/f', 'r+').datasync()
    }, '/d/f')
    expect(found).toEqual(new Set(['x', undefined]))
  })

  test('a file of which only the name was synced may be empty', async () => {
    const found = await afterCut(async (disk) => {
      disk.mkdirp('/d')
      write(disk, '/d/f', 'x')
      await disk.syncFolder('/d')
    }, '/d/f')
    expect(found).toEqual(new Set(['', '\0', 'x']))
  })

  test('a folder made unsynced may be gone with all that was flushed in it', async () => {
    const found = await afterCut((disk) => {
      disk.mkdirp('/d', 'unsynced')
      disk.replaceFile('/d/f', 'x')
    }, '/d/f')
    expect(found).toEqual(new Set(['x', undefined]))
  })

  test('of unsynced sectors some are old and some are new, and what was flushed stays', async () => {
    const old = 'o'.repeat(3 * SECTOR_BYTES)
    const found = await afterCut((disk) => {
      synced(disk, '/d/f', old)
      write(disk, '/d/f', 'n'.repeat(2 * SECTOR_BYTES), SECTOR_BYTES)
    }, '/d/f')
    const parts = [...found].map((text) =>
      text!
        .match(/.{512}/gs)!
        .map((part) => part[0])
        .join('')
    )
    expect(parts.sort()).toEqual(['onn', 'ono', 'oon', 'ooo'])
  })

  test('an append leaves the bytes before it as they were', async () => {
    const found = await afterCut((disk) => {
      synced(disk, '/d/f', 'old')
      write(disk, '/d/f', 'new', 3)
    }, '/d/f')
    for (const text of found) expect(text).toMatch(/^old(new|\0{0,3}|n\0*|ne\0*|n|ne)$/)
    expect(found.size).toBeGreaterThan(2)
  })

  test('a removal and a truncation that were not synced may be undone', async () => {
    const removed = await afterCut((disk) => {
      synced(disk, '/d/f', 'x')
      disk.remove('/d/f')
    }, '/d/f')
    expect(removed).toEqual(new Set(['x', undefined]))
    const cut = await afterCut((disk) => {
      synced(disk, '/d/f', 'xyz')
      disk.open('/d/f', 'r+').truncate(1)
    }, '/d/f')
    expect(cut).toContain('x')
    expect(cut).toContain('xyz')
  })

  test('a rename happened or did not', async () => {
    const found = new Set<string>()
    for (const seed of SEEDS) {
      const disk = new SimulatedDisk({ random: seededRandom(seed) })
      synced(disk, '/d/a', 'x')
      disk.rename('/d/a', '/d/b')
      disk.cut()
      found.add(disk.list('/d').join())
    }
    expect(found).toEqual(new Set(['a', 'b']))
  })
})

test('what was written during a flush is not covered by it', async () => {
  const found = await afterCut(async (disk) => {
    synced(disk, '/d/f', 'old')
    const file = disk.open('/d/f', 'r+')
    file.writev([Buffer.from('new')], 0)
    const flushed = file.datasync()
    file.writev([Buffer.from('late')], SECTOR_BYTES)
    await flushed
  }, '/d/f')
  for (const text of found) expect(text).toMatch(/^new/)
  expect([...found].some((text) => text!.length < SECTOR_BYTES)).toBe(true)
  expect([...found].some((text) => text!.endsWith('late'))).toBe(true)
})

test('a flush that failed drops the pages, and a second one that succeeds does not bring them', async () => {
  const disk = new SimulatedDisk()
  synced(disk, '/d/f', 'old')
  const file = disk.open('/d/f', 'r+')
  file.writev([Buffer.from('new')], 0)
  disk.fault = ({ operation }) => (operation === 'datasync' ? { code: 'EIO' } : undefined)
  await expect(file.datasync()).rejects.toThrow('EIO')
  disk.fault = () => undefined
  await file.datasync()
  expect(disk.readFile('/d/f').toString()).toBe('new')
  disk.cut()
  expect(disk.readFile('/d/f').toString()).toBe('old')
})

test('a fault of a write leaves as many bytes as it says', () => {
  const disk = new SimulatedDisk()
  synced(disk, '/d/f', '')
  disk.fault = () => ({ code: 'ENOSPC', bytes: 2 })
  const file = ((): ReturnType<SimulatedDisk['open']> => {
    const { fault } = disk
    disk.fault = () => undefined
    const opened = disk.open('/d/f', 'r+')
    disk.fault = fault
    return opened
  })()
  expect(() => file.writev([Buffer.from('abc')], 0)).toThrow('ENOSPC')
  disk.fault = () => undefined
  expect(disk.readFile('/d/f').toString()).toBe('ab')
})

test('nothing can be done once the power is gone, nor with a file of an earlier process', () => {
  const disk = new SimulatedDisk()
  synced(disk, '/d/f', 'x')
  const file = disk.open('/d/f', 'r+')
  disk.cutAt = disk.calls
  expect(() => disk.list('/d')).toThrow(PowerCut)
  expect(() => disk.exists('/d')).toThrow(PowerCut)
  disk.cut()
  expect(disk.list('/d')).toEqual(['f'])
  expect(() => file.truncate(0)).toThrow(PowerCut)
})

test('the same seed leaves the same', async () => {
  const leave = (seed: number): string => {
    const disk = new SimulatedDisk({ random: seededRandom(seed), writebackOneIn: 2 })
    disk.mkdirp('/d', 'unsynced')
    for (let i = 0; i < 30; i++) write(disk, `/d/${i % 5}`, `${i}`.repeat(400), i * 100)
    disk.cut()
    return JSON.stringify([...disk.files()].map(([path, bytes]) => [path, bytes.toString('hex')]))
  }
  expect(leave(7)).toBe(leave(7))
  expect(leave(7)).not.toBe(leave(8))
})
