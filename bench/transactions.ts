/** Transactions a second against plain sends, in turns on the same broker. */
import { median } from './histogram'
import type { JobResult } from './jobs'
import { drive, startHeadless } from './processes'
import { millis, perSecond, printTable, times } from './table'
import { createTopic } from './topic'

const TOPIC = 'BenchTransactions'

interface Options {
  rounds: number
  seconds: number
  queues: number
  bodyBytes: number
}

export const benchTransactions = async ({
  rounds,
  seconds,
  queues,
  bodyBytes
}: Options): Promise<void> => {
  const plain: JobResult[] = []
  const transactions: JobResult[] = []
  let visible = 0
  for (let round = 0; round < rounds; round++) {
    const headless = await startHeadless()
    await createTopic(headless.brokerPort, TOPIC, queues)
    await createTopic(headless.brokerPort, `${TOPIC}Plain`, queues)
    const job = {
      port: headless.brokerPort,
      ...{ queues, bodyBytes, seconds, connections: 1, inFlight: 32, warmupSeconds: 1 }
    }
    plain.push(await drive({ ...job, kind: 'send', topic: `${TOPIC}Plain` }))
    transactions.push(await drive({ ...job, kind: 'transaction', topic: TOPIC }))
    const pulled = await drive({ ...job, kind: 'pull', topic: TOPIC, seconds: 60 })
    visible += pulled.done
    await headless.stop()
  }
  const rate = median(transactions.map((r) => r.rate))
  const sendRate = median(plain.map((r) => r.rate))
  const measured = transactions.reduce((sum, r) => sum + r.done, 0)
  printTable(
    `Transactions, half message and commit, 1 × 32, ${bodyBytes} B (goal: ≥ 0.40 × plain sends)`,
    ['transactions/s', 'p50 ms', 'p99 ms', 'sends/s', '× sends', 'range', 'failed', 'committed'],
    [
      [
        perSecond(rate),
        millis(median(transactions.map((r) => r.p50))),
        millis(median(transactions.map((r) => r.p99))),
        perSecond(sendRate),
        times(rate / sendRate),
        transactions.map((r, i) => times(r.rate / plain[i]!.rate)).join(' '),
        String([...plain, ...transactions].reduce((sum, r) => sum + r.failed, 0)),
        // The warm-up's are among them, so there are more than were measured.
        visible >= measured ? 'all' : `${visible} of ${measured}`
      ]
    ]
  )
}
