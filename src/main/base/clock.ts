import { performance } from 'node:perf_hooks'
import { toDisposable, type Disposable } from './disposable'

/**
 * Time as the product sees it. `now` and the timers can be paused, sped up or stepped by a virtual clock;
 * `monotonic` never jumps and is what leases of live connections are measured with.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds since some fixed point, never going back. */
  monotonic(): number
  /** Runs `callback` once, `delayMs` from now; does not keep the process alive. */
  after(delayMs: number, callback: () => void): Disposable
  /** Runs `callback` every `periodMs`; does not keep the process alive. */
  every(periodMs: number, callback: () => void): Disposable
}

export const sleep = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })

/** Node clamps longer delays to 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS)).unref()
    return toDisposable(() => clearTimeout(timer))
  },
  every: (periodMs, callback) => {
    const timer = setInterval(callback, Math.min(periodMs, MAX_TIMER_MS)).unref()
    return toDisposable(() => clearInterval(timer))
  }
}

interface Alarm {
  at: number
  periodMs: number | undefined
  callback: () => void
}

/** A clock that moves only when told: tests step it, no sleeps. */
export class ManualClock implements Clock {
  private alarms: Alarm[] = []

  constructor(private time = 1_700_000_000_000) {}

  now(): number {
    return this.time
  }

  monotonic(): number {
    return this.time
  }

  after(delayMs: number, callback: () => void): Disposable {
    return this.add({ at: this.time + delayMs, periodMs: undefined, callback })
  }

  every(periodMs: number, callback: () => void): Disposable {
    return this.add({ at: this.time + periodMs, periodMs, callback })
  }

  /** Moves time forward and runs what is due, in order. */
  advance(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const next = this.alarms.filter((a) => a.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.time = Math.max(this.time, next.at)
      if (next.periodMs === undefined) this.alarms = this.alarms.filter((a) => a !== next)
      else next.at += next.periodMs
      next.callback()
    }
    this.time = end
  }

  private add(alarm: Alarm): Disposable {
    this.alarms.push(alarm)
    return toDisposable(() => {
      this.alarms = this.alarms.filter((a) => a !== alarm)
    })
  }
}
