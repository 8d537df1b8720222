import { readKVTable } from '../protocol/bodies/admin'
import { RequestCode } from '../protocol/codes/requestCode'
import {
  brokersOf,
  callBroker,
  fetchClusterInfo,
  findMasters,
  gather,
  jsonOf,
  type AdminDeps,
  type BrokerRef,
  type Gathered
} from './adminCall'

/** Which brokers there are and how they are. */
export const clusterAdmin = (deps: AdminDeps) => {
  const fetchBrokerRuntimeStats = async (address: string): Promise<Map<string, string>> => {
    const code = RequestCode.GET_BROKER_RUNTIME_INFO
    return readKVTable(jsonOf(await callBroker(deps, address, { code }), code))
  }
  return {
    /** Every registered broker, masters and slaves, by name and id. */
    listBrokers: async (): Promise<BrokerRef[]> => brokersOf(await fetchClusterInfo(deps)),
    /** Clusters with their brokers, as registered. Java: examineBrokerClusterInfo. */
    examineBrokerClusterInfo: () => fetchClusterInfo(deps),
    findMasters: (brokerNames?: readonly string[]) => findMasters(deps, brokerNames),
    /** Keys as `mqadmin brokerStatus` prints them; all values are text. */
    fetchBrokerRuntimeStats,
    /** Of every broker that answers. @throws when none does. */
    fetchAllRuntimeStats: async (): Promise<Gathered<Map<string, string>>> =>
      gather(brokersOf(await fetchClusterInfo(deps)), ({ address }) =>
        fetchBrokerRuntimeStats(address)
      )
  }
}
