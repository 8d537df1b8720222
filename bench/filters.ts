/** What a filter costs: the same backlog pulled plain and through SQL92, in turns. */
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

const TOPIC = 'BenchFilter'

const filters = [
  { name: 'plain', sql: undefined },
  {
    name: 'SQL92, four conditions, all match',
    sql: "TAGS IN ('bench', 'other') AND WAIT = TRUE AND UNIQ_KEY IS NOT NULL AND (price IS NULL OR price BETWEEN 10 AND 20)"
  },
  { name: 'SQL92, one in 16 matches', sql: "UNIQ_KEY ENDSWITH 'A'" }
] as const

/** Rows: filter, messages given a second, messages looked through a second, the latter beside the plain pull's. */
export const filterCost = async (plan: Plan): Promise<string[][]> => {
  const { rounds, seconds, queues, bodyBytes } = plan
  const results = filters.map((): JobResult[] => [])
  const looked = filters.map((): number[] => [])
  const shape = { topic: TOPIC, queues, connections: 1, inFlight: 32, bodyBytes, warmupSeconds: 0 }
  for (let round = 0; round < rounds; round++) {
    const headless = await startHeadless('--set', 'enablePropertyFilter=true')
    await createTopic(headless.brokerPort, TOPIC, queues)
    const job = { ...shape, port: headless.brokerPort }
    await drive({ ...job, kind: 'send', seconds: seconds * 2 })
    let backlog = 0
    for (const [i, { sql }] of filters.entries()) {
      const result = await drive({ ...job, kind: 'pull', seconds: 60, ...(sql && { sql }) })
      if (sql === undefined) backlog = result.done
      results[i]!.push(result)
      looked[i]!.push((backlog * result.rate) / result.done)
    }
    await headless.stop()
  }
  return filters.map(({ name }, i) => [
    name,
    perSecond(median(results[i]!.map((r) => r.rate))),
    perSecond(median(looked[i]!)),
    times(median(looked[i]!.map((rate, round) => rate / looked[0]![round]!))),
    String(results[i]!.reduce((sum, r) => sum + r.failed, 0))
  ])
}

export const filterColumns = ['pull', 'given/s', 'looked through/s', '× plain', 'failed']
