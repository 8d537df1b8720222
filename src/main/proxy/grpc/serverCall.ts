/** One call over one HTTP/2 stream: what was asked, and every way in which it ends. */
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { Emitter } from '../../base/emitter'
import type { ClientCall } from '../v2/methods'
import { GrpcError, GrpcStatus } from './call'
import { encodeGrpcMessage } from './grpcMessage'
import { HALF_REQUEST_TIMEOUT_MS, MAX_UNSENT_BYTES, UNREAD_ANSWER_TIMEOUT_MS } from './limits'
import { frameOf, MessageReader } from './messageReader'
import { timeoutMs } from './timeout'

const CONTENT_TYPE = 'application/grpc'
const responseHeaders = { ':status': 200, 'content-type': CONTENT_TYPE }
const okTrailers = { 'grpc-status': '0' }
const withTrailers = { waitForTrailers: true }
const endStream = { endStream: true }
const gone: Promise<boolean> = Promise.resolve(false)
const taken: Promise<boolean> = Promise.resolve(true)

const PATH_HEADER = ':path'

export const isGrpc = (headers: IncomingHttpHeaders): boolean =>
  headers['content-type']?.startsWith(CONTENT_TYPE) === true

/** The connection a call came by. */
export interface Peer {
  readonly remoteAddress: string
  readonly localAddress: string
  readonly isTls: boolean
}

/** What all calls of a server share. */
export interface Calls {
  monotonic(): number
  /** One message of a client; a larger one ends its call with RESOURCE_EXHAUSTED. */
  readonly maxRequestBytes: number
  /** Bytes of unfinished requests grew or shrank. @throws GrpcError when there are too many. */
  hold(bytes: number): void
  ended(call: ServerCall): void
}

interface Receiver {
  message(bytes: Buffer): void
  halfClosed(): void
}

