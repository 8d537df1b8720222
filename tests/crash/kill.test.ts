/** A process that appends is killed at a random moment, again and again; its store is judged after each kill. */
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ManualClock } from '../../src/main/base/clock'
import { nodeDisk, type Disk, type DiskFile } from '../../src/main/base/disk'
import { silentLog } from '../../src/main/base/log'
import { seededRandom } from '../../src/main/base/random'
import type { MessageStore, StoreReport } from '../../src/main/store/messageStore'
import { openMessageStore } from '../../src/main/store/openMessageStore'
import { message } from '../../src/main/store/storeRig'
import { judge, parseAcknowledged, type Acknowledged } from './judge'
import { bodyCrc, bodyOf, config, limits, registry, TOPICS } from './plan'

const CYCLES = Number(process.env['GANTRY_CRASH_CYCLES'] ?? 10)
const SEED = Number(process.env['GANTRY_CRASH_SEED'] ?? 1)
/** A folder is judged whole after each kill; a new one keeps that short. */
const CYCLES_PER_FOLDER = 10

const work = fs.mkdtempSync(join(tmpdir(), 'gantry-crash-'))
const writer = join(work, 'writer.mjs')

beforeAll(async () => {
  const bundle = await rolldown({
    input: join(import.meta.dirname, 'writer.ts'),
    platform: 'node',
    external: [/^node:/]
  })
  await bundle.write({ file: writer, format: 'esm' })
  await bundle.close()
})
afterAll(() => fs.rmSync(work, { recursive: true, force: true }))

/** Opens what a kill left; `abandon` lets go of it as a kill would, without closing. */
const open = async (
  folder: string,
  reports: StoreReport[] = []
): Promise<{ store: MessageStore; abandon: () => void }> => {
  const files = new Set<DiskFile>()
  const disk: Disk = {
    ...nodeDisk,
    open: (path, flags) => {
      const file = nodeDisk.open(path, flags)
      const close = file.close.bind(file)
      file.close = () => {
        files.delete(file)
        close()
      }
      files.add(file)
      return file
    }
  }
  const store = await openMessageStore({
    ...{ disk, clock: new ManualClock(), log: silentLog, folder, registry, limits },
    config: config('ASYNC_FLUSH'),
    onReport: (report) => reports.push(report)
  })
  return {
    store,
    abandon: () => {
      for (const file of [...files]) file.close()
    }
  }
}

/** Starts a writer, kills it `delayMs` after it began to write; what it acknowledged until then. */
const runAndKill = (
  folder: string,
  run: number,
  flush: string,
  delayMs: number
): Promise<Acknowledged[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, folder, String(run), flush], {
      stdio: ['ignore', 'pipe', 'pipe']
    })
    const acknowledged: Acknowledged[] = []
    let complaint = ''
    child.stderr.on('data', (chunk) => (complaint += String(chunk)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), delayMs)
      const parsed = parseAcknowledged(line, run)
      if (parsed) acknowledged.push(parsed)
    })
    child.on('error', reject)
    child.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') resolve(acknowledged)
      else reject(new Error(`the writer ended by itself: ${complaint}`))
    })
  })

describe('kill -9', () => {
  test(
    `${CYCLES} times at a random moment loses nothing acknowledged`,
    async () => {
      const random = seededRandom(SEED)
      let acknowledged: Acknowledged[] = []
      let folder = ''
      const total = { acknowledged: 0, unacknowledged: 0, tails: 0, holes: 0 }
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        if (cycle % CYCLES_PER_FOLDER === 0) {
          if (folder !== '') fs.rmSync(folder, { recursive: true })
          folder = join(work, `store ${cycle} 数据`)
          acknowledged = []
        }
        const flush = random.int(3) === 0 ? 'SYNC_FLUSH' : 'ASYNC_FLUSH'
        const killed = await runAndKill(folder, cycle, flush, 5 + random.int(300))
        acknowledged = acknowledged.concat(killed)
        total.acknowledged += killed.length
        // Every third time the next writer itself meets what the kill left.
        if (cycle % 3 === 2 && (cycle + 1) % CYCLES_PER_FOLDER !== 0) continue
        const reports: StoreReport[] = []
        const { store, abandon } = await open(folder, reports)
        const { violations, messages } = await judge(store, acknowledged)
        expect(violations.slice(0, 5), `cycle ${cycle}, ${flush}`).toEqual([])
        total.unacknowledged = Math.max(total.unacknowledged, messages - acknowledged.length)
        for (const report of reports)
          if (report.kind === 'tail-cut') total.tails++
          else if (report.kind === 'damage') total.holes++
        if (random.int(2) === 0) await store.close()
        else abandon()
      }
      expect(total.holes).toBe(0)
      expect(total.acknowledged).toBeGreaterThan(CYCLES * 10)
      process.stdout.write(`${CYCLES} kills: ${JSON.stringify(total)}\n`)
    },
    60_000 + CYCLES * 5_000
  )
})

describe('the judge', () => {
  const folder = join(work, 'judged')
  const put = async (
    store: MessageStore,
    sequence: number,
    body: Buffer
  ): Promise<Acknowledged> => {
    const result = await store.putMessage(message(TOPICS[0]!, body))
    if (result.status !== 'PUT_OK') throw new Error(result.status)
    const { queueOffset } = result
    return { topic: 0, queueId: 0, queueOffset, run: 1, sequence, crc: bodyCrc(body) }
  }
  const verdict = async (
    fault: (store: MessageStore, acknowledged: Acknowledged[]) => unknown
  ): Promise<string[]> => {
    fs.rmSync(folder, { recursive: true, force: true })
    const { store } = await open(folder)
    const acknowledged: Acknowledged[] = []
    for (let i = 0; i < 5; i++) acknowledged.push(await put(store, i, bodyOf(1, i)))
    await fault(store, acknowledged)
    const { violations } = await judge(store, acknowledged)
    await store.close()
    return violations
  }

  test.each<[string, RegExp | undefined, Parameters<typeof verdict>[0]]>([
    ['lets a good store pass', undefined, () => undefined],
    [
      'sees a loss',
      /#5: acknowledged and lost/,
      (_, all) => all.push({ ...all[0]!, queueOffset: 5 })
    ],
    ['sees a change', /#0: acknowledged and altered/, (_, all) => (all[0]!.crc = 1)],
    ['sees a phantom', /#5: a body nobody sent/, (s) => put(s, 5, Buffer.from('1:5:x'))],
    ['sees a duplicate', /#5: a duplicate/, (s) => put(s, 4, bodyOf(1, 4))],
    [
      'sees disorder',
      /#6: out of the order/,
      async (s) => {
        await put(s, 9, bodyOf(1, 9))
        await put(s, 8, bodyOf(1, 8))
      }
    ]
  ])('%s', async (_name, expected, fault) => {
    const violations = await verdict(fault)
    if (expected === undefined) expect(violations).toEqual([])
    else expect(violations.join('\n')).toMatch(expected)
  })
})
