/** What the window sees of clients, of both protocols. */
import type { Problem } from './views'

/** Clients told of at once; the others are counted. */
export const MAX_CLIENTS_SHOWN = 2000
/** Longest stack that crosses to the window, in characters. */
export const MAX_STACK_CHARS = 400_000
/** Queues and properties of a running info that cross to the window, each. */
export const MAX_RUNNING_INFO_ROWS = 2000

export type ClientRole = 'producer' | 'consumer'

export interface ClientGroup {
  name: string
  role: ClientRole
}

export interface ClientView {
  clientId: string
  groups: ClientGroup[]
  /** What its groups consume, or what a gRPC producer publishes to; a remoting producer does not say. */
  topics: string[]
  language: string
  version: string
  /** Its addresses, one for each connection to a broker. */
  addresses: string[]
  protocol: 'remoting' | 'grpc'
  isTls?: boolean
  /** Names of the brokers that know it. */
  brokers: string[]
  /** Milliseconds since the epoch; gRPC clients of our proxy only. */
  connectedAt?: number
  /** Last heartbeat, milliseconds since the epoch; producers only, brokers tell no other. */
  lastSeenAt?: number
}

export interface ClientsView {
  clients: ClientView[]
  /** All there are, shown or not. */
  total: number
  /** Brokers that did not answer: their clients are missing. */
  missing: { brokerName: string; problem: Problem }[]
  /** A broker of ours is there, which can close a client's connections; RocketMQ's cannot. */
  canClose: boolean
}

export interface ClosedClientView {
  clientId: string
  /** Connections that were closed. */
  closed: number
}

export interface ProcessQueueView {
  topic: string
  brokerName: string
  queueId: number
  /** Pops instead of pulling: then only what waits for an ack is known. */
  isPop: boolean
  commitOffset: number
  /** Messages it holds; of pop those that wait for an ack. */
  cached: number
  cachedMinOffset: number
  cachedMaxOffset: number
  locked: boolean
  dropped: boolean
  /** Milliseconds since the epoch; 0 for never. */
  lastPullAt: number
  lastConsumeAt: number
}

export interface ConsumeStatusView {
  topic: string
  /** Milliseconds. */
  pullRT: number
  pullTPS: number
  consumeRT: number
  consumeOKTPS: number
  consumeFailedTPS: number
  /** Within the last hour. */
  consumeFailedMsgs: number
}

/** What a member says of itself. Java: ConsumerRunningInfo. */
export interface RunningInfoView {
  groupName: string
  clientId: string
  properties: [string, string][]
  subscriptions: { topic: string; subString: string; expressionType: string }[]
  queues: ProcessQueueView[]
  statuses: ConsumeStatusView[]
  /** Its threads; absent where they were not asked for, or it does not tell. */
  stack?: string
  /** Something was longer than what crosses. */
  isCut: boolean
}
