/** What the proxy costs: the same sends and receives over gRPC and over remoting, in turns with the same broker. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { median } from './histogram'
import type { Job, JobResult } from './jobs'
import { drive, type Headless, startHeadless, startInspected } from './processes'
import { attachToWorker, type CpuProfile, selfTimes } from './profiler'
import { millis, percent, perSecond, printTable, times } from './table'
import { createTopic } from './topic'

interface Plan {
  rounds: number
  seconds: number
  queues: number
  bodyBytes: number
}

const TOPIC = 'BenchGrpc'
const IN_FLIGHT = [1, 32]
/** One send after the other fills a backlog slowly. */
const FILL_IN_FLIGHT = 32

type Ways = Record<'send' | 'grpcSend' | 'pull' | 'pop' | 'grpcReceive', JobResult[]>

const jobsOf = (plan: Plan, headless: Headless, inFlight: number) => {
  const shape = {
    ...{ topic: TOPIC, queues: plan.queues, connections: 1, inFlight, bodyBytes: plan.bodyBytes },
    ...{ port: headless.brokerPort, warmupSeconds: 1, seconds: plan.seconds }
  }
  const grpc = { ...shape, port: headless.grpcPort }
  return { shape, grpc }
}

const MAX_DRAIN_SECONDS = 60

/** A round: sends of both kinds, then a backlog pulled, popped and received. */
const playRound = async (plan: Plan, inFlight: number, ways: Ways): Promise<void> => {
  const headless = await startHeadless()
  try {
    if (headless.grpcPort === 0) throw new Error('this cluster serves no gRPC')
    await createTopic(headless.brokerPort, TOPIC, plan.queues)
    const { shape, grpc } = jobsOf(plan, headless, inFlight)
    ways.send.push(await drive({ ...shape, kind: 'send' }))
    ways.grpcSend.push(await drive({ ...grpc, kind: 'grpcSend' }))
    const fill: Job = { ...shape, kind: 'send', inFlight: FILL_IN_FLIGHT, warmupSeconds: 0 }
    await drive(fill)
    const drain = { warmupSeconds: 0, seconds: MAX_DRAIN_SECONDS }
    const pulled = await drive({ ...shape, ...drain, kind: 'pull' })
    ways.pull.push(pulled)
    ways.pop.push(await drive({ ...shape, ...drain, kind: 'pop' }))
    ways.grpcReceive.push(
      await drive({ ...grpc, ...drain, kind: 'grpcReceive', expected: pulled.done })
    )
  } finally {
    await headless.stop()
  }
}

const middle = (results: readonly JobResult[], pick: (result: JobResult) => number): number =>
  median(results.map(pick))

/** The median of the rounds' ratios: both sides of each saw the same machine. */
const ratio = (mine: readonly JobResult[], yardstick: readonly JobResult[]): string =>
  times(median(mine.map(({ rate }, round) => rate / yardstick[round]!.rate)))

const failures = (...all: readonly (readonly JobResult[])[]): string =>
  String(all.flat().reduce((sum, { failed }) => sum + failed, 0))

const figures = (results: readonly JobResult[]): string[] => [
  perSecond(middle(results, (r) => r.rate)),
  millis(middle(results, (r) => r.p50)),
  millis(middle(results, (r) => r.p99))
]

export const benchGrpc = async (plan: Plan): Promise<void> => {
  const sends: string[][] = []
  const receives: string[][] = []
  for (const inFlight of IN_FLIGHT) {
    const ways: Ways = { send: [], grpcSend: [], pull: [], pop: [], grpcReceive: [] }
    for (let round = 0; round < plan.rounds; round++) await playRound(plan, inFlight, ways)
    const { send, grpcSend, pull, pop, grpcReceive } = ways
    sends.push([
      ...[String(inFlight), ...figures(grpcSend), ...figures(send)],
      ...[ratio(grpcSend, send), failures(send, grpcSend)]
    ])
    const backlog = middle(pull, (r) => r.done)
    const done = grpcReceive.every((r, round) => r.done === pull[round]!.done)
    receives.push([
      ...[String(inFlight), ...figures(grpcReceive), ...figures(pop)],
      ...[ratio(grpcReceive, pop), perSecond(middle(pull, (r) => r.rate))],
      ...[ratio(grpcReceive, pull), done ? `all of ${perSecond(backlog)}` : 'not all'],
      failures(pull, pop, grpcReceive)
    ])
  }
  printTable(
    `Send through the proxy, ${plan.bodyBytes} B, one connection (goal: ≥ 0.35 × remoting)`,
    ['in flight', 'gRPC/s', 'p50 ms', 'p99 ms', 'remoting/s', 'p50 ms', 'p99 ms', '× remoting', 'failed'], // prettier-ignore
    sends
  )
  printTable(
    'Receive 32 at a time and acknowledge each; latencies of an ack (goal: ≥ 0.35 × pop and ack)',
    ['receives open', 'gRPC/s', 'p50 ms', 'p99 ms', 'pop and ack/s', 'p50 ms', 'p99 ms', '× pop', 'pulled/s', '× pull', 'acknowledged', 'failed'], // prettier-ignore
    receives
  )
}

const SAMPLING_MICROS = 200
const TOP = 15

const profileFolder = resolve(import.meta.dirname, '../../.cache/profiles')

const printProfile = (what: string, rate: number, profile: CpuProfile, file: string): void => {
  const { total, rows } = selfTimes(profile)
  const idle = rows.find(([name]) => name === '(idle)')?.[2] ?? 0
  printTable(
    `Profile of the proxy's thread: ${what}, ${perSecond(rate)}/s while profiled, idle ${percent(idle / total)}`,
    ['function', 'where in out/main', 'self, % of busy', 'µs/message'],
    rows
      .filter(([name]) => name !== '(idle)')
      .slice(0, TOP)
      .map(([name, place, micros]) => [
        ...[name, place, ((100 * micros) / (total - idle)).toFixed(1)],
        (micros / ((rate * total) / 1e6)).toFixed(2)
      ])
  )
  console.log(`\nWhole: ${file} (Chrome DevTools, Performance, Load)`)
}

/** Profiles of sends and of receives with acks, 32 in flight. */
export const benchGrpcProfile = async (plan: Plan): Promise<void> => {
  const { headless, inspector } = await startInspected()
  mkdirSync(profileFolder, { recursive: true })
  try {
    await createTopic(headless.brokerPort, TOPIC, plan.queues)
    const { shape, grpc } = jobsOf(plan, headless, 32)
    await drive({ ...grpc, kind: 'grpcSend' })
    const { call, close } = await attachToWorker(inspector, 'proxy')
    await call('Profiler.enable')
    await call('Profiler.setSamplingInterval', { interval: SAMPLING_MICROS })
    const profiled = async (what: string, job: Job): Promise<void> => {
      await call('Profiler.start')
      const { rate } = await drive(job)
      const { profile } = (await call('Profiler.stop')) as unknown as { profile: CpuProfile }
      const file = join(profileFolder, `grpc-${what.replaceAll(' ', '-')}.cpuprofile`)
      writeFileSync(file, JSON.stringify(profile))
      printProfile(what, rate, profile, file)
    }
    await profiled('sends', { ...grpc, kind: 'grpcSend' })
    const pulled = await drive({ ...shape, kind: 'pull', seconds: MAX_DRAIN_SECONDS })
    await profiled('receives and acks', {
      ...{ ...grpc, kind: 'grpcReceive', warmupSeconds: 0 },
      ...{ seconds: MAX_DRAIN_SECONDS, expected: pulled.done }
    })
    close()
  } finally {
    await headless.stop()
  }
}
