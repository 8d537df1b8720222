/** Connections from outside: shape and limits. */
import { z } from 'zod'
import { isAddress, MAX_CONNECTION_NAME_LENGTH, MAX_CONNECTION_NAMESERVERS, MAX_CREDENTIAL_LENGTH } from './connectionRules' // prettier-ignore
import { tlsModes } from './connectionViews'

const address = z.string().max(300).refine(isAddress, 'not host:port')
const credential = z.string().max(MAX_CREDENTIAL_LENGTH)

const settings = {
  namesrvAddresses: z.array(address).min(1).max(MAX_CONNECTION_NAMESERVERS),
  tls: z.enum(tlsModes).default('off'),
  accessKey: credential.default(''),
  /** Absent: the one that is kept, if any. */
  secretKey: credential.optional(),
  vipChannel: z.boolean().default(false)
}

export const ConnectionDraft = z.strictObject({
  /** Absent: a new one. */
  number: z.int().min(1).optional(),
  name: z.string().trim().min(1).max(MAX_CONNECTION_NAME_LENGTH),
  ...settings
})
export type ConnectionDraft = z.infer<typeof ConnectionDraft>

/** Of one that need not be saved; its number says whose secret is meant. */
export const ConnectionTestQuery = z.strictObject({
  number: z.int().min(1).optional(),
  ...settings
})
export type ConnectionTestQuery = z.infer<typeof ConnectionTestQuery>

export const ConnectionRef = z.strictObject({ number: z.int().min(1) })
export type ConnectionRef = z.infer<typeof ConnectionRef>

/** THIS_MACHINE goes back to the cluster of this machine. */
export const ConnectionUse = z.strictObject({ number: z.int().min(0) })
export type ConnectionUse = z.infer<typeof ConnectionUse>
