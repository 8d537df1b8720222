/** The nodes of the cluster that runs, and what is known of each from one start to the next. */
import {
  brokerNodeId,
  nodeKey,
  type BrokerSpec,
  type ClusterSpec,
  type NameserverSpec
} from '../../shared/clusterSpec'
import type { ClusterNode } from './clusterNode'
import type { BrokerStart, NamesrvStart } from './control'
import { ProblemError } from './problem'

export interface NamesrvEntry {
  readonly kind: 'namesrv'
  readonly spec: NameserverSpec
  /** Of its spec; where that is 0, what the system chose at the first start. */
  port: number
  readonly node: ClusterNode<NamesrvStart>
  /** What it runs with, or ran with last. */
  running: Map<string, string> | undefined
}

export interface BrokerEntry {
  readonly kind: 'broker'
  readonly spec: BrokerSpec
  port: number
  readonly node: ClusterNode<BrokerStart>
  /** What it runs with, or ran with last. */
  running: Map<string, string> | undefined
}

export type NodeEntry = NamesrvEntry | BrokerEntry

export interface NodeMaker {
  node<S extends NamesrvStart | BrokerStart>(kind: S['kind'], id: () => string): ClusterNode<S>
  /** Once for every entry, before it is started. */
  watch(entry: NodeEntry): void
}

export const keyOfEntry = (entry: NodeEntry): string =>
  entry.kind === 'namesrv' ? nodeKey.nameserver(entry.spec) : nodeKey.broker(entry.spec)

/** Under which a node's properties are saved: a nameserver's id is its port, which may be another tomorrow. */
export const savedAs = (entry: NodeEntry): string =>
  entry.kind === 'broker' ? entry.node.id : savedNamesrvAs(entry.spec.id)

/** A nameserver of a spec: by its folder, whatever its port. */
export const savedNamesrvAs = (id: number): string => String(id)

export class NodeTable {
  nameservers: readonly NamesrvEntry[] = []
  brokers: readonly BrokerEntry[] = []

  constructor(private readonly maker: NodeMaker) {}

  get all(): readonly NodeEntry[] {
    return [...this.nameservers, ...this.brokers]
  }

  /** Nodes that are there stay, except those that `ended`: removed or changed, they do not run any more. */
  load({ nameservers, brokers }: ClusterSpec, ended: ReadonlySet<string> = new Set()): void {
    const known = new Map(
      this.all
        .map((entry) => [keyOfEntry(entry), entry] as const)
        .filter(([key]) => !ended.has(key))
    )
    this.nameservers = nameservers.map((spec) => {
      const entry = known.get(nodeKey.nameserver(spec))
      return entry?.kind === 'namesrv' ? entry : this.namesrv(spec)
    })
    this.brokers = brokers.map((spec) => {
      const entry = known.get(nodeKey.broker(spec))
      return entry?.kind === 'broker' ? entry : this.broker(spec)
    })
  }

  clear(): void {
    this.nameservers = []
    this.brokers = []
  }

  /** @throws ProblemError NODE_NOT_FOUND. */
  find(id: string): NodeEntry {
    const entry = this.all.find(({ node }) => node.id === id)
    if (!entry) throw nodeNotFound(id)
    return entry
  }

  private namesrv(spec: NameserverSpec): NamesrvEntry {
    const entry: NamesrvEntry = {
      kind: 'namesrv',
      spec,
      port: spec.port,
      node: this.maker.node('namesrv', () => `namesrv:${entry.port}`),
      running: undefined
    }
    this.maker.watch(entry)
    return entry
  }

  private broker(spec: BrokerSpec): BrokerEntry {
    const node = this.maker.node<BrokerStart>('broker', () => brokerNodeId(spec))
    const entry: BrokerEntry = { kind: 'broker', spec, port: spec.port, node, running: undefined }
    this.maker.watch(entry)
    return entry
  }
}

export const nodeNotFound = (id: string): ProblemError =>
  new ProblemError('NODE_NOT_FOUND', { id }, `there is no node ${id} in this cluster`)
