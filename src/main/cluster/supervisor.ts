/** Starts, watches and ends the nodes of one cluster; keeps ports and properties from one start to the next. */
import type { BrokerSpec, ClusterSpec } from '../../shared/clusterSpec'
import { brokerPorts } from '../../shared/portPlan'
import { isSameSpec, specChanges } from '../../shared/specChanges'
import type { NodeState, Problem, TailBatch, TrafficPoint } from '../../shared/views'
import type { Clock } from '../base/clock'
import { Disposables, toDisposable, type Disposable } from '../base/disposable'
import { Emitter } from '../base/emitter'
import type { Log, LogRecord } from '../base/log'
import { REAL_TIME } from '../base/virtualClock'
import type { Addresses } from './addresses/addresses'
import { ClusterClock, type ClockMemory } from './clusterClock'
import { ClusterNode } from './clusterNode'
import { NodeProperties } from './config/nodeProperties'
import { STATS_PERIOD_MS } from './control'
import type { FromNode, NodeNotice, NodeStart, NodeStats } from './control'
import type { ClusterFolder } from './dataFolder'
import { Faults } from './faults/faults'
import { portsOfNode } from './faults/portsOfNode'
import { NodeStarts } from './nodeStarts'
import { keyOfEntry, nodeNotFound, NodeTable, savedAs } from './nodeTable'
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
  findHolder: FindHolder
  /** What nodes log. */
  logSink: (record: LogRecord) => void
}

export interface NameserverStatus {
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

export interface BrokerStatus extends NameserverStatus {
  identity: BrokerSpec
  stats: NodeStats | undefined
}

export class Supervisor {
  /** A node's state, problem or properties changed. */
  readonly changed = new Emitter<void>()
  readonly notices = new Emitter<NodeNotice>()
  /** One a second. */
  readonly traffic = new Emitter<TrafficPoint>()
  readonly meter = new TrafficMeter()
  readonly clusterClock: ClusterClock
  readonly faults: Faults

  /** Another cluster took the place of this one; its nodes are about to start. */
  readonly replaced = new Emitter<ClusterPlan>()

  private settle: () => void = () => undefined
  private whenSettled: Promise<void>
  private current: ClusterPlan
  private readonly table: NodeTable
  private readonly starts: NodeStarts
  private readonly properties: NodeProperties
  private readonly tails = new Emitter<TailBatch>()
  private readonly disposables = new Disposables()

  constructor(private readonly options: SupervisorOptions) {
    const { clock, log, plan, host, saved, savedNamesrv, findHolder } = options
    this.whenSettled = this.untilSettled()
    this.current = plan
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
      findHolder,
      nodes: () => this.table.all,
      namesrvAddresses: () => this.namesrvAddresses()
    })
    const onChanged = (): void => this.changed.emit()
    this.properties = new NodeProperties({ saved, savedNamesrv, log, onChanged })
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

  /** Every node; brokers load while the nameservers bind. @throws ProblemError of the first that did not start. */
  start(): Promise<void> {
    return this.startAll(this.table.all)
  }

  /** Brokers first, so that they can still say goodbye to the nameservers. */
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
    return this.table.nameservers.map((entry) => this.status(entry))
  }

  brokerStatuses(): BrokerStatus[] {
    return this.table.brokers.map((entry) => this.brokerStatus(entry))
  }

  /** @throws ProblemError NODE_NOT_FOUND, also where the node is no broker. */
  brokerStatusOf(id: string): BrokerStatus {
    const entry = this.table.find(id)
    if (entry.kind !== 'broker') throw nodeNotFound(id)
    return this.brokerStatus(entry)
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

  private status(entry: NodeEntry): NameserverStatus {
    const { node, port } = entry
    const isUp = node.state === 'running' || node.state === 'stopping'
    return {
      id: node.id,
      key: keyOfEntry(entry),
      address: node.started?.address ?? this.address(port),
      state: node.state,
      startedAt: isUp ? node.started?.bootTimestamp : undefined,
      problem: node.problem,
      savedAs: savedAs(entry),
      properties: node.state === 'running' ? entry.running : undefined,
      decided: this.starts.decided(entry)
    }
  }

  private brokerStatus(entry: BrokerEntry): BrokerStatus {
    const { node, spec } = entry
    return {
      ...this.status(entry),
      identity: { ...spec, role: node.started?.broker?.role ?? spec.role },
      stats: node.stats
    }
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
    const results = await Promise.allSettled([nameservers, ...brokers])
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

/** Brokers first. Never rejects. */
const shutDown = async (entries: readonly NodeEntry[]): Promise<void> => {
  for (const kind of ['broker', 'namesrv'] as const)
    await Promise.all(
      entries.filter((entry) => entry.kind === kind).map(({ node }) => node.shutDown())
    )
}
