import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { nodeDisk } from '../../base/disk'
import { encodeSegmentHeader } from '../segmentFile'
import { flipBit, message, putNumbers, StoreRig } from '../storeRig'
import type { DeletedTopic } from './deletedTopic'
import type { RecordRow, StoreInspection } from './inspection'
import { runInspect } from './runInspect'

let rig: StoreRig
/** The data folder a process is at work on. */
let inUse = ''
/** What the broker's metadata says of deleted topics. */
let deleted: DeletedTopic[] = []

beforeEach(async () => {
  rig = new StoreRig({ config: { mappedFileSizeCommitLog: 16 * 1024 } })
  await rig.open()
})
afterEach(() => {
  deleted = []
  return rig.dispose()
})

interface Run {
  exit: number
  out: string
  error: string
}

/** Every file with its size, time and bytes. */
const snapshot = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => {
      const stat = fs.statSync(path)
      const bytes = stat.isFile() ? fs.readFileSync(path).toString('base64') : ''
      return `${path} ${stat.size} ${stat.mtimeMs} ${bytes}`
    })

/** Runs the command; whatever it finds, it must not have changed a byte. */
const run = async (...args: string[]): Promise<Run> => {
  const result = { exit: -1, out: '', error: '' }
  const before = fs.existsSync(rig.folder) ? snapshot(rig.folder) : []
  result.exit = await runInspect(args, {
    disk: nodeDisk,
    clock: new ManualClock(rig.clock.now() + 5_000),
    isInUse: (folder) => Promise.resolve(folder === inUse),
    deletedTopicsOf: () => deleted,
    write: (text) => (result.out += text),
    writeError: (text) => (result.error += text)
  })
  expect(fs.existsSync(rig.folder) ? snapshot(rig.folder) : []).toEqual(before)
  return result
}

const inspect = async (
  exit: number
): Promise<StoreInspection & { records: RecordRow[]; text: string }> => {
  const json = await run(rig.folder, '--json', '--records')
  const text = await run(rig.folder)
  expect([json.exit, text.exit]).toEqual([exit, exit])
  const { stores } = JSON.parse(json.out) as {
    stores: (StoreInspection & { records: RecordRow[] })[]
  }
  expect(stores).toHaveLength(1)
  return { ...stores[0]!, text: text.out }
}

const fill = async (): Promise<void> => {
  await putNumbers(rig.store, 'T', 0, 300)
  await putNumbers(rig.store, 'U', 0, 100, { queueId: 3 })
}

const queueOf = (inspection: StoreInspection, topic: string): object =>
  inspection.queues.find((queue) => queue.topic === topic) ?? {}

const starts = (): number[] =>
  rig.store.getConsumeQueueEntries('T', 0, 0, 300).map((entry) => entry.physicalOffset)

/** File and position in it of a physical offset. */
const placeOf = (physicalOffset: number): { path: string; at: number } => {
  const bases = rig.segments().map((path) => Number(path.slice(-20)))
  const i = bases.findLastIndex((base) => base <= physicalOffset)
  return { path: rig.segments()[i]!, at: physicalOffset - bases[i]! }
}

