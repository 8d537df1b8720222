import type { RealTime } from '../base/clock'
import { bindAddresses } from '../base/bindAddresses'
import { Emitter } from '../base/emitter'
import type { Lines } from '../base/faultyLines'
import type { Log } from '../base/log'
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'
import type { RemotingConnection } from '../remoting/connection'
import type { RequestHandler } from '../remoting/route'
import { RemotingServer } from '../remoting/server'
import type { OnStranger } from '../remoting/strangers'

/** Old clients send to this port before the listen port. Java: fastRemotingServer. */
export const vipPortOf = (listenPort: number): number => listenPort - 2

interface Options {
  clock: RealTime
  log: Log
  /** Address to bind; with one beyond loopback, loopback as well. */
  host: string
  /** 0 takes any free port. */
  listenPort: number
  vipChannel: boolean
  lines?: Lines | undefined
  onStranger?: OnStranger | undefined
}

/** The broker's ports. They are taken before anything is opened, and refuse every request until `serve`. */
export class BrokerServer {
  readonly disconnected = new Emitter<RemotingConnection>()
  private readonly servers: RemotingServer[] = []
  private handler: RequestHandler = refuse('it is starting')

  constructor(private readonly options: Options) {}

  /** The bound port. @throws Node's error (`EADDRINUSE` …). */
  async listen(): Promise<number> {
    const { listenPort, vipChannel, log } = this.options
    const port = await this.bind(listenPort)
    if (!vipChannel || vipPortOf(listenPort) <= 0) return port
    try {
      await this.bind(vipPortOf(listenPort))
    } catch (error) {
      // Only clients of before 4.5 would miss it, and they fall back to the listen port.
      log.warn(`the VIP port ${vipPortOf(listenPort)} is not available, going without`, error)
    }
    return port
  }

  serve(handler: RequestHandler): void {
    this.handler = handler
  }

  /** From now on every request is refused; those under way are still answered. */
  refuse(): void {
    this.handler = refuse('it is shutting down')
  }

  /** Monotonic time of the last byte in or out on any connection; -Infinity without one. */
  get lastActiveAt(): number {
    let last = -Infinity
    for (const { connections } of this.servers)
      for (const connection of connections) last = Math.max(last, connection.lastActiveAt)
    return last
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.close()))
  }

  private async bind(port: number): Promise<number> {
    const { clock, log, host, lines, onStranger } = this.options
    const handler: RequestHandler = (command, connection) => this.handler(command, connection)
    const at = { host: bindAddresses(host), port }
    const server = new RemotingServer({ clock, log, handler, ...at, lines, onStranger })
    const bound = await server.listen()
    server.disconnected.on((connection) => this.disconnected.emit(connection))
    this.servers.push(server)
    return bound
  }
}

const refuse =
  (why: string): RequestHandler =>
  () => {
    throw new RemotingError(
      ResponseCode.SERVICE_NOT_AVAILABLE,
      `this broker is not in service: ${why}; try again in a moment`
    )
  }
