/** What is measured, of what, and how long it is kept; pure, known to engine and window. */

export const scopeKinds = ['cluster', 'broker', 'topic', 'group'] as const
export type ScopeKind = (typeof scopeKinds)[number]

export type MetricUnit = 'rate' | 'messages' | 'ms' | 'percent' | 'bytes' | 'count'

interface MetricModel {
  /** Things that have it; a cluster's is the sum of its parts, or that of the worst for times and disks. */
  readonly scopes: readonly ScopeKind[]
  readonly unit: MetricUnit
  /** What a minute and an hour are told by. */
  readonly whole: 'mean' | 'max'
}

export const metricNames = [
  'produce',
  'consume',
  'lag',
  'errors',
  'putP50',
  'putP99',
  'putP999',
  'disk',
  'deadLetters',
  'members',
  'memory'
] as const
export type MetricName = (typeof metricNames)[number]

export const metrics: Readonly<Record<MetricName, MetricModel>> = {
  produce: { scopes: ['cluster', 'broker', 'topic'], unit: 'rate', whole: 'mean' },
  consume: { scopes: ['cluster', 'broker', 'group'], unit: 'rate', whole: 'mean' },
  lag: { scopes: ['cluster', 'group'], unit: 'messages', whole: 'max' },
  /** Sends a broker could not store. */
  errors: { scopes: ['cluster', 'broker'], unit: 'rate', whole: 'mean' },
  /** Time brokers take to store a send, over the last whole minute; the half is an upper bound. */
  putP50: { scopes: ['cluster', 'broker'], unit: 'ms', whole: 'max' },
  putP99: { scopes: ['cluster', 'broker'], unit: 'ms', whole: 'max' },
  putP999: { scopes: ['cluster', 'broker'], unit: 'ms', whole: 'max' },
  /** Of the whole disk the commit log lies on. */
  disk: { scopes: ['cluster', 'broker'], unit: 'percent', whole: 'max' },
  deadLetters: { scopes: ['cluster', 'group'], unit: 'messages', whole: 'max' },
  members: { scopes: ['group'], unit: 'count', whole: 'max' },
  /** Of this process with all its nodes: no broker tells its own. */
  memory: { scopes: ['cluster'], unit: 'bytes', whole: 'max' }
}

/** One line of a chart. The name of a cluster is empty. */
export interface SeriesRef {
  scope: ScopeKind
  name: string
  metric: MetricName
}

export const SECOND_MS = 1000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** Ten minutes by the second (in memory), a day by the minute, thirty days by the hour (in files). */
export const KEPT_SECONDS = 600
export const KEPT_MINUTES = 1440
export const KEPT_HOURS = 720

/** Topics and groups a history is kept of: the busiest. */
export const MAX_STATISTICS_TOPICS = 500
export const MAX_STATISTICS_GROUPS = 500
/** Series of one cluster altogether; what comes after them is not kept. */
export const MAX_SERIES = 4000
/** Lines of one chart. */
export const MAX_QUERY_SERIES = 10
/** The first of a ranking. */
export const TOP_COUNT = 10

/** How often everything is looked at, and how long a value is believed: one of each second, and one of each minute. */
export const seriesAges = { lookMs: MINUTE_MS, secondMs: 5000, minuteMs: 150_000 } as const
