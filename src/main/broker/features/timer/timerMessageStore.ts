import type { Clock } from '../../../base/clock'
import { Disposables, toDisposable, type Disposable } from '../../../base/disposable'
import type { Log } from '../../../base/log'
import { oneAtATime } from '../../../base/oneAtATime'
import type { BrokerMeta, TimerCheckpointDoc } from '../../../meta/brokerMeta'
import {
  decodeMessage,
  type MessageInner,
  type StoredMessage
} from '../../../protocol/message/messageCodec'
import {
  getProperty,
  MAX_PROPERTIES_BYTES,
  MessageConst,
  withProperties
} from '../../../protocol/message/properties'
import { TIMER_TOPIC } from '../../../protocol/topicNames'
import type { ConsumeQueueEntry, MessageStore } from '../../../store/messageStore'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerReport } from '../../brokerReport'
import type { BrokerStatsManager } from '../../brokerStatsManager'
import {
  DELIVERY_BYTES,
  DELIVERY_MESSAGES,
  DELIVERY_RETRY_MS,
  ParkedDelivery
} from '../../parkedDelivery'
import { unpark } from '../../parkedMessage'
import { ProgressSaver, SAVE_SOON_MS } from '../../progressSaver'
import type { TopicConfigManager } from '../../topicConfigManager'
import { WakeTimer } from '../../wakeTimer'
import { EntryReader } from './entryReader'
import { RecentRate } from './recentRate'
import { offsetOf, type Timer } from './timerHeap'
import { TimerIndex } from './timerIndex'
import { TimerRoll } from './timerRoll'

export interface TimerDeps {
  clock: Pick<Clock, 'now' | 'after' | 'real'>
  log: Log
  config: Pick<BrokerConfig, 'timerPrecisionMs' | 'timerRollWindowSlot' | 'fileReservedTime'>
  store: Pick<
    MessageStore,
    | 'putMessage'
    | 'getConsumeQueueEntries'
    | 'getMaxOffsetInQueue'
    | 'getMinOffsetInQueue'
    | 'getMessageStoreTimeStamp'
    | 'getOffsetInQueueByTime'
    | 'lookMessageByOffset'
    | 'arrivals'
    | 'stats'
  >
  topics: Pick<TopicConfigManager, 'select'>
  stats: Pick<BrokerStatsManager, 'incPut'>
  meta: Pick<BrokerMeta, 'timerCheckpoint'>
  onReport: (report: BrokerReport) => void
}

const CHECKPOINT_KEY = 'checkpoint'
/** TIMER_ENQUEUE_MS of a message whose slot was over when it came. */
const NEVER_ENQUEUED = '9223372036854775807'

/** A timer taken out, with where its message is. */
interface Due extends Timer {
  readonly entry: ConsumeQueueEntry | undefined
}

/** Delivers messages at the time they name, and not what was cancelled. Java: TimerMessageStore. */
export class TimerMessageStore {
  private readonly index: TimerIndex
  private readonly roll: TimerRoll
  private readonly delivery: ParkedDelivery
  private readonly wake: WakeTimer
  private readonly saver: ProgressSaver<TimerCheckpointDoc>
  private readonly enqueued: RecentRate
  private readonly dequeued: RecentRate
  private readonly precisionMs: number
  private readonly entries: EntryReader
  private isStarted = false
  private isStopped = false
  private isRebuilt = false

  constructor(private readonly deps: TimerDeps) {
    const { clock, log, store, config, meta } = deps
    this.precisionMs = config.timerPrecisionMs
    this.index = new TimerIndex({
      ...{ log, store, precisionMs: this.precisionMs },
      onLost: (count) => this.onLost(count)
    })
    this.entries = new EntryReader(store)
    this.roll = new TimerRoll({ ...deps, index: this.index })
    this.delivery = new ParkedDelivery(deps)
    this.wake = new WakeTimer(clock, () => this.run())
    this.enqueued = new RecentRate(clock.real)
    this.dequeued = new RecentRate(clock.real)
    this.saver = new ProgressSaver({
      ...{ clock: clock.real, log, store },
      intervalMs: () => SAVE_SOON_MS,
      snapshot: () => this.index.checkpoint(),
      write: (checkpoint) => meta.timerCheckpoint.put(CHECKPOINT_KEY, checkpoint)
    })
  }

  /** Timers that wait. Java: getAllCongestNum. */
  get size(): number {
    return this.index.heap.size
  }

  async start(): Promise<Disposable> {
    const { store, meta } = this.deps
    this.isStarted = true
    await this.index.rebuild(meta.timerCheckpoint.get(CHECKPOINT_KEY))
    this.isRebuilt = true
    const disposables = new Disposables()
    disposables.add(this.saver)
    disposables.add(
      toDisposable(() => {
        this.isStopped = true
        this.wake.dispose()
      })
    )
    disposables.add(
      store.arrivals.on(({ topic, queueId, queueOffset, tagsCode }) => {
        if (topic === TIMER_TOPIC && queueId === 0) this.onParked(queueOffset, tagsCode)
      })
    )
    void this.run()
    return disposables
  }

