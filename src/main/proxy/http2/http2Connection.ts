/** The server's side of one HTTP/2 connection. RFC 9113. */
import type { RealTime } from '../../base/clock'
import type { RawSocket } from '../../base/rawSocket'
import { ConnectionError, DEFAULT_WINDOW_BYTES, ErrorCode, Flag, frame, FrameType, goAwayFrame, MAX_WINDOW_BYTES, PREFACE, rstStream, Setting, SETTINGS_ACK, settingsFrame, windowUpdate } from './frames' // prettier-ignore
import { ClosedStreams } from './closedStreams'
import { isRequest, isTrailers } from './fieldRules'
import { FrameReader, unpadded } from './frameReader'
import { checkFrame, checkPriority, PRIORITY_BYTES, readSettings } from './frameRules'
import { HeaderBlock } from './headerBlock'
import { HeaderDecoder, type DecodedHeaders } from './hpack'
import { Outbox } from './outbox'
import { Http2Stream, type Line, type StreamHandler } from './http2Stream'
import { ResetBudget } from './resetBudget'

/** Bytes of a request the peer may send ahead of us: on one stream, and on all. */
const STREAM_WINDOW_BYTES = 1024 * 1024
const CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024

/** Bytes waiting in the streams of one connection; a peer that lets more gather is cut off. */
const MAX_QUEUED_BYTES = 512 * 1024 * 1024

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
  private block: HeaderBlock | undefined
  private readonly outbox: Outbox
  private queuedBytes = 0
  private isGoingAway = false
  private isClosed = false
  private error: Error | undefined
  private pong: (() => void) | undefined
  private readonly resets: ResetBudget
  private readonly closed = new ClosedStreams()

  constructor(
    private readonly socket: RawSocket,
    private readonly options: Http2Options
  ) {
    const { clock, maxStreams, maxHeaderBytes } = options
    this.decoder = new HeaderDecoder(maxHeaderBytes)
    this.resets = new ResetBudget(clock)
    this.lastReadAt = clock.monotonic()
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
    this.closed.add(stream.id, stream.isRemoteEnded)
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
    checkFrame(type, streamId, payload.length)
    switch (type) {
      case FrameType.DATA:
        return this.onDataFrame(flags, streamId, payload)
      case FrameType.HEADERS:
        if (flags & Flag.PRIORITY) checkPriority(streamId, payload, flags & Flag.PADDED ? 1 : 0)
        return this.onHeaders(flags, streamId, unpadded(flags, payload, PRIORITY_BYTES))
      case FrameType.PRIORITY:
        return checkPriority(streamId, payload, 0)
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
    const bytes = flags & Flag.PADDED ? unpadded(flags & Flag.PADDED, payload, 0) : payload
    const stream = this.known(streamId)
    if (!stream) {
      if (this.closed.isEndedByPeer(streamId)) this.refuse(streamId, ErrorCode.STREAM_CLOSED)
      return
    }
    if (stream.isRemoteEnded) return this.refuse(streamId, ErrorCode.STREAM_CLOSED)
    stream.receiveWindow -= payload.length
    if (stream.receiveWindow < 0) return this.refuse(streamId, ErrorCode.FLOW_CONTROL_ERROR)
    stream.announcedBytes -= bytes.length
    if (stream.announcedBytes < 0) return this.refuse(streamId, ErrorCode.PROTOCOL_ERROR)
    if (bytes.length > 0) stream.handler?.data(bytes)
    if (flags & Flag.END_STREAM) this.endRemote(stream)
    else if (stream.receiveWindow < STREAM_WINDOW_BYTES / 2 && !stream.isClosed) {
      this.send(windowUpdate(streamId, STREAM_WINDOW_BYTES - stream.receiveWindow))
      stream.receiveWindow = STREAM_WINDOW_BYTES
    }
  }

  private endRemote(stream: Http2Stream): void {
    stream.isRemoteEnded = true
    if (stream.isClosed) return
    if (stream.lacksBytes) this.refuse(stream.id, ErrorCode.PROTOCOL_ERROR)
    else stream.handler?.ended()
  }

  /** Undefined: it is closed. @throws ConnectionError for one that nobody opened. */
  private known(streamId: number): Http2Stream | undefined {
    const stream = this.streams.get(streamId)
    if (!stream && (streamId > this.lastStreamId || streamId % 2 === 0))
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, `stream ${streamId} is not open`)
    return stream
  }

  /** What the peer did on one stream ends that stream. @throws ConnectionError when it was done too often. */
  private refuse(streamId: number, code: number): void {
    this.resets.spend()
    const stream = this.streams.get(streamId)
    if (stream) this.reset(stream, code)
    else this.send(rstStream(streamId, code))
  }

  private onHeaders(flags: number, streamId: number, piece: Buffer): void {
    if (streamId % 2 === 0)
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, `headers for stream ${streamId}`)
    if (flags & Flag.END_HEADERS) this.onBlock(flags, streamId, piece)
    else this.block = new HeaderBlock(streamId, flags, piece, this.options.maxHeaderBytes)
  }

  private onContinuation(flags: number, piece: Buffer): void {
    const { block } = this
    if (!block)
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'headers go on that never began')
    block.add(piece)
    if (!(flags & Flag.END_HEADERS)) return
    this.block = undefined
    this.onBlock(block.flags, block.streamId, block.whole())
  }

  private onBlock(flags: number, streamId: number, bytes: Buffer): void {
    const decoded = this.decoded(bytes)
    const isEnd = (flags & Flag.END_STREAM) !== 0
    const known = this.streams.get(streamId)
    if (known) return this.onTrailers(known, decoded, isEnd)
    if (streamId <= this.lastStreamId) return this.onLateHeaders(streamId)
    this.lastStreamId = streamId
    if (!isRequest(decoded.fields)) {
      this.closed.add(streamId, isEnd)
      return this.refuse(streamId, ErrorCode.PROTOCOL_ERROR)
    }
    if (this.isGoingAway || this.streams.size >= this.options.maxStreams) {
      this.closed.add(streamId, isEnd)
      this.send(rstStream(streamId, ErrorCode.REFUSED_STREAM))
      return
    }
    const stream = new Http2Stream(streamId, decoded.headers, this, this.initialSendWindow, STREAM_WINDOW_BYTES) // prettier-ignore
    this.streams.set(streamId, stream)
    stream.isRemoteEnded = isEnd
    if (isEnd && stream.lacksBytes) return this.refuse(streamId, ErrorCode.PROTOCOL_ERROR)
    stream.handler = this.options.onStream(stream, decoded)
    if (isEnd && !stream.isClosed) stream.handler?.ended()
  }

  /** Of a request; nothing in them is for us. */
  private onTrailers(stream: Http2Stream, { fields }: DecodedHeaders, isEnd: boolean): void {
    if (stream.isRemoteEnded) this.refuse(stream.id, ErrorCode.STREAM_CLOSED)
    else if (!isEnd || !isTrailers(fields)) this.refuse(stream.id, ErrorCode.PROTOCOL_ERROR)
    else this.endRemote(stream)
  }

  /** They may have been on their way when we cut the stream. */
  private onLateHeaders(streamId: number): void {
    const isEndedByPeer = this.closed.isEndedByPeer(streamId)
    if (isEndedByPeer === false) return
    const code = isEndedByPeer ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR
    throw new ConnectionError(code, `headers for stream ${streamId}, which is closed`)
  }

  private decoded(bytes: Buffer): DecodedHeaders {
    try {
      return this.decoder.decode(bytes)
    } catch (error) {
      throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, (error as Error).message)
    }
  }

  private onReset(streamId: number): void {
    const stream = this.known(streamId)
    if (!stream) return
    this.resets.spend()
    stream.isRemoteEnded = true
    this.remove(stream)
  }

  private onSettings(flags: number, payload: Buffer): void {
    const isAck = (flags & Flag.ACK) !== 0
    readSettings(payload, isAck, (key, value) => this.onSetting(key, value))
    if (isAck) return
    this.send(SETTINGS_ACK)
    for (const stream of [...this.streams.values()]) stream.pump()
  }

  /** The others concern what we never do: tables of headers, and frames above the least size. */
  private onSetting(key: number, value: number): void {
    if (key !== Setting.INITIAL_WINDOW_SIZE) return
    const more = value - this.initialSendWindow
    this.initialSendWindow = value
    for (const stream of this.streams.values()) stream.sendWindow += more
  }

  private onPing(flags: number, payload: Buffer): void {
    if (!(flags & Flag.ACK)) this.send(frame(FrameType.PING, Flag.ACK, 0, payload))
    else {
      const { pong } = this
      this.pong = undefined
      pong?.()
    }
  }

  private onWindowUpdate(streamId: number, payload: Buffer): void {
    const more = payload.readUInt32BE(0) & MAX_WINDOW_BYTES
    if (streamId === 0) {
      this.sendWindow += more
      if (more === 0)
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a window that grows by nothing')
      if (this.sendWindow > MAX_WINDOW_BYTES)
        throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'a window that is too large')
      this.pumpAll()
      return
    }
    const stream = this.known(streamId)
    if (!stream) return
    stream.sendWindow += more
    if (more === 0) this.refuse(streamId, ErrorCode.PROTOCOL_ERROR)
    else if (stream.sendWindow > MAX_WINDOW_BYTES)
      this.refuse(streamId, ErrorCode.FLOW_CONTROL_ERROR)
    else stream.pump()
  }
}
