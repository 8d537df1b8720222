/** Zstandard frames (RFC 8878), by fzstd, within bounds that fzstd does not have. */
import { Decompress } from 'fzstd'
import { InflateError } from './inflateError'

const MAGIC = 0xfd2fb528
/** Largest window, which is allocated before the first byte is known: that of zstd's highest level. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024

/** Of the first frame; undefined where none begins. */
const windowBytes = (source: Buffer): number | undefined => {
  if (source.length < 6 || source.readUInt32LE(0) !== MAGIC) return undefined
  const isSingleSegment = (source[4]! & 0x20) !== 0
  // Its window is its content, which is counted as it comes; but it is allocated at once.
  if (isSingleSegment) return singleSegmentBytes(source)
  const base = 2 ** (10 + (source[5]! >> 3))
  return base + (base / 8) * (source[5]! & 7)
}

const singleSegmentBytes = (source: Buffer): number => {
  const descriptor = source[4]!
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
  const at = 5 + dictionaryBytes
  switch (descriptor >> 6) {
    case 0:
      return source.readUInt8(at)
    case 1:
      return source.readUInt16LE(at) + 256
    case 2:
      return source.readUInt32LE(at)
    default:
      return Number(source.readBigUInt64LE(at))
  }
}

/** The bytes of the frames in `source`. @throws InflateError; Error from fzstd. */
export const inflateZstd = (source: Buffer, maxBytes: number): Buffer => {
  const window = windowBytes(source)
  if (window === undefined) throw new InflateError('DAMAGED', 'it begins with no Zstandard frame')
  if (window > MAX_WINDOW_BYTES) throw InflateError.tooLarge(maxBytes)
  const parts: Buffer[] = []
  let bytes = 0
  let isWhole = false
  const decompress = new Decompress((part, isLast) => {
    bytes += part.length
    if (bytes > maxBytes) throw InflateError.tooLarge(maxBytes)
    // The part is a buffer of its own: fzstd goes on in its window.
    parts.push(Buffer.from(part.buffer, part.byteOffset, part.length))
    isWhole ||= isLast === true
  })
  decompress.push(source, true)
  if (!isWhole) throw new InflateError('DAMAGED', 'the Zstandard frame has no end')
  return Buffer.concat(parts)
}
