import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { keyOf, MetaTestbed } from './metaTestbed'
import { sealLine } from './line'

/** NeDB keeps its own reference to `appendFile`, so the fault must be in place before it is loaded. */
const appending = vi.hoisted(() => ({
  /** Writes this part of what was to be appended, then fails like a full disk. */
  failAfter: undefined as number | undefined
}))

await vi.hoisted(async () => {
  const { promises } = await import('node:fs')
  const append = promises.appendFile
  promises.appendFile = async (path, data, options) => {
    if (appending.failAfter === undefined) return append(path, data, options)
    const part = String(data).slice(0, appending.failAfter)
    appending.failAfter = undefined
    await append(path, part, options)
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  }
})

let bed: MetaTestbed
beforeEach(() => {
  bed = new MetaTestbed()
})
afterEach(() => bed.dispose())

/** Where the line of a note begins in the file. */
const lineOf = (content: Buffer, key: string): number =>
  content.lastIndexOf('\n', content.indexOf(`"k:${key}"`)) + 1

const keptFile = (kind: string): string | undefined =>
  bed.reports.find((report) => report.kind === kind)?.keptAs

describe('what NeDB loses without a word comes back', () => {
  test.each([
    ['U+2028', 'a\u2028b'],
    ['U+2029', 'a\u2029b'],
    ['U+0085', 'a\u0085b'],
    ['every line end', '\r\n\v\f\u0085\u2028\u2029'],
    ['a lone surrogate', 'a\ud800b'],
    ['Chinese and emoji', '订单 📦']
  ])('text and key with %s', async (_name, text) => {
    const notes = await bed.open()
    await notes.put(text, { text })
    const again = await bed.open()
    expect(again.all()).toEqual([[text, { text }]])
    expect(bed.reports).toEqual([])
  })

  test('keys that mean something to JavaScript, and such that differ in case only', async () => {
    const keys = ['__proto__', 'constructor', 'hasOwnProperty', '', 'Order', 'order', '10', '9', '$set', 'a.b'] // prettier-ignore
    const notes = await bed.open()
    await notes.putAll(keys.map((key) => [key, { text: `of ${key}` }]))
    const again = await bed.open()
    expect(new Map(again.all())).toEqual(new Map(keys.map((key) => [key, { text: `of ${key}` }])))
    await again.removeAll(keys)
    expect((await bed.open()).size).toBe(0)
  })
})

describe('what would be stored changed is refused before anything is written', () => {
  test.each([
    ['a bigint', { text: 1n }, 'bigint'],
    ['a Buffer', { text: Buffer.from('x') }, 'Buffer'],
    ['undefined in a list', { text: 'x', list: [undefined] }, 'list[0]'],
    ['not a number', { text: 'x', n: NaN }, 'finite'],
    ['a Map', { text: 'x', map: new Map() }, 'Map'],
    ['a field name with a dot', { text: 'x', 'a.b': 1 }, 'a.b'],
    ['a field name with a dollar', { text: 'x', $a: 1 }, '$a'],
    ['a wrong shape', { text: 1 }, 'text: expected a text, found 1']
  ])('%s', async (_name, value, reason) => {
    const notes = await bed.open()
    const before = bed.content()
    await expect(notes.put('key', value as never)).rejects.toThrow(reason)
    expect(notes.size).toBe(0)
    expect(bed.content().equals(before)).toBe(true)
  })
})

