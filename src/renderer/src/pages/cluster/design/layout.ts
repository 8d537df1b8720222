/** Where the nodes of a drawing stand: nameservers above, each broker set a column with its master on top. */
import {
  brokerSets,
  isSlave,
  nodeKey,
  type BrokerSpec,
  type ClusterSpec
} from '../../../../../shared/clusterSpec'

export type DrawnKind = 'nameserver' | 'broker' | 'proxy'

export interface DrawnNode {
  key: string
  kind: DrawnKind
  x: number
  y: number
  broker?: BrokerSpec
  port: number
}

export interface DrawnWire {
  key: string
  from: string
  to: string
  /** A broker registers with a nameserver, a master replicates to a slave, a proxy asks a nameserver. */
  kind: 'registers' | 'replicates' | 'asks'
}

const COLUMN = 214
const ROW = 110
const BROKER_ROW = 1.35 * ROW

const centred = (index: number, count: number, width: number): number =>
  (width - (count - 1) * COLUMN) / 2 + index * COLUMN

/** Masters first, as they are drawn. */
const byRank = (a: BrokerSpec, b: BrokerSpec): number =>
  Number(isSlave(a)) - Number(isSlave(b)) || a.brokerId - b.brokerId

export const drawn = (spec: ClusterSpec): { nodes: DrawnNode[]; wires: DrawnWire[] } => {
  const { nameservers, proxy } = spec
  const sets = [...brokerSets(spec.brokers).values()].map((set) => [...set].sort(byRank))
  const above = nameservers.length + (proxy ? 1 : 0)
  const width = (Math.max(above, sets.length, 1) - 1) * COLUMN
  const nodes: DrawnNode[] = [
    ...nameservers.map((node, index): DrawnNode => ({
      key: nodeKey.nameserver(node),
      kind: 'nameserver',
      x: centred(index, above, width),
      y: 0,
      port: node.port
    })),
    ...(proxy
      ? [
          {
            key: nodeKey.proxy,
            kind: 'proxy' as const,
            x: centred(nameservers.length, above, width),
            y: 0,
            port: proxy.port
          }
        ]
      : []),
    ...sets.flatMap((set, column) =>
      set.map((broker, rank): DrawnNode => ({
        key: nodeKey.broker(broker),
        kind: 'broker',
        x: centred(column, sets.length, width),
        y: BROKER_ROW + rank * ROW,
        broker,
        port: broker.port
      }))
    )
  ]
  const wire = (kind: DrawnWire['kind'], from: string, to: string): DrawnWire => ({
    key: `${from}>${to}`,
    from,
    to,
    kind
  })
  const wires = [
    ...nameservers.flatMap((nameserver) =>
      spec.brokers.map((broker) =>
        wire('registers', nodeKey.nameserver(nameserver), nodeKey.broker(broker))
      )
    ),
    ...sets.flatMap(([first, ...others]) =>
      first && !isSlave(first)
        ? others
            .filter(isSlave)
            .map((s) => wire('replicates', nodeKey.broker(first), nodeKey.broker(s)))
        : []
    ),
    ...(proxy
      ? nameservers.slice(-1).map((n) => wire('asks', nodeKey.proxy, nodeKey.nameserver(n)))
      : [])
  ]
  return { nodes, wires }
}
