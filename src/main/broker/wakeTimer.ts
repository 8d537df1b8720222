import type { Clock } from '../base/clock'
import type { Disposable } from '../base/disposable'

/** Slept at most at once, so that a wall clock that was set ahead, or a machine that slept, is noticed. */
const MAX_SLEEP_MS = 60_000

/** One timer for the next thing that is due: never early by the clock, and no timer while nothing is due. */
export class WakeTimer implements Disposable {
  private timer: Disposable | undefined
  private at = Infinity

  constructor(
    private readonly clock: Pick<Clock, 'now' | 'after'>,
    private readonly onDue: () => void
  ) {}

  /** Calls back once at this time; what was asked for earlier than that stays. */
  wakeAt(at: number): void {
    if (at >= this.at) return
    this.at = at
    this.arm()
  }

  dispose(): void {
    this.timer?.dispose()
    this.timer = undefined
    this.at = Infinity
  }

  private arm(): void {
    this.timer?.dispose()
    const delayMs = Math.min(Math.max(0, this.at - this.clock.now()), MAX_SLEEP_MS)
    this.timer = this.clock.after(delayMs, () => this.onTimer())
  }

  private onTimer(): void {
    if (this.clock.now() < this.at) {
      this.arm()
      return
    }
    this.dispose()
    this.onDue()
  }
}
