/** Messages of many queues, newest first, a page at a time, reading no more of each queue than the page needs. */

export interface QueueCursor {
  lo: number
  /** Behind the next one to be read. */
  end: number
  /** Nothing left in it is stored later than this. */
  newest: number
}

interface Stored {
  queueOffset: number
  storeTimestamp: number
}

/** Messages of one queue read at once. */
export const READ_AHEAD = 32

interface Options<C extends QueueCursor, M extends Stored> {
  cursors: readonly C[]
  limit: number
  /** Those of the queue from `from` to before `to`, ascending; some may be missing. */
  read: (cursor: C, from: number, to: number) => Promise<readonly M[]>
  /** False ends the page behind this message. */
  goesOn?: (message: M) => boolean
  /** The queue cannot be read: it takes no further part. */
  onFailure: (cursor: C, error: unknown) => void
}

interface Reading<C, M> {
  cursor: C
  /** Ascending; the last is next. */
  loaded: M[]
}

/** The page, and where each queue that is not at its end goes on. */
export const newestFirst = async <C extends QueueCursor, M extends Stored>(
  options: Options<C, M>
): Promise<{ messages: M[]; cursors: C[] }> => {
  const { limit, read, goesOn = () => true, onFailure } = options
  const messages: M[] = []
  let readings = options.cursors
    .filter(({ lo, end }) => end > lo)
    .map((cursor): Reading<C, M> => ({ cursor: { ...cursor }, loaded: [] }))

  /** False when the queue is at its end or cannot be read. */
  const load = async ({ cursor, loaded }: Reading<C, M>): Promise<boolean> => {
    while (loaded.length === 0 && cursor.end > cursor.lo) {
      const from = Math.max(cursor.lo, cursor.end - READ_AHEAD)
      try {
        const found = await read(cursor, from, cursor.end)
        loaded.push(...found.filter(({ queueOffset: at }) => at >= from && at < cursor.end))
      } catch (error) {
        onFailure(cursor, error)
        return false
      }
      // A hole: nothing of it is there any more.
      if (loaded.length === 0) cursor.end = from
    }
    const next = loaded.at(-1)
    if (!next) return false
    cursor.newest = next.storeTimestamp
    return true
  }

  while (messages.length < limit && readings.length > 0) {
    const next = readings.reduce((a, b) => (b.cursor.newest > a.cursor.newest ? b : a))
    if (next.loaded.length === 0) {
      // Its newest was a bound; now it is known, and another queue's may be newer.
      if (!(await load(next))) readings = readings.filter((reading) => reading !== next)
      continue
    }
    const message = next.loaded.pop()!
    messages.push(message)
    next.cursor.end = message.queueOffset
    next.cursor.newest = next.loaded.at(-1)?.storeTimestamp ?? message.storeTimestamp
    if (next.cursor.end <= next.cursor.lo) readings = readings.filter((reading) => reading !== next)
    if (!goesOn(message)) break
  }
  return { messages, cursors: readings.map(({ cursor }) => cursor) }
}
