/**
 * The supervisor's only private line to a node: start, stop, the clock, rates and the tail. Everything else goes over TCP, as
 * between real machines. A port may be a thread's, a process's or, in tests, a plain pair.
 */
import type { GrpcClientsView } from '../../shared/grpcViews'
import type { BrokerRole, BrokerStorage, Problem, TailBatch } from '../../shared/views'
import type { Disposable } from '../base/disposable'
import type { DiskFault } from '../base/faultyDisk'
import type { LineFault } from '../base/faultyLines'
import type { LogLevel } from '../base/log'
import type { ClockSetting } from '../base/virtualClock'
import type { TrafficCounters } from '../broker/startBroker'
import type { SessionCredentials } from '../protocol/sessionCredentials'
import type { CopiedStore } from '../store/storeSnapshot'

export interface ControlPort<In, Out> {
  post(message: Out): void
  on(listener: (message: In) => void): Disposable
}

/** What a nameserver is started with. */
export interface NamesrvStart {
  kind: 'namesrv'
  host: string
  port: number
  /** Absolute. */
  folder: string
  /** Clients are told the address they came to for brokers of this machine. */
  arrivalAddress?: boolean
  /** With what nodes of this cluster sign what they ask each other. */
  inner?: SessionCredentials | undefined
  /** What is saved for it; absent where nothing ever was, and it keeps what it has. */
  properties?: Record<string, string>
}

/** What a broker is started with; port, name and nameservers are among its properties. */
export interface BrokerStart {
  kind: 'broker'
  host: string
  folder: string
  properties: Record<string, string>
  inner?: SessionCredentials | undefined
  /** Also listen on port - 2, which old clients prefer. Java: vipChannelEnabled. */
  vipChannel: boolean
}

/** What the proxy is started with. */
export interface ProxyStart {
  kind: 'proxy'
  host: string
  port: number
  folder: string
  inner?: SessionCredentials | undefined
  /** Of its cluster. */
  namesrvAddresses: string[]
  properties: Record<string, string>
}

export type NodeStart = NamesrvStart | BrokerStart | ProxyStart

export type ToNode<S extends NodeStart = NodeStart> =
  | { kind: 'start'; options: S }
  | { kind: 'stop' }
  /** Costs nothing while off. */
  | { kind: 'tail'; on: boolean }
  /** What the node's clock shows from now on; answered with the same id when all that is thereby due has run. */
  | { kind: 'clock'; setting: ClockSetting; id: number }
  /** All faults of its lines and its disk from now on; also said before `start`. */
  | { kind: 'faults'; faults: NodeFaults }
  /** Write yourself as you are now to a folder that is not there; told of with the same id, and given up on request. */
  | { kind: 'snapshot'; id: number; target: string }
  | { kind: 'cancelSnapshot'; id: number }
  /** The thread stands still until it is woken (`NodeThread.thaw`); its entry never hears of it. */
  | { kind: 'freeze' }

/** What is wrong on purpose with one node, as that node sees it. */
export interface NodeFaults {
  lines: readonly LineFault[]
  disk?: DiskFault
}

/** Messages and bytes since the node's start, its rates, and its share of the disk; posted every `STATS_PERIOD_MS`. */
export type NodeStats = TrafficCounters & { storage?: BrokerStorage }

export interface NodeIdentity {
  cluster: string
  name: string
  brokerId: number
  role: BrokerRole
}

export interface NodeStarted {
  /** What clients are told: `127.0.0.1:10911`. */
  address: string
  port: number
  bootTimestamp: number
  /** What it runs with. */
  properties?: Record<string, string>
  /** Brokers only. */
  broker?: NodeIdentity
}

/** How far a node is with a snapshot of itself. */
export type SnapshotStep =
  | { kind: 'copied'; bytes: number }
  | { kind: 'done'; copied: CopiedStore }
  | { kind: 'failed'; problem: Problem }

/** Something a person should hear of; `code` and `params` find the text. */
export interface NodeNotice {
  level: 'info' | 'warning' | 'error'
  code: string
  params: Record<string, string | number>
}

export type FromNode =
  | { kind: 'started'; node: NodeStarted }
  | { kind: 'failed'; problem: Problem }
  | { kind: 'stopped' }
  | { kind: 'stats'; stats: NodeStats }
  | { kind: 'tail'; batch: TailBatch }
  /** Of the proxy: all its clients, at most two a second. */
  | { kind: 'grpcClients'; view: GrpcClientsView }
  | { kind: 'log'; level: LogLevel; area: string; message: string; error?: string }
  | { kind: 'notice'; notice: NodeNotice }
  /** `nextDue`: of its timers, in the time its clock shows; absent where none is set. */
  | { kind: 'clock'; id: number; nextDue?: number }
  | { kind: 'snapshot'; id: number; step: SnapshotStep }
  /** Properties changed over the wire, which the next start must use as well. */
  | { kind: 'propertiesChanged'; changed: Record<string, string> }

export type NodePort<S extends NodeStart = NodeStart> = ControlPort<ToNode<S>, FromNode>

export const STATS_PERIOD_MS = 1000
