import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeMessage, MessagePosition } from '../protocol/message/messageCodec'
import { TRAILER_BYTES } from './recordCodec'
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES } from './segmentFile'
import { flipBit, message, numbers, pull, putNumbers, readAll, StoreRig } from './storeRig'

let rig: StoreRig

beforeEach(async () => {
  rig = new StoreRig()
  await rig.open()
})
afterEach(() => rig.dispose())

const logFile = (): string => rig.segments().at(-1)!
const physicalOffsets = (topic: string, count: number): number[] =>
  rig.store.getConsumeQueueEntries(topic, 0, 0, count).map((e) => e.physicalOffset)

describe('a torn tail', () => {
  test('cut at every byte of the last four records keeps all whole ones', async () => {
    await putNumbers(rig.store, 'T', 0, 8)
    const starts = physicalOffsets('T', 8)
    await rig.close()
    const whole = fs.readFileSync(logFile())
    const ends = [...starts.slice(1), whole.length]
    for (let size = starts[4]!; size < whole.length; size++) {
      fs.writeFileSync(logFile(), whole.subarray(0, size))
      const kept = ends.filter((end) => end <= size).length
      const store = await rig.crash()
      expect(store.getMaxOffsetInQueue('T', 0)).toBe(kept)
      const physicalOffset = starts[kept]!
      const bytes = size - physicalOffset
      expect(rig.reports.filter((r) => r.kind === 'tail-cut')).toEqual(
        bytes === 0 ? [] : [{ kind: 'tail-cut', physicalOffset, bytes }]
      )
      // The checkpoint knew more of the log.
      for (const report of rig.reports)
        if (report.kind === 'damage') expect(report).toMatchObject({ physicalOffset })
      await putNumbers(store, 'T', 100, 101)
      await rig.crash()
      expect(rig.reports).toEqual([])
      expect(await readAll(rig.store, 'T')).toEqual([...numbers('T', 0, kept), 'T-100'])
      await rig.close()
    }
  }, 60_000)

  test.each([
    ['zeros', (size: number) => Buffer.alloc(size)],
    ['ones', (size: number) => Buffer.alloc(size, 0xff)],
    ['magics', (size: number) => Buffer.alloc(size, Buffer.from('daa320a7', 'hex'))]
  ])('of %s is cut', async (_name, fill) => {
    await putNumbers(rig.store, 'T', 0, 20)
    rig.abandon()
    for (const bytes of [1, 35, 36, 1_000, 3_000_000]) {
      const end = fs.statSync(logFile()).size
      fs.appendFileSync(logFile(), fill(bytes))
      await rig.crash()
      expect(rig.reports).toEqual([{ kind: 'tail-cut', physicalOffset: end, bytes }])
      expect(fs.statSync(logFile()).size).toBe(end)
      rig.abandon()
    }
    await rig.open()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 20))
  })

  test('of an older record at a wrong place is cut', async () => {
    await putNumbers(rig.store, 'T', 0, 3)
    const starts = physicalOffsets('T', 3)
    rig.abandon()
    const bytes = fs.readFileSync(logFile())
    fs.appendFileSync(logFile(), bytes.subarray(starts[1], starts[2]))
    await rig.open()
    expect(rig.reports).toMatchObject([{ kind: 'tail-cut', physicalOffset: bytes.length }])
    expect(rig.store.getMaxOffsetInQueue('T', 0)).toBe(3)
  })

  test('of a segment that was just being made is forgotten', async () => {
    await putNumbers(rig.store, 'T', 0, 3)
    rig.abandon()
    const end = fs.statSync(logFile()).size
    for (const bytes of [0, 1, SEGMENT_HEADER_BYTES - 1, SEGMENT_HEADER_BYTES]) {
      const path = join(rig.folder, 'commitlog', String(end).padStart(20, '0'))
      fs.writeFileSync(path, encodeSegmentHeader(end).subarray(0, bytes))
      const store = await rig.crash()
      expect(rig.reports).toEqual([])
      expect(store.getMaxOffsetInQueue('T', 0)).toBe(3)
      expect(rig.segments()).toHaveLength(bytes === SEGMENT_HEADER_BYTES ? 2 : 1)
    }
    await putNumbers(rig.store, 'T', 3, 5)
    await rig.crash()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 5))
  })
})

