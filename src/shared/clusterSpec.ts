/** Which nodes a cluster has. Pure, and without zod, so that the window judges a drawing by the same rules as the engine. */
import { NAME_PATTERN, TOPIC_MAX_LENGTH } from './names'
import type { BrokerRole } from './views'

export const MAX_NAMESERVERS = 8
export const MAX_BROKERS = 16
/** Clusters kept in one data folder. */
export const MAX_SAVED_CLUSTERS = 32
/** Longest name of a saved cluster, in characters. */
export const MAX_SPEC_NAME_LENGTH = 60
/** Longest broker and cluster name, in characters: topics are named after both. */
export const MAX_BROKER_NAME_LENGTH = TOPIC_MAX_LENGTH
/** RocketMQ takes any long; a window shows this much. */
export const MAX_BROKER_ID = 9999
/** Highest folder number of a node. */
export const MAX_NODE_ID = 9999
export const MAX_PORT = 65_535

/** The id of a master. Java: MixAll.MASTER_ID. */
export const MASTER_ID = 0

export interface NameserverSpec {
  /** Number of its folder, never used again in its cluster. */
  readonly id: number
  /** 0: any free one, kept for the run. */
  readonly port: number
}

/** Brokers of one name are a broker set: a master, and slaves that hold the same messages. */
export interface BrokerSpec {
  /** Number of its folder, never used again in its cluster. */
  readonly id: number
  /** brokerClusterName. */
  readonly cluster: string
  /** brokerName. */
  readonly name: string
  readonly brokerId: number
  readonly role: BrokerRole
  /** listenPort; port - 2 and port + 1 are taken as well. 0: any free one, kept for the run. */
  readonly port: number
  /** A controller elects the master of its set; the same for all of a set. */
  readonly promotion?: boolean | undefined
}

/** The gRPC proxy: one a cluster, a client of its nameservers and brokers. */
export interface ProxySpec {
  /** grpcServerPort. 0: any free one, kept for the run. */
  readonly port: number
}

export interface ClusterSpec {
  /** Of the saved cluster, for people; what clients see is each broker's `cluster`. */
  readonly name: string
  readonly nameservers: readonly NameserverSpec[]
  readonly brokers: readonly BrokerSpec[]
  readonly proxy?: ProxySpec | undefined
}

export const specProblemCodes = [
  'INVALID_SPEC_NAME',
  'NO_NAMESERVER',
  'TOO_MANY_NAMESERVERS',
  'NO_BROKER',
  'TOO_MANY_BROKERS',
  'INVALID_BROKER_NAME',
  'INVALID_CLUSTER_NAME',
  'INVALID_BROKER_ID',
  'BROKER_ID_TAKEN',
  'ROLE_NOT_OF_ID',
  'NO_MASTER',
  'SET_IN_TWO_CLUSTERS',
  'SET_PROMOTION_DIFFERS',
  'NODE_ID_TAKEN',
  'INVALID_PORT'
] as const
export type SpecProblemCode = (typeof specProblemCodes)[number]

/** One thing wrong with a spec: where, and values for the text. */
export interface SpecProblem {
  readonly code: SpecProblemCode
  /** Of `nodeKey`; absent where it is the whole spec's. */
  readonly node?: string
  readonly params: Readonly<Record<string, string | number>>
}

/** What tells nodes of one spec apart, also before they have run: `namesrv-0`, `broker-2`, as their folders are called. */
export const nodeKey = {
  nameserver: ({ id }: Pick<NameserverSpec, 'id'>): string => `namesrv-${id}`,
  broker: ({ id }: Pick<BrokerSpec, 'id'>): string => `broker-${id}`,
  proxy: 'proxy'
} as const

/** What the window and the supervisor call a broker: `broker-a:0`. */
export const brokerNodeId = ({ name, brokerId }: Pick<BrokerSpec, 'name' | 'brokerId'>): string =>
  `${name}:${brokerId}`

/** As RocketMQ's own conf files call it: `broker-a`, its first slave `broker-a-s`, further ones `broker-a-s2`. */
export const confName = ({ name, brokerId }: Pick<BrokerSpec, 'name' | 'brokerId'>): string =>
  brokerId === MASTER_ID ? name : `${name}-s${brokerId === 1 ? '' : brokerId}`

/** The name, or with a number behind it where that is taken. */
export const freeSpecName = (name: string, names: readonly string[]): string => {
  const taken = new Set(names)
  let free = name
  for (let n = 2; taken.has(free); n++) {
    const suffix = ` (${n})`
    free = name.slice(0, MAX_SPEC_NAME_LENGTH - suffix.length) + suffix
  }
  return free
}

export const isSlave = ({ role }: Pick<BrokerSpec, 'role'>): boolean => role === 'SLAVE'

/** Brokers by name, in the order of the spec. */
export const brokerSets = <B extends Pick<BrokerSpec, 'name'>>(
  brokers: readonly B[]
): Map<string, B[]> => {
  const sets = new Map<string, B[]>()
  for (const broker of brokers) sets.set(broker.name, [...(sets.get(broker.name) ?? []), broker])
  return sets
}

