import type { Socket } from 'node:net'
import type { RealTime } from '../base/clock'
import { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import { CURRENT_VERSION } from '../protocol/codes/mqVersion'
import { requestCodeName } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { decodeFrame, FrameDecoder, FrameWriter } from '../protocol/frame'
import type { Header } from '../protocol/headerCodec'
import { hostAddress, type HostAddress } from '../protocol/message/host'
import {
  createRequest,
  isOneway,
  isResponse,
  type RemotingCommand,
  type RemotingRequest,
  type Reply,
  type SerializeType
} from '../protocol/remotingCommand'
import { RemotingConnectError, RemotingTimeoutError } from './errors'
import { failureReply, type Outcome, type RequestHandler } from './route'

/** Unanswered requests one peer may have here, held pulls included; beyond it the answer is SYSTEM_BUSY. */
export const MAX_UNANSWERED_REQUESTS = 16_384

/** Bytes waiting to be sent; above it no request of that peer is read or handled until it has taken them. */
export const WRITE_HIGH_WATER_BYTES = 8 * 1024 * 1024

/** Bytes waiting to be sent (answers to requests held before) at which a peer that does not read is cut off. */
export const WRITE_LIMIT_BYTES = 64 * 1024 * 1024

interface Pending {
  resolve: (command: RemotingCommand) => void
  reject: (error: Error) => void
  deadline: number
  timeoutMs: number
  code: number
}

export interface ConnectionOptions {
  clock: RealTime
  log: Log
  /** Answers the peer's requests. */
  handler: RequestHandler
  /** Serialization of our own requests. */
  serializeType?: SerializeType
  /** Bytes that are no frame came first; true: the socket is taken over, with them. */
  onForeign?: (socket: Socket, bytes: Buffer, remoteAddress: string) => boolean
}

/**
 * One TCP connection, both ways: answers the peer's requests and pairs its responses with ours by `opaque`.
 * A malformed frame closes it and harms nothing else.
 */
export class RemotingConnection {
  /** `127.0.0.1:50000` of the peer. */
  readonly remoteAddress: string
  readonly remoteHost: HostAddress
  /** Where the peer found us, an IP address; one that came as IPv6-mapped is IPv4. */
  readonly localAddress: string
  /** Emitted once, when the connection is gone. */
  readonly closed = new Emitter<void>()
  /** Monotonic time of the last byte in or out. */
  lastActiveAt: number
  /** Monotonic time since which a frame is incomplete; undefined between frames. */
  partialSince: number | undefined

  private readonly decoder = new FrameDecoder()
  private readonly pending = new Map<number, Pending>()
  private readonly log: Log
  private readonly outgoing = new FrameWriter()
  private flushScheduled = false
  private nextOpaque = 0
  private unanswered = 0
  private paused = false
  /** Requests already read that wait until the peer has taken its answers. */
  private deferred: RemotingCommand[] = []
  private open = true
  /** A whole frame has come. */
  private hasSpoken = false

  constructor(
    private readonly socket: Socket,
    private readonly options: ConnectionOptions
  ) {
    const address = socket.remoteAddress ?? '0.0.0.0'
    const port = socket.remotePort ?? 0
    this.remoteAddress = `${address.includes(':') ? `[${address}]` : address}:${port}`
    this.remoteHost = hostAddress(address, port)
    this.localAddress = (socket.localAddress ?? '').replace(/^::ffff:/i, '')
    this.log = options.log
    this.lastActiveAt = options.clock.monotonic()
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.onData(chunk))
    socket.on('error', (error) => this.log.debug(`${this.remoteAddress}: ${error.message}`))
    socket.on('close', () => this.onClose())
    socket.on('drain', () => this.resume())
  }

  get isOpen(): boolean {
    return this.open
  }

  /** @throws RemotingTimeoutError, or RemotingConnectError when the connection breaks first. */
  request(request: RemotingRequest, timeoutMs: number): Promise<RemotingCommand> {
    return new Promise((resolve, reject) => {
      if (!this.open) {
        reject(new RemotingConnectError(this.remoteAddress))
        return
      }
      const opaque = this.takeOpaque()
      const deadline = this.options.clock.monotonic() + timeoutMs
      this.pending.set(opaque, { resolve, reject, deadline, timeoutMs, code: request.code })
      this.sendRequest(request, opaque, false)
    })
  }

  /** Sends a request nobody answers; dropped when the connection is gone. */
  oneway(request: RemotingRequest): void {
    if (this.open) this.sendRequest(request, this.takeOpaque(), true)
  }

  /** Fails the requests whose time is over; called by the owner's housekeeping. */
  expire(monotonicNow: number): void {
    for (const [opaque, entry] of this.pending) {
      if (entry.deadline > monotonicNow) continue
      this.pending.delete(opaque)
      entry.reject(
        new RemotingTimeoutError(this.remoteAddress, entry.timeoutMs, requestCodeName(entry.code))
      )
    }
  }

  /** Sends what is queued and closes; `destroy` drops it. */
  end(): void {
    this.flush()
    this.socket.end()
  }

  destroy(reason?: string): void {
    if (reason !== undefined) this.log.warn(`closing ${this.remoteAddress}: ${reason}`)
    this.socket.destroy()
  }

  private takeOpaque(): number {
    do this.nextOpaque = (this.nextOpaque + 1) & 0x7fffffff
    while (this.pending.has(this.nextOpaque))
    return this.nextOpaque
  }

  private sendRequest(request: RemotingRequest, opaque: number, oneway: boolean): void {
    const type = this.options.serializeType ?? 'JSON'
    const command = createRequest(request, opaque, oneway, type)
    this.write(command, type, request.body)
  }

  private onData(chunk: Buffer): void {
    const now = this.options.clock.monotonic()
    this.lastActiveAt = now
    let frames = 0
    try {
      this.decoder.feed(chunk, (source, start, end) => {
        frames++
        this.onCommand(decodeFrame(source, start, end))
      })
    } catch (error) {
      if (!this.hasSpoken && frames === 0 && this.isTakenOver(chunk)) return
      this.destroy(error instanceof Error ? error.message : String(error))
      return
    }
    this.hasSpoken ||= frames > 0
    if (this.decoder.pendingBytes === 0) this.partialSince = undefined
    else if (frames > 0 || this.partialSince === undefined) this.partialSince = now
  }

  private isTakenOver(chunk: Buffer): boolean {
    const { socket, options, decoder, remoteAddress } = this
    const bytes = decoder.pendingBytes > 0 ? decoder.pending() : chunk
    if (!options.onForeign?.(socket, bytes, remoteAddress)) return false
    socket.removeAllListeners('data')
    this.onClose()
    return true
  }

  private onCommand(command: RemotingCommand): void {
    if (!this.open) return
    if (isResponse(command)) {
      const entry = this.pending.get(command.opaque)
      if (!entry) {
        this.log.debug(
          `${this.remoteAddress}: a response nobody waits for, opaque ${command.opaque}`
        )
        return
      }
      this.pending.delete(command.opaque)
      entry.resolve(command)
      return
    }
    if (this.paused || this.waitingBytes() > WRITE_HIGH_WATER_BYTES) {
      this.deferred.push(command)
      this.pause()
    } else this.answer(command)
  }

  private waitingBytes(): number {
    return this.outgoing.bytes + this.socket.writableLength
  }

  private pause(): void {
    if (this.paused) return
    this.paused = true
    this.socket.pause()
  }

  private answer(command: RemotingCommand): void {
    if (this.unanswered >= MAX_UNANSWERED_REQUESTS) {
      this.sendReply(command, {
        code: ResponseCode.SYSTEM_BUSY,
        remark: `[OVERLOAD]this connection has ${this.unanswered} unanswered requests; wait for answers before sending more`
      })
      return
    }
    let outcome: Outcome | Promise<Outcome>
    try {
      outcome = this.options.handler(command, this)
    } catch (error) {
      this.sendReply(command, failureReply(error, command, this.log))
      return
    }
    if (!(outcome instanceof Promise)) {
      this.sendReply(command, outcome)
      return
    }
    this.unanswered++
    outcome.then(
      (value) => {
        this.unanswered--
        this.sendReply(command, value)
      },
      (error: unknown) => {
        this.unanswered--
        this.sendReply(command, failureReply(error, command, this.log))
      }
    )
  }

  private sendReply(command: RemotingCommand, outcome: Outcome): void {
    if (!this.open || outcome === undefined || isOneway(command)) return
    const { code, remark, extFields, body } = outcome
    const header = {
      code,
      language: 'JAVA',
      version: CURRENT_VERSION,
      opaque: command.opaque,
      flag: 1,
      ...(remark !== undefined && { remark }),
      extFields: extFields ?? {}
    }
    this.write(header, command.serializeType, body)
  }

  /** Everything written in one turn leaves in one go. */
  private write(header: Header, type: SerializeType, body: Reply['body']): void {
    this.outgoing.add(header, type, body)
    if (this.flushScheduled) return
    this.flushScheduled = true
    process.nextTick(() => this.flush())
  }

  private flush(): void {
    this.flushScheduled = false
    if (!this.open || this.outgoing.bytes === 0) return
    this.lastActiveAt = this.options.clock.monotonic()
    const [first, ...rest] = this.outgoing.take()
    if (rest.length > 0) this.socket.cork()
    this.socket.write(first!)
    for (const buffer of rest) this.socket.write(buffer)
    if (rest.length > 0) this.socket.uncork()
    const waiting = this.socket.writableLength
    if (waiting > WRITE_LIMIT_BYTES)
      this.destroy(`it does not read; ${waiting} bytes wait to be sent`)
    else if (waiting > WRITE_HIGH_WATER_BYTES) this.pause()
  }

  private resume(): void {
    this.lastActiveAt = this.options.clock.monotonic()
    if (!this.paused) return
    this.paused = false
    const waiting = this.deferred
    this.deferred = []
    for (const command of waiting) this.onCommand(command)
    if (!this.paused) this.socket.resume()
  }

  private onClose(): void {
    if (!this.open) return
    this.open = false
    this.outgoing.clear()
    this.deferred = []
    for (const entry of this.pending.values())
      entry.reject(new RemotingConnectError(this.remoteAddress))
    this.pending.clear()
    this.closed.emit()
  }
}
