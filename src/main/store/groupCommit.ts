/**
 * All messages put in one turn of the event loop are encoded as they come and written together when the turn ends;
 * then they enter the key index and their consume queues, are announced, and are acknowledged, in this order and in log order.
 */
import type { Clock } from '../base/clock'
import { endOfTurn } from '../base/turn'
import { layoutOf, type MessageInner, type MessageLayout } from '../protocol/message/messageCodec'
import { getProperty, MAX_PROPERTIES_BYTES, MessageConst } from '../protocol/message/properties'
import type { BatchPart, CommitLog } from './commitLog'
import type { ConsumeQueue } from './consumeQueue'
import type { ConsumeQueueStore } from './consumeQueueStore'
import type { Flusher } from './flusher'
import type { IndexService } from './indexService'
import { MAX_TOPIC_BYTES } from './limits'
import type { MessageArriving, MessageStoreConfig, PutMessageResult } from './messageStore'
import { isDispatched, TRAILER_BYTES } from './recordCodec'
import type { ReplicationGate, ReplicationOutcome } from './replica'
import { oneLine, refuseAfter, type Writeability } from './writeability'

/** So many messages are written and flushed at once while the disk is idle, rather than at the end of the turn. */
const EAGER_FLUSH_MESSAGES = 16

type Refusal = Extract<PutMessageResult, { reason: string }>
type Stored = Exclude<PutMessageResult, Refusal>

/** Encoded, not yet written. */
interface PendingRecord extends MessageArriving {
  queue: ConsumeQueue
  isDispatched: boolean
  sysFlag: number
  properties: string
}

interface PendingPut {
  resolve: (result: PutMessageResult) => void
  result: Stored
  /** Wants to hear of the flush and of the slaves. Java: isWaitStoreMsgOK. */
  waits: boolean
}

export interface GroupCommitDeps {
  commitLog: CommitLog
  queues: ConsumeQueueStore
  index: Pick<IndexService, 'put'>
  flusher: Flusher
  writeability: Writeability
  clock: Pick<Clock, 'now'>
  config: Pick<MessageStoreConfig, 'maxMessageSize' | 'flushDiskType' | 'syncFlushTimeout'>
  pendingBytes: number
  /** Runs before the acknowledgement, with those that entered their queue apart. Must not throw. */
  onWritten: (records: readonly MessageArriving[], readable: readonly MessageArriving[]) => void
}

/** Only here the time of storing is known. */
const timed = (message: MessageInner, storeTimestamp: number): MessageInner =>
  message.deliverAfterMs === undefined
    ? message
    : { ...message, tagsCode: storeTimestamp + message.deliverAfterMs }

const isReadable = (record: PendingRecord): boolean =>
  record.isDispatched && !record.queue.isDeleted

const recordBytes = (layouts: readonly MessageLayout[]): number =>
  layouts.reduce((sum, layout) => sum + layout.totalSize + TRAILER_BYTES, 0)

const batchPart = (index: number, count: number): BatchPart => {
  if (count === 1) return 'alone'
  if (index === 0) return 'first'
  return index === count - 1 ? 'last' : 'middle'
}

/** What the slaves are asked for last is told first, as with RocketMQ. */
const withStatus = (result: Stored, status: ReplicationOutcome): Stored =>
  status === 'PUT_OK' ? result : { ...result, status }

const illegal = (reason: string): Refusal => ({ status: 'MESSAGE_ILLEGAL', reason })
const unavailable = (reason: string): Refusal => ({ status: 'SERVICE_NOT_AVAILABLE', reason })

export class GroupCommit {
  /** Store time of the newest record; the log's clock never goes back. */
  lastStoreTimestamp = 0
  /** Java: HAService of a SYNC_MASTER. */
  gate: ReplicationGate | undefined
  private records: PendingRecord[] = []
  private puts: PendingPut[] = []
  private isScheduled = false
  private isCommitting = false

  constructor(private readonly deps: GroupCommitDeps) {}

