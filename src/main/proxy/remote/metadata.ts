import type { SubscriptionGroupConfig } from '../../protocol/bodies/subscriptionGroup'

/** Java: TopicMessageType; MIXED also for a topic that declares nothing. */
export type TopicMessageType = 'NORMAL' | 'FIFO' | 'DELAY' | 'TRANSACTION' | 'MIXED'

/** What brokers know of topics and groups, remembered for a short time. Java: MetadataService. */
export interface Metadata {
  messageType(topic: string): Promise<TopicMessageType>
  /** Undefined where no broker knows the group. */
  group(group: string): Promise<SubscriptionGroupConfig | undefined>
}
