/** What the window sees of groups: the list, one of them, and how it shares its work. */
import type { Problem } from './views'

/** AllocateMessageQueueStrategy, by the names clients send. */
export const strategies = ['AVG', 'AVG_BY_CIRCLE'] as const
export type StrategyName = (typeof strategies)[number]

export const MAX_WHAT_IF_MEMBERS = 256
/** Members asked which queues they have; more are computed. */
export const MAX_MEMBERS_ASKED = 64

export interface QueueName {
  topic: string
  brokerName: string
  queueId: number
}

export interface QueueShare extends QueueName {
  /** Absent where nobody has it. */
  clientId?: string
}

/** How queues are shared. */
export interface Sharing {
  members: string[]
  queues: QueueShare[]
}

/** `broadcast`: every member has every queue; `pop`: members take from all of them, nobody has one of its own. */
export type SharingKind = 'divided' | 'broadcast' | 'pop'

export interface AllocationView {
  groupName: string
  sharing: SharingKind
  /** As the members say it: what they do not answer is computed by the strategy most clients have, AVG. */
  now: Sharing & {
    /** Members that did not say which queues they have, and why. */
    silent: { clientId: string; problem: Problem }[]
  }
  /** As it would be. */
  whatIf: Sharing & { strategy: StrategyName }
}

export interface MemberSubscriptionView {
  topic: string
  subString: string
  expressionType: string
}

/** A topic of which members want different things. */
export interface DifferenceView {
  topic: string
  /** Every member; without an expression it does not subscribe to the topic. */
  members: { clientId: string; expression?: string; queues: QueueName[] }[]
  /** Queues whose member does not want the topic: nobody reads them. */
  starving: QueueName[]
}

export interface ConsistencyView {
  groupName: string
  /** `unknown`: some members did not say what they subscribe to. */
  state: 'same' | 'differ' | 'unknown' | 'offline'
  members: { clientId: string; subscriptions?: MemberSubscriptionView[]; problem?: Problem }[]
  differences: DifferenceView[]
}

export interface PopModeView {
  groupName: string
  topics: { topic: string; mode: 'PULL' | 'POP'; popShareQueueNum: number }[]
  /** The broker does not tell its modes (RocketMQ before 5.0); setting still works. */
  isUnknown: boolean
}

export type GroupType = 'NORMAL' | 'FIFO' | 'SYSTEM'

/** Do its members subscribe to the same? `unknown`: brokers do not tell what each of several wants. */
export type GroupConsistency = 'same' | 'differ' | 'unknown'

/** What could not be had is absent, with the reason in `problem`; never a -1 or a 0 in its place. */
export interface GroupView {
  groupName: string
  /** System groups are shown, not deleted. */
  system: boolean
  type: GroupType
  /** Consuming is not allowed on some broker. */
  paused: boolean
  members?: number
  consumeType?: string
  messageModel?: string
  /** Of its members, without repeats. */
  versions: string[]
  topics: string[]
  consumeTps?: number
  /** Messages stored but not yet consumed, over all topics. */
  lag?: number
  /** Messages handed out but not yet consumed. */
  inflight?: number
  /** Store time of the last message consumed in the queue that is furthest behind; absent without lag, or where nothing was consumed there. */
  behindSince?: number
  /** Store time of the newest message it consumed; absent where there is none. */
  lastConsumedAt?: number
  /** Absent while nobody is online. */
  consistency?: GroupConsistency
  /** Some broker did not answer: what is shown may be incomplete. */
  partial: boolean
  /** Why something is missing. */
  problem?: Problem
}

export interface GroupProgress {
  topic: string
  brokerName: string
  queueId: number
  brokerOffset: number
  consumerOffset: number
  lag: number
  /** Handed out but not yet consumed. */
  inflight: number
  /** Age of the oldest message that waits, ms; absent where none does or the broker does not say. */
  delayMs?: number
  /** Store time of the last consumed message; 0 when none. */
  lastTimestamp: number
  /** Member that owns the queue where it could be computed. */
  clientId?: string
}

export interface GroupMember {
  clientId: string
  clientAddr: string
  language: string
  version: string
  protocol: 'remoting' | 'grpc'
}

export interface GroupSubscription {
  topic: string
  subString: string
  expressionType: string
}

/** The settings a group may have; RocketMQ's words. Java: SubscriptionGroupConfig. */
export interface GroupSettings {
  consumeEnable: boolean
  consumeFromMinEnable: boolean
  consumeBroadcastEnable: boolean
  consumeMessageOrderly: boolean
  retryQueueNums: number
  retryMaxTimes: number
  /** Minutes. */
  consumeTimeoutMinute: number
  brokerId: number
  whichBrokerWhenConsumeSlowly: number
  notifyConsumerIdsChangedEnable: boolean
}

export interface GroupDetail {
  groupName: string
  online: boolean
  consumeType?: string
  messageModel?: string
  consumeFromWhere?: string
  config?: GroupSettings
  /** Brokers that have the group, each with its own settings. */
  configs: { brokerName: string; config: GroupSettings }[]
  /** Masters that do not have it, or did not answer. */
  missingOn: string[]
  members: GroupMember[]
  subscriptions: GroupSubscription[]
  progress: GroupProgress[]
  /** Of its retry and dead-letter topics; absent where they do not exist. */
  retryTopic?: string
  dlqTopic?: string
}
