/** The latest sampled messages, bounded; outside Pinia, because they carry pieces of bodies. */
import type { TailBatch, TailMessage } from '../../../../shared/views'

export const TAIL_CAPACITY = 500

export interface TailRow extends TailMessage {
  /** Counts up; tells rows apart whatever they hold. */
  key: number
}

export class TailRing {
  #rows: TailRow[] = []
  #nextKey = 0
  #received = 0
  #passed = 0

  constructor(readonly capacity = TAIL_CAPACITY) {}

  push({ messages, passed }: TailBatch) {
    const rows = messages.map((message): TailRow => ({ ...message, key: this.#nextKey++ }))
    this.#rows = [...this.#rows, ...rows].slice(-this.capacity)
    this.#received += rows.length
    this.#passed += Math.max(passed, rows.length)
  }

  clear() {
    this.#rows = []
    this.#received = 0
    this.#passed = 0
  }

  /** Newest first. */
  rows(): TailRow[] {
    return this.#rows.toReversed()
  }

  /** Messages seen since the last clear, and messages that passed meanwhile. */
  counts(): { received: number; passed: number } {
    return { received: this.#received, passed: this.#passed }
  }
}

export interface TailFilter {
  topic: string
  text: string
}

export const matches = (row: TailMessage, { topic, text }: TailFilter): boolean => {
  if (topic && row.topic !== topic) return false
  const needle = text.trim().toLowerCase()
  if (!needle) return true
  const { preview, tags, keys, msgId, group, client } = row
  return [row.topic, preview, tags, keys, msgId, group, client].some((part) =>
    part.toLowerCase().includes(needle)
  )
}
