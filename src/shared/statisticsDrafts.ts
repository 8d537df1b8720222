/** What the Statistics page asks. */
import { z } from 'zod'
import { NAME_PATTERN } from './names'
import {
  DAY_MS,
  MAX_QUERY_SERIES,
  metricNames,
  metrics,
  scopeKinds,
  SECOND_MS
} from './statisticsModel'

/** A broker's has a colon and a number. */
export const scopeName = z
  .string()
  .max(300)
  .refine((name) => NAME_PATTERN.test(name.replace(/[:.]/g, '-')) || name === '')

export const SeriesRefDraft = z
  .strictObject({ scope: z.enum(scopeKinds), name: scopeName, metric: z.enum(metricNames) })
  .refine(({ scope, metric }) => metrics[metric].scopes.includes(scope))
  .refine(({ scope, name }) => (scope === 'cluster') === (name === ''))

const moment = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

const time = z.union([
  /** Until now, as the engine's clock shows it. */
  z.strictObject({
    lastMs: z
      .int()
      .min(SECOND_MS)
      .max(31 * DAY_MS)
  }),
  z
    .strictObject({ from: moment, to: moment })
    .refine(({ from, to }) => to > from && to - from <= 31 * DAY_MS)
])

export const SeriesQuery = z.strictObject({
  series: z.array(SeriesRefDraft).min(1).max(MAX_QUERY_SERIES),
  time,
  /** Somebody looks: these series are measured every second for a while. */
  live: z.boolean().default(false)
})
export type SeriesQuery = z.infer<typeof SeriesQuery>
export type SeriesQueryInput = z.input<typeof SeriesQuery>
