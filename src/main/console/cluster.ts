import type { Handlers } from '../../shared/contract'
import type { BrokerView, ClusterView, NameserverView } from '../../shared/views'
import { isRestartNeeded } from '../cluster/brokerSettings'
import type { SavedProperties } from '../cluster/savedProperties'
import type { BrokerStatus, NameserverStatus, Supervisor } from '../cluster/supervisor'
import { CURRENT_VERSION, versionDesc } from '../protocol/codes/mqVersion'

interface Deps {
  supervisor: Pick<
    Supervisor,
    'nameserverStatuses' | 'brokerStatuses' | 'startNode' | 'stopNode' | 'restartNode'
  >
  saved: Pick<SavedProperties, 'of'>
}

const version = versionDesc(CURRENT_VERSION)

const nameserverView = ({
  id,
  address,
  state,
  startedAt,
  problem
}: NameserverStatus): NameserverView => ({
  id,
  address,
  state,
  version,
  ...(startedAt !== undefined && { startedAt }),
  ...(problem && { problem })
})

const brokerView = (status: BrokerStatus, saved: Deps['saved']): BrokerView => {
  const { identity, stats, properties } = status
  const { cluster, name, brokerId, role } = identity
  return {
    ...nameserverView(status),
    ...{ cluster, name, brokerId, role },
    produceTps: stats?.produceTps ?? 0,
    consumeTps: stats?.consumeTps ?? 0,
    producedToday: stats?.producedToday ?? 0,
    consumedToday: stats?.consumedToday ?? 0,
    restartNeeded: isRestartNeeded(saved.of(status.id), properties),
    ...(stats?.storage && { storage: stats.storage })
  }
}

export const clusterHandlers = ({ supervisor, saved }: Deps) =>
  ({
    'cluster.view': (): ClusterView => {
      const brokers = supervisor.brokerStatuses().map((status) => brokerView(status, saved))
      return {
        name: brokers[0]?.cluster ?? '',
        nameservers: supervisor.nameserverStatuses().map(nameserverView),
        brokers
      }
    },
    'node.start': ({ id }) => supervisor.startNode(id),
    'node.stop': ({ id }) => supervisor.stopNode(id),
    'node.restart': ({ id }) => supervisor.restartNode(id)
  }) satisfies Partial<Handlers>
