/** The console over WebSocket: the same calls and events as over IPC. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { ClientFrame, type EventName, type ServerFrame } from '../../shared/contract'
import type { Disposable } from '../base/disposable'
import type { Log } from '../base/log'
import type { Console } from '../console/console'
import { Session } from '../console/session'
import type { Access } from './access'
import { targetOf } from './pageServer'

export const SOCKET_PATH = '/ws'

/** Largest frame a window may send: the composer's longest body and its envelope. */
export const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024

/** Windows connected at once; the next one is turned away. */
export const MAX_SOCKETS = 64

/** Bytes a window has not taken yet, above which traffic and tail are left out for it; results never are. */
export const SLOW_READER_BYTES = 1024 * 1024

/** Bytes not taken at which a window that does not read is cut off. */
export const STUCK_READER_BYTES = 128 * 1024 * 1024

/** The renderer stops trying on this one and says how to get in. */
export const CLOSE_UNAUTHORIZED = 4401
const CLOSE_POLICY_VIOLATION = 1008
const CLOSE_TRY_AGAIN_LATER = 1013
const CLOSE_GOING_AWAY = 1001

interface Deps {
  console: Pick<Console, 'call' | 'on' | 'forget'>
  access: Access
  log: Log
}

const droppable: ReadonlySet<EventName> = new Set<EventName>(['traffic', 'tail'])

const parseFrame = (data: RawData, isBinary: boolean): ClientFrame | undefined => {
  if (isBinary || !Buffer.isBuffer(data)) return undefined
  try {
    return ClientFrame.safeParse(JSON.parse(data.toString('utf8'))).data
  } catch {
    return undefined // not JSON
  }
}

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

export class SocketServer implements Disposable {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    clientTracking: true
  })
  private nextCaller = 1

  constructor(private readonly deps: Deps) {}

  /** For the HTTP server's `upgrade`. A foreign page gets no WebSocket at all; our own without a token hears why. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { access } = this.deps
    socket.on('error', () => socket.destroy())
    const target = targetOf(request)
    if (!access.isOwnHost(request.headers)) refuse(socket, '421 Misdirected Request')
    else if (!access.isOwnOrigin(request.headers)) refuse(socket, '403 Forbidden')
    else if (target?.pathname !== SOCKET_PATH) refuse(socket, '404 Not Found')
    else {
      const isInvited =
        access.hasCookie(request.headers) || access.isToken(target.searchParams.get('token'))
      this.server.handleUpgrade(request, socket, head, (webSocket) =>
        this.accept(webSocket, isInvited)
      )
    }
  }

  dispose(): void {
    for (const webSocket of this.server.clients) {
      webSocket.close(CLOSE_GOING_AWAY, 'the engine stops')
      webSocket.terminate()
    }
    this.server.close()
  }

  private accept(webSocket: WebSocket, isInvited: boolean): void {
    webSocket.on('error', (error) => this.deps.log.debug(`a window's socket: ${error.message}`))
    if (!isInvited) {
      webSocket.close(CLOSE_UNAUTHORIZED, 'the token is missing or wrong')
      return
    }
    if (this.server.clients.size > MAX_SOCKETS) {
      webSocket.close(CLOSE_TRY_AGAIN_LATER, `more than ${MAX_SOCKETS} windows`)
      return
    }
    const caller = { id: `ws-${this.nextCaller++}` }
    const session = new Session(this.deps.console, caller, (event, payload) => {
      if (droppable.has(event) && webSocket.bufferedAmount > SLOW_READER_BYTES) return
      this.send(webSocket, { kind: 'event', event, payload })
    })
    webSocket.on('close', () => session.dispose())
    webSocket.on('message', (data, isBinary) => {
      const frame = parseFrame(data, isBinary)
      if (frame) this.receive(webSocket, session, frame)
      else webSocket.close(CLOSE_POLICY_VIOLATION, 'that is no frame of the contract')
    })
  }

  private receive(webSocket: WebSocket, session: Session, frame: ClientFrame): void {
    switch (frame.kind) {
      case 'call':
        void session
          .call(frame.method, frame.params)
          .then((outcome) => this.send(webSocket, { kind: 'result', id: frame.id, outcome }))
        break
      case 'subscribe':
        session.subscribe(frame.event)
        break
      case 'unsubscribe':
        session.unsubscribe(frame.event)
    }
  }

  private send(webSocket: WebSocket, frame: ServerFrame): void {
    if (webSocket.readyState !== webSocket.OPEN) return
    if (webSocket.bufferedAmount > STUCK_READER_BYTES) {
      this.deps.log.warn('a window does not read and was cut off')
      webSocket.terminate()
      return
    }
    webSocket.send(JSON.stringify(frame))
  }
}
