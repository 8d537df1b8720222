// Runs `gantry.compat.Driver` in a JVM and gathers the JSON lines that it prints.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Cluster } from './cluster'
import { cache, type ClientLine, jvm, type Line } from './lines'

/** One line of a scenario; `../java/src/gantry/compat/Report.java` writes it. */
export interface Row {
  scenario: string
  event: string
  [name: string]: string | number | boolean | null
}

export interface Driver {
  /** All rows of a scenario, once it is done; rejects if it failed. */
  rows(scenario: string): Promise<Row[]>
  /** The rows of a scenario so far, as soon as they satisfy; rejects if it failed or the JVM has ended before. */
  heard(scenario: string, isEnough: (rows: Row[]) => boolean): Promise<Row[]>
  /** Lets the JVM end by itself; its clients say good-bye. */
  end(): Promise<void>
  /** Kills the JVM. */
  stop(): Promise<void>
}

export interface DriverOptions {
  line: ClientLine
  cluster: Cluster
  /** A cluster that creates no topics and refuses large bodies. */
  strict?: Cluster
  scenarios: readonly string[]
  /** Names of topics and groups begin with it. */
  prefix: string
  properties?: Record<string, string>
}

export function startDriver(options: DriverOptions): Driver {
  const { line, cluster, strict = cluster, scenarios, prefix, properties = {} } = options
  const target = (kind: string, { namesrv, broker }: Cluster) => ({
    [`${kind}.namesrv`]: namesrv,
    [`${kind}.broker`]: broker,
    [`${kind}.prefix`]: prefix
  })
  const all = { ...target('target', cluster), ...target('strict', strict), ...properties }
  return startJvm(line, 'gantry.compat.Driver', scenarios, all)
}

export interface GrpcDriverOptions {
  /** `host:port` of a proxy. */
  endpoints: string
  scenarios: readonly string[]
  prefix: string
  /** Without it the client decides, which is TLS. */
  ssl?: boolean
  properties?: Record<string, string>
}

/** The official client that speaks gRPC. */
export function startGrpcDriver(options: GrpcDriverOptions): Driver {
  const { endpoints, scenarios, prefix, ssl, properties = {} } = options
  return startJvm('client-grpc', 'gantry.compat.grpc.Driver', scenarios, {
    ...{ endpoints, prefix, ...properties },
    ...(ssl !== undefined && { ssl: String(ssl) })
  })
}

function startJvm(
  line: Line,
  main: string,
  scenarios: readonly string[],
  properties: Record<string, string>
): Driver {
  const child = spawn('java', ['-Xmx256m', ...jvm(line, properties), main, ...scenarios], {
    cwd: cache,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const closed = new Promise<void>((fulfil) => child.once('close', () => fulfil()))

  const runs = new Map(scenarios.map((name) => [name, scenarioRun()]))
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (!text.startsWith('{')) return
    const row = JSON.parse(text) as Row
    const run = runs.get(row.scenario)
    if (row.event === 'done') run?.succeed()
    else if (row.event === 'failed') run?.fail(String(row['error']))
    else run?.add(row)
  })
  void closed.then(() => {
    for (const { fail } of runs.values()) fail(`the JVM has ended:\n${stderr}`)
  })
  const runOf = (scenario: string) => {
    const run = runs.get(scenario)
    if (!run) throw new Error(`the driver was not asked for ${scenario}`)
    return run
  }
  return {
    rows: async (scenario) => runOf(scenario).end,
    heard: async (scenario, isEnough) => runOf(scenario).heard(isEnough),
    end: async () => {
      child.kill('SIGTERM')
      await closed
    },
    stop: async () => {
      child.kill('SIGKILL')
      await closed
    }
  }
}

function scenarioRun() {
  const rows: Row[] = []
  const listeners = new Set<() => void>()
  let succeed: () => void = () => undefined
  let fail: (why: string) => void = () => undefined
  const end = new Promise<Row[]>((fulfil, reject) => {
    succeed = () => fulfil(rows)
    fail = (why) => {
      const last = rows.slice(-5).map((row) => JSON.stringify(row))
      reject(new Error([why, 'The last rows:', ...last].join('\n')))
    }
  })
  // Whoever asks for the rows hears of the failure; nobody may ask.
  end.catch(() => undefined)
  const add = (row: Row) => {
    rows.push(row)
    for (const listener of listeners) listener()
  }
  const heard = (isEnough: (rows: Row[]) => boolean) =>
    new Promise<Row[]>((fulfil, reject) => {
      const listener = () => {
        if (!isEnough(rows)) return
        listeners.delete(listener)
        fulfil(rows)
      }
      listeners.add(listener)
      listener()
      end.catch(reject)
    })
  return { rows, end, succeed, fail, add, heard }
}
