/** The server's side of one HTTP/2 connection. RFC 9113. */
import type { RealTime } from '../../base/clock'
import type { RawSocket } from '../../base/rawSocket'
import {
  ConnectionError,
  DEFAULT_WINDOW_BYTES,
  ErrorCode,
  Flag,
  frame,
  FrameType,
  goAwayFrame,
  MAX_FRAME_BYTES,
  MAX_WINDOW_BYTES,
  PREFACE,
  rstStream,
  Setting,
  SETTINGS_ACK,
  settingsFrame,
  windowUpdate
} from './frames'
import { FrameReader, unpadded } from './frameReader'
import { HeaderDecoder, type DecodedHeaders } from './hpack'
import { Outbox } from './outbox'
import { Http2Stream, type Line, type StreamHandler } from './http2Stream'

/** Bytes of a request the peer may send ahead of us: on one stream, and on all. */
const STREAM_WINDOW_BYTES = 1024 * 1024
const CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024

/** Bytes waiting in the streams of one connection; a peer that lets more gather is cut off. */
const MAX_QUEUED_BYTES = 512 * 1024 * 1024
/** Streams the peer may cut, at once and a second: opening and cutting costs it nothing and us much. */
const MAX_RESETS = 2000
const RESETS_PER_SECOND = 1000

export interface Http2Options {
  clock: RealTime
  maxStreams: number
  maxHeaderBytes: number
  /** Answers it; undefined: the stream was ended meanwhile. */
  onStream: (stream: Http2Stream, headers: DecodedHeaders) => StreamHandler | undefined
  /** Once; its streams were closed before. */
  onClose: (error: Error | undefined) => void
}

export class Http2Connection implements Line {
  /** Monotonic time of the last bytes that came. */
  lastReadAt: number
  private readonly streams = new Map<number, Http2Stream>()
  private readonly waiting = new Set<Http2Stream>()
  private readonly reader = new FrameReader(PREFACE.length)
  private readonly decoder: HeaderDecoder
  private sendWindow = DEFAULT_WINDOW_BYTES
  private receiveWindow = CONNECTION_WINDOW_BYTES
  private initialSendWindow = DEFAULT_WINDOW_BYTES
  private lastStreamId = 0
  /** Headers that go on in the next frame. */
  private block: { streamId: number; flags: number; pieces: Buffer[]; bytes: number } | undefined
  private readonly outbox: Outbox
  private queuedBytes = 0
  private isGoingAway = false
  private isClosed = false
  private error: Error | undefined
  private pong: (() => void) | undefined
  private resets = 0
  private resetsAt: number

