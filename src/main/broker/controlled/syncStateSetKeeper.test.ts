import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { Emitter } from '../../base/emitter'
import { silentLog } from '../../base/log'
import type { SyncStateSet } from '../../protocol/bodies/controller'
import { RemotingError } from '../../protocol/remotingCommand'
import type { HaConnectionInfo } from '../ha/haService'
import { JOIN_CHECK_MS, SyncStateSetKeeper } from './syncStateSetKeeper'

const PERIOD_MS = 500
const LOST_AFTER_MS = 3000

let clock: ManualClock
let logEnd: number
let slaves: Map<number, Pick<HaConnectionInfo, 'slaveAckOffset' | 'lastCaughtUpAt'>>
/** Whom an acknowledgement waits for, newest last. */
let used: number[][]
let asked: SyncStateSet[]
let answer: (set: SyncStateSet) => Promise<SyncStateSet>
let slavesChanged: Emitter<void>

beforeEach(() => {
  clock = new ManualClock()
  logEnd = 1000
  slaves = new Map()
  used = []
  asked = []
  answer = ({ syncStateSet, syncStateSetEpoch }) =>
    Promise.resolve({ syncStateSet, syncStateSetEpoch: syncStateSetEpoch + 1 })
  slavesChanged = new Emitter()
})

/** Of the broker 1, master of epoch 4. */
const keeper = (syncStateSet: number[]): SyncStateSetKeeper => {
  const made = new SyncStateSetKeeper({
    ...{
      clock,
      log: silentLog,
      brokerId: 1,
      epoch: 4,
      set: { syncStateSet, syncStateSetEpoch: 7 }
    },
    config: { checkSyncStateSetPeriod: PERIOD_MS, haMaxTimeSlaveNotCatchup: LOST_AFTER_MS },
    api: {
      alterSyncStateSet: (brokerId, epoch, set) => {
        expect([brokerId, epoch]).toEqual([1, 4])
        asked.push(set)
        return answer(set)
      }
    },
    ha: {
      slavesChanged,
      useSyncStateSet: (ids) => used.push([...(ids ?? [])].sort()),
      get runtimeInfo() {
        const haConnectionInfo = [...slaves].map(([brokerId, slave]) => ({ brokerId, ...slave }))
        return { haConnectionInfo } as never
      }
    },
    logEnd: () => logEnd
  })
  made.start()
  return made
}

const slave = (brokerId: number, slaveAckOffset: number, lastCaughtUpAt = clock.monotonic()) =>
  slaves.set(brokerId, { slaveAckOffset, lastCaughtUpAt })

test('an acknowledgement waits for the set the controller gave, without the master itself', () => {
  keeper([1, 2, 3])
  expect(used).toEqual([[2, 3]])
})

test('a slave that joins counts before the controller hears of it, and once it has what was there then', async () => {
  const made = keeper([1])
  slave(2, 900)
  await made.check()
  expect(used.at(-1)).toEqual([2])
  expect(asked).toEqual([])
  logEnd = 5000
  slave(2, 1000)
  await made.check()
  expect(asked).toEqual([{ syncStateSet: [1, 2], syncStateSetEpoch: 7 }])
  expect(used.at(-1)).toEqual([2])
})

test('a slave that is cut off counts until the controller has agreed', async () => {
  const made = keeper([1, 2])
  let agree: (set: SyncStateSet) => void = () => undefined
  answer = () => new Promise((resolve) => (agree = resolve))
  const checked = made.check()
  expect(asked).toEqual([{ syncStateSet: [1], syncStateSetEpoch: 7 }])
  expect(used.at(-1)).toEqual([2])
  expect(made.isShort).toBe(true)
  agree({ syncStateSet: [1], syncStateSetEpoch: 8 })
  await checked
  expect(used.at(-1)).toEqual([])
  expect(made.isShort).toBe(false)
})

test('a slave is lost when it has not had everything for a while, not while nothing is sent', async () => {
  const made = keeper([1, 2])
  slave(2, 1000, clock.monotonic())
  for (let waited = 0; waited < 10 * LOST_AFTER_MS; waited += PERIOD_MS) {
    clock.advance(PERIOD_MS)
    await made.check()
  }
  expect(asked).toEqual([])
  logEnd = 2000
  clock.advance(LOST_AFTER_MS)
  await made.check()
  expect(asked).toEqual([])
  clock.advance(1)
  await made.check()
  expect(asked).toEqual([{ syncStateSet: [1], syncStateSetEpoch: 7 }])
})

test('whoever was asked for without an answer may be a member, and counts until it is known', async () => {
  const made = keeper([1])
  slave(2, 1000)
  answer = () => Promise.reject(new Error('timed out'))
  await made.check()
  slaves.clear()
  await made.check()
  expect(used.at(-1)).toEqual([2])
  made.take({ syncStateSet: [1], syncStateSetEpoch: 9 })
  expect(used.at(-1)).toEqual([])
})

test('whoever the controller refuses is no member', async () => {
  const made = keeper([1])
  slave(2, 1000)
  answer = () => Promise.reject(new RemotingError(2003, 'not alive'))
  await made.check()
  slaves.clear()
  await made.check()
  expect(used.at(-1)).toEqual([])
})

test('an older set changes nothing', () => {
  const made = keeper([1, 2])
  made.take({ syncStateSet: [1], syncStateSetEpoch: 7 })
  expect(used.at(-1)).toEqual([2])
})

test('a slave that is no member yet is not left waiting for the period', async () => {
  keeper([1])
  slave(2, logEnd)
  for (let looks = 0; looks < 2; looks++) {
    clock.advance(JOIN_CHECK_MS)
    await Promise.resolve()
  }
  expect(2 * JOIN_CHECK_MS).toBeLessThan(PERIOD_MS)
  expect(asked.map(({ syncStateSet }) => syncStateSet)).toEqual([[1, 2]])
})
