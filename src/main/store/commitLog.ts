/**
 * The append-only log: segments on disk, the newest bytes in the hot tail. Appending encodes; `write` brings everything
 * encoded since the last one to the files in one call. Java: CommitLog.
 */
import { join } from 'node:path'
import type { Disk } from '../base/disk'
import {
  encodeMessage,
  type MessageInner,
  type MessageLayout
} from '../protocol/message/messageCodec'
import type { FileCache } from './fileCache'
import type { HotTail } from './hotTail'
import type { MessageStoreConfig } from './messageStore'
import { isRecord, peekSize, RECORD_HEAD_BYTES, sealRecord, TRAILER_BYTES } from './recordCodec'
import {
  baseOfHeader,
  encodeSegmentHeader,
  offsetName,
  parseOffsetName,
  SEGMENT_HEADER_BYTES,
  SegmentFile
} from './segmentFile'
import { oneLine } from './writeability'

export interface CommitLogDeps {
  disk: Disk
  folder: string
  files: FileCache
  hotTail: HotTail
  config: Pick<MessageStoreConfig, 'mappedFileSizeCommitLog' | 'flushDiskType'> &
    Partial<Pick<MessageStoreConfig, 'gantryStoreQuota'>>
}

/** Where a record stands in the batch it came with. */
export type BatchPart = 'alone' | 'first' | 'middle' | 'last'

export interface RecordPlace {
  queueOffset: number
  storeTimestamp: number
  part: BatchPart
  /** Bytes of all records of its batch, trailers included; 0 when it came alone. */
  batchBytes: number
}

/** A segment takes at most this part of the quota, so that there is always an older one that can go. */
const QUOTA_PART = 4

/** First read of a message of unknown size. */
const LOOK_BYTES = 4096

export class CommitLog {
  readonly folder: string
  /** In order; each ends where the next begins, unless damage took bytes. */
  segments: SegmentFile[] = []
  /** Files found under the name of another place of the log; no part of it. */
  misplaced: { path: string; physicalOffset: number; bytes: number }[] = []
  /** Behind the last written byte: what readers may see. */
  writtenEnd = 0
  /** A failed write was taken back whole; false: half a record may be at the end of the file. */
  isTailSound = true
  /** Behind the last encoded byte. */
  private end = 0
  /** Segments were made or removed and a power cut could still undo it; what a start finds may be such. */
  private areNamesUnsynced = true
  /** Base of the segment the next record goes to; it may still have to be created. */
  private tailBase: number | undefined

  constructor(private readonly deps: CommitLogDeps) {
    this.folder = join(deps.folder, 'commitlog')
  }

  get minOffset(): number {
    return this.segments[0]?.base ?? this.writtenEnd
  }

  /** Bytes of a segment before the next one begins. */
  get segmentBytes(): number {
    const { mappedFileSizeCommitLog, gantryStoreQuota = Infinity } = this.deps.config
    return Math.min(mappedFileSizeCommitLog, Math.floor(gantryStoreQuota / QUOTA_PART))
  }

  get pendingBytes(): number {
    return this.end - this.writtenEnd
  }

  /** Finds the segments there are; the end is what the files hold, not yet checked. Changes nothing. */
  scanFolder(): void {
    const { disk } = this.deps
    this.misplaced = []
    const bases = disk
      .list(this.folder)
      .map(parseOffsetName)
      .filter((base): base is number => base !== undefined && !this.isMisplaced(base))
    this.segments = bases.map((base, i) => {
      const size = disk.size(join(this.folder, offsetName(base))) ?? 0
      const end = Math.min(base + size, bases[i + 1] ?? Infinity)
      return new SegmentFile(disk, this.deps.files, this.folder, base, end, end)
    })
    this.startAt(this.segments.at(-1)?.end ?? 0)
  }

  /** Where appending goes on after recovery. */
  startAt(end: number): void {
    this.writtenEnd = end
    this.end = end
    this.tailBase = this.segments.at(-1)?.base
  }

  /**
   * Encodes behind everything encoded before; returns the physical offset. A batch lies in one segment.
   * @throws RangeError when a field does not fit the layout; nothing is kept then.
   */
  append(
    message: MessageInner,
    layout: MessageLayout,
    { queueOffset, storeTimestamp, part, batchBytes }: RecordPlace
  ): number {
    const { hotTail } = this.deps
    const bytes = layout.totalSize + TRAILER_BYTES
    const together = Math.max(bytes, batchBytes)
    const { segmentBytes } = this
    let base = this.tailBase
    let physicalOffset = this.end
    const isFull = (from: number): boolean =>
      physicalOffset + together - from > segmentBytes &&
      physicalOffset > from + SEGMENT_HEADER_BYTES
    if (base === undefined || ((part === 'alone' || part === 'first') && isFull(base))) {
      base = physicalOffset
      physicalOffset += SEGMENT_HEADER_BYTES
    }
    const extent = hotTail.reserve(bytes, physicalOffset, base)
    const at = extent.at + (physicalOffset - extent.base)
    const fields = { queueOffset, physicalOffset, storeTimestamp }
    const end = encodeMessage(message, layout, fields, extent.buffer, at)
    if (end !== at + layout.totalSize) throw new RangeError('the message is not of its layout')
    const isContinued = part === 'first' || part === 'middle'
    sealRecord(extent.buffer, at, end, message.tagsCode, isContinued)
    this.end = physicalOffset + bytes
    this.tailBase = base
    hotTail.advance(extent, this.end)
    return physicalOffset
  }

