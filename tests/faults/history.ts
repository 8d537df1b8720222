/**
 * What the clients of a fault test saw, event by event, and what they were told. Every client appends to one history;
 * the judge reads it beside an observation of the store. Times are monotonic ms of one clock.
 */
import { createHash } from 'node:crypto'

interface Event {
  time: number
  client: string
}

interface Place {
  topic: string
  queueId: number
}

/** A message is about to be sent. A second attempt of the same id is a retry. */
export interface Attempt extends Event, Place {
  kind: 'attempt'
  /** Unique per message, found again in what is stored. */
  id: string
  bodyHash: string
  /** Members of one batch share it: all are stored side by side, or none. */
  batch?: string
  /** A half message: invisible until `end-transaction`. */
  transaction?: boolean
  /** Wall-clock ms before which nobody may see it. */
  deliverAt?: number
}

/** The send of `id` was acknowledged; offset as answered (of half and timed messages it is of no queue a user sees). */
export interface Ack extends Event {
  kind: 'ack'
  id: string
  offset: number
}

/** The send was refused, and the refusal promises that nothing is stored. */
export interface Fail extends Event {
  kind: 'fail'
  id: string
}

/** Nobody knows: time-out, closed connection, one-way, a refusal without that promise. No outcome at all means the same. */
export interface Unknown extends Event {
  kind: 'unknown'
  id: string
}

/** A group got a message. */
export interface Receive extends Event, Place {
  kind: 'receive'
  group: string
  offset: number
  id: string
  bodyHash: string
  /** When its consumer read where to begin; absent: `time`. Commits acknowledged later could not stop this delivery. */
  startedAt?: number
  /** Wall-clock ms; for timed messages. */
  wallTime?: number
}

/** Progress of a group is about to be committed; a reset by an admin call is one too. */
export interface Commit extends Event, Place {
  kind: 'commit'
  group: string
  offset: number
}

/** The commit of exactly this offset was acknowledged. */
export interface Committed extends Event, Place {
  kind: 'committed'
  group: string
  offset: number
}

/** The broker was asked how far a group is, at `time`, and said this; undefined: it knew of no offset. */
export interface OffsetSeen extends Event, Place {
  kind: 'offset-seen'
  group: string
  offset: number | undefined
}

/** One delivery was acknowledged by itself (pop) and the broker said so. */
export interface ConsumerAck extends Event, Place {
  kind: 'consumer-ack'
  group: string
  offset: number
}

export interface EndTransaction extends Event {
  kind: 'end-transaction'
  id: string
  resolution: 'commit' | 'rollback'
}

/** The broker acknowledged the end of the transaction. */
export interface TransactionEnded extends Event {
  kind: 'transaction-ended'
  id: string
}

/** The topic is about to be deleted: what it held may be gone from now on. */
export interface DeleteTopic extends Event {
  kind: 'delete-topic'
  topic: string
}

/** The deletion was acknowledged: what was settled before it was asked for must be gone. */
export interface TopicDeleted extends Event {
  kind: 'topic-deleted'
  topic: string
}

/** The broker was killed, or the power was cut, at this moment. */
export interface Crash extends Event {
  kind: 'crash'
}

export type HistoryEvent =
  | Attempt
  | Ack
  | Fail
  | Unknown
  | Receive
  | Commit
  | Committed
  | OffsetSeen
  | ConsumerAck
  | EndTransaction
  | TransactionEnded
  | DeleteTopic
  | TopicDeleted
  | Crash

type Untimed<E> = E extends HistoryEvent ? Omit<E, 'time'> & { time?: number } : never

/** Append-only; `now` gives monotonic ms. Events lie in the order they were recorded in. */
export class History {
  readonly events: HistoryEvent[] = []

  constructor(private readonly now: () => number) {}

  record(event: Untimed<HistoryEvent>): void {
    const time = event.time ?? this.now()
    this.events.push({ ...event, time })
  }
}

/** How bodies are compared: 80 bits of SHA-1 in hexadecimal. */
export const hashOf = (body: Buffer): string =>
  createHash('sha1').update(body).digest('hex').slice(0, 20)

const ID_END = '\n'

/** A body that begins with its id and is filled up with `fill`, so that what is stored can be told apart. */
export const bodyWithId = (id: string, fill: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.from(id + ID_END), fill])

/** The id a body begins with; undefined for a body that is not of `bodyWithId`. */
export const idOfBody = (body: Buffer): string | undefined => {
  const end = body.indexOf(ID_END)
  return end < 0 ? undefined : body.toString('utf8', 0, end)
}
