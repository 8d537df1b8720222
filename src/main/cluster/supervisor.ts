/** Starts, watches and ends the nodes of one cluster; keeps ports and properties from one start to the next. */
import {
  brokerNodeId,
  type BrokerSpec,
  type ClusterSpec,
  type NameserverSpec
} from '../../shared/clusterSpec'
import type { NodeState, Problem, TailBatch, TrafficPoint } from '../../shared/views'
import type { Clock } from '../base/clock'
import { Disposables, toDisposable, type Disposable } from '../base/disposable'
import { Emitter } from '../base/emitter'
import type { Log, LogRecord } from '../base/log'
import { REAL_TIME } from '../base/virtualClock'
import { ClusterClock, type ClockMemory } from './clusterClock'
import { ClusterNode } from './clusterNode'
import { STATS_PERIOD_MS, type BrokerStart, type FromNode, type NamesrvStart } from './control'
import type { NodeNotice, NodeStats } from './control'
import type { ClusterFolder } from './dataFolder'
import { Faults } from './faults/faults'
import { portsOfNode } from './faults/portsOfNode'
import type { SpawnNode } from './nodeThread'
import type { FindHolder } from './ports'
import { ProblemError } from './problem'
import type { SavedProperties } from './savedProperties'
import { TrafficMeter } from './trafficMeter'

export interface SupervisorOptions {
  clock: Clock
  log: Log
  spawn: SpawnNode
  spec: ClusterSpec
  /** Loopback. */
  host: string
  folder: ClusterFolder
  saved: SavedProperties
  findHolder: FindHolder
  /** How far ahead the clock was; without it every run begins in real time. */
  clockMemory?: ClockMemory
  /** What nodes log. */
  logSink: (record: LogRecord) => void
}

export interface NameserverStatus {
  id: string
  address: string
  state: NodeState
  startedAt: number | undefined
  problem: Problem | undefined
}

export interface BrokerStatus extends NameserverStatus {
  identity: BrokerSpec
  stats: NodeStats | undefined
  /** What it runs with; undefined while it does not run. */
  properties: ReadonlyMap<string, string> | undefined
}

interface NamesrvNode {
  kind: 'namesrv'
  spec: NameserverSpec
  port: number
  node: ClusterNode<NamesrvStart>
}

interface BrokerNode {
  kind: 'broker'
  spec: BrokerSpec
  port: number
  node: ClusterNode<BrokerStart>
  running: Map<string, string> | undefined
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

  /** When the first start of all nodes has ended, well or not. */
  readonly settled: Promise<void>

  private settle: () => void = () => undefined
  private readonly nameservers: NamesrvNode[]
  private readonly brokers: BrokerNode[]
  private readonly tails = new Emitter<TailBatch>()
  private readonly disposables = new Disposables()

  constructor(private readonly options: SupervisorOptions) {
    this.settled = new Promise((resolve) => (this.settle = resolve))
    const { spec } = options
    this.faults = new Faults({
      clock: options.clock.real,
      nodes: () => [...this.nameservers, ...this.brokers].map(portsOfNode),
      startNode: (id) => this.startNode(id)
    })
    this.nameservers = spec.nameservers.map((nameserver) => this.namesrvNode(nameserver))
    this.brokers = spec.brokers.map((broker) => this.brokerNode(broker))
    this.clusterClock = new ClusterClock({
      real: options.clock.real,
      log: options.log,
      memory: options.clockMemory,
      nodes: () => [...this.nameservers, ...this.brokers].map(({ node }) => node)
    })
    this.disposables.add(options.clock.real.every(STATS_PERIOD_MS, () => this.sample()))
  }

