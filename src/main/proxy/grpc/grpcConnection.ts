/** One HTTP/2 connection of a client: its calls, and whether it is still there. */
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import type { RealTime } from '../../base/clock'
import type { Log } from '../../base/log'
import { CONNECTION_IDLE_MS, PING_AFTER_MS, PING_TIMEOUT_MS } from './limits'
import { isGrpc, ServerCall, type Calls, type Peer } from './serverCall'

/** Of the connection as a whole; a stream's own window is smaller. */
const CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024

interface Deps {
  clock: RealTime
  log: Log
  calls: Calls
  onCall: (call: ServerCall) => void
}

const address = (host: string | undefined, port: number | undefined): string => {
  const plain = (host ?? '').replace(/^::ffff:/i, '')
  return `${plain.includes(':') ? `[${plain}]` : plain}:${port ?? 0}`
}

export class GrpcConnection implements Peer {
  readonly remoteAddress: string
  readonly localAddress: string
  private openCalls = 0
  /** Monotonic time of the last begin or end of a call, or of an answer to a ping. */
  private lastActiveAt: number
  /** Monotonic time since which there is no call. */
  private idleSince: number
  private pingSentAt: number | undefined

  constructor(
    private readonly session: ServerHttp2Session,
    readonly isTls: boolean,
    private readonly deps: Deps
  ) {
    const { socket } = session
    this.remoteAddress = address(socket.remoteAddress, socket.remotePort)
    this.localAddress = address(socket.localAddress, socket.localPort)
    this.lastActiveAt = this.idleSince = deps.clock.monotonic()
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES)
    session.on('error', (error: Error) => deps.log.debug(`${this.remoteAddress}: ${error.message}`))
    session.on('stream', (stream, headers) => this.onStream(stream, headers))
  }

  /** No new calls; it closes with the last one. */
  goAway(): void {
    if (!this.session.closed) this.session.close()
  }

  destroy(): void {
    if (!this.session.destroyed) this.session.destroy()
  }

  housekeep(now: number): void {
    if (this.openCalls === 0 && now - this.idleSince > CONNECTION_IDLE_MS) {
      this.goAway()
      return
    }
    if (this.pingSentAt !== undefined) {
      if (now - this.pingSentAt > PING_TIMEOUT_MS) {
        this.deps.log.warn(`closing ${this.remoteAddress}: it does not answer`)
        this.destroy()
      }
    } else if (now - this.lastActiveAt > PING_AFTER_MS) this.ping(now)
  }

  private ping(now: number): void {
    if (this.session.closed || this.session.destroyed) return
    this.pingSentAt = now
    this.session.ping(() => {
      this.pingSentAt = undefined
      this.lastActiveAt = this.deps.clock.monotonic()
    })
  }

  private onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { calls, onCall } = this.deps
    this.openCalls++
    const call = new ServerCall(stream, headers, this, calls)
    this.lastActiveAt = call.lastProgressAt
    stream.once('close', () => {
      this.openCalls--
      this.lastActiveAt = this.idleSince = this.deps.clock.monotonic()
    })
    if (isGrpc(headers)) onCall(call)
    else call.refuse(415)
  }
}
