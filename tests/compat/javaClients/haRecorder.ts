// Stands between a slave and a master's HA port and keeps what they say, by the bytes and by hand: no code of ours.
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface Transfer {
  physicalOffset: bigint
  size: number
  /** Header and the first bytes of the body, in hexadecimal. */
  hex: string
}

/** What went over the first connection, both ways. */
export class HaRecorder {
  private readonly fromSlave: Buffer[] = []
  private readonly fromMaster: Buffer[] = []
  private readonly sockets = new Set<Socket>()
  private readonly server: Server
  private rewriter: Server | undefined
  private hasRecorded = false

  constructor(private readonly masterPort: () => number) {
    this.server = createServer((slave) => this.accept(slave))
  }

  async listen(): Promise<void> {
    await new Promise<void>((fulfil) => this.server.listen(0, '127.0.0.1', fulfil))
  }

  /** Offsets the slave reported. */
  get reports(): bigint[] {
    const bytes = Buffer.concat(this.fromSlave)
    return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readBigInt64BE(i * 8))
  }

  get reportBytes(): number {
    return Buffer.concat(this.fromSlave).length
  }

  /** Whole ones. */
  get transfers(): Transfer[] {
    const bytes = Buffer.concat(this.fromMaster)
    const found: Transfer[] = []
    for (let at = 0; at + 12 <= bytes.length;) {
      const size = bytes.readInt32BE(at + 8)
      if (at + 12 + size > bytes.length) break
      const hex = bytes.toString('hex', at, Math.min(at + 12 + size, at + 28))
      found.push({ physicalOffset: bytes.readBigInt64BE(at), size, hex })
      at += 12 + size
    }
    return found
  }

  /**
   * Where a slave is to look for its nameserver: what that tells of the master's HA port is this recorder's. A stock
   * 5.3.3 slave forgets haMasterAddress before it connects.
   */
  async nameserverFor(namesrv: string, masterPort: number): Promise<string> {
    const own = this.server.address()
    const ownPort = typeof own === 'object' && own ? own.port : 0
    const told = `127.0.0.1:${masterPort}`
    const instead = `127.0.0.1:${ownPort}`
    // Lengths in the frames stay right only so.
    if (told.length !== instead.length) throw new Error(`${told} and ${instead} differ in length`)
    this.rewriter = createServer((slave) => {
      const upstream = connect(Number(namesrv.split(':').at(-1)), '127.0.0.1')
      this.sockets.add(slave).add(upstream)
      slave.on('data', (chunk) => upstream.write(chunk))
      upstream.on('data', (chunk) =>
        slave.write(Buffer.from(chunk.toString('latin1').replaceAll(told, instead), 'latin1'))
      )
      for (const [from, to] of [
        [slave, upstream],
        [upstream, slave]
      ] as const) {
        from.on('error', () => to.destroy())
        from.on('close', () => to.destroy())
      }
    })
    const { rewriter } = this
    await new Promise<void>((fulfil) => rewriter.listen(0, '127.0.0.1', fulfil))
    const address = rewriter.address()
    return `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  }

  close(): void {
    this.server.close()
    this.rewriter?.close()
    for (const socket of this.sockets) socket.destroy()
  }

  private accept(slave: Socket): void {
    const isFirst = !this.hasRecorded
    this.hasRecorded = true
    const master = connect(this.masterPort(), '127.0.0.1')
    for (const [from, to, kept] of [
      [slave, master, this.fromSlave],
      [master, slave, this.fromMaster]
    ] as const) {
      this.sockets.add(from)
      from.on('data', (chunk) => {
        if (isFirst) kept.push(chunk)
        to.write(chunk)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
  }
}

/** What every exchange on the HA port has in common, RocketMQ's and ours. */
export interface Framing {
  areReportsWhole: boolean
  doReportsGrow: boolean
  /** Each transfer begins where the one before ended; one without a body repeats where the next begins. */
  areTransfersJoined: boolean
  areBodiesSmall: boolean
  /** The last report is behind the last transfer. */
  isAllAcknowledged: boolean
}

export const SOUND: Framing = {
  areReportsWhole: true,
  doReportsGrow: true,
  areTransfersJoined: true,
  areBodiesSmall: true,
  isAllAcknowledged: true
}

export const framingOf = ({ reports, reportBytes, transfers }: HaRecorder): Framing => {
  const ends = transfers.map(({ physicalOffset, size }) => physicalOffset + BigInt(size))
  return {
    areReportsWhole: reportBytes > 0 && reportBytes % 8 === 0,
    doReportsGrow: reports.every((offset, i) => i === 0 || offset >= reports[i - 1]!),
    areTransfersJoined: transfers.slice(1).every((t, i) => t.physicalOffset === ends[i]),
    areBodiesSmall: transfers.every(({ size }) => size >= 0 && size <= 32 * 1024),
    isAllAcknowledged: ends.length > 0 && reports.at(-1) === ends.at(-1)
  }
}
