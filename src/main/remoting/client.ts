import type { RealTime } from '../base/clock'
import { Disposables } from '../base/disposable'
import { plainLines, type Lines } from '../base/faultyLines'
import type { Log } from '../base/log'
import { requestCodeName } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { parseAddress } from '../protocol/message/host'
import {
  RemotingError,
  type RemotingCommand,
  type RemotingRequest,
  type SerializeType
} from '../protocol/remotingCommand'
import { RemotingConnection } from './connection'
import { RemotingConnectError } from './errors'
import type { RequestHandler } from './route'
import { dialTls, READY_EVENT, type TlsSettings } from './tlsSocket'

/** Java: connectTimeoutMillis. */
export const CONNECT_TIMEOUT_MS = 3000

const HOUSEKEEPING_PERIOD_MS = 250

export interface ClientOptions {
  clock: RealTime
  log: Log
  /** Answers what servers ask; without it every request is refused. */
  handler?: RequestHandler
  serializeType?: SerializeType
  /** How connections are opened; a node's can be disturbed on purpose. */
  lines?: Lines | undefined
  /** Connections are plain text without it. */
  tls?: TlsSettings | undefined
  /** What each request of ours is sent as, with credentials for example. Java: RPCHook.doBeforeRequest. */
  beforeRequest?: ((request: RemotingRequest) => RemotingRequest) | undefined
}

const refuse: RequestHandler = (command) => {
  throw new RemotingError(
    ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
    `this client does not answer ${requestCodeName(command.code)}`
  )
}

/** One connection per server address, opened when first needed and again after it broke. */
export class RemotingClient {
  private readonly connections = new Map<string, Promise<RemotingConnection>>()
  private readonly disposables = new Disposables()
  private readonly live = new Set<RemotingConnection>()
  private closing = false

  constructor(private readonly options: ClientOptions) {
    this.disposables.add(
      options.clock.every(HOUSEKEEPING_PERIOD_MS, () => {
        const now = options.clock.monotonic()
        for (const connection of this.live) connection.expire(now)
      })
    )
  }

  /** The response whatever its code. @throws RemotingConnectError, RemotingTimeoutError. */
  async invoke(
    address: string,
    request: RemotingRequest,
    timeoutMs: number
  ): Promise<RemotingCommand> {
    const connection = await this.connectionTo(address)
    return connection.request(this.prepared(request), timeoutMs)
  }

  /** The response, which must be SUCCESS. @throws RemotingError with the peer's code and remark. */
  async call(
    address: string,
    request: RemotingRequest,
    timeoutMs: number
  ): Promise<RemotingCommand> {
    const response = await this.invoke(address, request, timeoutMs)
    if (response.code === ResponseCode.SUCCESS) return response
    throw new RemotingError(
      response.code,
      response.remark ?? `${requestCodeName(request.code)} failed at ${address}`,
      response.extFields
    )
  }

  async oneway(address: string, request: RemotingRequest): Promise<void> {
    const connection = await this.connectionTo(address)
    connection.oneway(this.prepared(request))
  }

  /** The open connection to an address, or a new one. @throws RemotingConnectError. */
  connectionTo(address: string): Promise<RemotingConnection> {
    const known = this.connections.get(address)
    if (known) return known
    if (this.closing) return Promise.reject(new RemotingConnectError(address))
    const opening = this.connect(address)
    this.connections.set(address, opening)
    opening.catch(() => this.forget(address, opening))
    return opening
  }

  close(): void {
    this.closing = true
    this.disposables.dispose()
    for (const connection of this.live) connection.end()
    this.connections.clear()
  }

  private prepared(request: RemotingRequest): RemotingRequest {
    return this.options.beforeRequest?.(request) ?? request
  }

  private forget(address: string, opening: Promise<RemotingConnection>): void {
    if (this.connections.get(address) === opening) this.connections.delete(address)
  }

  private connect(address: string): Promise<RemotingConnection> {
    const { clock, log, handler, serializeType, lines = plainLines, tls } = this.options
    const target = parseAddress(address)
    if (!target)
      return Promise.reject(new RemotingConnectError(address, { cause: 'not an address' }))
    const opening = new Promise<RemotingConnection>((resolve, reject) => {
      const socket = tls
        ? dialTls(target, tls)
        : lines.dial({ host: target.host, port: target.port, noDelay: true })
      const fail = (cause: unknown): void => {
        timeout.dispose()
        socket.destroy()
        reject(new RemotingConnectError(address, { cause }))
      }
      const timeout = clock.after(CONNECT_TIMEOUT_MS, () => fail('connect timed out'))
      socket.once('error', fail)
      socket.once(READY_EVENT[tls ? 'tls' : 'plain'], () => {
        // Nobody listens: the system gave us that very port to connect from, and it would stay taken.
        if (socket.localPort === target.port && socket.localAddress === socket.remoteAddress)
          return fail('connected to itself')
        timeout.dispose()
        socket.off('error', fail)
        const connection = new RemotingConnection(socket, {
          clock,
          log,
          handler: handler ?? refuse,
          ...(serializeType && { serializeType })
        })
        this.live.add(connection)
        connection.closed.on(() => {
          this.live.delete(connection)
          this.forget(address, opening)
        })
        if (this.closing) connection.destroy()
        resolve(connection)
      })
    })
    return opening
  }
}
