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

  constructor(private readonly masterPort: () => number) {
    this.server = createServer((slave) => this.accept(slave))
  }

  async listen(): Promise<number> {
    await new Promise<void>((fulfil) => this.server.listen(0, '127.0.0.1', fulfil))
    const address = this.server.address()
    return typeof address === 'object' && address ? address.port : 0
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

  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
  }

  private accept(slave: Socket): void {
    const isFirst = this.sockets.size === 0
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
