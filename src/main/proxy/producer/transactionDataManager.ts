/** Where half messages lie whose end a client may still tell. Java: TransactionDataManager. */

/** Transactions remembered; beyond it the oldest is forgotten, and its end is taken again once its broker has asked for it. */
export const MAX_TRANSACTIONS = 50_000

/** Java: TransactionData. */
export interface TransactionData {
  readonly brokerName: string
  readonly commitLogOffset: number
  /** Queue offset in the half topic. */
  readonly tranStateTableOffset: number
  /** Whose message it is; undefined for one of an earlier proxy. */
  readonly clientId: string | undefined
  /** Its broker has asked for its end. */
  readonly isChecked: boolean
}

interface Entry {
  data: TransactionData
  /** `TransactionResolution` that its broker took. */
  resolution: number | undefined
}

const keyOf = (topic: string, transactionId: string): string => `${topic}@${transactionId}`

export class TransactionDataManager {
  private readonly entries = new Map<string, Entry>()

  constructor(private readonly limit: number = MAX_TRANSACTIONS) {}

  /** The newest place of a message is the one that counts; its end is open. */
  add(topic: string, transactionId: string, data: TransactionData): void {
    const key = keyOf(topic, transactionId)
    this.entries.delete(key)
    this.entries.set(key, { data, resolution: undefined })
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.limit) break
      this.entries.delete(oldest)
    }
  }

  find(topic: string, transactionId: string): Readonly<Entry> | undefined {
    return this.entries.get(keyOf(topic, transactionId))
  }

  /** Its broker took the end of that place; of another place than the newest this says nothing. */
  resolved(topic: string, transactionId: string, data: TransactionData, resolution: number): void {
    const entry = this.entries.get(keyOf(topic, transactionId))
    if (entry?.data === data) entry.resolution = resolution
  }

  get size(): number {
    return this.entries.size
  }
}