describe('a torn last line', () => {
  test.each([0, 1, 5, 9, 100])('behind %i good ones costs only itself', async (count) => {
    await bed.fill(count)
    const torn = sealLine(JSON.stringify({ _id: 'k:torn', v: { text: 'x' } })).slice(0, 30)
    bed.append(torn)
    const notes = await bed.open()
    expect(notes.size).toBe(count)
    expect(bed.kinds).toEqual(['torn-tail'])
    expect(bed.content(keptFile('torn-tail')).toString()).toBe(torn)
    await notes.put('next', { text: 'is not glued to it' })
    bed.reports.length = 0
    expect((await bed.open()).get('next')).toEqual({ text: 'is not glued to it' })
    expect(bed.reports).toEqual([])
  })

  test('that lacks only its line end is a good line', async () => {
    await bed.fill(3)
    bed.spoil((content) => content.subarray(0, -1))
    const notes = await bed.open()
    await notes.put('next', { text: 'x' })
    expect((await bed.open()).size).toBe(4)
    expect(bed.reports).toEqual([])
  })

  test('is kept beside the file, but not of every start for ever', async () => {
    for (let start = 0; start < 15; start += 1) {
      await bed.open()
      await bed.close()
      bed.append('torn')
      bed.clock.advance(1000)
    }
    await bed.open()
    expect(bed.disk.list(bed.folder).filter((name) => name.includes('torn-tail'))).toHaveLength(10)
    expect(bed.disk.exists(bed.reports.at(-1)!.keptAs!)).toBe(true)
  })

  test('of a record the snapshot has costs nothing', async () => {
    await bed.fill(3)
    bed.spoil((content) => content.subarray(0, -5))
    const notes = await bed.open()
    expect(notes.get(keyOf(2))).toEqual({ text: 'text 2' })
    expect(bed.kinds).toEqual(['torn-tail', 'restored'])
  })
})

describe('damage in the middle', () => {
  const expectAllBack = async (count: number): Promise<void> => {
    const notes = await bed.open()
    const all = Array.from({ length: count }, (_, i) => [keyOf(i), { text: `text ${i}` }] as const)
    expect(new Map(notes.all())).toEqual(new Map(all))
  }

  test.each([
    ['one bit flipped in a value', 'text 7'],
    ['one bit flipped in an _id', keyOf(7)],
    ['one bit flipped in a field name', '"v"']
  ])('%s', async (_name, place) => {
    await bed.fill(20)
    const spoilt = bed.content()
    const at = spoilt.indexOf(place, lineOf(spoilt, keyOf(7)))
    spoilt[at]! ^= 1
    bed.spoil(() => spoilt)
    await expectAllBack(20)
    expect(bed.kinds).toEqual(['damaged-line', 'restored'])
    expect(bed.content(keptFile('damaged-line')).equals(spoilt)).toBe(true)
    bed.reports.length = 0
    await expectAllBack(20)
    expect(bed.reports).toEqual([])
  })

  test.each([
    ['4 KB of zeros', (c: Buffer) => c.fill(0, 8000, 8000 + 4096)],
    ['the first 9 % zeroed', (c: Buffer) => c.fill(0, 0, Math.floor(c.length * 0.09))],
    ['all of it zeroed', (c: Buffer) => c.fill(0)],
    ['cut in half', (c: Buffer) => c.subarray(0, c.length / 2)],
    ['cut between two lines', (c: Buffer) => c.subarray(0, lineOf(c, keyOf(500)))],
    ['emptied', () => Buffer.alloc(0)],
    ['line ends changed to CRLF', (c: Buffer) => Buffer.from(String(c).replaceAll('\n', '\r\n'))]
  ])('%s', async (_name, spoil) => {
    await bed.fill(999)
    bed.spoil(spoil)
    await expectAllBack(999)
    expect(bed.kinds).toContain('restored')
  })

  test.each([8.3, 11, 60])('%f % of the lines', async (percent) => {
    await bed.fill(999)
    bed.spoil((content) => {
      for (let i = 0; i < percent * 9.99; i += 1) content[lineOf(content, keyOf(i)) + 12]! ^= 4
    })
    await expectAllBack(999)
    expect(bed.kinds).toEqual(['damaged-line', 'restored'])
  })

  test('a line that merged with the next one costs neither', async () => {
    await bed.fill(20)
    bed.spoil((content) => void (content[lineOf(content, keyOf(7)) - 1] = 0x0b))
    await expectAllBack(20)
  })

  test('a record newer than the snapshot is lost, and that is said', async () => {
    await bed.fill(3)
    const notes = await bed.open()
    await notes.put('newer', { text: 'not in the snapshot' })
    await notes.put('last', { text: 'sound' })
    await bed.close()
    bed.spoil((content) => void (content[lineOf(content, 'newer') + 3]! ^= 1))
    const again = await bed.open()
    expect(again.get('newer')).toBeUndefined()
    expect(again.size).toBe(4)
    expect(bed.kinds).toEqual(['damaged-line'])
    expect(bed.reports[0]?.detail).toContain('line 5 ("newer")')
    expect(bed.reports[0]?.detail).toContain('newer changes are lost')
  })

  test('what was removed since the snapshot does not come back', async () => {
    await bed.fill(20)
    await (await bed.open()).remove(keyOf(3))
    await bed.close()
    bed.spoil((content) => void (content[lineOf(content, keyOf(7)) + 3]! ^= 1))
    const notes = await bed.open()
    expect(notes.get(keyOf(3))).toBeUndefined()
    expect(notes.size).toBe(19)
    expect((await bed.open()).get(keyOf(3))).toBeUndefined()
  })

  test('a lost file is made again from the snapshot', async () => {
    await bed.fill(5)
    bed.disk.remove(bed.path)
    await expectAllBack(5)
    expect(bed.kinds).toEqual(['restored'])
  })

  test('a compaction that died before its rename does no harm', async () => {
    await bed.fill(5)
    bed.disk.replaceFile(`${bed.path}~`, 'half a fi')
    await expectAllBack(5)
    expect(bed.reports).toEqual([])
  })
})

