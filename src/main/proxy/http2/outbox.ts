/** What a connection has to send: what is written in one turn leaves in one go. */
import type { RawSocket } from '../../base/rawSocket'
import { endOfTurn } from '../../base/turn'

/** Bytes waiting in the socket above which answers wait in their streams. */
const WRITE_HIGH_WATER_BYTES = 1024 * 1024
/** The same, of frames that cannot wait: a peer that asks and does not read is cut off. */
const WRITE_LIMIT_BYTES = 16 * 1024 * 1024
/** Frames up to this in sum leave as one buffer. */
const JOIN_BELOW_BYTES = 128 * 1024

interface Deps {
  /** There may be room again. */
  onRoom: () => void
  onTooMuch: (unsentBytes: number) => void
}

export class Outbox {
  private frames: Buffer[] = []
  private bytes = 0
  private isFlushDue = false
  private isClosed = false

  constructor(
    private readonly socket: RawSocket,
    private readonly deps: Deps
  ) {
    socket.on('drain', () => deps.onRoom())
  }

  get isFull(): boolean {
    return this.socket.writableLength + this.bytes > WRITE_HIGH_WATER_BYTES
  }

  send(frame: Buffer): void {
    if (this.isClosed) return
    this.frames.push(frame)
    this.bytes += frame.length
    if (this.isFlushDue) return
    this.isFlushDue = true
    endOfTurn(() => this.flush())
  }

  flush(): void {
    this.isFlushDue = false
    const { frames, bytes, socket } = this
    if (frames.length === 0 || this.isClosed) return
    this.frames = []
    this.bytes = 0
    if (bytes <= JOIN_BELOW_BYTES)
      socket.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames, bytes))
    else {
      socket.cork()
      for (const frame of frames) socket.write(frame)
      socket.uncork()
    }
    if (socket.writableLength > WRITE_LIMIT_BYTES) this.deps.onTooMuch(socket.writableLength)
    else if (!socket.writableNeedDrain) this.deps.onRoom()
  }

  /** Drops what waits. */
  close(): void {
    this.isClosed = true
    this.frames = []
  }
}
