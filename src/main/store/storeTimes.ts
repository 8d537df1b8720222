/** Questions about store times, answered from the log: it never goes back, so a queue can be searched by halves. */
import type { CommitLog } from './commitLog'
import { newSpan, type ConsumeQueue } from './consumeQueue'
import type { BoundaryType } from './messageStore'
import { STORE_TIMESTAMP_HEAD_BYTES, storeTimestampAt } from './recordCodec'
import { readLong } from '../protocol/message/messageCodec'
import { SEGMENT_HEADER_BYTES } from './segmentFile'

/** Larger messages are not read whole just to learn their time. */
const CHECKED_BYTES = 64 * 1024

export class StoreTimes {
  private earliest: { base: number; timestamp: number } | undefined

  constructor(private readonly commitLog: CommitLog) {}

  /** Store time of the message at `index`; undefined when it cannot be read. */
  at(queue: ConsumeQueue, index: number): number | undefined {
    const span = newSpan()
    if (!queue.locate(index, span)) return undefined
    const physicalOffset = readLong(span.buffer, span.at)
    const size = span.buffer.readInt32BE(span.at + 8)
    if (size === 0) return undefined
    const message =
      size <= CHECKED_BYTES
        ? this.commitLog.look(physicalOffset)
        : this.commitLog.peekHead(physicalOffset, STORE_TIMESTAMP_HEAD_BYTES)
    return message && storeTimestampAt(message, 0)
  }

  /**
   * LOWER: first offset stored at or after `timestamp`, else max; UPPER: last one at or before, else 0. A queue whose
   * messages retention took all answers for what is to come and for the last it had. Java: binarySearchInQueueByTime.
   */
  search(queue: ConsumeQueue, timestamp: number, boundary: BoundaryType): number {
    const { minOffset, maxOffset } = queue
    if (minOffset === maxOffset)
      return boundary === 'LOWER' ? maxOffset : Math.max(0, maxOffset - 1)
    // First offset that is too late for what is wanted of the ones before it.
    const isBehind = (time: number): boolean =>
      boundary === 'LOWER' ? time >= timestamp : time > timestamp
    let low = minOffset
    let high = maxOffset
    while (low < high) {
      const middle = (low + high) >>> 1
      const probe = this.firstReadable(queue, middle, high)
      if (probe === undefined || isBehind(probe.timestamp)) high = middle
      else low = probe.index + 1
    }
    if (boundary === 'LOWER') return low
    return low === minOffset ? 0 : low - 1
  }

  /** Store time of the first record of the log; -1 when there is none. */
  earliestInLog(): number {
    const first = this.commitLog.segments[0]
    if (first === undefined) return -1
    if (this.earliest?.base !== first.base) {
      for (const segment of this.commitLog.segments) {
        const message = this.commitLog.look(segment.base + SEGMENT_HEADER_BYTES)
        if (message === undefined) continue
        this.earliest = { base: first.base, timestamp: storeTimestampAt(message, 0) }
        return this.earliest.timestamp
      }
      return -1
    }
    return this.earliest.timestamp
  }

  /** The log was cut and may go on with other messages. */
  forget(): void {
    this.earliest = undefined
  }

  /** Damaged messages have no time: the next one behind speaks for them. */
  private firstReadable(
    queue: ConsumeQueue,
    from: number,
    end: number
  ): { index: number; timestamp: number } | undefined {
    for (let index = from; index < end; index++) {
      const timestamp = this.at(queue, index)
      if (timestamp !== undefined) return { index, timestamp }
    }
    return undefined
  }
}
