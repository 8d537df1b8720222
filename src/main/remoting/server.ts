import type { Socket } from 'node:net'
import type { RealTime } from '../base/clock'
import { Disposables } from '../base/disposable'
import { Emitter } from '../base/emitter'
import { plainLines, type Lines } from '../base/faultyLines'
import { Listener } from '../base/listener'
import type { Log } from '../base/log'
import { RemotingConnection } from './connection'
import type { RequestHandler } from './route'
import type { OnStranger } from './strangers'
import { WrongPort } from './wrongPort'

/** A connection without any byte in or out is closed after this. Java: serverChannelMaxIdleTimeSeconds. */
export const CHANNEL_MAX_IDLE_MS = 120_000

/** A frame that began must be whole within this time without progress: a peer cannot hold memory with half a frame. */
export const HALF_FRAME_TIMEOUT_MS = 30_000

/** Connections accepted at one address; the next one is closed at once. */
export const MAX_CONNECTIONS = 10_000

const HOUSEKEEPING_PERIOD_MS = 1000

export interface ServerOptions {
  clock: RealTime
  log: Log
  handler: RequestHandler
  /** Addresses to bind, one listener each; loopback unless told otherwise. */
  host: string | readonly string[]
  /** 0 takes any free port. */
  port: number
  /** What is done with connections before they are read; a node's can be disturbed on purpose. */
  lines?: Lines | undefined
  /** A client knocked that speaks something else; one a minute of each kind and host. */
  onStranger?: OnStranger | undefined
}

/** Listens, keeps the connections, closes the idle ones. */
export class RemotingServer {
  readonly connections = new Set<RemotingConnection>()
  readonly disconnected = new Emitter<RemotingConnection>()
  private readonly disposables = new Disposables()
  private readonly listener: Listener
  private readonly wrongPort: WrongPort

  constructor(private readonly options: ServerOptions) {
    const { host, port, clock, log, onStranger } = options
    this.wrongPort = new WrongPort({ clock, log, onStranger })
    this.listener = new Listener({
      hosts: typeof host === 'string' ? [host] : host,
      port,
      maxConnections: MAX_CONNECTIONS,
      onSocket: (socket) => this.accept(socket),
      onError: (error) => log.error('the listener failed', error),
      onDrop: () => log.warn(`more than ${MAX_CONNECTIONS} connections, one was refused`)
    })
  }

  /** The bound port, the same at every address. @throws Node's error (`EADDRINUSE` …), with nothing left open. */
  async listen(): Promise<number> {
    await this.listener.listen()
    this.disposables.add(this.options.clock.every(HOUSEKEEPING_PERIOD_MS, () => this.housekeep()))
    return this.port
  }

  get port(): number {
    return this.listener.port
  }

  /** Stops listening and closes every connection after what is queued was sent. */
  async close(): Promise<void> {
    this.disposables.dispose()
    const closed = this.listener.close()
    this.wrongPort.close()
    for (const connection of this.connections) connection.end()
    // A peer that does not close its side must not hold the stop.
    const cut = this.options.clock.after(200, () => this.destroyAll())
    await closed
    cut.dispose()
  }

  private destroyAll(): void {
    for (const connection of this.connections) connection.destroy()
  }

  private accept(socket: Socket): void {
    const { clock, log, handler, lines = plainLines } = this.options
    if (socket.remoteAddress === undefined) {
      socket.destroy()
      return
    }
    lines.accepted(socket)
    const connection = new RemotingConnection(socket, {
      ...{ clock, log, handler },
      onForeign: (...foreign) => this.wrongPort.take(...foreign)
    })
    this.connections.add(connection)
    connection.closed.on(() => {
      this.connections.delete(connection)
      this.disconnected.emit(connection)
    })
  }

  private housekeep(): void {
    const now = this.options.clock.monotonic()
    for (const connection of this.connections) {
      connection.expire(now)
      if (now - connection.lastActiveAt > CHANNEL_MAX_IDLE_MS)
        connection.destroy('it was idle for 120 s')
      else if (
        connection.partialSince !== undefined &&
        now - connection.partialSince > HALF_FRAME_TIMEOUT_MS
      )
        connection.destroy('it left a frame incomplete for 30 s')
    }
  }
}
