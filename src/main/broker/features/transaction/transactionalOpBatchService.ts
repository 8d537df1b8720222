/** The op queue: which half messages are decided, several to one op message. Java: TransactionalOpBatchService. */
import type { Clock } from '../../../base/clock'
import type { Log } from '../../../base/log'
import { endOfTurn } from '../../../base/turn'
import { decodeMessage, type MessageInner } from '../../../protocol/message/messageCodec'
import type { MessageClientIDSetter } from '../../../protocol/message/messageClientIDSetter'
import { formatProperties, MessageConst } from '../../../protocol/message/properties'
import { tagsCodeOf } from '../../../protocol/message/tagsCode'
import { CID_SYS_RMQ_TRANS, RMQ_SYS_TRANS_OP_HALF_TOPIC } from '../../../protocol/topicNames'
import type { MessageStore } from '../../../store/messageStore'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { ConsumerOffsetManager } from '../../consumerOffsetManager'
import { TRANSACTION_QUEUE_ID } from './halfMessage'

/** Java: TransactionalMessageUtil.REMOVE_TAG, OFFSET_SEPARATOR. */
const REMOVE_TAG = 'd'
const OFFSET_SEPARATOR = ','

/** Bytes of one op message. Java: transactionOpMsgMaxSize. */
const OP_MSG_MAX_BYTES = 4096
/** Op messages read at a time. */
const OP_MSG_PULL_NUMS = 32
/** Op messages whose reach is remembered one by one; beyond it two neighbours become one, and are kept a little longer. */
const MAX_OP_RECORDS = 8192

interface OpRecord {
  queueOffset: number
  /** The largest half offset it names. */
  highest: number
}

interface Deps {
  clock: Pick<Clock, 'now'>
  log: Log
  identity: Pick<BrokerIdentity, 'storeHost'>
  ids: Pick<MessageClientIDSetter, 'createUniqID'>
  store: Pick<
    MessageStore,
    'putMessage' | 'getMessage' | 'getMaxOffsetInQueue' | 'getMinOffsetInQueue'
  >
  offsets: Pick<ConsumerOffsetManager, 'query' | 'commit'>
  /** After op messages were stored. */
  onWritten: () => void
}

export class TransactionalOpBatchService {
  /** Decided, and not yet in the op queue: those of one turn of the event loop go together. */
  private readonly unwritten = new Set<number>()
  private writing: Promise<void> | undefined
  private isScheduled = false
  private records: OpRecord[] = []
  /** Op messages from here on are not among the records. */
  private recordedTo: number
  /** The first op message that may name a half message not yet passed. */
  private offset: number

  constructor(private readonly deps: Deps) {
    const { store, offsets } = deps
    const topic = RMQ_SYS_TRANS_OP_HALF_TOPIC
    const known = offsets.query(CID_SYS_RMQ_TRANS, topic, TRANSACTION_QUEUE_ID) ?? 0
    const max = store.getMaxOffsetInQueue(topic, TRANSACTION_QUEUE_ID)
    this.offset = Math.min(
      Math.max(known, store.getMinOffsetInQueue(topic, TRANSACTION_QUEUE_ID)),
      max
    )
    this.recordedTo = this.offset
  }

  /** Decided ones no op message names yet. */
  get waiting(): number {
    return this.unwritten.size
  }

  /** The half message at this offset of the half queue is decided. */
  remove(halfOffset: number): void {
    this.unwritten.add(halfOffset)
    if (this.isScheduled) return
    this.isScheduled = true
    endOfTurn(() => {
      this.isScheduled = false
      void this.flush()
    })
  }

  /** Stores what waits; what the store refuses waits on. Never rejects. */
  flush(): Promise<void> {
    if (this.unwritten.size === 0) return Promise.resolve()
    this.writing ??= this.write().finally(() => {
      this.writing = undefined
    })
    return this.writing
  }

