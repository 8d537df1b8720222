/**
 * Reads LZ4 frames (lz4_Frame_format.md, lz4_Block_format.md). Own code because no kept package reads them in plain
 * JavaScript within given bounds. Their xxHash checksums are not looked at: the record around has one of its own.
 */
import { InflateError } from './inflateError'

const MAGIC = 0x184d2204
/** Skippable frames have this magic number in all but its last four bits. */
const SKIPPABLE = 0x184d2a50
const MIN_MATCH = 4
const LAST_LENGTH_BYTE = 255
const LONG_LENGTH = 15
const UNCOMPRESSED = 0x8000_0000
/** Bytes the output begins with at most; it grows with what is really in the frame. */
const FIRST_ROOM = 64 * 1024

const damaged = (what: string): InflateError =>
  new InflateError('DAMAGED', `the LZ4 frame is damaged: ${what}`)

/** Bytes so far, never more than `maxBytes`. */
class Output {
  private buffer: Buffer
  length = 0

  constructor(private readonly maxBytes: number) {
    this.buffer = Buffer.allocUnsafe(Math.min(FIRST_ROOM, maxBytes))
  }

  literals(source: Buffer, from: number, end: number): void {
    this.reserve(end - from)
    source.copy(this.buffer, this.length, from, end)
    this.length += end - from
  }

  /** Repeats what lies `distance` back, which may overlap with what it writes. */
  match(distance: number, count: number): void {
    this.reserve(count)
    const { buffer, length } = this
    if (distance >= count) buffer.copyWithin(length, length - distance, length - distance + count)
    else for (let at = length; at < length + count; at++) buffer[at] = buffer[at - distance]!
    this.length += count
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length)
  }

  private reserve(bytes: number): void {
    const needed = this.length + bytes
    if (needed > this.maxBytes) throw InflateError.tooLarge(this.maxBytes)
    if (needed <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.min(this.maxBytes, Math.max(needed, this.buffer.length * 2))) // prettier-ignore
    this.buffer.copy(larger, 0, 0, this.length)
    this.buffer = larger
  }
}

/** The bytes of all frames in `source`. @throws InflateError; RangeError from reading behind its end. */
export const inflateLz4 = (source: Buffer, maxBytes: number): Buffer => {
  const output = new Output(maxBytes)
  let at = 0
  while (at < source.length) {
    const magic = source.readUInt32LE(at)
    if ((magic & ~0xf) >>> 0 === SKIPPABLE) at += 8 + source.readUInt32LE(at + 4)
    else if (magic === MAGIC) at = readFrame(source, at + 4, output)
    else throw damaged(`0x${magic.toString(16)} begins none`)
  }
  return output.bytes()
}

const readFrame = (source: Buffer, start: number, output: Output): number => {
  const flags = source.readUInt8(start)
  if (flags >> 6 !== 1) throw damaged(`its version is ${flags >> 6}`)
  if ((flags & 0x01) !== 0) throw damaged('it needs a dictionary')
  const [hasBlockChecksum, hasContentSize, hasContentChecksum] = [flags & 0x10, flags & 0x08, flags & 0x04] // prettier-ignore
  let at = start + 2 + (hasContentSize ? 8 : 0) + 1
  const frameStart = output.length
  for (;;) {
    const word = source.readUInt32LE(at)
    at += 4
    if (word === 0) return at + (hasContentChecksum ? 4 : 0)
    const end = at + (word & ~UNCOMPRESSED)
    if (end > source.length) throw damaged('a block reaches beyond its end')
    if (word >= UNCOMPRESSED) output.literals(source, at, end)
    else readBlock(source, at, end, output, frameStart)
    at = end + (hasBlockChecksum ? 4 : 0)
  }
}

const readBlock = (
  source: Buffer,
  start: number,
  end: number,
  output: Output,
  frameStart: number
): void => {
  let at = start
  const length = (nibble: number): number => {
    if (nibble < LONG_LENGTH) return nibble
    let sum = nibble
    for (let byte = LAST_LENGTH_BYTE; byte === LAST_LENGTH_BYTE; sum += byte) {
      if (at >= end) throw damaged('a length has no end')
      byte = source[at++]!
    }
    return sum
  }
  while (at < end) {
    const token = source[at++]!
    const literals = length(token >> 4)
    if (at + literals > end) throw damaged('literals reach beyond their block')
    output.literals(source, at, at + literals)
    at += literals
    if (at === end) return
    if (at + 2 > end) throw damaged('a match has no distance')
    const distance = source.readUInt16LE(at)
    at += 2
    if (distance === 0 || distance > output.length - frameStart)
      throw damaged('a match reaches before the beginning')
    output.match(distance, MIN_MATCH + length(token & 0xf))
  }
}
