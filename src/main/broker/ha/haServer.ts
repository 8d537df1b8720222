/** The HA port of a master and the slaves on it. Java: DefaultHAService, AcceptSocketService. */
import type { RealTime } from '../../base/clock'
import { Emitter } from '../../base/emitter'
import { Listener } from '../../base/listener'
import type { Log } from '../../base/log'
import type { RawSocket } from '../../base/rawSocket'
import type { StoreReplica } from '../../store/replica'
import type { SlaveOffsets } from './groupTransferService'
import type { HaConfig } from './haConfig'
import { HaConnection } from './haConnection'
import { plainLines, type Lines } from '../../base/faultyLines'

interface Options {
  log: Log
  /** Addresses to bind, one listener each. */
  hosts: readonly string[]
  /** 0 takes any free port. */
  port: number
  lines?: Lines | undefined
}

interface Deps {
  clock: Pick<RealTime, 'monotonic' | 'every'>
  config: HaConfig
  replica: StoreReplica
}

/** Slaves at one address; one more is refused. */
export const MAX_SLAVES = 32
/** Bytes a socket buffers beyond what the kernel took before no more is read for it. */
const SEND_BUFFER_BYTES = 64 * 1024
/** Slaves that told who they are and have not connected yet; the oldest goes. */
const MAX_INTRODUCED = 64

export class HaServer implements SlaveOffsets {
  /** One came, went or reported. */
  readonly reported = new Emitter<void>()
  /** One came or went. */
  readonly changed = new Emitter<void>()
  syncStateSet: ReadonlySet<number> | undefined
  private readonly listener: Listener
  private readonly connections = new Set<HaConnection>()
  private readonly introduced = new Map<string, number>()
  private deps: Deps | undefined

  constructor(private readonly options: Options) {
    const { log, hosts, port } = options
    this.listener = new Listener({
      ...{ hosts, port, maxConnections: MAX_SLAVES, highWaterMark: SEND_BUFFER_BYTES },
      onSocket: (socket) => this.accept(socket),
      onError: (error) => log.error('the HA port failed', error),
      onDrop: () => log.warn(`a slave was refused: there are ${MAX_SLAVES} already`)
    })
  }

  /** The bound port; slaves are served from `serve` on. @throws Node's error (`EADDRINUSE` …), with nothing left open. */
  listen(): Promise<number> {
    return this.listener.listen()
  }

  serve(deps: Deps): void {
    this.deps = deps
    deps.replica.grown.on(() => {
      for (const connection of this.connections) connection.pump()
    })
  }

  get slaves(): Iterable<HaConnection> {
    return this.connections
  }

  get inSyncSlaveNums(): number {
    let count = 0
    for (const connection of this.connections) if (connection.isInSync) count++
    return count
  }

  ackedBy(count: number): number {
    if (count === 1) {
      let most = -1
      for (const { ackOffset } of this.connections) most = Math.max(most, ackOffset)
      return most
    }
    const offsets = [...this.connections].map(({ ackOffset }) => ackOffset)
    return offsets.sort((a, b) => b - a)[count - 1] ?? -1
  }

  ackedByAll(): number {
    let least = Infinity
    if (this.syncStateSet === undefined) {
      for (const connection of this.connections)
        if (connection.isInSync) least = Math.min(least, connection.ackOffset)
      return least
    }
    const acked = new Map([...this.connections].map((slave) => [slave.brokerId, slave.ackOffset]))
    for (const brokerId of this.syncStateSet) least = Math.min(least, acked.get(brokerId) ?? -1)
    return least
  }

  introduce(slaveAddr: string, brokerId: number): void {
    this.introduced.delete(slaveAddr)
    this.introduced.set(slaveAddr, brokerId)
    for (const [oldest] of this.introduced) {
      if (this.introduced.size <= MAX_INTRODUCED) return
      this.introduced.delete(oldest)
    }
  }

  async close(): Promise<void> {
    for (const connection of [...this.connections]) connection.close()
    await this.listener.close()
  }

  private accept(socket: RawSocket): void {
    const { log, lines = plainLines } = this.options
    if (this.deps === undefined || socket.remoteAddress === undefined) {
      socket.destroy()
      return
    }
    lines.accepted(socket)
    const connection: HaConnection = new HaConnection(
      {
        ...this.deps,
        log,
        brokerIdOf: (addr) => this.introduced.get(addr),
        onReport: () => this.reported.emit(),
        onClosed: () => {
          this.connections.delete(connection)
          this.introduced.delete(connection.addr)
          log.info(`the slave ${connection.addr} is gone`)
          this.changed.emit()
          this.reported.emit()
        }
      },
      socket
    )
    this.connections.add(connection)
    this.changed.emit()
  }
}
