/** Brokers of `--only store`: on folders that outlive them, stopped cleanly or killed. Nothing is left behind. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { ended, entry, firstLine, fromEnvironment, start } from './processes'
import type { Ready } from './processes'
import type { StoreJob } from './storeJobs'

const folders = new Set<string>()
const remove = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  folders.delete(folder)
}
// Registered after processes.ts killed its children: nobody writes into them any more.
process.on('exit', () => {
  for (const folder of folders) remove(folder)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

/** A folder under the system's temporary one; gone at the end of the process at the latest. */
export const tempFolder = (): { path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'gantry-bench-store-'))
  folders.add(path)
  return { path, remove: () => remove(path) }
}

/** @throws Error when the disk of temporary folders has less room. */
export const needRoom = (gigabytes: number): void => {
  const { bavail, bsize } = statfsSync(tmpdir())
  const free = (bavail * bsize) / 1e9
  if (free < gigabytes)
    throw new Error(`${tmpdir()} has ${free.toFixed(1)} GB free, this needs ${gigabytes} GB`)
}

export interface StoreBroker {
  brokerPort: number
  pid: number
  /** Spawn to the ready line, seen from outside. */
  readyMs: number
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
}

/** Properties some versions have and others lack; what is refused is left out. */
const extraNodeArgs = process.env['GANTRY_BENCH_NODE_ARGS']?.split(' ') ?? []

export const startBroker = async (data: string, ...flags: string[]): Promise<StoreBroker> => {
  const ports = ['--namesrv', '0', '--broker', '0', '--grpc', '0', '--console', '0']
  const from = performance.now()
  const child = start(
    [...extraNodeArgs, entry, '--json', '--data', data, ...ports, ...flags],
    'ignore'
  )
  const ready = JSON.parse(await firstLine(child)) as Ready
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal)
    await ended(child)
  }
  return {
    brokerPort: Number(ready.brokers[0]!.address.split(':').at(-1)),
    pid: ready.pid,
    readyMs: performance.now() - from,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL')
  }
}

/** Runs one job in a process of its own; the answer is there before the process ended. */
export const runJob = async <R>(job: StoreJob): Promise<R> => {
  const child = start([fromEnvironment('GANTRY_BENCH_STORE'), JSON.stringify(job)], 'inherit')
  return JSON.parse(await firstLine(child)) as R
}

export const storeFolder = (data: string): string => join(data, 'nodes', 'broker-0', 'store')
export const logFolder = (data: string): string => join(storeFolder(data), 'commitlog')

export const logBytes = (data: string): number => {
  const folder = logFolder(data)
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

/** Empties the page cache of this machine; false where that is not permitted. */
export const dropPageCache = (): boolean => {
  try {
    execFileSync('sync')
    writeFileSync('/proc/sys/vm/drop_caches', '3')
    return true
  } catch {
    return false
  }
}

export { pause }
