/** Which brokers are there: those that beat. Java: DefaultBrokerHeartbeatManager. */
import type { RealTime } from '../../base/clock'
import type { BrokerLiveInfo, BrokerLiveness } from './electPolicy'

/** A broker that names no time is gone after this without a heartbeat. Java: DEFAULT_BROKER_CHANNEL_EXPIRED_TIME. */
export const DEFAULT_HEARTBEAT_TIMEOUT_MS = 10_000

/** What a broker may name lies between these. */
const MIN_HEARTBEAT_TIMEOUT_MS = 100
const MAX_HEARTBEAT_TIMEOUT_MS = 600_000

/** Java's Integer.MAX_VALUE: a broker that names no priority is the last of its equals. */
const LOWEST_PRIORITY = 2 ** 31 - 1

/** Java: BrokerIdentityInfo. */
export interface BrokerIdentity {
  readonly clusterName: string
  readonly brokerName: string
  readonly brokerId: number
}

export interface BrokerHeartbeat extends BrokerIdentity {
  readonly epoch?: number | undefined
  readonly maxOffset?: number | undefined
  readonly confirmOffset?: number | undefined
  readonly heartbeatTimeoutMills?: number | undefined
  readonly electionPriority?: number | undefined
}

interface Live extends BrokerLiveInfo {
  readonly identity: BrokerIdentity
  /** Monotonic. */
  expiresAt: number
  /** The connection of its last heartbeat; when that closes it is gone at once. */
  readonly channel: object
}

const keyOf = ({ clusterName, brokerName, brokerId }: BrokerIdentity): string =>
  JSON.stringify([clusterName, brokerName, brokerId])

const within = (timeoutMs: number): number =>
  Math.min(Math.max(timeoutMs, MIN_HEARTBEAT_TIMEOUT_MS), MAX_HEARTBEAT_TIMEOUT_MS)

/** Who is dropped is dropped by a scan or by a closed connection, never by the time alone. */
export class BrokerHeartbeatManager {
  private readonly brokerLiveTable = new Map<string, Live>()
  /** Masters not heard of yet, and until when that is no reason for an election. */
  private readonly awaited = new Map<string, number>()

  private lastScanAt: number

  constructor(private readonly clock: Pick<RealTime, 'monotonic'>) {
    this.lastScanAt = clock.monotonic()
  }

  /** What a broker says last counts. Tells whether it was away before. */
  onBrokerHeartbeat(heartbeat: BrokerHeartbeat, channel: object): boolean {
    const { clusterName, brokerName, brokerId, heartbeatTimeoutMills } = heartbeat
    const identity = { clusterName, brokerName, brokerId }
    const wasActive = this.isBrokerActive(identity)
    const timeoutMs = within(heartbeatTimeoutMills ?? DEFAULT_HEARTBEAT_TIMEOUT_MS)
    this.brokerLiveTable.set(keyOf(identity), {
      identity,
      brokerId,
      expiresAt: this.clock.monotonic() + timeoutMs,
      channel,
      epoch: heartbeat.epoch ?? -1,
      maxOffset: heartbeat.maxOffset ?? -1,
      confirmOffset: heartbeat.confirmOffset ?? -1,
      electionPriority: heartbeat.electionPriority ?? LOWEST_PRIORITY
    })
    this.awaited.delete(keyOf(identity))
    return !wasActive
  }

  /** Its brokers are gone; returned are those that were there until now. */
  onChannelClose(channel: object): BrokerIdentity[] {
    return this.drop((live) => live.channel === channel)
  }

  /**
   * Drops the brokers whose time is over. Where the scan itself is late by more than `periodMs`, this process did not
   * run, and what arrived meanwhile is still to be read: that time counts for nobody. Java: scanNotActiveBroker.
   */
  scanNotActiveBroker(periodMs: number): BrokerIdentity[] {
    const now = this.clock.monotonic()
    const sleptMs = now - this.lastScanAt - 2 * periodMs
    this.lastScanAt = now
    if (sleptMs > 0) this.postpone(sleptMs)
    for (const [key, until] of this.awaited) if (until <= now) this.awaited.delete(key)
    return this.drop((live) => live.expiresAt <= now)
  }

  /** A master that was not heard of yet counts as there for so long. */
  await(identity: BrokerIdentity, forMs: number): void {
    if (!this.isBrokerActive(identity))
      this.awaited.set(keyOf(identity), this.clock.monotonic() + forMs)
  }

  /** Of one broker set. */
  of(clusterName: string, brokerName: string): BrokerLiveness {
    const identity = (brokerId: number): BrokerIdentity => ({ clusterName, brokerName, brokerId })
    return {
      isBrokerActive: (brokerId) => this.isBrokerActive(identity(brokerId)),
      isMasterActive: (brokerId) =>
        this.isBrokerActive(identity(brokerId)) || this.isAwaited(identity(brokerId)),
      getBrokerLiveInfo: (brokerId) => this.brokerLiveTable.get(keyOf(identity(brokerId)))
    }
  }

  private isBrokerActive(identity: BrokerIdentity): boolean {
    return this.brokerLiveTable.has(keyOf(identity))
  }

  private isAwaited(identity: BrokerIdentity): boolean {
    return this.awaited.has(keyOf(identity))
  }

  private postpone(byMs: number): void {
    for (const live of this.brokerLiveTable.values()) live.expiresAt += byMs
    for (const [key, until] of this.awaited) this.awaited.set(key, until + byMs)
  }

  private drop(isGone: (live: Live) => boolean): BrokerIdentity[] {
    const gone = [...this.brokerLiveTable].filter(([, live]) => isGone(live))
    for (const [key] of gone) {
      this.brokerLiveTable.delete(key)
      this.awaited.delete(key)
    }
    return gone.map(([, { identity }]) => identity)
  }
}
