/**
 * How old a segment is: the store time of its newest record, not the file's own time, which a copy or a restored backup
 * makes anew. Store times never decrease inside the log, so the first record of the next segment bounds it from above;
 * only where that bound leaves it open is the segment read, once.
 */
import type { CommitLog } from './commitLog'
import { LogScanner } from './logScanner'
import { STORE_TIMESTAMP_HEAD_BYTES, storeTimestampAt } from './recordCodec'
import { SEGMENT_HEADER_BYTES, type SegmentFile } from './segmentFile'

export class SegmentAge {
  private scanned: { base: number; newest: number } | undefined

  constructor(private readonly commitLog: Pick<CommitLog, 'peekHead'>) {}

  /** Is every record of `segment`, which ends where `next` begins, stored at or before `time`? */
  async isBefore(segment: SegmentFile, next: SegmentFile, time: number): Promise<boolean> {
    const after = this.firstStoreTime(next)
    if (after !== undefined && after <= time) return true
    const first = this.firstStoreTime(segment)
    if (first !== undefined && first > time) return false
    return (await this.newestStoreTime(segment)) <= time
  }

  /** Undefined when the first record cannot be read. */
  private firstStoreTime(segment: SegmentFile): number | undefined {
    const head = this.commitLog.peekHead(
      segment.base + SEGMENT_HEADER_BYTES,
      STORE_TIMESTAMP_HEAD_BYTES
    )
    return head && storeTimestampAt(head, 0)
  }

  /** 0 for a segment without a sound record: nothing in it can be read, so nothing is kept by keeping it. */
  private async newestStoreTime(segment: SegmentFile): Promise<number> {
    if (this.scanned?.base === segment.base) return this.scanned.newest
    let newest = 0
    await new LogScanner(segment).scan(segment.base + SEGMENT_HEADER_BYTES, {
      onRecord: (source, at) => {
        newest = Math.max(newest, storeTimestampAt(source, at))
      },
      // Recovery or a reader has told of it, or will.
      onDamage: () => undefined
    })
    this.scanned = { base: segment.base, newest }
    return newest
  }
}
