/** One query by key: what the index names is read and compared, so that equal hashes never surface. */
import { endOfTurn } from '../base/turn'
import { decodeMessage } from '../protocol/message/messageCodec'
import type { CommitLog } from './commitLog'
import type { ConsumeQueueStore } from './consumeQueueStore'
import type { IndexService } from './indexService'
import type { StoreLimits } from './limits'
import { isIndexed, messageKeys } from './messageKeys'
import type { QueryMessageQuery, QueryMessageResult } from './messageStore'

export interface KeyQueryDeps {
  commitLog: Pick<CommitLog, 'look' | 'minOffset'>
  queues: Pick<ConsumeQueueStore, 'queuesOf'>
  index: Pick<IndexService, 'candidates' | 'lastUpdateTimestamp' | 'lastUpdatePhyOffset'>
  limits: Pick<StoreLimits, 'queryMaxNum' | 'queryMaxBytes'>
}

/** Messages read before the event loop gets its turn. */
const READ_SLICE = 16

export class KeyQuery {
  private readonly messages: Buffer[] = []
  private readonly maxNum: number
  private bytes = 0

  constructor(
    private readonly deps: KeyQueryDeps,
    private readonly query: QueryMessageQuery
  ) {
    this.maxNum = Math.min(query.maxNum, deps.limits.queryMaxNum)
  }

  async run(): Promise<QueryMessageResult> {
    await this.collect()
    const { lastUpdateTimestamp, lastUpdatePhyOffset } = this.deps.index
    return {
      messages: this.messages,
      indexLastUpdateTimestamp: lastUpdateTimestamp,
      indexLastUpdatePhyoffset: lastUpdatePhyOffset
    }
  }

  private async collect(): Promise<void> {
    const { topic, key, beginTimestamp, endTimestamp } = this.query
    const sinceOffset = this.sinceOffset()
    if (sinceOffset === undefined || this.maxNum <= 0) return
    const wanted = { sinceOffset, beginTimestamp, endTimestamp }
    let read = 0
    for (const offsets of this.deps.index.candidates(topic, key, wanted)) {
      for (const physicalOffset of offsets) {
        if (!this.take(physicalOffset)) return
        if (++read % READ_SLICE === 0) await turn()
      }
      await turn()
    }
  }

  /** False when nothing more goes. */
  private take(physicalOffset: number): boolean {
    const bytes = this.deps.commitLog.look(physicalOffset)
    if (bytes === undefined || !this.isWanted(bytes)) return true
    if (this.messages.length > 0 && this.bytes + bytes.length > this.deps.limits.queryMaxBytes)
      return false
    this.messages.push(bytes)
    this.bytes += bytes.length
    return this.messages.length < this.maxNum
  }

  private isWanted(bytes: Buffer): boolean {
    const { topic, key, beginTimestamp, endTimestamp } = this.query
    const message = decodeMessage(bytes)
    return (
      message.topic === topic &&
      message.storeTimestamp >= beginTimestamp &&
      message.storeTimestamp <= endTimestamp &&
      isIndexed(message.sysFlag) &&
      messageKeys(message.properties).includes(key)
    )
  }

  /** Where the topic that is there now begins, or what is left of the log; undefined when it holds no queue. */
  private sinceOffset(): number | undefined {
    const [queue] = this.deps.queues.queuesOf(this.query.topic)
    return queue && Math.max(queue.sinceOffset, this.deps.commitLog.minOffset)
  }
}

const turn = (): Promise<void> => new Promise<void>((resolve) => endOfTurn(resolve))
