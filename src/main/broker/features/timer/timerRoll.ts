/** Parks timers anew before retention takes their records. Java: TimerMessageStore's needRoll. */
import type { Clock } from '../../../base/clock'
import type { Log } from '../../../base/log'
import {
  decodeMessage,
  type MessageInner,
  type StoredMessage
} from '../../../protocol/message/messageCodec'
import { getProperty, MessageConst, withProperties } from '../../../protocol/message/properties'
import { TIMER_TOPIC } from '../../../protocol/topicNames'
import { isRefusedForNow, type MessageStore } from '../../../store/messageStore'
import type { BrokerConfig } from '../../brokerConfig'
import { DELIVERY_MESSAGES } from '../../parkedDelivery'
import type { TimerIndex } from './timerIndex'

/** Time until what the store refused is tried again; half the window is left for that. */
const RETRY_MS = 60_000

/** Shortest window a short fileReservedTime makes. */
const MIN_WINDOW_MS = 60_000
const HOUR_MS = 3_600_000

interface Deps {
  clock: Pick<Clock, 'now'>
  log: Log
  config: Pick<BrokerConfig, 'timerPrecisionMs' | 'timerRollWindowSlot' | 'fileReservedTime'>
  store: Pick<
    MessageStore,
    | 'putMessage'
    | 'getConsumeQueueEntries'
    | 'getMessageStoreTimeStamp'
    | 'getOffsetInQueueByTime'
    | 'lookMessageByOffset'
  >
  index: TimerIndex
}

export class TimerRoll {
  /** When the oldest record is next looked at; Infinity while none waits. */
  at = Infinity

  constructor(private readonly deps: Deps) {}

  onParked(now: number): void {
    if (this.at === Infinity) this.at = now + this.windowMs
  }

  /** Parks some of those anew whose record is old, the oldest first; 'rolled': there may be more. */
  async step(): Promise<'nothing' | 'rolled' | 'refused'> {
    const { clock, store, index } = this.deps
    const now = clock.now()
    if (index.heap.size === 0) {
      this.at = Infinity
      return 'nothing'
    }
    if (this.at === Infinity) this.at = this.rollTime(now)
    if (now < this.at) return 'nothing'
    index.dropDeleted()
    this.at = this.rollTime(now)
    if (now < this.at) return 'nothing'
    // With those half as old too, so that it is seldom done.
    const end = store.getOffsetInQueueByTime(TIMER_TOPIC, 0, now - this.windowMs / 2, 'LOWER')
    const offsets = index.heap.offsetsBefore(end).slice(0, DELIVERY_MESSAGES)
    const outcomes = await Promise.all(offsets.map((offset) => this.park(offset)))
    const done = new Set(offsets.filter((_, i) => outcomes[i]))
    index.heap.remove((offset) => done.has(offset))
    const isRefused = done.size < offsets.length
    this.at = isRefused ? now + RETRY_MS : this.rollTime(now)
    return isRefused ? 'refused' : 'rolled'
  }

  /** Two thirds of fileReservedTime at most: time to do it before the record goes. */
  private get windowMs(): number {
    const { timerRollWindowSlot, timerPrecisionMs, fileReservedTime } = this.deps.config
    const keptMs = Math.max(MIN_WINDOW_MS, (fileReservedTime * HOUR_MS * 2) / 3)
    return Math.min(timerRollWindowSlot * timerPrecisionMs, keptMs)
  }

  private rollTime(now: number): number {
    const low = this.deps.index.heap.lowOffset()
    if (low === Infinity) return Infinity
    const stored = this.deps.store.getMessageStoreTimeStamp(TIMER_TOPIC, 0, low)
    return stored < 0 ? now : stored + this.windowMs
  }

  /** False when the store refused it for now. */
  private async park(offset: number): Promise<boolean> {
    const { store, log } = this.deps
    const [entry] = store.getConsumeQueueEntries(TIMER_TOPIC, 0, offset, 1)
    const bytes = entry && store.lookMessageByOffset(entry.physicalOffset)
    if (!entry || !bytes) {
      log.error(`the timer message at queue offset ${offset} cannot be read and is given up`)
      return true
    }
    const result = await store.putMessage(rolled(decodeMessage(bytes), entry.tagsCode))
    if (!('reason' in result)) return true
    // One that no longer fits stays where it is: it is delivered if it is due before retention takes it.
    if (!isRefusedForNow(result)) log.error(`a timer message could not be parked anew: ${result.reason}`) // prettier-ignore
    return false
  }
}

const rolled = (stored: StoredMessage, tagsCode: number): MessageInner => {
  const times = Number(getProperty(stored.properties, MessageConst.PROPERTY_TIMER_ROLL_TIMES) ?? 0)
  return {
    ...stored,
    tagsCode,
    properties: withProperties(stored.properties, {
      [MessageConst.PROPERTY_TIMER_ROLL_TIMES]: String((Number.isSafeInteger(times) ? times : 0) + 1) // prettier-ignore
    })
  }
}
