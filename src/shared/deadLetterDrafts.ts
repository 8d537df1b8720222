/** What the window submits about dead letters. */
import { z } from 'zod'
import { MAX_LETTER_PAGE, MAX_LETTER_QUEUES, MAX_RESEND } from './letterLimits'
import { MAX_QUEUE_NUMS } from './limits'
import { DLQ_GROUP_TOPIC_PREFIX, NAME_PATTERN } from './names'

const name = z.string().min(1).max(255).regex(NAME_PATTERN)
const dlqTopic = name.startsWith(DLQ_GROUP_TOPIC_PREFIX)
const whole = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const queue = {
  topic: dlqTopic,
  brokerName: z.string().min(1).max(255),
  queueId: z
    .int()
    .min(0)
    .max(MAX_QUEUE_NUMS - 1)
}

export const DeadLetterRef = z.strictObject({ ...queue, queueOffset: whole })
export type DeadLetterRef = z.infer<typeof DeadLetterRef>

export const DeadLetterQuery = z.strictObject({
  /** All groups without it. */
  groupName: name.optional(),
  /** Store time, both included; milliseconds since the epoch. */
  from: whole.default(0),
  to: whole.default(Number.MAX_SAFE_INTEGER),
  /** Where the page before ended; the first page without them. */
  cursors: z
    .array(z.strictObject({ ...queue, lo: whole, end: whole, newest: whole }))
    .max(MAX_LETTER_QUEUES)
    .optional(),
  limit: z.int().min(1).max(MAX_LETTER_PAGE).default(50),
  /** Also properties and bodies, for an export. */
  bodies: z.boolean().default(false)
})
export type DeadLetterQuery = z.infer<typeof DeadLetterQuery>
export type DeadLetterQueryInput = z.input<typeof DeadLetterQuery>

export const ResendDraft = z.strictObject({
  /** Sent in this order. */
  letters: z.array(DeadLetterRef).min(1).max(MAX_RESEND),
  /** `group`: only the group gets it once more; `topic`: a copy for everybody who consumes its topic. */
  to: z.enum(['group', 'topic'])
})
export type ResendDraft = z.infer<typeof ResendDraft>
