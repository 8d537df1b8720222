/** One slave at a master: takes its reports, sends it the log from where it is. Java: DefaultHAConnection. */
import type { RealTime } from '../../base/clock'
import { Disposables } from '../../base/disposable'
import type { Log } from '../../base/log'
import type { RawSocket } from '../../base/rawSocket'
import { endOfTurn } from '../../base/turn'
import type { StoreReplica } from '../../store/replica'
import { FlowMeter } from './flowMeter'
import type { HaConfig } from './haConfig'
import { MAX_TRANSFER_BYTES, ReportReader, TRANSFER_HEADER_BYTES, writeTransferHeader } from './haFrames' // prettier-ignore
import type { HaConnectionInfo } from './haService'

interface Deps {
  clock: Pick<RealTime, 'monotonic' | 'every'>
  log: Log
  config: HaConfig
  replica: Pick<StoreReplica, 'read' | 'minOffset' | 'end'>
  brokerIdOf: (addr: string) => number | undefined
  onReport: () => void
  onClosed: () => void
}

/** Transfers in one turn of the event loop: a slave that catches up leaves the others theirs. */
const TRANSFERS_A_TURN = 16
const MOST_TICK_MS = 1000

export class HaConnection {
  readonly addr: string
  ackOffset = -1
  /** Monotonic time at which it last had everything there was. */
  lastCaughtUpAt = -Infinity
  private readonly reports = new ReportReader()
  private readonly disposables = new Disposables()
  private readonly flow: FlowMeter
  /** Physical offset of the next transfer; -1 before the first report. */
  private next = -1
  private lastReadAt: number
  private lastWriteAt: number
  private isReading = false
  private isFull = false
  private isYielding = false
  private isOpen = true

  constructor(
    private readonly deps: Deps,
    private readonly socket: RawSocket
  ) {
    const { clock, config } = deps
    this.addr = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`
    this.flow = new FlowMeter(clock)
    this.lastReadAt = this.lastWriteAt = clock.monotonic()
    socket.on('data', (chunk) => this.onData(chunk))
    socket.on('drain', () => {
      this.isFull = false
      this.pump()
    })
    socket.on('error', (error) => deps.log.debug(`the slave ${this.addr}: ${error.message}`))
    socket.on('close', () => this.close())
    const { haSendHeartbeatInterval, haHousekeepingInterval } = config
    const tickMs = Math.min(MOST_TICK_MS, haSendHeartbeatInterval / 2, haHousekeepingInterval / 2)
    this.disposables.add(clock.every(tickMs, () => this.tick()))
  }

  get isInSync(): boolean {
    const { replica, config } = this.deps
    return this.ackOffset >= 0 && replica.end - this.ackOffset < config.haMaxGapNotInSync
  }

  get brokerId(): number | undefined {
    return this.deps.brokerIdOf(this.addr)
  }

  get info(): HaConnectionInfo {
    return {
      addr: this.addr,
      brokerId: this.brokerId,
      slaveAckOffset: this.ackOffset,
      diff: this.deps.replica.end - Math.max(0, this.ackOffset),
      inSync: this.isInSync,
      transferredByteInSecond: this.flow.transferredByteInSecond,
      transferFromWhere: this.next,
      lastCaughtUpAt: this.lastCaughtUpAt
    }
  }

  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.disposables.dispose()
    this.socket.destroy()
    this.deps.onClosed()
  }

  /** Sends what there is, as far as the socket takes it. Called again when there is more. Never throws. */
  pump(): void {
    for (let sent = 0; this.canSend(); sent++) {
      if (sent >= TRANSFERS_A_TURN) return this.yieldTurn()
      const { replica, config } = this.deps
      const room = Math.min(config.haTransferBatchSize, MAX_TRANSFER_BYTES - TRANSFER_HEADER_BYTES)
      const size = Math.min(room, replica.end - this.next)
      if (size <= 0) return
      const frame = Buffer.allocUnsafe(TRANSFER_HEADER_BYTES + size)
      const got = this.readInto(frame)
      if (typeof got !== 'number') {
        this.sendLater(frame, got)
        return
      }
      this.send(frame, got)
    }
  }

  private canSend(): boolean {
    return this.isOpen && this.next >= 0 && !this.isReading && !this.isFull && !this.isYielding
  }

  private yieldTurn(): void {
    this.isYielding = true
    endOfTurn(() => {
      this.isYielding = false
      this.pump()
    })
  }

  private readInto(frame: Buffer): number | Promise<number> {
    try {
      return this.deps.replica.read(frame.subarray(TRANSFER_HEADER_BYTES), this.next)
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)))
    }
  }

  private sendLater(frame: Buffer, got: Promise<number>): void {
    this.isReading = true
    got.then(
      (bytes) => {
        this.isReading = false
        if (this.isOpen) this.send(frame, bytes)
        this.pump()
      },
      (error: unknown) => {
        this.deps.log.error(`the log cannot be read for the slave ${this.addr}`, error)
        this.close()
      }
    )
  }

  private send(frame: Buffer, bytes: number): void {
    if (bytes < 0) {
      this.deps.log.warn(`the slave ${this.addr} wants ${this.next}, but the log begins at ${this.deps.replica.minOffset}; it must begin anew`) // prettier-ignore
      this.close()
      return
    }
    writeTransferHeader(frame, this.next, bytes)
    this.next += bytes
    this.write(frame.subarray(0, TRANSFER_HEADER_BYTES + bytes))
  }

  private write(frame: Buffer): void {
    this.lastWriteAt = this.deps.clock.monotonic()
    this.flow.add(frame.length)
    this.isFull = !this.socket.write(frame)
  }

  private onData(chunk: Buffer): void {
    const { clock, log, replica } = this.deps
    this.lastReadAt = clock.monotonic()
    const offset = this.reports.push(chunk)
    if (offset === undefined) return
    if (offset < 0 || offset > replica.end) {
      log.warn(`the slave ${this.addr} reports ${offset}, the log ends at ${replica.end}: its end is not of this log`) // prettier-ignore
      this.close()
      return
    }
    this.ackOffset = offset
    if (offset >= replica.end) this.lastCaughtUpAt = this.lastReadAt
    if (this.next < 0) {
      // RocketMQ sends a slave without a log only its newest file; ours gets all there is, so that it can take over.
      this.next = offset === 0 ? replica.minOffset : offset
      log.info(`the slave ${this.addr} is sent the log from ${this.next} on`)
      this.pump()
    }
    this.deps.onReport()
  }

  private tick(): void {
    const { clock, config, log } = this.deps
    const now = clock.monotonic()
    if (now - this.lastReadAt > config.haHousekeepingInterval) {
      log.warn(`the slave ${this.addr} has said nothing for ${config.haHousekeepingInterval} ms; its link is closed`) // prettier-ignore
      this.close()
    } else if (this.canSend() && now - this.lastWriteAt >= config.haSendHeartbeatInterval) {
      const frame = Buffer.allocUnsafe(TRANSFER_HEADER_BYTES)
      writeTransferHeader(frame, this.next, 0)
      this.write(frame)
    }
  }
}
