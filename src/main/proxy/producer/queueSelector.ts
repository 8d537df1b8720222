/** Which queue a message goes to; what clients ask for is not heard: each SDK chooses in its own way. Java: SendMessageQueueSelector. */
import type { RealTime } from '../../base/clock'
import type { Random } from '../../base/random'
import type { MessageQueue } from '../../protocol/bodies/messageQueue'
import type { TopicRouteData } from '../../protocol/bodies/route'
import { javaHashCode } from '../../protocol/message/tagsCode'
import { publishQueues } from '../../protocol/topicQueues'
import { consistentHash } from './consistentHash'

/** How long a broker that failed is used only where there is no other, ms. */
export const BROKER_FAULT_MS = 5000

interface Deps {
  clock: Pick<RealTime, 'monotonic'>
  random: Pick<Random, 'int'>
}

interface Choice {
  messageGroup: string | undefined
  /** Brokers that did not take this message. */
  tried: ReadonlyMap<string, unknown>
}

/** Of one route, as long as it is the newest. */
interface Writable {
  /** All brokers', sorted. */
  queues: readonly MessageQueue[]
  nextIndex: number
}

export class QueueSelector {
  private readonly writable = new WeakMap<TopicRouteData, Writable>()
  /** Broker name to the monotonic time until which it is avoided. */
  private readonly faults = new Map<string, number>()

  constructor(private readonly deps: Deps) {}

  /** Undefined where no queue of the topic takes messages; a broker that failed only where there is no other. */
  select(
    topic: string,
    route: TopicRouteData,
    { messageGroup, tried }: Choice
  ): MessageQueue | undefined {
    const writable = this.writableOf(topic, route)
    const { queues } = writable
    if (messageGroup !== undefined && queues.length > 0)
      return queues[consistentHash(javaHashCode(messageGroup), queues.length)]
    const mustLook = tried.size > 0 || this.faults.size > 0
    for (let i = 0; mustLook && i < queues.length; i++) {
      const queue = queues[writable.nextIndex++ % queues.length]!
      if (!tried.has(queue.brokerName) && !this.isFaulty(queue.brokerName)) return queue
    }
    const untried = tried.size > 0 ? queues.filter((queue) => !tried.has(queue.brokerName)) : []
    const left = untried.length > 0 ? untried : queues
    return left[writable.nextIndex++ % left.length]
  }

  failed(brokerName: string): void {
    for (const known of this.faults.keys()) this.isFaulty(known)
    this.faults.set(brokerName, this.deps.clock.monotonic() + BROKER_FAULT_MS)
  }

  worked(brokerName: string): void {
    if (this.faults.size > 0) this.faults.delete(brokerName)
  }

  private isFaulty(brokerName: string): boolean {
    const until = this.faults.get(brokerName)
    if (until === undefined) return false
    if (until > this.deps.clock.monotonic()) return true
    this.faults.delete(brokerName)
    return false
  }

  private writableOf(topic: string, route: TopicRouteData): Writable {
    const known = this.writable.get(route)
    if (known) return known
    const queues = publishQueues(topic, route)
    const writable = { queues, nextIndex: this.deps.random.int(Math.max(1, queues.length)) }
    this.writable.set(route, writable)
    return writable
  }
}
