/** Starts, watches and ends the nodes of one cluster; keeps ports and properties from one start to the next. */
import type { ClusterSpec } from '../../shared/clusterSpec'
import { brokerPorts } from '../../shared/portPlan'
import { isSameSpec, specChanges } from '../../shared/specChanges'
import type { TailBatch, TrafficPoint } from '../../shared/views'
import type { Clock } from '../base/clock'
import { Disposables, toDisposable, type Disposable } from '../base/disposable'
import { Emitter } from '../base/emitter'
import type { Log, LogRecord } from '../base/log'
import { REAL_TIME } from '../base/virtualClock'
import type { SessionCredentials } from '../protocol/sessionCredentials'
import type { Addresses } from './addresses/addresses'
import { ClusterClock, type ClockMemory } from './clusterClock'
import { ClusterNode } from './clusterNode'
import { NodeProperties } from './config/nodeProperties'
import { STATS_PERIOD_MS } from './control'
import type { FromNode, NodeNotice, NodeStart, NodeStats } from './control'
import type { ClusterFolder } from './dataFolder'
import { Faults } from './faults/faults'
import { portsOfNode } from './faults/portsOfNode'
import { GrpcClients } from './grpcClients'
import { NodeStarts } from './nodeStarts'
import { NodeStatuses } from './nodeStatuses'
import type { BrokerStatus, NameserverStatus, ProxyStatus } from './nodeStatuses'
import { keyOfEntry, NodeTable } from './nodeTable'
import type { BrokerEntry, NodeEntry } from './nodeTable'
import type { SpawnNode } from './nodeThread'
import type { FindHolder } from './ports'
import type { SavedProperties } from './savedProperties'
import { TrafficMeter } from './trafficMeter'

/** A saved cluster as it is to be run. */
export interface ClusterPlan {
  /** Of the saved cluster. */
  number: number
  spec: ClusterSpec
  folder: ClusterFolder
  /** How far ahead its clock was; without it every run begins in real time. */
  clockMemory?: ClockMemory
}

export interface SupervisorOptions {
  clock: Clock
  log: Log
  spawn: SpawnNode
  plan: ClusterPlan
  /** Loopback: where nodes find each other. */
  host: string
  /** Where nodes listen and what brokers call themselves, where it is not only loopback. */
  addresses?: Pick<Addresses, 'startOf'>
  saved: SavedProperties
  savedNamesrv: SavedProperties
  savedProxy: SavedProperties
  findHolder: FindHolder
  /** With what nodes and console sign what they ask nodes; new each run. */
  inner?: SessionCredentials | undefined
  /** What nodes log. */
  logSink: (record: LogRecord) => void
}

export type { BrokerStatus, NameserverStatus, NodeStatus, ProxyStatus } from './nodeStatuses'

export class Supervisor {
  /** A node's state, problem or properties changed. */
  readonly changed = new Emitter<void>()
  readonly notices = new Emitter<NodeNotice>()
  /** One a second. */
  readonly traffic = new Emitter<TrafficPoint>()
  readonly meter = new TrafficMeter()
  readonly clusterClock: ClusterClock
  readonly faults: Faults
  readonly grpcClients = new GrpcClients()

  readonly inner: SessionCredentials | undefined

  /** Another cluster took the place of this one; its nodes are about to start. */
  readonly replaced = new Emitter<ClusterPlan>()

  private settle: () => void = () => undefined
  private whenSettled: Promise<void>
  private current: ClusterPlan
  private readonly table: NodeTable
  private readonly starts: NodeStarts
  private readonly statuses: NodeStatuses
  private readonly properties: NodeProperties
  private readonly tails = new Emitter<TailBatch>()
  private readonly disposables = new Disposables()

