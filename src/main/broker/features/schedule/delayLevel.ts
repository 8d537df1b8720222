import type { Clock } from '../../../base/clock'
import type { Disposable } from '../../../base/disposable'
import type { Log } from '../../../base/log'
import { oneAtATime } from '../../../base/oneAtATime'
import type { DelayOffsetDoc } from '../../../meta/brokerMeta'
import { decodeMessage } from '../../../protocol/message/messageCodec'
import { RMQ_SYS_SCHEDULE_TOPIC } from '../../../protocol/topicNames'
import type { ConsumeQueueEntry, MessageStore } from '../../../store/messageStore'
import {
  DELIVERY_BYTES,
  DELIVERY_MESSAGES,
  DELIVERY_RETRY_MS,
  type ParkedDelivery
} from '../../parkedDelivery'
import { unpark } from '../../parkedMessage'
import { WakeTimer } from '../../wakeTimer'

export interface DelayLevelDeps {
  clock: Pick<Clock, 'now' | 'after' | 'real'>
  log: Log
  store: Pick<
    MessageStore,
    'getConsumeQueueEntries' | 'getMaxOffsetInQueue' | 'getMinOffsetInQueue' | 'lookMessageByOffset'
  >
  delivery: Pick<ParkedDelivery, 'deliver'>
  onProgress: () => void
  /** So many were deleted or damaged before they were due. */
  onLost: (count: number) => void
}

/** Delivers one level's messages in the order they were parked. Java: DeliverDelayedMessageTimerTask. */
export class DelayLevel implements Disposable {
  /** Queue offset of the message delivered next. */
  offset: number
  private readonly cappedUntil: number
  private readonly cappedAt: number
  private readonly wake: WakeTimer
  /** Offsets from `offset` on that are delivered, while one before them was refused. */
  private readonly ahead = new Set<number>()
  private isStopped = false

  /** `delayMs` is undefined for a level that the table has no more: its messages keep their time. */
  constructor(
    private readonly deps: DelayLevelDeps,
    readonly level: number,
    private readonly delayMs: number | undefined,
    kept: DelayOffsetDoc | undefined
  ) {
    const { clock } = deps
    this.offset = this.corrected(kept?.offset ?? 0)
    this.cappedUntil = kept?.cappedUntil ?? 0
    this.cappedAt = kept?.cappedAt ?? 0
    // The level became shorter: what waits waits as long as a message sent now, rather than holding new ones up.
    if (kept !== undefined && delayMs !== undefined && delayMs < kept.delayMs) {
      this.cappedUntil = this.maxOffset
      this.cappedAt = clock.now() + delayMs
    }
    this.wake = new WakeTimer(clock, () => this.run())
  }

  get maxOffset(): number {
    return this.deps.store.getMaxOffsetInQueue(RMQ_SYS_SCHEDULE_TOPIC, this.level - 1)
  }

  /** What a restart needs to go on from here. */
  progress(): DelayOffsetDoc {
    const { offset, delayMs = 0, cappedUntil, cappedAt } = this
    return { offset, delayMs, cappedUntil, cappedAt }
  }

  /** Delivers what is due, then sleeps until the next is; also called when a message was parked. */
  readonly run = oneAtATime(() =>
    this.deliverAll().catch((error: unknown) => {
      this.deps.log.error(`delay level ${this.level} failed; trying again`, error)
      this.retryLater()
    })
  )

  dispose(): void {
    this.isStopped = true
    this.wake.dispose()
  }

  private async deliverAll(): Promise<void> {
    while (!this.isStopped) {
      const due = this.nextDue()
      if (due === undefined) return
      const outcomes = await Promise.all(
        due.map((entry, i) =>
          this.deliver(entry, this.offset + i).catch((error: unknown) => {
            this.deps.log.error(
              `a message of delay level ${this.level} failed; trying again`,
              error
            )
            return false
          })
        )
      )
      if (!this.settle(outcomes)) {
        this.retryLater()
        return
      }
    }
  }

  /** Entries due now, as many as are delivered at once; undefined when it is time to sleep. */
  private nextDue(): ConsumeQueueEntry[] | undefined {
    const { store, clock, log } = this.deps
    const { level } = this
    const entries = store.getConsumeQueueEntries(
      RMQ_SYS_SCHEDULE_TOPIC,
      level - 1,
      this.offset,
      DELIVERY_MESSAGES
    )
    if (entries.length === 0) {
      const corrected = this.corrected(this.offset)
      if (corrected !== this.offset) {
        this.offset = corrected
        this.deps.onProgress()
        return []
      }
      if (corrected === this.maxOffset) return undefined
      log.warn(`delay level ${level}: queue offset ${corrected} cannot be read; trying again`)
      this.retryLater()
      return undefined
    }
    const now = clock.now()
    let count = 0
    let bytes = 0
    for (const entry of entries) {
      const due = this.dueOf(entry, this.offset + count)
      if (due > now) {
        if (count === 0) this.wake.wakeAt(due)
        break
      }
      bytes += entry.size
      if (count > 0 && bytes > DELIVERY_BYTES) break
      count++
    }
    return count === 0 ? undefined : entries.slice(0, count)
  }

  private dueOf(entry: ConsumeQueueEntry, offset: number): number {
    return offset < this.cappedUntil ? Math.min(entry.tagsCode, this.cappedAt) : entry.tagsCode
  }

  /** False when the store refused it for now. */
  private async deliver({ physicalOffset }: ConsumeQueueEntry, offset: number): Promise<boolean> {
    if (this.ahead.has(offset)) return true
    const { store, log, delivery } = this.deps
    const bytes = store.lookMessageByOffset(physicalOffset)
    const message = bytes && unpark(decodeMessage(bytes))
    if (message) return delivery.deliver(message)
    const why = bytes ? 'names no topic' : 'cannot be read'
    log.error(
      `delay level ${this.level}: the message at queue offset ${offset} ${why}, it is given up`
    )
    if (!bytes) this.deps.onLost(1)
    return true
  }

  /** Goes on behind what was delivered without a gap; false when there is one. */
  private settle(outcomes: readonly boolean[]): boolean {
    const before = this.offset
    outcomes.forEach((isDelivered, i) => {
      if (isDelivered) this.ahead.add(before + i)
    })
    while (this.ahead.delete(this.offset)) this.offset++
    if (this.offset > before) this.deps.onProgress()
    return outcomes.every(Boolean)
  }

  /** Java: ScheduleMessageService.correctDelayOffset. */
  private corrected(offset: number): number {
    const { store, log } = this.deps
    const min = store.getMinOffsetInQueue(RMQ_SYS_SCHEDULE_TOPIC, this.level - 1)
    const max = this.maxOffset
    if (offset < min) {
      log.error(
        `delay level ${this.level}: ${min - offset} messages were deleted before they were due`
      )
      this.deps.onLost(min - offset)
    }
    if (offset > max)
      log.warn(
        `delay level ${this.level}: goes on at queue offset ${max}, not ${offset}: the log ends there`
      )
    return Math.min(Math.max(offset, min), max)
  }

  private retryLater(): void {
    if (!this.isStopped) this.wake.wakeAt(this.deps.clock.now() + DELIVERY_RETRY_MS)
  }
}