  /** Java: AdminBrokerProcessor.prepareRuntimeInfo. */
  runtimeInfo(): Record<string, string> {
    const { clock, store } = this.deps
    const { heap, queueOffset } = this.index
    const behindMs = Math.max(0, clock.now() - (heap.min?.due ?? Infinity))
    return {
      timerReadBehind: String(Math.floor(behindMs / 1000)),
      timerOffsetBehind: String(store.getMaxOffsetInQueue(TIMER_TOPIC, 0) - queueOffset),
      timerCongestNum: String(heap.size),
      timerEnqueueTps: this.enqueued.text(),
      timerDequeueTps: this.dequeued.text()
    }
  }

  /** A slave tells its master's. */
  checkpoint(): TimerCheckpointDoc {
    const kept = this.isStarted ? undefined : this.deps.meta.timerCheckpoint.get(CHECKPOINT_KEY)
    return kept ?? this.index.checkpoint()
  }

  /** As it would be kept now; nothing before the start. */
  unwritten(): (readonly [key: string, doc: TimerCheckpointDoc])[] {
    return this.isRebuilt ? [[CHECKPOINT_KEY, this.checkpoint()]] : []
  }

  private onParked(queueOffset: number, tagsCode: number): void {
    const now = this.deps.clock.now()
    const { due } = this.index.add(queueOffset, tagsCode)
    this.enqueued.add(1)
    this.roll.onParked(now)
    // Not from within the commit that tells of it.
    if (due <= now) queueMicrotask(() => void this.run())
    else this.sleep()
  }

  private readonly run = oneAtATime(() =>
    this.deliverAll().catch((error: unknown) => {
      this.deps.log.error('timer messages could not be delivered; trying again', error)
      this.retryLater()
    })
  )

  private async deliverAll(): Promise<void> {
    while (!this.isStopped) {
      const due = this.takeDue()
      if (due.length === 0) {
        this.index.forgetCancelled(this.deps.clock.now())
        const rolled = await this.roll.step()
        if (rolled === 'nothing') return this.sleep()
        this.saver.changed()
        if (rolled === 'refused') return this.sleep()
        continue
      }
      this.index.begin(due)
      const failed: Timer[] = []
      await Promise.all(
        due.map(async (timer) => {
          const isDone = await this.deliver(timer).catch((error: unknown) => {
            this.deps.log.error(`a timer message failed; trying again`, error)
            return false
          })
          if (!isDone) failed.push(timer)
        })
      )
      this.index.end(failed)
      this.saver.changed()
      if (failed.length > 0) return this.retryLater()
    }
  }

  /** As many as are delivered at once. */
  private takeDue(): Due[] {
    const now = this.deps.clock.now()
    const due: Due[] = []
    let bytes = 0
    while (due.length < DELIVERY_MESSAGES && bytes < DELIVERY_BYTES) {
      const timer = this.index.takeDue(now)
      if (timer === undefined) break
      const entry = this.entries.at(offsetOf(timer))
      due.push({ ...timer, entry })
      bytes += entry?.size ?? 0
    }
    return due
  }

  /** False when the store refused it for now. */
  private async deliver(timer: Due): Promise<boolean> {
    const { log, store } = this.deps
    const offset = offsetOf(timer)
    const { entry } = timer
    const bytes = entry && store.lookMessageByOffset(entry.physicalOffset)
    if (!bytes) {
      log.error(`the timer message at queue offset ${offset} cannot be read, it is given up`)
      this.onLost(1)
      this.index.dropDeleted()
      return true
    }
    const stored = decodeMessage(bytes)
    const { properties } = stored
    const slot = Number(getProperty(properties, MessageConst.PROPERTY_TIMER_OUT_MS) ?? NaN)
    const cancels = getProperty(properties, MessageConst.PROPERTY_TIMER_DEL_UNIQKEY)
    if (cancels !== undefined) {
      this.index.cancel(slot, cancels, offset)
      return true
    }
    const message = unpark(stored)
    if (message === undefined) {
      log.warn(`the timer message at queue offset ${offset} names no topic and is given up`)
      return true
    }
    const uniqKey = getProperty(properties, MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX)
    if (uniqKey !== undefined && this.index.isCancelled(slot, `${message.topic}+${uniqKey}`))
      return true
    const isDone = await this.delivery.deliver(this.stamped(message, stored, slot))
    if (isDone) this.dequeued.add(1)
    return isDone
  }

  /** Java: TimerMessageStore.convert. */
  private stamped(message: MessageInner, stored: StoredMessage, slot: number): MessageInner {
    const { storeTimestamp } = stored
    const enqueued = storeTimestamp - (storeTimestamp % this.precisionMs)
    const properties = withProperties(message.properties, {
      [MessageConst.PROPERTY_TIMER_ENQUEUE_MS]: slot < enqueued ? NEVER_ENQUEUED : String(enqueued),
      [MessageConst.PROPERTY_TIMER_DEQUEUE_MS]: String(this.deps.clock.now())
    })
    // Rather without them than not at all.
    return Buffer.byteLength(properties) > MAX_PROPERTIES_BYTES
      ? message
      : { ...message, properties }
  }

  private onLost(count: number): void {
    this.deps.onReport({ kind: 'delayed-lost', count })
  }

  private sleep(): void {
    const at = Math.min(this.index.heap.min?.due ?? Infinity, this.roll.at)
    if (!this.isStopped && at < Infinity) this.wake.wakeAt(at)
  }

  private retryLater(): void {
    if (!this.isStopped) this.wake.wakeAt(this.deps.clock.now() + DELIVERY_RETRY_MS)
  }
}
