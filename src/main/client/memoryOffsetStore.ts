import type { MessageQueue } from '../protocol/bodies/messageQueue'
import type { OffsetStore } from './remoteBrokerOffsetStore'
import { queueKey } from '../protocol/topicQueues'

/**
 * How far one member of a broadcasting group is. In memory: unlike Java's LocalFileOffsetStore it ends with the
 * consumer, and the next one begins where consumeFromWhere says.
 */
export class MemoryOffsetStore implements OffsetStore {
  private readonly offsets = new Map<string, number>()

  update(queue: MessageQueue, offset: number): void {
    this.offsets.set(queueKey(queue), offset)
  }

  toCommit(): undefined {
    return undefined
  }

  fetch(queue: MessageQueue): Promise<number | undefined> {
    return Promise.resolve(this.offsets.get(queueKey(queue)))
  }

  persistAllOneway(): void {
    // Nobody else needs to know.
  }

  persist(): Promise<void> {
    return Promise.resolve()
  }

  /** A queue that comes back goes on where it was. */
  release(): Promise<void> {
    return Promise.resolve()
  }

  forget(): void {
    // As `release`.
  }
}
