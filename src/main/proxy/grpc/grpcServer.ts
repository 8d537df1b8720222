/** The port of the proxy: HTTP/2 connections, their calls, and what is too much of either. */
import type { RealTime } from '../../base/clock'
import type { Disk } from '../../base/disk'
import { Disposables } from '../../base/disposable'
import { plainLines, type Lines } from '../../base/faultyLines'
import { Listener } from '../../base/listener'
import type { Log } from '../../base/log'
import type { RawSocket } from '../../base/rawSocket'
import type { OnStranger } from '../../remoting/strangers'
import type { ProxyConfig } from '../proxyConfig'
import { Code, status } from '../v2/code'
import type { MessagingService } from '../v2/methods'
import type { Access } from './access'
import { GrpcError, GrpcStatus } from './call'
import { Door } from './door'
import { GrpcConnection } from './grpcConnection'
import { CLOSE_GRACE_MS, MAX_CALLS, MAX_CONNECTIONS, MAX_PARTIAL_BYTES } from './limits'
import { serveTable, type Serve } from './serve'
import { isGrpc, type Calls, type ServerCall } from './serverCall'
import { TlsDoor } from './tlsDoor'

/** Deadlines are kept to this. */
const HOUSEKEEPING_PERIOD_MS = 50

export interface GrpcServerOptions {
  clock: RealTime
  log: Log
  /** Addresses to bind, one listener each. */
  host: string | readonly string[]
  /** 0 takes any free port. */
  port: number
  /** What is done with connections before they are read. */
  lines?: Lines | undefined
  service: MessagingService
  disk: Disk
  config: Pick<
    ProxyConfig,
    'grpcMaxInboundMessageSize' | 'tlsTestModeEnable' | 'tlsKeyPath' | 'tlsCertPath'
  >
  /** Absent: everybody may do everything. */
  access?: Access | undefined
  /** Its own data folder, absolute: the certificate it makes. */
  folder: string
  /** Told to clients that came here but want a nameserver. */
  namesrvAddresses: () => readonly string[]
  /** A client knocked that speaks something else; one a minute of each kind and host. */
  onStranger?: OnStranger | undefined
}

const NOT_GRPC = 'this port speaks gRPC (RocketMQ 5.x): content-type has to be application/grpc\n'

const BUSY = status(
  Code.TOO_MANY_REQUESTS,
  `the proxy has ${MAX_CALLS} calls under way, send this one again a little later`
)

export class GrpcServer implements Calls {
  readonly maxRequestBytes: number
  readonly connections = new Set<GrpcConnection>()
  private readonly sockets = new Set<RawSocket>()
  private readonly calls = new Set<ServerCall>()
  private readonly disposables = new Disposables()
  private readonly listener: Listener
  private readonly tls: TlsDoor
  private readonly door: Door
  private readonly table: ReadonlyMap<string, Serve>
  private partialBytes = 0
  private isClosing = false

  constructor(private readonly options: GrpcServerOptions) {
    const { clock, host, port, log, service, config } = options
    this.maxRequestBytes = config.grpcMaxInboundMessageSize
    this.table = serveTable(service, {
      log,
      now: () => clock.wall(),
      refuse: () => (this.calls.size > MAX_CALLS ? BUSY : undefined),
      access: options.access
    })
    this.tls = new TlsDoor({ ...options, onSocket: (socket) => this.open(socket, true) })
    this.door = new Door({
      ...options,
      onStranger: options.onStranger,
      onPlain: (socket) => this.open(socket, false),
      onTls: (socket) => void this.tls.accept(socket),
      isTlsEnabled: () => this.tls.isEnabled
    })
    this.listener = new Listener({
      hosts: typeof host === 'string' ? [host] : host,
      port,
      maxConnections: MAX_CONNECTIONS,
      onSocket: (socket) => this.accept(socket),
      onError: (error) => log.error('the listener failed', error),
      onDrop: () => log.warn(`more than ${MAX_CONNECTIONS} connections, one was refused`)
    })
  }

  /**
   * The bound port, the same at every address. @throws Node's error (`EADDRINUSE` …) with nothing left open, an Error
   * when the configured certificate cannot be used.
   */
  async listen(): Promise<number> {
    this.tls.check()
    await this.listener.listen()
    this.disposables.add(this.options.clock.every(HOUSEKEEPING_PERIOD_MS, () => this.housekeep()))
    return this.port
  }

  get port(): number {
    return this.listener.port
  }

  /** Stops listening, gives the calls under way a moment to end, and cuts them. */
  async close(): Promise<void> {
    this.isClosing = true
    this.disposables.dispose()
    const closed = this.listener.close()
    // Clients take the end of Telemetry for what it is, and a broken line for a failure.
    for (const call of this.calls) if (call.isDuplex) call.end()
    for (const connection of this.connections) connection.goAway()
    const cut = this.options.clock.after(CLOSE_GRACE_MS, () => {
      for (const connection of this.connections) connection.destroy()
      for (const socket of this.sockets) socket.destroy()
    })
    await closed
    cut.dispose()
  }

  monotonic(): number {
    return this.options.clock.monotonic()
  }

  hold(bytes: number): void {
    this.partialBytes += bytes
    if (bytes > 0 && this.partialBytes > MAX_PARTIAL_BYTES)
      throw new GrpcError(
        GrpcStatus.RESOURCE_EXHAUSTED,
        `the proxy is receiving more than ${MAX_PARTIAL_BYTES} bytes at once, send this again later`
      )
  }

  ended(call: ServerCall): void {
    this.calls.delete(call)
  }

  private accept(socket: RawSocket): void {
    const { lines = plainLines } = this.options
    if (this.isClosing || socket.remoteAddress === undefined) {
      socket.destroy()
      return
    }
    this.sockets.add(socket)
    socket.once('close', () => this.sockets.delete(socket))
    lines.accepted(socket)
    this.door.enter(socket)
  }

  private open(socket: RawSocket, isTls: boolean): void {
    if (this.isClosing) {
      socket.destroy()
      return
    }
    const { clock, log } = this.options
    const connection = new GrpcConnection(socket, isTls, {
      clock,
      log,
      calls: this,
      onCall: (call) => this.onCall(call),
      onClose: (gone) => this.connections.delete(gone)
    })
    this.connections.add(connection)
    socket.resume()
  }

  private onCall(call: ServerCall): void {
    this.calls.add(call)
    const serve = this.table.get(call.path)
    if (!isGrpc(call.headers)) call.refuse(415, NOT_GRPC)
    else if (serve) serve(call)
    else {
      const what = `${call.path} is not a call of this proxy`
      call.end(new GrpcError(GrpcStatus.UNIMPLEMENTED, what))
    }
  }

  private housekeep(): void {
    const now = this.monotonic()
    for (const call of this.calls) call.housekeep(now)
    for (const connection of this.connections) connection.housekeep(now)
  }
}
