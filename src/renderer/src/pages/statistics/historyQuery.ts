/** What the chart is asked to show, and what it makes of the answer; pure. */
import {
  DAY_MS,
  HOUR_MS,
  MAX_QUERY_SERIES,
  metricNames,
  metrics,
  MINUTE_MS,
  type MetricName,
  type ScopeKind,
  type SeriesRef
} from '../../../../shared/statisticsModel'
import type { SeriesView } from '../../../../shared/statisticsViews'

export const ranges = {
  min10: 10 * MINUTE_MS,
  h1: HOUR_MS,
  h6: 6 * HOUR_MS,
  h24: DAY_MS,
  d7: 7 * DAY_MS,
  d30: 30 * DAY_MS
} as const
export type RangeName = keyof typeof ranges | 'own'
export const rangeNames = [...Object.keys(ranges), 'own'] as RangeName[]

export interface HistoryChoice {
  scope: ScopeKind
  names: string[]
  metrics: MetricName[]
}

/** Figures such a thing has, with those chosen first of one unit: one axis shows one unit. */
export const metricsFor = (scope: ScopeKind, chosen: readonly MetricName[] = []): MetricName[] => {
  const unit = chosen[0] && metrics[chosen[0]].unit
  return metricNames.filter(
    (name) =>
      metrics[name].scopes.includes(scope) && (unit === undefined || metrics[name].unit === unit)
  )
}

/** At most MAX_QUERY_SERIES; the names count first. */
export const refsOf = ({ scope, names, metrics: chosen }: HistoryChoice): SeriesRef[] =>
  (scope === 'cluster' ? [''] : names)
    .flatMap((name) => chosen.map((metric) => ({ scope, name, metric })))
    .slice(0, MAX_QUERY_SERIES)

/** Points of a line; null is a gap. */
export const pointsOf = ({ from, stepMs }: SeriesView, values: readonly (number | null)[]) =>
  values.map((value, i): [at: number, value: number | null] => [from + i * stepMs, value])

export const hasValues = ({ series }: SeriesView): boolean =>
  series.some(({ values }) => values.some((value) => value !== null))

/** One row a moment, for a file. */
export const rowsOf = (view: SeriesView): { at: number; values: (number | null)[] }[] =>
  Array.from({ length: view.series[0]?.values.length ?? 0 }, (_, i) => ({
    at: view.from + i * view.stepMs,
    values: view.series.map(({ values }) => values[i] ?? null)
  }))
