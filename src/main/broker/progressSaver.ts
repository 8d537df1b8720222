import type { RealTime } from '../base/clock'
import type { Disposable } from '../base/disposable'
import type { Log } from '../base/log'
import type { StoreStats } from '../store/messageStore'

/** Progress is kept this soon after it was made, so that a kill repeats little. */
export const SAVE_SOON_MS = 1000

interface Deps<T> {
  clock: RealTime
  log: Log
  store: { readonly stats: Pick<StoreStats, 'maxPhysicalOffset' | 'flushedPhysicalOffset'> }
  /** Time between two writes at most. */
  intervalMs: () => number
  snapshot: () => T
  write: (snapshot: T) => Promise<void>
}

/**
 * Keeps how far a delivery is. A snapshot is written once the log it speaks of is flushed: else a power cut could keep the
 * progress and lose the messages.
 */
export class ProgressSaver<T> implements Disposable {
  private timer: Disposable | undefined
  private isDirty = false
  private isStopped = false
  private waiting: { snapshot: T; end: number } | undefined

  constructor(private readonly deps: Deps<T>) {}

  /** Progress was made; while stopping it is written at once. */
  changed(): void {
    this.isDirty = true
    if (this.isStopped) this.writeNow()
    else this.arm()
  }

  /** Writes what is not yet written; whoever closes the metadata waits for it. */
  dispose(): void {
    this.timer?.dispose()
    this.isStopped = true
    if (this.isDirty || this.waiting !== undefined) this.writeNow()
  }

  private writeNow(): void {
    this.isDirty = false
    this.waiting = undefined
    this.write(this.deps.snapshot())
  }

  private arm(): void {
    if (this.timer !== undefined || this.isStopped) return
    const delayMs = Math.min(SAVE_SOON_MS, this.deps.intervalMs())
    this.timer = this.deps.clock.after(delayMs, () => this.onTimer())
  }

  private onTimer(): void {
    this.timer = undefined
    this.writeFlushed()
    if (this.waiting === undefined && this.isDirty) {
      this.isDirty = false
      const { maxPhysicalOffset: end } = this.deps.store.stats
      this.waiting = { snapshot: this.deps.snapshot(), end }
      this.writeFlushed()
    }
    if (this.isDirty || this.waiting !== undefined) this.arm()
  }

  private writeFlushed(): void {
    const { waiting } = this
    if (waiting === undefined) return
    if (this.deps.store.stats.flushedPhysicalOffset < waiting.end) return
    this.waiting = undefined
    this.write(waiting.snapshot)
  }

  private write(snapshot: T): void {
    this.deps.write(snapshot).catch((error: unknown) => {
      this.deps.log.error('the progress of delayed messages was not kept; trying again', error)
      if (!this.isStopped) this.changed()
    })
  }
}
