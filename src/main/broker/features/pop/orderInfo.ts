/** One pop in order: its queue stands still until all of it is acknowledged or its time is over. Java: ConsumerOrderInfoManager.OrderInfo. */

export interface OrderInfo {
  /** A client that repeats a pop with the same id gets the same messages. */
  readonly attemptId: string | undefined
  readonly popTime: number
  readonly invisibleTime: number
  /** Queue offsets, ascending; never empty. */
  readonly offsets: readonly number[]
  readonly acked: Set<number>
  /** When a message comes back whose time was changed. */
  readonly visibleAt: Map<number, number>
  /** How often those were delivered before that were. */
  readonly counts: ReadonlyMap<number, number>
}

export const newOrderInfo = (
  before: OrderInfo | undefined,
  pop: Pick<OrderInfo, 'attemptId' | 'popTime' | 'invisibleTime' | 'offsets'>
): OrderInfo => ({
  ...pop,
  acked: new Set(),
  visibleAt: new Map(),
  counts: countsAfter(before, pop)
})

/** Java: mergeOffsetConsumedCount. */
const countsAfter = (
  before: OrderInfo | undefined,
  { attemptId, offsets }: Pick<OrderInfo, 'attemptId' | 'offsets'>
): ReadonlyMap<number, number> => {
  if (!before) return new Map()
  if (before.attemptId !== undefined && before.attemptId === attemptId) return before.counts
  const delivered = new Set(before.offsets)
  return new Map(
    offsets
      .filter((offset) => delivered.has(offset))
      .map((offset) => [offset, (before.counts.get(offset) ?? 0) + 1])
  )
}

/** How often the one delivered least was: clients of before 5.1 know no other count. */
export const leastCount = ({ counts, offsets }: OrderInfo): number =>
  counts.size === offsets.length ? Math.min(...counts.values()) : 0

const visibleAtOf = (info: OrderInfo, offset: number): number =>
  info.visibleAt.get(offset) ?? info.popTime + info.invisibleTime

const openOf = ({ offsets, acked }: OrderInfo): number[] =>
  offsets.filter((offset) => !acked.has(offset))

/** When nothing of it keeps the queue any more. */
export const freeAt = (info: OrderInfo): number =>
  Math.max(-Infinity, ...openOf(info).map((offset) => visibleAtOf(info, offset)))

/** Does it keep the queue from a pop at `now`? */
export const blocks = (info: OrderInfo, attemptId: string | undefined, now: number): boolean =>
  (info.attemptId === undefined || info.attemptId !== attemptId) && now < freeAt(info)

/** The oldest message not acknowledged; behind the last one when all are. */
export const nextOffset = (info: OrderInfo): number => openOf(info)[0] ?? info.offsets.at(-1)! + 1

export const isThrough = ({ offsets, acked }: OrderInfo): boolean => acked.size === offsets.length
