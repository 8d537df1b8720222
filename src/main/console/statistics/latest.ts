/** The newest value of each series, as long as it may be believed. */
import { MAX_SERIES, type MetricName, type ScopeKind } from '../../../shared/statisticsModel'
import type { RankedName } from '../../../shared/statisticsViews'
import { readSeriesKey } from './seriesKey'

interface Entry {
  value: number
  /** Monotonic. */
  until: number
}

export class Latest {
  private readonly entries = new Map<string, Entry>()

  set(key: string, value: number, until: number): void {
    this.entries.delete(key)
    this.entries.set(key, { value, until })
    const oldest = this.entries.size > 2 * MAX_SERIES ? this.entries.keys().next() : undefined
    if (oldest && !oldest.done) this.entries.delete(oldest.value)
  }

  get(key: string, now: number): number | undefined {
    const entry = this.entries.get(key)
    return entry && entry.until >= now ? entry.value : undefined
  }

  /** The largest first; those of 0 are left out. */
  top(metric: MetricName, scope: ScopeKind, count: number, now: number): RankedName[] {
    const ranked: RankedName[] = []
    for (const [key, { value, until }] of this.entries) {
      if (value <= 0 || until < now) continue
      const ref = readSeriesKey(key)
      if (ref?.metric === metric && ref.scope === scope) ranked.push({ name: ref.name, value })
    }
    return ranked.sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1)).slice(0, count)
  }

  clear(): void {
    this.entries.clear()
  }
}