describe('damage in the middle', () => {
  /** Positions in a record of a message of three bytes, topic of one. */
  const fields = {
    ...MessagePosition,
    STORE_TIMESTAMP: 56,
    STORE_HOST: 64,
    RECONSUME_TIMES: 72,
    PREPARED_TRANSACTION_OFFSET: 76,
    BODY_LENGTH: 84,
    BODY: 88,
    TOPIC_LENGTH: 91,
    TOPIC: 92,
    PROPERTIES_LENGTH: 93,
    PROPERTIES: 95,
    TAGS_CODE: 105,
    CRC: 113
  }

  test.each(Object.entries(fields))('in %s costs that record alone', async (_field, position) => {
    for (let i = 0; i < 10; i++)
      await rig.store.putMessage(message('T', `T-${i}`, { tags: 'abcd' }))
    const starts = physicalOffsets('T', 10)
    expect(starts[5]! - starts[4]!).toBe(105 + TRAILER_BYTES)
    await rig.close()
    const sound = `${rig.folder}-sound`
    fs.cpSync(rig.folder, sound, { recursive: true })
    for (const bit of [0, 7])
      for (const how of ['by the reader', 'by the walk']) {
        flipBit(logFile(), starts[4]! + position, bit)
        if (how === 'by the walk') fs.rmSync(rig.checkpoint)
        const store = await rig.open()
        const expected = numbers('T', 0, 10).filter((body) => body !== 'T-4')
        expect(await readAll(store, 'T')).toEqual(expected)
        expect(await readAll(store, 'T', 0, 4)).toEqual(numbers('T', 5, 10))
        expect(store.lookMessageByOffset(starts[4]!)).toBeUndefined()
        expect(store.getMaxOffsetInQueue('T', 0)).toBe(10)
        // Told once, with its trailer by the walk.
        const bytes = how === 'by the walk' ? starts[5]! - starts[4]! : 105
        expect(rig.reports).toEqual([{ kind: 'damage', physicalOffset: starts[4], bytes }])
        await rig.close()
        fs.rmSync(rig.folder, { recursive: true })
        fs.cpSync(sound, rig.folder, { recursive: true })
      }
    fs.rmSync(sound, { recursive: true })
  })

  test('over several records is one hole; offsets stay as they were', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    await putNumbers(rig.store, 'U', 0, 3)
    await putNumbers(rig.store, 'T', 5, 10)
    const starts = physicalOffsets('T', 10)
    rig.abandon()
    const bytes = fs.readFileSync(logFile())
    bytes.fill(0, starts[3]! + 10, starts[7]! - 10)
    fs.writeFileSync(logFile(), bytes)
    const store = await rig.open()
    expect(rig.reports).toEqual([
      { kind: 'damage', physicalOffset: starts[3], bytes: starts[7]! - starts[3]! }
    ])
    expect(await readAll(store, 'T')).toEqual([...numbers('T', 0, 3), ...numbers('T', 7, 10)])
    const first = await pull(store, { topic: 'T', offset: 3 })
    expect(first).toMatchObject({ status: 'FOUND', nextBeginOffset: 10, queueOffsets: [7, 8, 9] })
    const onlyHoles = await pull(store, { topic: 'T', offset: 4, maxMsgNums: 1 })
    expect(onlyHoles.queueOffsets).toEqual([7])
    expect(store.getMaxOffsetInQueue('U', 0)).toBe(0)
  })

  test('says MESSAGE_WAS_REMOVING and goes on where all that was scanned is damaged', async () => {
    await putNumbers(rig.store, 'T', 0, 3)
    const starts = physicalOffsets('T', 3)
    await rig.close()
    flipBit(logFile(), starts[2]! + 50)
    const store = await rig.open()
    expect(await pull(store, { topic: 'T', offset: 2 })).toMatchObject({
      status: 'MESSAGE_WAS_REMOVING',
      nextBeginOffset: 3
    })
    expect(store.getOffsetInQueueByTime('T', 0, rig.clock.now(), 'UPPER')).toBe(1)
    expect(store.getMessageStoreTimeStamp('T', 0, 2)).toBe(-1)
  })

  test('does not let a message inside a body pass for one of the log', async () => {
    await putNumbers(rig.store, 'T', 0, 1)
    const inner = rig.store.lookMessageByOffset(physicalOffsets('T', 1)[0]!)!
    await rig.store.putMessage(message('T', inner))
    await putNumbers(rig.store, 'T', 2, 3)
    const starts = physicalOffsets('T', 3)
    rig.abandon()
    flipBit(logFile(), starts[1]!)
    const store = await rig.open()
    expect(await readAll(store, 'T')).toEqual(['T-0', 'T-2'])
    expect(rig.reports).toEqual([
      { kind: 'damage', physicalOffset: starts[1], bytes: starts[2]! - starts[1]! }
    ])
  })

  test('of a segment header is put right', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    await rig.close()
    flipBit(logFile(), 9)
    await rig.open()
    expect(rig.reports).toEqual([
      { kind: 'damage', physicalOffset: 0, bytes: SEGMENT_HEADER_BYTES }
    ])
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 5))
    await rig.reopen()
    expect(rig.reports).toEqual([])
  })

  test('is not served to a reader of a page it came to later', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    const starts = physicalOffsets('T', 5)
    const store = await rig.reopen()
    flipBit(logFile(), starts[1]! + 88)
    expect(await readAll(store, 'T')).toEqual(['T-0', 'T-2', 'T-3', 'T-4'])
    await readAll(store, 'T')
    expect(rig.reports).toHaveLength(1)
  })
})

