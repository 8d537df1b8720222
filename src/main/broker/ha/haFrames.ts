/**
 * What goes over the HA port, all of it big-endian. Slave to master: 8 bytes, the offset it has. Master to slave: physical
 * offset i64 | size i32 | that many bytes of the log; without bytes it only says that the master lives.
 */
import { readLong, writeLong } from '../../protocol/message/messageCodec'

/** Java: DefaultHAConnection.TRANSFER_HEADER_SIZE. */
export const TRANSFER_HEADER_BYTES = 12
/** Java: DefaultHAClient.REPORT_HEADER_SIZE. */
export const REPORT_BYTES = 8
/** What a slave takes at most in one piece. Java: DefaultHAClient.READ_MAX_BUFFER_SIZE. */
export const MAX_TRANSFER_BYTES = 4 * 1024 * 1024

export const writeTransferHeader = (target: Buffer, physicalOffset: number, size: number): void => {
  writeLong(target, physicalOffset, 0)
  target.writeInt32BE(size, 8)
}

export const encodeReport = (offset: number): Buffer => {
  const report = Buffer.allocUnsafe(REPORT_BYTES)
  writeLong(report, offset, 0)
  return report
}

/** Reports as their bytes come; only the newest of them counts. */
export class ReportReader {
  private readonly partial = Buffer.alloc(REPORT_BYTES)
  private bytes = 0

  /** The newest whole report in the bytes so far; undefined when none ended in these. */
  push(chunk: Buffer): number | undefined {
    const total = this.bytes + chunk.length
    const rest = total % REPORT_BYTES
    if (total < REPORT_BYTES) {
      this.bytes += chunk.copy(this.partial, this.bytes)
      return undefined
    }
    const wholeEnd = chunk.length - rest
    let newest: number
    if (wholeEnd >= REPORT_BYTES) newest = readLong(chunk, wholeEnd - REPORT_BYTES)
    else {
      chunk.copy(this.partial, this.bytes, 0, wholeEnd)
      newest = readLong(this.partial, 0)
    }
    this.bytes = chunk.copy(this.partial, 0, wholeEnd)
    return newest
  }
}

export interface TransferEvents {
  /** A transfer begins. False: it cannot be; nothing more is read. */
  onHeader(physicalOffset: number, size: number): boolean
  /** Bytes of its body, as they come: views, good only during the call. False: nothing more is read. */
  onBody(bytes: Buffer): boolean
}

/** Transfers as their bytes come, a body in as many pieces as it arrives in. */
export class TransferReader {
  private readonly header = Buffer.alloc(TRANSFER_HEADER_BYTES)
  private headerBytes = 0
  private bodyLeft = 0

  constructor(private readonly events: TransferEvents) {}

  /** False once an event said so. */
  push(chunk: Buffer): boolean {
    for (let at = 0; at < chunk.length;) {
      if (this.bodyLeft > 0) {
        const end = Math.min(chunk.length, at + this.bodyLeft)
        this.bodyLeft -= end - at
        if (!this.events.onBody(chunk.subarray(at, end))) return false
        at = end
        continue
      }
      const taken = chunk.copy(this.header, this.headerBytes, at)
      this.headerBytes += taken
      at += taken
      if (this.headerBytes < TRANSFER_HEADER_BYTES) continue
      this.headerBytes = 0
      this.bodyLeft = this.header.readInt32BE(8)
      if (!this.events.onHeader(readLong(this.header, 0), this.bodyLeft)) return false
    }
    return true
  }
}