  constructor(
    private readonly socket: RawSocket,
    private readonly options: Http2Options
  ) {
    const { clock, maxStreams, maxHeaderBytes } = options
    this.decoder = new HeaderDecoder(maxHeaderBytes)
    this.lastReadAt = this.resetsAt = clock.monotonic()
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.onData(chunk))
    this.outbox = new Outbox(socket, {
      onRoom: () => this.pumpAll(),
      onTooMuch: (unsentBytes) => this.cutOff(unsentBytes)
    })
    socket.on('error', (error: Error) => (this.error ??= error))
    socket.on('close', () => this.onClose())
    this.send(
      settingsFrame([
        [Setting.MAX_CONCURRENT_STREAMS, maxStreams],
        [Setting.INITIAL_WINDOW_SIZE, STREAM_WINDOW_BYTES],
        [Setting.MAX_HEADER_LIST_SIZE, maxHeaderBytes]
      ])
    )
    this.send(windowUpdate(0, CONNECTION_WINDOW_BYTES - DEFAULT_WINDOW_BYTES))
  }

  get streamCount(): number {
    return this.streams.size
  }

  find(streamId: number): Http2Stream | undefined {
    return this.streams.get(streamId)
  }

  /** A frame or a block of headers has begun and is not whole. */
  get isHalf(): boolean {
    return this.reader.pendingBytes > 0 || this.block !== undefined
  }

  /** No new streams; it closes with the last one. */
  goAway(): void {
    if (this.isGoingAway || this.isClosed) return
    this.isGoingAway = true
    this.send(goAwayFrame(this.lastStreamId, ErrorCode.NO_ERROR, ''))
    this.endIfIdle()
  }

  destroy(): void {
    this.socket.destroy()
  }

  /** One at a time. */
  ping(onPong: () => void): void {
    this.pong = onPong
    this.send(frame(FrameType.PING, 0, 0, Buffer.alloc(8)))
  }

  get room(): number {
    return this.outbox.isFull ? 0 : this.sendWindow
  }

  sent(bytes: number): void {
    this.sendWindow -= bytes
  }

  queued(bytes: number): void {
    this.queuedBytes += bytes
    if (this.queuedBytes > MAX_QUEUED_BYTES) this.cutOff(this.queuedBytes)
  }

  send(frame: Buffer): void {
    this.outbox.send(frame)
  }

  wait(stream: Http2Stream): void {
    this.waiting.add(stream)
  }

  /** Our side has ended; a peer that has not is told that nobody listens. */
  finished(stream: Http2Stream): void {
    if (!stream.isRemoteEnded) this.send(rstStream(stream.id, ErrorCode.NO_ERROR))
    this.remove(stream)
  }

  reset(stream: Http2Stream, code: number): void {
    this.send(rstStream(stream.id, code))
    this.remove(stream)
  }

  private remove(stream: Http2Stream): void {
    this.streams.delete(stream.id)
    this.waiting.delete(stream)
    if (!stream.isClosed) stream.close()
    this.endIfIdle()
  }

  private endIfIdle(): void {
    if (!this.isGoingAway || this.streams.size > 0 || this.isClosed) return
    this.outbox.flush()
    this.socket.end()
  }

  private cutOff(unsentBytes: number): void {
    this.error ??= new Error(`it does not read, ${unsentBytes} bytes wait to be sent`)
    this.socket.destroy()
  }

  private pumpAll(): void {
    if (this.waiting.size === 0) return
    const waiting = [...this.waiting]
    this.waiting.clear()
    for (const stream of waiting) if (!stream.isClosed) stream.pump()
  }

  private onData(chunk: Buffer): void {
    if (this.isClosed || this.error) return
    this.lastReadAt = this.options.clock.monotonic()
    try {
      this.reader.push(chunk, this)
    } catch (error) {
      this.fail(error)
    }
  }

  private fail(error: unknown): void {
    this.error = error instanceof Error ? error : new Error(String(error))
    const code = error instanceof ConnectionError ? error.code : ErrorCode.INTERNAL_ERROR
    this.send(goAwayFrame(this.lastStreamId, code, this.error.message))
    this.outbox.flush()
    this.socket.end()
    // A peer that does not close its side holds nothing.
    for (const stream of [...this.streams.values()]) this.remove(stream)
    this.options.clock.after(1000, () => this.socket.destroy())
  }

  private onClose(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.outbox.close()
    for (const stream of [...this.streams.values()]) this.remove(stream)
    this.options.onClose(this.error)
  }

  /** By the reader, one by one. */
  preface(bytes: Buffer): void {
    if (!bytes.equals(PREFACE))
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'this is not HTTP/2')
  }

  frame(type: number, flags: number, streamId: number, payload: Buffer): void {
    const { block } = this
    if (block && (type !== FrameType.CONTINUATION || streamId !== block.streamId))
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'headers were interrupted')
    switch (type) {
      case FrameType.DATA:
        return this.onDataFrame(flags, streamId, payload)
      case FrameType.HEADERS:
        return this.onHeaders(flags, streamId, unpadded(flags, payload, 5))
      case FrameType.CONTINUATION:
        return this.onContinuation(flags, payload)
      case FrameType.RST_STREAM:
        return this.onReset(streamId)
      case FrameType.SETTINGS:
        return this.onSettings(flags, payload)
      case FrameType.PING:
        return this.onPing(flags, payload)
      case FrameType.WINDOW_UPDATE:
        return this.onWindowUpdate(streamId, payload)
      case FrameType.PUSH_PROMISE:
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'clients push nothing')
    }
  }

  private onDataFrame(flags: number, streamId: number, payload: Buffer): void {
    this.receiveWindow -= payload.length
    if (this.receiveWindow < 0)
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'more came than there was room for')
    if (this.receiveWindow < CONNECTION_WINDOW_BYTES / 2) {
      this.send(windowUpdate(0, CONNECTION_WINDOW_BYTES - this.receiveWindow))
      this.receiveWindow = CONNECTION_WINDOW_BYTES
    }
    const stream = this.streams.get(streamId)
    if (!stream) {
      if (streamId === 0 || streamId > this.lastStreamId)
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, `data for stream ${streamId}`)
      return
    }
    if (stream.isRemoteEnded) {
      this.reset(stream, ErrorCode.STREAM_CLOSED)
      return
    }
    stream.receiveWindow -= payload.length
    if (stream.receiveWindow < 0) {
      this.reset(stream, ErrorCode.FLOW_CONTROL_ERROR)
      return
    }
    const bytes = flags & Flag.PADDED ? unpadded(flags & Flag.PADDED, payload, 0) : payload
    if (bytes.length > 0) stream.handler?.data(bytes)
    if (flags & Flag.END_STREAM) this.endRemote(stream)
    else if (stream.receiveWindow < STREAM_WINDOW_BYTES / 2 && !stream.isClosed) {
      this.send(windowUpdate(streamId, STREAM_WINDOW_BYTES - stream.receiveWindow))
      stream.receiveWindow = STREAM_WINDOW_BYTES
    }
  }

  private endRemote(stream: Http2Stream): void {
    stream.isRemoteEnded = true
    if (!stream.isClosed) stream.handler?.ended()
  }

  private onHeaders(flags: number, streamId: number, piece: Buffer): void {
    if (streamId % 2 === 0)
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, `headers for stream ${streamId}`)
    if (flags & Flag.END_HEADERS) this.onBlock(flags, streamId, piece)
    else this.block = { streamId, flags, pieces: [piece], bytes: piece.length }
  }

  private onContinuation(flags: number, piece: Buffer): void {
    const { block } = this
    if (!block)
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'headers go on that never began')
    block.pieces.push(piece)
    block.bytes += piece.length
    // Frames without bytes count as well, or they could come for ever.
    if (block.bytes + block.pieces.length > this.options.maxHeaderBytes)
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'headers are too large')
    if (!(flags & Flag.END_HEADERS)) return
    this.block = undefined
    this.onBlock(block.flags, block.streamId, Buffer.concat(block.pieces))
  }

  private onBlock(flags: number, streamId: number, bytes: Buffer): void {
    const decoded = this.decoded(bytes)
    const isEnd = (flags & Flag.END_STREAM) !== 0
    const known = this.streams.get(streamId)
    if (known) {
      // Trailers of a request: nothing in them is for us.
      if (isEnd) this.endRemote(known)
      return
    }
    if (streamId <= this.lastStreamId) return
    this.lastStreamId = streamId
    if (this.isGoingAway || this.streams.size >= this.options.maxStreams) {
      this.send(rstStream(streamId, ErrorCode.REFUSED_STREAM))
      return
    }
    const stream = new Http2Stream(streamId, decoded.headers, this, this.initialSendWindow, STREAM_WINDOW_BYTES) // prettier-ignore
    this.streams.set(streamId, stream)
    stream.isRemoteEnded = isEnd
    stream.handler = this.options.onStream(stream, decoded)
    if (isEnd && !stream.isClosed) stream.handler?.ended()
  }

  private decoded(bytes: Buffer): DecodedHeaders {
    try {
      return this.decoder.decode(bytes)
    } catch (error) {
      throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, (error as Error).message)
    }
  }

  private onReset(streamId: number): void {
    const stream = this.streams.get(streamId)
    if (!stream) return
    const now = this.options.clock.monotonic()
    const forgotten = ((now - this.resetsAt) / 1000) * RESETS_PER_SECOND
    this.resets = Math.max(0, this.resets - forgotten) + 1
    this.resetsAt = now
    if (this.resets > MAX_RESETS)
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too many calls were cut')
    this.remove(stream)
  }

  private onSettings(flags: number, payload: Buffer): void {
    if (flags & Flag.ACK) return
    if (payload.length % 6 !== 0)
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'settings of a wrong length')
    for (let at = 0; at < payload.length; at += 6)
      this.onSetting(payload.readUInt16BE(at), payload.readUInt32BE(at + 2))
    this.send(SETTINGS_ACK)
  }

  /** The others concern what we never do: tables of headers, and frames above the least size. */
  private onSetting(key: number, value: number): void {
    if (key === Setting.INITIAL_WINDOW_SIZE) {
      if (value > MAX_WINDOW_BYTES)
        throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'a window that is too large')
      const more = value - this.initialSendWindow
      this.initialSendWindow = value
      for (const stream of [...this.streams.values()]) {
        stream.sendWindow += more
        stream.pump()
      }
    } else if (key === Setting.MAX_FRAME_SIZE && value < MAX_FRAME_BYTES)
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'frames that are too small')
  }

  private onPing(flags: number, payload: Buffer): void {
    if (payload.length !== 8)
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'a ping of a wrong length')
    if (!(flags & Flag.ACK)) this.send(frame(FrameType.PING, Flag.ACK, 0, payload))
    else {
      const { pong } = this
      this.pong = undefined
      pong?.()
    }
  }

  private onWindowUpdate(streamId: number, payload: Buffer): void {
    if (payload.length !== 4)
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'a window of a wrong length')
    const more = payload.readUInt32BE(0) & MAX_WINDOW_BYTES
    if (streamId === 0) {
      this.sendWindow += more
      if (more === 0 || this.sendWindow > MAX_WINDOW_BYTES)
        throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'a window that is too large')
      this.pumpAll()
      return
    }
    const stream = this.streams.get(streamId)
    if (!stream) return
    stream.sendWindow += more
    if (more === 0 || stream.sendWindow > MAX_WINDOW_BYTES)
      this.reset(stream, ErrorCode.FLOW_CONTROL_ERROR)
    else stream.pump()
  }
}
