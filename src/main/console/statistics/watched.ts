/** What somebody looks at now, or a rule is about: measured every second, or in turns where it is much. */
import type { MetricName, SeriesRef } from '../../../shared/statisticsModel'
import type { RealTime } from '../../base/clock'

/** Topics and groups asked for in one second; more take turns. */
export const WATCHED_PER_SECOND = 10
/** Topics and groups watched at all: what rules name, and what a page shows; the oldest of pages goes. */
export const MAX_WATCHED = 400
/** A page asks again sooner than that. */
export const WATCH_MS = 15_000

export interface WatchedThing {
  scope: 'topic' | 'group'
  name: string
  metrics: ReadonlySet<MetricName>
}

export class Watched {
  private readonly pages = new Map<string, { ref: SeriesRef; until: number }>()
  private rules: readonly SeriesRef[] = []
  private turn = 0

  constructor(private readonly clock: Pick<RealTime, 'monotonic'>) {}

  /** Of a page, for a while. */
  watch(refs: readonly SeriesRef[]): void {
    const until = this.clock.monotonic() + WATCH_MS
    for (const ref of refs) {
      const key = JSON.stringify(ref)
      this.pages.delete(key)
      this.pages.set(key, { ref, until })
    }
    while (this.pages.size > MAX_WATCHED) this.pages.delete(this.pages.keys().next().value!)
  }

  /** Of the rules, until they are others. */
  setRules(refs: readonly SeriesRef[]): void {
    this.rules = refs
  }

  /** Those whose turn it is, and how many turns there are. */
  next(): { things: WatchedThing[]; turns: number } {
    const now = this.clock.monotonic()
    for (const [key, { until }] of this.pages) if (until < now) this.pages.delete(key)
    const things = new Map<
      string,
      { scope: 'topic' | 'group'; name: string; metrics: Set<MetricName> }
    >()
    for (const ref of [...[...this.pages.values()].map((page) => page.ref), ...this.rules]) {
      const { scope, name, metric } = ref
      if (scope !== 'topic' && scope !== 'group') continue
      const key = `${scope} ${name}`
      const thing = things.get(key) ?? { scope, name, metrics: new Set() }
      thing.metrics.add(metric)
      things.set(key, thing)
    }
    const all = [...things.values()]
    const turns = Math.max(1, Math.ceil(all.length / WATCHED_PER_SECOND))
    const from = (this.turn++ % turns) * WATCHED_PER_SECOND
    return { things: all.slice(from, from + WATCHED_PER_SECOND), turns }
  }
}