  constructor(private readonly options: SupervisorOptions) {
    const { clock, log, plan, host, saved, savedNamesrv, savedProxy, findHolder } = options
    this.whenSettled = this.untilSettled()
    this.current = plan
    this.inner = options.inner
    this.faults = new Faults({
      clock: clock.real,
      nodes: () => this.table.all.map(portsOfNode),
      startNode: (id) => this.startNode(id)
    })
    this.table = new NodeTable({
      node: (kind, id) => this.newNode(kind, id),
      watch: (entry) => this.watch(entry)
    })
    this.starts = new NodeStarts({
      host,
      addresses: options.addresses,
      folder: () => this.current.folder,
      saved,
      savedNamesrv,
      savedProxy,
      findHolder,
      inner: this.inner,
      nodes: () => this.table.all,
      namesrvAddresses: () => this.namesrvAddresses()
    })
    this.statuses = new NodeStatuses({ host, table: this.table, starts: this.starts })
    const onChanged = (): void => this.changed.emit()
    this.properties = new NodeProperties({ saved, savedNamesrv, savedProxy, log, onChanged })
    this.clusterClock = new ClusterClock({
      real: clock.real,
      log,
      memory: plan.clockMemory,
      nodes: () => this.table.all.map(({ node }) => node)
    })
    this.table.load(plan.spec)
    this.disposables.add(clock.real.every(STATS_PERIOD_MS, () => this.sample()))
  }

  /** The cluster that runs, or is about to. */
  get plan(): ClusterPlan {
    return this.current
  }

  get nodes(): readonly NodeEntry[] {
    return this.table.all
  }

  /** When the start of all its nodes has ended, well or not. */
  get settled(): Promise<void> {
    return this.whenSettled
  }

  /** Every node; brokers load while the nameservers bind, and the proxy while the brokers register. @throws ProblemError of the first that did not start. */
  start(): Promise<void> {
    return this.startAll(this.table.all)
  }

  /** The proxy and then the brokers first, so that they can still say goodbye. */
  async stop(): Promise<void> {
    await shutDown(this.table.all)
    this.disposables.dispose()
    await this.clusterClock.stop()
  }

  /** Ends every node, so that what they keep can be replaced; `run` goes on. */
  async halt(): Promise<void> {
    await shutDown(this.table.all)
  }

  /**
   * Ends this cluster and starts another in its place, or the same one anew, with the ports it has. @throws as `start`:
   * the others of its nodes run then.
   */
  async run(plan: ClusterPlan): Promise<void> {
    const isSame = plan.number === this.current.number && isSameSpec(plan.spec, this.current.spec)
    this.whenSettled = this.untilSettled()
    await shutDown(this.table.all)
    await this.clusterClock.become(plan.clockMemory)
    this.options.saved.use(plan.number)
    this.options.savedNamesrv.use(plan.number)
    this.options.savedProxy.use(plan.number)
    this.current = plan
    if (!isSame) this.table.clear()
    this.table.load(plan.spec)
    this.faults.forget()
    this.meter.clear()
    this.replaced.emit(plan)
    this.changed.emit()
    await this.start()
  }

  /**
   * The same cluster with other nodes: new ones start, removed ones stop, changed ones that ran start again.
   * @throws as `start`.
   */
  async apply(spec: ClusterSpec): Promise<void> {
    const { added, changed, removed } = specChanges(this.current.spec, spec)
    const ended = new Set([...changed, ...removed])
    const before = this.table.all.filter((entry) => ended.has(keyOfEntry(entry)))
    const ran = before.filter(({ node }) => node.state === 'running' || node.state === 'starting')
    const toStart = new Set([...added, ...ran.map(keyOfEntry)])
    await shutDown(before)
    this.current = { ...this.current, spec }
    this.table.load(spec, ended)
    this.faults.refresh()
    this.changed.emit()
    await this.startAll(this.table.all.filter((entry) => toStart.has(keyOfEntry(entry))))
  }

  /** @throws ProblemError NODE_NOT_FOUND, NODE_BUSY, or why it did not start. */
  async startNode(id: string): Promise<void> {
    await this.startAll([this.table.find(id)])
  }

  async stopNode(id: string): Promise<void> {
    await this.table.find(id).node.stop()
  }

  async restartNode(id: string): Promise<void> {
    await this.stopNode(id)
    await this.startNode(id)
  }

  /** Like a crash. */
  async killNode(id: string): Promise<void> {
    await this.table.find(id).node.kill()
  }

  namesrvAddresses(): string[] {
    return this.table.nameservers.map(({ port }) => this.address(port))
  }

  /** Ports the nodes that run have, the derived ones among them. */
  ownPorts(): number[] {
    return this.table.all.flatMap(({ kind, node, port, spec }) => {
      if (node.state === 'stopped' || node.state === 'crashed') return []
      const hasDerived = kind === 'broker' && spec.port !== 0
      return hasDerived ? brokerPorts(port).map(([, derived]) => derived) : [port]
    })
  }

