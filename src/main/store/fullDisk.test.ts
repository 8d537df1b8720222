import * as fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RESUME_CHECK_MS } from './cleanCommitLogService'
import type { MessageStore } from './messageStore'
import {
  diskError,
  faultyDisk,
  message,
  numbers,
  putNumbers,
  readAll,
  StoreRig,
  type FaultyDisk,
  type RigOptions
} from './storeRig'

let disk: FaultyDisk
let rig: StoreRig

const start = async (options: RigOptions = {}): Promise<void> => {
  disk = faultyDisk()
  rig = new StoreRig({ ...options, disk })
  await rig.open()
}
beforeEach(() => start())
afterEach(() => {
  heal()
  return rig.dispose()
})

/** Whatever would take room fails, for files whose path contains one of `parts`. */
const fill = (code = 'ENOSPC', ...parts: string[]): void => {
  disk.fault = (operation, path) => {
    const takesRoom = operation === 'writev' || operation === 'replaceFile'
    if (takesRoom && (parts.length === 0 || parts.some((part) => path.includes(part))))
      throw diskError(code)
  }
}
const heal = (): void => {
  disk.fault = () => undefined
}

const look = async (): Promise<void> => {
  rig.clock.advance(RESUME_CHECK_MS)
  await rig.store.cleanExpiredConsumerQueue()
}
const put = (store: MessageStore, body: string) => store.putMessage(message('T', body))

describe('a write of the log for which there is no room', () => {
  test.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('%s pauses sending until there is', async (code) => {
    await putNumbers(rig.store, 'T', 0, 5)
    disk.shortWrite = 70
    fill(code)
    expect(await put(rig.store, 'lost')).toMatchObject({
      status: 'SERVICE_NOT_AVAILABLE',
      reason: expect.stringContaining(code) as string
    })
    await look()
    expect(await put(rig.store, 'lost')).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' })
    expect(rig.store.stats.isRefusalPassing).toBe(true)
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 5))
    heal()
    await look()
    expect(await put(rig.store, 'T-5')).toMatchObject({ status: 'PUT_OK', queueOffset: 5 })
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 6))
    expect(rig.reports).toMatchObject([
      { kind: 'sends-refused', isPassing: true },
      { kind: 'sends-resumed' }
    ])
    await rig.crash()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 6))
    expect(rig.reports).toEqual([])
  })

  test('does so for the first segment of all', async () => {
    fill()
    expect(await put(rig.store, 'lost')).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' })
    heal()
    await look()
    await putNumbers(rig.store, 'T', 0, 3)
    await rig.reopen()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 3))
  })

  test('leaves no probe and no half file behind', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    const before = fs.readdirSync(rig.folder)
    fill()
    await put(rig.store, 'lost')
    await look()
    expect(fs.readdirSync(rig.folder)).toEqual(before)
  })

  test('pauses as long as the room does not suffice for the probe', async () => {
    fill('ENOSPC', 'commitlog', 'probe')
    await put(rig.store, 'lost')
    fill('ENOSPC', 'probe')
    await look()
    expect(rig.store.stats.notWriteable).toContain('ENOSPC')
    heal()
    await look()
    expect(rig.store.stats.notWriteable).toBeUndefined()
  })
})

describe('what nobody can know the outcome of lasts until the store is opened again', () => {
  const expectLasting = async (): Promise<void> => {
    heal()
    for (let i = 0; i < 20; i++) await look()
    expect(await put(rig.store, 'x')).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' })
    expect(rig.store.stats.isRefusalPassing).toBe(false)
    await rig.reopen()
    await putNumbers(rig.store, 'T', 5, 6)
  }

  test('EIO on write', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    fill('EIO')
    await put(rig.store, 'lost')
    await expectLasting()
  })

  test('ENOSPC on write that cannot be taken back', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    disk.fault = (operation) => {
      if (operation === 'writev' || operation === 'truncate') throw diskError('ENOSPC')
    }
    await put(rig.store, 'lost')
    await expectLasting()
  })

  test('ENOSPC on fdatasync', async () => {
    rig.config.flushDiskType = 'SYNC_FLUSH'
    await putNumbers(rig.store, 'T', 0, 5)
    disk.fault = (operation) => {
      if (operation === 'datasync') throw diskError('ENOSPC')
    }
    expect(await put(rig.store, 'lost')).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' })
    await expectLasting()
  })
})

describe('beside the log', () => {
  test('a consume queue that finds no room keeps its entries until there is', async () => {
    fill('ENOSPC', 'consumequeue')
    await putNumbers(rig.store, 'T', 0, 450)
    expect(await put(rig.store, 'lost')).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' })
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 450))
    heal()
    await look()
    await putNumbers(rig.store, 'T', 450, 460)
    await rig.reopen()
    expect(rig.reports).toEqual([])
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 460))
  })

  test('a checkpoint that finds no room is written once there is', async () => {
    fill('ENOSPC', 'checkpoint')
    await putNumbers(rig.store, 'T', 0, 10)
    rig.clock.advance(5_000)
    await rig.store.cleanExpiredConsumerQueue()
    expect(rig.store.stats.notWriteable).toBeUndefined()
    heal()
    await rig.close()
    expect(fs.existsSync(rig.checkpoint)).toBe(true)
  })
})

test('a full disk does not stop the start: everything is readable, and sending resumes', async () => {
  await putNumbers(rig.store, 'T', 0, 450)
  rig.abandon()
  fs.rmSync(rig.checkpoint, { force: true })
  fill()
  await rig.open()
  expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 450))
  expect(await put(rig.store, 'lost')).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' })
  heal()
  await look()
  await putNumbers(rig.store, 'T', 450, 460)
  expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 460))
  await rig.reopen()
  expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 460))
})
