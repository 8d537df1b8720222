/** What pop costs: the same backlog pulled plain, and popped and acknowledged, in turns. */
import { median } from './histogram'
import type { JobResult } from './jobs'
import { drive, startHeadless } from './processes'
import { perSecond, times } from './table'
import { createTopic } from './topic'

interface Plan {
  rounds: number
  seconds: number
  queues: number
  bodyBytes: number
}

const TOPIC = 'BenchPop'
const ways = ['one ack for all of a pop', 'an ack for each message'] as const

/** Rows: way, messages a second popped and acknowledged, pulled plain, the former beside the latter. */
export const popCost = async (plan: Plan): Promise<string[][]> => {
  const { rounds, seconds, queues, bodyBytes } = plan
  const plain = ways.map((): JobResult[] => [])
  const popped = ways.map((): JobResult[] => [])
  const shape = { topic: TOPIC, queues, connections: 1, bodyBytes, warmupSeconds: 0 }
  for (let round = 0; round < rounds; round++)
    for (const i of ways.keys()) {
      const headless = await startHeadless()
      await createTopic(headless.brokerPort, TOPIC, queues)
      const job = { ...shape, port: headless.brokerPort }
      await drive({ ...job, kind: 'send', inFlight: 32, seconds })
      plain[i]!.push(await drive({ ...job, kind: 'pull', inFlight: 32, seconds: 60 }))
      // As many requests as the plain pull has, one a queue.
      popped[i]!.push(
        await drive({ ...job, kind: 'pop', inFlight: queues, seconds: 60, batchAck: i === 0 })
      )
      await headless.stop()
    }
  return ways.map((name, i) => {
    const backlog = plain[i]!.reduce((sum, { done }) => sum + done, 0)
    const acked = popped[i]!.reduce((sum, { done }) => sum + done, 0)
    return [
      name,
      perSecond(median(popped[i]!.map((r) => r.rate))),
      perSecond(median(plain[i]!.map((r) => r.rate))),
      times(median(popped[i]!.map((r, round) => r.rate / plain[i]![round]!.rate))),
      acked === backlog ? 'all, once' : `${acked} of ${backlog}`,
      String([...plain[i]!, ...popped[i]!].reduce((sum, r) => sum + r.failed, 0))
    ]
  })
}

export const popColumns = ['pop', 'popped and acked/s', 'pulled/s', '× pulled', 'acknowledged', 'failed'] // prettier-ignore
