/** A batch is there whole or not at all, wherever a kill tore it. */
import * as fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { diskError, faultyDisk, flipBit, message, numbers, putNumbers, readAll, StoreRig } from './storeRig' // prettier-ignore

let rig: StoreRig

beforeEach(async () => {
  rig = new StoreRig()
  await rig.open()
})
afterEach(() => rig.dispose())

const logFile = (): string => rig.segments().at(-1)!

const putBatch = async (topic: string, from: number, to: number): Promise<readonly number[]> => {
  const result = await rig.store.putMessages(
    numbers(topic, from, to).map((body) =>
      message(topic, body, { properties: `KEYS\u0001${body}` })
    )
  )
  if (result.status !== 'PUT_OK') throw new Error(result.status)
  return result.physicalOffsets
}

const damage = (): object[] => rig.reports.filter((report) => report.kind !== 'queue-rebuilt')

const keysFound = async (topic: string, bodies: readonly string[]): Promise<number> => {
  let found = 0
  for (const key of bodies) {
    const query = { topic, key, maxNum: 9, beginTimestamp: 0, endTimestamp: 2 ** 45 }
    found += (await rig.store.queryMessage(query)).messages.length
  }
  return found
}

describe('a kill inside a batch', () => {
  test('cut at every byte leaves all of it or nothing', async () => {
    await putNumbers(rig.store, 'T', 0, 3)
    const starts = await putBatch('T', 3, 7)
    rig.abandon()
    const whole = fs.readFileSync(logFile())
    for (let size = starts[0]!; size < whole.length; size++) {
      fs.writeFileSync(logFile(), whole.subarray(0, size))
      await rig.open()
      expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 3))
      const bytes = size - starts[0]!
      expect(damage()).toEqual(
        bytes === 0 ? [] : [{ kind: 'tail-cut', physicalOffset: starts[0], bytes }]
      )
      expect(fs.statSync(logFile()).size).toBe(starts[0])
      rig.abandon()
    }
    fs.writeFileSync(logFile(), whole)
    await rig.open()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 7))
    expect(await keysFound('T', numbers('T', 3, 7))).toBe(4)
  }, 60_000)

  test('leaves none of its keys, and its offsets are given again', async () => {
    await putBatch('T', 0, 3)
    await rig.reopen()
    await putBatch('T', 3, 6)
    rig.abandon()
    fs.truncateSync(logFile(), fs.statSync(logFile()).size - 1)
    await rig.open()
    expect(await keysFound('T', numbers('T', 0, 6))).toBe(3)
    await putBatch('T', 6, 8)
    await rig.crash()
    expect(damage()).toEqual([])
    expect(await readAll(rig.store, 'T')).toEqual([...numbers('T', 0, 3), ...numbers('T', 6, 8)])
  })

  test('by a write that fell short and could not be taken back', async () => {
    const disk = faultyDisk()
    await rig.dispose()
    rig = new StoreRig({ disk })
    await rig.open()
    await putNumbers(rig.store, 'T', 0, 2)
    disk.shortWrite = 300
    disk.fault = (what) => {
      if (what === 'writev' || what === 'truncate') throw diskError('EIO')
    }
    await expect(putBatch('T', 2, 9)).rejects.toThrow('SERVICE_NOT_AVAILABLE')
    disk.fault = () => undefined
    await rig.crash()
    expect(damage()).toMatchObject([{ kind: 'tail-cut', bytes: 300 }])
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 2))
  })

  test('damaged before the tear is cut from its beginning, the damage with it', async () => {
    await putNumbers(rig.store, 'T', 0, 2)
    for (const damaged of [0, 1, 2]) {
      const starts = await putBatch('T', 2, 6)
      rig.abandon()
      const size = fs.statSync(logFile()).size
      flipBit(logFile(), starts[damaged]! + 70)
      fs.truncateSync(logFile(), size - 1)
      await rig.open()
      const bytes = size - 1 - starts[0]!
      expect(damage()).toEqual([{ kind: 'tail-cut', physicalOffset: starts[0], bytes }])
      expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 2))
    }
  })
})

describe('damage inside a batch that was whole', () => {
  test.each([0, 1, 2, 3])('costs record %i alone', async (damaged) => {
    const starts = await putBatch('T', 0, 4)
    await putNumbers(rig.store, 'U', 0, 1)
    rig.abandon()
    flipBit(logFile(), starts[damaged]! + 70)
    await rig.open()
    expect(damage()).toMatchObject([{ kind: 'damage', physicalOffset: starts[damaged] }])
    expect(await readAll(rig.store, 'T')).toEqual(
      numbers('T', 0, 4).filter((_, i) => i !== damaged)
    )
    expect(await readAll(rig.store, 'U')).toEqual(numbers('U', 0, 1))
  })

  test('is not taken for a tear when another batch behind it is torn', async () => {
    const starts = await putBatch('T', 0, 4)
    rig.clock.advance(1)
    const torn = await putBatch('T', 4, 8)
    rig.abandon()
    flipBit(logFile(), starts[3]! + 70)
    fs.truncateSync(logFile(), fs.statSync(logFile()).size - 1)
    await rig.open()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 3))
    const cutFrom = starts[3]
    expect(damage()).toMatchObject([{ kind: 'tail-cut', physicalOffset: cutFrom }])
    expect(cutFrom).toBeLessThan(torn[0]!)
  })
})

describe('a batch lies in one segment', () => {
  const segmentBytes = 2_048

  beforeEach(async () => {
    await rig.dispose()
    rig = new StoreRig({ config: { mappedFileSizeCommitLog: segmentBytes } })
    await rig.open()
  })

  const segmentsOf = (offsets: readonly number[]): Set<number> => {
    const bases = rig.segments().map((path) => Number(path.slice(-20)))
    return new Set(offsets.map((offset) => bases.findLastIndex((base) => base <= offset)))
  }

  test('that has room for it', async () => {
    for (let i = 0; i < 20; i++) {
      await putNumbers(rig.store, 'U', i, i + 1)
      expect(segmentsOf(await putBatch('T', i * 5, i * 5 + 5)).size).toBe(1)
    }
    const sizes = rig.segments().map((path) => fs.statSync(path).size)
    expect(sizes.length).toBeGreaterThan(5)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(segmentBytes)
    await rig.crash()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 100))
  })

  test('of its own when it is larger than one', async () => {
    await putNumbers(rig.store, 'T', 0, 1)
    expect(segmentsOf(await putBatch('T', 1, 41)).size).toBe(1)
    expect(segmentsOf(await putBatch('T', 41, 81)).size).toBe(1)
    await putNumbers(rig.store, 'T', 81, 82)
    expect(rig.segments()).toHaveLength(4)
    await rig.crash()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 82))
  })

  test('and a tear in the last segment leaves the others as they are', async () => {
    for (let i = 0; i < 5; i++) await putBatch('T', i * 5, i * 5 + 5)
    await rig.reopen()
    const last = await putBatch('T', 25, 40)
    expect(Number(logFile().slice(-20))).toBe(last[0]! - 32)
    rig.abandon()
    fs.truncateSync(logFile(), fs.statSync(logFile()).size - 1)
    await rig.open()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 25))
    await putBatch('T', 25, 40)
    await rig.reopen()
    expect(damage()).toEqual([])
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 40))
  })
})
