import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seededRandom, type Random } from '../base/random'
import type { PutMessageResult } from './messageStore'
import {
  diskError,
  faultyDisk,
  message,
  numbers,
  pull,
  putNumbers,
  readAll,
  StoreRig,
  type FaultyDisk
} from './storeRig'

let disk: FaultyDisk
let rig: StoreRig

const start = async (options: ConstructorParameters<typeof StoreRig>[0] = {}): Promise<void> => {
  disk = faultyDisk()
  rig = new StoreRig({ ...options, disk })
  await rig.open()
}

/** Fails `operation` on files whose path contains `part`, until `disk.fault` is replaced. */
const failing = (operation: string, part: string, code: string): void => {
  disk.fault = (what, path) => {
    if (what === operation && path.includes(part)) throw diskError(code)
  }
}
const heal = (): void => {
  disk.fault = () => undefined
}

afterEach(() => {
  heal()
  return rig.dispose()
})

describe('a write that fails', () => {
  beforeEach(() => start())

  test.each([
    ['ENOSPC', 0],
    ['EIO', 1],
    ['ENOSPC', 70],
    ['EIO', 300]
  ])('with %s after %i bytes acknowledges nothing and leaves nothing', async (code, shortWrite) => {
    await putNumbers(rig.store, 'T', 0, 5)
    const size = fs.statSync(rig.segments()[0]!).size
    disk.shortWrite = shortWrite
    failing('writev', 'commitlog', code)
    const results = await Promise.all([
      ...['x', 'y'].map((body) => rig.store.putMessage(message('T', body))),
      rig.store.putMessages([message('U', 'z'), message('U', 'z')])
    ])
    for (const result of results)
      expect(result).toMatchObject({
        status: 'SERVICE_NOT_AVAILABLE',
        reason: expect.stringContaining(code) as string
      })
    expect(fs.statSync(rig.segments()[0]!).size).toBe(size)
    expect(rig.store.getMaxOffsetInQueue('T', 0)).toBe(5)
    expect(rig.store.stats.notWriteable).toContain(code)
    heal()
    expect(await rig.store.putMessage(message('T', 'later'))).toMatchObject({
      status: 'SERVICE_NOT_AVAILABLE'
    })
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 5))
    await rig.reopen()
    expect(rig.reports).toEqual([])
    await putNumbers(rig.store, 'T', 5, 8)
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 8))
    expect(await readAll(rig.store, 'U')).toEqual([])
  })

  test('and a truncation that fails too leaves a tail that the next start cuts', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    disk.shortWrite = 60
    disk.fault = (what) => {
      if (what === 'writev' || what === 'truncate') throw diskError('EIO')
    }
    await rig.store.putMessage(message('T', 'x'))
    heal()
    await rig.crash()
    expect(rig.reports).toMatchObject([{ kind: 'tail-cut', bytes: 60 }])
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 5))
  })

  test('while a segment is made takes the segment back', async () => {
    rig.config.mappedFileSizeCommitLog = 2_000
    await putNumbers(rig.store, 'T', 0, 5)
    for (const operation of ['open', 'writev']) {
      const segments = rig.segments()
      disk.fault = (what, path) => {
        if (what === operation && path.includes('commitlog') && !segments.includes(path))
          throw diskError('ENOSPC')
      }
      const before = rig.store.getMaxOffsetInQueue('T', 0)
      const puts = Array.from({ length: 30 }, () => rig.store.putMessage(message('T', 'x')))
      for (const result of await Promise.all(puts))
        expect(result.status).toBe('SERVICE_NOT_AVAILABLE')
      heal()
      expect(rig.segments()).toEqual(segments)
      await rig.reopen()
      expect(rig.reports).toEqual([])
      expect(rig.store.getMaxOffsetInQueue('T', 0)).toBe(before)
      await putNumbers(rig.store, 'T', before, before + 30)
    }
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 65))
  })

  test('of a consume queue stops the store from taking more, not from serving', async () => {
    failing('writev', 'consumequeue', 'ENOSPC')
    await putNumbers(rig.store, 'T', 0, 450)
    expect(rig.store.stats.notWriteable).toContain('ENOSPC')
    expect(await rig.store.putMessage(message('T', 'x'))).toMatchObject({
      status: 'SERVICE_NOT_AVAILABLE'
    })
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 450))
    heal()
    await rig.reopen()
    await putNumbers(rig.store, 'T', 450, 460)
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 460))
  })

  test('of a checkpoint costs nothing but time', async () => {
    await putNumbers(rig.store, 'T', 0, 10)
    failing('writev', 'checkpoint', 'ENOSPC')
    await rig.close()
    heal()
    await rig.open()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 10))
  })
})

