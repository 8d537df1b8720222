/** What the Alarms page submits. */
import { z } from 'zod'
import {
  alarmKinds,
  alarmLevels,
  MAX_ALARM_NAME,
  MAX_ALARM_SECONDS,
  MAX_ALARM_THRESHOLD,
  MAX_FIRINGS_PAGE,
  scopesOf
} from './alarmModel'
import { scopeName } from './statisticsDrafts'
import { scopeKinds } from './statisticsModel'

const number = z.int().min(1).max(Number.MAX_SAFE_INTEGER)

export const AlarmDraft = z
  .strictObject({
    /** Of the rule to be changed; a new one without. */
    number: number.optional(),
    name: z
      .string()
      .trim()
      .min(1)
      .max(MAX_ALARM_NAME)
      .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u),
    kind: z.enum(alarmKinds),
    scope: z.enum(scopeKinds),
    target: scopeName.default(''),
    threshold: z.number().min(0).max(MAX_ALARM_THRESHOLD),
    forSeconds: z.int().min(0).max(MAX_ALARM_SECONDS),
    level: z.enum(alarmLevels).default('warning'),
    enabled: z.boolean().default(true)
  })
  .refine(({ kind, scope }) => scopesOf(kind).includes(scope), { path: ['scope'] })
  .refine(({ scope, target }) => (scope === 'cluster') === (target === ''), { path: ['target'] })
export type AlarmDraft = z.infer<typeof AlarmDraft>
export type AlarmDraftInput = z.input<typeof AlarmDraft>

export const AlarmRef = z.strictObject({ number })

export const AlarmMuteDraft = z.strictObject({
  number,
  until: z.enum(['none', 'hour', 'day', 'ever'])
})
export type AlarmMuteDraft = z.infer<typeof AlarmMuteDraft>

export const FiringsQuery = z.strictObject({
  /** Only older ones than this number. */
  before: number.optional(),
  limit: z.int().min(1).max(MAX_FIRINGS_PAGE).default(50)
})
