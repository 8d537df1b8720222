import { createServer, type Server, type Socket } from 'node:net'
import type { RealTime } from '../base/clock'
import { Disposables } from '../base/disposable'
import { Emitter } from '../base/emitter'
import { plainLines, type Lines } from '../base/faultyLines'
import type { Log } from '../base/log'
import { RemotingConnection } from './connection'
import type { RequestHandler } from './route'

/** A connection without any byte in or out is closed after this. Java: serverChannelMaxIdleTimeSeconds. */
export const CHANNEL_MAX_IDLE_MS = 120_000

/** A frame that began must be whole within this time without progress: a peer cannot hold memory with half a frame. */
export const HALF_FRAME_TIMEOUT_MS = 30_000

/** Connections accepted at one address; the next one is closed at once. */
export const MAX_CONNECTIONS = 10_000

const HOUSEKEEPING_PERIOD_MS = 1000

/** A port that is free at several addresses is looked for this often. */
const MAX_PORT_ATTEMPTS = 10

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
}

/** Listens, keeps the connections, closes the idle ones. */
export class RemotingServer {
  readonly connections = new Set<RemotingConnection>()
  readonly disconnected = new Emitter<RemotingConnection>()
  private readonly disposables = new Disposables()
  private servers: Server[] = []

  constructor(private readonly options: ServerOptions) {}

  /** The bound port, the same at every address. @throws Node's error (`EADDRINUSE` …), with nothing left open. */
  async listen(): Promise<number> {
    const { host, port } = this.options
    const hosts = typeof host === 'string' ? [host] : host
    for (let attempt = 1; this.servers.length === 0; attempt++) {
      try {
        await this.bindAll(hosts, port)
      } catch (error) {
        await this.closeServers()
        // A port the system chose at the first address may be taken at the second.
        const isChosen = port === 0 && hosts.length > 1 && attempt < MAX_PORT_ATTEMPTS
        if (!isChosen || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      }
    }
    this.disposables.add(this.options.clock.every(HOUSEKEEPING_PERIOD_MS, () => this.housekeep()))
    return this.port
  }

  get port(): number {
    const address = this.servers[0]?.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  private async bindAll(hosts: readonly string[], port: number): Promise<void> {
    for (const host of hosts) await this.bind(host, this.port || port)
  }

  private async bind(host: string, port: number): Promise<void> {
    const { log } = this.options
    const server = createServer({ noDelay: true }, (socket) => this.accept(socket))
    server.maxConnections = MAX_CONNECTIONS
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, backlog: 1024 }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    this.servers.push(server)
    server.on('error', (error) => log.error('the listener failed', error))
    server.on('drop', () => log.warn(`more than ${MAX_CONNECTIONS} connections, one was refused`))
  }

  private async closeServers(): Promise<void> {
    const servers = this.servers
    this.servers = []
    await Promise.all(
      servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    )
  }

  /** Stops listening and closes every connection after what is queued was sent. */
  async close(): Promise<void> {
    this.disposables.dispose()
    const closed = this.closeServers()
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
    const connection = new RemotingConnection(socket, { clock, log, handler })
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