export class ServerCall implements ClientCall {
  readonly path: string
  readonly deadline: number
  clientId = ''
  isCancelled = false
  /** More of the request has to come; without any for `HALF_REQUEST_TIMEOUT_MS` the call ends. */
  expectsMore = false
  /** Both sides write when they like. */
  isDuplex = false
  /** Monotonic time of the last byte of a request that is not whole. */
  lastProgressAt: number
  /** Ended by us; what was written may still be under way. Undefined: it goes on. */
  endedAt: number | undefined
  private emitter: Emitter<void> | undefined
  private held = 0
  private isReceived = false
  private hasHeaders = false
  private isClosed = false
  private trailers: Record<string, string> = okTrailers
  private waiting: ((isTaken: boolean) => void) | undefined

  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly headers: IncomingHttpHeaders,
    private readonly peer: Peer,
    private readonly calls: Calls
  ) {
    this.path = headers[PATH_HEADER] ?? ''
    this.lastProgressAt = calls.monotonic()
    const timeout = headers['grpc-timeout']
    this.deadline = timeout === undefined ? Infinity : this.lastProgressAt + timeoutMs(timeout)
    stream.on('error', () => undefined)
    stream.on('close', () => this.onClose())
  }

  get remoteAddress(): string {
    return this.peer.remoteAddress
  }

  get localAddress(): string {
    return this.peer.localAddress
  }

  get isTls(): boolean {
    return this.peer.isTls
  }

  get cancelled(): Emitter<void> {
    return (this.emitter ??= new Emitter())
  }

  /** Nothing can be written any more. */
  get isOver(): boolean {
    return this.endedAt !== undefined || this.isClosed
  }

  receive(receiver: Receiver): void {
    const { stream } = this
    const reader = new MessageReader(this.calls.maxRequestBytes)
    const sink = (message: Buffer): void => {
      if (!this.isOver) receiver.message(message)
    }
    stream.on('data', (chunk: Buffer) => {
      if (this.isOver) return
      this.lastProgressAt = this.calls.monotonic()
      try {
        reader.push(chunk, sink)
        if (reader.pendingBytes !== this.held) this.hold(reader.pendingBytes)
      } catch (error) {
        this.fail(error)
      }
    })
    stream.on('end', () => {
      this.isReceived = true
      if (this.isOver) return
      if (reader.pendingBytes > 0)
        this.fail(new GrpcError(GrpcStatus.INTERNAL, 'the request ends within a message'))
      else receiver.halfClosed()
    })
  }

  /** Rust's client waits for them before it goes on. */
  sendHeaders(): void {
    if (this.isOver || this.hasHeaders || this.stream.destroyed) return
    this.hasHeaders = true
    this.stream.respond(responseHeaders, withTrailers)
    this.stream.on('wantTrailers', () => this.sendTrailers())
  }

  /** Resolves when there is room for the next; false: the caller is gone. */
  write(message: Uint8Array): Promise<boolean> {
    if (this.isOver || this.stream.destroyed) return gone
    this.sendHeaders()
    if (this.stream.write(frameOf(message))) return taken
    if (this.waiting) return gone
    return new Promise((resolve) => {
      this.waiting = resolve
      this.stream.once('drain', () => this.settle(true))
    })
  }

  /** Does not wait; a caller that does not read is cut off at `MAX_UNSENT_BYTES`. */
  push(message: Uint8Array): void {
    if (this.isOver || this.stream.destroyed) return
    this.sendHeaders()
    this.stream.write(frameOf(message))
    if (this.stream.writableLength > MAX_UNSENT_BYTES) this.reset(constants.NGHTTP2_CANCEL)
  }

  /** The only answer, and OK. */
  answer(message: Uint8Array): void {
    if (this.isOver || this.stream.destroyed) return
    this.sendHeaders()
    this.finish()
    this.stream.end(frameOf(message))
  }

  /** With OK or as an error; a second end does nothing. */
  end(error?: GrpcError): void {
    if (this.isOver || this.stream.destroyed) return
    if (error)
      this.trailers = {
        'grpc-status': String(error.code),
        'grpc-message': encodeGrpcMessage(error.message)
      }
    this.finish()
    if (this.hasHeaders) this.stream.end()
    else this.stream.respond({ ...responseHeaders, ...this.trailers }, endStream)
    // What the caller still sends has to be taken, or its window stays full.
    if (!this.isReceived) this.stream.resume()
  }

  /** An HTTP answer that is none of gRPC's. */
  refuse(httpStatus: number): void {
    if (this.isOver || this.stream.destroyed) return
    this.finish()
    this.stream.respond({ ':status': httpStatus }, endStream)
    this.stream.resume()
  }

  /** Whatever was thrown. */
  fail(error: unknown): void {
    if (error instanceof GrpcError) this.end(error)
    else this.end(new GrpcError(GrpcStatus.INTERNAL, String(error)))
  }

  /** Keeps its deadline and the limits on what is half done. */
  housekeep(now: number): void {
    if (this.endedAt !== undefined) {
      if (now - this.endedAt > UNREAD_ANSWER_TIMEOUT_MS) this.reset(constants.NGHTTP2_CANCEL)
    } else if (now >= this.deadline) this.expire('the deadline of the call passed')
    else if (this.isHalf && now - this.lastProgressAt > HALF_REQUEST_TIMEOUT_MS)
      this.expire('the request was not finished')
  }

  /** Its time is over: the caller is told so, and whoever works for it too. */
  private expire(why: string): void {
    if (this.stream.writableLength > 0) this.reset(constants.NGHTTP2_CANCEL)
    else this.end(new GrpcError(GrpcStatus.DEADLINE_EXCEEDED, why))
    this.cancel()
  }

  /** Ends the stream without a word of gRPC. */
  reset(code: number): void {
    this.endedAt ??= this.calls.monotonic()
    if (!this.stream.destroyed) this.stream.close(code)
    this.cancel()
  }

  private get isHalf(): boolean {
    return this.held > 0 || (this.expectsMore && !this.isReceived)
  }

  private finish(): void {
    this.endedAt = this.calls.monotonic()
    this.hold(0)
  }

  private sendTrailers(): void {
    if (!this.stream.destroyed && !this.stream.closed) this.stream.sendTrailers(this.trailers)
  }

  private hold(bytes: number): void {
    const more = bytes - this.held
    if (more === 0) return
    this.held = bytes
    this.calls.hold(more)
  }

  private onClose(): void {
    if (this.isClosed) return
    const isEarly = this.endedAt === undefined
    this.isClosed = true
    this.hold(0)
    this.calls.ended(this)
    if (isEarly) this.cancel()
    this.settle(false)
  }

  private cancel(): void {
    if (this.isCancelled) return
    this.isCancelled = true
    this.settle(false)
    this.emitter?.emit()
  }

  private settle(isTaken: boolean): void {
    const { waiting } = this
    this.waiting = undefined
    waiting?.(isTaken)
  }
}
