/**
 * Replication as the rest of the broker sees it. A broker is master or slave for as long as it runs: another role means
 * another start. Java: HAService.
 */
import type { Emitter } from '../../base/emitter'

/** One stretch of the log's history, written by one master. Java: EpochEntry. */
export interface EpochEntry {
  readonly epoch: number
  /** Physical offset its first byte has. */
  readonly startOffset: number
  /** Where the next epoch begins; undefined: it goes on. With RocketMQ Long.MAX_VALUE. */
  readonly endOffset: number | undefined
  /** Chosen by the master that began it: two masters may both have begun an epoch of that number. Not RocketMQ's. */
  readonly id: string
}

/** How far a slave that is connected has come. Java: HAConnectionRuntimeInfo. */
export interface HaConnectionInfo {
  /** `ip:port` of the slave's end of the connection. */
  readonly addr: string
  /** As it said before it connected; undefined of a slave that is not ours. */
  readonly brokerId: number | undefined
  /** Physical offset it has reported; -1 before the first report. */
  readonly slaveAckOffset: number
  /** Bytes it is behind. */
  readonly diff: number
  /** Not further behind than haMaxGapNotInSync. */
  readonly inSync: boolean
  readonly transferredByteInSecond: number
  readonly transferFromWhere: number
  /** Monotonic time at which it last had everything there was when it reported; -Infinity before. For the controller's sync-state set. */
  readonly lastCaughtUpAt: number
}

/** How far this slave has come. Java: HAClientRuntimeInfo. */
export interface HaClientInfo {
  /** HA address of the master it follows or tries to. */
  readonly masterAddr: string | undefined
  /** Connected, and the log is one with the master's. */
  readonly isFollowing: boolean
  /** Wall clock of the last byte from and to the master, in ms; 0 before. */
  readonly lastReadTimestamp: number
  readonly lastWriteTimestamp: number
  readonly maxOffset: number
  readonly transferredByteInSecond: number
}

/** What GET_BROKER_HA_STATUS tells. Java: HARuntimeInfo. */
export interface HaRuntimeInfo {
  readonly master: boolean
  readonly masterCommitLogMaxOffset: number
  readonly inSyncSlaveNums: number
  readonly haConnectionInfo: readonly HaConnectionInfo[]
  readonly haClientRuntimeInfo: HaClientInfo
}

/** Where a slave finds its master, as a nameserver's answer to its registration says. */
export interface HaMaster {
  /** `ip:port` of the HA port. */
  readonly haServerAddr: string
  /** `ip:port` the master serves requests on: there its epochs are asked for. */
  readonly masterAddr: string
}

/** What replication found and did, for the log and the window. */
export type HaReport =
  /** The end of this slave's log was not its master's: it was cut at the last common point. */
  | {
      kind: 'slave-truncated'
      physicalOffset: number
      bytes: number
      masterAddr: string
    }
  /** This slave's log and its master's have nothing in common that is known: it does not follow. */
  | { kind: 'slave-foreign'; masterAddr: string }

export interface HaService {
  /** `brokerIP2:haListenPort` as it is registered; of a slave too, which serves nobody. */
  readonly haServerAddr: string
  /** Bound port; 0 of a slave. */
  readonly haPort: number
  readonly runtimeInfo: HaRuntimeInfo
  /** Oldest first; at most MAX_EPOCHS. */
  readonly epochs: readonly EpochEntry[]
  /** A slave connected, went, fell behind or caught up. */
  readonly slavesChanged: Emitter<void>
  /** This slave connected to its master or lost it. */
  readonly followingChanged: Emitter<void>
  /** A slave follows this master from now on; undefined: none for now. The same again changes nothing. Of a master it is not asked for. */
  setMaster(master: HaMaster | undefined): void
  /** Of a master with a controller: with allAckInSyncStateSet these brokers must have a message; undefined: all in sync. */
  useSyncStateSet(brokerIds: ReadonlySet<number> | undefined): void
  /** Which broker opens its HA connection from this `ip:port`: a slave says so where it asks for the epochs. */
  introduce(slaveAddr: string, brokerId: number): void
  /** Closes the links; what waits for a slave is answered FLUSH_SLAVE_TIMEOUT. */
  stop(): Promise<void>
}