  put(messages: readonly MessageInner[]): Promise<PutMessageResult> {
    const { commitLog, writeability, pendingBytes } = this.deps
    if (writeability.reason !== undefined) return Promise.resolve(unavailable(writeability.reason))
    const reason = this.gate?.refusal()
    if (reason !== undefined)
      return Promise.resolve({ status: 'IN_SYNC_REPLICAS_NOT_ENOUGH', reason })
    const layouts: MessageLayout[] = []
    const refusal = this.judge(messages, layouts)
    if (refusal !== undefined) return Promise.resolve(refusal)
    const first = messages[0]!
    const queue = this.deps.queues.findOrCreate(first.topic, first.queueId)
    if (queue === undefined)
      return Promise.resolve(unavailable(`topic ${first.topic} is not known to the store`))
    const stored = this.encode(messages, layouts, queue)
    if ('reason' in stored) return Promise.resolve(stored)
    return new Promise((resolve) => {
      this.puts.push({ resolve, result: stored, waits: this.waits(first) })
      if (!this.isScheduled) {
        this.isScheduled = true
        endOfTurn(() => {
          this.isScheduled = false
          this.commit()
        })
      }
      if (commitLog.pendingBytes > pendingBytes || this.diskWaits()) this.commit()
    })
  }

  /** Writes what waits, now. Does nothing while called from a listener of the commit under way. */
  commit(): void {
    if (this.isCommitting || this.puts.length === 0) return
    const { records, puts } = this
    this.records = []
    this.puts = []
    this.isCommitting = true
    try {
      this.deps.commitLog.write()
    } catch (error) {
      this.isCommitting = false
      this.fail(records, puts, error)
      return
    }
    this.dispatch(records)
    this.deps.onWritten(records, records.every(isReadable) ? records : records.filter(isReadable))
    this.isCommitting = false
    this.acknowledge(puts)
  }

  /** A disk that has nothing to flush takes what there is now, while the rest of the turn is still being read. */
  private diskWaits(): boolean {
    const { flusher, config } = this.deps
    return (
      config.flushDiskType === 'SYNC_FLUSH' &&
      !flusher.isRunning &&
      this.records.length >= EAGER_FLUSH_MESSAGES
    )
  }

  private judge(messages: readonly MessageInner[], layouts: MessageLayout[]): Refusal | undefined {
    const { maxMessageSize } = this.deps.config
    const first = messages[0]
    if (first === undefined) return illegal('the batch is empty')
    let bodyBytes = 0
    for (const message of messages) {
      const layout = layoutOf(message)
      layouts.push(layout)
      bodyBytes += message.body.length
      if (message.topic !== first.topic || message.queueId !== first.queueId)
        return illegal('a batch must be of one topic and queue')
      if (layout.propertiesBytes > MAX_PROPERTIES_BYTES)
        return {
          status: 'PROPERTIES_SIZE_EXCEEDED',
          reason: `the properties have ${layout.propertiesBytes} bytes, at most ${MAX_PROPERTIES_BYTES} are stored`
        }
      if (layout.topicBytes === 0 || layout.topicBytes > MAX_TOPIC_BYTES)
        return illegal(
          `the topic has ${layout.topicBytes} bytes, 1 to ${MAX_TOPIC_BYTES} are stored`
        )
    }
    if (first.queueId < 0) return illegal(`queue id ${first.queueId} is negative`)
    return bodyBytes > maxMessageSize
      ? illegal(`the body has ${bodyBytes} bytes, maxMessageSize is ${maxMessageSize}`)
      : undefined
  }