describe('a sound store', () => {
  test('is told as it is', async () => {
    await fill()
    await rig.close()
    const found = await inspect(0)
    expect(found.problems).toEqual([])
    expect(found.log.segments.length).toBeGreaterThan(1)
    expect(found.log.segments.map((s) => s.header)).not.toContain('damaged')
    expect(found.totals).toEqual({ queues: 2, entries: 400, records: 400, lostRecords: 0 })
    expect(found.checkpoint).toMatchObject({ state: 'sound', bytesBehind: 0, ageMs: 5_000 })
    expect(queueOf(found, 'U')).toMatchObject({ queueId: 3, topicId: 2, entries: 100 })
    expect(found.records).toHaveLength(400)
    expect(found.records[1]).toMatchObject({ topic: 'T', queueId: 0, queueOffset: 1, crc: 'ok' })
    expect(found.text).toContain('\nsound\n')
  })

  test('that is open, its queues not yet in files, is sound too', async () => {
    await fill()
    const found = await inspect(0)
    expect(found.checkpoint.state).toBe('absent')
    expect(queueOf(found, 'T')).toMatchObject({ entries: 200, pendingEntries: 100 })
    expect(queueOf(found, 'U')).toMatchObject({ topicId: null, pendingEntries: 100 })
  })

  test('may hold records of a deleted topic and of its successor', async () => {
    await fill()
    rig.store.deleteTopic('T')
    rig.registry.renew('T', rig.store.stats.maxPhysicalOffset)
    await putNumbers(rig.store, 'T', 0, 7)
    await rig.close()
    const found = await inspect(0)
    expect(queueOf(found, 'T')).toMatchObject({ entries: 7, records: 7, topicId: 3 })
    expect(found.log.recordsWithoutQueue).toBe(300)
  })

  test('from which a topic was deleted behind the last checkpoint is sound', async () => {
    await fill()
    await rig.reopen()
    rig.store.deleteTopic('T')
    const untilOffset = rig.store.stats.maxPhysicalOffset
    rig.abandon()
    expect((await inspect(1)).problems).toHaveLength(1)
    deleted = [{ topic: 'T', topicId: 1, untilOffset }]
    const found = await inspect(0)
    expect(found.queues.map((queue) => queue.topic)).toEqual(['U'])
    expect(found.log.recordsWithoutQueue).toBe(300)
    rig.registry.renew('T', untilOffset)
    await rig.open()
    await putNumbers(rig.store, 'T', 0, 7)
    rig.abandon()
    expect(queueOf(await inspect(0), 'T')).toMatchObject({ pendingEntries: 7, records: 7 })
  })

  test('tells its formats and its backups', async () => {
    await fill()
    await rig.close()
    const backup = `${rig.folder}.v1.bak-20261122T151500Z`
    const data = `${rig.folder}-data`
    fs.cpSync(rig.folder, join(data, 'nodes', 'broker-0', 'store'), { recursive: true })
    fs.cpSync(rig.folder, backup, { recursive: true })
    fs.cpSync(backup, join(data, 'nodes', 'broker-0', 'store.v1.bak-20261122T151500Z'), {
      recursive: true
    })
    try {
      const found = await inspect(0)
      expect(found.backups).toEqual([backup])
      expect(found.text).toContain(`\nbackup: ${backup}, removed by the next clean shutdown\n`)
      expect(found.text).toContain('found log 2, checkpoint 2, index 1\n')
      expect(found.checkpoint.formatVersion).toBe(2)
      const all = JSON.parse((await run(data, '--json')).out) as { stores: StoreInspection[] }
      expect(all.stores.map((store) => store.folder)).toEqual([
        join(data, 'nodes', 'broker-0', 'store')
      ])
    } finally {
      fs.rmSync(data, { recursive: true })
      fs.rmSync(backup, { recursive: true })
    }
  })

  test('without a message is empty', async () => {
    await rig.close()
    fs.mkdirSync(join(rig.folder, 'commitlog'), { recursive: true })
    const found = await inspect(0)
    expect(found.totals).toEqual({ queues: 0, entries: 0, records: 0, lostRecords: 0 })
  })
})

describe('damage of the log', () => {
  test('a torn tail', async () => {
    await fill()
    const last = starts()[299]!
    await rig.close()
    const path = rig.segments().at(-1)!
    const size = fs.statSync(path).size
    fs.truncateSync(path, size - 5)
    const found = await inspect(1)
    const end = Number(path.slice(-20)) + size
    const { tornTail } = found.log
    expect(tornTail?.physicalOffset).toBeGreaterThan(last)
    expect(tornTail!.physicalOffset + tornTail!.bytes).toBe(end - 5)
    expect(tornTail?.lostRecords).toBe(1)
    expect(queueOf(found, 'U')).toMatchObject({ records: 99, lostRecords: 1, danglingEntries: 0 })
    expect(found.text).toContain(`torn tail at ${tornTail?.physicalOffset}`)
  })

  test('a batch that is not whole', async () => {
    await fill()
    await rig.store.putMessages(['a', 'b', 'c'].map((body) => message('T', body)))
    await rig.close()
    const path = rig.segments().at(-1)!
    fs.truncateSync(path, fs.statSync(path).size - 5)
    const found = await inspect(1)
    expect(found.log.tornTail).toMatchObject({ unfinishedBatch: 2, lostRecords: 3 })
    expect(found.text).toContain('3 records known lost, 2 sound records of an unfinished batch')
    expect(found.text).toContain('are no whole batch; the next start cuts them')
    expect(found.records.filter((row) => row.crc === 'ok')).toHaveLength(400)
  })

  test.each([[false], [true]])(
    'a flipped bit in the middle, seen by a start: %s',
    async (wasStarted) => {
      await fill()
      const [, from = 0, , to = 0] = starts().slice(100)
      await rig.close()
      for (const at of [from, to - 1]) {
        const place = placeOf(at)
        flipBit(place.path, place.at + 40)
      }
      const second = placeOf(to - 60)
      flipBit(second.path, second.at)
      if (wasStarted) {
        fs.rmSync(rig.checkpoint)
        await rig.reopen()
        await rig.close()
      }
      const found = await inspect(1)
      expect(found.log.holes[0]).toMatchObject({ physicalOffset: from })
      expect(found.totals.lostRecords).toBeGreaterThan(0)
      expect(found.totals.lostRecords).toBe(found.totals.entries - found.totals.records)
      expect(found.log.holes.reduce((n, hole) => n + hole.lostRecords, 0)).toBe(
        found.totals.lostRecords
      )
      expect(queueOf(found, 'T')).toMatchObject({ wrongEntries: 0, danglingEntries: 0 })
      expect(found.records.filter((row) => row.crc === 'bad')).toHaveLength(found.log.holeCount)
    }
  )

  test('a damaged segment header', async () => {
    await fill()
    await rig.close()
    flipBit(rig.segments()[1]!, 3)
    const found = await inspect(1)
    expect(found.log.segments[1]).toMatchObject({ header: 'damaged', formatVersion: null })
    expect(found.totals).toMatchObject({ records: 400, lostRecords: 0 })
  })

  test('a segment of a newer format is not judged', async () => {
    await fill()
    await rig.close()
    const file = fs.openSync(rig.segments()[0]!, 'r+')
    fs.writeSync(file, encodeSegmentHeader(0, 3), 0, 32, 0)
    fs.closeSync(file)
    const found = await inspect(1)
    expect(found.problems).toEqual([
      'segment 0 has format 3, this version knows 2; use a newer Gantry'
    ])
  })
})

