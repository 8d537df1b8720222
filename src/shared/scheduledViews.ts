/** What the window sees of messages that are not yet due. */
import type { MessageSummary, Problem } from './views'

/** `retry`: goes back to a group that could not consume it; `half`: waits for its transaction to end. */
export type ScheduledKind = 'delay' | 'timer' | 'retry' | 'half'

/** Its place is where it waits; `target` is where it goes. */
export interface ScheduledMessage extends MessageSummary {
  kind: ScheduledKind
  target: string
  /** Milliseconds since the epoch, on the cluster's clock; absent of half messages: nobody knows. */
  dueAt?: number
  /** 1 to 18, of what waits in a delay level. */
  level?: number
  /** How often the producers of a half message were asked. */
  checkTimes?: number
  reconsumeTimes: number
  producerGroup: string
  /** It can be recalled, where its broker lets messages be recalled. */
  isRecallable: boolean
}

/** What a broker tells of all that waits there. */
export interface ScheduledBroker {
  brokerName: string
  /** In its delay levels, retries among them. */
  levels?: number
  timers?: number
  /** Half messages behind the oldest in doubt, those decided meanwhile included. */
  halvesAtMost?: number
  /** recallMessageEnable. */
  isRecallEnabled: boolean
}

export interface ScheduledList {
  /** Soonest first, half messages last; at most MAX_SCHEDULED_SHOWN. */
  messages: ScheduledMessage[]
  /** Found waiting, shown or not. */
  matched: number
  /** Stored messages looked at. */
  scanned: number
  /** Stored messages that may wait and were not looked at. */
  left: number
  brokers: ScheduledBroker[]
  /** What could not be asked: it is in no number. */
  problems: { brokerName: string; problem: Problem }[]
}
