/** Answers clients that came to a remoting port and speak something else, each in its own protocol. */
import { createServer, type Http2Server } from 'node:http2'
import type { Socket } from 'node:net'
import type { RealTime } from '../base/clock'
import type { Log } from '../base/log'
import { protocolOf, Strangers, type OnStranger, type Stranger } from './strangers'

/** Such a connection is closed after this. */
const MAX_AGE_MS = 10_000
/** Open at once; the next one is closed unanswered. */
const MAX_OPEN = 32

/** https://grpc.io/docs/guides/status-codes/: not worth another try. */
const GRPC_UNIMPLEMENTED = '12'

const PROXY = 'the proxy, whose port is 8081 unless it was changed'

const cures: Partial<Record<Stranger['protocol'], string>> = {
  grpc: `gRPC clients (RocketMQ 5.x) have to connect to ${PROXY}`,
  tls: `TLS is not spoken here: remoting clients have to switch it off (tls.enable=false), gRPC clients have to connect to ${PROXY}`,
  http: 'HTTP is not spoken here: the console has a port of its own'
}

const described = ({ protocol, remoteAddress, port }: Stranger): string =>
  `${remoteAddress} speaks ${protocol} at port ${port}, which is for RocketMQ's remoting protocol; ${cures[protocol]}`

interface Deps {
  clock: RealTime
  log: Log
  onStranger: OnStranger | undefined
}

export class WrongPort {
  private readonly strangers: Strangers
  private readonly open = new Set<Socket>()
  private http2: Http2Server | undefined

  constructor(private readonly deps: Deps) {
    this.strangers = new Strangers({ ...deps, describe: described })
  }

  /** True: it was somebody's first bytes, the socket is taken care of. */
  take(socket: Socket, bytes: Buffer, remoteAddress: string): boolean {
    const protocol = protocolOf(bytes)
    const cure = protocol && cures[protocol]
    if (protocol === undefined || cure === undefined) return false
    const port = socket.localPort ?? 0
    this.strangers.seen({ protocol, remoteAddress, port })
    if (protocol === 'tls' || this.open.size >= MAX_OPEN) socket.destroy()
    else {
      this.keep(socket)
      if (protocol === 'grpc') this.answerGrpc(socket, bytes)
      else socket.end(http1Answer(`Port ${port} speaks RocketMQ's remoting protocol; ${cure}.\n`))
    }
    return true
  }

  close(): void {
    for (const socket of this.open) socket.destroy()
  }

  private keep(socket: Socket): void {
    this.open.add(socket)
    const end = this.deps.clock.after(MAX_AGE_MS, () => socket.destroy())
    socket.once('close', () => {
      end.dispose()
      this.open.delete(socket)
    })
  }

  private answerGrpc(socket: Socket, bytes: Buffer): void {
    this.http2 ??= this.createHttp2()
    socket.pause()
    socket.unshift(bytes)
    this.http2.emit('connection', socket)
  }

  private createHttp2(): Http2Server {
    const server = createServer()
    server.on('sessionError', (error: Error) => this.deps.log.debug(error.message))
    server.on('stream', (stream) => {
      stream.on('error', () => undefined)
      const port = stream.session?.socket.localPort ?? 0
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': GRPC_UNIMPLEMENTED,
          'grpc-message': `port ${port} speaks RocketMQ's remoting protocol; ${cures.grpc}`
        },
        { endStream: true }
      )
      stream.resume()
    })
    return server
  }
}

/** Closes the connection. */
export const http1Answer = (text: string): string =>
  [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    '',
    text
  ].join('\r\n')
