/** What can be done to a drawing. Pure: every verb gives another spec. */
import {
  BROKER_PORT_STEP,
  DEFAULT_CLUSTER,
  DEFAULT_PORTS
} from '../../../../../shared/clusterPresets'
import {
  isPromoted,
  isSlave,
  MASTER_ID,
  nodeKey,
  type BrokerSpec,
  type ClusterSpec
} from '../../../../../shared/clusterSpec'

/** Folder numbers from which on none was ever used. */
export interface NextIds {
  nameserver: number
  broker: number
}

export const noIds: NextIds = { nameserver: 0, broker: 0 }

const nextId = (nodes: readonly { id: number }[], floor: number): number =>
  Math.max(floor, ...nodes.map(({ id }) => id + 1))

/** Above the others; 0 where they are all found by the system. */
const nextPort = (nodes: readonly { port: number }[], first: number, step: number): number => {
  const highest = Math.max(0, ...nodes.map(({ port }) => port))
  if (nodes.length === 0) return first
  return highest === 0 ? 0 : highest + step
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** `broker-a`, `broker-b` … as RocketMQ's own conf files call them. */
const freeSetName = (brokers: readonly BrokerSpec[]): string => {
  const taken = new Set(brokers.map(({ name }) => name))
  const free = [...LETTERS].map((letter) => `broker-${letter}`).find((name) => !taken.has(name))
  return free ?? `broker-${taken.size + 1}`
}

const freeSlaveId = (brokers: readonly BrokerSpec[], name: string): number => {
  const taken = new Set(brokers.filter((b) => b.name === name).map(({ brokerId }) => brokerId))
  let id = MASTER_ID + 1
  while (taken.has(id)) id++
  return id
}

/** A drawing without any node yet. */
export const emptySpec = (name: string): ClusterSpec => ({ name, nameservers: [], brokers: [] })

export const addNameserver = (spec: ClusterSpec, next: NextIds): ClusterSpec => {
  const { nameservers } = spec
  const node = {
    id: nextId(nameservers, next.nameserver),
    port: nextPort(nameservers, DEFAULT_PORTS.namesrv, 1)
  }
  return { ...spec, nameservers: [...nameservers, node] }
}

const added = (
  spec: ClusterSpec,
  next: NextIds,
  broker: Omit<BrokerSpec, 'id' | 'port'>
): ClusterSpec => {
  const { brokers } = spec
  const node = {
    ...broker,
    id: nextId(brokers, next.broker),
    port: nextPort(brokers, DEFAULT_PORTS.broker, BROKER_PORT_STEP)
  }
  return { ...spec, brokers: [...brokers, node] }
}

/** A master of a set of its own. */
export const addMaster = (spec: ClusterSpec, next: NextIds): ClusterSpec =>
  added(spec, next, {
    cluster: spec.brokers[0]?.cluster ?? DEFAULT_CLUSTER,
    name: freeSetName(spec.brokers),
    brokerId: MASTER_ID,
    role: 'ASYNC_MASTER'
  })

/** What a broker becomes as a further slave of another's set. */
const asSlaveOf = (
  brokers: readonly BrokerSpec[],
  { name, cluster, promotion }: BrokerSpec
): Pick<BrokerSpec, 'name' | 'cluster' | 'brokerId' | 'role' | 'promotion'> => ({
  name,
  cluster,
  brokerId: freeSlaveId(brokers, name),
  role: 'SLAVE',
  ...(promotion !== undefined && { promotion })
})

export const addSlave = (spec: ClusterSpec, next: NextIds, of: BrokerSpec): ClusterSpec =>
  added(spec, next, asSlaveOf(spec.brokers, of))

export const setProxy = (spec: ClusterSpec, port: number | undefined): ClusterSpec => {
  const { proxy: _proxy, ...rest } = spec
  return port === undefined ? rest : { ...rest, proxy: { port } }
}

/** Of `nodeKey`. */
export const removeNode = (spec: ClusterSpec, key: string): ClusterSpec => {
  if (key === nodeKey.proxy) return setProxy(spec, undefined)
  return {
    ...spec,
    nameservers: spec.nameservers.filter((node) => nodeKey.nameserver(node) !== key),
    brokers: spec.brokers.filter((node) => nodeKey.broker(node) !== key)
  }
}

export const changePort = (spec: ClusterSpec, key: string, port: number): ClusterSpec => {
  if (key === nodeKey.proxy) return setProxy(spec, port)
  return {
    ...spec,
    nameservers: spec.nameservers.map((node) =>
      nodeKey.nameserver(node) === key ? { ...node, port } : node
    ),
    brokers: spec.brokers.map((node) => (nodeKey.broker(node) === key ? { ...node, port } : node))
  }
}

const replaced = (
  spec: ClusterSpec,
  id: number,
  change: (broker: BrokerSpec) => BrokerSpec
): ClusterSpec => ({
  ...spec,
  brokers: spec.brokers.map((broker) => (broker.id === id ? change(broker) : broker))
})

/** A role brings its id along: a master has 0, a slave the next free one. */
export const changeRole = (spec: ClusterSpec, id: number, role: BrokerSpec['role']): ClusterSpec =>
  replaced(spec, id, (broker) => {
    const becomesSlave = role === 'SLAVE' && !isSlave(broker)
    const brokerId = becomesSlave ? freeSlaveId(spec.brokers, broker.name) : broker.brokerId
    return { ...broker, role, brokerId: role === 'SLAVE' ? brokerId : MASTER_ID }
  })

export const changeBroker = (
  spec: ClusterSpec,
  id: number,
  changes: Partial<Pick<BrokerSpec, 'name' | 'cluster' | 'brokerId'>>
): ClusterSpec => replaced(spec, id, (broker) => ({ ...broker, ...changes }))

/** For all of its set: a controller knows sets, not brokers. */
export const changePromotion = (spec: ClusterSpec, name: string, on: boolean): ClusterSpec => ({
  ...spec,
  brokers: spec.brokers.map((broker) => {
    if (broker.name !== name || isPromoted(broker) === on) return broker
    const { promotion: _promotion, ...rest } = broker
    return on ? { ...rest, promotion: true } : rest
  })
})

/** Makes one broker a slave of the other's set; nothing where it is in it already, or they are the same. */
export const wire = (spec: ClusterSpec, masterKey: string, slaveKey: string): ClusterSpec => {
  const find = (key: string) => spec.brokers.find((broker) => nodeKey.broker(broker) === key)
  const [master, slave] = [find(masterKey), find(slaveKey)]
  if (!master || !slave || master.name === slave.name) return spec
  return replaced(spec, slave.id, ({ promotion: _promotion, ...rest }) => ({
    ...rest,
    ...asSlaveOf(spec.brokers, master)
  }))
}

/** Makes a slave the master of a set of its own. */
export const unwire = (spec: ClusterSpec, slaveKey: string): ClusterSpec => {
  const slave = spec.brokers.find((broker) => nodeKey.broker(broker) === slaveKey)
  if (!slave || !isSlave(slave)) return spec
  return replaced(spec, slave.id, ({ promotion: _promotion, ...rest }) => ({
    ...rest,
    name: freeSetName(spec.brokers),
    brokerId: MASTER_ID,
    role: 'ASYNC_MASTER'
  }))
}
