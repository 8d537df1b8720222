/** One HTTP/2 connection of a client: its calls, and whether it is still there. */
import type { RealTime } from '../../base/clock'
import type { Log } from '../../base/log'
import type { RawSocket } from '../../base/rawSocket'
import type { DecodedHeaders } from '../http2/hpack'
import { Http2Connection } from '../http2/http2Connection'
import type { Http2Stream, StreamHandler } from '../http2/http2Stream'
import { GrpcError, GrpcStatus } from './call'
import {
  CONNECTION_IDLE_MS,
  HALF_REQUEST_TIMEOUT_MS,
  MAX_HEADER_BYTES,
  MAX_STREAMS_PER_CONNECTION,
  PING_AFTER_MS,
  PING_TIMEOUT_MS
} from './limits'
import { ServerCall, type Calls, type Peer } from './serverCall'

interface Deps {
  clock: RealTime
  log: Log
  calls: Calls
  onCall: (call: ServerCall) => void
  onClose: (connection: GrpcConnection) => void
}

const address = (host: string | undefined, port: number | undefined): string => {
  const plain = (host ?? '').replace(/^::ffff:/i, '')
  return `${plain.includes(':') ? `[${plain}]` : plain}:${port ?? 0}`
}

export class GrpcConnection implements Peer {
  readonly remoteAddress: string
  readonly localAddress: string
  private readonly line: Http2Connection
  /** Monotonic time of the last look at which there was a call. */
  private busyAt: number
  private pingSentAt: number | undefined

  constructor(
    socket: RawSocket,
    readonly isTls: boolean,
    private readonly deps: Deps
  ) {
    const { clock, log } = deps
    this.remoteAddress = address(socket.remoteAddress, socket.remotePort)
    this.localAddress = address(socket.localAddress, socket.localPort)
    this.busyAt = clock.monotonic()
    this.line = new Http2Connection(socket, {
      clock,
      maxStreams: MAX_STREAMS_PER_CONNECTION,
      maxHeaderBytes: MAX_HEADER_BYTES,
      onStream: (stream, decoded) => this.onStream(stream, decoded),
      onClose: (error) => {
        if (error) log.debug(`${this.remoteAddress}: ${error.message}`)
        deps.onClose(this)
      }
    })
  }

  /** No new calls; it closes with the last one. */
  goAway(): void {
    this.line.goAway()
  }

  destroy(why?: string): void {
    if (why !== undefined) this.deps.log.warn(`closing ${this.remoteAddress}: ${why}`)
    this.line.destroy()
  }

  housekeep(now: number): void {
    const { line } = this
    const silentMs = now - line.lastReadAt
    if (line.streamCount > 0) this.busyAt = now
    else if (now - this.busyAt > CONNECTION_IDLE_MS) {
      // A peer that does not close its side holds nothing.
      if (now - this.busyAt > CONNECTION_IDLE_MS + PING_TIMEOUT_MS) this.destroy()
      else this.goAway()
      return
    }
    if (line.isHalf && silentMs > HALF_REQUEST_TIMEOUT_MS)
      this.destroy('it left a frame incomplete')
    else if (this.pingSentAt === undefined) {
      if (silentMs > PING_AFTER_MS) this.ping(now)
    } else if (now - this.pingSentAt > PING_TIMEOUT_MS) this.destroy('it does not answer')
  }

  private ping(now: number): void {
    this.pingSentAt = now
    this.line.ping(() => (this.pingSentAt = undefined))
  }

  private onStream(stream: Http2Stream, decoded: DecodedHeaders): StreamHandler {
    const { calls, onCall } = this.deps
    const call = new ServerCall(stream, decoded.headers, this, calls)
    stream.handler = call
    if (decoded.isTooLarge) {
      const why = `headers of more than ${MAX_HEADER_BYTES} bytes are not taken`
      call.end(new GrpcError(GrpcStatus.RESOURCE_EXHAUSTED, why))
    } else onCall(call)
    return call
  }
}