describe('a record of an unknown shape', () => {
  test('is set aside and reported, the others stay', async () => {
    await bed.fill(2)
    bed.append(`${sealLine(JSON.stringify({ _id: 'k:odd', v: { text: 7 } }))}\n`)
    const notes = await bed.open()
    expect(notes.size).toBe(2)
    expect(bed.kinds).toEqual(['set-aside'])
    expect(bed.reports[0]?.detail).toContain('"odd" (text: expected a text, found 7)')
    expect(bed.content(keptFile('set-aside')).toString()).toContain('"odd"')
    await bed.open()
    expect(bed.kinds).toEqual(['set-aside'])
  })
})

describe('a failed append', () => {
  test.each([0, 25, 1_000_000])('after %i bytes is heard, and no later one suffers', async (n) => {
    await bed.fill(3)
    const notes = await bed.open()
    appending.failAfter = n
    const failing = notes.put(keyOf(1), { text: 'changed' })
    expect(notes.get(keyOf(1))).toEqual({ text: 'changed' })
    await expect(failing).rejects.toThrow('ENOSPC')
    const after = notes.get(keyOf(1))?.text
    // Where the whole line got there the change has happened, as a reader of the disk would find.
    expect(after).toBe(n > 1000 ? 'changed' : 'text 1')
    expect(bed.kinds).toEqual(['write-failed'])
    await notes.put('later', { text: 'sound' })
    bed.reports.length = 0
    const again = await bed.open()
    expect(again.get('later')).toEqual({ text: 'sound' })
    expect(again.get(keyOf(1))?.text).toBe(after)
    expect(bed.reports).toEqual([])
  })

  test('takes back what is not on disk, and what was built on it', async () => {
    await bed.fill(1)
    const notes = await bed.open()
    appending.failAfter = 10
    const first = notes.put('counter', { text: '1' })
    await Promise.resolve()
    const second = notes.put('counter', { text: '2' })
    await expect(first).rejects.toThrow('ENOSPC')
    await expect(second).rejects.toThrow('ENOSPC')
    expect(notes.all()).toEqual([[keyOf(0), { text: 'text 0' }]])
  })
})

test('a file has one opener', async () => {
  await bed.open()
  const second = new MetaTestbed()
  await expect(second.open({ path: bed.path })).rejects.toThrow('is open already')
  await second.dispose()
})
