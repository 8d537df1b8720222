/** Every port a cluster takes, those that follow from others among them. */
import {
  brokerNodeId,
  MAX_PORT,
  nodeKey,
  type BrokerSpec,
  type ClusterSpec,
  type NameserverSpec
} from './clusterSpec'

/** `listen`: the node's own; `vip`: port - 2, which old clients prefer; `ha`: port + 1, for replication. */
export type PortUse = 'listen' | 'vip' | 'ha' | 'proxy' | 'console'

export interface PlannedPort {
  readonly port: number
  /** Of `nodeKey`; `console` for ours. */
  readonly node: string
  /** What people call it: `broker-a:0`, `namesrv-1`. */
  readonly name: string
  readonly use: PortUse
}

/** Of a port that is given; one of 0 is found when the node starts. */
export const brokerPorts = (port: number): readonly (readonly [PortUse, number])[] =>
  port === 0
    ? []
    : (
        [
          ['listen', port],
          ['vip', port - 2],
          ['ha', port + 1]
        ] as const
      ).filter(([, derived]) => derived > 0 && derived <= MAX_PORT)

const ofNameserver = (nameserver: NameserverSpec): PlannedPort[] => {
  const node = nodeKey.nameserver(nameserver)
  const { port } = nameserver
  return port === 0 ? [] : [{ port, node, name: node, use: 'listen' }]
}

const ofBroker = (broker: BrokerSpec): PlannedPort[] =>
  brokerPorts(broker.port).map(([use, port]) => ({
    port,
    node: nodeKey.broker(broker),
    name: brokerNodeId(broker),
    use
  }))

/** In the order of the spec. */
export const plannedPorts = ({ nameservers, brokers, proxy }: ClusterSpec): PlannedPort[] => [
  ...nameservers.flatMap(ofNameserver),
  ...brokers.flatMap(ofBroker),
  ...(proxy && proxy.port > 0
    ? [{ port: proxy.port, node: nodeKey.proxy, name: nodeKey.proxy, use: 'proxy' as const }]
    : [])
]

/** For every port that is wanted twice, who wants it first. */
export const portTwins = (ports: readonly PlannedPort[]): Map<PlannedPort, PlannedPort> => {
  const first = new Map<number, PlannedPort>()
  const twins = new Map<PlannedPort, PlannedPort>()
  for (const entry of ports) {
    const other = first.get(entry.port)
    if (other) twins.set(entry, other)
    else first.set(entry.port, entry)
  }
  return twins
}
