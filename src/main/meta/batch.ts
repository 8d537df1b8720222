import type { Change } from './nedbFile'

interface Pending<T> {
  before: T | undefined
  after: T | undefined
}

/** Changes that go to disk together, and the promise that they are there. */
export class Batch<T> {
  readonly settled: Promise<void>
  resolve!: () => void
  reject!: (error: unknown) => void
  private readonly pending = new Map<string, Pending<T>>()

  constructor() {
    this.settled = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    // Every writer awaits a promise of its own; this one alone must not count as unhandled.
    this.settled.catch(() => undefined)
  }

  /** Changes `values` at once and remembers what was there. */
  add(values: Map<string, T>, key: string, after: T | undefined): void {
    const known = this.pending.get(key)
    if (known) known.after = after
    else this.pending.set(key, { before: values.get(key), after })
    put(values, key, after)
  }

  /** Applies the batch to values freshly read from disk. */
  rebase(values: Map<string, T>): void {
    for (const [key, change] of this.pending) {
      change.before = values.get(key)
      put(values, key, change.after)
    }
  }

  /** Takes the batch back; later batches must be taken back before. */
  undo(values: Map<string, T>): void {
    for (const [key, { before }] of this.pending) put(values, key, before)
  }

  get changes(): Change[] {
    return [...this.pending].map(([key, change]) => ({ key, ...change }))
  }
}

const put = <T>(values: Map<string, T>, key: string, value: T | undefined): void => {
  if (value === undefined) values.delete(key)
  else values.set(key, value)
}
