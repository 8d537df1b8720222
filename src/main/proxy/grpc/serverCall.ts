/** One call over one HTTP/2 stream: what was asked, and every way in which it ends. */
import type { IncomingHttpHeaders } from 'node:http2'
import { Emitter } from '../../base/emitter'
import { ErrorCode } from '../http2/frames'
import { encodeHeaders } from '../http2/hpack'
import type { Http2Stream, StreamHandler } from '../http2/http2Stream'
import type { ClientCall } from '../v2/methods'
import { GrpcError, GrpcStatus } from './call'
import { encodeGrpcMessage } from './grpcMessage'
import { HALF_REQUEST_TIMEOUT_MS, MAX_UNSENT_BYTES, UNREAD_ANSWER_TIMEOUT_MS } from './limits'
import { frameOf, MessageReader } from './messageReader'
import { timeoutMs } from './timeout'

const CONTENT_TYPE = 'application/grpc'
/** `:status: 200` is number 8 of the table everybody has. */
const STATUS_200 = Buffer.from([0x88])
const responseHeaders = Buffer.concat([STATUS_200, encodeHeaders({ 'content-type': CONTENT_TYPE })])
const okTrailers = encodeHeaders({ 'grpc-status': '0' })
const internalTrailers = encodeHeaders({ 'grpc-status': String(GrpcStatus.INTERNAL) })

const trailersOf = ({ code, message }: GrpcError): Buffer =>
  encodeHeaders({ 'grpc-status': String(code), 'grpc-message': encodeGrpcMessage(message) })

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

export class ServerCall implements ClientCall, StreamHandler {
  readonly path: string
  readonly deadline: number
  clientId = ''
  isCancelled = false
  /** More of the request has to come; without any for `HALF_REQUEST_TIMEOUT_MS` the call ends. */
  expectsMore = false
  /** Both sides write when they like. */
  isDuplex = false
  /** Monotonic time of its begin, then of the last byte of its request. */
  lastProgressAt: number
  /** Ended by us; what was written may still be under way. Undefined: it goes on. */
  private endedAt: number | undefined
  private emitter: Emitter<void> | undefined
  private reader: MessageReader | undefined
  private receiver: Receiver | undefined
  private held = 0
  private hasHeaders = false
  private waiting: ((isTaken: boolean) => void) | undefined

  constructor(
    private readonly stream: Http2Stream,
    readonly headers: IncomingHttpHeaders,
    private readonly peer: Peer,
    private readonly calls: Calls
  ) {
    this.path = headers[PATH_HEADER] ?? ''
    this.lastProgressAt = calls.monotonic()
    const timeout = headers['grpc-timeout']
    this.deadline = timeout === undefined ? Infinity : this.lastProgressAt + timeoutMs(timeout)
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
    return this.endedAt !== undefined || this.stream.isClosed
  }

  receive(receiver: Receiver): void {
    this.receiver = receiver
    this.reader = new MessageReader(this.calls.maxRequestBytes)
  }

  /** By its stream. */
  data(bytes: Buffer): void {
    const { reader, receiver } = this
    if (this.isOver || !reader || !receiver) return
    this.lastProgressAt = this.calls.monotonic()
    try {
      reader.push(bytes, (message) => {
        if (!this.isOver) receiver.message(message)
      })
      this.hold(this.isOver ? 0 : reader.pendingBytes)
    } catch (error) {
      this.fail(error)
    }
  }

  /** By its stream. */
  ended(): void {
    if (this.isOver) return
    if (this.held > 0)
      this.end(new GrpcError(GrpcStatus.INTERNAL, 'the request ends within a message'))
    else this.receiver?.halfClosed()
  }

  /** By its stream. */
  drained(): void {
    this.settle(true)
  }

  /** By its stream. */
  closed(): void {
    this.hold(0)
    this.calls.ended(this)
    if (this.endedAt === undefined) this.cancel()
    this.settle(false)
  }

  /** Rust's client waits for them before it goes on. */
  sendHeaders(): void {
    if (this.isOver || this.hasHeaders) return
    this.hasHeaders = true
    this.stream.sendHeaders(responseHeaders)
  }

  /** Resolves when there is room for the next; false: the caller is gone. */
  write(message: Uint8Array): Promise<boolean> {
    if (this.isOver) return gone
    this.sendHeaders()
    if (this.stream.write(frameOf(message))) return taken
    // Who does not wait for the last one waits with it.
    const last = this.waiting
    return new Promise((resolve) => {
      this.waiting = (isTaken) => {
        last?.(isTaken)
        resolve(isTaken)
      }
    })
  }

  /** Does not wait; a caller that does not read is cut off at `MAX_UNSENT_BYTES`. */
  push(message: Uint8Array): void {
    if (this.isOver) return
    this.sendHeaders()
    this.stream.write(frameOf(message))
    if (this.stream.queuedBytes > MAX_UNSENT_BYTES) this.reset(ErrorCode.CANCEL)
  }

  /** The only answer, and OK. */
  answer(message: Uint8Array): void {
    if (this.isOver) return
    this.finish()
    this.stream.respond(responseHeaders, frameOf(message), okTrailers)
  }

  /** With OK or as an error; a second end does nothing. */
  end(error?: GrpcError): void {
    if (this.isOver) return
    this.finish()
    const trailers = error ? trailersOf(error) : okTrailers
    if (this.hasHeaders) this.stream.end(trailers)
    else this.stream.sendHeaders(Buffer.concat([responseHeaders, trailers]), true)
  }

  /** An HTTP answer for what is none of gRPC's, when all of it has come; nothing of it is kept. */
  refuse(httpStatus: number, text: string): void {
    this.expectsMore = true
    const halfClosed = (): void => {
      this.finish()
      const isHead = this.headers[':method'] === 'HEAD'
      const head = encodeHeaders({ ':status': String(httpStatus), 'content-type': 'text/plain' })
      if (isHead) this.stream.sendHeaders(head, true)
      else this.stream.respond(head, Buffer.from(text), internalTrailers)
    }
    this.receiver = { message: () => undefined, halfClosed }
  }

  /** Whatever was thrown. */
  fail(error: unknown): void {
    if (error instanceof GrpcError) this.end(error)
    else this.end(new GrpcError(GrpcStatus.INTERNAL, String(error)))
  }

  /** Keeps its deadline and the limits on what is half done. */
  housekeep(now: number): void {
    if (this.endedAt !== undefined) {
      if (now - this.endedAt > UNREAD_ANSWER_TIMEOUT_MS) this.reset(ErrorCode.CANCEL)
    } else if (now >= this.deadline) this.expire('the deadline of the call passed')
    else if (this.isHalf && now - this.lastProgressAt > HALF_REQUEST_TIMEOUT_MS)
      this.expire('the request was not finished')
  }

  /** Its time is over: the caller is told so, and whoever works for it too. */
  private expire(why: string): void {
    if (this.stream.queuedBytes > 0) this.reset(ErrorCode.CANCEL)
    else this.end(new GrpcError(GrpcStatus.DEADLINE_EXCEEDED, why))
    this.cancel()
  }

  /** Ends the stream without a word of gRPC. */
  private reset(code: number): void {
    this.endedAt ??= this.calls.monotonic()
    this.stream.reset(code)
    this.cancel()
  }

  private get isHalf(): boolean {
    return this.held > 0 || (this.expectsMore && !this.stream.isRemoteEnded)
  }

  private finish(): void {
    this.endedAt = this.calls.monotonic()
    this.hold(0)
  }

  private hold(bytes: number): void {
    const more = bytes - this.held
    if (more === 0) return
    this.held = bytes
    this.calls.hold(more)
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
