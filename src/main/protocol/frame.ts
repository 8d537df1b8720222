/**
 * A frame: length, serialization byte + 24-bit header length, header, body. Java: NettyDecoder, RemotingCommand.
 */
import {
  decodeJsonHeader,
  decodeRocketmqHeader,
  encodeJsonHeader,
  encodeRocketmqHeader,
  type Header
} from './headerCodec'
import type { RemotingCommand, Reply, SerializeType } from './remotingCommand'

/** Largest whole frame, its length prefix included (com.rocketmq.remoting.frameMaxLength). */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024

const LENGTH_BYTES = 4
const JSON_TYPE = 0
const ROCKETMQ_TYPE = 1

/** @throws RangeError when the frame (without its length prefix) is malformed. */
export const decodeFrame = (frame: Buffer): RemotingCommand => {
  const word = frame.readUInt32BE(0)
  const headerLength = word & 0xffffff
  const type = word >>> 24
  const bodyAt = LENGTH_BYTES + headerLength
  if (bodyAt > frame.length)
    throw new RangeError(`header length ${headerLength} exceeds the frame of ${frame.length} bytes`)
  if (type !== JSON_TYPE && type !== ROCKETMQ_TYPE)
    throw new RangeError(`unknown header serialization ${type}`)
  const bytes = frame.subarray(LENGTH_BYTES, bodyAt)
  const command = (
    type === JSON_TYPE ? decodeJsonHeader(bytes) : decodeRocketmqHeader(bytes)
  ) as RemotingCommand
  command.serializeType = type === JSON_TYPE ? 'JSON' : 'ROCKETMQ'
  if (bodyAt < frame.length) command.body = frame.subarray(bodyAt)
  return command
}

/**
 * Cuts a byte stream into frames. Buffers at most one frame, and refuses a length from its four bytes alone.
 */
export class FrameDecoder {
  private chunks: Buffer[] = []
  private buffered = 0
  /** Length of the frame being received; undefined until its prefix is complete. */
  private wanted: number | undefined

  /** Bytes held that do not make a whole frame yet. */
  get pendingBytes(): number {
    return this.buffered
  }

  /**
   * The frames completed by `chunk`, without their length prefix.
   * @throws RangeError for a length below 4 or a frame over MAX_FRAME_BYTES; the stream cannot be followed after it.
   */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = []
    if (this.buffered === 0) {
      // The common case: whole frames in one chunk, nothing is copied.
      let at = 0
      while (chunk.length - at >= LENGTH_BYTES) {
        const length = this.checked(chunk.readInt32BE(at))
        if (chunk.length - at - LENGTH_BYTES < length) {
          this.wanted = length
          break
        }
        frames.push(chunk.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + length))
        at += LENGTH_BYTES + length
      }
      if (at < chunk.length) this.keep(chunk.subarray(at))
      return frames
    }
    this.keep(chunk)
    if (this.wanted === undefined) {
      if (this.buffered < LENGTH_BYTES) return frames
      this.wanted = this.checked(this.joined().readInt32BE(0))
    }
    if (this.buffered < LENGTH_BYTES + this.wanted) return frames
    const all = this.joined()
    this.chunks = []
    this.buffered = 0
    this.wanted = undefined
    return this.push(all)
  }

  private keep(bytes: Buffer): void {
    this.chunks.push(bytes)
    this.buffered += bytes.length
  }

  private joined(): Buffer {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)]
    return this.chunks[0]!
  }

  private checked(length: number): number {
    if (length < LENGTH_BYTES) throw new RangeError(`frame length ${length} is too small`)
    if (length + LENGTH_BYTES > MAX_FRAME_BYTES)
      throw new RangeError(`frame of ${length + LENGTH_BYTES} bytes exceeds ${MAX_FRAME_BYTES}`)
    return length
  }
}

const bodyLength = (body: Reply['body']): number => {
  if (body === undefined) return 0
  if (Buffer.isBuffer(body)) return body.length
  let length = 0
  for (const part of body) length += part.length
  return length
}

/** The bytes of length prefix and header; the body follows as it is, copied nowhere. */
const encodeHead = (header: Header, type: SerializeType, bodyBytes: number): Buffer => {
  if (type === 'JSON') {
    const text = encodeJsonHeader(header)
    const headerBytes = Buffer.byteLength(text)
    const head = Buffer.allocUnsafe(8 + headerBytes)
    head.writeInt32BE(4 + headerBytes + bodyBytes, 0)
    head.writeInt32BE(headerBytes, 4)
    head.write(text, 8)
    return head
  }
  const bytes = encodeRocketmqHeader(header)
  const head = Buffer.allocUnsafe(8 + bytes.length)
  head.writeInt32BE(4 + bytes.length + bodyBytes, 0)
  head.writeInt32BE((ROCKETMQ_TYPE << 24) | bytes.length, 4)
  bytes.copy(head, 8)
  return head
}

/** A command as the buffers to write, in order. */
export const encodeFrame = (
  header: Header,
  type: SerializeType,
  body?: Reply['body']
): readonly Buffer[] => {
  const length = bodyLength(body)
  const head = encodeHead(header, type, length)
  if (body === undefined || length === 0) return [head]
  return Buffer.isBuffer(body) ? [head, body] : [head, ...body]
}

/** A command as one buffer. */
export const encodeCommand = (command: RemotingCommand): Buffer =>
  Buffer.concat(encodeFrame(command, command.serializeType, command.body))
