/** What a store promises; it knows bytes and offsets, no sockets. Java: MessageStore. */
import type { MessageInner } from '../protocol/message/messageCodec'
import type { Emitter } from '../base/emitter'
import type { CopyWatch } from '../base/copyBytes'
import type { StoreReplica } from './replica'
import type { CopiedStore } from './storeSnapshot'
import type { Refusal, RefusalCause } from './writeability'

/** What was stored may be answered so. Java: PutMessageStatus. */
export type StoredStatus =
  | 'PUT_OK'
  /** The flush took longer than syncFlushTimeout. */
  | 'FLUSH_DISK_TIMEOUT'
  /** SYNC_MASTER: no slave, or too few, confirmed within slaveTimeout. */
  | 'FLUSH_SLAVE_TIMEOUT'
  /** SYNC_MASTER: there is no slave, or none that is not too far behind. */
  | 'SLAVE_NOT_AVAILABLE'

/** Java: PutMessageStatus. Everything but a StoredStatus means: not stored. */
export type PutMessageStatus =
  | StoredStatus
  /** The disk is full, a write failed, or this is a slave's store; `reason` says which. */
  | 'SERVICE_NOT_AVAILABLE'
  /** SYNC_MASTER: fewer replicas than minInSyncReplicas are there to take it. */
  | 'IN_SYNC_REPLICAS_NOT_ENOUGH'
  /** Larger than a record may be. */
  | 'MESSAGE_ILLEGAL'
  | 'PROPERTIES_SIZE_EXCEEDED'

export type PutMessageResult =
  | {
      status: StoredStatus
      /** Logical offset in its queue; of the first message of a batch. */
      queueOffset: number
      /** Commit-log offset of each message. */
      physicalOffsets: readonly number[]
      storeTimestamp: number
    }
  | {
      status:
        | 'SERVICE_NOT_AVAILABLE'
        | 'IN_SYNC_REPLICAS_NOT_ENOUGH'
        | 'MESSAGE_ILLEGAL'
        | 'PROPERTIES_SIZE_EXCEEDED'
      reason: string
    }

/** Java: GetMessageStatus. */
export type GetMessageStatus =
  | 'FOUND'
  | 'NO_MATCHED_MESSAGE'
  | 'MESSAGE_WAS_REMOVING'
  | 'OFFSET_FOUND_NULL'
  | 'OFFSET_OVERFLOW_BADLY'
  | 'OFFSET_OVERFLOW_ONE'
  | 'OFFSET_TOO_SMALL'
  | 'NO_MATCHED_LOGIC_QUEUE'
  | 'NO_MESSAGE_IN_QUEUE'

/** Refused for now: the same message may be taken later. */
export const isRefusedForNow = (result: PutMessageResult): boolean =>
  result.status === 'SERVICE_NOT_AVAILABLE' || result.status === 'IN_SYNC_REPLICAS_NOT_ENOUGH'

export interface GetMessageResult {
  status: GetMessageStatus
  nextBeginOffset: number
  minOffset: number
  maxOffset: number
  /** Whole stored messages, in queue order; bytes of the log as they are. */
  messages: readonly Buffer[]
  bytes: number
  /** Queue offset of each message. */
  queueOffsets: readonly number[]
}

export interface GetMessageQuery {
  topic: string
  queueId: number
  offset: number
  maxMsgNums: number
  /** Bytes of messages at most, but always at least one message; absent: the store's own limits. */
  maxMsgBytes?: number
  /** Judged on the consume queue entry alone; absent: every message. */
  matches?: (tagsCode: number) => boolean
  /** Judged on the whole stored message (SQL92) after `matches`; absent: every message. */
  matchesMessage?: (message: Buffer) => boolean
}

/** Times are inclusive, in ms. */
export interface QueryMessageQuery {
  topic: string
  /** A unique id or one word of KEYS, letter for letter. */
  key: string
  maxNum: number
  beginTimestamp: number
  endTimestamp: number
}

/** Java: QueryMessageResult. */
export interface QueryMessageResult {
  /** Whole stored messages, newest first. */
  messages: readonly Buffer[]
  /** Store time of the newest indexed message; 0 while there is none. */
  indexLastUpdateTimestamp: number
  /** Physical offset of the newest indexed message; 0 while there is none. */
  indexLastUpdatePhyoffset: number
}

/** A message became readable. Emitted after its bytes are written, in log order. */
export interface MessageArriving {
  topic: string
  queueId: number
  /** Its logical offset. */
  queueOffset: number
  tagsCode: number
  physicalOffset: number
  size: number
  storeTimestamp: number
}