describe('several segments', () => {
  beforeEach(async () => {
    await rig.dispose()
    rig = new StoreRig({ config: { mappedFileSizeCommitLog: 4_096 } })
    await rig.open()
  })

  test('follow each other without a gap and hold whole records', async () => {
    await putNumbers(rig.store, 'T', 0, 100)
    const sizes = rig.segments().map((path) => fs.statSync(path).size)
    expect(sizes.length).toBeGreaterThan(2)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4_096)
    let base = 0
    for (const [i, path] of rig.segments().entries()) {
      expect(Number(path.slice(-20))).toBe(base)
      base += sizes[i]!
    }
    expect(rig.store.stats).toMatchObject({ minPhysicalOffset: 0, maxPhysicalOffset: base })
    for (const again of [() => rig.reopen(), () => rig.crash()]) {
      await again()
      expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 100))
    }
  })

  test('are not cut by a bad end of one in the middle', async () => {
    await putNumbers(rig.store, 'T', 0, 100)
    rig.abandon()
    const second = rig.segments()[1]!
    fs.truncateSync(second, fs.statSync(second).size - 5)
    const store = await rig.open()
    const bodies = await readAll(store, 'T')
    expect(bodies).toHaveLength(99)
    expect(store.getMaxOffsetInQueue('T', 0)).toBe(100)
    expect(rig.reports).toMatchObject([{ kind: 'damage' }])
    expect(rig.segments().length).toBeGreaterThan(2)
  })

  test('survive the loss of one', async () => {
    await putNumbers(rig.store, 'T', 0, 100)
    await rig.close()
    fs.rmSync(rig.segments()[1]!)
    for (const withCheckpoint of [true, false]) {
      if (!withCheckpoint) fs.rmSync(rig.checkpoint)
      const store = await rig.open()
      const bodies = await readAll(store, 'T')
      expect(bodies.length).toBeLessThan(100)
      expect([bodies[0], bodies.at(-1)]).toEqual(['T-0', 'T-99'])
      expect(store.getMaxOffsetInQueue('T', 0)).toBe(100)
      await rig.close()
    }
  })

  test('of which the last was lost begin again behind what is left', async () => {
    await putNumbers(rig.store, 'T', 0, 100)
    await rig.close()
    fs.rmSync(rig.segments().at(-1)!)
    const store = await rig.open()
    const left = store.getMaxOffsetInQueue('T', 0)
    expect(left).toBeLessThan(100)
    await putNumbers(store, 'T', left, 120)
    await rig.crash()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 120))
  })

  test('without the first ones begin a queue at the offset that is left', async () => {
    await putNumbers(rig.store, 'T', 0, 100)
    await rig.close()
    fs.rmSync(rig.segments()[0]!)
    fs.rmSync(rig.checkpoint)
    const store = await rig.open()
    const min = store.getMinOffsetInQueue('T', 0)
    expect(min).toBeGreaterThan(0)
    expect(await pull(store, { topic: 'T', offset: 0 })).toMatchObject({
      status: 'OFFSET_TOO_SMALL',
      nextBeginOffset: min
    })
    const found = await pull(store, { topic: 'T', offset: min, maxMsgNums: 1 })
    expect(decodeMessage(found.messages[0]!).queueOffset).toBe(min)
    await rig.reopen()
    expect(await readAll(rig.store, 'T', 0, min)).toEqual(numbers('T', min, 100))
  })
})

describe('a newer format', () => {
  test('of a segment is refused before anything is written', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    await rig.close()
    const bytes = fs.readFileSync(logFile())
    encodeSegmentHeader(0, 3).copy(bytes)
    fs.writeFileSync(logFile(), Buffer.concat([bytes, Buffer.alloc(7)]))
    await expect(rig.open()).rejects.toThrow(/format 3.*newer Gantry/)
    expect(fs.statSync(logFile()).size).toBe(bytes.length + 7)
  })
})
