/** What the Alarms page sees. */
import type { AlarmKind, AlarmLevel } from './alarmModel'
import type { ScopeKind } from './statisticsModel'

/** `unknown`: it cannot be judged, and says why. */
export type AlarmState = 'off' | 'ok' | 'pending' | 'firing' | 'unknown'
/** Another cluster is looked at, nothing was measured yet, or nobody answers. */
export type AlarmUnknownReason = 'OTHER_CLUSTER' | 'NOT_YET' | 'NO_ANSWER'

export interface AlarmRule {
  number: number
  name: string
  kind: AlarmKind
  scope: ScopeKind
  /** Broker id, topic or group; empty for the whole cluster. */
  target: string
  threshold: number
  forSeconds: number
  level: AlarmLevel
  enabled: boolean
}

export interface AlarmRuleView extends AlarmRule {
  state: AlarmState
  /** Since when, ms since the epoch; absent before it was judged. */
  since?: number
  /** Measured last. */
  value?: number
  reason?: AlarmUnknownReason
  /** No notices until then, ms since the epoch; `ever` until somebody ends it. */
  muted?: number | 'ever'
  /** Number of the firing that has not ended. */
  firing?: number
}

/** One time a rule fired; it tells the rule as it was then. */
export interface AlarmFiring {
  number: number
  rule: number
  name: string
  kind: AlarmKind
  scope: ScopeKind
  target: string
  threshold: number
  level: AlarmLevel
  /** ms since the epoch. */
  begin: number
  /** Absent while it fires. */
  end?: number
  /** Why it ended: the value is back, or there is no such rule any more. */
  ending?: 'back' | 'rule'
  /** The worst value. */
  peak: number
  acknowledged?: number
  /** Nobody was told, because the rule was muted. */
  muted: boolean
}

export interface AlarmsView {
  /** In order of their numbers. */
  rules: AlarmRuleView[]
  firing: number
  firings: number
}

export interface FiringsPage {
  /** Newest first. */
  firings: AlarmFiring[]
  /** There are older ones. */
  hasMore: boolean
}

/** Whether a rule would fire by what is measured now; its time is not waited for. */
export interface AlarmTest {
  outcome: 'fires' | 'rests' | 'unknown'
  value?: number
}
