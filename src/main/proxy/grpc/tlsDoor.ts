/** TLS of the proxy's port: its certificate is looked for when the first client speaks TLS, which keeps nobody waiting before. */
import { createServer, type Server } from 'node:tls'
import type { RealTime } from '../../base/clock'
import type { Disk } from '../../base/disk'
import type { Log } from '../../base/log'
import type { RawSocket } from '../../base/rawSocket'
import type { ProxyConfig } from '../proxyConfig'
import { configuredKeyPair, ownKeyPair, type KeyPair } from './certificate'
import { FIRST_BYTES_TIMEOUT_MS } from './limits'

/** A certificate that could not be made is not tried for again so long. */
const RETRY_MS = 10_000

interface Deps {
  clock: RealTime
  disk: Disk
  log: Log
  folder: string
  config: Pick<ProxyConfig, 'tlsTestModeEnable' | 'tlsKeyPath' | 'tlsCertPath'>
  onSocket: (socket: RawSocket) => void
}

export class TlsDoor {
  private configured: KeyPair | undefined
  private server: Promise<Server | undefined> | undefined

  constructor(private readonly deps: Deps) {}

  /** @throws Error when the configured key and certificate cannot be used. */
  check(): void {
    this.configured = configuredKeyPair(this.deps)
  }

  get isEnabled(): boolean {
    return this.configured !== undefined || this.deps.config.tlsTestModeEnable
  }

  /** Closed where there is no certificate to be had. */
  async accept(socket: RawSocket): Promise<void> {
    const server = await (this.server ??= this.open())
    if (server && !socket.destroyed) server.emit('connection', socket)
    else socket.destroy()
  }

  private async open(): Promise<Server | undefined> {
    const { log, onSocket, clock } = this.deps
    try {
      const pair = this.configured ?? (await ownKeyPair(this.deps))
      const server = createServer({
        ...pair,
        ALPNProtocols: ['h2'],
        handshakeTimeout: FIRST_BYTES_TIMEOUT_MS
      })
      server.on('secureConnection', onSocket)
      server.on('tlsClientError', (error: Error) =>
        log.debug(`a TLS handshake failed: ${error.message}`)
      )
      return server
    } catch (error) {
      log.error('there is no certificate, TLS clients are cut off', error)
      clock.after(RETRY_MS, () => (this.server = undefined))
      return undefined
    }
  }
}
