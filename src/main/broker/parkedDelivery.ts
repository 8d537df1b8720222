import type { Log } from '../base/log'
import { countedSize, type MessageInner } from '../protocol/message/messageCodec'
import type { MessageStore } from '../store/messageStore'
import type { BrokerStatsManager } from './brokerStatsManager'
import type { TopicConfigManager } from './topicConfigManager'

/** Messages delivered in one turn, and their bytes (but always at least one): what is put together is written together. */
export const DELIVERY_MESSAGES = 64
export const DELIVERY_BYTES = 1024 * 1024

/** Time until what the store refused is tried again. */
export const DELIVERY_RETRY_MS = 1000

interface Deps {
  log: Log
  store: Pick<MessageStore, 'putMessage'>
  topics: Pick<TopicConfigManager, 'select'>
  stats: Pick<BrokerStatsManager, 'incPut'>
  onStored?: (message: MessageInner) => void
}

/**
 * Stores parked messages where they belong, past all hooks: they were through them. What can never be stored (its topic
 * was deleted, a limit was lowered) is told in the log and given up.
 */
export class ParkedDelivery {
  constructor(private readonly deps: Deps) {}

  /** False: refused for now, to be tried again. Never rejects. */
  async deliver(message: MessageInner): Promise<boolean> {
    const { log, store, topics, stats, onStored } = this.deps
    const { topic } = message
    if (!topics.select(topic)) {
      log.warn(`a delayed message for ${topic} was given up: the topic does not exist any more`)
      return true
    }
    const result = await store.putMessage(message)
    switch (result.status) {
      case 'PUT_OK':
      case 'FLUSH_DISK_TIMEOUT':
      case 'FLUSH_SLAVE_TIMEOUT':
      case 'SLAVE_NOT_AVAILABLE':
        stats.incPut(topic, 1, countedSize(message))
        onStored?.(message)
        return true
      case 'SERVICE_NOT_AVAILABLE':
      case 'IN_SYNC_REPLICAS_NOT_ENOUGH':
        return false
      default:
        log.error(`a delayed message for ${topic} was given up: ${result.reason}`)
        return true
    }
  }
}
