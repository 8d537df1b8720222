/** A batch with a hole whose records were served once is served by every later start, though it looks like a torn tail. */
import { expect, test } from 'vitest'
import { ManualClock } from '../../src/main/base/clock'
import { silentLog } from '../../src/main/base/log'
import { seededRandom } from '../../src/main/base/random'
import type { MessageStore, StoreReport } from '../../src/main/store/messageStore'
import { openMessageStore } from '../../src/main/store/openMessageStore'
import {
  message,
  numbers,
  putNumbers,
  readAll,
  storeConfig,
  TestRegistry
} from '../../src/main/store/storeRig'
import { SimulatedDisk } from './simulatedDisk'

const FOLDER = '/d/store'
const LOG = `${FOLDER}/commitlog/${'0'.repeat(20)}`
/** Of a record: behind its size and place, so that only its seal tells. */
const DAMAGED_BYTE = 70

const registry = new TestRegistry()
const reports: StoreReport[] = []

const start = (disk: SimulatedDisk): Promise<MessageStore> => {
  reports.length = 0
  return openMessageStore({
    ...{ disk, registry, folder: FOLDER, log: silentLog, config: storeConfig() },
    // Of its own: nothing of what an earlier life planned happens.
    clock: new ManualClock(),
    onReport: (report) => reports.push(report)
  })
}

const putBatch = async (
  store: MessageStore,
  queueId: number,
  from: number,
  to: number
): Promise<readonly number[]> => {
  const result = await store.putMessages(
    numbers('T', from, to).map((body) => message('T', body, { queueId }))
  )
  if (result.status !== 'PUT_OK') throw new Error(result.status)
  return result.physicalOffsets
}

/** What a crash left: T-0, a batch of T-1 to T-4 whose last record is damaged, a torn batch of queue 1. */
const crashed = async (): Promise<Map<string, Buffer>> => {
  const disk = new SimulatedDisk()
  const store = await start(disk)
  await putNumbers(store, 'T', 0, 1)
  const broken = await putBatch(store, 0, 1, 5)
  await putBatch(store, 1, 0, 3)
  const whole = disk.readFile(LOG)
  whole[broken.at(-1)! + DAMAGED_BYTE]! ^= 1
  return new Map([[LOG, whole.subarray(0, -1)]])
}

const SERVED = numbers('T', 0, 4)
const served = (store: MessageStore): Promise<string[]> => readAll(store, 'T')

type End = (disk: SimulatedDisk, store: MessageStore) => unknown
const ends: [string, End][] = [
  ['kills', (disk) => disk.restart()],
  ['power cuts', (disk) => disk.cut()],
  ['clean stops', (_disk, store) => store.close()]
]

test.each(ends)('it is there over three starts between %s', async (_what, end) => {
  const files = await crashed()
  for (const seed of Array(20).keys()) {
    const disk = SimulatedDisk.holding(files, { random: seededRandom(seed) })
    for (const told of [['tail-cut'], [], []]) {
      const store = await start(disk)
      expect(reports.map(({ kind }) => kind)).toEqual(told)
      expect(await served(store)).toEqual(SERVED)
      expect(await readAll(store, 'T', 1)).toEqual([])
      await end(disk, store)
    }
  }
})

test('a power cut at any call of any of three starts changes nothing of that', async () => {
  const files = await crashed()
  let cuts = 0
  for (let cutAt = 0, isCut = true; isCut; cutAt++) {
    const disk = SimulatedDisk.holding(files, { random: seededRandom(cutAt), writebackOneIn: 3 })
    disk.cutAt = cutAt
    isCut = false
    for (let starts = 0; starts < 3;) {
      try {
        expect(await served(await start(disk))).toEqual(SERVED)
        starts++
      } catch (error) {
        if (!disk.isCut) throw error
        isCut = true
        cuts++
      }
      const before = disk.calls
      const left = disk.cutAt
      disk.cut()
      if (!isCut) disk.cutAt = Math.max(left, before)
    }
  }
  expect(cuts).toBeGreaterThan(20)
})

test('a batch sent behind it and torn takes nothing of it along', async () => {
  const disk = SimulatedDisk.holding(await crashed())
  const store = await start(disk)
  await putBatch(store, 0, 4, 7)
  const last = [...disk.files().keys()]
    .filter((path) => path.includes('commitlog'))
    .sort()
    .at(-1)!
  disk.open(last, 'r+').truncate(disk.readFile(last).length - 1)
  disk.restart()
  expect(await served(await start(disk))).toEqual(SERVED)
  expect(reports).toMatchObject([{ kind: 'tail-cut' }])
})

test('what is stored behind it is served with it', async () => {
  const disk = SimulatedDisk.holding(await crashed())
  const store = await start(disk)
  await putNumbers(store, 'T', 4, 6)
  await putBatch(store, 1, 0, 3)
  disk.restart()
  const again = await start(disk)
  expect(reports).toEqual([])
  expect(await served(again)).toEqual(numbers('T', 0, 6))
  expect(await readAll(again, 'T', 1)).toEqual(numbers('T', 0, 3))
})

test('a disk without room for another segment is no reason not to start', async () => {
  const disk = SimulatedDisk.holding(await crashed())
  disk.fault = ({ operation }) => (operation === 'create' ? { code: 'ENOSPC' } : undefined)
  expect(await served(await start(disk))).toEqual(SERVED)
})

test.each(['create', 'writev', 'datasync', 'rename', 'syncFolder'])(
  'a failed %s of it stops the start with everything as it was',
  async (failing) => {
    const files = await crashed()
    const disk = SimulatedDisk.holding(files)
    disk.fault = ({ operation, path }) =>
      operation === failing && path !== LOG ? { code: 'EIO' } : undefined
    await expect(start(disk)).rejects.toThrow('EIO')
    disk.fault = () => undefined
    disk.restart()
    for (let i = 0; i < 3; i++) expect(await served(await start(disk))).toEqual(SERVED)
  }
)