  /**
   * Which half offsets from `from` to before `to` are decided, as the op queue says; `use` is called in the very moment
   * that is true. Never rejects.
   */
  async readRemoved(
    from: number,
    to: number,
    use: (removed: ReadonlySet<number>) => void
  ): Promise<void> {
    const removed = new Set<number>()
    const take = (offset: number): void => {
      if (offset >= from && offset < to) removed.add(offset)
    }
    const { store } = this.deps
    for (let at = this.offset; ;) {
      if (at >= store.getMaxOffsetInQueue(RMQ_SYS_TRANS_OP_HALF_TOPIC, TRANSACTION_QUEUE_ID)) break
      const query = {
        topic: RMQ_SYS_TRANS_OP_HALF_TOPIC,
        queueId: TRANSACTION_QUEUE_ID,
        offset: at
      }
      const result = await store.getMessage({ ...query, maxMsgNums: OP_MSG_PULL_NUMS })
      for (const record of result.messages) {
        const { queueOffset, body } = decodeMessage(record)
        const halfOffsets = readOpBody(body)
        for (const halfOffset of halfOffsets) take(halfOffset)
        this.record(queueOffset, halfOffsets)
      }
      at = Math.max(result.nextBeginOffset, at + 1)
      await new Promise<void>((resolve) => endOfTurn(resolve))
    }
    for (const halfOffset of this.unwritten) take(halfOffset)
    use(removed)
  }

  /** Everything before `halfOffset` is decided: op messages that name nothing else are passed. */
  advance(halfOffset: number): void {
    let passed = 0
    for (const { queueOffset, highest } of this.records) {
      if (highest >= halfOffset) break
      this.offset = queueOffset + 1
      passed++
    }
    if (passed === 0) return
    this.records.splice(0, passed)
    const topic = RMQ_SYS_TRANS_OP_HALF_TOPIC
    this.deps.offsets.commit(CID_SYS_RMQ_TRANS, topic, TRANSACTION_QUEUE_ID, this.offset)
  }

  private async write(): Promise<void> {
    const { store, log, onWritten } = this.deps
    while (this.unwritten.size > 0) {
      const batches = batchesOf(this.unwritten)
      const results = await Promise.all(
        batches.map((offsets) => store.putMessage(this.opMessage(offsets)))
      )
      let refusal: string | undefined
      results.forEach((result, i) => {
        if ('reason' in result) refusal = result.reason
        else {
          this.record(result.queueOffset, batches[i]!)
          for (const offset of batches[i]!) this.unwritten.delete(offset)
        }
      })
      if (refusal !== undefined) {
        log.warn(
          `${this.unwritten.size} ended transactions are not in the op queue yet, trying again: ${refusal}`
        )
        return
      }
      onWritten()
    }
  }

  private opMessage(offsets: readonly number[]): MessageInner {
    const { clock, identity, ids } = this.deps
    return {
      topic: RMQ_SYS_TRANS_OP_HALF_TOPIC,
      queueId: TRANSACTION_QUEUE_ID,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: clock.now(),
      bornHost: identity.storeHost,
      storeHost: identity.storeHost,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: Buffer.from(offsets.join(OFFSET_SEPARATOR) + OFFSET_SEPARATOR),
      properties: formatProperties([
        [MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, ids.createUniqID()],
        [MessageConst.PROPERTY_TAGS, REMOVE_TAG]
      ]),
      tagsCode: tagsCodeOf(REMOVE_TAG)
    }
  }

  private record(queueOffset: number, halfOffsets: readonly number[]): void {
    if (queueOffset < this.recordedTo) return
    this.recordedTo = queueOffset + 1
    this.records.push({ queueOffset, highest: Math.max(-1, ...halfOffsets) })
    if (this.records.length <= MAX_OP_RECORDS) return
    const { records } = this
    this.records = records.flatMap((record, i) => {
      if (i % 2 === 0) return i === records.length - 1 ? [record] : []
      const { highest } = records[i - 1]!
      return [{ queueOffset: record.queueOffset, highest: Math.max(highest, record.highest) }]
    })
  }
}

/** Offsets in decimal, joined by commas; 5.x ends with one, 4.9 writes a single offset. */
const readOpBody = (body: Buffer): number[] =>
  body
    .toString('latin1')
    .split(OFFSET_SEPARATOR)
    .filter((text) => /^\d{1,15}$/.test(text))
    .map(Number)

const batchesOf = (offsets: Iterable<number>): number[][] => {
  const batches: number[][] = []
  let bytes = Infinity
  for (const offset of offsets) {
    const length = String(offset).length + OFFSET_SEPARATOR.length
    if (bytes + length > OP_MSG_MAX_BYTES) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)!.push(offset)
    bytes += length
  }
  return batches
}
