/** Bounds of the store. Those with a property are the broker's configuration, the others nobody's; tests shrink them. */
import { totalmem } from 'node:os'

export interface StoreLimits {
  /** Bytes of one arena buffer; a larger record gets a buffer of its own. */
  readonly arenaChunkBytes: number
  /** Newest bytes of the log kept in memory; older messages are read from their segment. gantryHotTailBytes. */
  readonly hotTailBytes: number
  /** Encoded bytes that may wait for the end of the turn; beyond it they are written at once. */
  readonly pendingBytes: number
  /** A longer read goes to the thread pool. */
  readonly syncReadBytes: number
  /** Bytes of one read at most (a single longer message is read whole). */
  readonly coldReadBytes: number
  /** Bytes of foreign records read along rather than starting another read. */
  readonly coldGapBytes: number
  /** Bytes of one block of old log that readers share. */
  readonly coldBlockBytes: number
  /** Blocks of old log kept in memory. */
  readonly coldBlocks: number
  /** Blocks read ahead of a reader that reads on. */
  readonly coldBlocksAhead: number
  /** Bytes of old messages read at a time while messages are being stored; then storing has its turns. */
  readonly coldSliceBytes: number
  /** Messages nearer than this to the log's end count as "in memory". Java: accessMessageInMemoryMaxRatio of the RAM. */
  readonly accessMessageInMemoryBytes: number
  /** Bytes of messages one pull may read and not give, because its filter does not match them. */
  readonly filterScanBytes: number
  /** Open files of sealed segments, consume queues and index tables. gantryOpenFiles. */
  readonly openFiles: number
  /** Cached consume queue pages of 4,000 bytes. gantryConsumeQueuePages. */
  readonly consumeQueuePages: number
  /** Time between two checkpoints while messages arrive. */
  readonly checkpointIntervalMs: number
  /**
   * Keys in the index table that grows in memory (20 bytes each); then it is written and another begun, while at most
   * two wait to be written. gantryIndexEntries.
   */
  readonly indexEntries: number
  /** Bytes of log one index table covers; what a start after a kill reads again for the index. */
  readonly indexLogBytes: number
  /** Messages one query by key gives. Java: maxMsgsNumBatch. */
  readonly queryMaxNum: number
  /** Bytes of messages one query by key gives, but always at least one message. */
  readonly queryMaxBytes: number
}

/** That many percent of this machine's memory, in bytes. */
export const ofMemory = (percent: number): number => Math.floor((totalmem() * percent) / 100)

export const defaultStoreLimits = (): StoreLimits => ({
  arenaChunkBytes: 1024 * 1024,
  hotTailBytes: 16 * 1024 * 1024,
  pendingBytes: 4 * 1024 * 1024,
  syncReadBytes: 64 * 1024,
  coldReadBytes: 256 * 1024,
  coldGapBytes: 4 * 1024,
  coldBlockBytes: 256 * 1024,
  coldBlocks: 32,
  coldBlocksAhead: 2,
  coldSliceBytes: 96 * 1024,
  accessMessageInMemoryBytes: ofMemory(40),
  filterScanBytes: 1024 * 1024,
  openFiles: 256,
  consumeQueuePages: 256,
  checkpointIntervalMs: 5_000,
  indexEntries: 131_072,
  indexLogBytes: 64 * 1024 * 1024,
  queryMaxNum: 64,
  queryMaxBytes: 8 * 1024 * 1024
})

/** Longest topic in bytes. Java: Validators, TopicValidator. */
export const MAX_TOPIC_BYTES = 255
