/** Another cluster in the shape every page knows: what the nameservers tell, and what each broker says of itself. */
import type { BrokerView, ClockView, ClusterView } from '../../../shared/views'
import type { BrokerRow } from '../../../shared/brokerViews'
import { listBrokers } from '../brokers'

const brokerView = (row: BrokerRow): BrokerView => {
  const { cluster, brokerName, brokerId, address, version = '', problem } = row
  const { produceTps, consumeTps, producedToday, consumedToday } = row
  return {
    ...{ id: `${brokerName}:${brokerId}`, cluster, name: brokerName, brokerId, address, version },
    ...{ produceTps, consumeTps, producedToday, consumedToday },
    // How it replicates is in its properties only.
    role: brokerId === 0 ? 'ASYNC_MASTER' : 'SLAVE',
    state: problem ? 'stopped' : 'running',
    restartNeeded: false,
    ...(problem && { problem })
  }
}

export const externalClusterView = async (
  deps: Parameters<typeof listBrokers>[0]
): Promise<ClusterView> => {
  const { brokers, nameservers } = await listBrokers(deps)
  const names = [...new Set(brokers.map(({ cluster }) => cluster))]
  return {
    isExternal: true,
    name: names.join(', '),
    nameservers: nameservers.map((address) => ({
      id: `namesrv:${address}`,
      address,
      state: 'running',
      version: '',
      restartNeeded: false
    })),
    brokers: brokers.map(brokerView)
  }
}

/** Another cluster's brokers go by their machines' clocks. */
export const machineClock = (now: number): ClockView => ({
  now,
  ...{ aheadMs: 0, rate: 1, paused: false, isStepping: false }
})
