import {
  isPromoted,
  nodeKey,
  type BrokerSpec,
  type ClusterSpec,
  type NameserverSpec,
  type ProxySpec
} from './clusterSpec'

/** What becomes of the nodes of a cluster that runs when its spec changes, by `nodeKey`. */
export interface SpecChanges {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** They must start again; all brokers and the proxy do where the nameservers change, which they are told at their start. */
  readonly changed: readonly string[]
}

/** The same for the same node, however its fields are ordered. */
export const fingerprint = {
  nameserver: ({ id, port }: NameserverSpec): string => JSON.stringify([id, port]),
  broker: (broker: BrokerSpec): string => {
    const { id, cluster, name, brokerId, role, port } = broker
    return JSON.stringify([id, cluster, name, brokerId, role, port, isPromoted(broker)])
  },
  proxy: ({ port }: ProxySpec): string => JSON.stringify([port])
} as const

export const isSameSpec = (a: ClusterSpec, b: ClusterSpec): boolean => {
  const { added, removed, changed } = specChanges(a, b)
  return added.length + removed.length + changed.length === 0 && a.name === b.name
}

const nodesOf = ({ nameservers, brokers, proxy }: ClusterSpec): Map<string, string> => {
  const told = nameservers.map(fingerprint.nameserver).join()
  // The first nameserver is the controller of sets that promote.
  const controls = brokers.some(isPromoted)
  return new Map([
    ...nameservers.map((node, index) => {
      const controller = index === 0 && controls ? ' controller' : ''
      return [nodeKey.nameserver(node), fingerprint.nameserver(node) + controller] as const
    }),
    ...brokers.map((node) => [nodeKey.broker(node), fingerprint.broker(node) + told] as const),
    ...(proxy ? [[nodeKey.proxy, fingerprint.proxy(proxy) + told] as const] : [])
  ])
}

export const specChanges = (before: ClusterSpec, after: ClusterSpec): SpecChanges => {
  const [old, next] = [nodesOf(before), nodesOf(after)]
  return {
    added: [...next.keys()].filter((key) => !old.has(key)),
    removed: [...old.keys()].filter((key) => !next.has(key)),
    changed: [...next].flatMap(([key, node]) =>
      old.has(key) && old.get(key) !== node ? [key] : []
    )
  }
}
