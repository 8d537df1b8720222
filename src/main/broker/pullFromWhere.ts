/** Where a puller should pull next: the master, or a slave that may read old messages from its disk. Java: PullMessageProcessor.composeResponseHeader. */
import { MASTER_ID } from '../../shared/clusterSpec'
import type { SubscriptionGroupConfig } from '../protocol/bodies/subscriptionGroup'
import { MessagePosition, readLong } from '../protocol/message/messageCodec'
import type { GetMessageResult, MessageStore } from '../store/messageStore'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'

interface Deps {
  config: Pick<BrokerConfig, 'slaveReadEnable' | 'offsetCheckInSlave'>
  identity: Pick<BrokerIdentity, 'role'>
  store: Pick<MessageStore, 'stats'>
  /** Bytes behind the log's end from which on messages are read from disk. Java: accessMessageInMemoryMaxRatio of the RAM. */
  accessMessageInMemoryBytes: number
}

export class PullFromWhere {
  constructor(private readonly deps: Deps) {}

  get isSlave(): boolean {
    return this.deps.identity.role === 'SLAVE'
  }

  suggestWhichBrokerId(
    group: Pick<SubscriptionGroupConfig, 'brokerId' | 'whichBrokerWhenConsumeSlowly'>,
    result: Pick<GetMessageResult, 'status' | 'messages'>
  ): number {
    if (!this.deps.config.slaveReadEnable) return MASTER_ID
    if (this.isFarBehind(result)) return group.whichBrokerWhenConsumeSlowly
    return this.isSlave ? MASTER_ID : group.brokerId
  }

  /**
   * A slave may not have yet what its master has: an offset beyond its own is not corrected, the reader waits there
   * (RocketMQ lets it ask again at once, without end). Java: nextOffsetCorrection.
   */
  leavesOffset({ status }: Pick<GetMessageResult, 'status'>, offset: number): boolean {
    if (!this.isSlave || this.deps.config.offsetCheckInSlave) return false
    switch (status) {
      case 'OFFSET_OVERFLOW_BADLY':
      case 'OFFSET_TOO_SMALL':
        return true
      case 'NO_MATCHED_LOGIC_QUEUE':
      case 'NO_MESSAGE_IN_QUEUE':
        return offset !== 0
      default:
        return false
    }
  }

  private isFarBehind({
    status,
    messages
  }: Pick<GetMessageResult, 'status' | 'messages'>): boolean {
    const last = messages.at(-1)
    if (status !== 'FOUND' || !last) return false
    const { stats } = this.deps.store
    return (
      stats.maxPhysicalOffset - readLong(last, MessagePosition.PHYSICAL_OFFSET) >
      this.deps.accessMessageInMemoryBytes
    )
  }
}
