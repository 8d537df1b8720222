/** What the window submits about clients. */
import { z } from 'zod'
import { NAME_PATTERN } from './names'

const clientId = z.string().min(1).max(1000)

export const RunningInfoQuery = z.strictObject({
  groupName: z.string().min(1).max(255).regex(NAME_PATTERN),
  clientId,
  /** Also its threads: Java clients and gRPC clients tell them. */
  stack: z.boolean().default(false)
})
export type RunningInfoQuery = z.infer<typeof RunningInfoQuery>

export const ClientCloseDraft = z.strictObject({ clientId })
export type ClientCloseDraft = z.infer<typeof ClientCloseDraft>
