/** The rows: stock and Gantry in turn, A B A B, one under load and the other idle. */
import { spawnSync } from 'node:child_process'
import { median } from '../histogram'
import type { Job, JobResult } from '../jobs'
import { memoryOf, type Memory } from '../procfs'
import { createTopic } from '../topic'
import type { Driver } from './driverProcess'
import type { Flush, Options, Row, Version } from './options'
import { startGantry, startStock, type Server } from './servers'

const TOPIC = 'PeerBench'
const QUEUES = 8
/** A round in which others took more of the machine is no measurement. */
export const NOISE_LIMIT = 0.12
/** For each round that is wanted, so many that were too noisy are given up before the row is printed as noisy. */
const RETRIES = 2
const ROW_WARMUP_SECONDS = 1
const IDLE_AFTER_MS = 5000

export interface Sample {
  /** Accepted sends a second. */
  rate: number
  p99: number
  /** Microseconds of the server's processes, for each reply. */
  cpuPerMessage: number
  /** Of one core, what the other server took meanwhile. */
  idleShare: number
  others: number
  failed: number
}

export interface RowResult {
  row: Row
  stock: Sample[]
  gantry: Sample[]
  rejected: number
  /** Rounds were kept although they were noisy. */
  noisy: boolean
}

export interface ServerFigures {
  idle: Memory
  loaded: Memory
  startMs: number
}

export interface GridResult {
  version: string
  flush: Flush
  rows: RowResult[]
  stock: ServerFigures
  gantry: ServerFigures
}

/** What one server left in the page cache must not be written at the other's cost. Nothing where there is no `sync`. */
const writeBack = (): void => {
  spawnSync('sync')
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

export const jobOf = (row: Row, server: Server, seconds: number, warmupSeconds: number): Job => ({
  kind: 'send',
  port: server.brokerPort,
  topic: TOPIC,
  queues: QUEUES,
  connections: row.connections,
  inFlight: row.inFlight,
  bodyBytes: row.bodyBytes,
  binary: row.binary,
  warmupSeconds,
  seconds
})

const sampleOf = (
  { rate, done, failed, p99, cpu }: JobResult,
  active: Server,
  idle: Server
): Sample => {
  if (!cpu) throw new Error('the driver was told to watch and did not')
  return {
    rate: done > 0 ? (rate * (done - failed)) / done : 0,
    p99,
    cpuPerMessage: (cpu.micros[active.pid] ?? 0) / Math.max(1, cpu.replies),
    idleShare: (cpu.micros[idle.pid] ?? 0) / (cpu.seconds * 1e6),
    others: cpu.others,
    failed
  }
}

/** Half of it with each size of body, in the shape that both run fastest in. */
export const warmUp = async (driver: Driver, server: Server, seconds: number): Promise<void> => {
  await createTopic(server.brokerPort, TOPIC, QUEUES)
  for (const bodyBytes of [128, 1024]) {
    for (const binary of [false, true]) {
      const row = { name: 'warm-up', binary, bodyBytes, connections: 1, inFlight: 64 }
      await driver.run(jobOf(row, server, seconds / 4, 0))
    }
  }
}

const measureRow = async (
  row: Row,
  [stock, gantry]: readonly [Server, Server],
  driver: Driver,
  options: Options
): Promise<RowResult> => {
  const watch = [stock, gantry].flatMap(({ pid, beside }) => [pid, ...beside]).concat(process.pid)
  const once = async (active: Server, idle: Server): Promise<Sample> => {
    const job = jobOf(row, active, options.seconds, ROW_WARMUP_SECONDS)
    writeBack()
    return sampleOf(await driver.run({ ...job, watch }), active, idle)
  }
  const result: RowResult = { row, stock: [], gantry: [], rejected: 0, noisy: false }
  const mayReject = options.rounds * RETRIES
  while (result.stock.length < options.rounds) {
    const [ofStock, ofGantry] = [await once(stock, gantry), await once(gantry, stock)]
    const isNoisy = Math.max(ofStock.others, ofGantry.others) > NOISE_LIMIT
    if (isNoisy && !options.tolerateNoise && result.rejected < mayReject) {
      result.rejected++
      continue
    }
    result.noisy ||= isNoisy
    result.stock.push(ofStock)
    result.gantry.push(ofGantry)
  }
  return result
}

export const measureGrid = async (
  version: Version,
  flush: Flush,
  driver: Driver,
  options: Options,
  onRow: (result: RowResult) => void
): Promise<GridResult> => {
  const servers: Server[] = []
  try {
    const stock = await startStock(version, flush)
    servers.push(stock)
    const gantry = await startGantry(flush)
    servers.push(gantry)
    await pause(IDLE_AFTER_MS)
    const idle = [memoryOf(stock.pid), memoryOf(gantry.pid)] as const
    await warmUp(driver, stock, options.warmupSeconds)
    // A sixth: V8 is warm within seconds.
    await warmUp(driver, gantry, options.warmupSeconds / 6)
    const rows: RowResult[] = []
    for (const row of options.rows) {
      const result = await measureRow(row, [stock, gantry], driver, options)
      onRow(result)
      rows.push(result)
    }
    return {
      version: version.version,
      flush,
      rows,
      stock: { idle: idle[0], loaded: memoryOf(stock.pid), startMs: stock.startMs },
      gantry: { idle: idle[1], loaded: memoryOf(gantry.pid), startMs: gantry.startMs }
    }
  } finally {
    for (const server of servers) await server.stop()
  }
}

/** Starts both in turn, without load. */
export const measureStarts = async (
  version: Version,
  rounds: number
): Promise<{ stock: number[]; gantry: number[] }> => {
  const [stock, gantry]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    for (const [times, start] of [
      [stock, () => startStock(version, 'ASYNC_FLUSH')],
      [gantry, () => startGantry('ASYNC_FLUSH')]
    ] as const) {
      const server = await start()
      times.push(server.startMs)
      await server.stop()
    }
  }
  return { stock, gantry }
}

export const middleOf = (samples: readonly Sample[], pick: (sample: Sample) => number): number =>
  median(samples.map(pick))
