/** One counted thing with a sum per minute, hour and day. Java: StatsItem. */

/** Java: BrokerStatsItem. `avgpt` is the sum per time it was counted. */
export interface StatsSnapshot {
  sum: number
  tps: number
  avgpt: number
}

export type StatsUnit = 'messages' | 'bytes'
export type StatsSpan = 'minute' | 'hour' | 'day'

/** Time between two samples of a span, and how many are kept: the oldest and the newest are one span apart. */
export const STATS_SPANS: Readonly<Record<StatsSpan, { periodMs: number; kept: number }>> = {
  minute: { periodMs: 10_000, kept: 7 },
  hour: { periodMs: 600_000, kept: 7 },
  day: { periodMs: 3_600_000, kept: 25 }
}

/** A sample's numbers: when (monotonic), messages, bytes, times. */
const COLUMNS = 4
const column = { messages: 1, bytes: 2 } as const

/** The newest samples of one span, as plain numbers: ten thousand items cost megabytes, not a hundred of them. */
class Samples {
  private readonly table: Float64Array
  private count = 0
  private next = 0

  constructor(
    private readonly kept: number,
    private readonly periodMs: number
  ) {
    this.table = new Float64Array(kept * COLUMNS)
  }

  add(at: number, messages: number, bytes: number, times: number): void {
    // What was counted before the first sample counts from one period before it.
    if (this.count === 0) this.write(at - this.periodMs, 0, 0, 0)
    this.write(at, messages, bytes, times)
  }

  view(unit: StatsUnit): StatsSnapshot {
    if (this.count === 0) return { sum: 0, tps: 0, avgpt: 0 }
    const { table, kept, next, count } = this
    const first = ((next - count + kept) % kept) * COLUMNS
    const last = ((next - 1 + kept) % kept) * COLUMNS
    const between = (offset: number): number => table[last + offset]! - table[first + offset]!
    const [elapsed, sum, times] = [between(0), between(column[unit]), between(3)]
    return {
      sum,
      tps: elapsed > 0 ? (sum * 1000) / elapsed : 0,
      avgpt: times > 0 ? sum / times : 0
    }
  }

  private write(...row: [at: number, messages: number, bytes: number, times: number]): void {
    this.table.set(row, this.next * COLUMNS)
    this.next = (this.next + 1) % this.kept
    this.count = Math.min(this.count + 1, this.kept)
  }
}

const samplesOf = (span: StatsSpan): Samples =>
  new Samples(STATS_SPANS[span].kept, STATS_SPANS[span].periodMs)

export class StatsItem {
  private messages = 0
  private bytes = 0
  private times = 0
  private readonly samples: Readonly<Record<StatsSpan, Samples>> = {
    minute: samplesOf('minute'),
    hour: samplesOf('hour'),
    day: samplesOf('day')
  }

  add(messages: number, bytes: number, times = 1): void {
    this.messages += messages
    this.bytes += bytes
    this.times += times
  }

  /** At each end of a period of the span, whether or not anything was counted. */
  sample(span: StatsSpan, monotonicNow: number): void {
    this.samples[span].add(monotonicNow, this.messages, this.bytes, this.times)
  }

  /** Up to the last sample; nothing before the first one. */
  view(span: StatsSpan, unit: StatsUnit): StatsSnapshot {
    return this.samples[span].view(unit)
  }
}
