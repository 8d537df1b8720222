/** How long sends take to be stored, as GET_BROKER_RUNTIME_INFO (28) tells it. Java: StoreStatsService. */

/** Upper borders in ms of the distribution's rows; what is above the last is in a row of its own. */
const ROWS: readonly (readonly [below: number, label: string])[] = [
  [1, '[<=0ms]'],
  [10, '[0~10ms]'],
  [50, '[10~50ms]'],
  [100, '[50~100ms]'],
  [200, '[100~200ms]'],
  [500, '[200~500ms]'],
  [1000, '[500ms~1s]'],
  [2000, '[1~2s]'],
  [3000, '[2~3s]'],
  [4000, '[3~4s]'],
  [5000, '[4~5s]'],
  [10_000, '[5~10s]'],
  [Infinity, '[10s~]']
]

/** Width of the buckets percentiles are read from, and how many there are. Java: PUT_MESSAGE_ENTIRE_TIME_BUCKETS. */
const BUCKETS: readonly (readonly [widthMs: number, count: number])[] = [
  [1, 20],
  [2, 15],
  [5, 10],
  [10, 10],
  [50, 6],
  [100, 5],
  [1000, 9]
]

const borders: readonly number[] = BUCKETS.reduce<number[]>((all, [width, count]) => {
  for (let i = 0; i < count; i++) all.push((all[all.length - 1] ?? 0) + width)
  return all
}, [])

/** Place of the first border a time is not beyond; on the way of each send, and most take no time. */
const placeOf = (list: readonly number[], value: number): number => {
  let at = 0
  while (at < list.length && value > list[at]!) at++
  return at
}

/** Times are whole. */
const rowBorders = ROWS.map(([below]) => below - 1)

/** Time of one period, after which the next is counted and this one is told. */
export const PUT_TIMES_PERIOD_MS = 60_000

interface Counts {
  readonly rows: Uint32Array
  readonly buckets: Uint32Array
}

const noCounts = (): Counts => ({
  rows: new Uint32Array(ROWS.length),
  buckets: new Uint32Array(borders.length + 1)
})

export class PutMessageTimes {
  private maxMs = 0
  private current = noCounts()
  private last: Counts | undefined
  private since: number

  constructor(monotonicNow: number) {
    this.since = monotonicNow
  }

  /** A whole number of ms. */
  add(ms: number): void {
    const { rows, buckets } = this.current
    rows[placeOf(rowBorders, ms)]! += 1
    buckets[placeOf(borders, ms)]! += 1
    if (ms > this.maxMs) this.maxMs = ms
  }

  /** Once a second. */
  sample(monotonicNow: number): void {
    if (monotonicNow - this.since < PUT_TIMES_PERIOD_MS) return
    this.since = monotonicNow
    this.last = this.current
    this.current = noCounts()
  }

  /** Of the last whole minute; the greatest time since the start. */
  table(): Record<string, string> {
    const { last } = this
    return {
      putMessageEntireTimeMax: String(this.maxMs),
      putMessageDistributeTime: last
        ? ROWS.map(([, label], i) => `${label}:${last.rows[i]} `).join('')
        : 'null',
      putLatency99: this.percentile(0.99).toFixed(2),
      putLatency999: this.percentile(0.999).toFixed(2)
    }
  }

  /** Interpolated within its bucket. Java: findPutMessageEntireTimePX. */
  private percentile(share: number): number {
    const { buckets } = this.last ?? noCounts()
    const total = buckets.reduce((sum, count) => sum + count, 0)
    const wanted = Math.floor(total * share)
    let passed = 0
    for (const [i, count] of buckets.entries()) {
      if (wanted > passed + count) {
        passed += count
        continue
      }
      const from = borders[i - 1] ?? 0
      const to = borders[i] ?? from
      return count === 0 ? from : from + ((to - from) * (wanted - passed)) / count
    }
    return 0
  }
}
