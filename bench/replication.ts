/** SYNC_MASTER beside ASYNC_MASTER, each with its slave in the same process, in turns. */
import { median } from './histogram'
import type { JobResult } from './jobs'
import { drive, startHeadless } from './processes'
import { millis, perSecond, printTable, times } from './table'
import { createTopic } from './topic'

const TOPIC = 'BenchReplication'
const GOAL = 0.5
const PRESETS = { ASYNC_MASTER: '2m-2s-async', SYNC_MASTER: '2m-2s-sync' } as const
type Role = keyof typeof PRESETS

interface Options {
  rounds: number
  seconds: number
  queues: number
  bodyBytes: number
}

const LOADS = [
  { connections: 1, inFlight: 64 },
  { connections: 8, inFlight: 32 }
]

/** Of a load in one role: one result a round. */
type Results = Record<Role, JobResult[]>

export const benchReplication = async (options: Options): Promise<void> => {
  const results: Results[] = LOADS.map(() => ({ ASYNC_MASTER: [], SYNC_MASTER: [] }))
  for (let round = 0; round < options.rounds; round++)
    for (const role of ['ASYNC_MASTER', 'SYNC_MASTER'] as const)
      for (const [i, result] of (await runRole(role, options)).entries())
        results[i]![role].push(result)
  printTable(
    `Replication: sends of ${options.bodyBytes} B to a master with one slave, both in one process (goal: SYNC_MASTER ≥ ${GOAL.toFixed(2)} × ASYNC_MASTER)`,
    ['load', 'async/s', 'p50 ms', 'p99 ms', 'CPU µs', 'sync/s', 'p50 ms', 'p99 ms', 'CPU µs', '× async', 'range', 'failed'], // prettier-ignore
    results.map((of, i) => {
      const { connections, inFlight } = LOADS[i]!
      const [plain, sync] = [of.ASYNC_MASTER, of.SYNC_MASTER]
      const ratios = sync.map(({ rate }, round) => rate / plain[round]!.rate)
      return [
        `${connections} × ${inFlight}`,
        ...columns(plain),
        ...columns(sync),
        times(median(sync.map((r) => r.rate)) / median(plain.map((r) => r.rate))),
        ratios.map(times).join(' '),
        String([...plain, ...sync].reduce((sum, r) => sum + r.failed, 0))
      ]
    })
  )
}

const columns = (results: readonly JobResult[]): string[] => [
  perSecond(median(results.map((r) => r.rate))),
  millis(median(results.map((r) => r.p50))),
  millis(median(results.map((r) => r.p99))),
  median(results.map(cpuPerSend)).toFixed(1)
]

/** Of the whole process: nameserver, master and slave. */
const cpuPerSend = ({ cpu }: JobResult): number =>
  cpu === undefined ? 0 : Object.values(cpu.micros).reduce((sum, us) => sum + us, 0) / cpu.replies

const runRole = async (role: Role, options: Options): Promise<JobResult[]> => {
  const { queues, bodyBytes, seconds } = options
  const headless = await startHeadless('--preset', PRESETS[role])
  const job = { kind: 'send', port: headless.brokerPort, queues, bodyBytes } as const
  await createTopic(headless.brokerPort, TOPIC, queues)
  // Until the slave follows, a SYNC_MASTER answers SLAVE_NOT_AVAILABLE.
  const probe = {
    ...job,
    topic: TOPIC,
    connections: 1,
    inFlight: 1,
    warmupSeconds: 0,
    seconds: 0.1
  }
  while ((await drive(probe)).failed > 0);
  const results: JobResult[] = []
  for (const load of LOADS)
    results.push(await drive({ ...job, ...load, topic: TOPIC, seconds, warmupSeconds: 2, watch: [headless.pid] })) // prettier-ignore
  await headless.stop()
  return results
}
