/** What the Consume page is told. */
import type { MessageSummary, Problem } from './views'

/** One of the group. */
export interface GroupOther {
  clientId: string
  clientAddr: string
  language: string
}

export interface ConsumeCheck {
  isGroupThere: boolean
  members: GroupOther[]
  /** Why brokers would not take the expression. */
  expressionProblem?: Problem
}

export type ConsumedState =
  /** A person has to say what becomes of it. */
  | 'inHand'
  | 'working'
  | 'acked'
  | 'nacked'
  /** Its invisible time is over: it comes again. */
  | 'expired'
  /** The consumer ended before. */
  | 'givenBack'

export interface ConsumedView {
  /** Of this consumer, from 1. */
  number: number
  at: number
  message: MessageSummary
  /** The topic that was asked for; `message.topic` is where it lies. */
  topic: string
  reconsumeTimes: number
  state: ConsumedState
  /** Of pop, by the engine's clock. */
  invisibleUntil?: number
  problem?: Problem
}

export interface ConsumeCounts {
  received: number
  acked: number
  nacked: number
  expired: number
  /** Of those received, delivered before. */
  redelivered: number
  inHand: number
}

export interface ConsumerView {
  id: string
  topic: string
  group: string
  isGroupMade: boolean
  clientId: string
  kind: 'push' | 'pull' | 'pop'
  state: 'running' | 'ended'
  /** The last one; it ended for it, or goes on trying. */
  problem?: Problem
  counts: ConsumeCounts
  /** Queues it has now; of a pop those of the topic are everybody's. */
  queues?: number
  /** Changed since the last look, oldest first. */
  changed: ConsumedView[]
  revision: number
}

export interface TailPosition {
  brokerName: string
  queueId: number
  offset: number
}

export interface TailView {
  positions: TailPosition[]
  /** Wanted ones, oldest first. */
  messages: MessageSummary[]
  /** Stored since the last look, wanted or not. */
  arrived: number
  /** Of those, not looked at: more came than one look takes. */
  skipped: number
  /** Queues of the topic; with more than MAX_TAIL_QUEUES only the first are read. */
  queues: number
  /** Of a broker that did not answer; the others did. */
  problem?: Problem
}