/** Java: ConsumeQueue entry of 20 bytes. */
export interface ConsumeQueueEntry {
  physicalOffset: number
  size: number
  tagsCode: number
}

export type BoundaryType = 'LOWER' | 'UPPER'

/** Where the store's folders are and which log records still belong to a topic. */
export interface TopicRegistry {
  /**
   * The numeric folder id of a topic and the log offset it begins at (records before it belong to a topic of the same
   * name that was deleted); undefined: the record is nobody's. While recovering, the owner may adopt a topic whose
   * metadata was lost, unless the record that asks, at `physicalOffset`, is of a topic that was deleted.
   */
  resolve(
    topic: string,
    queueId: number,
    physicalOffset?: number
  ): { id: number; sinceOffset: number } | undefined
  /** Is this the folder id of a topic that was deleted? A checkpoint written meanwhile still names its queues. */
  wasDeleted?(topic: string, id: number): boolean
  /**
   * A slave's log shows that the topic was deleted and made anew: records of the name before `physicalOffset` are
   * nobody's, and `resolve` gives another id from now on. Absent: there is no such case.
   */
  renew?(topic: string, physicalOffset: number): void
  /** Does the topic exist, with this folder id? Adopts nothing. */
  has(topic: string, id: number): boolean
}

/** What keeps the store small. Java: MessageStoreConfig; the keys that begin with `gantry` are ours. */
export interface RetentionConfig {
  /** Hours a segment is kept after its newest message. */
  readonly fileReservedTime: number
  /** Hours of the day, local time, at which expired segments go: `04;16`. */
  readonly deleteWhen: string
  /** Time between two looks at what is to be deleted, in ms. */
  readonly cleanResourceInterval: number
  /** The oldest segment goes even when it has not expired, rather than that sends are refused. */
  readonly cleanFileForciblyEnable: boolean
  /** Percent of the room from which on expired segments go at any hour. */
  readonly diskMaxUsedSpaceRatio: number
  /** Percent of the room from which on the oldest segment goes, expired or not. */
  readonly diskSpaceCleanForciblyRatio: number
  /** Percent of the whole disk from which on sends are refused; only with gantryDiskRatioEnable. */
  readonly diskSpaceWarningLevelRatio: number
  /** The room is the whole disk too, as with RocketMQ; else only gantryStoreQuota. */
  readonly gantryDiskRatioEnable: boolean
  /** Bytes the store's folder may take: log, consume queues and index. */
  readonly gantryStoreQuota: number
  /** Free bytes of the disk below which sends are refused; 0: not looked at. */
  readonly gantryMinFreeDiskSpace: number
}

/** Java: MessageStoreConfig; the keys are the broker's properties. Read at each use, so that hot keys act at once. */
export interface MessageStoreConfig extends RetentionConfig {
  readonly mappedFileSizeCommitLog: number
  readonly mappedFileSizeConsumeQueue: number
  readonly flushDiskType: 'ASYNC_FLUSH' | 'SYNC_FLUSH'
  readonly flushIntervalCommitLog: number
  readonly syncFlushTimeout: number
  readonly maxMessageSize: number
  readonly maxTransferCountOnMessageInMemory: number
  readonly maxTransferBytesOnMessageInMemory: number
  readonly maxTransferCountOnMessageInDisk: number
  readonly maxTransferBytesOnMessageInDisk: number
  /** Bytes of consume queue scanned per pull. */
  readonly maxFilterMessageSize: number
  /** Index the keys of messages as they come; those that came meanwhile are not found by key. */
  readonly messageIndexEnable: boolean
}

/** Why a segment was deleted. */
export type DeleteCause = 'expired' | 'quota' | 'diskRatio'

/** What the store found and did, for the log and the window. */
export type StoreReport =
  | { kind: 'tail-cut'; physicalOffset: number; bytes: number }
  | { kind: 'damage'; physicalOffset: number; bytes: number }
  | { kind: 'queue-rebuilt'; topic: string; queueId: number; entries: number }
  /** Retention took a segment and its messages; only one that had not expired is news. */
  | { kind: 'segment-deleted'; physicalOffset: number; bytes: number; cause: DeleteCause }
  /** Sends are refused; `isPassing`: until there is room again, else until the store was opened again. */
  | ({ kind: 'sends-refused' } & Refusal)
  | { kind: 'sends-resumed' }
  /** The end of a slave's log was not its master's and is gone. */
  | { kind: 'truncated'; physicalOffset: number; bytes: number }
  /** The store was of an older format; as it was it lies in the folder `backup`. */
  | { kind: 'store-migrated'; version: number; backup: string }
  /** A clean shutdown in the newer format: the backup is not needed any more. */
  | { kind: 'backup-removed'; backup: string }

