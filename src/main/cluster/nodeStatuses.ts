/** The nodes of the cluster as the console, faults and flags see them. */
import type { BrokerSpec } from '../../shared/clusterSpec'
import type { NodeState, Problem } from '../../shared/views'
import type { NodeStats } from './control'
import type { NodeStarts } from './nodeStarts'
import { keyOfEntry, nodeNotFound, savedAs } from './nodeTable'
import type { BrokerEntry, NodeEntry, NodeTable } from './nodeTable'

/** Of any node. */
export interface NodeStatus {
  id: string
  /** As its folder is called (`nodeKey`): the same from the drawing on, whatever port it gets. */
  key: string
  address: string
  state: NodeState
  startedAt: number | undefined
  problem: Problem | undefined
  /** Under which its properties are saved. */
  savedAs: string
  /** What it runs with; undefined while it does not run. */
  properties: ReadonlyMap<string, string> | undefined
  /** What the cluster decides of its properties. */
  decided: Readonly<Record<string, string>>
}

export type NameserverStatus = NodeStatus
export type ProxyStatus = NodeStatus

export interface BrokerStatus extends NodeStatus {
  identity: BrokerSpec
  stats: NodeStats | undefined
}

interface Deps {
  host: string
  table: Pick<NodeTable, 'nameservers' | 'brokers' | 'proxies' | 'find'>
  starts: Pick<NodeStarts, 'decided'>
}

export class NodeStatuses {
  constructor(private readonly deps: Deps) {}

  nameservers(): NameserverStatus[] {
    return this.deps.table.nameservers.map((entry) => this.of(entry))
  }

  brokers(): BrokerStatus[] {
    return this.deps.table.brokers.map((entry) => this.ofBroker(entry))
  }

  /** None or one. */
  proxies(): ProxyStatus[] {
    return this.deps.table.proxies.map((entry) => this.of(entry))
  }

  /** @throws ProblemError NODE_NOT_FOUND, also where the node is no broker. */
  broker(id: string): BrokerStatus {
    const entry = this.deps.table.find(id)
    if (entry.kind !== 'broker') throw nodeNotFound(id)
    return this.ofBroker(entry)
  }

  private of(entry: NodeEntry): NodeStatus {
    const { node, port } = entry
    const isUp = node.state === 'running' || node.state === 'stopping'
    return {
      id: node.id,
      key: keyOfEntry(entry),
      address: node.started?.address ?? `${this.deps.host}:${port}`,
      state: node.state,
      startedAt: isUp ? node.started?.bootTimestamp : undefined,
      problem: node.problem,
      savedAs: savedAs(entry),
      properties: node.state === 'running' ? entry.running : undefined,
      decided: this.deps.starts.decided(entry)
    }
  }

  private ofBroker(entry: BrokerEntry): BrokerStatus {
    const { node, spec } = entry
    return {
      ...this.of(entry),
      identity: { ...spec, role: node.started?.broker?.role ?? spec.role },
      stats: node.stats
    }
  }
}
