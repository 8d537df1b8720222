/** Walks a segment record by record, in blocks; where a record is bad, finds the next one that fits its place. */
import { crcFits, MAGIC_PREFIX, peekSize, RECORD_HEAD_BYTES, TRAILER_BYTES } from './recordCodec'
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
}

export class LogScanner {
  private memory = Buffer.alloc(0)
  private block = this.memory
  /** Physical offset of the block's first byte. */
  private from = 0

  constructor(private readonly segment: SegmentFile) {}

  /** Gives the physical offset behind the last whole record: less than the segment's end means a bad tail. */
  async scan(start: number, events: ScanEvents): Promise<number> {
    const { end } = this.segment
    let goodEnd = start
    let turnAt = start + TURN_BYTES
    for (let at = start; at < end;) {
      const size = this.recordAt(at)
      if (size > 0) {
        if (at > goodEnd) events.onDamage(goodEnd, at - goodEnd)
        events.onRecord(this.block, at - this.from, size, at)
        at += size + TRAILER_BYTES
        goodEnd = at
      } else at = this.nextCandidate(at + 1)
      if (at >= turnAt) {
        turnAt = at + TURN_BYTES
        await new Promise<void>((resolve) => endOfTurn(resolve))
      }
    }
    return goodEnd
  }

  /** Size of the sound message at `physicalOffset`; 0 when there is none. It is in the block then. */
  private recordAt(physicalOffset: number): number {
    if (!this.load(physicalOffset, RECORD_HEAD_BYTES)) return 0
    const size = peekSize(this.block, physicalOffset - this.from, physicalOffset)
    if (size === 0 || !this.load(physicalOffset, size + TRAILER_BYTES)) return 0
    return crcFits(this.block, physicalOffset - this.from, size) ? size : 0
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
