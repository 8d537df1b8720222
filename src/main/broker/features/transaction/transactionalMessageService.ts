/**
 * Half messages from their coming to their end. What is in doubt is derived from the half queue, the op queue and how
 * far both are consumed, so that it outlives a kill. Java: TransactionalMessageServiceImpl.
 */
import type { Disposable } from '../../../base/disposable'
import { Emitter } from '../../../base/emitter'
import { endOfTurn } from '../../../base/turn'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import type { MessageInner } from '../../../protocol/message/messageCodec'
import { RemotingError } from '../../../protocol/remotingCommand'
import { CID_SYS_RMQ_TRANS, RMQ_SYS_TRANS_HALF_TOPIC } from '../../../protocol/topicNames'
import {
  isRefusedForNow,
  type MessageArriving,
  type MessageStore,
  type PutMessageResult
} from '../../../store/messageStore'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { ConsumerOffsetManager } from '../../consumerOffsetManager'
import type { MessageWriter } from '../messageWriter'
import { isCommitted, isDiscarded } from './endedTransactions'
import { committed, readHalf, TRANSACTION_QUEUE_ID, type HalfMessage } from './halfMessage'
import { PendingTransactions, type PendingTransaction } from './pendingTransactions'
import { TransactionalOpBatchService } from './transactionalOpBatchService'

export type TransactionalMessageServiceDeps = {
  identity: Pick<BrokerIdentity, 'storeHost'>
  store: Pick<
    MessageStore,
    | 'arrivals'
    | 'putMessage'
    | 'getMessage'
    | 'getConsumeQueueEntries'
    | 'getMaxOffsetInQueue'
    | 'getMinOffsetInQueue'
    | 'getMessageStoreTimeStamp'
    | 'lookMessageByOffset'
    | 'queryMessage'
  >
  writer: Pick<MessageWriter, 'put'>
  offsets: Pick<ConsumerOffsetManager, 'query' | 'commit'>
  /** Half messages held in memory. */
  maxPending?: number
} & Omit<ConstructorParameters<typeof TransactionalOpBatchService>[0], 'onWritten'>

/** A message was committed: it is in its real place now. */
export interface CommittedMessage {
  message: MessageInner
  queueOffset: number
  physicalOffset: number
}

/** Where a message was put. */
export interface Place {
  queueOffset: number
  physicalOffset: number
  storeTimestamp: number
}

export const isStored = (
  result: PutMessageResult
): result is Extract<PutMessageResult, { queueOffset: number }> => 'queueOffset' in result

export class TransactionalMessageService {
  readonly pending: PendingTransactions
  /** There is something in doubt. */
  readonly arrived = new Emitter<void>()
  private readonly ops: TransactionalOpBatchService
  /** Ends under way by first offset: of those who end one transaction at the same time one does it. */
  private readonly endings = new Map<number, Promise<CommittedMessage | undefined>>()

  constructor(private readonly deps: TransactionalMessageServiceDeps) {
    const { store, offsets, maxPending } = deps
    this.pending = new PendingTransactions(maxPending)
    this.ops = new TransactionalOpBatchService({ ...deps, onWritten: () => this.advance() })
    const known = offsets.query(CID_SYS_RMQ_TRANS, RMQ_SYS_TRANS_HALF_TOPIC, TRANSACTION_QUEUE_ID)
    const min = store.getMinOffsetInQueue(RMQ_SYS_TRANS_HALF_TOPIC, TRANSACTION_QUEUE_ID)
    this.pending.next = Math.min(Math.max(known ?? 0, min), this.maxOffset)
  }

  /** Finds what was in doubt when the broker last stopped, and notices what comes. */
  async open(): Promise<Disposable> {
    await this.load()
    const listening = this.deps.store.arrivals.on((message) => this.onArriving(message))
    return {
      dispose: () => {
        listening.dispose()
        // The store takes it in its own closing.
        void this.ops.flush()
      }
    }
  }

  /** Half messages whose fate is open, those not in memory included. */
  get hasWork(): boolean {
    return this.pending.size > 0 || this.pending.next < this.maxOffset || this.ops.waiting > 0
  }

