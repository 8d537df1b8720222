import * as fs from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { nodeDisk, type Disk } from '../base/disk'
import { formatProperties } from '../protocol/message/properties'
import { EXPIRY_PAUSE_MS } from './cleanCommitLogService'
import {
  faultyDisk,
  diskError,
  message,
  numbers,
  pull,
  putNumbers,
  readAll,
  StoreRig,
  type ConfigDraft,
  type RigOptions
} from './storeRig'

const HOUR = 3_600_000
/** The hour the rig's clock stands at, and another one. */
const HERE = new Date(new ManualClock().now()).getHours()
const THIS_HOUR = String(HERE)
const ANOTHER_HOUR = String((HERE + 5) % 24)

let rig: StoreRig
afterEach(() => rig.dispose())

/** Segments of about 13 messages. */
const start = async (config: Partial<ConfigDraft> = {}, more: RigOptions = {}): Promise<void> => {
  rig = new StoreRig({
    ...more,
    config: { mappedFileSizeCommitLog: 2_000, deleteWhen: THIS_HOUR, ...config }
  })
  await rig.open()
}

const min = (topic = 'T'): number => rig.store.getMinOffsetInQueue(topic, 0)
const deletions = (): string[] =>
  rig.reports.flatMap((report) => (report.kind === 'segment-deleted' ? [report.cause] : []))

describe('expired segments', () => {
  test('go at the hour of deleteWhen, all but the one being written', async () => {
    await start()
    await putNumbers(rig.store, 'T', 0, 100)
    const before = rig.segments()
    await rig.later(72 * HOUR)
    await rig.clean()
    expect(rig.segments()).toEqual(before.slice(-1))
    expect(min()).toBeGreaterThan(80)
    expect(await readAll(rig.store, 'T', 0, min())).toEqual(numbers('T', min(), 100))
    expect(deletions()).toEqual(before.slice(1).map(() => 'expired'))
    expect(rig.store.stats.minPhysicalOffset).toBe(Number(before.at(-1)!.slice(-20)))
  })

  test.each([
    ['a millisecond too early', 72 * HOUR - 10_001, 0],
    ['on time', 72 * HOUR - 10_000, 1]
  ])('are those whose newest message is old enough: %s', async (_name, ms, gone) => {
    await start({ mappedFileSizeCommitLog: 600, deleteWhen: `${THIS_HOUR};${(HERE + 23) % 24}` })
    await putNumbers(rig.store, 'T', 0, 1)
    rig.clock.advance(5)
    await putNumbers(rig.store, 'T', 1, 4)
    rig.clock.advance(5)
    await putNumbers(rig.store, 'T', 4, 8)
    const times = [...Array(8).keys()].map((i) => rig.store.getMessageStoreTimeStamp('T', 0, i))
    const second = Number(rig.segments()[1]!.slice(-20))
    const newest = rig.store
      .getConsumeQueueEntries('T', 0, 0, 8)
      .findLastIndex(({ physicalOffset }) => physicalOffset < second)
    await rig.later(times[newest]! - rig.clock.now() + ms)
    const before = rig.segments().length
    rig.clock.advance(10_000)
    await rig.store.cleanExpiredConsumerQueue()
    expect(before - rig.segments().length).toBe(gone)
  })

  test('are not judged by the time of the file', async () => {
    await start()
    await putNumbers(rig.store, 'T', 0, 100)
    for (const path of rig.segments()) fs.utimesSync(path, 0, 0)
    await rig.clean()
    expect(deletions()).toEqual([])
  })

  test('are told by their own newest message, though the next one came days later', async () => {
    await start()
    await putNumbers(rig.store, 'T', 0, 20)
    await rig.later(48 * HOUR)
    await putNumbers(rig.store, 'T', 20, 60)
    await rig.later(24 * HOUR + 1)
    await rig.clean()
    expect(deletions()).toEqual(['expired'])
    expect(min()).toBeLessThan(20)
  })

  test('stay at another hour, unless somebody deletes by hand', async () => {
    await start({ deleteWhen: ANOTHER_HOUR })
    await putNumbers(rig.store, 'T', 0, 100)
    await rig.later(72 * HOUR)
    await rig.clean()
    expect(deletions()).toEqual([])
    rig.store.executeDeleteFilesManually()
    await rig.clean()
    expect(rig.segments()).toHaveLength(1)
  })

  test('go at any hour from the first watermark on', async () => {
    await start({ deleteWhen: ANOTHER_HOUR })
    await putNumbers(rig.store, 'T', 0, 100)
    await rig.later(72 * HOUR)
    rig.config.gantryStoreQuota = Math.floor(rig.store.stats.space.usedBytes / 0.8)
    await rig.clean()
    expect(deletions()).toContain('expired')
    expect(deletions()).not.toContain('quota')
    const { usedBytes, quotaBytes } = rig.store.stats.space
    expect(usedBytes / quotaBytes).toBeLessThanOrEqual(0.75)
  })

  test('go one at a time', async () => {
    await start()
    await putNumbers(rig.store, 'T', 0, 100)
    await rig.later(72 * HOUR)
    const before = rig.segments().length
    rig.clock.advance(10_000)
    await rig.store.cleanExpiredConsumerQueue()
    expect(rig.segments()).toHaveLength(before - 1)
    rig.clock.advance(99)
    await rig.store.cleanExpiredConsumerQueue()
    expect(rig.segments()).toHaveLength(before - 1)
    rig.clock.advance(1)
    await rig.store.cleanExpiredConsumerQueue()
    expect(rig.segments()).toHaveLength(before - 2)
  })

  test('wait while the wall clock has jumped', async () => {
    await start({ cleanResourceInterval: 600_000 })
    await putNumbers(rig.store, 'T', 0, 100)
    await rig.later(0)
    rig.clock.advance(600_000)
    await rig.store.cleanExpiredConsumerQueue()
    const { clock } = rig
    const now = clock.now.bind(clock)
    clock.now = () => now() + 100 * 24 * HOUR
    clock.wall = () => clock.now()
    rig.config.deleteWhen = [...Array(24).keys()].join(';')
    for (let waited = 0; waited <= EXPIRY_PAUSE_MS; waited += 600_000) {
      expect(deletions()).toEqual([])
      clock.advance(600_000)
      await rig.store.cleanExpiredConsumerQueue()
    }
    expect(deletions()).toEqual(['expired'])
  })
})

