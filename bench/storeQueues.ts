/** 10,000 queues beside 4: throughput, start, memory, and what a checkpoint of them all costs. */
import { systemClock } from '../src/main/base/clock'
import { silentLog } from '../src/main/base/log'
import { RemotingClient } from '../src/main/remoting/client'
import { median } from './histogram'
import { residentMegabytes } from './processes'
import { pause, runJob, startBroker, tempFolder, type StoreBroker } from './storeBroker'
import type { CheckpointResult, LoadResult } from './storeJobs'
import { BODY_BYTES, ROOMY, verdict, type StorePlan } from './storePlan'
import { perSecond, printTable, times } from './table'
import { createTopicWith } from './topic'

const GOAL = 0.8
const PREFIX = 'BenchQueues'
const MANY = { topics: 2000, queues: 5 }
const FEW = { topics: 1, queues: 4 }
const CREATED_AT_ONCE = 32

type Spread = typeof MANY

/** Creates the topics over the wire and puts a message into every queue. */
const prepare = async (broker: StoreBroker, { topics, queues }: Spread): Promise<number> => {
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  const from = performance.now()
  let next = 0
  const one = async (): Promise<void> => {
    while (next < topics) {
      const name = `${PREFIX}${String(next++).padStart(4, '0')}`
      await createTopicWith(client, broker.brokerPort, name, queues)
    }
  }
  await Promise.all(Array.from({ length: CREATED_AT_ONCE }, one))
  const seconds = (performance.now() - from) / 1000
  client.close()
  await runJob<LoadResult>({
    ...{ kind: 'send', port: broker.brokerPort, prefix: PREFIX, topics, queues },
    ...{ connections: 1, inFlight: 32, bodyBytes: BODY_BYTES, warmupSeconds: 0, seconds: 0 },
    count: topics * queues * 2
  })
  return seconds
}

export const storeQueues = async (plan: StorePlan): Promise<void> => {
  const manyFolder = tempFolder()
  const fewFolder = tempFolder()
  let many = await startBroker(manyFolder.path, ...ROOMY)
  const few = await startBroker(fewFolder.path, ...ROOMY)
  const createdIn = await prepare(many, MANY)
  await prepare(few, FEW)

  const starts: number[] = []
  const resident: number[] = []
  for (let i = 0; i < plan.rounds; i++) {
    await many.stop()
    many = await startBroker(manyFolder.path, ...ROOMY)
    starts.push(many.readyMs)
    await pause(plan.isQuick ? 1000 : 3000)
    resident.push(residentMegabytes(many.pid) ?? NaN)
  }

  const send = (broker: StoreBroker, spread: Spread, connections: number, inFlight: number) =>
    runJob<LoadResult>({
      ...{ kind: 'send', port: broker.brokerPort, prefix: PREFIX, ...spread },
      ...{ connections, inFlight, bodyBytes: BODY_BYTES, warmupSeconds: 1, seconds: plan.seconds }
    })
  const rows: string[][] = []
  for (const connections of [1, 8]) {
    const ours: LoadResult[] = []
    const base: LoadResult[] = []
    for (let round = 0; round < plan.rounds; round++) {
      base.push(await send(few, FEW, connections, 32))
      ours.push(await send(many, MANY, connections, 32))
    }
    const share = median(ours.map((r, i) => r.rate / base[i]!.rate))
    rows.push([
      `${connections} × 32`,
      perSecond(median(base.map((r) => r.rate))),
      perSecond(median(ours.map((r) => r.rate))),
      times(share),
      `≥ ${GOAL}`,
      verdict(share >= GOAL),
      (median(base.map((r) => r.p99)) / 1000).toFixed(1),
      (median(ours.map((r) => r.p99)) / 1000).toFixed(1),
      String([...ours, ...base].reduce((sum, r) => sum + r.failed, 0))
    ])
  }
  const loaded = residentMegabytes(many.pid) ?? NaN
  // One send at a time, over two checkpoints: the slowest one waited for the longest turn.
  const calm = await runJob<LoadResult>({
    ...{ kind: 'send', port: many.brokerPort, prefix: PREFIX, ...MANY },
    ...{ connections: 1, inFlight: 1, bodyBytes: BODY_BYTES, warmupSeconds: 1 },
    seconds: plan.isQuick ? 6 : 11
  })
  await many.stop()
  await few.stop()
  manyFolder.remove()
  fewFolder.remove()
  const folder = tempFolder()
  const { rounds } = plan
  const checkpoints = await runJob<CheckpointResult[]>({
    ...{ kind: 'checkpoint', folder: folder.path, ...MANY, rounds }
  })
  folder.remove()
  const total = MANY.topics * MANY.queues
  printTable(
    `${total.toLocaleString('en-US')} queues (${MANY.topics} topics × ${MANY.queues}) beside 4, ASYNC_FLUSH, ${BODY_BYTES} B`,
    ['connections × in flight', 'sends/s, 4', 'sends/s, 10,000', 'share', 'goal', '', 'p99 ms, 4', 'p99 ms, 10,000', 'failed'], // prettier-ignore
    rows
  )
  const ms = (values: readonly number[]): string => `${median(values).toFixed(0)} ms`
  const megabytes = (value: number): string => `${value.toFixed(0)} MB`
  printTable(
    `Living with ${total.toLocaleString('en-US')} queues`,
    ['figure', 'median'],
    [
      ['creating the topics over the wire', `${createdIn.toFixed(1)} s`],
      ['clean restart to ready', ms(starts)],
      ['resident after the start, whole process', megabytes(median(resident))],
      ['resident after the load', megabytes(loaded)],
      ['slowest of single sends over two checkpoints', `${(calm.max / 1000).toFixed(0)} ms`],
      ['… p99 of them', `${(calm.p99 / 1000).toFixed(2)} ms`],
      ['checkpoint, every queue changed (the store alone)', ms(checkpoints.map((c) => c.checkpointMs))], // prettier-ignore
      ['… its longest turn of the event loop', ms(checkpoints.map((c) => c.longestTurnMs))],
      ['… of that writing and syncing the file', ms(checkpoints.map((c) => c.replaceMs))]
    ]
  )
}
