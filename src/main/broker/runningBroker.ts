import type { Clock } from '../base/clock'
import type { CopyWatch } from '../base/copyBytes'
import type { Disk } from '../base/disk'
import type { Disposable } from '../base/disposable'
import type { Lines } from '../base/faultyLines'
import type { Log } from '../base/log'
import type { Random } from '../base/random'
import type { SessionCredentials } from '../protocol/sessionCredentials'
import type { OnStranger } from '../remoting/strangers'
import type { StoreLimits } from '../store/limits'
import type { CopiedStore } from '../store/storeSnapshot'
import type { BrokerRole, BrokerStorage, TailBatch } from '../../shared/views'
import type { BrokerReport } from './brokerReport'
import type { ControlledRole } from './controlled/controlledRole'
import type { HaService } from './ha/haService'

export interface BrokerOptions {
  clock: Clock
  disk: Disk
  random: Random
  log: Log
  /** This broker's own data folder, absolute. */
  folder: string
  /** Address to bind. */
  host: string
  /**
   * Broker properties by RocketMQ's names (`brokerProperties`); absent ones take their default. `listenPort` 0 takes
   * any free port; `namesrvAddr` is separated by `;`.
   */
  properties: Readonly<Record<string, string>>
  /** Also listen on listenPort - 2; only when a listenPort is given. */
  vipChannel: boolean
  onReport(report: BrokerReport): void
  /** Of its cluster's own nodes and console, which may do everything here; it signs what it asks them with it. */
  inner?: SessionCredentials | undefined
  /** A controller decides its role. */
  controlled?: ControlledRole | undefined
  /** Before the first request is served. */
  onServing?: ((broker: Pick<RunningBroker, 'ha' | 'logEnd'>) => void) | undefined
  /** Its connections, accepted and opened; a test or a fault may disturb them. */
  lines?: Lines | undefined
  /** A client knocked that speaks something else; one a minute of each kind and host. */
  onStranger?: OnStranger | undefined
  /** Bounds of the store that are no property; tests shrink them. */
  storeLimits?: Partial<StoreLimits>
  /** A client changed properties over the wire (UPDATE_BROKER_CONFIG); the owner keeps them for the next start. */
  onPropertiesChanged(changed: Readonly<Record<string, string>>): void
}

/** Counters since the start. */
export interface TrafficCounters {
  produced: number
  producedBytes: number
  consumed: number
  consumedBytes: number
  /** Messages per second over the last ten seconds. */
  produceTps: number
  consumeTps: number
  /** Since midnight, without what system topics hold. */
  producedToday: number
  consumedToday: number
}

export interface RunningBroker {
  /** Advertised `brokerIP1:port`. */
  readonly address: string
  readonly port: number
  readonly cluster: string
  readonly name: string
  readonly brokerId: number
  readonly role: BrokerRole
  /** By the machine's clock. */
  readonly bootTimestamp: number
  /** Monotonic time of the last byte from or to a client. */
  lastActiveAt(): number
  traffic(): TrafficCounters
  /** What the store takes of its disk, and whether it takes messages. */
  storage(): BrokerStorage
  /** Samples passing messages while at least one listener is there; costs nothing otherwise. */
  openTail(listener: (batch: TailBatch) => void): Disposable
  readonly ha: HaService
  /** Behind the last byte of the log. */
  logEnd(): number
  /** Current value of every property. */
  properties(): ReadonlyMap<string, string>
  /**
   * Writes a folder another broker can start on, as this one is at one moment, to `target`, which is not there, on the
   * same disk. @throws the disk's error, or what `watch.check` throws; half a copy may be left.
   */
  snapshot(target: string, watch: CopyWatch): Promise<CopiedStore>
  /** Unregisters, answers what is queued, flushes and closes. */
  stop(): Promise<void>
}
