/** Counters that only grow, as what was added per second. */

/** Counters remembered; beyond it the one longest not told goes. */
export const MAX_COUNTERS = 20_000

export class Rates {
  private readonly bases = new Map<string, { at: number; counter: number }>()

  /**
   * Undefined the first time, after more than `maxAgeMs` (what happened meanwhile is not known to be even), and where a
   * counter went back: who counts began anew. `at` is monotonic.
   */
  rate(key: string, counter: number, at: number, maxAgeMs: number): number | undefined {
    const base = this.bases.get(key)
    if (base && at <= base.at) return undefined
    this.bases.delete(key)
    this.bases.set(key, { at, counter })
    if (this.bases.size > MAX_COUNTERS) {
      const oldest = this.bases.keys().next()
      if (!oldest.done) this.bases.delete(oldest.value)
    }
    if (!base || counter < base.counter || at - base.at > maxAgeMs) return undefined
    return ((counter - base.counter) * 1000) / (at - base.at)
  }

  clear(): void {
    this.bases.clear()
  }
}
