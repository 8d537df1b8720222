/** Whether producers are sent to a broker. */
import { z } from 'zod'

export const WritePermDraft = z.strictObject({
  /** Any broker of the name. */
  id: z.string().min(1).max(255),
  isGiven: z.boolean()
})
export type WritePermDraft = z.infer<typeof WritePermDraft>

export interface WritePermView {
  brokerName: string
  /** No nameserver that was asked tells producers of its queues; one that does not answer is left out. */
  isWithdrawn: boolean
}
