/**
 * Blocks of the log that readers of old messages share: one read serves the queues that lie mixed in it, and whoever
 * reads on finds the next block there. Apart from the hot tail, so that a backlog never pushes the newest messages out.
 */
import type { CommitLog } from './commitLog'
import type { StoreLimits } from './limits'
import type { SegmentFile } from './segmentFile'

interface Block {
  readonly from: number
  readonly memory: Buffer
  /** What of it was read; nothing while it is being read, or when that failed. */
  bytes: Buffer
  loading: Promise<void> | undefined
}

const NOTHING = Buffer.alloc(0)

export type ColdBlockLimits = Pick<StoreLimits, 'coldBlockBytes' | 'coldBlocks' | 'coldBlocksAhead'>

export class ColdBlocks {
  /** By the physical offset they begin at, the least recently used first. */
  private readonly blocks = new Map<number, Block>()
  private readonly free: Buffer[] = []
  private newest: Block | undefined

  constructor(
    private readonly commitLog: Pick<CommitLog, 'segmentOf' | 'inMemory'>,
    private readonly limits: ColdBlockLimits
  ) {}

  private blockOf(segment: SegmentFile, physicalOffset: number): number {
    const { coldBlockBytes } = this.limits
    return physicalOffset - ((physicalOffset - segment.base) % coldBlockBytes)
  }

  /** The bytes asked for if they are there. A view: good until the caller next waits, or reads ahead. */
  find(segment: SegmentFile, physicalOffset: number, length: number): Buffer | undefined {
    const { coldBlockBytes } = this.limits
    const from = this.blockOf(segment, physicalOffset)
    const block = this.use(from)
    if (block === undefined) return undefined
    const at = physicalOffset - from
    if (at + length <= block.bytes.length) return block.bytes.subarray(at, at + length)
    const rest = at + length - coldBlockBytes
    if (rest <= 0 || block.bytes.length < coldBlockBytes) return undefined
    const next = this.use(from + coldBlockBytes)
    if (next === undefined || next.bytes.length < rest) return undefined
    return Buffer.concat([block.bytes.subarray(at), next.bytes.subarray(0, rest)])
  }

  /** Brings the bytes in. Never rejects: what could not be had is not found afterwards. */
  async load(segment: SegmentFile, physicalOffset: number, length: number): Promise<void> {
    const loads: Promise<void>[] = []
    const last = Math.min(segment.end, physicalOffset + length) - 1
    for (let from = this.blockOf(segment, physicalOffset); from <= last;) {
      const loading = this.ensure(segment, from)
      if (loading !== undefined) loads.push(loading)
      from += this.limits.coldBlockBytes
    }
    await Promise.all(loads)
  }

  /** Begins to read what follows, if the reader came from the block before. */
  readAhead(segment: SegmentFile, physicalOffset: number): void {
    const { coldBlockBytes, coldBlocksAhead } = this.limits
    let from = this.blockOf(segment, physicalOffset)
    if (from !== segment.base && !this.blocks.has(from - coldBlockBytes)) return
    let file = segment
    for (let ahead = 0; ahead < coldBlocksAhead; ahead++) {
      from += coldBlockBytes
      if (from >= file.end) {
        const next = this.commitLog.segmentOf(file.end)
        if (next === undefined) return
        file = next
        from = next.base
      }
      if (this.commitLog.inMemory(from, 1) !== undefined) return
      if (!this.blocks.has(from)) void this.ensure(file, from)
    }
  }

  /** The log was cut: other bytes may come where these were. Whoever is reading one keeps it. */
  clear(): void {
    this.blocks.clear()
    this.newest = undefined
  }

  private use(from: number): Block | undefined {
    if (this.newest?.from === from) return this.newest
    const block = this.blocks.get(from)
    if (block === undefined) return undefined
    this.blocks.delete(from)
    this.blocks.set(from, block)
    this.newest = block
    return block
  }

  private ensure(segment: SegmentFile, from: number): Promise<void> | undefined {
    const wanted = Math.min(this.limits.coldBlockBytes, segment.end - from)
    const known = this.blocks.get(from)
    if (known?.loading !== undefined) return known.loading
    if (known !== undefined) {
      if (known.bytes.length >= wanted) return undefined
      // The segment has grown since.
      this.drop(known)
    }
    if (!this.makeRoom()) return undefined
    const memory = this.free.pop() ?? Buffer.allocUnsafeSlow(this.limits.coldBlockBytes)
    const block: Block = { from, memory, bytes: NOTHING, loading: undefined }
    this.blocks.set(from, block)
    block.loading = this.read(block, segment, wanted)
    return block.loading
  }

  private async read(block: Block, segment: SegmentFile, wanted: number): Promise<void> {
    const target = block.memory.subarray(0, wanted)
    try {
      block.bytes = target.subarray(0, await segment.readAsync(target, block.from))
    } catch {
      // Not found afterwards: the reader tries the message alone and reports it if that fails too.
      block.bytes = NOTHING
    }
    block.loading = undefined
  }

  /** False when everything is being read. */
  private makeRoom(): boolean {
    if (this.blocks.size < this.limits.coldBlocks) return true
    for (const block of this.blocks.values()) {
      if (block.loading !== undefined) continue
      this.drop(block)
      return true
    }
    return false
  }

  private drop(block: Block): void {
    this.blocks.delete(block.from)
    if (this.newest === block) this.newest = undefined
    this.free.push(block.memory)
  }
}
