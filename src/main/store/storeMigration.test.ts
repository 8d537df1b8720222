/** Stores that an earlier version left behind, byte for byte: tests/fixtures/stores. */
import * as fs from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { crc32 as crc } from 'node:zlib'
import { nodeDisk, type Disk, type DiskFile } from '../base/disk'
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES } from './segmentFile'
import { findBackups, isBackupOf } from './storeBackup'
import { diskError, message, numbers, putNumbers, readAll, StoreRig, TestRegistry } from './storeRig' // prettier-ignore

const fixtures = resolve(import.meta.dirname, '../../../tests/fixtures/stores/v1')

interface Told {
  topic: string
  queueId: number
  queueOffset: number
  physicalOffset: number
  size: number
  tagsCode: number
  message: string
}

type Name = 'clean' | 'killed'
const names: readonly Name[] = ['clean', 'killed']

const expected = JSON.parse(fs.readFileSync(join(fixtures, 'expected.json'), 'utf8')) as {
  topics: string[]
  deleted: string[]
} & Record<Name, Told[]>

const registry = (): TestRegistry => {
  const made = new TestRegistry()
  for (const topic of expected.topics) made.resolve(topic)
  for (const topic of expected.deleted) made.forget(topic)
  return made
}

/** What a kill just before or after leaves the same. A dead process closes its files all the same. */
const harmless = ['exists', 'list', 'size', 'readFile', 'space', 'read', 'readAsync', 'close']

/** Every other call on the disk counts; from the one numbered `dieAt` on each fails, as after a kill. */
const mortalDisk = (dieAt: number): Disk & { calls: () => number } => {
  let calls = 0
  const alive = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const member = Reflect.get(object, name, object) as unknown
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => {
          if (!harmless.includes(String(name)) && ++calls >= dieAt)
            throw new Error('killed by the test')
          const result = (member as (...args: unknown[]) => unknown).apply(object, args)
          return name === 'open' ? alive(result as DiskFile) : result
        }
      }
    })
  return Object.assign(alive({ ...nodeDisk }), { calls: () => calls })
}

/** Bytes of every file below a folder, by its path in it. */
const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), fs.readFileSync(path).toString('base64')])
  )

let rig: StoreRig
const rigs: StoreRig[] = []

/** A rig whose store is the fixture of that name. */
const rigOf = (name: Name, disk: Disk = nodeDisk): StoreRig => {
  rig = new StoreRig({
    config: { mappedFileSizeCommitLog: 4_096, mappedFileSizeConsumeQueue: 400 },
    limits: { indexLogBytes: 8_192 },
    registry: registry(),
    disk
  })
  rigs.push(rig)
  fs.cpSync(join(fixtures, name), rig.folder, { recursive: true })
  return rig
}

afterEach(async () => {
  for (const used of rigs.splice(0)) {
    for (const backup of leftovers(used)) fs.rmSync(backup, { recursive: true })
    await used.dispose()
  }
})

const leftovers = ({ folder }: StoreRig): string[] =>
  fs
    .readdirSync(dirname(folder))
    .map((name) => join(dirname(folder), name))
    .filter((path) => path.startsWith(`${folder}.`))

const told = ({ store }: StoreRig): Told[] =>
  expected.topics.flatMap((topic) =>
    store.queueIdsOf(topic).flatMap((queueId) =>
      store.getConsumeQueueEntries(topic, queueId, 0, 1_000).map((entry, queueOffset) => ({
        ...{ topic, queueId, queueOffset, ...entry },
        message: store.lookMessageByOffset(entry.physicalOffset)!.toString('base64')
      }))
    )
  )

/** 0 of a segment without a whole header. */
const versionAt = (path: string): number => {
  const bytes = fs.readFileSync(path)
  return bytes.length < SEGMENT_HEADER_BYTES ? 0 : bytes.readUInt32BE(8)
}

