/**
 * What was popped and what became of it, as messages of the revive topic: what a client was answered outlives a kill.
 * Java: PopReviveService's log; the records that are not RocketMQ's are told in docs/STORAGE.md.
 */
import type { Clock } from '../../../base/clock'
import type { Disposable } from '../../../base/disposable'
import type { Log } from '../../../base/log'
import { readRecord } from '../../../protocol/bodies/pop'
import type { Json } from '../../../protocol/bodies/read'
import { decodeMessage, type MessageInner } from '../../../protocol/message/messageCodec'
import { formatProperties, getProperty, MessageConst } from '../../../protocol/message/properties'
import { tagsCodeOf } from '../../../protocol/message/tagsCode'
import { REVIVE_GROUP, reviveTopicOf } from '../../../protocol/topicNames'
import type { MessageStore } from '../../../store/messageStore'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { ConsumerOffsetManager } from '../../consumerOffsetManager'
import type { PopRecord } from './popRecords'

/** All records are in one queue: their order is their meaning. Answers name it as reviveQid. */
export const REVIVE_QUEUE_ID = 0

/** Records a start reads at most; older ones that still count are written anew. At least twice as many as count. */
export const MAX_REPLAYED_RECORDS = 20_000

/** Progress is passed on this soon; a kill repeats a little more of the journal, which changes nothing. */
const PROGRESS_MS = 1000

const REPLAY_BATCH = 32

export interface PopJournalDeps {
  clock: Pick<Clock, 'now' | 'real'>
  log: Log
  identity: Pick<BrokerIdentity, 'cluster' | 'storeHost'>
  store: Pick<
    MessageStore,
    'putMessage' | 'getMessage' | 'getMaxOffsetInQueue' | 'getMinOffsetInQueue'
  >
  offsets: Pick<ConsumerOffsetManager, 'query' | 'commit' | 'flush'>
  /** Records a start reads at most; tests make it small. */
  maxReplayedRecords?: number
}

/** What a record says still counts: written anew when the journal grows beyond it. */
export interface Kept {
  record(): PopRecord
  /** It is there from now on. */
  placed(place: number): void
}

export type ApplyRecord = (tag: string, body: Json, place: number, physicalOffset: number) => void

export class PopJournal {
  private readonly topic: string
  /** By their place, in its order. */
  private readonly kept = new Map<number, Kept>()
  /** Behind the newest record known here. */
  private tail = 0
  private isRenewing = false
  private progress: Disposable | undefined

  constructor(private readonly deps: PopJournalDeps) {
    this.topic = reviveTopicOf(deps.identity.cluster)
  }

  /** Records that count. */
  get size(): number {
    return this.kept.size
  }

  /** Tells all records that may count, oldest first. */
  async replay(apply: ApplyRecord): Promise<void> {
    const { store, offsets } = this.deps
    const max = store.getMaxOffsetInQueue(this.topic, REVIVE_QUEUE_ID)
    const min = store.getMinOffsetInQueue(this.topic, REVIVE_QUEUE_ID)
    const known = offsets.query(REVIVE_GROUP, this.topic, REVIVE_QUEUE_ID) ?? 0
    this.tail = max
    if (known > max) {
      // A power cut took the end of the journal; the next start must not pass over what comes in its place.
      offsets.commit(REVIVE_GROUP, this.topic, REVIVE_QUEUE_ID, max)
      await offsets.flush()
    }
    for (let at = Math.max(min, Math.min(known, max)); at < max;) {
      const query = { topic: this.topic, queueId: REVIVE_QUEUE_ID, offset: at }
      const result = await store.getMessage({ ...query, maxMsgNums: REPLAY_BATCH })
      for (const bytes of result.messages) {
        const { body, properties, queueOffset, physicalOffset } = decodeMessage(bytes)
        const record = readRecord(body)
        const tag = getProperty(properties, MessageConst.PROPERTY_TAGS) ?? ''
        if (record) apply(tag, record, queueOffset, physicalOffset)
      }
      at = Math.max(result.nextBeginOffset, at + 1)
    }
  }

  /** Its place once it is stored; undefined where the store refuses. Never rejects. */
  async append(record: PopRecord): Promise<number | undefined> {
    const result = await this.deps.store.putMessage(this.message(record))
    if ('reason' in result) {
      this.deps.log.warn(`a record of pop was not stored: ${result.reason}`)
      return undefined
    }
    this.tail = Math.max(this.tail, result.queueOffset + 1)
    this.changed()
    return result.queueOffset
  }

  keep(place: number, kept: Kept): void {
    this.kept.set(place, kept)
    kept.placed(place)
    void this.renew()
  }

  /** What was there counts no more. */
  release(place: number | undefined): void {
    if (place !== undefined && this.kept.delete(place)) this.changed()
  }

  dispose(): void {
    this.progress?.dispose()
    this.commit()
  }

  private get first(): number {
    const first = this.kept.keys().next()
    return first.done === true ? this.tail : first.value
  }

  private changed(): void {
    this.progress ??= this.deps.clock.real.after(PROGRESS_MS, () => {
      this.progress = undefined
      this.commit()
    })
  }

  private commit(): void {
    this.deps.offsets.commit(REVIVE_GROUP, this.topic, REVIVE_QUEUE_ID, this.first)
  }

  /** Writes the oldest records that count anew, while they are too far behind. */
  private async renew(): Promise<void> {
    if (this.isRenewing) return
    this.isRenewing = true
    try {
      while (this.tail - this.first > this.reach) {
        const [place, kept] = this.kept.entries().next().value!
        const renewed = await this.append(kept.record())
        if (renewed === undefined) return
        // It may be over meanwhile.
        if (this.kept.delete(place)) {
          this.kept.set(renewed, kept)
          kept.placed(renewed)
        }
      }
    } finally {
      this.isRenewing = false
    }
  }

  private get reach(): number {
    const { maxReplayedRecords = MAX_REPLAYED_RECORDS } = this.deps
    return Math.max(maxReplayedRecords, 2 * this.kept.size)
  }

  private message({ tag, body }: PopRecord): MessageInner {
    const { clock, identity } = this.deps
    return {
      topic: this.topic,
      queueId: REVIVE_QUEUE_ID,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: clock.now(),
      bornHost: identity.storeHost,
      storeHost: identity.storeHost,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: Buffer.from(JSON.stringify(body)),
      properties: formatProperties([[MessageConst.PROPERTY_TAGS, tag]]),
      tagsCode: tagsCodeOf(tag)
    }
  }
}
