/** A slave whose end is not its master's: the power goes while it is cut, at every call, and the next start goes on. */
import { expect, test } from 'vitest'
import { ManualClock } from '../../src/main/base/clock'
import type { Disk } from '../../src/main/base/disk'
import { silentLog } from '../../src/main/base/log'
import { seededRandom } from '../../src/main/base/random'
import type { MessageStore } from '../../src/main/store/messageStore'
import { openMessageStore } from '../../src/main/store/openMessageStore'
import type { ReplicaRole } from '../../src/main/store/replica'
import { pour } from '../../src/main/store/replicaRig'
import { numbers, putNumbers, readAll, storeConfig, TestRegistry } from '../../src/main/store/storeRig' // prettier-ignore
import { SimulatedDisk } from './simulatedDisk'

const FOLDER = '/d/store'
const PIECE = 1000
const limits = {
  indexEntries: 24,
  indexLogBytes: 4_096,
  hotTailBytes: 2_048,
  arenaChunkBytes: 1_024
}

const start = (
  disk: Disk,
  role: ReplicaRole,
  registry = new TestRegistry()
): Promise<MessageStore> =>
  openMessageStore({
    ...{ disk, role, registry, limits, folder: FOLDER, log: silentLog, clock: new ManualClock() },
    config: storeConfig({ mappedFileSizeCommitLog: 2_048 }),
    onReport: () => undefined
  })

/** The log both had, and how each went on. */
const histories = async (): Promise<{
  common: number
  old: MessageStore
  master: MessageStore
  slaveFiles: Map<string, Buffer>
}> => {
  // prettier-ignore
  const old = await start(new SimulatedDisk(), 'MASTER')
  await putNumbers(old, 'T', 0, 20)
  const common = old.replica.end
  const disk = new SimulatedDisk()
  const copy = await start(disk, 'SLAVE')
  await pour(old, copy, PIECE)
  await copy.close()
  await putNumbers(old, 'T', 20, 60)
  const master = await start(disk, 'MASTER')
  await putNumbers(master, 'T', 100, 160)
  const slaveDisk = new SimulatedDisk()
  const slave = await start(slaveDisk, 'SLAVE')
  await pour(old, slave, PIECE)
  await slave.close()
  return { common, old, master, slaveFiles: slaveDisk.files() }
}

test.each([1, 2, 3])('power cut in each call of a truncation, seed %i', async (seed) => {
  const { common, old, master, slaveFiles } = await histories()
  const all = await readAll(old, 'T')
  let cuts = 0
  for (let n = 1; ; n++) {
    const disk = SimulatedDisk.holding(slaveFiles, { random: seededRandom(seed * 1000 + n) })
    const doomed = await start(disk, 'SLAVE')
    disk.cutAt = disk.calls + n
    const outcome = await doomed.replica.truncateTo(common).catch(() => 'cut' as const)
    if (!disk.isCut) {
      expect(outcome).toBe(common)
      break
    }
    cuts++
    disk.cut()
    const found = await start(disk, 'SLAVE')
    const { end } = found.replica
    expect(end).toBeGreaterThanOrEqual(common)
    const bodies = await readAll(found, 'T')
    expect(bodies).toEqual(all.slice(0, bodies.length))
    expect(bodies.length).toBeGreaterThanOrEqual(20)
    // As it would go on once it has asked its master.
    expect(await found.replica.truncateTo(common)).toBe(common)
    found.replica.restart(0)
    expect(await pour(master, found, PIECE)).toEqual({ kind: 'received' })
    const wanted = [...numbers('T', 0, 20), ...numbers('T', 100, 160)]
    expect(await readAll(found, 'T')).toEqual(wanted)
    await found.close()
    disk.cut()
    const again = await start(disk, 'SLAVE')
    expect(await readAll(again, 'T')).toEqual(wanted)
    expect(again.replica.end).toBe(master.replica.end)
    await again.close()
  }
  expect(cuts).toBeGreaterThan(10)
})
