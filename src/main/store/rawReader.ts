/** Reads the log as bytes, wherever records begin: what a slave is sent. */
import type { CommitLog } from './commitLog'
import type { HotTail } from './hotTail'

export class RawReader {
  /** Where the disk refused a read; a second time the slave gets zeros there rather than nothing ever again. */
  private refusedAt = -1

  constructor(
    private readonly commitLog: Pick<
      CommitLog,
      'segments' | 'segmentOf' | 'minOffset' | 'writtenEnd'
    >,
    private readonly hotTail: Pick<HotTail, 'find'>
  ) {}

  /** See StoreReplica.read. */
  read(target: Buffer, physicalOffset: number): number | Promise<number> {
    const { commitLog } = this
    if (physicalOffset < commitLog.minOffset) return -1
    const length = Math.min(target.length, commitLog.writtenEnd - physicalOffset)
    if (length <= 0) return 0
    const extent = this.hotTail.find(physicalOffset)
    if (extent !== undefined) {
      const at = extent.at + (physicalOffset - extent.base)
      const bytes = Math.min(length, extent.end - physicalOffset)
      extent.buffer.copy(target, 0, at, at + bytes)
      return bytes
    }
    const segment = commitLog.segmentOf(physicalOffset)
    if (segment === undefined)
      return this.zeros(target, this.gapEnd(physicalOffset), physicalOffset)
    const part = target.subarray(0, Math.min(length, segment.end - physicalOffset))
    if (segment === commitLog.segments.at(-1))
      return this.judged(segment.read(part, physicalOffset), part)
    return segment.readAsync(part, physicalOffset).then(
      (bytes) => this.judged(bytes, part),
      (error: unknown) => {
        if (this.refusedAt === physicalOffset) return part.fill(0).length
        this.refusedAt = physicalOffset
        throw error
      }
    )
  }

  /** A file that is shorter than it was: what it lost comes as zeros too. */
  private judged(bytes: number, part: Buffer): number {
    if (bytes === 0) part.fill(0)
    return bytes === 0 ? part.length : bytes
  }

  /** Where the segment behind a place that no file holds begins. */
  private gapEnd(physicalOffset: number): number {
    const next = this.commitLog.segments.find(({ base }) => base > physicalOffset)
    return next?.base ?? this.commitLog.writtenEnd
  }

  private zeros(target: Buffer, end: number, physicalOffset: number): number {
    return target.subarray(0, Math.min(target.length, end - physicalOffset)).fill(0).length
  }
}
