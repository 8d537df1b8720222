/**
 * Producers first: while messages are being stored, readers of old ones get a bounded part of each turn of the event
 * loop and wait for the next turn beyond it. While nothing is stored they wait for nobody.
 */
import type { Clock } from '../base/clock'
import { endOfTurn } from '../base/turn'
import type { CommitLog } from './commitLog'

/** After the last message stored, readers of old ones go on carefully for so long: a producer may be about to send. */
export const STORING_MS = 20

export class ColdTurns {
  private writtenEnd = 0
  private storedAt = -Infinity
  private isScheduled = false
  private served = 0
  private waiting: (() => void)[] = []

  constructor(
    private readonly commitLog: Pick<CommitLog, 'writtenEnd' | 'pendingBytes'>,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly turnBytes: number
  ) {}

  /** Undefined: go on now. Else settles in the turn that has room. */
  admit(): Promise<void> | undefined {
    this.schedule()
    const hasRoom = this.served < this.turnBytes || !this.isStoring()
    if (this.waiting.length === 0 && hasRoom) return undefined
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  /** An admitted reader took so many bytes. */
  serve(bytes: number): void {
    this.served += bytes
  }

  private isStoring(): boolean {
    const { writtenEnd, pendingBytes } = this.commitLog
    const now = this.clock.monotonic()
    if (writtenEnd !== this.writtenEnd || pendingBytes > 0) this.storedAt = now
    this.writtenEnd = writtenEnd
    return now - this.storedAt < STORING_MS
  }

  private schedule(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    endOfTurn(() => this.nextTurn())
  }

  private nextTurn(): void {
    this.isScheduled = false
    this.served = 0
    if (this.waiting.length === 0) return
    this.schedule()
    // What one takes is known only when it is done: while messages are stored, one a turn.
    const count = this.isStoring() ? 1 : this.waiting.length
    for (const goOn of this.waiting.splice(0, count)) goOn()
  }
}
