/** One exchange on a connection, seen by who answers it. */
import { FRAME_HEADER_BYTES, FrameType, Flag, MAX_FRAME_BYTES, writeFrameHeader } from './frames'
import type { Headers } from './hpack'

export interface StreamHandler {
  data(bytes: Buffer): void
  /** The peer has sent everything. */
  ended(): void
  /** Once, whoever ended it; nothing comes or goes after it. */
  closed(): void
  /** What waited to be sent is below `ROOM_BYTES` again. */
  drained(): void
}

/** What a stream needs of its connection. */
export interface Line {
  /** Bytes the peer takes on all streams together, and this side's buffers have room for. */
  readonly room: number
  /** Bytes were sent. */
  sent(bytes: number): void
  /** So many more wait in a stream, or fewer. */
  queued(bytes: number): void
  send(frame: Buffer): void
  /** It has bytes to send and has to wait for the connection. */
  wait(stream: Http2Stream): void
  /** Both sides have ended, or one has cut it. */
  finished(stream: Http2Stream): void
  reset(stream: Http2Stream, code: number): void
}

/** A writer is asked to wait while more than this waits to be sent on its stream. */
export const ROOM_BYTES = 256 * 1024

export class Http2Stream {
  handler: StreamHandler | undefined
  /** The peer has sent everything. */
  isRemoteEnded = false
  /** Bytes of the request that its headers announce and that are not here yet; Infinity: they say nothing. */
  announcedBytes: number
  isClosed = false
  /** Bytes that wait for the peer's window or the socket. */
  queuedBytes = 0
  private queue: Buffer[] = []
  /** Of the queue's first. */
  private offset = 0
  private trailers: Buffer | undefined
  private isFull = false

  constructor(
    readonly id: number,
    readonly headers: Headers,
    private readonly line: Line,
    /** Bytes the peer takes. */
    public sendWindow: number,
    /** Bytes the peer may send. */
    public receiveWindow: number
  ) {
    const announced = headers['content-length']
    this.announcedBytes = announced === undefined ? Infinity : Number(announced)
  }

  /** Less came than was announced. */
  get lacksBytes(): boolean {
    return this.announcedBytes > 0 && this.announcedBytes !== Infinity
  }

  /** `block` is HPACK's. */
  sendHeaders(block: Buffer, isEnd = false): void {
    if (this.isClosed) return
    const flags = Flag.END_HEADERS | (isEnd ? Flag.END_STREAM : 0)
    const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + block.length)
    block.copy(bytes, writeFrameHeader(bytes, 0, block.length, FrameType.HEADERS, flags, this.id))
    this.line.send(bytes)
    if (isEnd) this.line.finished(this)
  }

  /** False: ask `drained` before the next. */
  write(bytes: Buffer): boolean {
    if (this.isClosed) return true
    this.queue.push(bytes)
    this.queuedBytes += bytes.length
    this.line.queued(bytes.length)
    this.pump()
    this.isFull = this.queuedBytes > ROOM_BYTES
    return !this.isFull
  }

  /** After everything that waits. */
  end(trailers: Buffer): void {
    if (this.isClosed || this.trailers) return
    this.trailers = trailers
    this.pump()
  }

  /** Headers, one message and trailers in one piece, where the peer has room for it; the usual answer. */
  respond(headers: Buffer, message: Buffer, trailers: Buffer): void {
    if (this.isClosed) return
    const { length } = message
    if (length > MAX_FRAME_BYTES || length > this.sendWindow || length > this.line.room) {
      this.sendHeaders(headers)
      this.write(message)
      this.end(trailers)
      return
    }
    const { id } = this
    const total = 3 * FRAME_HEADER_BYTES + headers.length + length + trailers.length
    const bytes = Buffer.allocUnsafe(total)
    let at = writeFrameHeader(bytes, 0, headers.length, FrameType.HEADERS, Flag.END_HEADERS, id)
    at += headers.copy(bytes, at)
    at = writeFrameHeader(bytes, at, length, FrameType.DATA, 0, id)
    at += message.copy(bytes, at)
    const last = Flag.END_HEADERS | Flag.END_STREAM
    at = writeFrameHeader(bytes, at, trailers.length, FrameType.HEADERS, last, id)
    trailers.copy(bytes, at)
    this.sendWindow -= length
    this.line.sent(length)
    this.line.send(bytes)
    this.line.finished(this)
  }

  reset(code: number): void {
    if (!this.isClosed) this.line.reset(this, code)
  }

  /** Sends what there is room for. */
  pump(): void {
    while (this.queue.length > 0 && this.sendWindow > 0) {
      const { room } = this.line
      if (room <= 0) {
        this.line.wait(this)
        return
      }
      this.sendPiece(Math.min(room, this.sendWindow, MAX_FRAME_BYTES))
    }
    if (this.queue.length === 0 && this.trailers && !this.isClosed)
      this.sendHeaders(this.trailers, true)
    if (this.isFull && this.queuedBytes <= ROOM_BYTES) {
      this.isFull = false
      this.handler?.drained()
    }
  }

  /** By its connection. */
  close(): void {
    this.isClosed = true
    this.line.queued(-this.queuedBytes)
    this.queue = []
    this.queuedBytes = 0
    this.handler?.closed()
  }

  private sendPiece(limit: number): void {
    const first = this.queue[0]!
    const length = Math.min(limit, first.length - this.offset)
    const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES)
    writeFrameHeader(header, 0, length, FrameType.DATA, 0, this.id)
    const piece = first.subarray(this.offset, this.offset + length)
    this.offset += length
    if (this.offset === first.length) {
      this.queue.shift()
      this.offset = 0
    }
    this.queuedBytes -= length
    this.line.queued(-length)
    this.sendWindow -= length
    this.line.sent(length)
    this.line.send(header)
    this.line.send(piece)
  }
}
