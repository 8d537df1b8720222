/**
 * The newest bytes of the log in memory. Messages are encoded straight into its buffers, written from them, and shown
 * to readers as views. Buffers are used again once their bytes were evicted, so that storing costs no memory beyond
 * the capacity: a view is good until its reader next waits, and what is to be kept is copied.
 */

/** A stretch of one segment in one buffer. */
export interface Extent {
  readonly buffer: Buffer
  /** Where `base` is in the buffer. */
  readonly at: number
  /** Physical offset of the first byte. */
  readonly base: number
  /** Physical offset behind the last byte. */
  end: number
  /** Physical offset the segment of these bytes begins at. */
  readonly segmentBase: number
  /** Bytes allocated for it; 0 where it shares the buffer of the extent before. */
  readonly cost: number
}

/** One eviction makes room for one buffer; more wait only after a burst. */
const MAX_FREE = 4

export class HotTail {
  private extents: Extent[] = []
  private bytes = 0
  private chunk: Buffer | undefined
  private chunkUsed = 0
  /** Of evicted bytes, to be used again. */
  private readonly free: Buffer[] = []

  constructor(
    private readonly chunkBytes: number,
    private readonly capacityBytes: number
  ) {}

  /** An extent with room for `bytes` at `physicalOffset`; the caller moves its `end` once they are written. */
  reserve(bytes: number, physicalOffset: number, segmentBase: number): Extent {
    const last = this.extents[this.extents.length - 1]
    if (
      last !== undefined &&
      last.end === physicalOffset &&
      last.segmentBase === segmentBase &&
      last.at + (physicalOffset - last.base) + bytes <= last.buffer.length
    )
      return last
    return this.begin(bytes, physicalOffset, segmentBase)
  }

  /** Tells the arena how far its newest buffer is used. */
  advance(extent: Extent, end: number): void {
    extent.end = end
    if (extent.buffer === this.chunk) this.chunkUsed = extent.at + (end - extent.base)
  }

  /** The extent that holds the byte at `physicalOffset`; undefined once it was evicted. */
  find(physicalOffset: number): Extent | undefined {
    const first = this.extents[0]
    if (first === undefined || physicalOffset < first.base) return undefined
    let low = 0
    let high = this.extents.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.extents[middle]!.base <= physicalOffset) low = middle
      else high = middle - 1
    }
    const extent = this.extents[low]!
    return physicalOffset < extent.end ? extent : undefined
  }

  /** Extents with bytes from `physicalOffset` on, in order. */
  since(physicalOffset: number): Extent[] {
    let from = this.extents.length
    while (from > 0 && this.extents[from - 1]!.end > physicalOffset) from--
    return this.extents.slice(from)
  }

  /** Forgets the bytes from `physicalOffset` on, which no reader has seen. */
  discard(physicalOffset: number): void {
    for (let last = this.extents.at(-1); last && last.end > physicalOffset;) {
      if (last.base < physicalOffset) {
        last.end = physicalOffset
        break
      }
      this.extents.pop()
      this.bytes -= last.cost
      last = this.extents.at(-1)
    }
    this.chunk = undefined
  }

  /** Lets go of the oldest bytes beyond the capacity, never of those at or behind `keepFrom`. */
  evict(keepFrom: number): void {
    let drop = 0
    while (this.bytes > this.capacityBytes) {
      const extent = this.extents[drop]
      if (extent === undefined || extent.end > keepFrom || extent.buffer === this.chunk) break
      this.bytes -= extent.cost
      drop++
      this.release(extent.buffer, drop)
    }
    if (drop > 0) this.extents.splice(0, drop)
  }

  /** Keeps a buffer for the next bytes when no extent from `live` on is in it. */
  private release(buffer: Buffer, live: number): void {
    if (buffer.length !== this.chunkBytes || this.free.length >= MAX_FREE) return
    for (let i = live; i < this.extents.length; i++) if (this.extents[i]!.buffer === buffer) return
    this.free.push(buffer)
  }

  private begin(bytes: number, physicalOffset: number, segmentBase: number): Extent {
    const open = (buffer: Buffer, at: number, cost: number): Extent => {
      const extent = { buffer, at, base: physicalOffset, end: physicalOffset, segmentBase, cost }
      this.extents.push(extent)
      this.bytes += cost
      return extent
    }
    if (bytes > this.chunkBytes) return open(Buffer.allocUnsafeSlow(bytes), 0, bytes)
    if (this.chunk !== undefined && this.chunkUsed + bytes <= this.chunk.length)
      return open(this.chunk, this.chunkUsed, 0)
    this.chunk = this.free.pop() ?? Buffer.allocUnsafeSlow(this.chunkBytes)
    this.chunkUsed = 0
    return open(this.chunk, 0, this.chunkBytes)
  }
}
