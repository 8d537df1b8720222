import { endOfTurn } from '../../../base/turn'
import type { Log } from '../../../base/log'
import type { TimerCheckpointDoc } from '../../../meta/brokerMeta'
import { TIMER_TOPIC } from '../../../protocol/topicNames'
import type { MessageStore } from '../../../store/messageStore'
import { compareTimers, offsetOf, TimerHeap, type Timer } from './timerHeap'

/** Queue entries read at once, and as many as are read before the event loop gets its turn. */
const READ_ENTRIES = 1000
const TURN_ENTRIES = 50_000

interface Deps {
  log: Log
  store: Pick<
    MessageStore,
    'getConsumeQueueEntries' | 'getMaxOffsetInQueue' | 'getMinOffsetInQueue'
  >
  precisionMs: number
  /** So many were deleted or damaged before they were due. */
  onLost: (count: number) => void
}

/**
 * Which timers wait. It is derived from the queue of rmq_sys_wheel_timer: a checkpoint says from where on that queue must
 * be read, and which of those read are delivered. Java: TimerWheel, TimerLog, TimerCheckpoint.
 */
export class TimerIndex {
  readonly heap = new TimerHeap()
  /** Behind the newest entry that is known. */
  queueOffset = 0
  /** Those due up to here are delivered, but for the ones that wait or are on their way. */
  private read: Timer = { due: -1, code: 0 }
  private onTheWay: readonly Timer[] = []
  /** Unique keys that are cancelled in a slot; each until its slot is over. */
  private readonly cancelled = new Map<string, { until: number; offset: number }>()

  constructor(private readonly deps: Deps) {}

  /** Reads the queue from the oldest timer that may wait. */
  async rebuild(kept: TimerCheckpointDoc | undefined): Promise<void> {
    const { store, log, onLost } = this.deps
    const end = (): number => store.getMaxOffsetInQueue(TIMER_TOPIC, 0)
    const min = store.getMinOffsetInQueue(TIMER_TOPIC, 0)
    const low = kept?.lowOffset ?? 0
    if (kept) this.read = { due: kept.readDue, code: kept.readCode }
    let unreadable = 0
    this.queueOffset = Math.min(Math.max(low, min), end())
    for (let turnAt = this.queueOffset + TURN_ENTRIES; this.queueOffset < end();) {
      const from = this.queueOffset
      const entries = store.getConsumeQueueEntries(TIMER_TOPIC, 0, from, READ_ENTRIES)
      if (entries.length === 0) {
        unreadable++
        this.queueOffset++
      }
      for (const { tagsCode } of entries) {
        const timer = this.timerAt(this.queueOffset++, tagsCode)
        if (kept === undefined || offsetOf(timer) >= kept.queueOffset || this.mayWait(timer))
          this.heap.push(timer)
      }
      if (this.queueOffset < turnAt) continue
      turnAt = this.queueOffset + TURN_ENTRIES
      await new Promise<void>((resolve) => endOfTurn(resolve))
    }
    if (unreadable > 0) log.error(`${unreadable} entries of ${TIMER_TOPIC} cannot be read`)
    // Of those deleted nobody knows any more which waited; the oldest that did was `low`.
    const lost = unreadable + Math.max(0, min - low)
    if (kept && lost > 0) onLost(lost)
  }

  /** A message was parked. */
  add(queueOffset: number, tagsCode: number): Timer {
    const timer = this.timerAt(queueOffset, tagsCode)
    this.heap.push(timer)
    this.queueOffset = queueOffset + 1
    return timer
  }

  /** Forgets those whose records retention took; they are lost. */
  dropDeleted(): void {
    const min = this.deps.store.getMinOffsetInQueue(TIMER_TOPIC, 0)
    const lost = this.heap.remove((offset) => offset < min)
    if (lost === 0) return
    this.deps.log.error(`${lost} timer messages were deleted before they were due`)
    this.deps.onLost(lost)
  }

  /** The next one due by now, taken out. */
  takeDue(now: number): Timer | undefined {
    const { min } = this.heap
    return min !== undefined && min.due <= now ? this.heap.pop() : undefined
  }

  /** These are being delivered. */
  begin(timers: readonly Timer[]): void {
    this.onTheWay = timers
  }

  /** Those that failed wait again. */
  end(failed: readonly Timer[]): void {
    const last = this.onTheWay.at(-1)
    if (last && compareTimers(last, this.read) > 0) this.read = last
    this.onTheWay = []
    for (const timer of failed) this.heap.push(timer)
  }

  cancel(slot: number, uniqKey: string, offset: number): void {
    this.cancelled.set(`${slot} ${uniqKey}`, { until: slot + this.deps.precisionMs, offset })
  }

  isCancelled(slot: number, uniqKey: string): boolean {
    return this.cancelled.has(`${slot} ${uniqKey}`)
  }

  /** Forgets what is cancelled in slots that are over; only while nothing due waits. */
  forgetCancelled(now: number): void {
    for (const [key, { until }] of this.cancelled) if (until < now) this.cancelled.delete(key)
  }

  /** What a start needs to know which timers wait now. */
  checkpoint(): TimerCheckpointDoc {
    let { read } = this
    const { min } = this.heap
    let lowOffset = Math.min(this.queueOffset, this.heap.lowOffset())
    for (const timer of min ? [min, ...this.onTheWay] : this.onTheWay) {
      if (compareTimers(timer, read) <= 0) read = { due: timer.due, code: timer.code - 1 }
      lowOffset = Math.min(lowOffset, offsetOf(timer))
    }
    for (const { offset } of this.cancelled.values()) lowOffset = Math.min(lowOffset, offset)
    return { queueOffset: this.queueOffset, lowOffset, readDue: read.due, readCode: read.code }
  }

  private timerAt(offset: number, tagsCode: number): Timer {
    return tagsCode < 0 ? { due: -tagsCode, code: -offset - 1 } : { due: tagsCode, code: offset }
  }

  /** One that cancels does so until its slot is over. */
  private mayWait(timer: Timer): boolean {
    return (
      compareTimers(timer, this.read) > 0 ||
      (timer.code < 0 && timer.due + this.deps.precisionMs > this.read.due)
    )
  }
}
