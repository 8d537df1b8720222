import type { Handlers } from '../../shared/contract'
import type { BrokerView, ClusterView, NameserverView } from '../../shared/views'
import type { NodeConfigs } from '../cluster/config/nodeConfigs'
import type { BrokerStatus, NodeStatus, Supervisor } from '../cluster/supervisor'
import { CURRENT_VERSION, versionDesc } from '../protocol/codes/mqVersion'

interface Deps {
  supervisor: Pick<
    Supervisor,
    | 'nameserverStatuses'
    | 'brokerStatuses'
    | 'proxyStatuses'
    | 'startNode'
    | 'stopNode'
    | 'restartNode'
  >
  configs: Pick<NodeConfigs, 'restartNeeded'>
  /** Of the cluster at the end of a connection, while one is in use. */
  externalView: () => Promise<ClusterView> | undefined
}

const version = versionDesc(CURRENT_VERSION)

const nodeView = (
  { id, address, state, startedAt, problem }: NodeStatus,
  configs: Deps['configs']
): NameserverView => ({
  id,
  address,
  state,
  version,
  restartNeeded: configs.restartNeeded(id),
  ...(startedAt !== undefined && { startedAt }),
  ...(problem && { problem })
})

const brokerView = (status: BrokerStatus, configs: Deps['configs']): BrokerView => {
  const { identity, stats } = status
  const { cluster, name, brokerId, role } = identity
  return {
    ...nodeView(status, configs),
    ...{ cluster, name, brokerId, role },
    produceTps: stats?.produceTps ?? 0,
    consumeTps: stats?.consumeTps ?? 0,
    producedToday: stats?.producedToday ?? 0,
    consumedToday: stats?.consumedToday ?? 0,
    ...(stats?.storage && { storage: stats.storage })
  }
}

export const clusterHandlers = ({ supervisor, configs, externalView }: Deps) =>
  ({
    'cluster.view': (): ClusterView | Promise<ClusterView> => {
      const elsewhere = externalView()
      if (elsewhere) return elsewhere
      const brokers = supervisor.brokerStatuses().map((status) => brokerView(status, configs))
      const [proxy] = supervisor.proxyStatuses()
      return {
        name: brokers[0]?.cluster ?? '',
        nameservers: supervisor.nameserverStatuses().map((status) => nodeView(status, configs)),
        brokers,
        ...(proxy && { proxy: nodeView(proxy, configs) })
      }
    },
    'node.start': ({ id }) => supervisor.startNode(id),
    'node.stop': ({ id }) => supervisor.stopNode(id),
    'node.restart': ({ id }) => supervisor.restartNode(id)
  }) satisfies Partial<Handlers>
