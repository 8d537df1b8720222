import type { RealTime } from '../../base/clock'

/** How long an answer is believed, ms. */
export const METADATA_TTL_MS = 3000
/** How long callers wait for its successor, ms; then the old answer serves until the new one is there. */
export const METADATA_PATIENCE_MS = 200
/** Age at which it serves no more, ms. */
export const METADATA_STALE_MS = 10_000
/** Answers kept; beyond it the oldest is asked for again. */
export const MAX_METADATA = 2000

interface Entry<T> {
  value: Promise<T>
  /** Monotonic ms. */
  askedAt: number
  again: Again<T> | undefined
}

interface Again<T> {
  /** The new answer alone. */
  fresh: Promise<T>
  /** The new answer, or the old one where that is slow or fails. */
  soon: Promise<T>
}

/** Answers by name, one question at a time each; a failure is not remembered. Java: Caffeine's refreshAfterWrite. */
export class Remembered<T> {
  private readonly entries = new Map<string, Entry<T>>()

  constructor(
    private readonly clock: Pick<RealTime, 'monotonic' | 'after'>,
    private readonly ask: (name: string) => Promise<T>
  ) {}

  get(name: string): Promise<T> {
    const known = this.entries.get(name)
    if (!known) return this.first(name)
    const age = this.clock.monotonic() - known.askedAt
    if (age < METADATA_TTL_MS) return known.value
    known.again ??= this.again(name, known)
    return age < METADATA_STALE_MS ? known.again.soon : known.again.fresh
  }

  private first(name: string): Promise<T> {
    const value = this.ask(name)
    const entry: Entry<T> = { value, askedAt: this.clock.monotonic(), again: undefined }
    this.entries.set(name, entry)
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= MAX_METADATA) break
      this.entries.delete(oldest)
    }
    value.catch(() => {
      if (this.entries.get(name) === entry) this.entries.delete(name)
    })
    return value
  }

  private again(name: string, entry: Entry<T>): Again<T> {
    const askedAt = this.clock.monotonic()
    const old = entry.value
    const fresh = this.ask(name)
    const soon = new Promise<T>((resolve) => {
      const patience = this.clock.after(METADATA_PATIENCE_MS, () => resolve(old))
      fresh.then(
        () => {
          patience.dispose()
          Object.assign(entry, { value: fresh, askedAt, again: undefined })
          resolve(fresh)
        },
        () => {
          patience.dispose()
          entry.again = undefined
          resolve(old)
        }
      )
    })
    return { fresh, soon }
  }
}