/** What the store takes of the disk, as of its last look; bytes. */
export interface StoreSpace {
  readonly usedBytes: number
  readonly quotaBytes: number
  /** Of the disk the store is on; undefined where it cannot be asked. */
  readonly freeBytes: number | undefined
  readonly totalBytes: number | undefined
  readonly minFreeBytes: number
}

export interface StoreStats {
  putMessages: number
  putBytes: number
  getMessages: number
  getBytes: number
  minPhysicalOffset: number
  maxPhysicalOffset: number
  flushedPhysicalOffset: number
  /** Undefined while the store takes messages; else the reason it does not. */
  notWriteable: string | undefined
  /** Undefined while the store takes messages, and once it is closed. */
  refusalCause: RefusalCause | undefined
  /** The reason is over by itself when there is room again. */
  isRefusalPassing: boolean
  earliestStoreTimestamp: number
  space: StoreSpace
}

export interface MessageStore {
  /** Appends with everything else that arrived in this turn: one write, one flush if asked. Never rejects. */
  putMessage(message: MessageInner): Promise<PutMessageResult>
  /** All or nothing, consecutive queue offsets; all of one topic and queue. Never rejects. */
  putMessages(messages: readonly MessageInner[]): Promise<PutMessageResult>
  /** Synchronous where memory or page-sized reads answer it, else in the background. */
  getMessage(query: GetMessageQuery): GetMessageResult | Promise<GetMessageResult>
  /** 0 for an unknown queue. */
  getMaxOffsetInQueue(topic: string, queueId: number): number
  getMinOffsetInQueue(topic: string, queueId: number): number
  /** LOWER: first offset stored at or after; UPPER: last one stored at or before. Java: BoundaryType. */
  getOffsetInQueueByTime(
    topic: string,
    queueId: number,
    timestamp: number,
    boundary: BoundaryType
  ): number
  /** Store time of the message at a queue offset; -1 when it is not there. */
  getMessageStoreTimeStamp(topic: string, queueId: number, queueOffset: number): number
  /** -1 when the queue is empty. */
  getEarliestMessageTime(topic: string, queueId: number): number
  /** The whole stored message at a commit-log offset, checked; undefined when none begins there. */
  lookMessageByOffset(physicalOffset: number): Buffer | undefined
  /**
   * Messages of a topic by key, newest first: at most `maxNum`, the store's own limits of messages and bytes, and one
   * whatever its size. Never rejects.
   */
  queryMessage(query: QueryMessageQuery): Promise<QueryMessageResult>
  getConsumeQueueEntries(
    topic: string,
    queueId: number,
    index: number,
    count: number
  ): ConsumeQueueEntry[]
  /**
   * Is there a message at this queue offset, and so near the log's end that RocketMQ counts it as in memory (40 % of
   * the RAM)? Java: the opposite of checkInDiskByConsumeOffset.
   */
  isInMemory(topic: string, queueId: number, queueOffset: number): boolean
  /** Queues of a topic that hold or held messages. */
  queueIdsOf(topic: string): number[]
  /**
   * Physical offset behind everything put so far; what waits for the end of the turn is written first. A topic made or
   * deleted now begins or ends there.
   */
  endOfLog(): number
  /** Forgets the queues of a topic; its log records stay until retention takes them. */
  deleteTopic(topic: string): void
  /** Expired segments go now, whatever the hour. Java: executeDeleteFilesManually. */
  executeDeleteFilesManually(): void
  /** Gives back what consume queues hold of deleted messages; resolves when it is done. Java: cleanExpiredConsumerQueue. */
  cleanExpiredConsumerQueue(): Promise<void>
  /**
   * Writes a store that holds exactly what this one does in the turn `atCut` is called in to `target`, a folder of the
   * same disk that is not there; this one goes on meanwhile. @throws the disk's error, or what `watch.check` throws; half
   * a copy may be left.
   */
  snapshot(target: string, watch: CopyWatch, atCut: () => void): Promise<CopiedStore>
  readonly arrivals: Emitter<MessageArriving>
  readonly replica: StoreReplica
  readonly stats: StoreStats
  /** Flushes everything and closes the files. */
  close(): Promise<void>
}
