/** A series as one text, and back; the name, which comes from the wire, is last. */
import {
  metrics,
  type MetricName,
  type ScopeKind,
  type SeriesRef
} from '../../../shared/statisticsModel'

export const seriesKey = (metric: MetricName, scope: ScopeKind, name = ''): string =>
  `${metric} ${scope} ${name}`

export const keyOf = ({ metric, scope, name }: SeriesRef): string => seriesKey(metric, scope, name)

/** Undefined for a text that names no series, as a file of another version may have. */
export const readSeriesKey = (key: string): SeriesRef | undefined => {
  const [metric = '', scope = ''] = key.split(' ', 2)
  if (!Object.hasOwn(metrics, metric)) return undefined
  const known = metric as MetricName
  const kind = metrics[known].scopes.find((each) => each === scope)
  return kind && { metric: known, scope: kind, name: key.slice(metric.length + scope.length + 2) }
}

/** What is looked at once a minute where nobody watches. */
export const isSlow = ({ metric, scope }: SeriesRef): boolean =>
  scope === 'topic' || scope === 'group' || metric === 'lag' || metric === 'deadLetters'
