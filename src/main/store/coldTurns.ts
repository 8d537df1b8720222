/**
 * Producers first: while messages are being stored, readers of old ones get a slice, then wait for several turns of the
 * event loop in which messages were stored. Rarer and longer slices leave the messages of a turn together, which is what
 * makes storing cheap. While nothing is stored readers wait for nobody.
 */
import { endOfTurn } from '../base/turn'
import type { CommitLog } from './commitLog'

/** Turns with messages stored between two slices. */
export const STORING_TURNS = 4

/** Turns in a row without one after which nobody stores: about a millisecond. */
export const QUIET_TURNS = 256

export class ColdTurns {
  private writtenEnd: number
  private isStoring = false
  private isScheduled = false
  private served = 0
  private storingTurns = 0
  private quietTurns = 0
  private waiting: (() => void)[] = []

  constructor(
    private readonly commitLog: Pick<CommitLog, 'writtenEnd' | 'pendingBytes'>,
    private readonly sliceBytes: number
  ) {
    this.writtenEnd = commitLog.writtenEnd
  }

  /** Undefined: go on now. Else settles when there is room. */
  admit(): Promise<void> | undefined {
    const { writtenEnd, pendingBytes } = this.commitLog
    if (writtenEnd !== this.writtenEnd || pendingBytes > 0) this.isStoring = true
    if (this.waiting.length === 0 && (!this.isStoring || this.served < this.sliceBytes))
      return undefined
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      this.schedule()
    })
  }

  /** An admitted reader took so many bytes. */
  serve(bytes: number): void {
    if (!this.isStoring) return
    this.served += bytes
    if (this.served < this.sliceBytes) this.waiting.shift()?.()
  }

  private schedule(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    endOfTurn(() => this.nextTurn())
  }

  private nextTurn(): void {
    this.isScheduled = false
    const hasStored = this.commitLog.writtenEnd !== this.writtenEnd
    this.writtenEnd = this.commitLog.writtenEnd
    if (hasStored) this.storingTurns++
    this.quietTurns = hasStored ? 0 : this.quietTurns + 1
    if (this.quietTurns >= QUIET_TURNS) {
      this.isStoring = false
      this.begin()
      for (const goOn of this.waiting.splice(0)) goOn()
    } else if (this.storingTurns >= STORING_TURNS) {
      this.begin()
      // What one takes is known when it is done; then the next one goes on.
      this.waiting.shift()?.()
    }
    if (this.waiting.length > 0) this.schedule()
  }

  private begin(): void {
    this.served = 0
    this.storingTurns = 0
    this.quietTurns = 0
  }
}
