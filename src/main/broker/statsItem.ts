/** One counted thing with a sum per minute, hour and day. Java: StatsItem, StatsItemSet. */

interface Snapshot {
  /** Monotonic. */
  at: number
  messages: number
  bytes: number
  times: number
}

/** Java: BrokerStatsItem. `avgpt` is the sum per time it was counted. */
export interface StatsSnapshot {
  sum: number
  tps: number
  avgpt: number
}

export type StatsUnit = 'messages' | 'bytes'
export type StatsSpan = 'minute' | 'hour' | 'day'

/** Time between two snapshots of a span, and how many are kept: the oldest and the newest are one span apart. */
export const STATS_SPANS: Readonly<Record<StatsSpan, { periodMs: number; kept: number }>> = {
  minute: { periodMs: 10_000, kept: 7 },
  hour: { periodMs: 600_000, kept: 7 },
  day: { periodMs: 3_600_000, kept: 25 }
}

export class StatsItem {
  messages = 0
  bytes = 0
  times = 0
  private readonly snapshots: Record<StatsSpan, Snapshot[]>

  constructor(monotonicNow: number) {
    const first = { at: monotonicNow, messages: 0, bytes: 0, times: 0 }
    this.snapshots = { minute: [first], hour: [first], day: [first] }
  }

  add(messages: number, bytes: number): void {
    this.messages += messages
    this.bytes += bytes
    this.times++
  }

  /** Takes a snapshot for each span whose time has come. */
  sample(monotonicNow: number): void {
    const { messages, bytes, times } = this
    for (const span of ['minute', 'hour', 'day'] as const) {
      const list = this.snapshots[span]
      const { periodMs, kept } = STATS_SPANS[span]
      if (monotonicNow - list[list.length - 1]!.at < periodMs) continue
      list.push({ at: monotonicNow, messages, bytes, times })
      if (list.length > kept) list.shift()
    }
  }

  view(span: StatsSpan, unit: StatsUnit): StatsSnapshot {
    const list = this.snapshots[span]
    const [first, last] = [list[0]!, list[list.length - 1]!]
    const sum = last[unit] - first[unit]
    const elapsed = last.at - first.at
    const times = last.times - first.times
    return {
      sum,
      tps: elapsed > 0 ? (sum * 1000) / elapsed : 0,
      avgpt: times > 0 ? sum / times : 0
    }
  }
}
