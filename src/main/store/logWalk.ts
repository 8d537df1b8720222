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
  /** The last segment has `bytes` at its end that are no record, or of a batch that is not whole: `records` of it are. */
  onTornTail(physicalOffset: number, bytes: number, records: number): void
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
  const onUnfinished = (count: number): void => {
    records = count
  }
  // A batch never leaves its segment, so only at the log's end can one be unfinished rather than damaged.
  const unfinished = next === undefined ? 'cut' : 'keep'
  const goodEnd = await new LogScanner(segment).scan(start, { ...events, onUnfinished }, unfinished)
  if (next !== undefined) {
    if (goodEnd < next.base) events.onDamage(goodEnd, next.base - goodEnd)
  } else if (segment.end > goodEnd) events.onTornTail(goodEnd, segment.end - goodEnd, records)
}