describe('a virtual clock set ahead', () => {
  const ahead = async (days: number): Promise<void> => {
    const { clock } = rig
    clock.advance(rig.config.cleanResourceInterval)
    await rig.store.cleanExpiredConsumerQueue()
    // What it shows has gone ahead, the machine's clock has not.
    const now = clock.now.bind(clock)
    clock.now = () => now() + days * 24 * HOUR
  }

  test('past an hour of deleteWhen lets everything expire that is too old then, without a pause', async () => {
    await start({ deleteWhen: ANOTHER_HOUR })
    await putNumbers(rig.store, 'T', 0, 100)
    await ahead(4)
    await rig.clean()
    expect(rig.segments()).toHaveLength(1)
    expect(deletions()).toContain('expired')
  })

  test('by less than what is kept deletes nothing', async () => {
    await start({ deleteWhen: ANOTHER_HOUR })
    await putNumbers(rig.store, 'T', 0, 100)
    await ahead(2)
    await rig.clean()
    expect(deletions()).toEqual([])
  })
})

describe('after a deletion', () => {
  const fill = async (options: RigOptions = {}): Promise<void> => {
    await start({ mappedFileSizeConsumeQueue: 200 }, options)
    await putNumbers(rig.store, 'gone', 0, 5)
    for (let n = 0; n < 100; n += 10) {
      rig.clock.advance(1_000)
      await putNumbers(rig.store, 'T', n, n + 10, {
        properties: formatProperties([['KEYS', `k${n}`]])
      })
    }
    await rig.later(72 * HOUR)
  }

  test('queues, times and offsets begin where the log does', async () => {
    await fill()
    await rig.clean()
    const first = min()
    expect(first).toBeGreaterThan(0)
    const time = rig.store.getMessageStoreTimeStamp('T', 0, first)
    expect(rig.store.getMessageStoreTimeStamp('T', 0, first - 1)).toBe(-1)
    expect(rig.store.getEarliestMessageTime('T', 0)).toBe(time)
    expect(rig.store.getOffsetInQueueByTime('T', 0, 0, 'LOWER')).toBe(first)
    expect(rig.store.stats.earliestStoreTimestamp).toBe(time)
    expect(rig.store.getMinOffsetInQueue('gone', 0)).toBe(5)
    expect(rig.store.getMaxOffsetInQueue('gone', 0)).toBe(5)
    expect(rig.store.getOffsetInQueueByTime('gone', 0, 0, 'LOWER')).toBe(5)
    expect(rig.store.getEarliestMessageTime('gone', 0)).toBe(-1)
  })

  test('a pull below the new minimum is told it, and what is gone is not found and no damage', async () => {
    await fill()
    const places = rig.store.getConsumeQueueEntries('T', 0, 0, 1)
    await rig.clean()
    expect(await pull(rig.store, { topic: 'T' })).toMatchObject({
      ...{ status: 'OFFSET_TOO_SMALL', nextBeginOffset: min(), minOffset: min(), maxOffset: 100 }
    })
    expect(await pull(rig.store, { topic: 'gone' })).toMatchObject({
      ...{ status: 'OFFSET_TOO_SMALL', nextBeginOffset: 5 }
    })
    expect(await pull(rig.store, { topic: 'gone', offset: 5 })).toMatchObject({
      status: 'OFFSET_OVERFLOW_ONE'
    })
    expect(rig.store.lookMessageByOffset(places[0]!.physicalOffset)).toBeUndefined()
    const query = { topic: 'T', maxNum: 10, beginTimestamp: 0, endTimestamp: Infinity }
    expect((await rig.store.queryMessage({ ...query, key: 'k0' })).messages).toEqual([])
    expect((await rig.store.queryMessage({ ...query, key: 'k90' })).messages).not.toEqual([])
    expect(rig.reports.filter(({ kind }) => kind === 'damage')).toEqual([])
  })

  test('files of consume queues that lie wholly before go', async () => {
    await fill()
    const before = rig.queueFiles().length
    await rig.clean()
    expect(rig.queueFiles().length).toBeLessThan(before / 2)
  })

  test.each([
    ['a restart', false, () => rig.reopen()],
    ['a kill', false, () => rig.crash()],
    ['a kill without checkpoint', true, () => rig.crash()]
  ])('everything is so still after %s', async (_name, isLost, restart) => {
    await fill()
    await rig.clean()
    const first = min()
    if (isLost) fs.rmSync(rig.checkpoint)
    await restart()
    expect(min()).toBe(first)
    expect(await readAll(rig.store, 'T', 0, first)).toEqual(numbers('T', first, 100))
    expect(rig.store.getMinOffsetInQueue('gone', 0)).toBe(5)
    expect(rig.store.getMaxOffsetInQueue('gone', 0)).toBe(5)
    expect(rig.reports.filter(({ kind }) => kind !== 'queue-rebuilt')).toEqual([])
    const put = await rig.store.putMessage(message('gone', 'next'))
    expect(put).toMatchObject({ status: 'PUT_OK', queueOffset: 5 })
    expect(await readAll(rig.store, 'gone', 0, 5)).toEqual(['next'])
    await rig.crash()
    expect(await readAll(rig.store, 'gone', 0, 5)).toEqual(['next'])
  })

  test('of a topic that was deleted and made again nothing old is remembered', async () => {
    await fill()
    await rig.clean()
    rig.store.deleteTopic('gone')
    rig.registry.renew('gone', rig.store.stats.maxPhysicalOffset)
    fs.rmSync(rig.checkpoint, { force: true })
    await rig.crash()
    expect(rig.store.getMaxOffsetInQueue('gone', 0)).toBe(0)
  })

  test('a file that cannot be removed is tried again before any other goes', async () => {
    const disk = faultyDisk()
    await fill({ disk })
    const before = rig.segments()
    disk.fault = (what) => {
      if (what === 'unlink') throw diskError('EBUSY')
    }
    await rig.clean()
    expect(rig.segments()).toEqual(before)
    expect(min()).toBeGreaterThan(0)
    disk.fault = () => undefined
    await rig.clean()
    await rig.clean()
    expect(rig.segments()).toEqual(before.slice(-1))
  })

  test('a queue whose entries cannot be read keeps them', async () => {
    const disk = faultyDisk()
    await start({}, { disk })
    await putNumbers(rig.store, 'T', 0, 450)
    await rig.later(72 * HOUR)
    disk.fault = (what, path) => {
      if (what === 'read' && path.includes('consumequeue')) throw diskError('EIO')
    }
    await rig.clean()
    expect(min()).toBe(0)
    disk.fault = () => undefined
    await rig.store.cleanExpiredConsumerQueue()
    expect(min()).toBeGreaterThan(0)
  })
})