const isWhole = (value: number, max: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= max

const isName = (name: string): boolean =>
  name.length <= MAX_BROKER_NAME_LENGTH && NAME_PATTERN.test(name)

const isSpecName = (name: string): boolean =>
  name.trim() !== '' && name.length <= MAX_SPEC_NAME_LENGTH && !/\p{Cc}/u.test(name)

const countProblems = ({ nameservers, brokers }: ClusterSpec): SpecProblem[] => {
  const all: [boolean, SpecProblemCode, number][] = [
    [nameservers.length === 0, 'NO_NAMESERVER', 1],
    [nameservers.length > MAX_NAMESERVERS, 'TOO_MANY_NAMESERVERS', MAX_NAMESERVERS],
    [brokers.length === 0, 'NO_BROKER', 1],
    [brokers.length > MAX_BROKERS, 'TOO_MANY_BROKERS', MAX_BROKERS]
  ]
  return all.flatMap(([isWrong, code, limit]) => (isWrong ? [{ code, params: { limit } }] : []))
}

/** Folder numbers and ports of nodes of one kind. */
const nodeProblems = <N extends { id: number; port: number }>(
  nodes: readonly N[],
  keyOf: (node: N) => string
): SpecProblem[] => {
  const seen = new Set<number>()
  return nodes.flatMap((node): SpecProblem[] => {
    const { id, port } = node
    const isTaken = seen.has(id) || !isWhole(id, MAX_NODE_ID)
    seen.add(id)
    return [
      ...(isTaken ? [{ code: 'NODE_ID_TAKEN' as const, node: keyOf(node), params: { id } }] : []),
      ...(isWhole(port, MAX_PORT)
        ? []
        : [{ code: 'INVALID_PORT' as const, node: keyOf(node), params: { port, max: MAX_PORT } }])
    ]
  })
}

const brokerProblems = (broker: BrokerSpec): SpecProblem[] => {
  const { name, cluster, brokerId, role } = broker
  const node = nodeKey.broker(broker)
  const of = (code: SpecProblemCode, params: SpecProblem['params']) => ({ code, node, params })
  const max = MAX_BROKER_NAME_LENGTH
  const all: (SpecProblem | false)[] = [
    !isName(name) && of('INVALID_BROKER_NAME', { name, max }),
    !isName(cluster) && of('INVALID_CLUSTER_NAME', { name: cluster, max }),
    !isWhole(brokerId, MAX_BROKER_ID) && of('INVALID_BROKER_ID', { brokerId, max: MAX_BROKER_ID }),
    isSlave(broker) !== brokerId > MASTER_ID && of('ROLE_NOT_OF_ID', { brokerId, role })
  ]
  return all.filter((problem) => problem !== false)
}

/** What brokers of one name must agree on. */
const setProblems = (name: string, brokers: readonly BrokerSpec[]): SpecProblem[] => {
  const seen = new Set<number>()
  const [first] = brokers
  const problems = brokers.flatMap((broker): SpecProblem[] => {
    const node = nodeKey.broker(broker)
    const params = { name, brokerId: broker.brokerId }
    const all: [boolean, SpecProblemCode][] = [
      [seen.has(broker.brokerId), 'BROKER_ID_TAKEN'],
      [broker.cluster !== first?.cluster, 'SET_IN_TWO_CLUSTERS'],
      [isPromoted(broker) !== (first !== undefined && isPromoted(first)), 'SET_PROMOTION_DIFFERS']
    ]
    seen.add(broker.brokerId)
    return all.flatMap(([isWrong, code]) => (isWrong ? [{ code, node, params }] : []))
  })
  if (first === undefined || isPromoted(first) || seen.has(MASTER_ID)) return problems
  return [...problems, { code: 'NO_MASTER', node: nodeKey.broker(first), params: { name } }]
}

export const isPromoted = ({ promotion }: Pick<BrokerSpec, 'promotion'>): boolean =>
  promotion === true

/** Everything that keeps a cluster from being run as drawn; ports that meet are the port plan's. */
export const specProblems = (spec: ClusterSpec): SpecProblem[] => [
  ...(isSpecName(spec.name)
    ? []
    : [{ code: 'INVALID_SPEC_NAME' as const, params: { max: MAX_SPEC_NAME_LENGTH } }]),
  ...countProblems(spec),
  ...nodeProblems(spec.nameservers, nodeKey.nameserver),
  ...nodeProblems(spec.brokers, nodeKey.broker),
  ...(spec.proxy && !isWhole(spec.proxy.port, MAX_PORT)
    ? [
        {
          code: 'INVALID_PORT' as const,
          node: nodeKey.proxy,
          params: { port: spec.proxy.port, max: MAX_PORT }
        }
      ]
    : []),
  ...spec.brokers.flatMap(brokerProblems),
  ...[...brokerSets(spec.brokers)].flatMap(([name, brokers]) => setProblems(name, brokers))
]
