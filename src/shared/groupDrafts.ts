/** What the window submits about sharing queues within a group. */
import { z } from 'zod'
import { MAX_WHAT_IF_MEMBERS, strategies } from './groupViews'
import { NAME_PATTERN } from './names'

const name = z.string().min(1).max(255).regex(NAME_PATTERN)

export const AllocationQuery = z.strictObject({
  groupName: name,
  strategy: z.enum(strategies).default('AVG'),
  /** How it would be with so many members; as it is without. */
  members: z.int().min(1).max(MAX_WHAT_IF_MEMBERS).optional()
})
export type AllocationQuery = z.infer<typeof AllocationQuery>

export const GroupPopDraft = z.strictObject({
  groupName: name,
  topic: name,
  mode: z.enum(['PULL', 'POP']),
  /** How many members share a queue; 0: all of them. */
  popShareQueueNum: z.int().min(0).max(1000).default(0)
})
export type GroupPopDraft = z.infer<typeof GroupPopDraft>
