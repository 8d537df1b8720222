/** What can be read of a store or a broker after the run: the judge's evidence. */

export interface ObservedMessage {
  offset: number
  /** Undefined for bytes that name no message of the test. */
  id: string | undefined
  bodyHash: string
  /** UNIQ_KEY and the words of KEYS. */
  keys: readonly string[]
  physicalOffset: number
  /** Wall-clock ms. */
  storeTimestamp: number
}

export interface ObservedQueue {
  topic: string
  queueId: number
  minOffset: number
  maxOffset: number
  /** In the order they were read in. */
  messages: readonly ObservedMessage[]
}

export interface ObservedOffset {
  group: string
  topic: string
  queueId: number
  /** Undefined: the group has none on the queue. */
  offset: number | undefined
}

/** One question to the key index and every message it gave. */
export interface ObservedLookup {
  topic: string
  key: string
  /** Most messages the answer may hold. */
  maxNum: number
  hits: readonly { topic: string; queueId: number; offset: number; keys: readonly string[] }[]
}

export interface Observation {
  queues: readonly ObservedQueue[]
  committed: readonly ObservedOffset[]
  lookups: readonly ObservedLookup[]
  /** Wall-clock ms at which the queues were read; needed to judge lateness of timed messages. */
  wallTime?: number
}

export const placeOf = (topic: string, queueId: number, offset: number): string =>
  `${topic}@${queueId}#${offset}`
