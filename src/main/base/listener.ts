/** One port at several addresses. */
import { createServer, type Server, type Socket } from 'node:net'

export interface ListenerOptions {
  /** One listener each. */
  hosts: readonly string[]
  /** 0 takes any free port, the same at every address. */
  port: number
  /** At one address; the next one is closed at once. */
  maxConnections: number
  /** Bytes a connection buffers before it says that it is full; absent: Node's. */
  highWaterMark?: number
  onSocket: (socket: Socket) => void
  onError: (error: Error) => void
  /** One more than maxConnections came. */
  onDrop: () => void
}

/** A port that is free at several addresses is looked for this often. */
const MAX_PORT_ATTEMPTS = 10
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
    const { hosts, port } = this.options
    for (let attempt = 1; this.servers.length === 0; attempt++) {
      try {
        for (const host of hosts) await this.bind(host, this.port || port)
      } catch (error) {
        await this.close()
        // A port the system chose at the first address may be taken at the second.
        const isChosen = port === 0 && hosts.length > 1 && attempt < MAX_PORT_ATTEMPTS
        if (!isChosen || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
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