  /** Every node; brokers load while the nameservers bind. @throws ProblemError of the first that did not start. */
  async start(): Promise<void> {
    const nameservers = Promise.all(this.nameservers.map((entry) => this.startNamesrv(entry)))
    const brokers = this.brokers.map((entry) => this.startBroker(entry, nameservers))
    const results = await Promise.allSettled([nameservers, ...brokers])
    this.settle()
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** Brokers first, so that they can still say goodbye to the nameservers. */
  async stop(): Promise<void> {
    await Promise.all(this.brokers.map(({ node }) => node.shutDown()))
    await Promise.all(this.nameservers.map(({ node }) => node.shutDown()))
    this.disposables.dispose()
    await this.clusterClock.stop()
  }

  /** @throws ProblemError NODE_NOT_FOUND, NODE_BUSY, or why it did not start. */
  async startNode(id: string): Promise<void> {
    const entry = this.find(id)
    if (entry.kind === 'namesrv') await this.startNamesrv(entry)
    else await this.startBroker(entry)
  }

  async stopNode(id: string): Promise<void> {
    await this.find(id).node.stop()
  }

  async restartNode(id: string): Promise<void> {
    await this.stopNode(id)
    await this.startNode(id)
  }

  /** Like a crash. */
  async killNode(id: string): Promise<void> {
    await this.find(id).node.kill()
  }

  namesrvAddresses(): string[] {
    return this.nameservers.map(({ port }) => this.address(port))
  }

  nameserverStatuses(): NameserverStatus[] {
    return this.nameservers.map((entry) => this.status(entry))
  }

  brokerStatuses(): BrokerStatus[] {
    return this.brokers.map((entry) => this.brokerStatus(entry))
  }

  /** @throws ProblemError NODE_NOT_FOUND, also where the node is no broker. */
  brokerStatusOf(id: string): BrokerStatus {
    const entry = this.find(id)
    if (entry.kind !== 'broker') throw notFound(id)
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
    for (const { node } of this.brokers) node.setTail(on)
  }

  private status(entry: NamesrvNode | BrokerNode): NameserverStatus {
    const { node, port } = entry
    const isUp = node.state === 'running' || node.state === 'stopping'
    return {
      id: node.id,
      address: node.started?.address ?? this.address(port),
      state: node.state,
      startedAt: isUp ? node.started?.bootTimestamp : undefined,
      problem: node.problem
    }
  }

  private brokerStatus(entry: BrokerNode): BrokerStatus {
    const { node, spec, running } = entry
    return {
      ...this.status(entry),
      identity: { ...spec, role: node.started?.broker?.role ?? spec.role },
      stats: node.stats,
      properties: node.state === 'running' ? running : undefined
    }
  }

  private address(port: number): string {
    return `${this.options.host}:${port}`
  }

  private find(id: string): NamesrvNode | BrokerNode {
    const all = [...this.nameservers, ...this.brokers]
    const entry = all.find(({ node }) => node.id === id)
    if (!entry) throw notFound(id)
    return entry
  }

  private namesrvNode(spec: NameserverSpec): NamesrvNode {
    const entry: NamesrvNode = {
      kind: 'namesrv',
      spec,
      port: spec.port,
      node: this.newNode('namesrv', () => `namesrv:${entry.port}`)
    }
    this.watch(entry)
    return entry
  }

  private brokerNode(spec: BrokerSpec): BrokerNode {
    const node = this.newNode<BrokerStart>('broker', () => brokerNodeId(spec))
    const entry: BrokerNode = { kind: 'broker', spec, port: spec.port, node, running: undefined }
    this.watch(entry)
    return entry
  }

  private newNode<S extends NamesrvStart | BrokerStart>(
    kind: S['kind'],
    id: () => string
  ): ClusterNode<S> {
    const { spawn, clock, log } = this.options
    const clockSetting = () => {
      const { setting } = this.clusterClock
      return setting === REAL_TIME ? undefined : setting
    }
    return new ClusterNode<S>({ kind, id, spawn, clock: clock.real, clockSetting, log })
  }

  private watch(entry: NamesrvNode | BrokerNode): void {
    const { node } = entry
    this.faults.watch(node)
    node.changed.on(() => this.changed.emit())
    node.messages.on((message) => this.receive(entry, message))
    node.crashed.on((problem) =>
      this.notices.emit({ level: 'error', code: 'NODE_CRASHED', params: problem.params ?? {} })
    )
  }

  private receive(entry: NamesrvNode | BrokerNode, message: FromNode): void {
    switch (message.kind) {
      case 'started':
        // A port of 0 was chosen by the system: clients find the node there again after a restart.
        entry.port = message.node.port
        if (entry.kind === 'broker') this.brokerStarted(entry, message.node.broker?.properties)
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
        if (entry.kind === 'broker') this.propertiesChanged(entry, message.changed)
    }
  }

  private brokerStarted(entry: BrokerNode, properties: Record<string, string> = {}): void {
    entry.running = new Map(Object.entries(properties))
    this.meter.forget(entry.node.id)
    if (this.tails.size > 0) entry.node.setTail(true)
  }

  /** Changed over the wire (`updateBrokerConfig`): the next start uses it too, as RocketMQ writes its broker.conf. */
  private propertiesChanged(entry: BrokerNode, changed: Record<string, string>): void {
    for (const [key, value] of Object.entries(changed)) entry.running?.set(key, value)
    this.options.saved
      .save(entry.node.id, new Map(Object.entries(changed)))
      .catch((error: unknown) =>
        this.options.log.error(`properties of ${entry.node.id} could not be saved`, error)
      )
      .finally(() => this.changed.emit())
  }

  private startNamesrv(entry: NamesrvNode): Promise<void> {
    const { host, folder } = this.options
    return this.explain(
      entry.node.start({
        kind: 'namesrv',
        host,
        port: entry.port,
        folder: folder.namesrv(entry.spec.id)
      })
    )
  }

  /** Waits with the broker's start, not with loading it, until the nameservers have their ports. */
  private startBroker(
    entry: BrokerNode,
    nameservers: Promise<unknown> = Promise.resolve()
  ): Promise<void> {
    const options = nameservers.then((): BrokerStart => {
      const { host, folder, saved } = this.options
      return {
        kind: 'broker',
        host,
        folder: folder.broker(entry.spec.id),
        properties: { ...Object.fromEntries(saved.of(entry.node.id)), ...this.identityOf(entry) },
        // Port - 2 of a port the system chose may belong to anybody.
        vipChannel: entry.spec.port !== 0
      }
    })
    return this.explain(entry.node.start(options))
  }

  /** The properties the cluster decides. */
  private identityOf({ spec, port }: BrokerNode): Record<string, string> {
    return {
      brokerClusterName: spec.cluster,
      brokerName: spec.name,
      brokerId: String(spec.brokerId),
      brokerRole: spec.role,
      listenPort: String(port),
      namesrvAddr: this.namesrvAddresses().join(';')
    }
  }

  /** A node knows only that its port is taken; who has it is found here. */
  private async explain(starting: Promise<void>): Promise<void> {
    try {
      await starting
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'PORT_IN_USE') throw error
      const port = Number(error.params['port'])
      const holder = (await this.options.findHolder(port)) ?? 'another program'
      throw new ProblemError(
        'PORT_IN_USE',
        { port, holder },
        `port ${port} is in use by ${holder}; end that program or choose another port`,
        { cause: error }
      )
    }
  }

  private sample(): void {
    const running = this.brokers.flatMap(({ node }): [string, NodeStats][] =>
      node.stats ? [[node.id, node.stats]] : []
    )
    this.traffic.emit(this.meter.sample(this.options.clock.real.wall(), running))
  }
}

const notFound = (id: string): ProblemError =>
  new ProblemError('NODE_NOT_FOUND', { id }, `there is no node ${id} in this cluster`)
