/** What an alarm rule can be about; pure, known to engine and window. */
import { metrics, type MetricName, type ScopeKind } from './statisticsModel'

interface AlarmModel {
  readonly metric: MetricName
  /** `grew`: more was added than the threshold, within the rule's time. */
  readonly when: 'above' | 'below' | 'grew'
  /** Offered by the form. */
  readonly threshold: number
  readonly forSeconds: number
}

export const alarmKinds = [
  'lag',
  'produceAbove',
  'produceBelow',
  'consumeAbove',
  'consumeBelow',
  'membersBelow',
  'disk',
  'deadLetters',
  'errors',
  'latency'
] as const
export type AlarmKind = (typeof alarmKinds)[number]

export const alarmModels: Readonly<Record<AlarmKind, AlarmModel>> = {
  lag: { metric: 'lag', when: 'above', threshold: 1000, forSeconds: 60 },
  produceAbove: { metric: 'produce', when: 'above', threshold: 10_000, forSeconds: 60 },
  produceBelow: { metric: 'produce', when: 'below', threshold: 1, forSeconds: 300 },
  consumeAbove: { metric: 'consume', when: 'above', threshold: 10_000, forSeconds: 60 },
  consumeBelow: { metric: 'consume', when: 'below', threshold: 1, forSeconds: 300 },
  membersBelow: { metric: 'members', when: 'below', threshold: 1, forSeconds: 30 },
  disk: { metric: 'disk', when: 'above', threshold: 85, forSeconds: 60 },
  deadLetters: { metric: 'deadLetters', when: 'grew', threshold: 0, forSeconds: 300 },
  errors: { metric: 'errors', when: 'above', threshold: 0, forSeconds: 10 },
  latency: { metric: 'putP99', when: 'above', threshold: 100, forSeconds: 120 }
}

export const scopesOf = (kind: AlarmKind): readonly ScopeKind[] =>
  metrics[alarmModels[kind].metric].scopes

export const alarmLevels = ['info', 'warning', 'error'] as const
export type AlarmLevel = (typeof alarmLevels)[number]

export const MAX_ALARM_RULES = 200
/** Firings kept; the oldest that has ended goes. */
export const MAX_ALARM_FIRINGS = 1000
export const MAX_ALARM_SECONDS = 86_400
export const MAX_ALARM_THRESHOLD = 1_000_000_000_000
export const MAX_ALARM_NAME = 80
/** A page of the history. */
export const MAX_FIRINGS_PAGE = 100
