/** What the window sees of searches, of who consumed a message, and of replays. */
import type { MessageDetail, MessageSummary, Problem, SendResultView } from './views'

export interface SearchedQueue {
  brokerName: string
  queueId: number
  /** Offsets of the range: from the first, up to and without the last. */
  from: number
  to: number
  /** Offsets of it that were looked at. */
  scanned: number
}

export interface SearchView {
  searchId: string
  /** `index`: the key index of the brokers told all at once; `scan`: the queues are read. */
  via: 'index' | 'scan'
  direction: 'newestFirst' | 'oldestFirst'
  matched: number
  /** Queue offsets looked at, and those still to come. */
  scanned: number
  remaining: number
  queues: SearchedQueue[]
  isDone: boolean
  /** MAX_MATCHES, or MAX_INDEX_MATCHES by the index: there may be more. */
  isCut: boolean
  /** Bodies on which the regular expression took too long. */
  untested: number
  /** Brokers that did not answer at the start: their queues are not in it. */
  missingBrokers: string[]
  /** Copies found elsewhere by id: in retry, dead-letter, delay or half topics. */
  elsewhere: number
}

export interface FoundPage {
  from: number
  /** In the order found; null where the message is gone. */
  messages: (MessageSummary | null)[]
}

/** Whole messages; perhaps fewer than were asked for (MAX_PAGE_BODY_BYTES), at least one. */
export interface FoundDetails {
  from: number
  messages: (MessageDetail | null)[]
}

/** Java: TrackType. */
export type TrackType =
  | 'CONSUMED'
  | 'CONSUMED_BUT_FILTERED'
  | 'PULL'
  | 'NOT_CONSUME_YET'
  | 'NOT_ONLINE'
  | 'CONSUME_BROADCASTING'
  | 'UNKNOWN'

export interface TrackClient {
  clientId: string
  clientAddr: string
  language: string
}

export interface MessageTrackView {
  groupName: string
  trackType: TrackType
  /** Why it is UNKNOWN. */
  exceptionDesc?: string
  /** The group's stored progress has passed the message; absent where it has none on the queue. */
  isPassed?: boolean
  /** Who is online. */
  clients: TrackClient[]
}

export interface MessageTracksView {
  tracks: MessageTrackView[]
  /** More groups than were asked. */
  isPartial: boolean
}

/** What the client's listener made of it. Java: ConsumeMessageDirectlyResult. */
export interface DeliveryView {
  /** CR_SUCCESS, CR_LATER, CR_ROLLBACK, CR_COMMIT, CR_THROW_EXCEPTION or CR_RETURN_NULL. */
  consumeResult: string
  remark: string
  /** As the client measured it. */
  spentTimeMills: number
  /** As it took from here. */
  tookMs: number
}

export interface ReplayView {
  state: 'running' | 'paused' | 'done' | 'stopped' | 'failed'
  sourceTopic: string
  topic: string
  sent: number
  failed: number
  /** Messages of the source looked at, and how many it has at most. */
  read: number
  total: number
  startedAt: number
  /** Store time of the message sent last. */
  at?: number
  last?: SendResultView
  problem?: Problem
  /** It ended at its limit. */
  isCut: boolean
}

export interface TracedMessage {
  msgId: string
  topic: string
  tags: string
  keys: string
  at: number
}

export interface TracedMessages {
  messages: TracedMessage[]
  /** Records that could not be read. */
  skipped: number
  isCut: boolean
}
