/** Searches arriving bytes for the next sound record or segment behind damage that a master's own log has. */
import { MessagePosition } from '../protocol/message/messageCodec'
import {
  MAGIC_PREFIX,
  MAX_RECORD_BYTES,
  peekSize,
  RECORD_HEAD_BYTES,
  sealAt,
  TRAILER_BYTES
} from './recordCodec'
import { baseOfHeader, SEGMENT_HEADER_BYTES, SEGMENT_MAGIC } from './segmentFile'

export class DamageScan {
  private bytes = Buffer.alloc(0)
  /** Physical offset of its first byte. */
  private from: number

  constructor(readonly begin: number) {
    this.from = begin
  }

  get end(): number {
    return this.from + this.bytes.length
  }

  /**
   * Takes more bytes; gives those that are certainly damage and, once something sound was found behind them, what is to
   * be read as usual.
   */
  push(chunk: Buffer): { damage: Buffer; rest: Buffer | undefined } {
    this.bytes = Buffer.concat([this.bytes, chunk])
    const { at, isSound } = this.search()
    const damage = this.bytes.subarray(0, at)
    const rest = this.bytes.subarray(at)
    this.from += at
    this.bytes = rest
    return { damage, rest: isSound ? rest : undefined }
  }

  private search(): { at: number; isSound: boolean } {
    const { bytes, from } = this
    for (let at = 0; at + RECORD_HEAD_BYTES <= bytes.length; at = this.nextCandidate(at + 1)) {
      if (isHeader(bytes, at, from + at)) return { at, isSound: true }
      const size = peekSize(bytes, at, from + at)
      if (size === 0 || size > MAX_RECORD_BYTES) continue
      if (at + size + TRAILER_BYTES > bytes.length) return { at, isSound: false }
      if (sealAt(bytes, at, size) !== undefined) return { at, isSound: true }
    }
    return { at: Math.max(0, bytes.length - RECORD_HEAD_BYTES + 1), isSound: false }
  }

  /** Where at or behind `at` a record's or a segment's magic stands. */
  private nextCandidate(at: number): number {
    const record = this.bytes.indexOf(MAGIC_PREFIX, at + MessagePosition.MAGIC)
    const header = this.bytes.indexOf(SEGMENT_MAGIC, at)
    return Math.min(
      record < 0 ? this.bytes.length : record - MessagePosition.MAGIC,
      header < 0 ? this.bytes.length : header
    )
  }
}

const isHeader = (bytes: Buffer, at: number, physicalOffset: number): boolean =>
  at + SEGMENT_HEADER_BYTES <= bytes.length &&
  baseOfHeader(bytes.subarray(at, at + SEGMENT_HEADER_BYTES)) === physicalOffset