test('a pull under way on a segment that is deleted is answered', async () => {
  const gates: (() => void)[] = []
  let isGated = false
  const disk: Disk = {
    ...nodeDisk,
    open: (path, flags) => {
      const file = nodeDisk.open(path, flags)
      const readAsync = file.readAsync.bind(file)
      return Object.assign(file, {
        readAsync: async (...args: Parameters<typeof readAsync>) => {
          if (isGated) await new Promise<void>((resolve) => gates.push(resolve))
          return readAsync(...args)
        }
      })
    }
  }
  rig = new StoreRig({
    disk,
    config: { mappedFileSizeCommitLog: 200_000, deleteWhen: THIS_HOUR },
    limits: { arenaChunkBytes: 1, hotTailBytes: 0 }
  })
  await rig.open()
  for (let i = 0; i < 4; i++)
    await rig.store.putMessage(message('T', Buffer.alloc(90_000, String(i))))
  await rig.later(72 * HOUR)
  isGated = true
  const answer = pull(rig.store, { topic: 'T', maxMsgNums: 1 })
  const second = pull(rig.store, { topic: 'T', offset: 1, maxMsgNums: 1 })
  expect(gates).toHaveLength(2)
  await rig.clean()
  expect(min()).toBe(2)
  isGated = false
  for (const open of gates) open()
  for (const pulled of [await answer, await second])
    expect(pulled).toMatchObject({ status: 'OFFSET_TOO_SMALL', nextBeginOffset: 2, minOffset: 2 })
  expect(await pull(rig.store, { topic: 'T' })).toMatchObject({ status: 'OFFSET_TOO_SMALL' })
  expect(rig.reports.filter(({ kind }) => kind === 'damage')).toEqual([])
})

