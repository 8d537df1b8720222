import type { HaReport } from './ha/haService'
import type { MetaReport } from '../meta/report'
import type { StoreReport } from '../store/messageStore'
import type { SubscriptionDifference } from '../protocol/subscriptionConsistency'

/** Something a person must hear of: what was found damaged, and what was done about it. */
export type BrokerReport =
  /** Members of a group want different things of a topic. */
  | { kind: 'subscriptions-differ'; group: string; difference: SubscriptionDifference }
  | { kind: 'store'; report: StoreReport }
  | { kind: 'meta'; report: MetaReport }
  | { kind: 'ha'; report: HaReport }
  /** A controller made it master or slave. */
  | { kind: 'role'; role: 'MASTER' | 'SLAVE'; epoch: number }
  /** Messages of a topic whose settings were lost: it was made again with the queues its messages name. */
  | { kind: 'topic-adopted'; topic: string; queueNums: number }
  /** Retention or damage took so many delayed messages at most before they were due. */
  | { kind: 'delayed-lost'; count: number }
