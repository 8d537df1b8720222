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

/**
 * The command between `start` and `end`, a frame without its length prefix. Its body is a view into `source`.
 * @throws RangeError when it is malformed.
 */
export const decodeFrame = (source: Buffer, start = 0, end = source.length): RemotingCommand => {
  const word = source.readUInt32BE(start)
  const headerLength = word & 0xffffff
  const type = word >>> 24
  const headerAt = start + LENGTH_BYTES
  const bodyAt = headerAt + headerLength
  if (bodyAt > end)
    throw new RangeError(`header length ${headerLength} exceeds the frame of ${end - start} bytes`)
  if (type !== JSON_TYPE && type !== ROCKETMQ_TYPE)
    throw new RangeError(`unknown header serialization ${type}`)
  const command = (
    type === JSON_TYPE
      ? decodeJsonHeader(source.toString('utf8', headerAt, bodyAt))
      : decodeRocketmqHeader(source.subarray(headerAt, bodyAt))
  ) as RemotingCommand
  command.serializeType = type === JSON_TYPE ? 'JSON' : 'ROCKETMQ'
  if (bodyAt < end) command.body = source.subarray(bodyAt, end)
  return command
}

/** Takes a frame where it lies, without its length prefix. */
type FrameSink = (source: Buffer, start: number, end: number) => void

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

  /** Those bytes; only while there are any. */
  pending(): Buffer {
    return this.joined()
  }

  /**
   * The frames completed by `chunk`, without their length prefix.
   * @throws RangeError for a length below 4 or a frame over MAX_FRAME_BYTES; the stream cannot be followed after it.
   */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = []
    this.feed(chunk, (source, start, end) => frames.push(source.subarray(start, end)))
    return frames
  }

  /** As `push`, giving each frame where it lies: nothing is made for it. */
  feed(chunk: Buffer, sink: FrameSink): void {
    if (this.buffered > 0) {
      this.keep(chunk)
      if (this.wanted === undefined) {
        if (this.buffered < LENGTH_BYTES) return
        this.wanted = this.checked(this.joined().readInt32BE(0))
      }
      if (this.buffered < LENGTH_BYTES + this.wanted) return
      chunk = this.joined()
      this.chunks = []
      this.buffered = 0
      this.wanted = undefined
    }
    let at = 0
    while (chunk.length - at >= LENGTH_BYTES) {
      const length = this.checked(chunk.readInt32BE(at))
      if (chunk.length - at - LENGTH_BYTES < length) {
        this.wanted = length
        break
      }
      at += LENGTH_BYTES + length
      sink(chunk, at - length, at)
    }
    if (at < chunk.length) this.keep(chunk.subarray(at))
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

/** Frames up to this size in sum leave as one buffer; beyond it large bodies are not copied. */
const JOIN_BELOW_BYTES = 64 * 1024

interface QueuedFrame {
  /** Text of a JSON header, bytes of a compact one. */
  head: string | Buffer
  headBytes: number
  word: number
  body: Reply['body']
  bodyBytes: number
}

const writeBody = (body: Reply['body'], target: Buffer, at: number): number => {
  if (body === undefined) return at
  if (Buffer.isBuffer(body)) return at + body.copy(target, at)
  for (const part of body) at += part.copy(target, at)
  return at
}

/** Collects what is to be sent and lays it out once, when it is taken. */
export class FrameWriter {
  private frames: QueuedFrame[] = []
  /** Bytes collected and not taken. */
  bytes = 0

  add(header: Header, type: SerializeType, body?: Reply['body']): void {
    const head = type === 'JSON' ? encodeJsonHeader(header) : encodeRocketmqHeader(header)
    const headBytes = typeof head === 'string' ? Buffer.byteLength(head) : head.length
    const word = type === 'JSON' ? headBytes : (ROCKETMQ_TYPE << 24) | headBytes
    const bodyBytes = bodyLength(body)
    this.frames.push({ head, headBytes, word, body, bodyBytes })
    this.bytes += 2 * LENGTH_BYTES + headBytes + bodyBytes
  }

  /** The buffers to write, in order; the writer is empty then. */
  take(): readonly Buffer[] {
    const { frames, bytes } = this
    this.clear()
    if (bytes <= JOIN_BELOW_BYTES) {
      const joined = Buffer.allocUnsafe(bytes)
      let at = 0
      for (const frame of frames)
        at = writeBody(frame.body, joined, this.writeHead(frame, joined, at))
      return [joined]
    }
    return frames.flatMap((frame) => {
      const head = Buffer.allocUnsafe(2 * LENGTH_BYTES + frame.headBytes)
      this.writeHead(frame, head, 0)
      if (frame.body === undefined) return [head]
      return Buffer.isBuffer(frame.body) ? [head, frame.body] : [head, ...frame.body]
    })
  }

  clear(): void {
    this.frames = []
    this.bytes = 0
  }

  private writeHead(frame: QueuedFrame, target: Buffer, at: number): number {
    at = target.writeInt32BE(LENGTH_BYTES + frame.headBytes + frame.bodyBytes, at)
    at = target.writeInt32BE(frame.word, at)
    return typeof frame.head === 'string'
      ? at + target.write(frame.head, at)
      : at + frame.head.copy(target, at)
  }
}

/** A command as one buffer. */
export const encodeCommand = (command: RemotingCommand): Buffer => {
  const writer = new FrameWriter()
  writer.add(command, command.serializeType, command.body)
  return Buffer.concat(writer.take())
}
