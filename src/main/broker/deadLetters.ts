import type { TopicConfig } from '../protocol/bodies/topicConfig'
import { V3_4_9 } from '../protocol/codes/mqVersion'
import { dlqTopicOf } from '../protocol/topicNames'
import type { RebalanceLockManager } from './rebalanceLockManager'
import type { SubscriptionGroupManager } from './subscriptionGroupManager'
import type { TopicConfigManager } from './topicConfigManager'

/** Queues of a dead-letter topic. Java: AbstractSendMessageProcessor.DLQ_NUMS_PER_GROUP. */
const DLQ_NUMS_PER_GROUP = 1
export const DLQ_QUEUE_ID = 0

interface Deps {
  topics: Pick<TopicConfigManager, 'select' | 'createInSendBack'>
  groups: Pick<SubscriptionGroupManager, 'get'>
  locks: Pick<RebalanceLockManager, 'isLockAllExpired'>
}

/** What a client says of a message it gives back. */
export interface Attempts {
  group: string
  /** Of the client that asks: one before 3.4.9 means nothing by its limit. */
  version: number
  maxReconsumeTimes: number | undefined
}

/** When a group has given a message up, and where such messages lie. Java: AbstractSendMessageProcessor. */
export class DeadLetters {
  constructor(private readonly deps: Deps) {}

  /** Deliveries after the first that the group makes of one message. */
  maxReconsumeTimes({ group, version, maxReconsumeTimes }: Attempts): number {
    if (version >= V3_4_9 && maxReconsumeTimes !== undefined) return maxReconsumeTimes
    return this.deps.groups.get(group)?.retryMaxTimes ?? 0
  }

  /**
   * Is a message that a client sends to the retry topic itself a dead letter? Also while the group holds a queue lock:
   * who consumes in order sends only what it has given up. Java: SendMessageProcessor.handleRetryAndDLQ.
   */
  isGivenUp(attempts: Attempts, reconsumeTimes: number): boolean {
    if (!this.deps.locks.isLockAllExpired(attempts.group)) return true
    return reconsumeTimes > this.maxReconsumeTimes(attempts)
  }

  /** The group's dead-letter topic, made with its first message: readable and writable, one queue. */
  topicOf(group: string): TopicConfig | Promise<TopicConfig> {
    const { topics } = this.deps
    const topic = dlqTopicOf(group)
    return topics.select(topic) ?? topics.createInSendBack(topic, DLQ_NUMS_PER_GROUP)
  }
}
