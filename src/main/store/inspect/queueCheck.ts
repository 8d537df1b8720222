/** One consume queue held against the log, record by record in the log's order. */
import { readLong } from '../../protocol/message/messageCodec'
import type { QueueState } from '../checkpoint'
import { newSpan, type ConsumeQueue } from '../consumeQueue'
import type { Damage } from './damage'
import type { QueueInspection } from './inspection'

export interface QueueFound {
  queue: ConsumeQueue
  /** Has it a folder? */
  hasFiles: boolean
  state: QueueState | undefined
  fitsCheckpoint: boolean | null
}

export interface RecordPlace {
  queueOffset: number
  physicalOffset: number
  size: number
  tagsCode: number
}

const span = newSpan()

export class QueueCheck {
  private records = 0
  private pending = 0
  private missing = 0
  private wrong = 0
  private dangling = 0
  private lost = 0
  /** Queue offset behind the newest record seen. */
  private expected: number | undefined
  private lastPhysicalOffset = 0
  /** Where the first entry points: records before it are of an earlier topic of the name. */
  private readonly bornAt: number

  constructor(
    private readonly found: QueueFound,
    private readonly damage: Damage,
    private readonly log: { minOffset: number; checkpoint: number }
  ) {
    const { queue, fitsCheckpoint } = found
    this.bornAt = fitsCheckpoint === false ? 0 : queue.physicalOffsetAt(queue.minOffset)
  }

  /** False when the record is not of this queue's life. */
  onRecord(place: RecordPlace): boolean {
    const { queueOffset, physicalOffset } = place
    const { queue, state } = this.found
    const isBeforeCheckpoint = physicalOffset < this.log.checkpoint
    if (physicalOffset < this.bornAt) return false
    if (isBeforeCheckpoint && state !== undefined && queueOffset >= state.maxOffset) return false
    this.records++
    this.expected ??= this.firstExpected(queueOffset)
    if (queueOffset > this.expected) this.unseen(this.expected, queueOffset, physicalOffset)
    this.expected = queueOffset + 1
    this.lastPhysicalOffset = physicalOffset
    if (queueOffset < queue.minOffset) return true
    if (queueOffset >= queue.maxOffset) {
      if (isBeforeCheckpoint && state !== undefined) this.missing++
      else this.pending++
    } else if (!this.entryFits(place)) this.wrong++
    return true
  }

  /** After the last record: the entries behind it. */
  finish(logEnd: number): void {
    const { queue } = this.found
    const from = this.expected ?? queue.minOffset
    if (queue.maxOffset > from) this.unseen(from, queue.maxOffset, logEnd)
  }

  result(): QueueInspection {
    const { queue, fitsCheckpoint, hasFiles, state } = this.found
    return {
      topic: queue.topic,
      queueId: queue.queueId,
      topicId: hasFiles || state !== undefined ? queue.topicId : null,
      entries: queue.maxOffset - queue.minOffset,
      minOffset: queue.minOffset,
      maxOffset: queue.maxOffset,
      records: this.records,
      pendingEntries: this.pending,
      missingEntries: this.missing,
      wrongEntries: this.wrong,
      danglingEntries: this.dangling,
      lostRecords: this.lost,
      fitsCheckpoint
    }
  }

  /** What is before the first record of a log that does not begin at 0 was taken by retention. */
  private firstExpected(queueOffset: number): number {
    const { queue } = this.found
    if (queue.maxOffset > queue.minOffset) return queue.minOffset
    return this.log.minOffset > 0 ? queueOffset : 0
  }

  private entryFits({ queueOffset, physicalOffset, size, tagsCode }: RecordPlace): boolean {
    if (!this.found.queue.locate(queueOffset, span)) return false
    const { buffer, at } = span
    return (
      readLong(buffer, at) === physicalOffset &&
      buffer.readInt32BE(at + 8) === size &&
      readLong(buffer, at + 12) === tagsCode
    )
  }

  /** Queue offsets [from, to) of which the log has no record; the next one it has lies at `nextPhysicalOffset`. */
  private unseen(from: number, to: number, nextPhysicalOffset: number): void {
    const { queue } = this.found
    const hole = this.damage.onlyOneBetween(this.lastPhysicalOffset, nextPhysicalOffset)
    const lose = (count: number, range = hole): void => {
      this.lost += count
      if (range !== undefined) range.lostRecords += count
    }
    const entriesEnd = Math.max(from, Math.min(to, queue.maxOffset))
    for (let index = from; index < entriesEnd; index++) {
      // An entry of no bytes was put there by a start that found the record lost.
      const isFiller = !queue.locate(index, span) || span.buffer.readInt32BE(span.at + 8) === 0
      if (isFiller) {
        lose(1)
        continue
      }
      const range = this.damage.at(readLong(span.buffer, span.at))
      if (range === undefined) this.dangling++
      else lose(1, range)
    }
    lose(to - entriesEnd)
  }
}
