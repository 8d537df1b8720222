/** Frames, cut out of what arrives wherever it ends. */
import { ConnectionError, ErrorCode, Flag, FRAME_HEADER_BYTES, MAX_FRAME_BYTES } from './frames'

export interface FrameSink {
  preface(bytes: Buffer): void
  /** `payload` is a view where it lies. */
  frame(type: number, flags: number, streamId: number, payload: Buffer): void
}

export class FrameReader {
  private rest: Buffer | undefined

  constructor(private prefaceBytes: number) {}

  /** Of a frame that is not whole. */
  get pendingBytes(): number {
    return this.rest?.length ?? 0
  }

  /** @throws ConnectionError for a frame that is too large, and what the sink throws. */
  push(chunk: Buffer, sink: FrameSink): void {
    const source = this.rest ? Buffer.concat([this.rest, chunk]) : chunk
    this.rest = undefined
    let at = 0
    if (this.prefaceBytes > 0) {
      if (source.length < this.prefaceBytes) {
        this.rest = source
        return
      }
      at = this.prefaceBytes
      this.prefaceBytes = 0
      sink.preface(source.subarray(0, at))
    }
    while (source.length - at >= FRAME_HEADER_BYTES) {
      const length = (source[at]! << 16) | (source[at + 1]! << 8) | source[at + 2]!
      if (length > MAX_FRAME_BYTES)
        throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, `a frame of ${length} bytes`)
      const start = at + FRAME_HEADER_BYTES
      if (source.length - start < length) break
      const streamId = source.readUInt32BE(at + 5) & 0x7fffffff
      const payload = source.subarray(start, start + length)
      sink.frame(source[at + 3]!, source[at + 4]!, streamId, payload)
      at = start + length
    }
    if (at < source.length) this.rest = source.subarray(at)
  }
}

/** Without its padding, and without the priority in front of headers. @throws ConnectionError. */
export const unpadded = (flags: number, payload: Buffer, priorityBytes: number): Buffer => {
  let start = 0
  let end = payload.length
  if (flags & Flag.PADDED) {
    end -= payload[0] ?? 0
    start = 1
  }
  if (priorityBytes > 0 && flags & Flag.PRIORITY) start += priorityBytes
  if (start > end) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'padding beyond the frame')
  return payload.subarray(start, end)
}
