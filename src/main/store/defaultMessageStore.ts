/** The store on disk: a list of its parts and what each question asks of them. Java: DefaultMessageStore. */
import type { CopyWatch } from '../base/copyBytes'
import type { Clock } from '../base/clock'
import type { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import { readLong, type MessageInner } from '../protocol/message/messageCodec'
import type { Checkpointer } from './checkpointer'
import type { CleanCommitLogService } from './cleanCommitLogService'
import { ColdBlocks } from './coldBlocks'
import { ColdTurns } from './coldTurns'
import type { CommitLog } from './commitLog'
import { newSpan, type ConsumeQueue } from './consumeQueue'
import { ENTRY_BYTES } from './consumeQueueFiles'
import type { ConsumeQueueStore } from './consumeQueueStore'
import type { FileCache } from './fileCache'
import type { Flusher } from './flusher'
import type { GroupCommit } from './groupCommit'
import type { IndexService } from './indexService'
import { KeyQuery } from './keyQuery'
import type { StoreLimits } from './limits'
import { emptyResult, Pull, type MessageReaderDeps } from './messageReader'
import type {
  BoundaryType,
  ConsumeQueueEntry,
  GetMessageQuery,
  GetMessageResult,
  MessageArriving,
  MessageStore,
  MessageStoreConfig,
  PutMessageResult,
  QueryMessageQuery,
  QueryMessageResult,
  StoreReport,
  StoreStats
} from './messageStore'
import type { StoreReplica } from './replica'
import type { SnapshotTaker } from './snapshotTaker'
import type { CopiedStore } from './storeSnapshot'
import type { StoreSpaceMeter } from './storeSpace'
import { StoreTimes } from './storeTimes'
import type { Writeability } from './writeability'

export interface StoreParts {
  clock: Clock
  log: Log
  config: MessageStoreConfig
  limits: StoreLimits
  files: FileCache
  commitLog: CommitLog
  queues: ConsumeQueueStore
  index: IndexService
  flusher: Flusher
  groupCommit: GroupCommit
  checkpointer: Checkpointer
  writeability: Writeability
  cleaner: CleanCommitLogService
  space: StoreSpaceMeter
  arrivals: Emitter<MessageArriving>
  counters: StoreCounters
  onReport: (report: StoreReport) => void
  replica: StoreReplica
  snapshots: SnapshotTaker
  /** Everything is on the disk and the files are closed. */
  onCleanClose: () => void
}

export interface StoreCounters {
  putMessages: number
  putBytes: number
  getMessages: number
  getBytes: number
}

/** Damaged places remembered so that each is told once. */
const MAX_KNOWN_DAMAGE = 10_000

/** Java: the broker role is slave, so putMessage is forbidden. */
const SLAVE_TAKES_NONE: PutMessageResult = {
  status: 'SERVICE_NOT_AVAILABLE',
  reason: 'this broker is a slave, send to its master'
}

export class DefaultMessageStore implements MessageStore {
  readonly arrivals: Emitter<MessageArriving>
  readonly stats: StoreStats
  readonly replica: StoreReplica
  private readonly times: StoreTimes
  private readonly reading: MessageReaderDeps
  private readonly knownDamage = new Set<number>()
  private closing: Promise<void> | undefined

  constructor(private readonly parts: StoreParts) {
    const { commitLog, config, limits } = parts
    this.arrivals = parts.arrivals
    this.replica = parts.replica
    this.times = new StoreTimes(commitLog)
    this.stats = liveStats(parts, this.times)
    const blocks = new ColdBlocks(commitLog, limits)
    parts.replica.truncated.on(() => {
      blocks.clear()
      this.times.forget()
      this.knownDamage.clear()
    })
    this.reading = {
      ...{ commitLog, config, limits, blocks },
      turns: new ColdTurns(commitLog, limits.coldSliceBytes),
      onDamage: (physicalOffset, bytes) => this.tellDamage(physicalOffset, bytes)
    }
  }

  putMessage(message: MessageInner): Promise<PutMessageResult> {
    return this.putMessages([message])
  }

  putMessages(messages: readonly MessageInner[]): Promise<PutMessageResult> {
    if (this.replica.role === 'SLAVE') return Promise.resolve(SLAVE_TAKES_NONE)
    return this.parts.groupCommit.put(messages)
  }

  getMessage(query: GetMessageQuery): GetMessageResult | Promise<GetMessageResult> {
    const { offset } = query
    const queue = this.parts.queues.find(query.topic, query.queueId)
    if (queue === undefined) return emptyResult('NO_MATCHED_LOGIC_QUEUE', 0)
    const maxOffset = this.visibleMax(queue)
    const bounds = { minOffset: queue.minOffset, maxOffset }
    if (queue.maxOffset === 0) return emptyResult('NO_MESSAGE_IN_QUEUE', 0, bounds)
    if (offset < queue.minOffset) return emptyResult('OFFSET_TOO_SMALL', queue.minOffset, bounds)
    // What is not confirmed yet is no reason to correct whoever is there already.
    if (offset >= maxOffset && offset <= queue.maxOffset)
      return emptyResult('OFFSET_OVERFLOW_ONE', offset, bounds)
    if (offset > queue.maxOffset) return emptyResult('OFFSET_OVERFLOW_BADLY', maxOffset, bounds)
    const answer = new Pull(this.reading, queue, query, maxOffset).run()
    return answer instanceof Promise
      ? answer.then((result) => this.counted(result))
      : this.counted(answer)
  }

  getMaxOffsetInQueue(topic: string, queueId: number): number {
    const queue = this.parts.queues.find(topic, queueId)
    return queue === undefined ? 0 : this.visibleMax(queue)
  }

  getMinOffsetInQueue(topic: string, queueId: number): number {
    return this.parts.queues.find(topic, queueId)?.minOffset ?? 0
  }

  getOffsetInQueueByTime(
    topic: string,
    queueId: number,
    timestamp: number,
    boundary: BoundaryType
  ): number {
    const queue = this.parts.queues.find(topic, queueId)
    return queue === undefined ? 0 : this.times.search(queue, timestamp, boundary)
  }

  getMessageStoreTimeStamp(topic: string, queueId: number, queueOffset: number): number {
    const queue = this.parts.queues.find(topic, queueId)
    return (queue && this.times.at(queue, queueOffset)) ?? -1
  }

  getEarliestMessageTime(topic: string, queueId: number): number {
    return this.getMessageStoreTimeStamp(topic, queueId, this.getMinOffsetInQueue(topic, queueId))
  }

  lookMessageByOffset(physicalOffset: number): Buffer | undefined {
    return Number.isSafeInteger(physicalOffset)
      ? this.parts.commitLog.look(physicalOffset)
      : undefined
  }

  queryMessage(query: QueryMessageQuery): Promise<QueryMessageResult> {
    return new KeyQuery(this.parts, query).run()
  }

  getConsumeQueueEntries(
    topic: string,
    queueId: number,
    index: number,
    count: number
  ): ConsumeQueueEntry[] {
    const queue = this.parts.queues.find(topic, queueId)
    const entries: ConsumeQueueEntry[] = []
    const span = newSpan()
    while (queue && entries.length < count && queue.locate(index + entries.length, span))
      for (; span.at < span.end && entries.length < count; span.at += ENTRY_BYTES)
        entries.push({
          physicalOffset: readLong(span.buffer, span.at),
          size: span.buffer.readInt32BE(span.at + 8),
          tagsCode: readLong(span.buffer, span.at + 12)
        })
    return entries
  }

  isInMemory(topic: string, queueId: number, queueOffset: number): boolean {
    const { queues, commitLog, limits } = this.parts
    const span = newSpan()
    if (queues.find(topic, queueId)?.locate(queueOffset, span) !== true) return false
    const physicalOffset = readLong(span.buffer, span.at)
    return commitLog.writtenEnd - physicalOffset <= limits.accessMessageInMemoryBytes
  }

  queueIdsOf(topic: string): number[] {
    return this.parts.queues
      .queuesOf(topic)
      .filter((queue: ConsumeQueue) => queue.maxOffset > 0)
      .map((queue) => queue.queueId)
  }

  endOfLog(): number {
    this.parts.groupCommit.commit()
    return this.parts.commitLog.writtenEnd
  }

  deleteTopic(topic: string): void {
    this.parts.groupCommit.commit()
    this.parts.queues.deleteTopic(topic)
    this.parts.checkpointer.soon()
  }

  executeDeleteFilesManually(): void {
    this.parts.cleaner.executeDeleteFilesManually()
  }

  cleanExpiredConsumerQueue(): Promise<void> {
    return this.parts.cleaner.cleanExpiredConsumerQueue()
  }

  snapshot(target: string, watch: CopyWatch, atCut: () => void): Promise<CopiedStore> {
    return this.parts.snapshots.take(target, watch, atCut)
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce()
    return this.closing
  }

  private async closeOnce(): Promise<void> {
    const { groupCommit, writeability, flusher, checkpointer, commitLog, index, files, cleaner } =
      this.parts
    groupCommit.commit()
    const wasSound = writeability.reason === undefined
    writeability.close('the store is closed')
    await cleaner.stop()
    const outcome = await flusher.flush(commitLog.writtenEnd)
    await checkpointer.write()
    checkpointer.dispose()
    flusher.dispose()
    await index.close()
    commitLog.close()
    files.closeAll()
    if (wasSound && outcome === 'flushed') this.parts.onCleanClose()
  }

  private visibleMax(queue: ConsumeQueue): number {
    return queue.maxOffsetBefore(this.parts.groupCommit.gate?.confirmedEnd ?? Infinity)
  }

  private counted(result: GetMessageResult): GetMessageResult {
    this.parts.counters.getMessages += result.messages.length
    this.parts.counters.getBytes += result.bytes
    return result
  }

  private tellDamage(physicalOffset: number, bytes: number): void {
    const { commitLog, log, onReport } = this.parts
    // What retention or the closing of the store took from under a reader is no damage.
    if (physicalOffset < commitLog.minOffset || this.closing !== undefined) return
    if (this.knownDamage.has(physicalOffset) || this.knownDamage.size >= MAX_KNOWN_DAMAGE) return
    this.knownDamage.add(physicalOffset)
    log.error(`the message at ${physicalOffset} (${bytes} bytes) is damaged and is not served`)
    onReport({ kind: 'damage', physicalOffset, bytes })
  }
}

const liveStats = (parts: StoreParts, times: StoreTimes): StoreStats => {
  const { counters, commitLog, flusher, writeability, space } = parts
  return {
    get putMessages() {
      return counters.putMessages
    },
    get putBytes() {
      return counters.putBytes
    },
    get getMessages() {
      return counters.getMessages
    },
    get getBytes() {
      return counters.getBytes
    },
    get minPhysicalOffset() {
      return commitLog.minOffset
    },
    get maxPhysicalOffset() {
      return commitLog.writtenEnd
    },
    get flushedPhysicalOffset() {
      return flusher.flushedEnd
    },
    get notWriteable() {
      return writeability.reason
    },
    get refusalCause() {
      return writeability.cause
    },
    get isRefusalPassing() {
      return writeability.isPassing
    },
    get space() {
      return space.current
    },
    get earliestStoreTimestamp() {
      return times.earliestInLog()
    }
  }
}
