import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeDisk, type Disk, type DiskFile } from '../base/disk'
import { MAX_DOCUMENTS, WARN_DOCUMENTS } from './collection'
import { MetaFullError, MetaVersionError } from './errors'
import { keyOf, MetaTestbed } from './metaTestbed'
import type { Migration } from './migration'

/** Counts flushes of NeDB files, and lets them fail or wait. */
class FlushDisk {
  flushes = 0
  fault: Error | undefined
  isUnreadable = false
  gate: Promise<void> = Promise.resolve()
  readonly disk: Disk = {
    ...nodeDisk,
    open: (path, flags) => this.watch(nodeDisk.open(path, flags)),
    readFile: (path) => {
      if (this.isUnreadable) throw new Error('EIO')
      return nodeDisk.readFile(path)
    },
    // A side file is small: it may still fit where the file itself does not.
    replaceFile: (path, content) => {
      if (this.fault && /\.db(\.prev)?$/.test(path)) throw this.fault
      nodeDisk.replaceFile(path, content)
    }
  }

  private watch(file: DiskFile): DiskFile {
    const datasync = file.datasync.bind(file)
    return Object.assign(file, {
      datasync: async () => {
        this.flushes += 1
        await this.gate
        if (this.fault) throw this.fault
        await datasync()
      }
    })
  }
}

const flushes = new FlushDisk()
let bed: MetaTestbed
beforeEach(() => {
  flushes.flushes = 0
  bed = new MetaTestbed(flushes.disk)
})
afterEach(async () => {
  flushes.fault = undefined
  flushes.isUnreadable = false
  await bed.dispose()
})

const many = (n: number): [string, { text: string }][] =>
  Array.from({ length: n }, (_, i) => [keyOf(i), { text: 'x' }])

describe('reading and writing', () => {
  test('a write is seen at once and found after a restart', async () => {
    const notes = await bed.open()
    const done = notes.put('a', { text: '1' })
    expect(notes.get('a')).toEqual({ text: '1' })
    await done
    await notes.putAll([
      ['a', { text: '2' }],
      ['b', { text: '3' }],
      ['c', { text: '4' }]
    ])
    await notes.remove('b')
    await notes.removeAll(['never there'])
    const again = await bed.open()
    expect(again.all()).toEqual([
      ['a', { text: '2' }],
      ['c', { text: '4' }]
    ])
  })

  test('the same key in one turn ends as the last word said', async () => {
    const notes = await bed.open()
    await Promise.all([
      notes.put('a', { text: '1' }),
      notes.remove('a'),
      notes.put('a', { text: '2' }),
      notes.put('b', { text: '1' }),
      notes.remove('b')
    ])
    expect((await bed.open()).all()).toEqual([['a', { text: '2' }]])
  })

  test('nobody can change a stored value from outside', async () => {
    const notes = await bed.open()
    const mine = { text: '1' }
    await notes.put('a', mine)
    mine.text = '2'
    expect(notes.get('a')).toEqual({ text: '1' })
    expect(() => Object.assign(notes.get('a')!, { text: '3' })).toThrow(TypeError)
  })

  test('a closed collection still reads, and refuses to write', async () => {
    const notes = await bed.open()
    const pending = notes.put('a', { text: '1' })
    await bed.close()
    await pending
    expect(notes.get('a')).toEqual({ text: '1' })
    await expect(notes.put('a', { text: '2' })).rejects.toThrow('is closed')
  })
})

describe('durability', () => {
  test('a write waits for its flush, and those of one turn share it', async () => {
    const notes = await bed.open()
    let open = (): void => undefined
    flushes.gate = new Promise((resolve) => (open = resolve))
    let settled = 0
    const writes = Array.from({ length: 50 }, (_, i) =>
      notes.put(keyOf(i), { text: 'x' }).then(() => (settled += 1))
    )
    await expect.poll(() => flushes.flushes).toBe(1)
    expect(settled).toBe(0)
    open()
    await Promise.all(writes)
    expect([settled, flushes.flushes]).toEqual([50, 1])
  })

  test('a failed flush is told, and writing goes on from a file written anew', async () => {
    await bed.fill(2)
    const notes = await bed.open()
    flushes.fault = new Error('EIO')
    await expect(notes.put('a', { text: '1' })).rejects.toThrow('EIO')
    await expect(notes.put('b', { text: '1' })).rejects.toThrow('EIO')
    // An outage is reported once.
    expect(bed.kinds).toEqual(['write-failed'])
    flushes.fault = undefined
    await notes.put('c', { text: '1' })
    expect(notes.get('c')).toEqual({ text: '1' })
    expect((await bed.open()).get('c')).toEqual({ text: '1' })
  })

  test('where the disk cannot even be read, memory goes back to what was last on it', async () => {
    await bed.fill(1)
    const notes = await bed.open()
    flushes.fault = new Error('EIO')
    flushes.isUnreadable = true
    const first = notes.put(keyOf(0), { text: 'changed' })
    await Promise.resolve()
    const second = notes.putAll([
      [keyOf(0), { text: 'again' }],
      ['new', { text: 'x' }]
    ])
    await expect(first).rejects.toThrow('EIO')
    await expect(second).rejects.toThrow('EIO')
    expect(notes.all()).toEqual([[keyOf(0), { text: 'text 0' }]])
    flushes.fault = undefined
    flushes.isUnreadable = false
    await notes.put('later', { text: '1' })
    expect(notes.get('later')).toEqual({ text: '1' })
  })

  test('on a disk that takes nothing the store opens, reads, and says so', async () => {
    await bed.fill(2)
    bed.append('torn')
    flushes.fault = new Error('ENOSPC')
    const notes = await bed.open()
    expect(notes.size).toBe(2)
    expect(bed.kinds).toEqual(['write-failed'])
    await expect(notes.put('a', { text: '1' })).rejects.toThrow('ENOSPC')
    expect(notes.size).toBe(2)
    flushes.fault = undefined
    await notes.put('a', { text: '1' })
    expect(notes.get('a')).toEqual({ text: '1' })
    expect(bed.disk.list(bed.folder).filter((name) => name.includes('torn-tail'))).toHaveLength(1)
    expect((await bed.open()).size).toBe(3)
  })
})

