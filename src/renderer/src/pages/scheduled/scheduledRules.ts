/** What can be done with a message that waits, and why not. Pure. */
import { MAX_CLOCK_STEP_MS } from '../../../../shared/limits'
import type {
  ScheduledBroker,
  ScheduledKind,
  ScheduledMessage
} from '../../../../shared/scheduledViews'

export const scheduledKinds = [
  'delay',
  'timer',
  'retry',
  'half'
] as const satisfies readonly ScheduledKind[]

/** Why it cannot be recalled; the text's key below `scheduled.why`. */
export type WhyNot = 'level' | 'retry' | 'half' | 'noId' | 'disabled'

export const whyNotRecalled = (
  { kind, level, isRecallable, brokerName }: ScheduledMessage,
  brokers: readonly ScheduledBroker[]
): WhyNot | undefined => {
  if (kind === 'half') return 'half'
  if (kind === 'retry') return 'retry'
  if (level !== undefined) return 'level'
  if (!isRecallable) return 'noId'
  const isEnabled = brokers.some((one) => one.brokerName === brokerName && one.isRecallEnabled)
  return isEnabled ? undefined : 'disabled'
}

/** Behind the due time: deliveries happen within a second of it. */
const AFTER_DUE_MS = 1000

/** How far the clock must go until it is delivered; undefined where a step cannot bring it. */
export const stepTo = (dueAt: number | undefined, now: number): number | undefined => {
  if (dueAt === undefined) return undefined
  const ms = Math.ceil(dueAt - now) + AFTER_DUE_MS
  return ms > 0 && ms <= MAX_CLOCK_STEP_MS ? ms : undefined
}

export const scheduledKey = ({
  topic,
  brokerName,
  queueId,
  queueOffset
}: ScheduledMessage): string =>
  // prettier-ignore
  `${topic}-${brokerName}-${queueId}-${queueOffset}`

export interface Sums {
  levels: number
  timers: number
  halvesAtMost: number
}

export const sumsOf = (brokers: readonly ScheduledBroker[]): Sums => ({
  levels: brokers.reduce((sum, { levels = 0 }) => sum + levels, 0),
  timers: brokers.reduce((sum, { timers = 0 }) => sum + timers, 0),
  halvesAtMost: brokers.reduce((sum, { halvesAtMost = 0 }) => sum + halvesAtMost, 0)
})
