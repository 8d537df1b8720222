/** One connection of a slave to its master, from the first report to its end. */
import type { RealTime } from '../../base/clock'
import { Disposables } from '../../base/disposable'
import type { Log } from '../../base/log'
import type { RawSocket } from '../../base/rawSocket'
import { parseAddress } from '../../protocol/message/host'
import type { StoreReplica } from '../../store/replica'
import type { HaConfig } from './haConfig'
import { encodeReport, MAX_TRANSFER_BYTES, TransferReader } from './haFrames'
import type { Lines } from '../../base/faultyLines'

interface Deps {
  clock: Pick<RealTime, 'monotonic' | 'after' | 'every'>
  log: Log
  config: Pick<HaConfig, 'haSendHeartbeatInterval' | 'haHousekeepingInterval'> & {
    readonly flushDiskType: 'ASYNC_FLUSH' | 'SYNC_FLUSH'
  }
  replica: StoreReplica
  lines: Lines
  /** `ip:port` */
  address: string
  onRead: (bytes: number) => void
  onWrite: () => void
}

export interface LinkEnd {
  /** For the log, behind "not following". */
  why: string
  /** Where no record began that belongs there. */
  badAt?: number
}

const CONNECT_TIMEOUT_MS = 3000
const MOST_TICK_MS = 1000

export class HaLink {
  private socket: RawSocket | undefined
  private readonly disposables = new Disposables()
  private readonly transfers: TransferReader
  private lastReadAt = 0
  private lastWriteAt = 0
  private reported = -1
  private isFlushing = false
  private end: LinkEnd | undefined
  private readonly ended: Promise<LinkEnd>
  private settle: (end: LinkEnd) => void = () => undefined

  constructor(private readonly deps: Deps) {
    this.ended = new Promise((resolve) => {
      this.settle = resolve
    })
    this.transfers = new TransferReader({
      onHeader: (physicalOffset, size) => this.onHeader(physicalOffset, size),
      onBody: (bytes) => this.onBody(bytes)
    })
  }

  get localAddr(): string {
    return `${this.socket?.localAddress ?? ''}:${this.socket?.localPort ?? 0}`
  }

  /** Resolves when the socket is open. @throws Error when it does not open, or `close` came first. */
  async connect(): Promise<void> {
    const { clock, lines, address } = this.deps
    const target = parseAddress(address)
    if (target === undefined) throw new Error(`${address} is not an address`)
    const socket = lines.dial({ host: target.host, port: target.port, noDelay: true })
    this.socket = socket
    this.disposables.add(clock.after(CONNECT_TIMEOUT_MS, () => this.close('no connection in time')))
    socket.on('error', (error) => this.close(error.message))
    socket.on('close', () => this.close('the connection was closed'))
    const opened = new Promise<'opened'>((resolve) =>
      socket.once('connect', () => resolve('opened'))
    )
    const first = await Promise.race([opened, this.ended])
    this.disposables.dispose()
    if (first !== 'opened') throw new Error(first.why)
  }

  /** Reports and takes what comes until the link ends. */
  follow(): Promise<LinkEnd> {
    const { clock, config } = this.deps
    const { socket } = this
    if (socket === undefined || this.end !== undefined) return this.ended
    this.lastReadAt = this.lastWriteAt = clock.monotonic()
    const { haSendHeartbeatInterval, haHousekeepingInterval } = config
    const tickMs = Math.min(MOST_TICK_MS, haSendHeartbeatInterval / 2, haHousekeepingInterval / 2)
    this.ticks.add(clock.every(tickMs, () => this.tick()))
    this.report(this.deps.replica.end)
    socket.on('data', (chunk) => this.onData(chunk))
    return this.ended
  }

  close(why: string, badAt?: number): void {
    if (this.end !== undefined) return
    this.end = badAt === undefined ? { why } : { why, badAt }
    this.disposables.dispose()
    this.ticks.dispose()
    this.socket?.destroy()
    this.settle(this.end)
  }

  private readonly ticks = new Disposables()

  private onData(chunk: Buffer): void {
    if (this.end !== undefined) return
    this.lastReadAt = this.deps.clock.monotonic()
    this.deps.onRead(chunk.length)
    if (this.transfers.push(chunk)) this.acknowledge()
  }

  private onHeader(physicalOffset: number, size: number): boolean {
    const { replica } = this.deps
    if (size < 0 || size > MAX_TRANSFER_BYTES) {
      this.close(`a transfer of ${size} bytes was announced`)
      return false
    }
    if (physicalOffset === replica.receivedEnd) return true
    this.close(`it sends ${physicalOffset}, this log is at ${replica.receivedEnd}`)
    return false
  }

  private onBody(bytes: Buffer): boolean {
    const outcome = this.deps.replica.receive(bytes)
    if (outcome.kind === 'received') return true
    if (outcome.kind === 'bad-record')
      this.close(`no record begins at ${outcome.physicalOffset}`, outcome.physicalOffset)
    else this.close(outcome.reason)
    return false
  }

  /** Says how far this log is: what was written, or with SYNC_FLUSH what was flushed. */
  private acknowledge(): void {
    const { replica, config } = this.deps
    if (config.flushDiskType !== 'SYNC_FLUSH') {
      if (replica.end > this.reported) this.report(replica.end)
      return
    }
    if (this.isFlushing || replica.end <= this.reported) return
    this.isFlushing = true
    const { end } = replica
    void replica.flush().then((outcome) => {
      this.isFlushing = false
      if (this.end !== undefined) return
      if (outcome === 'failed') {
        this.close('the log cannot be flushed')
        return
      }
      this.report(end)
      this.acknowledge()
    })
  }

  private report(offset: number): void {
    this.reported = offset
    this.lastWriteAt = this.deps.clock.monotonic()
    this.deps.onWrite()
    this.socket?.write(encodeReport(offset))
  }

  private tick(): void {
    const { clock, config } = this.deps
    const now = clock.monotonic()
    if (now - this.lastReadAt > config.haHousekeepingInterval)
      this.close(`it has said nothing for ${config.haHousekeepingInterval} ms`)
    else if (now - this.lastWriteAt >= config.haSendHeartbeatInterval) this.report(this.reported)
  }
}
