/** How a start and the inspection go over the log: both judge it by the same rules. */
import { LogScanner, type ScanEvents } from './logScanner'
import { judgeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentFile } from './segmentFile'

/** What a segment's header says; 'short' when the file ends before the header does. */
export const readSegmentHeader = (segment: SegmentFile): number | 'damaged' | 'short' => {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  const got = segment.read(header, segment.base)
  const version = judgeSegmentHeader(header, segment.base)
  return version === 'damaged' && got < header.length ? 'short' : version
}

export interface WalkEvents extends Pick<ScanEvents, 'onRecord' | 'onDamage'> {
  onTornTail(tail: TornTail): void
}

/** The last segment has `bytes` at its end that are no record, or of a batch that is not whole. */
export interface TornTail {
  physicalOffset: number
  bytes: number
  /** Sound ones, of the batch that is not whole. */
  records: number
  /** The record before it is of a broken batch, which must not become the torn tail of a later start. */
  isBehindBroken: boolean
}

/** Walks the records of `segment` from `from` on; what lies between its last one and `next` is damage. */
export const walkSegment = async (
  segment: SegmentFile,
  next: SegmentFile | undefined,
  from: number,
  events: WalkEvents
): Promise<void> => {
  if ((next?.base ?? Infinity) <= from) return
  const start = Math.max(from, segment.base + SEGMENT_HEADER_BYTES)
  let records = 0
  let isBehindBroken = false
  const onUnfinished = (count: number): void => {
    records = count
  }
  const onBrokenEnd = (): void => {
    isBehindBroken = true
  }
  // A batch never leaves its segment, so only at the log's end can one be unfinished rather than damaged.
  const unfinished = next === undefined ? 'cut' : 'keep'
  const goodEnd = await new LogScanner(segment).scan(
    start,
    { ...events, onUnfinished, onBrokenEnd },
    unfinished
  )
  if (next !== undefined) {
    if (goodEnd < next.base) events.onDamage(goodEnd, next.base - goodEnd)
  } else if (segment.end > goodEnd) {
    const bytes = segment.end - goodEnd
    events.onTornTail({ physicalOffset: goodEnd, bytes, records, isBehindBroken })
  }
}
