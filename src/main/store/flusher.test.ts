import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { Flusher } from './flusher'
import type { SegmentFile } from './segmentFile'
import { Writeability } from './writeability'

interface Disk {
  writtenEnd: number
  flushes: { resolve: () => void; reject: (error: Error) => void }[]
}

let clock: ManualClock
let config: { flushIntervalCommitLog: number }
let disk: Disk
let flusher: Flusher
let writeability: Writeability

beforeEach(() => {
  clock = new ManualClock()
  config = { flushIntervalCommitLog: 500 }
  writeability = new Writeability()
  disk = { writtenEnd: 0, flushes: [] }
  const flush = (): Promise<void> =>
    new Promise((resolve, reject) => disk.flushes.push({ resolve, reject }))
  const segment = { flush, seal: () => undefined } as Partial<SegmentFile> as SegmentFile
  const log = {
    get writtenEnd() {
      return disk.writtenEnd
    },
    unflushed: () => [segment],
    segments: [segment],
    syncNames: () => Promise.resolve()
  }
  flusher = new Flusher(log, clock, config, writeability)
})

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('one flush is in flight; it covers what was written when it began', async () => {
  disk.writtenEnd = 10
  const first = flusher.flush(10)
  disk.writtenEnd = 30
  const second = flusher.flush(20)
  const third = flusher.flush(30)
  expect(disk.flushes).toHaveLength(1)
  disk.flushes[0]!.resolve()
  expect(await first).toBe('flushed')
  expect(flusher.flushedEnd).toBe(10)
  await settled()
  expect(disk.flushes).toHaveLength(2)
  disk.flushes[1]!.resolve()
  expect(await Promise.all([second, third])).toEqual(['flushed', 'flushed'])
  expect(await flusher.flush(25)).toBe('flushed')
  expect(disk.flushes).toHaveLength(2)
})

test('who waits too long hears so; the flush goes on', async () => {
  disk.writtenEnd = 10
  const hasty = flusher.flush(10, 100)
  const patient = flusher.flush(10)
  clock.advance(100)
  expect(await hasty).toBe('timeout')
  disk.flushes[0]!.resolve()
  expect(await patient).toBe('flushed')
})

test('a failed flush fails all that wait and all that come; it is not repeated', async () => {
  disk.writtenEnd = 10
  const waiting = [flusher.flush(10), flusher.flush(10, 100)]
  disk.flushes[0]!.reject(new Error('EIO: i/o error'))
  expect(await Promise.all(waiting)).toEqual(['failed', 'failed'])
  expect(writeability.reason).toContain('EIO')
  disk.writtenEnd = 20
  flusher.soon()
  clock.advance(1_000)
  expect(await flusher.flush(20)).toBe('failed')
  expect(disk.flushes).toHaveLength(1)
})

test('in the background it flushes once an interval, and not while nothing is written', async () => {
  flusher.soon()
  flusher.soon()
  disk.writtenEnd = 10
  clock.advance(499)
  expect(disk.flushes).toHaveLength(0)
  clock.advance(1)
  expect(disk.flushes).toHaveLength(1)
  disk.flushes[0]!.resolve()
  await settled()
  clock.advance(10_000)
  expect(disk.flushes).toHaveLength(1)
  flusher.soon()
  flusher.dispose()
  disk.writtenEnd = 20
  clock.advance(10_000)
  expect(disk.flushes).toHaveLength(1)
})

test('an interval that became shorter does not wait for the end of the old one', () => {
  config.flushIntervalCommitLog = 2 ** 31 - 1
  disk.writtenEnd = 10
  flusher.soon()
  clock.advance(5_000)
  expect(disk.flushes).toHaveLength(0)
  config.flushIntervalCommitLog = 10
  clock.advance(1_000)
  expect(disk.flushes).toHaveLength(1)
})

test('a long interval is kept', () => {
  config.flushIntervalCommitLog = 2_500
  disk.writtenEnd = 10
  flusher.soon()
  clock.advance(2_499)
  expect(disk.flushes).toHaveLength(0)
  clock.advance(1)
  expect(disk.flushes).toHaveLength(1)
})
