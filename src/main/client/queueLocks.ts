import type { MessageQueue } from '../protocol/bodies/messageQueue'
import { lockBatchMQ, unlockBatchMQ } from './brokerCalls'
import { CLIENT_API_TIMEOUT_MS, type MQClientInstance } from './mqClientInstance'
import { queueKey } from '../protocol/topicQueues'

/** How often a member renews its locks. Java: ProcessQueue.REBALANCE_LOCK_INTERVAL. */
export const LOCK_INTERVAL_MS = 20_000
/** A lock not renewed for so long is believed to be lost; the broker gives it away later. Java: REBALANCE_LOCK_MAX_LIVE_TIME. */
export const LOCK_MAX_LIVE_MS = 30_000

type Client = Pick<MQClientInstance, 'remoting' | 'routes' | 'log' | 'clock' | 'clientId'>

/** The queues one member may consume in order: it alone in its group. Java: RebalanceImpl.lock, lockAll, unlock. */
export class QueueLocks {
  /** By queue, when its lock was last given. Monotonic. */
  private readonly lockedAt = new Map<string, number>()

  constructor(
    private readonly client: Client,
    private readonly group: string
  ) {}

  isLocked(queue: MessageQueue): boolean {
    const lockedAt = this.lockedAt.get(queueKey(queue))
    return (
      lockedAt !== undefined && this.client.clock.real.monotonic() - lockedAt < LOCK_MAX_LIVE_MS
    )
  }

  /** Asks for these locks, or renews them; the queues that others have. A broker that cannot be asked says nothing of its own. */
  async lock(queues: readonly MessageQueue[]): Promise<MessageQueue[]> {
    const brokers = [...new Set(queues.map(({ brokerName }) => brokerName))]
    const denied = brokers.map(async (brokerName) => {
      const wanted = queues.filter((queue) => queue.brokerName === brokerName)
      try {
        return await this.lockAt(brokerName, wanted)
      } catch (error) {
        this.client.log.debug(`${this.group}: no locks at ${brokerName}: ${String(error)}`)
        return []
      }
    })
    return (await Promise.all(denied)).flat()
  }

  /** Others may have it now; not waited for, as in Java. */
  unlock(queue: MessageQueue): void {
    this.lockedAt.delete(queueKey(queue))
    const { remoting, routes, clientId, log } = this.client
    try {
      const request = unlockBatchMQ({ consumerGroup: this.group, clientId, mqSet: [queue] })
      remoting.oneway(routes.masterAddress(queue.brokerName), request).catch((error: unknown) => {
        log.debug(`${this.group}: ${queueKey(queue)} stays locked: ${String(error)}`)
      })
    } catch (error) {
      log.debug(`${this.group}: ${queueKey(queue)} stays locked: ${String(error)}`)
    }
  }

  private async lockAt(brokerName: string, mqSet: MessageQueue[]): Promise<MessageQueue[]> {
    const { remoting, routes, clientId, clock } = this.client
    // From before the question: the broker's lease is never the shorter one.
    const now = clock.real.monotonic()
    const body = { consumerGroup: this.group, clientId, mqSet }
    const address = routes.masterAddress(brokerName)
    const held = await lockBatchMQ(remoting, address, body, CLIENT_API_TIMEOUT_MS)
    const keys = new Set(held.map(queueKey))
    const denied = mqSet.filter((queue) => !keys.has(queueKey(queue)))
    for (const key of keys) this.lockedAt.set(key, now)
    for (const queue of denied) this.lockedAt.delete(queueKey(queue))
    return denied
  }
}
