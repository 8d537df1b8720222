/** What the window sees of dead letters. */
import type { MessageDetail, MessageSummary, Problem } from './views'

export interface DeadLetterGroup {
  groupName: string
  /** Stored on all brokers that answered. */
  count: number
  /** Store time of the newest; 0 without one. */
  lastTimestamp: number
  /** Brokers whose %DLQ% topic gives nothing to readers, as 4.x makes it: perm without read. */
  unreadable: string[]
  /** Brokers that did not tell. */
  problems: { brokerName: string; problem: Problem }[]
}

export interface DeadLetterInbox {
  /** Those with the newest dead letters first, at most MAX_LETTER_GROUPS. */
  groups: DeadLetterGroup[]
  /** Groups there are, shown or not. */
  found: number
  /** Of all groups shown. */
  total: number
}

/** How far a queue is read: newest first, down to `lo`. */
export interface DeadLetterCursor {
  topic: string
  brokerName: string
  queueId: number
  lo: number
  /** Behind the next one to be read. */
  end: number
  /** Nothing left is stored later than this. */
  newest: number
}

export interface DeadLetter extends MessageSummary {
  groupName: string
  /** Where it was sent first; '' where its properties do not say. */
  originTopic: string
  /** Its offset id there; '' where its properties do not say. */
  originMsgId: string
  reconsumeTimes: number
  bornHost: string
  /** Only where bodies were asked for. */
  detail?: Pick<MessageDetail, 'properties' | 'bodyBase64' | 'bodyCRC' | 'storeHost'>
}

export interface DeadLetterPage {
  /** Newest first. */
  messages: DeadLetter[]
  /** For the next page; none when everything is read. */
  cursors: DeadLetterCursor[]
  /** In range and not read yet. */
  left: number
  /** Queues that could not be read: what they hold is in no number. */
  problems: { groupName: string; brokerName: string; problem: Problem }[]
}

/** What became of one dead letter that was to be sent again. */
export interface ResendOutcome {
  topic: string
  brokerName: string
  queueId: number
  queueOffset: number
  /** '' where the message could not be read. */
  msgId: string
  /** Where it went: a topic, or the group's retry topic. */
  sentTo?: string
  /** The id it has there; absent where the broker makes the copy. */
  sentMsgId?: string
  problem?: Problem
}
