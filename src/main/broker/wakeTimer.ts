import type { Clock, ClockCallback } from '../base/clock'
import type { Disposable } from '../base/disposable'

/** The clock is looked at so often at least: a wall clock that was set ahead, or a machine that slept, is noticed. */
const LOOK_AT_LEAST_MS = 60_000

/** One timer for the next thing that is due: never early by the clock, and no timer while nothing is due. */
export class WakeTimer implements Disposable {
  private timer: Disposable | undefined
  private looks: Disposable | undefined
  private at = Infinity

  constructor(
    private readonly clock: Pick<Clock, 'now' | 'after' | 'real'>,
    private readonly onDue: ClockCallback
  ) {}

  /** Calls back once at this time; what was asked for earlier than that stays. */
  wakeAt(at: number): void {
    if (at >= this.at) return
    this.at = at
    this.arm()
  }

  dispose(): void {
    this.timer?.dispose()
    this.looks?.dispose()
    this.timer = undefined
    this.looks = undefined
    this.at = Infinity
  }

  private arm(): void {
    this.timer?.dispose()
    const { clock } = this
    this.timer = clock.after(Math.max(0, this.at - clock.now()), () => this.onTimer())
    this.looks ??= clock.real.every(LOOK_AT_LEAST_MS, () => {
      if (clock.now() >= this.at) void this.onTimer()
    })
  }

  private onTimer(): void | Promise<void> {
    if (this.clock.now() < this.at) return this.arm()
    this.dispose()
    return this.onDue()
  }
}