  private encode(
    messages: readonly MessageInner[],
    layouts: readonly MessageLayout[],
    queue: ConsumeQueue
  ): Stored | Refusal {
    const { commitLog, clock } = this.deps
    const mark = commitLog.mark()
    const recordsBefore = this.records.length
    const firstOffset = queue.nextOffset
    const storeTimestamp = Math.max(this.lastStoreTimestamp, clock.now())
    const physicalOffsets: number[] = []
    const batchBytes = messages.length === 1 ? 0 : recordBytes(layouts)
    let queueOffset = firstOffset
    let answeredOffset = 0
    try {
      for (let i = 0; i < messages.length; i++) {
        const message = timed(messages[i]!, storeTimestamp)
        const layout = layouts[i]!
        const dispatched = isDispatched(message.sysFlag)
        const offset = dispatched ? queueOffset++ : 0
        if (i === 0) answeredOffset = offset
        const part = batchPart(i, messages.length)
        const place = { queueOffset: offset, storeTimestamp, part, batchBytes }
        const physicalOffset = commitLog.append(message, layout, place)
        physicalOffsets.push(physicalOffset)
        this.records.push({
          queue,
          isDispatched: dispatched,
          sysFlag: message.sysFlag,
          properties: message.properties,
          topic: message.topic,
          queueId: message.queueId,
          queueOffset: offset,
          tagsCode: message.tagsCode,
          physicalOffset,
          size: layout.totalSize,
          storeTimestamp
        })
      }
    } catch (error) {
      // A field no 32-bit integer holds: as if it had never come.
      commitLog.takeBack(mark)
      this.records.length = recordsBefore
      return illegal(oneLine(error))
    }
    queue.nextOffset = queueOffset
    this.lastStoreTimestamp = storeTimestamp
    return { status: 'PUT_OK', queueOffset: answeredOffset, physicalOffsets, storeTimestamp }
  }

  private dispatch(records: readonly PendingRecord[]): void {
    const { queues, index } = this.deps
    for (const record of records) {
      index.put(record)
      if (!isReadable(record)) continue
      const { queue, physicalOffset, size, tagsCode } = record
      const isPageFull = queue.append(physicalOffset, size, tagsCode)
      if (!queue.isDirty) queues.markDirty(queue)
      if (isPageFull) this.flushQueue(queue)
    }
  }

  private flushQueue(queue: ConsumeQueue): void {
    try {
      queue.flush()
    } catch (error) {
      refuseAfter('writing a consume queue', error, this.deps.writeability)
    }
  }

  private acknowledge(puts: readonly PendingPut[]): void {
    const { flusher, config, commitLog } = this.deps
    const end = commitLog.writtenEnd
    const isSync = config.flushDiskType === 'SYNC_FLUSH'
    const replicated = this.gate?.replicated(end) ?? 'PUT_OK'
    // Acknowledge only after the flush: a client that saw SEND_OK must find the message after a power cut.
    const flushed = isSync ? flusher.flush(end, config.syncFlushTimeout) : 'flushed'
    if (!isSync) flusher.soon()
    if (typeof replicated === 'string' && typeof flushed === 'string') {
      for (const put of puts)
        put.resolve(put.waits ? withStatus(put.result, replicated) : put.result)
      return
    }
    for (const put of puts) if (!put.waits) put.resolve(put.result)
    void Promise.all([flushed, replicated]).then(([outcome, slaves]) => {
      for (const put of puts)
        if (outcome === 'failed')
          put.resolve(unavailable(this.deps.writeability.reason ?? 'the flush failed'))
        else if (slaves !== 'PUT_OK') put.resolve(withStatus(put.result, slaves))
        else
          put.resolve(
            outcome === 'timeout' ? { ...put.result, status: 'FLUSH_DISK_TIMEOUT' } : put.result
          )
    })
  }

  private fail(
    records: readonly PendingRecord[],
    puts: readonly PendingPut[],
    error: unknown
  ): void {
    for (const { queue } of records) queue.nextOffset = queue.maxOffset
    const { commitLog, writeability } = this.deps
    const what = 'writing the commit log'
    if (commitLog.isTailSound) refuseAfter(what, error, writeability)
    else writeability.refuse(`${what} failed: ${oneLine(error)}`)
    const reason = writeability.reason ?? what
    for (const put of puts) put.resolve(unavailable(reason))
  }

  private waits(message: MessageInner): boolean {
    return (
      (this.deps.config.flushDiskType !== 'SYNC_FLUSH' && this.gate === undefined) ||
      getProperty(message.properties, MessageConst.PROPERTY_WAIT_STORE_MSG_OK) !== 'false'
    )
  }
}
