/**
 * Runs the fixed script under strace: once to learn its storage calls, then again and again with one of them killed or
 * failed. A call is named by its system call and its number in its thread, as strace counts; Node's thread pool has one
 * thread so that this number means the same each time.
 */
import { spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import type { HistoryEvent } from '../faults/history'

/** Calls that change or persist files. `write` is what NeDB and whole-file writes use. */
const CALLS = [
  'pwrite64',
  'pwritev',
  'write',
  'fdatasync',
  'fsync',
  'rename',
  'ftruncate',
  'unlink',
  'unlinkat',
  'rmdir',
  'mkdir',
  'openat'
] as const

export interface StorageCall {
  name: string
  /** Number among the calls of that name in its thread, from 1. */
  n: number
  /** Of the script, in time order. */
  order: number
}

export interface StraceEnd {
  /** `killed`, `finished`, `would not open` or what else happened. */
  outcome: string
  events: HistoryEvent[]
  stderr: string
}

export type Injection = 'KILL' | 'EIO' | 'ENOSPC'

/** Why strace cannot be used here; undefined when it can. */
export const straceMissing = (): string | undefined => {
  const { error, status, stderr } = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true'], {
    encoding: 'utf8'
  })
  if (error) return 'strace is not installed (apt-get install strace)'
  return status === 0 ? undefined : `strace may not trace here: ${stderr.trim()}`
}

const run = (child: string, folder: string, flags: readonly string[]): Promise<StraceEnd> =>
  new Promise((resolve, reject) => {
    const args = ['-f', '-qq', ...flags, process.execPath, child, folder]
    const traced = spawn('strace', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' }
    })
    let stdout = ''
    let stderr = ''
    traced.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    traced.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    traced.on('error', reject)
    traced.on('close', (code, signal) => {
      const lines = stdout.split('\n').filter((line) => line.endsWith('}'))
      const events = lines.map((line) => JSON.parse(line) as HistoryEvent)
      const isKilled = signal === 'SIGKILL' || code === 137
      const outcome = isKilled
        ? 'killed'
        : code === 0
          ? 'finished'
          : code === 3
            ? 'would not open'
            : `ended with ${code ?? signal}`
      resolve({ outcome, events, stderr })
    })
  })

/** The script's calls on files below its folder. */
export const learnCalls = async (child: string, work: string): Promise<StorageCall[]> => {
  const folder = join(work, 'learn')
  const trace = join(work, 'trace')
  const end = await run(child, folder, ['-y', '-o', trace, '-e', `trace=${CALLS.join(',')}`])
  if (end.outcome !== 'finished') throw new Error(`the script ${end.outcome}: ${end.stderr}`)
  const counted = new Map<string, number>()
  const calls: StorageCall[] = []
  for (const line of fs.readFileSync(trace, 'utf8').split('\n')) {
    const [, thread, name] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    if (thread === undefined || name === undefined) continue
    const n = (counted.get(`${thread} ${name}`) ?? 0) + 1
    counted.set(`${thread} ${name}`, n)
    if (line.includes(`${folder}`)) calls.push({ name, n, order: calls.length })
  }
  fs.rmSync(folder, { recursive: true })
  return calls
}

export const runInjected = (
  child: string,
  folder: string,
  { name, n }: StorageCall,
  injection: Injection
): Promise<StraceEnd> => {
  const what = injection === 'KILL' ? 'signal=KILL' : `error=${injection}`
  return run(child, folder, [
    ...['-o', '/dev/null', '-e', `trace=${name}`],
    ...['-e', `inject=${name}:${what}:when=${n}`]
  ])
}
