import { TIMER_TOPIC } from '../../../protocol/topicNames'
import type { ConsumeQueueEntry, MessageStore } from '../../../store/messageStore'

const READ_AHEAD = 64

/** Reads entries of the timer queue one by one; what is asked for in the order of the queue is read ahead. */
export class EntryReader {
  private from = 0
  private entries: readonly ConsumeQueueEntry[] = []

  constructor(private readonly store: Pick<MessageStore, 'getConsumeQueueEntries'>) {}

  /** Undefined where it cannot be read. */
  at(offset: number): ConsumeQueueEntry | undefined {
    const known = this.entries[offset - this.from]
    if (known) return known
    const isNext = offset === this.from + this.entries.length
    this.from = offset
    this.entries = this.store.getConsumeQueueEntries(
      TIMER_TOPIC,
      0,
      offset,
      isNext ? READ_AHEAD : 1
    )
    return this.entries[0]
  }
}
