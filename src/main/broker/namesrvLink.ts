import type { RealTime } from '../base/clock'
import { Disposables, type Disposable } from '../base/disposable'
import type { Log } from '../base/log'
import { ResponseCode } from '../protocol/codes/responseCode'
import type { RemotingCommand, RemotingRequest } from '../protocol/remotingCommand'
import type { RemotingClient } from '../remoting/client'
import type { RemotingConnection } from '../remoting/connection'

/** Wait before a nameserver that could not be reached is tried again; doubled each time up to the most. */
const FIRST_RETRY_MS = 500
const MOST_RETRY_MS = 5000

interface Deps {
  clock: RealTime
  log: Log
  client: Pick<RemotingClient, 'connectionTo'>
  address: string
  /** The registration as it is now. */
  register: () => RemotingRequest
  onRegistered: (answer: RemotingCommand) => void
  timeoutMs: () => number
  periodMs: number
}

/** Registers with one nameserver: periodically, on change, and as soon as it is back after it was gone. */
export class NamesrvLink {
  private readonly disposables = new Disposables()
  private retry: Disposable | undefined
  private retryMs = FIRST_RETRY_MS
  private connection: RemotingConnection | undefined
  private running: Promise<void> | undefined
  private isStale = false
  private isDown = false
  private stopped = false

  constructor(private readonly deps: Deps) {}

  get address(): string {
    return this.deps.address
  }

  start(): void {
    this.disposables.add(this.deps.clock.every(this.deps.periodMs, () => this.registerSoon()))
    this.registerSoon()
  }

  /** One registration at a time; changes that come meanwhile go with the next. */
  registerSoon(): void {
    if (this.stopped) return
    this.isStale = true
    if (this.retry) return
    this.running ??= Promise.resolve().then(() => this.run())
  }

  /** When the registrations under way are through; at once while the nameserver is out of reach. */
  async settled(): Promise<void> {
    while (this.running && !this.isDown) await this.running
  }

  /** Says goodbye where there is a connection, and does nothing more. */
  async stop(goodbye: RemotingRequest | undefined, timeoutMs: number): Promise<void> {
    this.stopped = true
    this.disposables.dispose()
    this.retry?.dispose()
    const connection = this.connection
    if (!connection?.isOpen || !goodbye) return
    await new Promise<void>((resolve) => {
      const timeout = this.deps.clock.after(timeoutMs, resolve)
      const done = (): void => {
        timeout.dispose()
        resolve()
      }
      // It is going away too, or hangs: its own expiry takes this broker out then.
      connection.request(goodbye, timeoutMs).then(done, done)
    })
  }

  private async run(): Promise<void> {
    try {
      while (this.isStale && !this.stopped) {
        this.isStale = false
        await this.registerOnce()
      }
      this.running = undefined
    } catch (error) {
      this.running = undefined
      this.failed(error)
    }
  }

  private async registerOnce(): Promise<void> {
    const { client, address, register, onRegistered, timeoutMs, log } = this.deps
    const connection = await client.connectionTo(address)
    if (this.connection !== connection) {
      this.connection = connection
      connection.closed.on(() => this.onClosed(connection))
    }
    const response = await connection.request(register(), timeoutMs())
    if (response.code !== ResponseCode.SUCCESS)
      throw new Error(`it answered ${response.code}: ${response.remark ?? ''}`)
    this.retryMs = FIRST_RETRY_MS
    if (this.isDown) log.info(`registered with the nameserver ${address} again`)
    this.isDown = false
    onRegistered(response)
  }

  private failed(error: unknown): void {
    if (this.stopped) return
    const { clock, log, address } = this.deps
    this.isStale = true
    if (!this.isDown)
      log.warn(
        `cannot register with the nameserver ${address}, trying again: ${error instanceof Error ? error.message : String(error)}`
      )
    this.isDown = true
    this.retry?.dispose()
    this.retry = clock.after(this.retryMs, () => {
      this.retry = undefined
      this.registerSoon()
    })
    this.retryMs = Math.min(this.retryMs * 2, MOST_RETRY_MS)
  }

  /** A nameserver forgets a broker whose connection closed, so it must hear of it again. */
  private onClosed(connection: RemotingConnection): void {
    if (this.connection !== connection || this.stopped) return
    this.connection = undefined
    if (!this.running && !this.retry) this.failed(new Error('the connection closed'))
  }
}
