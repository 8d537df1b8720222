/** What a connection speaks, by its first bytes: HTTP/2, plain or in TLS, is let in; everything else is told where to go. */
import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import type { Log } from '../../base/log'
import type { RawSocket } from '../../base/rawSocket'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { RemotingConnection } from '../../remoting/connection'
import { protocolOf, Strangers, type OnStranger, type Stranger } from '../../remoting/strangers'
import { http1Answer } from '../../remoting/wrongPort'
import { FIRST_BYTES_TIMEOUT_MS } from './limits'

/** A remoting client that was told so is cut off after this. */
const STRANGER_MAX_AGE_MS = 10_000

interface Deps {
  clock: RealTime
  log: Log
  onPlain: (socket: RawSocket) => void
  onTls: (socket: RawSocket) => void
  isTlsEnabled: () => boolean
  namesrvAddresses: () => readonly string[]
  onStranger: OnStranger | undefined
}

export class Door {
  private readonly strangers: Strangers

  constructor(private readonly deps: Deps) {
    const { clock, log, onStranger } = deps
    const describe = (stranger: Stranger): string =>
      `${stranger.remoteAddress} speaks ${stranger.protocol} at port ${stranger.port}: ${this.cure(stranger)}`
    this.strangers = new Strangers({ clock, log, onStranger, describe })
  }

  enter(socket: RawSocket): void {
    const limit = this.limit(socket, FIRST_BYTES_TIMEOUT_MS)
    let first: Buffer | undefined
    const onData = (chunk: Buffer): void => {
      first = first ? Buffer.concat([first, chunk]) : chunk
      const protocol = protocolOf(first)
      if (protocol === undefined) return
      socket.off('data', onData)
      socket.pause()
      socket.unshift(first)
      limit.dispose()
      if (protocol === 'grpc') this.deps.onPlain(socket)
      else if (protocol === 'tls' && this.deps.isTlsEnabled()) this.deps.onTls(socket)
      else this.turnAway(socket, protocol)
    }
    socket.on('data', onData)
    socket.on('error', (error) => this.deps.log.debug(`a connection failed: ${error.message}`))
  }

  private limit(socket: RawSocket, ms: number): Disposable {
    const limit = this.deps.clock.after(ms, () => socket.destroy())
    socket.once('close', () => limit.dispose())
    return limit
  }

  private turnAway(socket: RawSocket, protocol: Stranger['protocol']): void {
    const { remoteAddress, remotePort, localPort } = socket
    const port = localPort ?? 0
    const stranger = { protocol, remoteAddress: `${remoteAddress}:${remotePort}`, port }
    this.strangers.seen(stranger)
    this.limit(socket, STRANGER_MAX_AGE_MS)
    if (protocol === 'remoting') this.answerRemoting(socket, this.cure(stranger))
    else if (protocol === 'http') socket.end(http1Answer(`${this.cure(stranger)}.\n`))
    else socket.destroy()
    socket.resume()
  }

  private answerRemoting(socket: RawSocket, remark: string): void {
    const { clock, log } = this.deps
    const connection = new RemotingConnection(socket, {
      ...{ clock, log },
      handler: () => {
        queueMicrotask(() => connection.end())
        return { code: ResponseCode.SYSTEM_ERROR, remark }
      }
    })
  }

  private cure({ protocol, port }: Stranger): string {
    const here = `port ${port} is the proxy's and speaks gRPC (RocketMQ 5.x)`
    switch (protocol) {
      case 'remoting':
        return `${here}; remoting clients (RocketMQ 4.x) have to set namesrvAddr to ${this.deps.namesrvAddresses().join(';')}`
      case 'tls':
        return `${here}, without TLS: it is switched off by tlsTestModeEnable=false; switch it off in the client too`
      default:
        return `${here}; nothing else is spoken here`
    }
  }
}
