/** A clock over the machine's that can be paused, run faster or slower and set ahead. It never goes back. */
import type { Clock, ClockCallback, RealTime } from './clock'
import { toDisposable, type Disposable } from './disposable'
import { endOfTurn } from './turn'

/** What a clock shows, as a value: two threads with the same setting show the same time. */
export interface ClockSetting {
  /** Machine time, of the wall clock in ms, at which it showed `shows`. */
  readonly since: number
  /** Milliseconds since the epoch. */
  readonly shows: number
  /** Milliseconds shown per millisecond that passes; 1 follows the machine. */
  readonly rate: number
  readonly paused: boolean
}

/** The machine's own time. */
export const REAL_TIME: ClockSetting = { since: 0, shows: 0, rate: 1, paused: false }

export const shownAt = ({ since, shows, rate, paused }: ClockSetting, wall: number): number =>
  paused ? shows : Math.floor(shows + (wall - since) * rate)

/** Between two timers of a step: resolves when others have seen what the first one did; `since` is monotonic. */
export type Settle = (since: number) => Promise<void>

/** Slept at most at once, in real time: a machine's clock that was set is noticed, and Node clamps no timer. */
const MAX_SLEEP_MS = 60_000
/** The machine's clock went back by so much: timers keep the time they had left. */
const WENT_BACK_MS = 1000
/** Real time a move ahead may take; what is still due then runs in order, but without waiting in between. */
export const MOVE_LIMIT_MS = 30_000

interface Alarm {
  due: number
  periodMs: number | undefined
  callback: ClockCallback
  isDisposed: boolean
}

const nextTurn: Settle = () => new Promise((resolve) => endOfTurn(resolve))

export class VirtualClock implements Clock {
  /** By `due`; those of the same time in the order they were set. */
  private alarms: Alarm[] = []
  private timer: Disposable | undefined
  /** Shown already, by a setting that was ahead of the present one or ran faster. */
  private latest = -Infinity
  private moves = Promise.resolve()
  private isMoving = false
  /** Machine's wall clock over its monotonic one, when last looked at. */
  private drift: number

  constructor(
    readonly real: RealTime,
    private setting = REAL_TIME
  ) {
    this.drift = real.wall() - real.monotonic()
  }

  now(): number {
    const { rate, paused } = this.setting
    const shown = shownAt(this.setting, this.real.wall())
    if (shown < this.latest) return this.latest
    // In plain time it shows the machine's clock, also where that is set back.
    this.latest = rate === 1 && !paused ? -Infinity : shown
    return shown
  }

  monotonic(): number {
    return this.real.monotonic()
  }

  after(delayMs: number, callback: ClockCallback): Disposable {
    return this.add(delayMs, undefined, callback)
  }

  every(periodMs: number, callback: ClockCallback): Disposable {
    const period = Math.max(1, periodMs)
    return this.add(period, period, callback)
  }

  /** When the next timer is due, in the time it shows; Infinity where none is set. */
  get nextDue(): number {
    return this.alarms[0]?.due ?? Infinity
  }

  /**
   * Shows this setting; a time before what it shows already is waited for. Where it is ahead, the timers due until then
   * run first, in order and each at its own time, with `settle` after each. Resolves when that is done; never rejects.
   */
  apply(setting: ClockSetting, settle: Settle = nextTurn): Promise<void> {
    this.moves = this.moves.then(() => this.move(setting, settle))
    return this.moves
  }

  private async move(setting: ClockSetting, settle: Settle): Promise<void> {
    const { real } = this
    const began = real.monotonic()
    const target = shownAt(setting, real.wall())
    this.isMoving = true
    this.timer?.dispose()
    for (let alarm = this.alarms[0]; alarm && alarm.due <= target; alarm = this.alarms[0]) {
      const firedAt = real.monotonic()
      if (firedAt - began > MOVE_LIMIT_MS) break
      this.show({ ...REAL_TIME, shows: Math.max(this.now(), alarm.due), paused: true })
      await this.fire(alarm)
      await settle(firedAt)
    }
    this.show(setting)
    this.isMoving = false
    this.arm()
  }

  private show(setting: ClockSetting): void {
    this.latest = this.now()
    this.setting = setting
  }

  private add(delayMs: number, periodMs: number | undefined, callback: ClockCallback): Disposable {
    this.watchWall()
    const due = this.now() + Math.max(0, delayMs)
    const alarm: Alarm = { due, periodMs, callback, isDisposed: false }
    this.insert(alarm)
    if (this.alarms[0] === alarm) this.arm()
    return toDisposable(() => {
      alarm.isDisposed = true
      this.alarms = this.alarms.filter((other) => other !== alarm)
    })
  }

  private insert(alarm: Alarm): void {
    let at = this.alarms.length
    while (at > 0 && this.alarms[at - 1]!.due > alarm.due) at--
    this.alarms.splice(at, 0, alarm)
  }

  /** Takes it out, or to its next time, and runs it. */
  private fire(alarm: Alarm, notBefore = alarm.due): void | Promise<void> {
    this.alarms = this.alarms.filter((other) => other !== alarm)
    if (alarm.periodMs !== undefined) {
      // Periods missed while it ran too fast are not made up for.
      const next = alarm.due + alarm.periodMs
      alarm.due = next > notBefore ? next : notBefore + alarm.periodMs
      this.insert(alarm)
    }
    return alarm.callback()
  }

  private arm(): void {
    if (this.isMoving) return
    this.timer?.dispose()
    this.timer = undefined
    const leftMs = this.nextDue - this.now()
    if (leftMs === Infinity || (this.setting.paused && leftMs > 0)) return
    const realMs = Math.ceil(Math.max(0, leftMs) / this.setting.rate)
    this.timer = this.real.after(Math.min(realMs, MAX_SLEEP_MS), () => this.onTimer())
  }

  private onTimer(): void {
    this.watchWall()
    const now = this.now()
    try {
      // Those it finds, in order; what they set anew has its own turn.
      for (const alarm of this.alarms.filter(({ due }) => due <= now))
        if (!alarm.isDisposed) void this.fire(alarm, now)
    } finally {
      this.arm()
    }
  }

  private watchWall(): void {
    const drift = this.real.wall() - this.real.monotonic()
    const backMs = this.drift - drift
    this.drift = drift
    if (backMs < WENT_BACK_MS) return
    for (const alarm of this.alarms) alarm.due -= backMs * this.setting.rate
  }
}