test('a store that cannot even be made does not open', async () => {
  flushes.fault = new Error('ENOSPC')
  await expect(bed.open()).rejects.toThrow('ENOSPC')
  flushes.fault = undefined
  await bed.open()
})

describe('bounds', () => {
  test('offsets written for ever do not grow the file for ever', async () => {
    const notes = await bed.open()
    const text = 'x'.repeat(2000)
    let largest = 0
    for (let round = 0; round < 120; round += 1) {
      await notes.putAll(Array.from({ length: 10 }, (_, i) => [keyOf(i), { text: text + round }]))
      largest = Math.max(largest, bed.content().length)
    }
    expect(largest).toBeLessThan(400_000)
    expect((await bed.open()).get(keyOf(9))).toEqual({ text: `${text}119` })
    expect(bed.reports).toEqual([])
  })

  test('what was removed before a compaction does not come back from the snapshot', async () => {
    await bed.fill(3)
    const notes = await bed.open()
    await notes.remove(keyOf(1))
    const text = 'x'.repeat(100_000)
    for (let round = 0; round < 5; round += 1) await notes.put(keyOf(0), { text: text + round })
    expect(bed.content().length).toBeLessThan(400_000)
    const again = await bed.open()
    expect(again.all().map(([key]) => key)).toEqual([keyOf(0), keyOf(2)])
    expect(bed.reports).toEqual([])
  })

  test('a growing collection warns early and refuses late', { timeout: 60_000 }, async () => {
    const notes = await bed.open()
    await notes.putAll(many(WARN_DOCUMENTS - 1))
    expect(bed.logged).toEqual([])
    await notes.putAll(many(MAX_DOCUMENTS))
    expect(bed.logged.map(({ level }) => level)).toEqual(['warn'])
    await expect(notes.put('one more', { text: 'x' })).rejects.toThrow(MetaFullError)
    await notes.put(keyOf(0), { text: 'may still change' })
    expect(notes.size).toBe(MAX_DOCUMENTS)
  })
})

describe('format versions', () => {
  const rename: Migration = {
    name: 'keys in capitals',
    migrate: (entries) => entries.map(([key, raw]) => [key.toUpperCase(), raw])
  }

  test('a newer file is refused in one sentence and left as it is', async () => {
    await bed.open({ migrations: [rename] })
    await bed.close()
    const before = bed.content()
    const refused = bed.open()
    await expect(refused).rejects.toThrow(MetaVersionError)
    await expect(refused).rejects.toThrow(
      'written by a newer Gantry (format 2, this one reads up to 1): start the newer Gantry'
    )
    expect(bed.content().equals(before)).toBe(true)
  })

  test('an older file is backed up, then migrated', async () => {
    await bed.fill(2)
    const before = bed.content()
    const notes = await bed.open({ migrations: [rename] })
    expect(notes.all().map(([key]) => key)).toEqual(['KEY-000', 'KEY-001'])
    const backup = bed.disk.list(bed.folder).find((name) => name.endsWith('.v1.bak'))
    expect(bed.content(`${bed.folder}/${backup}`).equals(before)).toBe(true)
    const again = await bed.open({ migrations: [rename] })
    expect(again.size).toBe(2)
    expect(bed.reports).toEqual([])
  })

  test('damage in an older file is mended from its snapshot before it is migrated', async () => {
    await bed.fill(2)
    bed.spoil((content) => content.fill(0, 0, 30))
    const notes = await bed.open({ migrations: [rename] })
    expect(notes.all().map(([key]) => key)).toEqual(['KEY-000', 'KEY-001'])
  })
})