describe('a read that fails', () => {
  test.each([
    ['of a short message', 100],
    ['of a long one, in the background', 200_000]
  ])('%s skips it and says so', async (_name, size) => {
    await start({ limits: { arenaChunkBytes: 1, hotTailBytes: 0 } })
    for (const letter of 'abc') await rig.store.putMessage(message('T', Buffer.alloc(size, letter)))
    failing('read', 'commitlog', 'EIO')
    const answer = await pull(rig.store, { topic: 'T', maxMsgNums: 1 })
    expect(answer).toMatchObject({ status: 'MESSAGE_WAS_REMOVING', messages: [] })
    expect(answer.nextBeginOffset).toBeGreaterThan(0)
    expect(rig.reports[0]).toMatchObject({ kind: 'damage' })
    expect(rig.store.getMessageStoreTimeStamp('T', 0, 0)).toBe(-1)
    heal()
    expect((await pull(rig.store, { topic: 'T', maxMsgNums: 1 })).messages).toHaveLength(1)
  })

  test('of a consume queue answers OFFSET_FOUND_NULL and goes on', async () => {
    await start()
    await putNumbers(rig.store, 'T', 0, 450)
    await rig.reopen()
    failing('read', 'consumequeue', 'EIO')
    expect(await pull(rig.store, { topic: 'T' })).toMatchObject({
      status: 'OFFSET_FOUND_NULL',
      nextBeginOffset: 450
    })
    heal()
    expect(await readAll(rig.store, 'T')).toHaveLength(450)
  })

  test('because files ran out closes what is kept open and tries again', async () => {
    await start()
    for (let q = 0; q < 10; q++) await putNumbers(rig.store, 'T', 0, 250, { queueId: q })
    await rig.reopen()
    let refusals = 0
    disk.fault = (what) => {
      if (what === 'open' && ++refusals % 2 === 1) throw diskError('EMFILE')
    }
    for (let q = 0; q < 10; q++) expect(await readAll(rig.store, 'T', q)).toHaveLength(250)
  })
})

