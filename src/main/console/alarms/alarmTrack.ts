/** How one rule stands, second by second; pure, told the time. */
import { alarmModels, type AlarmKind } from '../../../shared/alarmModel'
import type { AlarmState } from '../../../shared/alarmViews'
import { Growth } from './growth'

/** It must be well again for so long before a firing ends: what swings around the threshold fires once. */
export const RECOVER_MS = 10_000
/** A value may be missing for so long before nobody knows: a look that failed is not an outage. */
export const UNKNOWN_AFTER_MS = 5000
/** Back by a tenth of the threshold; counts of members are back at it. */
const MARGIN = 0.1

export interface TrackedRule {
  kind: AlarmKind
  threshold: number
  forSeconds: number
}

export type AlarmChange = 'begins' | 'ends'

export const isBad = ({ kind, threshold }: TrackedRule, value: number): boolean =>
  alarmModels[kind].when === 'below' ? value < threshold : value > threshold

/** Well enough to end a firing. */
export const isBack = (rule: TrackedRule, value: number): boolean => {
  const { when, metric } = alarmModels[rule.kind]
  if (when === 'grew' || metric === 'members') return !isBad(rule, value)
  const margin = rule.threshold * MARGIN
  return when === 'below' ? value >= rule.threshold + margin : value <= rule.threshold - margin
}

export class AlarmTrack {
  state: Exclude<AlarmState, 'off'> = 'unknown'
  /** Monotonic. */
  since: number
  value: number | undefined
  /** The worst value of the firing. */
  peak: number | undefined
  isFiring: boolean
  private badSince: number | undefined
  private backSince: number | undefined
  private missingSince: number | undefined
  private readonly growth: Growth | undefined

  /** `peak`: of a firing that had not ended when the engine did; it goes on. */
  constructor(
    readonly rule: TrackedRule,
    now: number,
    peak?: number
  ) {
    this.since = now
    this.isFiring = peak !== undefined
    this.peak = peak
    if (alarmModels[rule.kind].when === 'grew') this.growth = new Growth(rule.forSeconds * 1000)
  }

  /** What was measured now; undefined where it was not. `now` is monotonic. */
  step(measured: number | undefined, now: number): AlarmChange | undefined {
    if (measured === undefined) {
      this.miss(now)
      return undefined
    }
    this.missingSince = undefined
    this.value = this.growth ? this.growth.added(measured, now) : measured
    return isBad(this.rule, this.value) ? this.onBad(this.value, now) : this.onGood(this.value, now)
  }

  private miss(now: number): void {
    this.missingSince ??= now
    if (now - this.missingSince >= UNKNOWN_AFTER_MS) this.lose(now)
  }

  /** Nobody looks at it any more, or nobody answers: what was is over, a firing goes on when it is known again. */
  lose(now: number): void {
    this.value = undefined
    // Neither was it bad all the time, nor well.
    this.badSince = undefined
    this.backSince = undefined
    this.turnTo('unknown', now)
  }

  private onBad(value: number, now: number): AlarmChange | undefined {
    this.backSince = undefined
    this.badSince ??= now
    if (this.isFiring) {
      this.peak = this.worse(this.peak ?? value, value)
      this.turnTo('firing', now)
      return undefined
    }
    const waitMs = this.growth ? 0 : this.rule.forSeconds * 1000
    if (now - this.badSince < waitMs) {
      this.turnTo('pending', now)
      return undefined
    }
    this.isFiring = true
    this.peak = value
    this.turnTo('firing', now)
    return 'begins'
  }

  private onGood(value: number, now: number): AlarmChange | undefined {
    this.badSince = undefined
    if (!this.isFiring) {
      this.turnTo('ok', now)
      return undefined
    }
    if (!isBack(this.rule, value)) this.backSince = undefined
    else this.backSince ??= now
    if (this.backSince === undefined || now - this.backSince < (this.growth ? 0 : RECOVER_MS)) {
      this.turnTo('firing', now)
      return undefined
    }
    this.isFiring = false
    this.backSince = undefined
    this.turnTo('ok', now)
    return 'ends'
  }

  private worse(a: number, b: number): number {
    return alarmModels[this.rule.kind].when === 'below' ? Math.min(a, b) : Math.max(a, b)
  }

  private turnTo(state: AlarmTrack['state'], now: number): void {
    if (this.state === state) return
    this.state = state
    this.since = now
  }
}
