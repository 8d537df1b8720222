/** Ready-made clusters, named as RocketMQ's conf folders are. */
import type { BrokerSpec, ClusterSpec } from './clusterSpec'
import type { BrokerRole } from './views'

export const presetNames = [
  'single',
  '2m-noslave',
  '2m-2s-async',
  '2m-2s-sync',
  '3n-2m-2s'
] as const
export type PresetName = (typeof presetNames)[number]

export const DEFAULT_PRESET: PresetName = 'single'
/** brokerClusterName of every preset. */
export const DEFAULT_CLUSTER = 'DefaultCluster'

export interface FirstPorts {
  /** Of the first nameserver; further ones count up. 0: any free ones. */
  namesrv: number
  /** Of the first broker; further ones follow `BROKER_PORT_STEP` apart. 0: any free ones. */
  broker: number
  /** Of the proxy. 0: any free one. */
  grpc: number
}

export const DEFAULT_PORTS: FirstPorts = { namesrv: 9876, broker: 10_911, grpc: 8081 }

/** A broker takes its port, two below it (VIP) and one above (replication). */
export const BROKER_PORT_STEP = 20

const nth = (first: number, index: number, step: number): number =>
  first === 0 ? 0 : first + index * step

type Member = Pick<BrokerSpec, 'name' | 'brokerId' | 'role'>

const master = (name: string, role: BrokerRole): Member => ({ name, brokerId: 0, role })
const withSlave = (name: string, role: BrokerRole): Member[] => [
  master(name, role),
  { name, brokerId: 1, role: 'SLAVE' }
]

const members: Readonly<Record<PresetName, { nameservers: number; brokers: readonly Member[] }>> = {
  single: { nameservers: 1, brokers: [master('broker-a', 'ASYNC_MASTER')] },
  '2m-noslave': {
    nameservers: 1,
    brokers: [master('broker-a', 'ASYNC_MASTER'), master('broker-b', 'ASYNC_MASTER')]
  },
  '2m-2s-async': {
    nameservers: 1,
    brokers: [...withSlave('broker-a', 'ASYNC_MASTER'), ...withSlave('broker-b', 'ASYNC_MASTER')]
  },
  '2m-2s-sync': {
    nameservers: 1,
    brokers: [...withSlave('broker-a', 'SYNC_MASTER'), ...withSlave('broker-b', 'SYNC_MASTER')]
  },
  '3n-2m-2s': {
    nameservers: 3,
    brokers: [...withSlave('broker-a', 'ASYNC_MASTER'), ...withSlave('broker-b', 'ASYNC_MASTER')]
  }
}

/** The same nodes on other ports: counted on from the first of each kind. */
export const withPorts = (spec: ClusterSpec, first: Partial<FirstPorts>): ClusterSpec => {
  const { namesrv, broker, grpc } = first
  return {
    ...spec,
    nameservers: spec.nameservers.map((node, index) =>
      namesrv === undefined ? node : { ...node, port: nth(namesrv, index, 1) }
    ),
    brokers: spec.brokers.map((node, index) =>
      broker === undefined ? node : { ...node, port: nth(broker, index, BROKER_PORT_STEP) }
    ),
    ...(spec.proxy && { proxy: grpc === undefined ? spec.proxy : { port: grpc } })
  }
}

/** The preset as a cluster of its own name. */
export const presetSpec = (name: PresetName, first: FirstPorts = DEFAULT_PORTS): ClusterSpec => {
  const { nameservers, brokers } = members[name]
  const spec: ClusterSpec = {
    name,
    nameservers: Array.from({ length: nameservers }, (_, id) => ({ id, port: 0 })),
    brokers: brokers.map((member, id) => ({ id, cluster: DEFAULT_CLUSTER, ...member, port: 0 })),
    proxy: { port: 0 }
  }
  return withPorts(spec, first)
}

export const isPresetName = (name: string): name is PresetName =>
  presetNames.some((known) => known === name)