  /** Behind the newest half message. */
  get maxOffset(): number {
    return this.deps.store.getMaxOffsetInQueue(RMQ_SYS_TRANS_HALF_TOPIC, TRANSACTION_QUEUE_ID)
  }

  /** Undefined where the log has it no more. Valid until the next await: a view of the log's memory. */
  read(physicalOffset: number): HalfMessage | undefined {
    return readHalf(this.deps.store.lookMessageByOffset(physicalOffset))
  }

  /** When its first copy was stored, in ms. */
  since({ stored, firstOffset }: HalfMessage): number {
    if (firstOffset === stored.queueOffset) return stored.storeTimestamp
    const first = this.deps.store.getMessageStoreTimeStamp(
      RMQ_SYS_TRANS_HALF_TOPIC,
      TRANSACTION_QUEUE_ID,
      firstOffset
    )
    return first >= 0 ? first : Math.min(stored.bornTimestamp, stored.storeTimestamp)
  }

  /**
   * The message of a transaction in doubt. The first time it is read its age is taken from it, and older copies of it
   * that are in the table too give way. Undefined where it is gone: nobody can end it any more.
   */
  inspect(entry: PendingTransaction): HalfMessage | undefined {
    const half = this.read(entry.physicalOffset)
    if (!half) {
      const { physicalOffset } = entry
      this.deps.log.warn(
        `the half message at commit-log offset ${physicalOffset} cannot be read any more; it is given up`
      )
      this.done(entry)
    } else if (!entry.isRead)
      for (const older of this.pending.read(entry, half, this.since(half))) this.done(older)
    return half
  }

  /** Takes half messages into memory that were not known, while there is room. Never rejects. */
  async load(): Promise<void> {
    const { pending } = this
    void this.ops.flush()
    if (pending.next >= this.maxOffset || pending.room === 0) return
    const from = pending.next
    const to = Math.min(this.maxOffset, from + pending.room)
    await this.ops.readRemoved(from, to, (removed) => {
      const { store } = this.deps
      const topic = RMQ_SYS_TRANS_HALF_TOPIC
      const entries = store.getConsumeQueueEntries(topic, TRANSACTION_QUEUE_ID, from, to - from)
      entries.forEach(({ physicalOffset }, i) => {
        // Its own time is read with the message.
        if (!removed.has(from + i)) pending.add(from + i, physicalOffset, 0, false)
      })
      // What retention took from the queue is decided too.
      pending.next = to
    })
    await inSlices([...pending.values()], (entry) => {
      if (!entry.isRead && !entry.isDone) this.inspect(entry)
      return undefined
    })
    this.advance()
  }

  /** The message in its real place, or undefined where it was there already. @throws RemotingError when it was not taken. */
  commit(half: HalfMessage): Promise<CommittedMessage | undefined> {
    return this.once(half, () => {
      const entry = this.pending.find(half)
      return entry?.isVerified === true
        ? this.putCommitted(half)
        : this.commitUnverified(half, entry)
    })
  }

  /** @throws RemotingError when another end of it fails that came before. */
  async rollback(half: HalfMessage): Promise<void> {
    await this.once(half, () => {
      this.decide(half)
      return Promise.resolve(undefined)
    })
  }

  /** Puts a copy of it at the end of the half queue, in its place; undefined where the store refuses or it ended meanwhile. */
  async renew(entry: PendingTransaction, copy: MessageInner): Promise<Place | undefined> {
    const result = await this.deps.store.putMessage(copy)
    if (!isStored(result)) return undefined
    const { queueOffset, storeTimestamp } = result
    const physicalOffset = result.physicalOffsets[0]!
    this.ops.remove(entry.queueOffset)
    if (entry.isDone) {
      this.pending.removeAt(queueOffset)
      this.ops.remove(queueOffset)
      return undefined
    }
    this.pending.move(entry, queueOffset, physicalOffset)
    return { queueOffset, physicalOffset, storeTimestamp }
  }

