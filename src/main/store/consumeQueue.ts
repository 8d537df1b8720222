/**
 * Where the messages of one topic queue lie in the log. The newest entries are in memory until their page is full;
 * files lag behind by at most a page and a checkpoint. Java: ConsumeQueue.
 */
import { readLong, writeLong } from '../protocol/message/messageCodec'
import type { QueueState } from './checkpoint'
import { ENTRY_BYTES, type ConsumeQueueFiles } from './consumeQueueFiles'
import type { Page, PageCache } from './pageCache'

/** 4,000 bytes: what is written at once and read at once. */
export const PAGE_ENTRIES = 200
const FIRST_TAIL_ENTRIES = 16

/** Neighbouring entries, as bytes: [at, end) in `buffer`. Good until the next append. */
export interface EntrySpan {
  buffer: Buffer
  at: number
  end: number
}

export const newSpan = (): EntrySpan => ({ buffer: Buffer.alloc(0), at: 0, end: 0 })

const holds = (page: Page, index: number): boolean =>
  index >= page.from && (index - page.from) * ENTRY_BYTES < page.bytes.length

export class ConsumeQueue {
  /** First index there is; more than 0 once retention took older ones. */
  minOffset = 0
  /** Behind the last entry of a written message. */
  maxOffset = 0
  /** Next to be assigned; ahead of maxOffset by messages that wait for the end of the turn. */
  nextOffset = 0
  isDeleted = false
  /** Has entries the files lack. Kept by whoever flushes. */
  isDirty = false
  /** Where the message at minOffset lies, once known; spares reading it at each deletion. */
  private minPhysical = -1
  private serial: number
  private tail: Buffer | undefined
  /** Index of the first entry in `tail`. */
  private tailFrom = 0

  constructor(
    readonly topic: string,
    readonly queueId: number,
    /** Numeric id of the topic's folder. */
    readonly topicId: number,
    /** Log records before it are of a deleted topic of the same name. */
    public sinceOffset: number,
    private readonly files: ConsumeQueueFiles,
    private readonly pages: PageCache
  ) {
    this.serial = pages.newSerial()
  }

  /** Takes over what the checkpoint says; false when the files are not what it says. */
  load(state: QueueState): boolean {
    if (!this.files.load(state.files)) return false
    if (state.minOffset > 0) this.files.removeStrays()
    this.startFrom(state.minOffset, state.files.length > 0 ? this.files.end : state.maxOffset)
    return true
  }

  /** What of it is in the files. */
  state(): QueueState {
    const { topic, topicId, queueId, minOffset } = this
    const files = this.files.states
    return { topic, topicId, queueId, minOffset, maxOffset: this.writtenTo(), files }
  }

  /** Gives whether a page became full: time to flush. Never throws. */
  append(physicalOffset: number, size: number, tagsCode: number): boolean {
    const tail = this.roomyTail()
    const at = (this.maxOffset - this.tailFrom) * ENTRY_BYTES
    writeLong(tail, physicalOffset, at)
    tail.writeInt32BE(size, at + 8)
    writeLong(tail, tagsCode, at + 12)
    this.maxOffset++
    if (this.nextOffset < this.maxOffset) this.nextOffset = this.maxOffset
    return this.maxOffset % PAGE_ENTRIES === 0
  }

  /** Writes what the files lack. A failure keeps the entries in memory, so that it may be tried again. */
  flush(): void {
    const written = this.writtenTo()
    if (this.tail !== undefined && written < this.maxOffset)
      this.files.append(
        written,
        this.tail.subarray(
          (written - this.tailFrom) * ENTRY_BYTES,
          (this.maxOffset - this.tailFrom) * ENTRY_BYTES
        )
      )
    if (this.maxOffset % PAGE_ENTRIES === 0) this.release()
  }

  /** Gives the memory of an idle queue back; what it held is in the files. */
  release(): void {
    if (this.tail === undefined || this.writtenTo() < this.maxOffset) return
    if (this.tailFrom % PAGE_ENTRIES === 0 && this.maxOffset - this.tailFrom === PAGE_ENTRIES)
      this.pages.set(this.serial, this.tailFrom / PAGE_ENTRIES, {
        from: this.tailFrom,
        bytes: this.tail
      })
    this.tail = undefined
  }

  /** Points `span` at the entry of `index` and its neighbours behind; false where none can be read. */
  locate(index: number, span: EntrySpan): boolean {
    if (index < this.minOffset || index >= this.maxOffset) return false
    if (this.tail !== undefined && index >= this.tailFrom) {
      span.buffer = this.tail
      span.at = (index - this.tailFrom) * ENTRY_BYTES
      span.end = (this.maxOffset - this.tailFrom) * ENTRY_BYTES
      return true
    }
    const page = this.pageWith(index)
    if (page === undefined) return false
    span.buffer = page.bytes
    span.at = (index - page.from) * ENTRY_BYTES
    span.end = page.bytes.length
    return true
  }

