import type { Route } from '../remoting/route'
import { authAdmin } from './auth/authAdmin'
import { getBrokerEpochCache } from './ha/getBrokerEpochCache'
import { brokerAdmin } from './processors/brokerAdmin'
import { brokerHaStatus } from './processors/brokerHaStatus'
import { brokerConfigAdmin } from './processors/brokerConfigAdmin'
import { closeClient } from './processors/closeClient'
import { clientRelay } from './processors/clientRelay'
import { clientManage } from './processors/clientManage'
import { consumerManage } from './processors/consumerManage'
import { consumeState } from './processors/consumeState'
import { consumeStats } from './processors/consumeStats'
import { groupAdmin } from './processors/groupAdmin'
import { lockBatchMq } from './processors/lockBatchMq'
import { notifyBrokerRoleChanged } from './processors/notifyBrokerRoleChanged'
import { pullMessage } from './processors/pullMessage'
import { queryMessage } from './processors/queryMessage'
import { queryOffset } from './processors/queryOffset'
import { resetOffset } from './processors/resetOffset'
import { sendMessage } from './processors/sendMessage'
import { slaveSync } from './processors/slaveSync'
import { topicAdmin } from './processors/topicAdmin'
import { viewMessage } from './processors/viewMessage'

const families = [
  sendMessage,
  pullMessage,
  viewMessage,
  queryMessage,
  clientManage,
  clientRelay,
  closeClient,
  consumerManage,
  queryOffset,
  lockBatchMq,
  topicAdmin,
  groupAdmin,
  consumeState,
  consumeStats,
  resetOffset,
  slaveSync,
  getBrokerEpochCache,
  brokerHaStatus,
  notifyBrokerRoleChanged,
  brokerConfigAdmin,
  brokerAdmin,
  authAdmin
] as const

type Intersection<U> = (U extends unknown ? (u: U) => void : never) extends (u: infer I) => void
  ? I
  : never

/** Everything the processors use; each is given only what its own Deps name. */
export type BrokerParts = Intersection<Parameters<(typeof families)[number]>[0]>

/** Every request a broker answers. */
export const brokerRoutes = (parts: BrokerParts): Route[] =>
  families.flatMap((family: (parts: BrokerParts) => Route[]) => family(parts))
