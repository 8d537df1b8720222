import type { Clock } from '../base/clock'
import { systemRandom, type Random } from '../base/random'
import { NamesrvClient } from '../client/namesrvClient'
import { ADMIN_TIMEOUT_MS, type AdminDeps } from './adminCall'
import { aclAdmin } from './aclAdmin'
import { brokerAdmin } from './brokerAdmin'
import { clusterAdmin } from './clusterAdmin'
import { writePermAdmin } from './writePermAdmin'
import { clientAdmin } from './clientAdmin'
import { groupAdmin } from './groupAdmin'
import { groupOffsetAdmin } from './groupOffsetAdmin'
import { messageAdmin } from './messageAdmin'
import { namesrvAdmin } from './namesrvAdmin'
import { offsetAdmin } from './offsetAdmin'
import { scheduledAdmin } from './scheduledAdmin'
import { searchAdmin } from './searchAdmin'
import { toolAdmin } from './toolAdmin'
import { statisticsAdmin } from './statisticsAdmin'
import { topicAdmin } from './topicAdmin'
import { traceAdmin } from './traceAdmin'
import { trackAdmin } from './trackAdmin'

export interface AdminOptions {
  client: AdminDeps['client']
  clock: Clock
  /** Read at each call: the list may change. */
  namesrvAddresses: () => readonly string[]
  random?: Random
}

/**
 * What mqadmin asks of a cluster, ours or another. Failures are RemotingError (the peer's code and remark),
 * RemotingConnectError and RemotingTimeoutError. Java: DefaultMQAdminExt, whose names the calls keep.
 */
export const createAdmin = (options: AdminOptions) => {
  const { client, clock, namesrvAddresses, random = systemRandom } = options
  const namesrv = new NamesrvClient({
    client,
    addresses: namesrvAddresses,
    timeoutMs: ADMIN_TIMEOUT_MS
  })
  const deps: AdminDeps = { client, namesrv, clock, random }
  const topics = topicAdmin(deps)
  const groups = groupAdmin(deps)
  return {
    ...clusterAdmin(deps),
    ...writePermAdmin(deps),
    ...brokerAdmin(deps),
    ...namesrvAdmin(deps),
    ...topics,
    ...groups,
    ...offsetAdmin(deps),
    ...groupOffsetAdmin(deps),
    ...clientAdmin(deps),
    ...messageAdmin(deps),
    ...scheduledAdmin(deps),
    ...aclAdmin(deps),
    viewBrokerStatsData: toolAdmin(deps).viewBrokerStatsData,
    ...traceAdmin(deps, topics),
    ...statisticsAdmin(deps),
    ...searchAdmin(deps, topics),
    ...trackAdmin(deps, { ...topics, ...groups })
  }
}

export type Admin = ReturnType<typeof createAdmin>