  /** Its fate is known, or nobody can tell any more. */
  done(entry: PendingTransaction): void {
    this.pending.remove(entry)
    this.ops.remove(entry.queueOffset)
  }

  private onArriving({
    topic,
    queueOffset,
    physicalOffset,
    storeTimestamp
  }: MessageArriving): void {
    if (topic !== RMQ_SYS_TRANS_HALF_TOPIC) return
    if (queueOffset === this.pending.next && this.pending.room > 0)
      this.pending.add(queueOffset, physicalOffset, storeTimestamp, true)
    this.arrived.emit()
  }

  private once(
    { firstOffset }: HalfMessage,
    end: () => Promise<CommittedMessage | undefined>
  ): Promise<CommittedMessage | undefined> {
    const underWay = this.endings.get(firstOffset)
    // Who comes second has not stored the message.
    if (underWay) return underWay.then(() => undefined)
    const ending = end().finally(() => this.endings.delete(firstOffset))
    this.endings.set(firstOffset, ending)
    return ending
  }

  /** Of a transaction from before the start, or beyond what memory holds, or one that ended. */
  private async commitUnverified(
    half: HalfMessage,
    entry: PendingTransaction | undefined
  ): Promise<CommittedMessage | undefined> {
    const { store } = this.deps
    const { physicalOffset, queueOffset } = half.stored
    if (await isCommitted(store, half)) {
      this.decideAt(entry, queueOffset)
      return undefined
    }
    const isInDoubt = entry !== undefined || queueOffset >= this.pending.next
    if (!isInDoubt && !(await isDiscarded(store, half)))
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `the transaction of ${half.realTopic} (half message ${queueOffset}) was rolled back before; it cannot be committed`
      )
    // The bytes read before may be others by now.
    const again = this.read(physicalOffset)
    if (!again) throw missing(physicalOffset)
    return this.putCommitted(again)
  }

  private putCommitted(half: HalfMessage): Promise<CommittedMessage> {
    const message = committed(half, this.deps.identity.storeHost)
    return this.deps.writer.put(message).then((result) => {
      if (!isStored(result)) {
        const isIllegal = !isRefusedForNow(result)
        throw new RemotingError(
          isIllegal ? ResponseCode.MESSAGE_ILLEGAL : ResponseCode.SERVICE_NOT_AVAILABLE,
          `the committed message was not stored in ${message.topic}: ${result.reason}; its producers are asked again`
        )
      }
      this.decide(half)
      const { queueOffset, physicalOffsets } = result
      return { message, queueOffset, physicalOffset: physicalOffsets[0]! }
    })
  }

  private decide(half: HalfMessage): void {
    this.decideAt(this.pending.find(half), half.stored.queueOffset)
  }

  private decideAt(entry: PendingTransaction | undefined, queueOffset: number): void {
    if (entry) this.done(entry)
    else if (queueOffset >= this.pending.next) this.ops.remove(queueOffset)
  }

  /** Keeps how far all is decided. */
  private advance(): void {
    const { lowest } = this.pending
    const topic = RMQ_SYS_TRANS_HALF_TOPIC
    this.deps.offsets.commit(CID_SYS_RMQ_TRANS, topic, TRANSACTION_QUEUE_ID, lowest)
    this.ops.advance(lowest)
  }
}

/** Transactions looked at before the event loop gets its turn. */
const SLICE = 128

/** Waits for the work of a slice before the next one begins. */
export const inSlices = async <T>(
  items: readonly T[],
  work: (item: T) => Promise<void> | undefined
): Promise<void> => {
  for (let at = 0; at < items.length; at += SLICE) {
    if (at > 0) await new Promise<void>((resolve) => endOfTurn(resolve))
    await Promise.all(items.slice(at, at + SLICE).flatMap((item) => work(item) ?? []))
  }
}

export const missing = (physicalOffset: number): RemotingError =>
  new RemotingError(
    ResponseCode.SYSTEM_ERROR,
    `there is no half message at commit-log offset ${physicalOffset}; it may have been deleted after fileReservedTime`
  )
