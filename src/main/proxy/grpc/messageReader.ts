/** Length-prefixed messages, cut out of DATA frames wherever those end. */
import { GrpcError, GrpcStatus } from './call'

/** One byte for compression, four for the length. */
const PREFIX_BYTES = 5

export const frameOf = (message: Uint8Array): Buffer => {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length)
  frame[0] = 0
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, PREFIX_BYTES)
  return frame
}

const MEBIBYTE = 1024 * 1024

export class MessageReader {
  private chunks: Buffer[] = []
  /** Bytes held that do not make a whole message yet. */
  pendingBytes = 0
  /** Bytes of the message being received, with its prefix; 0 until that is known. */
  private wanted = 0

  constructor(private readonly maxBytes = Infinity) {}

  /**
   * Gives every message that `chunk` completes, as a view where it lies.
   * @throws GrpcError RESOURCE_EXHAUSTED for one that is too large, UNIMPLEMENTED for a compressed one.
   */
  push(chunk: Buffer, sink: (message: Buffer) => void): void {
    let source = chunk
    if (this.pendingBytes > 0) {
      this.keep(chunk)
      if (this.wanted === 0 && this.pendingBytes >= PREFIX_BYTES)
        this.wanted = this.wantedBy(this.joined(), 0)
      if (this.wanted === 0 || this.pendingBytes < this.wanted) return
      source = this.joined()
      this.chunks = []
      this.pendingBytes = 0
      this.wanted = 0
    }
    let at = 0
    while (source.length - at >= PREFIX_BYTES) {
      const end = at + this.wantedBy(source, at)
      if (end > source.length) {
        this.wanted = end - at
        break
      }
      sink(source.subarray(at + PREFIX_BYTES, end))
      at = end
    }
    if (at < source.length) this.keep(source.subarray(at))
  }

  private keep(bytes: Buffer): void {
    this.chunks.push(bytes)
    this.pendingBytes += bytes.length
  }

  private joined(): Buffer {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)]
    return this.chunks[0]!
  }

  private wantedBy(source: Buffer, at: number): number {
    if (source[at] !== 0)
      throw new GrpcError(GrpcStatus.UNIMPLEMENTED, 'compressed messages are not taken here')
    const length = source.readUInt32BE(at + 1)
    if (length > this.maxBytes)
      throw new GrpcError(
        GrpcStatus.RESOURCE_EXHAUSTED,
        `a message of ${length} bytes is too large, ${Math.floor(this.maxBytes / MEBIBYTE)} MiB are taken`
      )
    return PREFIX_BYTES + length
  }
}
