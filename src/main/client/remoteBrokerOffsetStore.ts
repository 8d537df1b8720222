import type { MessageQueue } from '../protocol/bodies/messageQueue'
import { queryConsumerOffset, updateConsumerOffset } from './brokerCalls'
import { CLIENT_API_TIMEOUT_MS, type MQClientInstance } from './mqClientInstance'
import { queueKey } from '../protocol/topicQueues'

/** Java: the timeout of a consumer offset query. */
const QUERY_OFFSET_TIMEOUT_MS = 5000

type Client = Pick<MQClientInstance, 'remoting' | 'routes' | 'log'>

/** Java: OffsetStore. */
export interface OffsetStore {
  /** The next offset to consume. */
  update(queue: MessageQueue, offset: number): void
  /** What a pull may store along with it. */
  toCommit(queue: MessageQueue): number | undefined
  /** Where the queue was left; undefined when it never was consumed. */
  fetch(queue: MessageQueue): Promise<number | undefined>
  persistAllOneway(): void
  persist(queue: MessageQueue): Promise<void>
  /** Persists; the queue is another member's now. */
  release(queue: MessageQueue): Promise<void>
  /** The queue is another member's, who knows better how far it is. */
  forget(queue: MessageQueue): void
}

/** How far a group is on the queues of one member; the broker keeps it. Java: RemoteBrokerOffsetStore. */
export class RemoteBrokerOffsetStore implements OffsetStore {
  private readonly offsets = new Map<string, { queue: MessageQueue; offset: number }>()

  constructor(
    private readonly client: Client,
    private readonly group: string
  ) {}

  /** The next offset to consume; in memory until it is persisted. */
  update(queue: MessageQueue, offset: number): void {
    this.offsets.set(queueKey(queue), { queue, offset })
  }

  toCommit(queue: MessageQueue): number | undefined {
    const offset = this.get(queue)
    return offset !== undefined && offset > 0 ? offset : undefined
  }

  private get(queue: MessageQueue): number | undefined {
    return this.offsets.get(queueKey(queue))?.offset
  }

  /** What the broker has; undefined when the group never consumed the queue. */
  fetch(queue: MessageQueue): Promise<number | undefined> {
    const address = this.client.routes.brokerAddress(queue.brokerName)
    return queryConsumerOffset(
      this.client.remoting,
      address,
      this.group,
      queue,
      QUERY_OFFSET_TIMEOUT_MS
    )
  }

  /** Tells the brokers and does not wait for them, as each 5 s. */
  persistAllOneway(): void {
    for (const { queue, offset } of this.offsets.values()) {
      try {
        const request = updateConsumerOffset(this.group, queue, offset)
        const address = this.client.routes.brokerAddress(queue.brokerName)
        this.client.remoting.oneway(address, request).catch((error: unknown) => {
          this.client.log.debug(`offset of ${queueKey(queue)}: ${String(error)}`)
        })
      } catch (error) {
        this.client.log.debug(`offset of ${queueKey(queue)}: ${String(error)}`)
      }
    }
  }

  /** Resolves when the broker has it, or could not be told: then the next owner repeats a little. */
  async persist(queue: MessageQueue): Promise<void> {
    const offset = this.get(queue)
    if (offset === undefined) return
    try {
      const address = this.client.routes.brokerAddress(queue.brokerName)
      const request = updateConsumerOffset(this.group, queue, offset)
      await this.client.remoting.call(address, request, CLIENT_API_TIMEOUT_MS)
    } catch (error) {
      this.client.log.warn(`${this.group}: the offset of ${queueKey(queue)} was not stored`, error)
    }
  }

  /** Persists and forgets: the queue is another member's now. */
  async release(queue: MessageQueue): Promise<void> {
    await this.persist(queue)
    this.forget(queue)
  }

  forget(queue: MessageQueue): void {
    this.offsets.delete(queueKey(queue))
  }
}
