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
  nameservers: z.array(NameserverSpecSchema).max(MAX_NAMESERVERS),
  brokers: z.array(BrokerSpecSchema).max(MAX_BROKERS),
  proxy: ProxySpecSchema.optional()
}) satisfies z.ZodType<ClusterSpec>
