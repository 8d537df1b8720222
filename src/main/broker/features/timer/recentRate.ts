import type { RealTime } from '../../../base/clock'

const SECONDS = 10

/** How many per second over the last ten. Java: PerfCounter's lastTps. */
export class RecentRate {
  private readonly counts = new Float64Array(SECONDS)
  private second = 0

  constructor(private readonly clock: RealTime) {}

  add(count: number): void {
    this.move()
    this.counts[this.second % SECONDS]! += count
  }

  /** As Java writes a float: `0.0`. */
  text(): string {
    this.move()
    const rate = this.counts.reduce((sum, count) => sum + count, 0) / SECONDS
    return Number.isInteger(rate) ? rate.toFixed(1) : String(rate)
  }

  private move(): void {
    const now = Math.floor(this.clock.monotonic() / 1000)
    if (now - this.second >= SECONDS) this.counts.fill(0)
    else for (let at = this.second + 1; at <= now; at++) this.counts[at % SECONDS] = 0
    this.second = now
  }
}
