/** The processes a benchmark talks to: the headless product, the echo server, the driver. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import type { Job, JobResult } from './jobs'

export const fromEnvironment = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set; run npm run bench`)
  return value
}

const children = new Set<ChildProcess>()
// A benchmark that fails leaves no server behind.
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Its standard output is ours to read; standard error is shown unless it is the product's log. */
export const start = (
  args: readonly string[],
  stderr: 'inherit' | 'ignore' | 'pipe'
): ChildProcess => {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', stderr] })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

export const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((done, reject) => {
    const lines = createInterface({ input: child.stdout! })
    lines.once('line', done)
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it printed anything`)))
  })

export const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done()
    else child.once('exit', () => done())
  })

export interface Headless {
  namesrv: string
  brokers: Ready['brokers']
  brokerPort: number
  /** Of the proxy; 0 where nothing serves gRPC. */
  grpcPort: number
  console: string
  /** As the product measured it, and as we saw it from outside. */
  startupMs: number
  readyMs: number
  pid: number
  stop(): Promise<void>
}

export interface Ready {
  namesrv: string[]
  brokers: { name: string; id: number; role: string; address: string }[]
  grpc: string | null
  console: string
  startupMs: number
  pid: number
}

export const entry = resolve(import.meta.dirname, '..', '..', 'out', 'main', 'headless.js')

const INSPECT = '--inspect=127.0.0.1:0'

const launch = async (flags: readonly string[], isInspected: boolean) => {
  const data = mkdtempSync(join(tmpdir(), 'gantry-bench-'))
  const ports = ['--namesrv', '0', '--broker', '0', '--grpc', '0', '--console', '0']
  const from = performance.now()
  const child = start(
    [...(isInspected ? [INSPECT] : []), entry, '--json', '--data', data, ...ports, ...flags],
    isInspected ? 'pipe' : 'ignore'
  )
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, KEPT_STDERR)
  })
  const ready = JSON.parse(await firstLine(child)) as Ready
  const headless: Headless = {
    namesrv: ready.namesrv[0]!,
    brokers: ready.brokers,
    brokerPort: Number(ready.brokers[0]!.address.split(':').at(-1)),
    grpcPort: Number(ready.grpc?.split(':').at(-1) ?? 0),
    console: ready.console,
    startupMs: ready.startupMs,
    readyMs: performance.now() - from,
    pid: ready.pid,
    stop: async () => {
      child.kill('SIGTERM')
      await ended(child)
      rmSync(data, { recursive: true, force: true })
    }
  }
  return { headless, inspector: /ws:\/\/\S+/.exec(said)?.[0] }
}

/** The inspector says where it listens in the first lines. */
const KEPT_STDERR = 4000

export const startHeadless = async (...flags: string[]): Promise<Headless> =>
  (await launch(flags, false)).headless

/** The same with an inspector, for profiles. */
export const startInspected = async (
  ...flags: string[]
): Promise<{ headless: Headless; inspector: string }> => {
  const { headless, inspector } = await launch(flags, true)
  if (inspector === undefined) throw new Error('Gantry opened no inspector')
  return { headless, inspector }
}

export const startEcho = async (
  kind: 'joined' | 'per-frame'
): Promise<{ port: number; stop(): Promise<void> }> => {
  const child = start([fromEnvironment('GANTRY_BENCH_ECHO'), kind], 'inherit')
  const port = Number(await firstLine(child))
  return {
    port,
    stop: async () => {
      child.kill('SIGTERM')
      await ended(child)
    }
  }
}

export const drive = async (job: Job): Promise<JobResult> => {
  const child = start([fromEnvironment('GANTRY_BENCH_DRIVER'), JSON.stringify(job)], 'inherit')
  const result = JSON.parse(await firstLine(child)) as JobResult
  await ended(child)
  return result
}

/** Resident megabytes of a process; undefined where the system does not tell. */
export const residentMegabytes = (pid: number): number | undefined => {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}