describe('SYNC_FLUSH', () => {
  beforeEach(() => start({ config: { flushDiskType: 'SYNC_FLUSH' } }))

  test('acknowledges after the flush that covers the message: an idle disk gets sixteen at once, the rest waits for it together', async () => {
    let flushes = 0
    disk.fault = (what) => {
      if (what === 'datasync') flushes++
    }
    const puts = numbers('T', 0, 50).map((body) => rig.store.putMessage(message('T', body)))
    expect(flushes).toBe(1)
    for (const result of await Promise.all(puts)) {
      expect(result.status).toBe('PUT_OK')
      if ('physicalOffsets' in result)
        expect(rig.store.stats.flushedPhysicalOffset).toBeGreaterThan(result.physicalOffsets[0]!)
    }
    expect(flushes).toBe(2)
    expect(rig.store.stats.flushedPhysicalOffset).toBe(rig.store.stats.maxPhysicalOffset)
  })

  test('flushes every segment a group touched', async () => {
    rig.config.mappedFileSizeCommitLog = 2_000
    const flushed = new Set<string>()
    disk.fault = (what, path) => {
      if (what === 'datasync') flushed.add(path)
    }
    await putNumbers(rig.store, 'T', 0, 60)
    expect([...flushed]).toEqual(rig.segments())
  })

  test('says FLUSH_DISK_TIMEOUT when the disk is slow; the message stays', async () => {
    await putNumbers(rig.store, 'T', 0, 1)
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const open = disk.open.bind(disk)
    disk.open = (path, flags) => {
      const file = open(path, flags)
      if (!path.includes('commitlog')) return file
      return { ...file, datasync: () => gate.then(() => file.datasync()) }
    }
    await rig.reopen()
    const put = rig.store.putMessage(message('T', 'T-1'))
    await new Promise((resolve) => setImmediate(resolve))
    rig.clock.advance(5_000)
    expect(await put).toMatchObject({ status: 'FLUSH_DISK_TIMEOUT', queueOffset: 1 })
    expect(rig.store.stats.notWriteable).toBeUndefined()
    release()
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 2))
  })

  test('does not let a message wait that asks not to', async () => {
    failing('datasync', 'commitlog', 'EIO')
    const properties = 'WAIT\u0001false\u0002'
    expect(await rig.store.putMessage(message('T', 'x', { properties }))).toMatchObject({
      status: 'PUT_OK'
    })
  })

  test('refuses after a failed flush and never tries it again', async () => {
    await putNumbers(rig.store, 'T', 0, 3)
    let flushes = 0
    disk.fault = (what) => {
      if (what !== 'datasync') return
      flushes++
      throw diskError('EIO')
    }
    const results: PutMessageResult[] = await Promise.all(
      numbers('T', 3, 6).map((body) => rig.store.putMessage(message('T', body)))
    )
    for (const result of results) expect(result.status).toBe('SERVICE_NOT_AVAILABLE')
    expect(rig.store.stats.notWriteable).toContain('EIO')
    heal()
    disk.fault = (what) => {
      if (what === 'datasync') flushes++
    }
    expect(await rig.store.putMessage(message('T', 'x'))).toMatchObject({
      status: 'SERVICE_NOT_AVAILABLE'
    })
    await rig.close()
    expect(flushes).toBe(1)
    await rig.open()
    expect((await readAll(rig.store, 'T')).slice(0, 3)).toEqual(numbers('T', 0, 3))
  })

  test('loses nothing acknowledged in a power cut, whatever the cache kept', async () => {
    const random = seededRandom(7)
    const int = (bound: number): number => random.int(bound)
    for (let round = 0; round < 40; round++) {
      rig.config.mappedFileSizeCommitLog = 6_000
      // What a start finds has come from the platter.
      const synced = new Map(rig.segments().map((path) => [path, fs.statSync(path).size]))
      disk.fault = (what, path) => {
        if (what === 'datasync') synced.set(path, fs.statSync(path).size)
      }
      const topic = `T${round}`
      const acknowledged = 20 + int(100)
      for (let i = 0; i < acknowledged; i += 10) {
        await putNumbers(rig.store, topic, i, Math.min(acknowledged, i + 10))
        if (int(4) === 0) rig.clock.advance(5_000)
      }
      rig.config.flushDiskType = 'ASYNC_FLUSH'
      const unsynced = new Map(rig.segments().map((path) => [path, synced.get(path) ?? 32]))
      await putNumbers(rig.store, topic, acknowledged, acknowledged + int(60))
      rig.config.flushDiskType = 'SYNC_FLUSH'
      heal()
      rig.abandon()
      for (const path of rig.segments()) lose(path, unsynced.get(path) ?? 0, int)
      const queues = join(rig.folder, 'consumequeue')
      for (const name of fs.readdirSync(queues, { recursive: true, encoding: 'utf8' })) {
        const path = join(queues, name)
        if (fs.statSync(path).isFile() && int(3) === 0) lose(path, 0, int)
      }
      await rig.open()
      for (let t = 0; t <= round; t++) {
        const bodies = await readAll(rig.store, `T${t}`)
        const least = t === round ? acknowledged : 0
        expect(bodies.slice(0, least)).toEqual(numbers(`T${t}`, 0, least))
        expect(bodies).toEqual([...bodies].sort((a, b) => number(a) - number(b)))
      }
    }
  }, 60_000)
})

