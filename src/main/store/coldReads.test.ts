import { afterEach, describe, expect, test } from 'vitest'
import { nodeDisk, type Disk } from '../base/disk'
import { decodeMessage } from '../protocol/message/messageCodec'
import type { StoreLimits } from './limits'
import { message, numbers, pull, putNumbers, readAll, StoreRig, type RigOptions } from './storeRig'

let rig: StoreRig | undefined
afterEach(() => rig?.dispose())

const open = (limits: Partial<StoreLimits>, disk?: Disk) => {
  const options: RigOptions = { limits: { arenaChunkBytes: 400, hotTailBytes: 1200, ...limits } }
  rig = new StoreRig(disk === undefined ? options : { ...options, disk })
  return rig.open()
}

const bodies = (messages: readonly Buffer[]): string[] =>
  messages.map((bytes) => decodeMessage(bytes).body.toString('utf8'))

/** The real disk, its reads of the log counted or refused. */
const logReads = (onReadAsync: () => void, onRead: () => void = () => undefined): Disk => ({
  ...nodeDisk,
  open: (path, flags) => {
    const file = nodeDisk.open(path, flags)
    if (!path.includes('commitlog')) return file
    const read = file.read.bind(file)
    const readAsync = file.readAsync.bind(file)
    file.read = (...args) => (onRead(), read(...args))
    file.readAsync = async (...args) => (onReadAsync(), readAsync(...args))
    return file
  }
})

test('what was read stays as it was while the memory it came from is used again', async () => {
  const store = await open({ hotTailBytes: 2400, coldBlockBytes: 500, coldBlocks: 2 })
  await putNumbers(store, 'T', 0, 40)
  const physicalOffset = store.getConsumeQueueEntries('T', 0, 39, 1)[0]!.physicalOffset
  const looked = store.lookMessageByOffset(physicalOffset)!
  // Its first messages come from blocks, its last ones from the hot tail.
  const mixed = await pull(store, { topic: 'T', offset: 12 })
  const hot = await pull(store, { topic: 'T', offset: 37 })
  for (let from = 40; from < 200; from += 10) await putNumbers(store, 'T', from, from + 10)
  expect(await readAll(store, 'T')).toEqual(numbers('T', 0, 200))
  expect(bodies(mixed.messages)).toEqual(numbers('T', 12, 40))
  expect(bodies(hot.messages)).toEqual(numbers('T', 37, 40))
  expect(bodies([looked])).toEqual(['T-39'])
})

describe.each([150, 400, 1000, 262_144])('with blocks of %i bytes', (coldBlockBytes) => {
  test.each([1, 2, 3, 32])('and %i of them every message comes back', async (coldBlocks) => {
    const store = await open({ coldBlockBytes, coldBlocks })
    for (let i = 0; i < 60; i++) {
      for (const queueId of [0, 1, 2]) await putNumbers(store, 'T', i, i + 1, { queueId })
      if (i % 20 === 10)
        await store.putMessage(message('T', Buffer.alloc(1500, 'x'), { queueId: 3 }))
    }
    const read = await Promise.all([0, 1, 2, 3].map((queueId) => readAll(store, 'T', queueId)))
    for (const queueId of [0, 1, 2]) expect(read[queueId]).toEqual(numbers('T', 0, 60))
    expect(read[3]).toEqual(Array.from({ length: 3 }, () => 'x'.repeat(1500)))
    expect(rig!.reports).toEqual([])
  })
})

test('one read serves the queues that lie mixed in a block', async () => {
  let reads = 0
  const count = (): void => void reads++
  const store = await open({ coldBlockBytes: 4096 }, logReads(count, count))
  for (let i = 0; i < 100; i++)
    for (const queueId of [0, 1, 2, 3]) await putNumbers(store, 'T', i, i + 1, { queueId })
  reads = 0
  await Promise.all([0, 1, 2, 3].map((queueId) => readAll(store, 'T', queueId)))
  const blocks = Math.ceil(store.stats.maxPhysicalOffset / 4096)
  expect(reads).toBeGreaterThan(blocks / 2)
  expect(reads).toBeLessThanOrEqual(blocks + 1)
})

test('messages far apart are read alone', async () => {
  let blocks = 0
  const store = await open(
    { coldBlockBytes: 4096 },
    logReads(() => blocks++)
  )
  for (let i = 0; i < 5; i++) {
    await putNumbers(store, 'T', i, i + 1)
    await putNumbers(store, 'Other', i * 40, i * 40 + 40)
  }
  expect(await readAll(store, 'T')).toEqual(numbers('T', 0, 5))
  expect(blocks).toBe(0)
})

test('a block that was read while the log was shorter is read on', async () => {
  const store = await open({ hotTailBytes: 0 })
  for (let i = 0; i < 30; i++) {
    await putNumbers(store, 'T', i, i + 1)
    // Another one ends the segment's newest buffer, so that the first is read from the file.
    await putNumbers(store, 'Other', i * 4, i * 4 + 4)
    expect(await readAll(store, 'T')).toEqual(numbers('T', 0, i + 1))
  }
})

test('what the disk refuses as a block is read message by message', async () => {
  let refused = 0
  const disk = logReads(() => {
    refused++
    throw new Error('EIO: played by the test')
  })
  const store = await open({ coldBlockBytes: 1000 }, disk)
  await putNumbers(store, 'T', 0, 50)
  expect(await readAll(store, 'T')).toEqual(numbers('T', 0, 50))
  expect(refused).toBeGreaterThan(0)
  expect(rig!.reports).toEqual([])
})
