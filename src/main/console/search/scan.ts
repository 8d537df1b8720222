/** Several queues as one stream in the order of their store times. */
import type { MessageSummary } from '../../../shared/views'
import { inParallel } from '../../admin/adminCall'
import type { Looked, Direction, QueueScan } from './queueScan'

/** A message of a search, small enough to hold a hundred thousand of. */
export interface Found {
  /** Place in the list of queues. */
  queue: number
  queueOffset: number
  summary: MessageSummary
}

const comesFirst = (a: Looked, b: Looked, direction: Direction): boolean =>
  direction === 'newestFirst'
    ? a.storeTimestamp > b.storeTimestamp
    : a.storeTimestamp < b.storeTimestamp

/**
 * The next match; undefined at the end, or when `mayGoOn` says no. The order within a queue is never changed.
 * @throws what a pull throws; the next call tries again where this one stopped.
 */
export const nextFound = async (
  queues: readonly QueueScan[],
  direction: Direction,
  mayGoOn: () => boolean
): Promise<Found | undefined> => {
  while (mayGoOn()) {
    const empty = queues.filter((queue) => queue.head === undefined && !queue.isDone)
    if (empty.length > 0)
      for (const outcome of await inParallel(empty, (queue) => queue.fill()))
        if (outcome.status === 'rejected') throw outcome.reason
    let best: { at: number; looked: Looked } | undefined
    queues.forEach(({ head }, at) => {
      if (head && (!best || comesFirst(head, best.looked, direction))) best = { at, looked: head }
    })
    if (!best) return undefined
    const { at, looked } = best
    queues[at]!.take()
    const { summary, queueOffset } = looked
    if (summary) return { queue: at, queueOffset, summary }
  }
  return undefined
}
