/** SYNC_FLUSH beside the bare `write` + `fdatasync` of as many messages. */
import { median } from './histogram'
import { logBytes, runJob, startBroker, tempFolder } from './storeBroker'
import type { DiskResult, LoadResult } from './storeJobs'
import { BODY_BYTES, QUEUES, ROOMY, verdict, type StorePlan } from './storePlan'
import { createTopic } from './topic'
import { millis, perSecond, printTable, times } from './table'

const IN_FLIGHT = 64
const GOAL = 0.5

export const storeSync = async (plan: StorePlan): Promise<void> => {
  const folder = tempFolder()
  const broker = await startBroker(folder.path, '--set', 'flushDiskType=SYNC_FLUSH', ...ROOMY)
  const prefix = 'BenchSync'
  await createTopic(broker.brokerPort, `${prefix}0000`, QUEUES)
  const send = (seconds: number): Promise<LoadResult> =>
    runJob<LoadResult>({
      ...{ kind: 'send', port: broker.brokerPort, prefix, topics: 1, queues: QUEUES },
      ...{ connections: 1, inFlight: IN_FLIGHT, bodyBytes: BODY_BYTES, warmupSeconds: 1, seconds }
    })
  // What a message costs on disk is measured, not computed: the broker adds properties of its own.
  const before = await runJob<LoadResult>({
    ...{ kind: 'send', port: broker.brokerPort, prefix, topics: 1, queues: QUEUES },
    ...{ connections: 1, inFlight: 1, bodyBytes: BODY_BYTES, warmupSeconds: 0, seconds: 0 },
    count: 1000
  })
  const recordBytes = Math.round(logBytes(folder.path) / before.done)
  const ours: LoadResult[] = []
  const bare: number[] = []
  for (let round = 0; round < plan.rounds; round++) {
    const limit = await runJob<DiskResult>({
      ...{ kind: 'bareSync', folder: folder.path, recordBytes, messages: IN_FLIGHT },
      seconds: plan.seconds
    })
    bare.push(limit.messages / limit.seconds)
    ours.push(await send(plan.seconds))
  }
  await broker.stop()
  folder.remove()
  const shares = ours.map(({ rate }, i) => rate / bare[i]!)
  printTable(
    `SYNC_FLUSH, 1 × ${IN_FLIGHT}, ${BODY_BYTES} B bodies, ${recordBytes} B records, beside bare writes of ${IN_FLIGHT} with fdatasync`,
    ['sends/s', 'p50 ms', 'p99 ms', 'bare/s', 'bare flush ms', 'share', 'goal', '', 'failed'],
    [
      [
        perSecond(median(ours.map((r) => r.rate))),
        millis(median(ours.map((r) => r.p50))),
        millis(median(ours.map((r) => r.p99))),
        perSecond(median(bare)),
        ((1000 * IN_FLIGHT) / median(bare)).toFixed(2),
        times(median(shares)),
        `≥ ${GOAL}`,
        verdict(median(shares) >= GOAL),
        String(ours.reduce((sum, r) => sum + r.failed, 0))
      ]
    ]
  )
}