test('dead entries in front of a long consume queue file are given back', async () => {
  await start({ mappedFileSizeCommitLog: 2_000_000 })
  for (let n = 0; n < 40_000; n += 2_000) await putNumbers(rig.store, 'T', n, n + 2_000)
  await rig.later(72 * HOUR)
  const before = fs.statSync(rig.queueFiles()[0]!).size
  await rig.clean()
  const first = min()
  expect(first).toBeGreaterThan(20_000)
  expect(rig.queueFiles()).toHaveLength(1)
  expect(fs.statSync(rig.queueFiles()[0]!).size).toBe(before - first * 20)
  expect(await readAll(rig.store, 'T', 0, 39_990)).toEqual(numbers('T', 39_990, 40_000))
  await rig.crash()
  expect(await readAll(rig.store, 'T', 0, first)).toHaveLength(40_000 - first)
  expect(rig.reports).toEqual([])
})

test('the mark of a newer version is refused, a damaged one is not used', async () => {
  await start()
  await putNumbers(rig.store, 'T', 0, 100)
  await rig.later(72 * HOUR)
  await rig.clean()
  await rig.close()
  const path = join(rig.folder, 'retention')
  const [text = ''] = fs.readFileSync(path, 'utf8').split('\n')
  const newer = text.replace('"version":1', '"version":2')
  fs.writeFileSync(path, `${newer}\n${crc32(newer).toString(16).padStart(8, '0')}\n`)
  await expect(rig.open()).rejects.toThrow('use a newer Gantry')
  fs.writeFileSync(path, newer)
  await rig.open()
  expect(await readAll(rig.store, 'T', 0, min())).toHaveLength(100 - min())
})
