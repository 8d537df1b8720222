/** Specs from outside: shape and limits here; what must fit together is judged by `specProblems`. */
import { z } from 'zod'
import {
  MAX_BROKER_ID,
  MAX_BROKER_NAME_LENGTH,
  MAX_BROKERS,
  MAX_NAMESERVERS,
  MAX_NODE_ID,
  MAX_PORT,
  MAX_SPEC_NAME_LENGTH,
  type ClusterSpec
} from './clusterSpec'
import { presetNames } from './clusterPresets'
import { NAME_PATTERN } from './names'

const nodeNumber = z.int().min(0).max(MAX_NODE_ID)
const port = z.int().min(0).max(MAX_PORT)
const name = z.string().min(1).max(MAX_BROKER_NAME_LENGTH).regex(NAME_PATTERN)

export const BrokerRoleSchema = z.enum(['ASYNC_MASTER', 'SYNC_MASTER', 'SLAVE'])

export const NameserverSpecSchema = z.strictObject({ id: nodeNumber, port })

export const BrokerSpecSchema = z.strictObject({
  id: nodeNumber,
  cluster: name,
  name,
  brokerId: z.int().min(0).max(MAX_BROKER_ID),
  role: BrokerRoleSchema,
  port,
  promotion: z.boolean().optional()
})

export const ProxySpecSchema = z.strictObject({ port })

export const ClusterSpecSchema = z.strictObject({
  name: z.string().min(1).max(MAX_SPEC_NAME_LENGTH),
  nameservers: z.array(NameserverSpecSchema).max(MAX_NAMESERVERS).readonly(),
  brokers: z.array(BrokerSpecSchema).max(MAX_BROKERS).readonly(),
  proxy: ProxySpecSchema.optional()
}) satisfies z.ZodType<ClusterSpec>

const number = z.int().min(1)

export const SavedClusterRef = z.strictObject({ number })
export type SavedClusterRef = z.infer<typeof SavedClusterRef>

export const ClusterCreateDraft = z.strictObject({
  spec: ClusterSpecSchema,
  /** Where it is one, but for its name and ports: `--preset` finds it again. */
  preset: z.enum(presetNames).optional()
})
export type ClusterCreateDraft = z.infer<typeof ClusterCreateDraft>

export const ClusterSaveDraft = z.strictObject({
  number,
  spec: ClusterSpecSchema,
  /** Folder numbers of removed brokers whose messages go too; those of the others stay on disk. */
  erase: z.array(nodeNumber).max(MAX_BROKERS).default([])
})
export type ClusterSaveDraft = z.infer<typeof ClusterSaveDraft>

export const PortPlanQuery = z.strictObject({ spec: ClusterSpecSchema })
export type PortPlanQuery = z.infer<typeof PortPlanQuery>
