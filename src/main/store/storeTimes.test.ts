import { afterEach, beforeEach, expect, test } from 'vitest'
import * as fs from 'node:fs'
import type { CommitLog } from './commitLog'
import type { ConsumeQueue } from './consumeQueue'
import { message, StoreRig } from './storeRig'
import { StoreTimes } from './storeTimes'

let rig: StoreRig
const times: number[] = []

/** Six messages 100 ms apart, each in a segment of its own. */
beforeEach(async () => {
  rig = new StoreRig({ config: { mappedFileSizeCommitLog: 1 } })
  await rig.open()
  times.length = 0
  for (let i = 0; i < 6; i++) {
    const result = await rig.store.putMessage(message('T', `${i}`))
    times.push('storeTimestamp' in result ? result.storeTimestamp : NaN)
    rig.clock.advance(100)
  }
})
afterEach(() => rig.dispose())

test('of the log’s first messages gone, those that are left are searched', async () => {
  await rig.close()
  for (const path of rig.segments().slice(0, 2)) fs.rmSync(path)
  // The queue is made anew from what is left.
  for (const path of [rig.checkpoint, ...rig.queueFiles()]) fs.rmSync(path)
  await rig.open()
  expect(rig.store.getMinOffsetInQueue('T', 0)).toBe(2)
  const search = (time: number): number[] =>
    (['LOWER', 'UPPER'] as const).map((boundary) =>
      rig.store.getOffsetInQueueByTime('T', 0, time, boundary)
    )
  expect(search(0)).toEqual([2, 0])
  expect(search(times[1]!)).toEqual([2, 0])
  expect(search(times[2]!)).toEqual([2, 2])
  expect(search(times[2]! + 1)).toEqual([3, 2])
  expect(search(times[5]!)).toEqual([5, 5])
  expect(search(times[5]! + 1)).toEqual([6, 5])
  expect(rig.store.getEarliestMessageTime('T', 0)).toBe(times[2])
})

test.each([
  [0, 0, 0],
  [1, 1, 0],
  [100, 100, 99]
])('a queue whose %i messages are all gone', (offset, lower, upper) => {
  const search = new StoreTimes(undefined as unknown as CommitLog)
  const queue = { minOffset: offset, maxOffset: offset } as ConsumeQueue
  for (const time of [0, times[5]!]) {
    expect(search.search(queue, time, 'LOWER')).toBe(lower)
    expect(search.search(queue, time, 'UPPER')).toBe(upper)
  }
})