  nameserverStatuses(): NameserverStatus[] {
    return this.statuses.nameservers()
  }

  brokerStatuses(): BrokerStatus[] {
    return this.statuses.brokers()
  }

  /** None or one. */
  proxyStatuses(): ProxyStatus[] {
    return this.statuses.proxies()
  }

  /** @throws ProblemError NODE_NOT_FOUND, also where the node is no broker. */
  brokerStatusOf(id: string): BrokerStatus {
    return this.statuses.broker(id)
  }

  /** Messages as they pass; nodes gather them only while somebody listens. */
  openTail(listener: (batch: TailBatch) => void): Disposable {
    const listening = this.tails.on(listener)
    if (this.tails.size === 1) this.setTail(true)
    return toDisposable(() => {
      listening.dispose()
      if (this.tails.size === 0) this.setTail(false)
    })
  }

  private setTail(on: boolean): void {
    for (const { node } of this.table.brokers) node.setTail(on)
  }

  private address(port: number): string {
    return `${this.options.host}:${port}`
  }

  private untilSettled(): Promise<void> {
    return new Promise((resolve) => (this.settle = resolve))
  }

  private async startAll(entries: readonly NodeEntry[]): Promise<void> {
    const nameservers = Promise.all(
      entries.flatMap((entry) => (entry.kind === 'namesrv' ? [this.starts.namesrv(entry)] : []))
    )
    const brokers = entries.flatMap((entry) =>
      entry.kind === 'broker' ? [this.starts.broker(entry, nameservers)] : []
    )
    const served = Promise.allSettled([nameservers, ...brokers])
    const proxies = entries.flatMap((entry) =>
      entry.kind === 'proxy' ? [this.starts.proxy(entry, served)] : []
    )
    const results = [...(await served), ...(await Promise.allSettled(proxies))]
    this.settle()
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  private newNode<S extends NodeStart>(kind: S['kind'], id: () => string): ClusterNode<S> {
    const { spawn, clock, log } = this.options
    const clockSetting = () => {
      const { setting } = this.clusterClock
      return setting === REAL_TIME ? undefined : setting
    }
    return new ClusterNode<S>({ kind, id, spawn, clock: clock.real, clockSetting, log })
  }

  private watch(entry: NodeEntry): void {
    const { node } = entry
    this.faults.watch(node)
    if (entry.kind === 'proxy')
      node.changed.on(() => node.state !== 'running' && this.grpcClients.forget())
    node.changed.on(() => this.changed.emit())
    node.messages.on((message) => this.receive(entry, message))
    node.crashed.on((problem) =>
      this.notices.emit({ level: 'error', code: 'NODE_CRASHED', params: problem.params ?? {} })
    )
  }

  private receive(entry: NodeEntry, message: FromNode): void {
    switch (message.kind) {
      case 'started':
        // A port of 0 was chosen by the system: clients find the node there again after a restart.
        entry.port = message.node.port
        this.properties.started(entry, message.node.properties)
        if (entry.kind === 'broker') this.brokerStarted(entry)
        this.faults.refresh()
        break
      case 'notice':
        this.notices.emit(message.notice)
        break
      case 'tail':
        this.tails.emit(message.batch)
        break
      case 'grpcClients':
        this.grpcClients.told(message.view)
        break
      case 'log':
        this.options.logSink({
          at: this.options.clock.real.wall(),
          level: message.level,
          area: message.area,
          message: message.message,
          ...(message.error !== undefined && { error: message.error })
        })
        break
      case 'propertiesChanged':
        this.properties.changed(entry, message.changed)
    }
  }

  private brokerStarted(entry: BrokerEntry): void {
    this.meter.forget(entry.node.id)
    if (this.tails.size > 0) entry.node.setTail(true)
  }

  private sample(): void {
    const running = this.table.brokers.flatMap(({ node }): [string, NodeStats][] =>
      node.stats ? [[node.id, node.stats]] : []
    )
    this.traffic.emit(this.meter.sample(this.options.clock.real.wall(), running))
  }
}

/** Whoever needs others first. Never rejects. */
const shutDown = async (entries: readonly NodeEntry[]): Promise<void> => {
  for (const kind of ['proxy', 'broker', 'namesrv'] as const)
    await Promise.all(
      entries.filter((entry) => entry.kind === kind).map(({ node }) => node.shutDown())
    )
}
