import * as fs from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import {
  diskError,
  faultyDisk,
  message,
  numbers,
  putNumbers,
  readAll,
  StoreRig,
  type FaultyDisk
} from './storeRig'

const HOUR = 3_600_000
const MESSAGES = 100

let disk: FaultyDisk
let rig: StoreRig
afterEach(() => rig.dispose())

/** A store whose log expires as a whole, and a queue that has messages only in the part that goes. */
const expired = async (): Promise<void> => {
  disk = faultyDisk()
  rig = new StoreRig({
    disk,
    config: {
      mappedFileSizeCommitLog: 2_000,
      mappedFileSizeConsumeQueue: 200,
      deleteWhen: String(new Date(new ManualClock().now()).getHours())
    }
  })
  await rig.open()
  await putNumbers(rig.store, 'gone', 0, 5)
  await putNumbers(rig.store, 'T', 0, MESSAGES)
  await rig.close()
  rig.clock = new ManualClock(rig.clock.now() + 72 * HOUR)
  await rig.open()
}

const look = async (ms: number): Promise<void> => {
  rig.clock.advance(ms)
  await rig.store.cleanExpiredConsumerQueue()
}

const expectSound = async (): Promise<void> => {
  const min = rig.store.getMinOffsetInQueue('T', 0)
  expect(await readAll(rig.store, 'T', 0, min)).toEqual(numbers('T', min, MESSAGES))
  expect(rig.store.getMaxOffsetInQueue('T', 0)).toBe(MESSAGES)
  expect(rig.store.getMaxOffsetInQueue('gone', 0)).toBe(5)
  const [first] = rig.store.getConsumeQueueEntries('T', 0, min, 1)
  expect(first!.physicalOffset).toBeGreaterThanOrEqual(rig.store.stats.minPhysicalOffset)
  expect(rig.reports.filter(({ kind }) => kind === 'damage' || kind === 'tail-cut')).toEqual([])
}

const changes: ReadonlySet<string> = new Set([
  'writev',
  'replaceFile',
  'rename',
  'remove',
  'unlink'
])

describe.each([false, true])('a kill, the checkpoint lost with it: %s', (isLost) => {
  test('before each change that three deletions make leaves a sound store', async () => {
    let isKilled = true
    for (let kill = 1; isKilled; kill++) {
      await expired()
      let done = 0
      isKilled = false
      disk.fault = (operation) => {
        if (!changes.has(operation) || ++done < kill) return
        isKilled = true
        throw diskError('EIO')
      }
      await look(10_000)
      await look(100)
      await look(100)
      disk.fault = () => undefined
      if (isLost) fs.rmSync(rig.checkpoint, { force: true })
      await rig.crash()
      await expectSound()
      // What was cut short is finished, and the store goes on from there.
      await look(10_000)
      await look(100)
      await expectSound()
      const put = await rig.store.putMessage(message('gone', 'next'))
      expect(put).toMatchObject({ status: 'PUT_OK', queueOffset: 5 })
      await rig.dispose()
      expect(kill).toBeLessThan(100)
    }
  }, 60_000)
})

test('segments removed by hand are as if retention had taken them', async () => {
  await expired()
  await rig.close()
  for (const path of rig.segments().slice(0, 3)) fs.rmSync(path)
  await rig.open()
  expect(rig.store.getMinOffsetInQueue('T', 0)).toBeGreaterThan(0)
  await expectSound()
})

test('a segment that a power cut brought back goes again', async () => {
  await expired()
  const saved = rig.segments().map((path) => [path, fs.readFileSync(path)] as const)
  await look(10_000)
  await look(100)
  await rig.close()
  // The second one's removal reached the disk, the first one's did not.
  fs.writeFileSync(saved[0]![0], saved[0]![1])
  await rig.open()
  expect(rig.segments()).toEqual(saved.slice(2).map(([path]) => path))
  await expectSound()
})

test('a mark whose segment is not there takes nothing more', async () => {
  await expired()
  await look(10_000)
  await rig.close()
  const [first, ...others] = rig.segments()
  fs.rmSync(first!)
  await rig.open()
  expect(rig.segments()).toEqual(others)
  await expectSound()
})
