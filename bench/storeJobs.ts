/** What the processes of `--only store` are told and what they answer; storeChild.ts runs them. */

/** Sends spread over `topics × queues` queues, until `count` were answered or `seconds` have passed. */
export interface SpreadSendJob {
  kind: 'send'
  port: number
  /** Topics are named by it and a number of four digits. */
  prefix: string
  topics: number
  queues: number
  connections: number
  inFlight: number
  bodyBytes: number
  warmupSeconds: number
  seconds: number
  /** Ends at once when this many were answered; measured from the first one. */
  count?: number
}

/** One message every `everyMs` and a held pull at the queue's tail: what a consumer feels. */
export interface TailJob {
  kind: 'tail'
  port: number
  topic: string
  everyMs: number
  seconds: number
  bodyBytes: number
}

/** 64 messages a `write`, then `fdatasync`, again and again: what this disk gives. */
export interface BareSyncJob {
  kind: 'bareSync'
  folder: string
  recordBytes: number
  messages: number
  seconds: number
}

/** Reads the files of a folder from beginning to end. */
export interface BareReadJob {
  kind: 'bareRead'
  folder: string
}

/** Opens the store of a folder and reads every queue of a topic as pulls do. */
export interface StoreReadJob {
  kind: 'storeRead'
  folder: string
  topic: string
  queues: number
  messages: number
}

/** A store with this many queues, a message put into each, and the checkpoint that follows. */
export interface CheckpointJob {
  kind: 'checkpoint'
  folder: string
  topics: number
  queues: number
  rounds: number
}

export type StoreJob =
  SpreadSendJob | TailJob | BareSyncJob | BareReadJob | StoreReadJob | CheckpointJob

/** Latencies in microseconds. */
export interface LoadResult {
  rate: number
  done: number
  failed: number
  p50: number
  p99: number
  max: number
}

export interface DiskResult {
  messages: number
  megabytes: number
  seconds: number
}

export interface CheckpointResult {
  /** From the first byte of a consume queue to the checkpoint in its place. */
  checkpointMs: number
  /** Longest time one turn of the event loop took meanwhile. */
  longestTurnMs: number
  /** Of that the checkpoint file itself: encoding it is not in it, writing and syncing is. */
  replaceMs: number
}
