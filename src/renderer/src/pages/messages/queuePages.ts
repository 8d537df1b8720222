/** Pages over several queues at once, merged by store time, from either end. Pure: the reading is handed in. */
import type { BrowseQueryInput } from '../../../../shared/drafts'
import type { BrowseResult, MessageSummary } from '../../../../shared/views'
import { queueKey, type QueueName } from '../../format/queues'

export interface QueueRange extends QueueName {
  minOffset: number
  maxOffset: number
}

export type Direction = 'newestFirst' | 'oldestFirst'

/** By queue: the next offset to read, or, newest first, the offset all of the page lies below. */
export type Cursor = ReadonlyMap<string, number>

export type Browse = (query: BrowseQueryInput) => Promise<BrowseResult>

export interface Page {
  messages: MessageSummary[]
  next: Cursor
  isLast: boolean
}

export const startCursor = (
  queues: readonly QueueRange[],
  direction: Direction,
  offset = 0
): Cursor =>
  new Map(
    queues.map((queue) => [
      queueKey(queue),
      direction === 'newestFirst' ? queue.maxOffset : Math.max(queue.minOffset, offset)
    ])
  )

interface Run {
  key: string
  /** In the order of the page. */
  messages: MessageSummary[]
  /** Where the queue goes on once all of `messages` are shown. */
  end: number
  isAtEnd: boolean
}

const byOffset = (a: MessageSummary, b: MessageSummary) => a.queueOffset - b.queueOffset

/** Everything from `from` up to, and without, `to`: one answer may hold less than was asked for, and never goes back. */
const readBetween = async (
  browse: Browse,
  queue: QueueRange,
  at: string,
  from: number,
  to: number
) => {
  const { brokerName, queueId } = queue
  const found: MessageSummary[] = []
  let offset = from
  while (offset < to) {
    const limit = to - offset
    const answer = await browse({ topic: at, brokerName, queueId, offset, limit })
    found.push(...answer.messages.filter(({ queueOffset }) => queueOffset < to))
    if (answer.nextOffset <= offset) break
    offset = answer.nextOffset
  }
  return { found: found.sort(byOffset), reached: Math.min(Math.max(offset, from), to) }
}

const readUp = async (
  browse: Browse,
  topic: string,
  queue: QueueRange,
  from: number,
  size: number
) => {
  const to = Math.min(queue.maxOffset, from + size)
  const { found, reached } = await readBetween(browse, queue, topic, from, to)
  const end = Math.max(reached, from)
  return {
    key: queueKey(queue),
    messages: found,
    end,
    isAtEnd: end >= queue.maxOffset || end === from
  }
}

const readDown = async (
  browse: Browse,
  topic: string,
  queue: QueueRange,
  below: number,
  size: number
) => {
  const from = Math.max(queue.minOffset, below - size)
  const { found } = await readBetween(browse, queue, topic, from, below)
  return {
    key: queueKey(queue),
    messages: found.reverse(),
    end: from,
    isAtEnd: from <= queue.minOffset
  }
}

/** Of all queues the one whose next message comes first; within a queue the order is never changed. */
const firstOf = (
  runs: readonly Run[],
  taken: ReadonlyMap<string, number>,
  direction: Direction
) => {
  let best: { run: Run; message: MessageSummary } | undefined
  for (const run of runs) {
    const message = run.messages[taken.get(run.key) ?? 0]
    if (!message) continue
    const isEarlier = best && message.storeTimestamp < best.message.storeTimestamp
    const isLater = best && message.storeTimestamp > best.message.storeTimestamp
    if (!best || (direction === 'newestFirst' ? isLater : isEarlier)) best = { run, message }
  }
  return best
}

export interface PageQuery {
  topic: string
  queues: readonly QueueRange[]
  cursor: Cursor
  direction: Direction
  size: number
}

export const readPage = async (browse: Browse, query: PageQuery): Promise<Page> => {
  const { topic, queues, cursor, direction, size } = query
  const read = direction === 'newestFirst' ? readDown : readUp
  const runs: Run[] = await Promise.all(
    queues.map((queue) => read(browse, topic, queue, cursor.get(queueKey(queue)) ?? 0, size))
  )
  const taken = new Map<string, number>()
  const messages: MessageSummary[] = []
  while (messages.length < size) {
    const first = firstOf(runs, taken, direction)
    if (!first) break
    messages.push(first.message)
    taken.set(first.run.key, (taken.get(first.run.key) ?? 0) + 1)
  }
  const next = new Map<string, number>()
  for (const { key, messages: all, end } of runs) {
    const count = taken.get(key) ?? 0
    const lastTaken = all[count - 1]?.queueOffset
    if (count === all.length) next.set(key, end)
    else if (lastTaken === undefined) next.set(key, cursor.get(key) ?? 0)
    else next.set(key, direction === 'newestFirst' ? lastTaken : lastTaken + 1)
  }
  const isLast = runs.every(({ key, messages: all, isAtEnd }) => {
    return isAtEnd && (taken.get(key) ?? 0) === all.length
  })
  return { messages, next, isLast }
}
