/** What the window sees of a message's trace. */

/**
 * `source` says who tells it: the stored messages (stored, scheduled, half, retry, dead, unresolved), a client's own trace
 * record (sent, consuming, consumed, transactionEnded, recalled), or the broker that saw it (the others).
 */
export type TraceEventKind =
  | 'stored'
  | 'scheduled'
  | 'half'
  | 'retry'
  | 'dead'
  | 'unresolved'
  | 'sent'
  | 'consuming'
  | 'consumed'
  | 'transactionEnded'
  | 'recalled'
  | 'delivered'
  | 'acknowledged'
  | 'postponed'
  | 'rewound'
  | 'givenBack'
  | 'givenUp'
  | 'checked'
  | 'rolledBack'

export interface TraceEventView {
  /** By the clock of whoever tells it, ms since the epoch. */
  at: number
  kind: TraceEventKind
  source: 'store' | 'client' | 'broker'
  group?: string
  /** Client id or address. */
  client?: string
  brokerName?: string
  topic?: string
  queueId?: number
  queueOffset?: number
  costMs?: number
  success?: boolean
  /** A word of the protocol: pull or pop, ConsumeReturnType, LocalTransactionState. */
  result?: string
  reconsumeTimes?: number
  delayLevel?: number
  /** When what is scheduled is due, where the message says so. */
  dueAt?: number
}

export interface MessageTraceView {
  topic: string
  msgId: string
  /** Oldest first. */
  events: TraceEventView[]
  /** Brokers that hold the message; without `since` one keeps no trace of its own, else it knows nothing from before. */
  brokers: { brokerName: string; since?: number }[]
  /** Client records that could not be read. */
  skippedRecords: number
  /** More groups consume the topic than were looked at. */
  isPartial: boolean
}
