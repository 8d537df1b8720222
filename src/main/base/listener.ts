/** One port at several addresses. */
import { createServer, type Server, type Socket } from 'node:net'
import { systemRandom, type Random } from './random'

export interface ListenerOptions {
  /** One listener each. */
  hosts: readonly string[]
  /** 0 takes any free port, the same at every address; one that can be taken again after a stop. */
  port: number
  random?: Random
  /** At one address; the next one is closed at once. */
  maxConnections: number
  /** Bytes a connection buffers before it says that it is full; absent: Node's. */
  highWaterMark?: number
  onSocket: (socket: Socket) => void
  onError: (error: Error) => void
  /** One more than maxConnections came. */
  onDrop: () => void
}

/**
 * Where "any free port" is looked for: below what Linux (32768), macOS and Windows (49152) lend to outgoing
 * connections. One the system chose could be lent to a client while its broker restarts.
 */
const LOWEST_ANY_PORT = 20_000
const HIGHEST_ANY_PORT = 32_000
/** Tries in that range; then the system chooses. */
const MAX_PORT_ATTEMPTS = 50
/** Another's; Windows says EACCES where it keeps a range for itself. */
const TAKEN = ['EADDRINUSE', 'EACCES']
const BACKLOG = 1024

export class Listener {
  private servers: Server[] = []

  constructor(private readonly options: ListenerOptions) {}

  get port(): number {
    const address = this.servers[0]?.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** The bound port. @throws Node's error (`EADDRINUSE` …), with nothing left open. */
  async listen(): Promise<number> {
    const { hosts, port, random = systemRandom } = this.options
    for (let attempt = 1; this.servers.length === 0; attempt++) {
      const isLast = port !== 0 || attempt > MAX_PORT_ATTEMPTS
      const wanted = isLast
        ? port
        : LOWEST_ANY_PORT + random.int(HIGHEST_ANY_PORT - LOWEST_ANY_PORT)
      try {
        for (const host of hosts) await this.bind(host, this.port || wanted)
      } catch (error) {
        await this.close()
        if (isLast || !TAKEN.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      }
    }
    return this.port
  }

  /** Resolves when nobody is connected any more. */
  async close(): Promise<void> {
    const servers = this.servers
    this.servers = []
    await Promise.all(
      servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    )
  }

  private async bind(host: string, port: number): Promise<void> {
    const { maxConnections, highWaterMark, onSocket, onError, onDrop } = this.options
    const buffering = highWaterMark === undefined ? {} : { highWaterMark }
    const server = createServer({ noDelay: true, ...buffering }, onSocket)
    server.maxConnections = maxConnections
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, backlog: BACKLOG }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    this.servers.push(server)
    server.on('error', onError)
    server.on('drop', onDrop)
  }
}
