/** Asks every slave again and again how far it is, whatever happens to its master meanwhile. */
import { getMaxOffset } from '../../src/main/client/brokerCalls'
import type { ChaosCluster } from './cluster'
import { machineMs } from './health'
import { TOPICS } from './load'
import { MASTER, type Members } from './members'
import { placeName } from './rules/journal'
import type { SlaveEnd } from './rules/judge'

const PERIOD_MS = 300
const TIMEOUT_MS = 1_000

const queues = TOPICS.flatMap(({ name: topic, queues: count }) =>
  Array.from({ length: count }, (_, queueId) => ({ topic, queueId }))
)

export class SlaveSampler {
  readonly ends: SlaveEnd[] = []
  private isRunning = true
  private readonly samplers: Promise<void>[]

  /** @param members as they registered: addresses stay for a run. */
  constructor(
    private readonly client: ChaosCluster['client'],
    members: Members
  ) {
    this.samplers = [...members].flatMap(([brokerName, addresses]) =>
      [...addresses]
        .filter(([id]) => id !== MASTER)
        .map(([id, address]) => this.follow(brokerName, `${brokerName}:${id}`, address))
    )
  }

  async stop(): Promise<void> {
    this.isRunning = false
    await Promise.all(this.samplers)
  }

  private async follow(brokerName: string, slave: string, address: string): Promise<void> {
    while (this.isRunning) {
      const time = machineMs()
      await Promise.all(
        queues.map(async ({ topic, queueId }) => {
          const place = { topic: placeName(brokerName, topic), queueId }
          try {
            const queue = { brokerName, topic, queueId }
            const end = await getMaxOffset(this.client, address, queue, TIMEOUT_MS)
            this.ends.push({ time, slave, ...place, end })
          } catch {
            // It is down, frozen or cut off: then it says nothing.
          }
        })
      )
      await new Promise((resolve) => setTimeout(resolve, PERIOD_MS))
    }
  }
}
