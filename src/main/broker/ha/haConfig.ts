/** The broker's properties replication goes by, read at each use. Java: MessageStoreConfig, BrokerConfig. */
export interface HaConfig {
  /** Time without a byte after which a transfer without a body, or a report, is sent; in ms. */
  readonly haSendHeartbeatInterval: number
  /** Time without a byte from the other side after which a link is closed; in ms. */
  readonly haHousekeepingInterval: number
  /** Bytes of log in one transfer at most. */
  readonly haTransferBatchSize: number
  /** Bytes a slave may be behind and still count. 4.x: haSlaveFallbehindMax. */
  readonly haMaxGapNotInSync: number
  /** Time a SYNC_MASTER's answer waits for slaves, in ms. */
  readonly slaveTimeout: number
  /** Replicas, the master included, that must have a message before SEND_OK; a SYNC_MASTER waits for one slave at least. */
  readonly inSyncReplicas: number
  /** Replicas, the master included, that must be in sync for a message to be stored at all. */
  readonly minInSyncReplicas: number
  /** Every slave in sync must have a message before SEND_OK. */
  readonly allAckInSyncStateSet: boolean
}