describe.each(names)('a store of format 1 that was %s', (name) => {
  beforeEach(async () => {
    await rigOf(name).open()
  })

  test('reads as it did, by queue and by key', async () => {
    expect(told(rig)).toEqual(expected[name])
    const query = { topic: 'Orders', key: 'k2', maxNum: 1, beginTimestamp: 0, endTimestamp: 2e12 }
    expect((await rig.store.queryMessage(query)).messages).toHaveLength(1)
    const [backup] = findBackups(nodeDisk, rig.folder)
    expect(rig.reports.slice(name === 'clean' ? 0 : 1)).toEqual([
      { kind: 'store-migrated', version: 1, backup }
    ])
  })

  test('goes on in a segment of format 2, its own left as they were', async () => {
    const old = contentOf(join(fixtures, name, 'commitlog'))
    await putNumbers(rig.store, 'Orders', 100, 160)
    await rig.store.putMessages([message('Payments', 'x'), message('Payments', 'y')])
    await rig.crash()
    await rig.reopen()
    const now = contentOf(join(rig.folder, 'commitlog'))
    for (const [i, [file, bytes]] of Object.entries(old).entries()) {
      const isTorn = name === 'killed' && i === Object.keys(old).length - 1
      const whole = Buffer.from(bytes, 'base64')
      expect(now[file]).toBe((isTorn ? whole.subarray(0, -50) : whole).toString('base64'))
    }
    const versions = rig.segments().map(versionAt)
    expect(versions.slice(0, Object.keys(old).length).every((version) => version === 1)).toBe(true)
    expect(versions.slice(Object.keys(old).length).every((version) => version === 2)).toBe(true)
    expect(versions.at(-1)).toBe(2)
    expect((await readAll(rig.store, 'Orders')).slice(-60)).toEqual(numbers('Orders', 100, 160))
    expect((await readAll(rig.store, 'Payments')).slice(-2)).toEqual(['x', 'y'])
    await rig.close()
    expect(fs.readFileSync(rig.checkpoint, 'utf8')).toContain('"version":2')
  })

  test('was backed up whole, the segments that stay by links', async () => {
    const [backup, ...others] = findBackups(nodeDisk, rig.folder)
    expect(others).toEqual([])
    expect(contentOf(backup!)).toEqual(contentOf(join(fixtures, name)))
    const inode = (path: string): number => fs.statSync(path).ino
    const segments = Object.keys(contentOf(join(fixtures, name, 'commitlog')))
    const isLinked = segments.map(
      (file) =>
        inode(join(backup!, 'commitlog', file)) === inode(join(rig.folder, 'commitlog', file))
    )
    expect(isLinked).toEqual(segments.map((_, i) => i < segments.length - 1))
    await putNumbers(rig.store, 'Orders', 0, 60)
    expect(contentOf(backup!)).toEqual(contentOf(join(fixtures, name)))
  })

  test('loses its backup with the first clean shutdown, not with a kill', async () => {
    await rig.crash()
    expect(leftovers(rig)).toHaveLength(1)
    const [backup] = findBackups(nodeDisk, rig.folder)
    await rig.close()
    expect(leftovers(rig)).toEqual([])
    expect(rig.reports.at(-1)).toEqual({ kind: 'backup-removed', backup })
  })

  test('is itself again when its backup is put in its place', async () => {
    const [backup] = findBackups(nodeDisk, rig.folder)
    rig.abandon()
    fs.rmSync(rig.folder, { recursive: true })
    fs.renameSync(backup!, rig.folder)
    await rig.open()
    expect(told(rig)).toEqual(expected[name])
  })
})

test('a migration killed at each change of the disk leaves the old store or its backup, and all messages', async () => {
  const before = contentOf(join(fixtures, 'killed'))
  let wasWhole = false
  let dieAt = 1
  for (; !wasWhole; dieAt++) {
    const disk = mortalDisk(dieAt)
    rigOf('killed', disk)
    try {
      await rig.open()
      await rig.store.putMessages([message('New', 'a'), message('New', 'b')])
      await rig.close()
      wasWhole = disk.calls() < dieAt
    } catch {
      rig.abandon()
    }
    const isMigrated = rig.segments().some((path) => versionAt(path) === 2)
    const hasBackup = findBackups(nodeDisk, rig.folder).some(
      (backup) => JSON.stringify(contentOf(backup)) === JSON.stringify(before)
    )
    const isUntouched = JSON.stringify(contentOf(rig.folder)) === JSON.stringify(before)
    // Only the clean shutdown, at the very end, may have taken the backup.
    const { version } = JSON.parse(
      fs.existsSync(rig.checkpoint) ? fs.readFileSync(rig.checkpoint, 'utf8').split('\n')[0]! : '{}'
    ) as { version?: number }
    expect([dieAt, isUntouched || hasBackup || (isMigrated && version === 2)]).toEqual([
      dieAt,
      true
    ])

    const again = new StoreRig({ config: rig.config, registry: registry() })
    rigs.push(again)
    for (const path of [rig.folder, ...leftovers(rig)])
      fs.renameSync(path, path.replace(rig.folder, again.folder))
    await again.open()
    // One that an interrupted start made is enough.
    expect(findBackups(nodeDisk, again.folder).length).toBeLessThanOrEqual(1)
    expect([dieAt, told(again)]).toEqual([dieAt, expected.killed])
    expect([[], ['a', 'b']]).toContainEqual(await readAll(again.store, 'New'))
    expect(again.segments().map(versionAt).at(-1)).toBe(2)
    for (const used of rigs.splice(0)) {
      for (const path of leftovers(used)) fs.rmSync(path, { recursive: true })
      await used.dispose()
    }
  }
  expect(dieAt).toBeGreaterThan(30)
}, 120_000)

