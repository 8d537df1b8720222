/** What the composer submits. */
import { z } from 'zod'
import { messageKinds, sendModes, type ComposeForm } from './composeForm'
import {
  MAX_BATCH,
  MAX_FEED_CHARS,
  MAX_FEED_ROWS,
  MAX_REPLY_TIMEOUT_MS,
  MAX_RUN_RATE,
  MAX_RUN_TOTAL,
  MAX_TEMPLATE_NAME
} from './composeLimits'
import { MAX_DRAFT_BODY_CHARS } from './limits'

const text = (max: number) => z.string().max(max)

/** As it stands in the window, complete or not; `formProblem` judges it. */
export const FormDraft = z.strictObject({
  topic: text(255),
  queue: text(300),
  tags: text(1000),
  keys: text(10_000),
  properties: z.array(z.strictObject({ name: text(255), value: text(32_767) })).max(128),
  body: text(MAX_DRAFT_BODY_CHARS),
  bodyEncoding: z.enum(['text', 'base64', 'hex']),
  expand: z.boolean(),
  kind: z.enum(messageKinds),
  mode: z.enum(sendModes),
  messageGroup: text(1000),
  delayLevel: z.int().min(1).max(18),
  due: z.enum(['in', 'at']),
  dueInMs: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  dueAt: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  end: z.enum(['commit', 'rollback', 'unknown']),
  replyTimeoutMs: z.int().min(100).max(MAX_REPLY_TIMEOUT_MS),
  batchCount: z.int().min(1).max(MAX_BATCH),
  anyType: z.boolean()
}) satisfies z.ZodType<ComposeForm>

const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)

export const ComposeDraft = z.strictObject({ form: FormDraft, seed })
export type ComposeDraft = z.infer<typeof ComposeDraft>

const FeedRowDraft = z.strictObject({
  body: text(MAX_FEED_CHARS).optional(),
  tags: text(1000).optional(),
  keys: text(10_000).optional(),
  messageGroup: text(1000).optional(),
  properties: z
    .array(z.tuple([text(255).min(1), text(32_767)]))
    .max(128)
    .optional()
})

export const RunDraft = z.strictObject({
  form: FormDraft,
  seed,
  /** Messages; with rows as many as there are rows at most. */
  total: z.int().min(1).max(MAX_RUN_TOTAL),
  /** Messages a second; 0: as fast as they are taken. */
  rate: z.int().min(0).max(MAX_RUN_RATE),
  rows: z.array(FeedRowDraft).max(MAX_FEED_ROWS).default([])
})
export type RunDraft = z.infer<typeof RunDraft>

export const RunRef = z.strictObject({ id: text(64).min(1) })

export const TransactionEndDraft = z.strictObject({
  id: text(255).min(1),
  end: z.enum(['commit', 'rollback', 'unknown'])
})
export type TransactionEndDraft = z.infer<typeof TransactionEndDraft>

const templateName = text(MAX_TEMPLATE_NAME).trim().min(1)
export const TemplateDraft = z.strictObject({ name: templateName, form: FormDraft })
export const TemplateRef = z.strictObject({ name: templateName })
export const TemplateRename = z.strictObject({ name: templateName, to: templateName })
export const SavedDraft = z.strictObject({ form: FormDraft })

export const SentQuery = z.strictObject({
  /** Of this topic; absent: of all. */
  topic: text(255).optional(),
  /** Words in tag, keys or body. */
  text: text(200).default('')
})
export type SentQuery = z.infer<typeof SentQuery>
export const SentRef = z.strictObject({ id: text(64).min(1) })
export const ComposeTopicRef = z.strictObject({ topic: text(255).min(1) })
