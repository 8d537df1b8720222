import type { MessageStore } from '../store/messageStore'
import type { BrokerStatsManager } from './brokerStatsManager'
import type { ConsumerOffsetManager } from './consumerOffsetManager'
import type { PullRequestHoldService } from './pullRequestHoldService'
import type { TopicConfigManager } from './topicConfigManager'
import type { TopicTable } from './topicTable'
import type { MessageTrace } from './trace/messageTrace'

interface Deps {
  topics: Pick<TopicConfigManager, 'delete'>
  table: Pick<TopicTable, 'drop'>
  store: Pick<MessageStore, 'deleteTopic'>
  stats: Pick<BrokerStatsManager, 'onTopicDeleted'>
  trace: Pick<MessageTrace, 'onTopicDeleted'>
  heldPulls: Pick<PullRequestHoldService, 'resumeTopic'>
  offsets: Pick<ConsumerOffsetManager, 'removeTopic'>
}

/** Takes a topic out of everything that knows of it. Java: AdminBrokerProcessor.deleteTopic. */
export class TopicRemoval {
  constructor(private readonly deps: Deps) {}

  /** False where there is no such topic. */
  async remove(topic: string): Promise<boolean> {
    const { topics } = this.deps
    // Nobody can send to it any more before its queues go.
    if (!(await topics.delete(topic))) return false
    await this.forget(topic)
    return true
  }

  /** Of a slave, whose master has it no more; by then its log may have brought a new one of that name. */
  async follow(topic: string): Promise<void> {
    const kept = this.deps.table.drop(topic)
    await this.forget(topic)
    await kept
  }

  private async forget(topic: string): Promise<void> {
    const { store, stats, trace, heldPulls, offsets } = this.deps
    store.deleteTopic(topic)
    stats.onTopicDeleted(topic)
    trace.onTopicDeleted(topic)
    heldPulls.resumeTopic(topic)
    await offsets.removeTopic(topic)
  }
}