describe('a backup', () => {
  test('is a copy where the file system has no hard links', async () => {
    await rigOf('clean', { ...nodeDisk, link: () => { throw diskError('EPERM') } }).open() // prettier-ignore
    const [backup] = findBackups(nodeDisk, rig.folder)
    expect(contentOf(backup!)).toEqual(contentOf(join(fixtures, 'clean')))
    expect(told(rig)).toEqual(expected.clean)
  })

  test('that has no room refuses the start and changes nothing', async () => {
    const space = { freeBytes: 16 * 1024 * 1024, totalBytes: 1e12 }
    rigOf('clean', { ...nodeDisk, space: () => space })
    await expect(rig.open()).rejects.toThrow(
      /^the store is of format 1 and could not be backed up .* make room and start again$/
    )
    expect(contentOf(rig.folder)).toEqual(contentOf(join(fixtures, 'clean')))
    expect(leftovers(rig)).toEqual([])
  })

  test('whose disk fills up meanwhile refuses the start and changes nothing', async () => {
    rigOf('clean', { ...nodeDisk, copy: () => { throw diskError('ENOSPC') } }) // prettier-ignore
    await expect(rig.open()).rejects.toThrow(/could not be backed up.*ENOSPC/)
    expect(contentOf(rig.folder)).toEqual(contentOf(join(fixtures, 'clean')))
    expect(leftovers(rig)).toEqual([])
  })

  test('of an earlier migration does not stand for a store that grew since', async () => {
    await rigOf('clean').open()
    rig.abandon()
    fs.rmSync(rig.folder, { recursive: true })
    fs.cpSync(join(fixtures, 'killed'), rig.folder, { recursive: true })
    await rig.open()
    const backups = findBackups(nodeDisk, rig.folder)
    expect(backups).toHaveLength(2)
    expect(contentOf(backups[1]!)).toEqual(contentOf(join(fixtures, 'killed')))
  })

  test('is not made of a store that is of this format already', async () => {
    rig = new StoreRig()
    rigs.push(rig)
    await rig.open()
    await putNumbers(rig.store, 'T', 0, 3)
    await rig.crash()
    fs.rmSync(rig.checkpoint, { force: true })
    await rig.reopen()
    expect(leftovers(rig)).toEqual([])
  })

  test.each([
    ['store.v1.bak-20261122T151500Z', true],
    ['store.v12.bak-20261122T151500Z-2', true],
    ['store.v1.bak-20261122T151500Z.partial', false],
    ['store', false],
    ['other.v1.bak-20261122T151500Z', false]
  ])('is known by its name: %s %s', (name, isOne) => {
    expect(isBackupOf('store', name)).toBe(isOne)
  })
})

describe('a newer format', () => {
  const newerIndex = (folder: string): void => {
    const path = join(folder, 'index', '0'.repeat(20))
    const bytes = fs.readFileSync(path)
    bytes.writeUInt32BE(9, 8)
    bytes.writeUInt32BE(crc(bytes.subarray(0, 68)), 68)
    fs.writeFileSync(path, bytes)
  }

  test.each([
    [
      'a segment',
      (folder: string) => {
        const path = join(folder, 'commitlog', '0'.repeat(20))
        const bytes = fs.readFileSync(path)
        encodeSegmentHeader(0, 9).copy(bytes)
        fs.writeFileSync(path, bytes)
      }
    ],
    [
      'the checkpoint',
      (folder: string) => {
        const text = JSON.stringify({ version: 9 })
        const sum = crc(Buffer.from(text)).toString(16).padStart(8, '0')
        fs.writeFileSync(join(folder, 'checkpoint'), `${text}\n${sum}\n`)
      }
    ],
    ['the key index', newerIndex]
  ])('of %s refuses the start, and not a byte is changed', async (_what, make) => {
    rigOf('killed')
    make(rig.folder)
    const before = contentOf(rig.folder)
    await expect(rig.open()).rejects.toThrow(
      /has format 9, this version knows \d; use a newer Gantry$/
    )
    expect(contentOf(rig.folder)).toEqual(before)
    expect(leftovers(rig)).toEqual([])
  })
})