  /** Takes bytes as another log has them at this place: what is whole of one record; they stay unseen until `write`. */
  appendRaw(source: Buffer, from: number, to: number): void {
    const { hotTail } = this.deps
    const extent = hotTail.reserve(to - from, this.end, this.tailBase ?? 0)
    source.copy(extent.buffer, extent.at + (this.end - extent.base), from, to)
    this.end += to - from
    hotTail.advance(extent, this.end)
  }

  /** Where the next append would begin to count from; for taking back what a refused batch encoded. */
  mark(): { end: number; tailBase: number | undefined } {
    return { end: this.end, tailBase: this.tailBase }
  }

  takeBack(mark: { end: number; tailBase: number | undefined }): void {
    this.end = mark.end
    this.tailBase = mark.tailBase
    this.deps.hotTail.discard(mark.end)
  }

  /** Writes what is encoded before `to`. When it throws, nothing of it is in the log and the files end where they did. */
  write(to = this.end): void {
    const from = this.writtenEnd
    try {
      let buffers: Buffer[] = []
      let segment: SegmentFile | undefined
      for (const extent of this.deps.hotTail.since(from)) {
        if (extent.base >= to) break
        if (segment?.base !== extent.segmentBase) {
          segment?.append(buffers)
          buffers = []
          segment = this.segmentToWrite(extent.segmentBase)
        }
        const skip = Math.max(0, from - extent.base)
        const end = Math.min(extent.end, to)
        buffers.push(extent.buffer.subarray(extent.at + skip, extent.at + (end - extent.base)))
      }
      segment?.append(buffers)
    } catch (error) {
      this.undoWrite(from)
      throw error
    }
    this.writtenEnd = to
    this.deps.hotTail.evict(this.writtenEnd)
  }

