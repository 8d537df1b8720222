import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { flipBit, numbers, putNumbers, readAll, StoreRig } from './storeRig'

let rig: StoreRig

beforeEach(async () => {
  rig = new StoreRig()
  await rig.open()
})
afterEach(() => rig.dispose())

describe('consume queues', () => {
  const fill = async (): Promise<void> => {
    await putNumbers(rig.store, 'T', 0, 500)
    await putNumbers(rig.store, 'U', 0, 100, { queueId: 3 })
    await rig.close()
  }
  const expectAll = async (): Promise<void> => {
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 500))
    expect(await readAll(rig.store, 'U', 3)).toEqual(numbers('U', 0, 100))
  }

  test('are believed after a clean stop: nothing is walked', async () => {
    await fill()
    const sizes = rig.queueFiles().map((path) => fs.statSync(path).mtimeMs)
    await rig.open()
    expect(rig.reports).toEqual([])
    await expectAll()
    expect(rig.queueFiles().map((path) => fs.statSync(path).mtimeMs)).toEqual(sizes)
  })

  test('are rebuilt when their folder is gone', async () => {
    await fill()
    fs.rmSync(join(rig.folder, 'consumequeue'), { recursive: true })
    await rig.open()
    await expectAll()
    expect(rig.reports).toEqual([
      { kind: 'queue-rebuilt', topic: 'T', queueId: 0, entries: 500 },
      { kind: 'queue-rebuilt', topic: 'U', queueId: 3, entries: 100 }
    ])
    await rig.reopen()
    expect(rig.reports).toEqual([])
    await expectAll()
  })

  test.each([
    ['cut in an entry', (path: string) => fs.truncateSync(path, 1_999)],
    ['emptied', (path: string) => fs.truncateSync(path, 0)],
    ['deleted', (path: string) => fs.rmSync(path)],
    ['of a flipped bit in a tag', (path: string) => flipBit(path, 20 * 50 + 19)],
    ['of a flipped bit in an offset', (path: string) => flipBit(path, 20 * 50 + 7)],
    ['zeroed', (path: string) => fs.writeFileSync(path, Buffer.alloc(fs.statSync(path).size))]
  ])('%s are rebuilt, those alone', async (_name, damage) => {
    await fill()
    damage(rig.queueFiles()[0]!)
    await rig.open()
    await expectAll()
    expect(rig.reports).toHaveLength(1)
    expect(rig.reports[0]).toMatchObject({ kind: 'queue-rebuilt' })
  })

  test.each([
    ['lost', () => fs.rmSync(rig.checkpoint)],
    ['cut', () => fs.truncateSync(rig.checkpoint, 20)],
    ['garbled', () => flipBit(rig.checkpoint, 30)]
  ])('are rebuilt when the checkpoint is %s', async (_name, damage) => {
    await fill()
    damage()
    await rig.open()
    await expectAll()
    await rig.reopen()
    await expectAll()
  })

  test('lose what files hold beyond the checkpoint, and get it back from the log', async () => {
    await fill()
    fs.appendFileSync(rig.queueFiles()[0]!, Buffer.alloc(60, 1))
    await rig.open()
    await expectAll()
    await putNumbers(rig.store, 'T', 500, 510)
    await rig.crash()
    expect(await readAll(rig.store, 'T', 0, 495)).toEqual(numbers('T', 495, 510))
  })

  test('are completed from the last checkpoint after a kill', async () => {
    await putNumbers(rig.store, 'T', 0, 300)
    rig.clock.advance(5_000)
    await expect.poll(() => fs.existsSync(rig.checkpoint)).toBe(true)
    await putNumbers(rig.store, 'T', 300, 700)
    await putNumbers(rig.store, 'U', 0, 100, { queueId: 3 })
    await rig.crash()
    expect(rig.reports).toEqual([])
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 700))
    expect(await readAll(rig.store, 'U', 3)).toEqual(numbers('U', 0, 100))
  })

  test('keep the offset of a damaged last record when rebuilt', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    await putNumbers(rig.store, 'U', 0, 1)
    const last = rig.store.getConsumeQueueEntries('T', 0, 4, 1)[0]!
    await rig.close()
    flipBit(rig.segments()[0]!, last.physicalOffset + 40)
    fs.rmSync(join(rig.folder, 'consumequeue'), { recursive: true })
    const store = await rig.open()
    expect(store.getMaxOffsetInQueue('T', 0)).toBe(5)
    await putNumbers(store, 'T', 5, 6)
    expect(await readAll(store, 'T')).toEqual([...numbers('T', 0, 4), 'T-5'])
  })

  test('garbled while they are open serve no message of another queue or place', async () => {
    await fill()
    const store = await rig.open()
    const file = rig.queueFiles().find((path) => fs.statSync(path).size === 500 * 20)!
    const bytes = fs.readFileSync(file)
    bytes.copy(bytes, 20 * 20, 30 * 20, 31 * 20)
    const [ofU] = store.getConsumeQueueEntries('U', 3, 21, 1)
    bytes.writeBigInt64BE(BigInt(ofU!.physicalOffset), 21 * 20)
    bytes.writeInt32BE(ofU!.size, 21 * 20 + 8)
    fs.writeFileSync(file, bytes)
    const expected = numbers('T', 0, 500).filter((body) => body !== 'T-20' && body !== 'T-21')
    expect(await readAll(store, 'T')).toEqual(expected)
  })

  test('of a checkpoint written while messages come lose none', async () => {
    const { disk } = rig
    const duringFlush = vi.fn(() => putNumbers(rig.store, 'T', 300, 350))
    await rig.dispose()
    rig = new StoreRig({
      disk: {
        ...disk,
        open: (path, flags) => {
          const file = disk.open(path, flags)
          const datasync = file.datasync.bind(file)
          file.datasync = async () => {
            if (duringFlush.mock.calls.length === 0) await duringFlush()
            await datasync()
          }
          return file
        }
      }
    })
    await rig.open()
    await putNumbers(rig.store, 'T', 0, 300)
    rig.clock.advance(5_000)
    await expect.poll(() => fs.existsSync(rig.checkpoint)).toBe(true)
    expect(duringFlush).toHaveBeenCalledOnce()
    await rig.crash()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 350))
  })

  test('of a topic nobody has any more are removed', async () => {
    await fill()
    rig.registry.forget('T')
    await rig.open()
    expect(rig.store.getMaxOffsetInQueue('T', 0)).toBe(0)
    expect(fs.readdirSync(join(rig.folder, 'consumequeue'))).toHaveLength(1)
    expect(await readAll(rig.store, 'U', 3)).toEqual(numbers('U', 0, 100))
  })

  test('of a topic that got another number are rebuilt under it', async () => {
    await fill()
    rig.registry.renew('T', 0)
    await rig.open()
    await expectAll()
    expect(rig.reports).toMatchObject([{ kind: 'queue-rebuilt', topic: 'T', entries: 500 }])
  })

  test('of a topic made anew since the checkpoint begin at 0 after a kill', async () => {
    await putNumbers(rig.store, 'T', 0, 20)
    await rig.reopen()
    rig.store.deleteTopic('T')
    rig.registry.renew('T', rig.store.stats.maxPhysicalOffset)
    await putNumbers(rig.store, 'T', 20, 23)
    const store = await rig.crash()
    expect(store.getMaxOffsetInQueue('T', 0)).toBe(3)
    expect(await readAll(store, 'T')).toEqual(numbers('T', 20, 23))
  })

  test('of a topic a checkpoint was written of while it was deleted do not come back', async () => {
    await putNumbers(rig.store, 'T', 0, 20)
    const since = rig.store.stats.maxPhysicalOffset
    rig.registry.delete('T')
    await putNumbers(rig.store, 'U', 0, 1)
    await rig.close()
    rig.registry.renew('T', since)
    const store = await rig.open()
    expect(store.getMaxOffsetInQueue('T', 0)).toBe(0)
    await putNumbers(store, 'T', 20, 23)
    expect(await readAll(store, 'T')).toEqual(numbers('T', 20, 23))
  })
})
