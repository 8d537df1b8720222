import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeDisk } from '../base/disk'
import { readLong } from '../protocol/message/messageCodec'
import type { QueueState } from './checkpoint'
import { ConsumeQueue, newSpan } from './consumeQueue'
import { ConsumeQueueFiles, ENTRY_BYTES } from './consumeQueueFiles'
import { FileCache } from './fileCache'
import { PageCache } from './pageCache'

let folder: string
let cache: FileCache

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'gantry-queue-'))
  cache = new FileCache(nodeDisk, 4)
})
afterEach(() => {
  cache.closeAll()
  fs.rmSync(folder, { recursive: true })
})

const queueFolder = (): string => join(folder, '1', '0')
const newQueue = (fileBytes = 6_000_000): ConsumeQueue =>
  new ConsumeQueue(
    'T',
    0,
    1,
    0,
    new ConsumeQueueFiles(nodeDisk, cache, queueFolder(), () => fileBytes),
    new PageCache(3)
  )

/** Entry `i` lies at 1000 + 100 i. */
const append = (queue: ConsumeQueue, count: number): void => {
  for (let i = 0; i < count; i++) {
    const index = queue.maxOffset
    if (queue.append(1_000 + index * 100, 50 + index, -index)) queue.flush()
  }
}

const entryAt = (queue: ConsumeQueue, index: number): number[] | undefined => {
  const span = newSpan()
  if (!queue.locate(index, span)) return undefined
  const { buffer, at } = span
  return [readLong(buffer, at), buffer.readInt32BE(at + 8), readLong(buffer, at + 12)]
}

const expectEntries = (queue: ConsumeQueue, from: number, to: number): void => {
  for (let i = from; i < to; i++)
    expect(entryAt(queue, i)).toEqual([1_000 + i * 100, 50 + i, i === 0 ? 0 : -i])
  expect(entryAt(queue, from - 1)).toBeUndefined()
  expect(entryAt(queue, to)).toBeUndefined()
}

describe('entries', () => {
  test("lie in the files in RocketMQ's layout", () => {
    const queue = newQueue()
    append(queue, 3)
    queue.flush()
    const bytes = fs.readFileSync(join(queueFolder(), '00000000000000000000'))
    expect(bytes.subarray(20, 40).toString('hex')).toBe(
      '000000000000044c' + '00000033' + 'ffffffffffffffff'
    )
  })

  test.each([1, 199, 200, 201, 400, 999])('%i of them are read back', (count) => {
    for (const fileBytes of [6_000_000, 4_000, 2_220, 100]) {
      const queue = newQueue(fileBytes)
      append(queue, count)
      expectEntries(queue, 0, count)
      queue.flush()
      expectEntries(queue, 0, count)
      queue.release()
      expectEntries(queue, 0, count)
      append(queue, 7)
      expectEntries(queue, 0, count + 7)
      const again = newQueue(fileBytes)
      expect(again.load(queue.state())).toBe(true)
      expectEntries(again, 0, queue.state().maxOffset)
      queue.clear()
      expect(fs.existsSync(queueFolder())).toBe(false)
    }
  })

  test('cross files at the size that was configured', () => {
    const queue = newQueue(100)
    append(queue, 12)
    queue.flush()
    expect(fs.readdirSync(queueFolder())).toEqual([
      '00000000000000000000',
      '00000000000000000100',
      '00000000000000000200'
    ])
  })

  test('begin at any index', () => {
    const queue = newQueue(200)
    queue.startFrom(1_234, 1_234)
    append(queue, 500)
    queue.flush()
    queue.release()
    expectEntries(queue, 1_234, 1_734)
    const again = newQueue(200)
    expect(again.load(queue.state())).toBe(true)
    expect([again.minOffset, again.maxOffset, again.nextOffset]).toEqual([1_234, 1_734, 1_734])
    expectEntries(again, 1_234, 1_734)
  })

  test('of an empty queue keep their place', () => {
    const queue = newQueue()
    queue.startFrom(50, 50)
    const again = newQueue()
    expect(again.load(queue.state())).toBe(true)
    append(again, 1)
    expectEntries(again, 50, 51)
  })

  test('are found by physical offset', () => {
    const queue = newQueue(100)
    append(queue, 500)
    const found = [0, 1_000, 1_001, 1_100, 40_050, 50_900, 50_901].map((p) =>
      queue.indexOfPhysical(p)
    )
    expect(found).toEqual([0, 0, 1, 1, 391, 499, 500])
  })
})

describe('truncating', () => {
  test.each([0, 1, 5, 150, 200, 250, 499])('to %i forgets what lies behind', (index) => {
    const queue = newQueue(2_220)
    append(queue, 500)
    queue.flush()
    expectEntries(queue, 0, 500)
    queue.truncate(index)
    expectEntries(queue, 0, index)
    for (let i = 0; i < 3; i++) queue.append(7_000_000 + i, 1, 1)
    queue.flush()
    queue.release()
    const again = newQueue(2_220)
    expect(again.load(queue.state())).toBe(true)
    for (const reader of [queue, again]) {
      if (index > 0) expect(entryAt(reader, index - 1)?.[1]).toBe(50 + index - 1)
      for (let i = 0; i < 3; i++) expect(entryAt(reader, index + i)).toEqual([7_000_000 + i, 1, 1])
      expect(entryAt(reader, index + 3)).toBeUndefined()
    }
  })
})

describe('loading', () => {
  const states = (): QueueState => {
    const queue = newQueue(2_000)
    append(queue, 350)
    queue.flush()
    const { files, ...rest } = queue.state()
    return { ...rest, files: files.map((f) => ({ ...f })) }
  }

  test('refuses files that are not what was written', () => {
    const state = states()
    const path = join(queueFolder(), '00000000000000002000')
    const bytes = fs.readFileSync(path)
    for (const damaged of [bytes.subarray(0, -1), Buffer.alloc(bytes.length), Buffer.alloc(0)]) {
      fs.writeFileSync(path, damaged)
      cache.closeAll()
      expect(newQueue(2_000).load(state)).toBe(false)
    }
    fs.rmSync(path)
    cache.closeAll()
    expect(newQueue(2_000).load(state)).toBe(false)
    fs.writeFileSync(path, bytes)
    expect(newQueue(2_000).load(state)).toBe(true)
  })

  test('refuses a gap between files', () => {
    const { files, ...rest } = states()
    expect(newQueue(2_000).load({ ...rest, files: [files[0]!, files[2]!] })).toBe(false)
  })

  test('cuts what was written after', () => {
    const state = states()
    const path = join(queueFolder(), '00000000000000006000')
    fs.appendFileSync(path, Buffer.alloc(45, 9))
    const queue = newQueue(2_000)
    expect(queue.load(state)).toBe(true)
    expect(fs.statSync(path).size).toBe(50 * ENTRY_BYTES)
    expectEntries(queue, 0, 350)
  })
})

describe('a queue whose files cannot be written', () => {
  test('keeps its entries in memory and writes them later', () => {
    const queue = newQueue()
    fs.writeFileSync(join(folder, '1'), 'in the way')
    for (let i = 0; i < 700; i++) queue.append(1_000 + i * 100, 50 + i, -i)
    expect(() => queue.flush()).toThrow()
    expectEntries(queue, 0, 700)
    fs.rmSync(join(folder, '1'))
    queue.flush()
    queue.release()
    expectEntries(queue, 0, 700)
  })
})
