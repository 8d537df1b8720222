/** What the Consume page submits. */
import { z } from 'zod'
import {
  MAX_IN_HAND,
  MAX_INVISIBLE_MS,
  MAX_PROCESSING_MS,
  MAX_TAIL_QUEUES,
  MIN_INVISIBLE_MS
} from './consumeLimits'
import { GROUP_MAX_LENGTH, NAME_PATTERN } from './names'

const topic = z.string().min(1).max(255).regex(NAME_PATTERN)
const group = z.string().min(1).max(GROUP_MAX_LENGTH).regex(NAME_PATTERN)
const expression = {
  expressionType: z.enum(['TAG', 'SQL92']).default('TAG'),
  expression: z.string().max(2000).default('*')
}

export const Behaviour = z.strictObject({
  /** `manual`: a person says what becomes of each message. */
  ack: z.enum(['auto', 'manual']),
  failPercent: z.int().min(0).max(100),
  processingMs: z.int().min(0).max(MAX_PROCESSING_MS)
})
export type Behaviour = z.infer<typeof Behaviour>

export const ConsumeDraft = z.strictObject({
  topic,
  group,
  /** Where it is not there. */
  makeGroup: z.boolean(),
  /** The group goes with the consumer, where it was made for it. */
  cleanUp: z.boolean(),
  /** Although others of the group get fewer messages for it. */
  takeFromOthers: z.boolean(),
  kind: z.enum(['push', 'pull', 'pop']),
  model: z.enum(['CLUSTERING', 'BROADCASTING']).default('CLUSTERING'),
  isOrderly: z.boolean().default(false),
  /** Where a group begins that has no progress. */
  from: z.enum(['first', 'last']),
  ...expression,
  behaviour: Behaviour,
  /** Of pull and pop. */
  maxInHand: z.int().min(1).max(MAX_IN_HAND).default(8),
  /** Of pop. */
  invisibleMs: z.int().min(MIN_INVISIBLE_MS).max(MAX_INVISIBLE_MS).default(30_000)
})
export type ConsumeDraft = z.infer<typeof ConsumeDraft>
export type ConsumeDraftInput = z.input<typeof ConsumeDraft>

export const ConsumeCheckQuery = z.strictObject({ topic, group, ...expression })
export type ConsumeCheckQuery = z.infer<typeof ConsumeCheckQuery>

const id = z.string().min(1).max(64)
export const ConsumerRef = z.strictObject({ id })
export const ConsumerStop = z.strictObject({ id, cleanUp: z.boolean() })
export const ConsumerBehave = z.strictObject({ id, behaviour: Behaviour })
export const ConsumerLook = z.strictObject({
  id,
  /** Revision of the last look; 0: everything. */
  since: z.int().min(0)
})
export const SettleDraft = z.strictObject({
  id,
  numbers: z.array(z.int().min(1)).min(1).max(500),
  /** `extend`: of pop, the invisible time begins anew. */
  action: z.enum(['ack', 'nack', 'extend']),
  /** Of pop: when it comes back. */
  invisibleMs: z.int().min(MIN_INVISIBLE_MS).max(MAX_INVISIBLE_MS).default(30_000)
})
export type SettleDraft = z.infer<typeof SettleDraft>

const position = z.strictObject({
  brokerName: z.string().min(1).max(255),
  queueId: z.int().min(0),
  offset: z.int().min(0)
})
export const TailQuery = z.strictObject({
  topic,
  /** Where the last look ended; absent: at the newest message. */
  positions: z.array(position).max(MAX_TAIL_QUEUES).optional(),
  /** `TagA || TagB`. */
  tag: z.string().max(1000).default(''),
  key: z.string().max(1000).default(''),
  text: z.string().max(1000).default('')
})
export type TailQuery = z.infer<typeof TailQuery>
