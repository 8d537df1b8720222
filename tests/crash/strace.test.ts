/**
 * A fixed script is killed at each of its storage calls, and has each write and flush fail; then its store is opened and
 * judged. `npm run test:crash -- --strace` runs them all, `npm test` a seeded sample.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeConfig } from '../../src/main/store/storeRig'
import { judge } from '../faults/judge'
import { bundleEntry } from './brokerProcess'
import { lookDirectly } from './directStore'
import {
  learnCalls,
  runInjected,
  straceMissing,
  type Injection,
  type StorageCall,
  type StraceEnd
} from './strace'
import { scriptConfig, scriptLimits, scriptQueues } from './straceScript'

const ALL = process.env['GANTRY_CRASH_STRACE'] === 'all'
const SEED = Number(process.env['GANTRY_CRASH_SEED'] ?? 1)
const KILL_EVERY = ALL ? 1 : 20
const FAIL_EVERY = ALL ? 1 : 40
const WORKERS = 2
/** Calls a disk fails; not `write`, whose number also counts what Node tells its own threads. */
const FAILING = new Set(['pwrite64', 'pwritev', 'fdatasync', 'fsync', 'ftruncate'])

const missing = straceMissing()
if (missing !== undefined) process.stdout.write(`skipped: kills by strace: ${missing}\n`)

let work = ''
let child = ''
let calls: StorageCall[] = []

beforeAll(async () => {
  if (missing !== undefined) return
  work = fs.mkdtempSync(join(tmpdir(), 'gantry-strace-'))
  child = await bundleEntry('straceChild')
  calls = await learnCalls(child, work)
})
afterAll(() => {
  if (missing !== undefined) return
  fs.rmSync(child, { force: true })
  fs.rmSync(join(work, 'trace'), { force: true })
  // What failed has left its folder there.
  if (fs.readdirSync(work).length === 0) fs.rmdirSync(work)
})

interface Judged {
  call: StorageCall
  outcome: string
  tornTails: number
  problems: string[]
}

const judgeEnd = async (call: StorageCall, folder: string, end: StraceEnd): Promise<Judged> => {
  const { outcome, events, stderr } = end
  const last = events.at(-1)?.time ?? 0
  const history = [...events, { kind: 'crash', client: 'strace', time: last + 1 } as const]
  const problems: string[] = []
  if (/^ended/.test(outcome)) problems.push(`${outcome}: ${stderr}`)
  let tornTails = 0
  // Killed before anything was sent: nothing was promised, but the folder must open.
  const look = await lookDirectly({
    folder,
    config: storeConfig(scriptConfig),
    limits: scriptLimits,
    queues: scriptQueues,
    groups: ['g'],
    lookUpEvery: 1
  })
  if (outcome === 'killed')
    for (const topic of look.adopted) problems.push(`${topic}: adopted, so its settings were lost`)
  for (const report of look.reports)
    if (report.kind === 'damage') problems.push(`a hole: ${JSON.stringify(report)}`)
    else if (report.kind === 'tail-cut') tornTails++
  if (events.some(({ kind }) => kind === 'attempt')) {
    const { violations } = judge(history, look.observation, { seed: call.order })
    problems.push(...violations.map(({ check, sentence }) => `${check}: ${sentence}`))
  }
  return { call, outcome, tornTails, problems }
}

const runAll = async (wanted: readonly StorageCall[], injection: Injection): Promise<Judged[]> => {
  const queue = [...wanted]
  const done: Judged[] = []
  const worker = async (): Promise<void> => {
    for (let call = queue.shift(); call; call = queue.shift()) {
      const folder = join(work, `${injection} ${call.name} ${call.n} (${call.order})`)
      const end = await runInjected(child, folder, call, injection)
      const judged = await judgeEnd(call, folder, end)
      done.push(judged)
      if (judged.problems.length === 0) fs.rmSync(folder, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, worker))
  return done
}

const print = (injection: Injection, judged: readonly Judged[]): void => {
  const rows = new Map<string, Map<string, number>>()
  for (const { call, outcome, tornTails, problems } of judged) {
    const row = rows.get(call.name) ?? new Map<string, number>()
    const count = (what: string, by = 1): void => void row.set(what, (row.get(what) ?? 0) + by)
    count('calls')
    count(outcome)
    count('torn tails', tornTails)
    count('broken promises', problems.length > 0 ? 1 : 0)
    rows.set(call.name, row)
  }
  const lines = [...rows].map(
    ([name, row]) => `  ${name}: ${[...row].map(([what, n]) => `${n} ${what}`).join(', ')}`
  )
  process.stdout.write(`${injection} at ${judged.length} of ${calls.length} storage calls\n`)
  process.stdout.write(`${lines.join('\n')}\n`)
}

const sample = (from: readonly StorageCall[], every: number): StorageCall[] =>
  from.filter((_, i) => (i + SEED) % every === 0)

describe.skipIf(missing !== undefined)('a script', () => {
  test('meets what it is meant to meet', () => {
    const met = new Set(calls.map(({ name }) => name))
    for (const name of ['pwrite64', 'pwritev', 'fdatasync', 'fsync', 'rename', 'openat'])
      expect(met).toContain(name)
    expect(calls.length).toBeGreaterThan(300)
  })

  const check = async (injection: Injection, wanted: readonly StorageCall[]): Promise<Judged[]> => {
    const judged = await runAll(wanted, injection)
    print(injection, judged)
    const broken = judged.filter(({ problems }) => problems.length > 0)
    expect(
      broken.map(({ call, outcome, problems }) => ({
        at: `${injection} ${call.name} ${call.n} (${call.order})`,
        outcome,
        problems: problems.slice(0, 3)
      }))
    ).toEqual([])
    return judged
  }

  test('killed at a storage call keeps every promise', async () => {
    const judged = await check('KILL', sample(calls, KILL_EVERY))
    expect(judged.filter(({ outcome }) => outcome === 'killed').length).toBeGreaterThan(0)
  }, 3_600_000)

  test.each(['EIO', 'ENOSPC'] as const)(
    'met by %s keeps every promise',
    async (injection) => {
      const failing = calls.filter(({ name }) => FAILING.has(name))
      await check(injection, sample(failing, FAIL_EVERY))
    },
    3_600_000
  )
})
