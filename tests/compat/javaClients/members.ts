// Members of one group, each in a process of its own, and a producer that feeds their topic.
import type { Cluster } from './cluster'
import { type ClientLine } from './lines'
import { type Driver, type Row, startDriver } from './driver'

export interface Members {
  feeder: Driver
  /** Comes back when it consumes from as many queues. */
  join(name: string, queues: number): Promise<Member>
  stopAll(): Promise<void>
}

export interface Member {
  name: string
  driver: Driver
  /** All rows so far, once it has so many queues and has consumed from each of them since. */
  works(queues: number): Promise<Row[]>
  rows(): Promise<Row[]>
}

export const queuesOf = (row: Row): number[] => JSON.parse(String(row['queues'])) as number[]

/** Has the member so many queues now, and a message from each since it has them? */
function isWorking(rows: Row[], queues: number): boolean {
  const at = rows.findLastIndex(({ event }) => event === 'assigned')
  const row = rows[at]
  if (!row || queuesOf(row).length !== queues) return false
  const seen = new Set(rows.slice(at).map((each) => each['queueId']))
  return queuesOf(row).every((queueId) => seen.has(queueId))
}

/** `scenario` is what a member does. */
export async function startMembers(
  line: ClientLine,
  cluster: Cluster,
  { scenario, properties = {} }: { scenario: string; properties?: Record<string, string> }
): Promise<Members> {
  const drivers: Driver[] = []
  const start = (name: string, runs: string) => {
    const all = { ...properties, member: name }
    const driver = startDriver({ line, cluster, scenarios: [runs], prefix: 'group', properties: all }) // prettier-ignore
    drivers.push(driver)
    return driver
  }
  const feeder = start('feeder', 'feeder')
  await feeder.heard('feeder', (rows) => rows.length > 0)
  return {
    feeder,
    join: async (name, queues) => {
      const driver = start(name, scenario)
      const member: Member = {
        name,
        driver,
        works: (count) => driver.heard(scenario, (rows) => isWorking(rows, count)),
        rows: () => driver.heard(scenario, () => true)
      }
      await member.works(queues)
      return member
    },
    stopAll: async () => {
      await Promise.all(drivers.map((driver) => driver.stop()))
    }
  }
}
