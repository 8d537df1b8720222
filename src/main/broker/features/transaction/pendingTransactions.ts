/** The half messages whose transaction has not ended, by their place in the half queue; in memory, and bounded. */
import type { HalfMessage } from './halfMessage'

/** Half messages held in memory; what comes beyond them is found by reading the half queue once there is room. */
export const MAX_PENDING_TRANSACTIONS = 100_000

export interface PendingTransaction {
  /** Place of its newest copy in the half queue. */
  queueOffset: number
  physicalOffset: number
  /** Place of its first copy, which all copies name; of a copy not yet read its own. */
  firstOffset: number
  /** When the broker stored its first copy, in ms; of a copy not yet read its own time. */
  since: number
  /** Own immunity, as in the message; unknown until `isRead`. */
  immunityMs: number | undefined
  /** Was the message looked at since it came into this table? */
  isRead: boolean
  /** It came while this process runs, or the log was asked: it is not committed. */
  isVerified: boolean
  isDone: boolean
}

export class PendingTransactions {
  /** Queue offsets below are in the table or decided; those from here on are not known. */
  next = 0
  /** In the order of queue offsets. */
  private readonly table = new Map<number, PendingTransaction>()
  /** By first offset, where the newest copy is another one. */
  private readonly moved = new Map<number, PendingTransaction>()

  constructor(private readonly limit = MAX_PENDING_TRANSACTIONS) {}

  get size(): number {
    return this.table.size
  }

  get room(): number {
    return Math.max(0, this.limit - this.table.size)
  }

  /** Everything before it in the half queue is decided. */
  get lowest(): number {
    const first = this.table.keys().next()
    return first.done === true ? this.next : first.value
  }

  values(): IterableIterator<PendingTransaction> {
    return this.table.values()
  }

  /** The transaction that any of its copies belongs to. */
  find({ stored, firstOffset }: HalfMessage): PendingTransaction | undefined {
    return (
      this.table.get(stored.queueOffset) ??
      this.moved.get(firstOffset) ??
      this.table.get(firstOffset)
    )
  }

  /** The next one of the half queue. */
  add(queueOffset: number, physicalOffset: number, since: number, isVerified: boolean): void {
    this.next = queueOffset + 1
    this.table.set(queueOffset, {
      ...{ queueOffset, physicalOffset, firstOffset: queueOffset, since },
      ...{ immunityMs: undefined, isRead: false, isVerified, isDone: false }
    })
  }

  /** Takes what its message says; returns older copies of it that are here too, as after a kill. */
  read(entry: PendingTransaction, half: HalfMessage, since: number): PendingTransaction[] {
    entry.isRead = true
    entry.since = since
    entry.immunityMs = half.immunityMs
    entry.firstOffset = half.firstOffset
    if (half.firstOffset === entry.queueOffset) return []
    const older = [this.moved.get(half.firstOffset), this.table.get(half.firstOffset)]
    this.moved.set(half.firstOffset, entry)
    return older.flatMap((other) => (other && other !== entry ? [other] : []))
  }

  /**
   * Its newest copy lies at `queueOffset`. Where that place is not known yet the transaction leaves the table until it
   * is read from there.
   */
  move(entry: PendingTransaction, queueOffset: number, physicalOffset: number): void {
    this.table.delete(entry.queueOffset)
    if (queueOffset >= this.next) {
      this.moved.delete(entry.firstOffset)
      return
    }
    entry.queueOffset = queueOffset
    entry.physicalOffset = physicalOffset
    // The arrival of the copy made this place, in its order.
    this.table.set(queueOffset, entry)
    this.moved.set(entry.firstOffset, entry)
  }

  remove(entry: PendingTransaction): void {
    entry.isDone = true
    if (this.table.get(entry.queueOffset) === entry) this.table.delete(entry.queueOffset)
    if (this.moved.get(entry.firstOffset) === entry) this.moved.delete(entry.firstOffset)
  }

  /** A place that is decided, whoever is there. */
  removeAt(queueOffset: number): void {
    const entry = this.table.get(queueOffset)
    if (entry) this.remove(entry)
  }
}
