/** What the window submits about nodes' configuration. */
import { z } from 'zod'
import { MAX_CONFIG_TEXT_CHARS } from './limits'

const nodeId = z.string().min(1).max(255)
const version = z.int().min(1)
/** The engine names the limit; here only what nobody means is turned away. */
const text = z.string().max(16 * MAX_CONFIG_TEXT_CHARS)

export const ConfigDraft = z.strictObject({
  id: nodeId,
  /** Properties to change, RocketMQ's names; a null goes back to the default. */
  properties: z.record(z.string().min(1).max(100), z.union([z.string().max(10_000), z.null()]))
})
export type ConfigDraft = z.infer<typeof ConfigDraft>

export const ConfigTextQuery = z.strictObject({ id: nodeId, text })

export const ConfigTextDraft = z.strictObject({
  id: nodeId,
  text,
  by: z.enum(['window', 'import']).default('window')
})

export const ConfigVersionRef = z.strictObject({ id: nodeId, version })

export const ConfigListingQuery = z.strictObject({
  id: nodeId,
  of: z.union([z.enum(['saved', 'defaults']), version]).default('saved')
})
