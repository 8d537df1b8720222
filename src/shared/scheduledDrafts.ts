/** What the window submits about messages that are not yet due. */
import { z } from 'zod'
import { DEFAULT_SCHEDULED_SCAN, MAX_SCHEDULED_SCAN } from './letterLimits'

export const ScheduledQuery = z.strictObject({
  /** Stored messages read of each kind and broker. */
  scan: z.int().min(1).max(MAX_SCHEDULED_SCAN).default(DEFAULT_SCHEDULED_SCAN)
})
export type ScheduledQuery = z.infer<typeof ScheduledQuery>

/** A message in the timer's queue of a broker. */
export const ScheduledRef = z.strictObject({
  brokerName: z.string().min(1).max(255),
  queueOffset: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
})
export type ScheduledRef = z.infer<typeof ScheduledRef>