  /** The segment that holds the byte at `physicalOffset`, with its place in the list. */
  segmentOf(physicalOffset: number): SegmentFile | undefined {
    let low = 0
    let high = this.segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.segments[middle]!.base <= physicalOffset) low = middle
      else high = middle - 1
    }
    const segment = this.segments[low]
    return segment && physicalOffset >= segment.base && physicalOffset < segment.end
      ? segment
      : undefined
  }

  /** The message of `size` bytes at `physicalOffset` if it is still in memory: a view, good until the caller waits. */
  inMemory(physicalOffset: number, size: number): Buffer | undefined {
    if (physicalOffset + size > this.writtenEnd) return undefined
    const extent = this.deps.hotTail.find(physicalOffset)
    if (extent === undefined) return undefined
    const at = extent.at + (physicalOffset - extent.base)
    return extent.buffer.subarray(at, at + size)
  }

  /** The whole message that begins at `physicalOffset`, checked; undefined when none does. */
  look(physicalOffset: number): Buffer | undefined {
    const segment = this.segmentOf(physicalOffset)
    if (segment === undefined) return undefined
    const room = Math.min(segment.end, this.writtenEnd) - physicalOffset
    let bytes = this.bytesAt(segment, physicalOffset, Math.min(room, LOOK_BYTES))
    if (bytes.length < RECORD_HEAD_BYTES) return undefined
    const size = peekSize(bytes, 0, physicalOffset)
    const whole = size + TRAILER_BYTES
    if (size === 0 || whole > room) return undefined
    if (bytes.length < whole) bytes = this.bytesAt(segment, physicalOffset, whole)
    return isRecord(bytes, 0, size, physicalOffset) ? bytes.subarray(0, size) : undefined
  }

  /** The first bytes of the message at `physicalOffset` without its checksum: only its place is checked. */
  peekHead(physicalOffset: number, length: number): Buffer | undefined {
    const segment = this.segmentOf(physicalOffset)
    if (segment === undefined) return undefined
    const bytes = this.bytesAt(segment, physicalOffset, length)
    return bytes.length === length && peekSize(bytes, 0, physicalOffset) > 0 ? bytes : undefined
  }

  /** Segments with unflushed bytes, oldest first. */
  unflushed(): SegmentFile[] {
    let from = this.segments.length
    while (from > 0 && this.segments[from - 1]!.flushedEnd < this.segments[from - 1]!.end) from--
    return this.segments.slice(from)
  }

  /** Drops the last segment, which holds nothing. */
  dropLast(): void {
    const last = this.segments.pop()
    if (last === undefined) return
    this.areNamesUnsynced = true
    this.deps.disk.remove(last.path)
  }

  /** Part of a flush: bytes are only safe in a file whose name is. Must not be called again after it failed. */
  async syncNames(): Promise<void> {
    if (!this.areNamesUnsynced || this.segments.length === 0) return
    this.areNamesUnsynced = false
    await this.deps.disk.syncFolder(this.folder)
  }

  /**
   * Ends the log at `end` by beginning the next segment there, on the platter: what the file of the last one holds behind
   * is no part of it from then on. @throws the disk's error; nothing is changed then.
   */
  sealAt(end: number): void {
    const last = this.segments.at(-1)
    try {
      this.segmentToWrite(end, true)
    } catch (error) {
      if (this.segments.at(-1) !== last) this.dropLast()
      throw error
    }
    this.startAt(end + SEGMENT_HEADER_BYTES)
  }

  /**
   * Ends the segment being written and goes on in one that begins at `base`, not before the end; another log's header
   * may be given. Only while nothing is pending. @throws the disk's error.
   */
  roll(base = this.writtenEnd, header = encodeSegmentHeader(base)): void {
    try {
      this.segmentToWrite(base, false, header)
    } catch (error) {
      this.undoWrite(this.writtenEnd)
      throw error
    }
    this.startAt(base + SEGMENT_HEADER_BYTES)
  }

  /** Takes the segments that are left and the end of the last one; the files are the caller's business. */
  cutTo(segments: SegmentFile[], end: number): void {
    this.segments = segments
    this.deps.hotTail.discard(end)
    this.areNamesUnsynced = true
    this.startAt(end)
  }

  /** Readers no longer see the oldest segment; its file is the caller's to remove. */
  dropFront(): SegmentFile | undefined {
    const [first] = this.segments
    if (first === undefined || this.segments.length < 2) return undefined
    this.segments = this.segments.slice(1)
    first.seal()
    this.deps.files.forget(first.path)
    return first
  }

  close(): void {
    for (const segment of this.segments) segment.seal()
  }

  /** Does the file of that name say, and prove, that it belongs elsewhere? */
  private isMisplaced(base: number): boolean {
    const { disk } = this.deps
    const path = join(this.folder, offsetName(base))
    const own = this.readOwnBase(path)
    if (own === undefined || own === base) return false
    this.misplaced.push({ path, physicalOffset: base, bytes: disk.size(path) ?? 0 })
    return true
  }

  private readOwnBase(path: string): number | 'a folder' | undefined {
    const { disk } = this.deps
    const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
    try {
      const file = disk.open(path, 'r')
      try {
        file.read(header, 0, header.length, 0)
      } finally {
        file.close()
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EISDIR') return 'a folder'
      throw new Error(`${path} cannot be read: ${oneLine(error)}`, { cause: error })
    }
    return baseOfHeader(header)
  }

  private bytesAt(segment: SegmentFile, physicalOffset: number, length: number): Buffer {
    const extent = this.deps.hotTail.find(physicalOffset)
    if (extent !== undefined) {
      // A record never leaves its extent: what ends with it is long enough.
      const at = extent.at + (physicalOffset - extent.base)
      // A copy: the hot tail uses its memory again, and whoever looks may keep what he sees.
      const end = at + Math.min(length, extent.end - physicalOffset)
      return Buffer.from(extent.buffer.subarray(at, end))
    }
    const target = Buffer.allocUnsafe(length)
    try {
      return target.subarray(0, segment.read(target, physicalOffset))
    } catch {
      // Whoever asked hears that no message can be had there.
      return target.subarray(0, 0)
    }
  }

  private segmentToWrite(base: number, isDurable = false, header?: Buffer): SegmentFile {
    const last = this.segments.at(-1)
    if (last?.base === base) return last
    const { disk, files } = this.deps
    if (last === undefined) disk.mkdirp(this.folder)
    const segment = new SegmentFile(disk, files, this.folder, base, base, base)
    this.segments.push(segment)
    this.areNamesUnsynced = true
    segment.create(isDurable || this.deps.config.flushDiskType === 'SYNC_FLUSH', header)
    return segment
  }

  private undoWrite(end: number): void {
    this.takeBack({ end, tailBase: undefined })
    for (let last = this.segments.at(-1); last && last.base >= end; last = this.segments.at(-1)) {
      last.seal()
      this.undoing(() => this.dropLast())
    }
    const tail = this.segments.at(-1)
    this.tailBase = tail?.base
    // A disk that refuses this too leaves half a record; recovery cuts it, and nothing was acknowledged.
    if (tail) this.undoing(() => tail.cut(end))
  }

  private undoing(action: () => void): void {
    try {
      action()
    } catch {
      // The failed write is what gets reported; see the caller.
      this.isTailSound = false
    }
  }
}