const number = (body: string): number => Number(body.slice(body.indexOf('-') + 1))

/** Loses some of the bytes of a file from `kept` on: sectors zeroed, the end cut. */
const lose = (path: string, kept: number, int: Random['int']): void => {
  const bytes = fs.readFileSync(path)
  const size = kept + int(bytes.length - kept + 1)
  for (let at = kept; at < size; at += 512)
    if (int(2) === 0) bytes.fill(0, at, Math.min(size, at + 512))
  fs.writeFileSync(path, bytes.subarray(0, size))
}

describe('ASYNC_FLUSH', () => {
  beforeEach(() => start())

  test('flushes in the background within the interval', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    expect(rig.store.stats.flushedPhysicalOffset).toBe(0)
    rig.clock.advance(500)
    await expect
      .poll(() => rig.store.stats.flushedPhysicalOffset)
      .toBe(rig.store.stats.maxPhysicalOffset)
  })

  test('stops taking messages when the background flush fails', async () => {
    await putNumbers(rig.store, 'T', 0, 5)
    failing('datasync', 'commitlog', 'EIO')
    rig.clock.advance(500)
    await expect.poll(() => rig.store.stats.notWriteable).toContain('EIO')
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 5))
    rig.clock.advance(60_000)
    await rig.close()
    // What it would vouch for may be gone after a power cut.
    expect(disk.exists(join(rig.folder, 'checkpoint'))).toBe(false)
  })

  test('writes all messages of a turn at once, and at once when they are many', async () => {
    let writes = 0
    disk.fault = (what, path) => {
      if (what === 'writev' && path.includes('commitlog')) writes++
    }
    await putNumbers(rig.store, 'T', 0, 1)
    writes = 0
    await putNumbers(rig.store, 'T', 1, 100)
    expect(writes).toBe(1)
    const body = Buffer.alloc(1024 * 1024)
    const puts = Array.from({ length: 9 }, () => rig.store.putMessage(message('T', body)))
    expect(writes).toBe(3)
    await Promise.all(puts)
    expect(writes).toBe(4)
  })
})

describe('a listener of arrivals', () => {
  beforeEach(() => start())

  test('may put, and may fail', async () => {
    rig.store.arrivals.on(({ topic, queueOffset }) => {
      if (topic === 'T' && queueOffset < 3) void rig.store.putMessage(message('U', 'from within'))
      throw new Error('a listener of the test')
    })
    await putNumbers(rig.store, 'T', 0, 5)
    await putNumbers(rig.store, 'T', 5, 6)
    expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 6))
    expect(await readAll(rig.store, 'U')).toHaveLength(3)
  })

  test('may delete the topic, also with messages of it on their way', async () => {
    const arrived: number[] = []
    let late: Promise<PutMessageResult> | undefined
    rig.store.arrivals.on(({ queueOffset }) => {
      arrived.push(queueOffset)
      if (late !== undefined) return
      late = rig.store.putMessage(message('T', 'late'))
      rig.store.deleteTopic('T')
    })
    await putNumbers(rig.store, 'T', 0, 5)
    expect((await late)?.status).toBe('PUT_OK')
    expect(arrived).toEqual([0, 1, 2, 3, 4])
    expect(rig.store.getMaxOffsetInQueue('T', 0)).toBe(0)
    expect(rig.store.queueIdsOf('T')).toEqual([])
  })
})

describe('closing', () => {
  beforeEach(() => start())

  test('stores what was put in the same turn and refuses what comes after', async () => {
    const put = rig.store.putMessage(message('T', 'T-0'))
    const closed = rig.store.close()
    const late = rig.store.putMessage(message('T', 'late'))
    expect((await put).status).toBe('PUT_OK')
    expect(await late).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' })
    await closed
    await rig.store.close()
    await rig.crash()
    expect(await readAll(rig.store, 'T')).toEqual(['T-0'])
  })
})