  /** Where a reader goes on when the entry at `index` cannot be had. */
  rollNextFile(index: number): number {
    return Math.min(this.maxOffset, Math.max(index + 1, this.files.nextFile(index)))
  }

  /**
   * The log begins at `minPhysical` now: minOffset moves to the first message at or behind it, or to maxOffset when
   * there is none. Gives the paths of files nothing needs any more, to be removed by the caller.
   */
  dropBefore(minPhysical: number): string[] {
    if (this.minOffset >= this.maxOffset || this.minPhysical >= minPhysical) return []
    this.minPhysical = this.physicalOffsetAt(this.minOffset)
    if (this.minPhysical >= minPhysical) return []
    const index = this.firstAtOrBehind(minPhysical)
    if (index === undefined) return []
    this.minOffset = index
    this.minPhysical = index < this.maxOffset ? this.physicalOffsetAt(index) : -1
    return this.files.dropBefore(index)
  }

  /** As `dropBefore`, for the dead part of its first file. @throws the disk's error; nothing is changed then. */
  trim(): string | undefined {
    const dropped = this.files.trimBefore(this.minOffset)
    if (dropped !== undefined) this.serial = this.pages.newSerial()
    return dropped
  }

  /** Bytes of its files. */
  get fileBytes(): number {
    return this.files.bytes
  }

  /** Begins with these offsets; nothing is in memory. */
  startFrom(min: number, max: number): void {
    this.minPhysical = -1
    this.minOffset = min
    this.maxOffset = max
    this.nextOffset = max
    this.tail = undefined
    this.serial = this.pages.newSerial()
  }

  /** -1 where no entry can be read. */
  physicalOffsetAt(index: number): number {
    const span = newSpan()
    return this.locate(index, span) ? readLong(span.buffer, span.at) : -1
  }

  /** First index whose message lies at or behind `physicalOffset`. */
  indexOfPhysical(physicalOffset: number): number {
    // Most often it is behind all of them.
    if (this.physicalOffsetAt(this.maxOffset - 1) < physicalOffset) return this.maxOffset
    let low = this.minOffset
    let high = this.maxOffset
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.physicalOffsetAt(middle) < physicalOffset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Forgets the entries from `index` on; only while nothing is unflushed. */
  truncate(index: number): void {
    this.files.truncate(index)
    this.startFrom(Math.min(this.minOffset, index), index)
  }

  /** Removes its files; it may begin anew. */
  clear(): void {
    this.files.removeAll()
    this.startFrom(0, 0)
  }

  remove(): void {
    this.isDeleted = true
    this.clear()
  }

  /** As `indexOfPhysical`; undefined when an entry on the way cannot be read now. */
  /** Behind the last entry whose message lies before `physicalOffset`. */
  maxOffsetBefore(physicalOffset: number): number {
    if (physicalOffset === Infinity) return this.maxOffset
    return this.firstAtOrBehind(physicalOffset) ?? this.maxOffset
  }

  private firstAtOrBehind(physicalOffset: number): number | undefined {
    let low = this.minOffset
    let high = this.maxOffset
    // Most often all of a small queue, or nothing, went.
    for (let probe = high - 1; low < high; probe = (low + high) >>> 1) {
      const at = this.physicalOffsetAt(probe)
      if (at === -1) return undefined
      if (at < physicalOffset) low = probe + 1
      else high = probe
    }
    return low
  }

  private writtenTo(): number {
    return this.files.states.length === 0 ? this.minOffset : this.files.end
  }

  private roomyTail(): Buffer {
    if (this.tail === undefined) {
      this.tailFrom = this.maxOffset
      this.tail = Buffer.allocUnsafeSlow(FIRST_TAIL_ENTRIES * ENTRY_BYTES)
    }
    const needed = (this.maxOffset - this.tailFrom + 1) * ENTRY_BYTES
    if (needed <= this.tail.length) return this.tail
    const doubled = this.tail.length * 2
    const page = PAGE_ENTRIES * ENTRY_BYTES
    // Beyond a page only while the files cannot be written.
    const larger = Buffer.allocUnsafeSlow(needed <= page ? Math.min(doubled, page) : doubled)
    this.tail.copy(larger)
    this.tail = larger
    return larger
  }

  private pageWith(index: number): Page | undefined {
    const number = Math.floor(index / PAGE_ENTRIES)
    const known = this.pages.get(this.serial, number)
    if (known !== undefined && holds(known, index)) return known
    const from = Math.max(number * PAGE_ENTRIES, this.files.first)
    const end = Math.min((number + 1) * PAGE_ENTRIES, this.files.end)
    try {
      const page = { from, bytes: this.files.read(from, end - from) }
      if (!holds(page, index)) return undefined
      this.pages.set(this.serial, number, page)
      return page
    } catch {
      // Told by the answer: the reader gets OFFSET_FOUND_NULL and the next start rebuilds the queue.
      return undefined
    }
  }
}
