import { performance } from 'node:perf_hooks'
import { toDisposable, type Disposable } from './disposable'

/**
 * The machine's own time: nothing in the product moves it. Leases of live connections, time limits, flushing, sampling
 * and everything else that has to go on while the virtual clock stands still.
 */
export interface RealTime {
  /** What the machine's wall clock shows, in milliseconds since the epoch. A person may set it, forward and back. */
  wall(): number
  /** Milliseconds since some fixed point, never going back. */
  monotonic(): number
  /** Runs `callback` once, `delayMs` from now; does not keep the process alive. */
  after(delayMs: number, callback: () => void): Disposable
  /** Runs `callback` every `periodMs`; does not keep the process alive. */
  every(periodMs: number, callback: () => void): Disposable
}

/** Who steps the clock waits for the promise, which never rejects: its effects are there for the next callback. */
export type ClockCallback = () => void | Promise<void>

/**
 * Time as the cluster's messages see it: `now` and the timers are paused, sped up or stepped by a virtual clock. What a
 * live connection or the machine's own business depends on asks `real`.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** That of `real`: it does not follow a virtual clock. */
  monotonic(): number
  /** Runs `callback` once, `delayMs` from now; does not keep the process alive. */
  after(delayMs: number, callback: ClockCallback): Disposable
  /** Runs `callback` every `periodMs`; does not keep the process alive. */
  every(periodMs: number, callback: ClockCallback): Disposable
  readonly real: RealTime
}

export const sleep = (clock: Pick<RealTime, 'after'>, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })

/** Node clamps longer delays to 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1

const realTime: RealTime = {
  wall: () => Date.now(),
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

/** The machine's time on both sides. */
export const systemClock: Clock & RealTime = {
  ...realTime,
  now: () => Date.now(),
  real: realTime
}

interface Alarm {
  at: number
  periodMs: number | undefined
  callback: ClockCallback
}

/** A clock that moves only when told: tests step it, no sleeps. */
export class ManualClock implements Clock, RealTime {
  readonly real: RealTime = this
  private alarms: Alarm[] = []

  constructor(private time = 1_700_000_000_000) {}

  now(): number {
    return this.time
  }

  wall(): number {
    return this.time
  }

  monotonic(): number {
    return this.time
  }

  after(delayMs: number, callback: ClockCallback): Disposable {
    return this.add({ at: this.time + delayMs, periodMs: undefined, callback })
  }

  every(periodMs: number, callback: ClockCallback): Disposable {
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
      void next.callback()
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