describe('damage of the consume queues', () => {
  const differs = { fitsCheckpoint: false }

  test.each([
    ['deleted', (path: string) => fs.rmSync(path), { ...differs, missingEntries: 300 }],
    ['cut', (path: string) => fs.truncateSync(path, 1_999), { ...differs, missingEntries: 201 }],
    ['garbled', (path: string) => flipBit(path, 20 * 50 + 7), { ...differs, wrongEntries: 1 }],
    [
      'longer than the log',
      (path: string) => fs.appendFileSync(path, Buffer.alloc(40, 1)),
      { fitsCheckpoint: true, danglingEntries: 2 }
    ]
  ])('a file that is %s', async (_name, damage, expected) => {
    await fill()
    await rig.close()
    damage(rig.queueFiles()[0]!)
    const found = await inspect(1)
    expect(queueOf(found, 'T')).toMatchObject({ topicId: 1, ...expected })
    expect(queueOf(found, 'U')).toMatchObject({ fitsCheckpoint: true })
    expect(found.problems).toHaveLength(1)
    expect(found.problems[0]).toContain('queue T@0: ')
  })

  test('a damaged checkpoint is told, the queues are found all the same', async () => {
    await fill()
    await rig.close()
    flipBit(rig.checkpoint, 20)
    const found = await inspect(1)
    expect(found.problems).toEqual([
      'the checkpoint is damaged; the next start rebuilds the consume queues'
    ])
    expect(queueOf(found, 'T')).toMatchObject({ entries: 300, fitsCheckpoint: null })
  })
})

describe('the folder', () => {
  test('may be the data folder or a broker', async () => {
    await fill()
    await rig.close()
    const data = `${rig.folder}-data`
    for (const name of ['broker-0', 'broker-1'])
      fs.cpSync(rig.folder, join(data, 'nodes', name, 'store'), { recursive: true })
    try {
      const all = JSON.parse((await run(data, '--json')).out) as { stores: StoreInspection[] }
      expect(all.stores.map((store) => store.totals.records)).toEqual([400, 400])
      const one = await run(join(data, 'nodes', 'broker-1'))
      expect(one.exit).toBe(0)
      expect(one.out).toContain(`store ${join(data, 'nodes', 'broker-1', 'store')}\n`)
    } finally {
      fs.rmSync(data, { recursive: true })
    }
  })

  test('of a broker without a message holds an empty store', async () => {
    const data = `${rig.folder}-data`
    const store = join(data, 'nodes', 'broker-0', 'store')
    fs.mkdirSync(store, { recursive: true })
    try {
      for (const folder of [data, join(store, '..'), store]) {
        const { exit, out } = await run(folder)
        expect(exit).toBe(0)
        expect(out).toContain(`store ${store}\n`)
        expect(out).toContain('\nsound\n')
      }
    } finally {
      fs.rmSync(data, { recursive: true })
    }
  })

  test('that is in use is said to be', async () => {
    await fill()
    await rig.close()
    const path = rig.segments().at(-1)!
    fs.truncateSync(path, fs.statSync(path).size - 5)
    const data = `${rig.folder}-data`
    const store = join(data, 'nodes', 'broker-0', 'store')
    fs.cpSync(rig.folder, store, { recursive: true })
    inUse = data
    try {
      const { exit, out } = await run(store)
      expect(exit).toBe(1)
      expect(out).toContain('\nin use by a broker at work')
      expect(out).toContain('may be writing them, look again')
    } finally {
      inUse = ''
      fs.rmSync(data, { recursive: true })
    }
  })

  test.each([
    [[], 'no folder given; usage: npm run store:inspect'],
    [['a', 'b'], 'more than one folder given; usage'],
    [['a', '--fix'], '--fix is no option; usage'],
    [['/nowhere/at/all'], 'does not exist; name a data folder'],
    [[import.meta.dirname], 'no store in']
  ])('%j is refused in one line', async (args, line) => {
    const { exit, out, error } = await run(...args)
    expect(exit).toBe(2)
    expect(out).toBe('')
    expect(error).toContain(line)
    expect(error.trimEnd().split('\n')).toHaveLength(1)
  })
})
