import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { GroupTransferService, type SlaveOffsets } from './groupTransferService'

/** Slaves that have these offsets, all in sync. */
class Slaves implements SlaveOffsets {
  syncStateSet: ReadonlySet<number> | undefined

  constructor(public offsets: number[]) {}

  get inSyncSlaveNums(): number {
    return this.offsets.length
  }

  ackedBy(count: number): number {
    return this.offsets.toSorted((a, b) => b - a)[count - 1] ?? -1
  }

  ackedByAll(): number {
    return Math.min(...this.offsets)
  }
}

let clock: ManualClock
let slaves: Slaves
let replica: { end: number; foundEnd: number }
const config = {
  slaveTimeout: 3000,
  inSyncReplicas: 1,
  minInSyncReplicas: 1,
  allAckInSyncStateSet: false
}
beforeEach(() => {
  clock = new ManualClock()
  slaves = new Slaves([0])
  replica = { end: 100, foundEnd: 50 }
})

const service = (changes: Partial<typeof config> = {}): GroupTransferService =>
  new GroupTransferService({ clock, config: { ...config, ...changes }, slaves, replica })

const outcomes = (waits: readonly unknown[]): string[] => {
  const seen: string[] = []
  waits.forEach((wait, i) => {
    void Promise.resolve(wait).then((outcome) => seen.push(`${i}:${String(outcome)}`))
  })
  return seen
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('one report answers all that it covers, the others wait on', async () => {
  const transfers = service()
  const seen = outcomes([10, 20, 30].map((end) => transfers.replicated(end)))
  slaves.offsets = [20]
  transfers.notify()
  await settled()
  expect(seen).toEqual(['0:PUT_OK', '1:PUT_OK'])
  clock.advance(3000)
  await settled()
  expect(seen).toEqual(['0:PUT_OK', '1:PUT_OK', '2:FLUSH_SLAVE_TIMEOUT'])
})

test('each waits slaveTimeout from when it began', async () => {
  const transfers = service()
  const first = outcomes([transfers.replicated(10)])
  clock.advance(2000)
  const second = outcomes([transfers.replicated(20)])
  clock.advance(1000)
  await settled()
  expect([first, second]).toEqual([['0:FLUSH_SLAVE_TIMEOUT'], []])
  clock.advance(2000)
  await settled()
  expect(second).toEqual(['0:FLUSH_SLAVE_TIMEOUT'])
})

test('what a slave has already is answered at once, and without a slave so is everything', () => {
  slaves.offsets = [50]
  expect(service().replicated(50)).toBe('PUT_OK')
  slaves.offsets = []
  expect(service().replicated(50)).toBe('SLAVE_NOT_AVAILABLE')
})

test.each([
  [1, [5, 40], 'PUT_OK'],
  [2, [5, 40], 'PUT_OK'],
  [3, [30, 40], 'PUT_OK'],
  [4, [30, 40], 'SLAVE_NOT_AVAILABLE']
])('inSyncReplicas=%i with slaves at %j: %s', (inSyncReplicas, offsets, expected) => {
  slaves.offsets = offsets
  expect(service({ inSyncReplicas }).replicated(30)).toBe(expected)
})

test('allAckInSyncStateSet wants the slowest too', async () => {
  slaves.offsets = [5, 40]
  const transfers = service({ allAckInSyncStateSet: true })
  const seen = outcomes([transfers.replicated(30)])
  transfers.notify()
  await settled()
  expect(seen).toEqual([])
  slaves.offsets = [30, 40]
  transfers.notify()
  await settled()
  expect(seen).toEqual(['0:PUT_OK'])
})

test('minInSyncReplicas counts the master', () => {
  expect(service({ minInSyncReplicas: 2 }).refusal()).toBeUndefined()
  expect(service({ minInSyncReplicas: 3 }).refusal()).toContain('in-sync replicas not enough: 2')
})

test('a stop answers whoever waits', async () => {
  const transfers = service()
  const seen = outcomes([transfers.replicated(10)])
  transfers.stop()
  await settled()
  expect(seen).toEqual(['0:FLUSH_SLAVE_TIMEOUT'])
})

test('without a controller readers see the whole log', () => {
  expect(service().confirmedEnd).toBe(Infinity)
})

test('with one they see what its set has, and never less than before', () => {
  slaves.syncStateSet = new Set([1])
  const transfers = service()
  let told = 0
  transfers.confirmed.on(() => told++)
  expect(transfers.confirmedEnd).toBe(50)
  slaves.offsets = [70]
  transfers.notify()
  expect([transfers.confirmedEnd, told]).toEqual([70, 1])
  slaves.offsets = [-1]
  expect(transfers.confirmedEnd).toBe(70)
  // Alone in the set it decides for itself, for what there is now.
  slaves.syncStateSet = new Set()
  slaves.offsets = []
  expect(transfers.confirmedEnd).toBe(100)
  replica.end = 120
  slaves.syncStateSet = new Set([1])
  slaves.offsets = [60]
  expect(transfers.confirmedEnd).toBe(100)
})
