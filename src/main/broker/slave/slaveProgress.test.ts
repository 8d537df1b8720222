import { beforeEach, expect, test } from 'vitest'
import type { DelayOffsetDoc, TimerCheckpointDoc } from '../../meta/brokerMeta'
import type { DataVersion } from '../../protocol/bodies/dataVersion'
import type { GroupOffsets } from '../../protocol/bodies/slaveSync'
import { MemoryCollection } from '../brokerFakes'
import type { MasterApi } from './masterApi'
import { SlaveProgress } from './slaveProgress'

const timers: TimerCheckpointDoc = { queueOffset: 9, lowOffset: 2, readDue: 77, readCode: 5 }
const entries: GroupOffsets[] = [{ topic: 'T', group: 'G', offsets: new Map([[0, 5]]) }]
const dataVersion: DataVersion = { stateVersion: 0, timestamp: 1, counter: 1 }

let delayOffsets: MemoryCollection<DelayOffsetDoc>
let timerCheckpoint: MemoryCollection<TimerCheckpointDoc>
let flushedPhysicalOffset: number
let followed: (readonly GroupOffsets[])[]
let known: (DataVersion | undefined)[]
let hasOwn: boolean
let delayed: number
let masterEnd: number

const master = {
  offsets: (version: DataVersion | undefined) => {
    known.push(version)
    return Promise.resolve({ logEnd: masterEnd, table: { dataVersion, entries } })
  },
  delayOffsets: () => Promise.resolve({ logEnd: masterEnd, table: [[3, delayed]] }),
  timerCheckpoint: () => Promise.resolve({ logEnd: masterEnd, table: timers })
} as unknown as MasterApi

let progress: SlaveProgress

beforeEach(() => {
  delayOffsets = new MemoryCollection()
  timerCheckpoint = new MemoryCollection()
  flushedPhysicalOffset = 1000
  masterEnd = 1000
  followed = []
  known = []
  hasOwn = false
  delayed = 40
  progress = new SlaveProgress({
    config: { messageDelayLevel: '1s 5s 10s' },
    meta: { delayOffsets, timerCheckpoint },
    store: {
      stats: {
        get flushedPhysicalOffset() {
          return flushedPhysicalOffset
        }
      }
    },
    slaveOffsets: {
      get hasOwn() {
        return hasOwn
      },
      follow: (told) => {
        followed.push(told)
        return Promise.resolve()
      },
      tell: () => Promise.resolve()
    }
  })
})

test('what the master has delivered is kept as a start of this broker needs it', async () => {
  await progress.follow(master)
  expect(delayOffsets.get('3')).toEqual({ offset: 40, delayMs: 10_000, cappedUntil: 0, cappedAt: 0 }) // prettier-ignore
  expect(timerCheckpoint.get('checkpoint')).toEqual(timers)
  expect(followed).toEqual([entries])
})

test('what does not change is not written again', async () => {
  await progress.follow(master)
  await progress.follow(master)
  expect([delayOffsets.writes, timerCheckpoint.writes]).toEqual([1, 1])
})

test('progress counts only once the log it speaks of is here: else a promoted slave would skip messages', async () => {
  masterEnd = 1001
  await progress.follow(master)
  expect([delayOffsets.size, timerCheckpoint.size, followed.length]).toEqual([0, 0, 0])
  // What the master says meanwhile is of a later log.
  delayed = 90
  masterEnd = 5000
  flushedPhysicalOffset = 1001
  await progress.follow(master)
  expect(delayOffsets.get('3')?.offset).toBe(40)
  expect(followed).toEqual([entries])
})

test('what a master said before it was gone is forgotten', async () => {
  masterEnd = 5000
  await progress.follow(master)
  progress.forget()
  masterEnd = 900
  delayed = 12
  await progress.follow(master)
  expect(delayOffsets.get('3')?.offset).toBe(12)
})

test('the whole table of offsets is asked for once, and when clients committed here', async () => {
  await progress.follow(master)
  await progress.follow(master)
  hasOwn = true
  await progress.follow(master)
  expect(known).toEqual([undefined, dataVersion, undefined])
})
