/**
 * A RocketMQ for a test suite: `import { startGantry } from 'gantry/testing'`. The headless engine in a process of its
 * own, on free ports, in a folder that goes with it. Imports nothing of ours: what is built of it stands alone.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** The rest keeps the defaults of the console's form: queues to read from and write to, and who may. */
export interface TopicOptions {
  topic: string
  /** 4 without it. */
  readQueueNums?: number
  writeQueueNums?: number
  /** 2: write, 4: read, 6: both (default). */
  perm?: 2 | 4 | 6
}

export interface GantryOptions {
  /** Which nodes there are, as `--preset`; `single` without it. */
  preset?: string
  /** A folder that stays; without it a temporary one that `stop` removes. */
  data?: string
  /** 0 or left out: any free port. */
  ports?: { namesrv?: number; broker?: number; grpc?: number; console?: number }
  /** Broker properties, for every broker. */
  properties?: Readonly<Record<string, string | number | boolean>>
  /** There before `startGantry` resolves, with 4 queues where only the name is given. */
  topics?: readonly (string | TopicOptions)[]
  /** Given up after this long, 60 s without it. */
  timeoutMs?: number
}

export interface GantryBroker {
  cluster: string
  name: string
  /** 0: a master. */
  id: number
  role: string
  address: string
}

export interface Gantry {
  /** For remoting clients: `host:port`, several joined by `;`. */
  namesrv: string
  brokers: GantryBroker[]
  /** For gRPC clients: `host:port`; undefined where the preset has no proxy. */
  grpc: string | undefined
  /** The window, for a browser; opens without a further question. */
  console: string
  /** For `Authorization: Bearer …` of the HTTP API. */
  adminToken: string
  /** Where the data lies. */
  data: string
  pid: number
  /** A method of the HTTP API, as `topic.list`. @throws Error with its code and message. */
  call(method: string, params?: unknown): Promise<unknown>
  /** Ends it cleanly; a temporary folder goes too. Calling it twice is calling it once. */
  stop(): Promise<void>
}

interface ReadyLine {
  namesrv: string[]
  brokers: GantryBroker[]
  grpc: string | null
  console: string
  data: string
  pid: number
}

const DEFAULT_TIMEOUT_MS = 60_000
/** A process that does not end by itself this long after it was asked is killed. */
const STOP_TIMEOUT_MS = 20_000
/** Of what it says on standard error, the end is kept. */
const MAX_SAID_CHARS = 16_000

const flagsOf = ({ preset, ports = {}, properties = {} }: GantryOptions, data: string) => [
  ...['--json', '--data', data, '--preset', preset ?? 'single'],
  ...(['namesrv', 'broker', 'grpc', 'console'] as const).flatMap((port) => [
    `--${port}`,
    String(ports[port] ?? 0)
  ]),
  ...Object.entries(properties).flatMap(([key, value]) => ['--set', `${key}=${value}`])
]

const exited = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => child.once('close', (code) => done(code)))

/** The first line of standard output. @throws Error with what the process said where it ends before that. */
const readyLine = async (child: ChildProcess, timeoutMs: number): Promise<ReadyLine> => {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_SAID_CHARS)
  })
  const lines = createInterface({ input: child.stdout! })
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<ReadyLine>((fulfil, reject) => {
      timer = setTimeout(
        () => reject(new Error(`Gantry was not ready within ${timeoutMs} ms:\n${said}`)),
        timeoutMs
      )
      child.once('error', (error) => reject(new Error(`Gantry could not be started: ${error.message}`, { cause: error }))) // prettier-ignore
      child.once('close', (code) => reject(new Error(`Gantry ended with ${code} before it was ready: ${said.trim()}`))) // prettier-ignore
      lines.once('line', (line) => fulfil(JSON.parse(line) as ReadyLine))
    })
  } finally {
    clearTimeout(timer)
    // Nobody reads further lines; a full pipe would stop the engine.
    lines.close()
    child.stdout?.resume()
  }
}

const caller = (consoleUrl: string) => {
  const url = new URL(consoleUrl)
  const token = url.searchParams.get('token') ?? ''
  const call = async (method: string, params?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url.origin}/api/v1/${method.replaceAll('.', '/')}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(params !== undefined && { body: JSON.stringify(params) })
    })
    if (answer.status === 204) return undefined
    const value: unknown = await answer.json()
    if (answer.ok) return value
    const { code, detail } = value as { code: string; detail: string }
    throw new Error(`${method}: ${code}: ${detail}`)
  }
  return { token, call }
}

/** @throws Error that says why it did not start: a port in use, an unknown preset or property … */
export const startGantry = async (options: GantryOptions = {}): Promise<Gantry> => {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'gantry-test-'))
  const headless = resolve(import.meta.dirname, 'headless.js')
  const child = spawn(process.execPath, [headless, ...flagsOf(options, data)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // It ends when its standard input does: also where this process is killed and can say nothing.
    env: { ...process.env, GANTRY_STOP_WITH_STDIN: '1' }
  })
  const end = exited(child)
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)

  const stopChild = async (): Promise<void> => {
    child.kill('SIGTERM')
    const timer = setTimeout(kill, STOP_TIMEOUT_MS)
    await end
    clearTimeout(timer)
    process.off('exit', kill)
    if (options.data === undefined) rmSync(data, { recursive: true, force: true })
  }
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= stopChild())

  try {
    const ready = await readyLine(child, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    const { token, call } = caller(ready.console)
    const queues = { readQueueNums: 4, writeQueueNums: 4, perm: 6 }
    for (const topic of options.topics ?? [])
      await call('topic.save', {
        ...queues,
        ...(typeof topic === 'string' ? { topic } : topic)
      })
    // A test runner that is through need not wait for this process.
    child.unref()
    for (const stream of [child.stdin, child.stdout, child.stderr])
      (stream as { unref?: () => void }).unref?.()
    return {
      namesrv: ready.namesrv.join(';'),
      brokers: ready.brokers,
      grpc: ready.grpc ?? undefined,
      console: ready.console,
      adminToken: token,
      data: ready.data,
      pid: ready.pid,
      call,
      stop
    }
  } catch (error) {
    await stop()
    throw error
  }
}
