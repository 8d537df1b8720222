import type { RealTime } from '../../base/clock'

/** A topic that is asked for again and again is told once in this time. */
export const ROUTE_MISS_PERIOD_MS = 10_000
/** Topics remembered; a client that asks for ever new names is told no more than this per period. */
export const MAX_ROUTE_MISSES = 100

/** Clients repeat a failed route request every 30 s, some in a loop: few of them are news. */
export class RouteMissFilter {
  private readonly toldAt = new Map<string, number>()

  constructor(private readonly clock: RealTime) {}

  isWorthTelling(topic: string): boolean {
    const now = this.clock.monotonic()
    for (const [known, at] of this.toldAt) {
      if (now - at < ROUTE_MISS_PERIOD_MS) break
      this.toldAt.delete(known)
    }
    if (this.toldAt.has(topic) || this.toldAt.size >= MAX_ROUTE_MISSES) return false
    this.toldAt.set(topic, now)
    return true
  }
}
