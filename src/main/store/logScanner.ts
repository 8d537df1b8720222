/** Walks a segment record by record, in blocks; where a record is bad, finds the next one that fits its place. */
import {
  MAGIC_PREFIX,
  peekSize,
  queueIdAt,
  RECORD_HEAD_BYTES,
  sealAt,
  storeTimestampAt,
  TRAILER_BYTES,
  type Seal
} from './recordCodec'
import type { SegmentFile } from './segmentFile'
import { endOfTurn } from '../base/turn'
import { MessagePosition } from '../protocol/message/messageCodec'

const BLOCK_BYTES = 1024 * 1024
/** Bytes walked before the event loop gets its turn: a few milliseconds. */
const TURN_BYTES = 8 * 1024 * 1024

export interface ScanEvents {
  /** A whole record of `size` message bytes at `at`; the buffer is good only during the call. */
  onRecord(source: Buffer, at: number, size: number, physicalOffset: number): void
  /** Bytes that are no record, with good ones behind them in the segment. */
  onDamage(physicalOffset: number, bytes: number): void
  /** `records` sound ones at the end are cut because the last of their batch is missing. */
  onUnfinished?(records: number): void
  /** The last sound record's batch goes on in the damage behind it: where nothing follows, it looks torn. */
  onBrokenEnd?(): void
}

/** A sound record whose batch may not be whole. */
interface Waiting {
  physicalOffset: number
  size: number
  queueId: number
  storeTimestamp: number
  seal: Seal
}

const isOfOneBatch = (before: Waiting, next: Waiting): boolean =>
  next.physicalOffset === before.physicalOffset + before.size + TRAILER_BYTES ||
  (next.queueId === before.queueId && next.storeTimestamp === before.storeTimestamp)

export class LogScanner {
  private memory = Buffer.alloc(0)
  private block = this.memory
  /** Physical offset of the block's first byte. */
  private from = 0
  /** Of the record found last. */
  private seal: Seal | undefined

  constructor(private readonly segment: SegmentFile) {}

  /**
   * Gives the physical offset behind the last whole record: less than the segment's end means a bad tail. A batch whose
   * last record is missing at the end belongs to that tail with 'cut'; with 'keep' the records there are of it count.
   */
  async scan(
    start: number,
    events: ScanEvents,
    unfinished: 'cut' | 'keep' = 'keep'
  ): Promise<number> {
    const { end } = this.segment
    let goodEnd = start
    let turnAt = start + TURN_BYTES
    let batch: Waiting[] = []
    let lastTold = 'last' as Seal
    const tell = (physicalOffset: number, size: number, seal: Seal): void => {
      lastTold = seal
      if (physicalOffset > goodEnd) events.onDamage(goodEnd, physicalOffset - goodEnd)
      goodEnd = physicalOffset + size + TRAILER_BYTES
      // Of a batch the block may have moved on since.
      if (this.load(physicalOffset, size + TRAILER_BYTES))
        events.onRecord(this.block, physicalOffset - this.from, size, physicalOffset)
    }
    const release = (): void => {
      for (const { physicalOffset, size, seal } of batch) tell(physicalOffset, size, seal)
      batch = []
    }
    for (let at = start; at < end;) {
      const size = this.recordAt(at)
      if (size === 0) at = this.nextCandidate(at + 1)
      else {
        const { seal = 'last' } = this
        const isAlone = seal === 'last' && batch.length === 0
        if (isAlone) tell(at, size, seal)
        else {
          const next = this.waiting(at, size, seal)
          const last = batch.at(-1)
          // Behind damage another batch may have begun.
          if (last !== undefined && !isOfOneBatch(last, next)) release()
          batch.push(next)
          if (seal === 'last') release()
        }
        at += size + TRAILER_BYTES
      }
      if (at >= turnAt) {
        turnAt = at + TURN_BYTES
        await new Promise<void>((resolve) => endOfTurn(resolve))
      }
    }
    if (unfinished === 'keep') release()
    else if (batch.length > 0) events.onUnfinished?.(batch.length)
    if (lastTold === 'continued') events.onBrokenEnd?.()
    return goodEnd
  }

  /** Size of the sound message at `physicalOffset`, which is in the block then; 0 when there is none. */
  private recordAt(physicalOffset: number): number {
    if (!this.load(physicalOffset, RECORD_HEAD_BYTES)) return 0
    const size = peekSize(this.block, physicalOffset - this.from, physicalOffset)
    if (size === 0 || !this.load(physicalOffset, size + TRAILER_BYTES)) return 0
    this.seal = sealAt(this.block, physicalOffset - this.from, size)
    return this.seal === undefined ? 0 : size
  }

  private waiting(physicalOffset: number, size: number, seal: Seal): Waiting {
    const at = physicalOffset - this.from
    const queueId = queueIdAt(this.block, at)
    const storeTimestamp = storeTimestampAt(this.block, at)
    return { physicalOffset, size, queueId, storeTimestamp, seal }
  }

  /** Where at or behind `physicalOffset` a magic stands at its place; the segment's end when nowhere. */
  private nextCandidate(physicalOffset: number): number {
    const { end } = this.segment
    for (let at = physicalOffset; this.load(at, RECORD_HEAD_BYTES);) {
      const found = this.block.indexOf(MAGIC_PREFIX, at - this.from + MessagePosition.MAGIC)
      if (found >= 0) return this.from + found - MessagePosition.MAGIC
      // A magic may lie across the blocks' border.
      at = Math.max(at + 1, this.from + this.block.length - RECORD_HEAD_BYTES + 1)
    }
    return end
  }

  /** Brings [physicalOffset, + length) into the block; false when the segment has fewer bytes. */
  private load(physicalOffset: number, length: number): boolean {
    const { segment } = this
    if (physicalOffset + length > segment.end) return false
    if (physicalOffset >= this.from && physicalOffset + length <= this.from + this.block.length)
      return true
    if (this.memory.length < length)
      this.memory = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, length))
    const bytes = Math.min(this.memory.length, segment.end - physicalOffset)
    const target = this.memory.subarray(0, bytes)
    this.block = target.subarray(0, segment.read(target, physicalOffset))
    this.from = physicalOffset
    return this.block.length >= length
  }
}
