/** The nodes of the cluster that runs, and what is known of each from one start to the next. */
import {
  brokerNodeId,
  nodeKey,
  type BrokerSpec,
  type ClusterSpec,
  type NameserverSpec,
  type ProxySpec
} from '../../shared/clusterSpec'
import type { ClusterNode } from './clusterNode'
import type { BrokerStart, NamesrvStart, NodeStart, ProxyStart } from './control'
import { ProblemError } from './problem'

interface EntryOf<S extends NodeStart, Spec> {
  readonly kind: S['kind']
  readonly spec: Spec
  /** Of its spec; where that is 0, what the system chose at the first start. */
  port: number
  readonly node: ClusterNode<S>
  /** What it runs with, or ran with last. */
  running: Map<string, string> | undefined
}

export type NamesrvEntry = EntryOf<NamesrvStart, NameserverSpec>
export type BrokerEntry = EntryOf<BrokerStart, BrokerSpec>
export type ProxyEntry = EntryOf<ProxyStart, ProxySpec>
export type NodeEntry = NamesrvEntry | BrokerEntry | ProxyEntry

export interface NodeMaker {
  node<S extends NodeStart>(kind: S['kind'], id: () => string): ClusterNode<S>
  /** Once for every entry, before it is started. */
  watch(entry: NodeEntry): void
}

export const keyOfEntry = (entry: NodeEntry): string => {
  switch (entry.kind) {
    case 'namesrv':
      return nodeKey.nameserver(entry.spec)
    case 'broker':
      return nodeKey.broker(entry.spec)
    case 'proxy':
      return nodeKey.proxy
  }
}

/** Under which a node's properties are saved: a nameserver's id is its port, which may be another tomorrow. */
export const savedAs = (entry: NodeEntry): string =>
  entry.kind === 'namesrv' ? savedNamesrvAs(entry.spec.id) : entry.node.id

/** A nameserver of a spec: by its folder, whatever its port. */
export const savedNamesrvAs = (id: number): string => String(id)

export class NodeTable {
  nameservers: readonly NamesrvEntry[] = []
  brokers: readonly BrokerEntry[] = []
  /** None or one. */
  proxies: readonly ProxyEntry[] = []

  constructor(private readonly maker: NodeMaker) {}

  get all(): readonly NodeEntry[] {
    return [...this.nameservers, ...this.brokers, ...this.proxies]
  }

  /** Nodes that are there stay, except those that `ended`: removed or changed, they do not run any more. */
  load({ nameservers, brokers, proxy }: ClusterSpec, ended: ReadonlySet<string> = new Set()): void {
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
    this.proxies = (proxy ? [proxy] : []).map((spec) => {
      const entry = known.get(nodeKey.proxy)
      return entry?.kind === 'proxy' ? entry : this.proxy(spec)
    })
  }

  clear(): void {
    this.nameservers = []
    this.brokers = []
    this.proxies = []
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

  private proxy(spec: ProxySpec): ProxyEntry {
    const node = this.maker.node<ProxyStart>('proxy', () => nodeKey.proxy)
    const entry: ProxyEntry = { kind: 'proxy', spec, port: spec.port, node, running: undefined }
    this.maker.watch(entry)
    return entry
  }
}

export const nodeNotFound = (id: string): ProblemError =>
  new ProblemError('NODE_NOT_FOUND', { id }, `there is no node ${id} in this cluster`)
