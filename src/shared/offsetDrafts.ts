/** What the window submits about offsets of groups. */
import { z } from 'zod'
import { MAX_QUEUE_NUMS } from './limits'
import { NAME_PATTERN } from './names'
import { MAX_RESET_QUEUES, MAX_RESET_TOPICS } from './offsetViews'

const name = z.string().min(1).max(255).regex(NAME_PATTERN)
const offset = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

const QueuePlace = z.strictObject({
  topic: name,
  brokerName: z.string().min(1).max(255),
  queueId: z
    .int()
    .min(0)
    .max(MAX_QUEUE_NUMS - 1),
  offset
})

const OffsetTarget = z.discriminatedUnion('kind', [
  /** The first message stored at or after it, milliseconds since the epoch. */
  z.strictObject({ kind: z.literal('time'), timestamp: offset }),
  z.strictObject({ kind: z.literal('min') }),
  /** Skips what has accumulated. */
  z.strictObject({ kind: z.literal('max') }),
  /** Queues that are not named stay as they are. */
  z.strictObject({
    kind: z.literal('offsets'),
    offsets: z.array(QueuePlace).min(1).max(MAX_RESET_QUEUES)
  }),
  /** As far as another group. */
  z.strictObject({ kind: z.literal('clone'), srcGroup: name })
])
export type OffsetTarget = z.infer<typeof OffsetTarget>

export const OffsetResetDraft = z.strictObject({
  groupName: name,
  topics: z.array(name).min(1).max(MAX_RESET_TOPICS),
  to: OffsetTarget
})
export type OffsetResetDraft = z.infer<typeof OffsetResetDraft>

export const OffsetUndoDraft = z.strictObject({ id: z.int().min(1) })
