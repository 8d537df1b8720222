/** The one clock of a cluster: every node is told what it shows, and a step takes them all along together. */
import type { Clock, RealTime } from '../base/clock'
import type { Disposable } from '../base/disposable'
import { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import { REAL_TIME, shownAt, VirtualClock, type ClockSetting } from '../base/virtualClock'
import type { ClusterNode } from './clusterNode'
import { ProblemError } from './problem'

/** Real time a step may take timer by timer; then the clock is set to its end, and what is due runs there. */
export const STEP_LIMIT_MS = 60_000
/** A slower rate counts from so much later: until then nodes that have not heard of it go on at the old one. */
const SLOWER_FROM_MS = 20

/** So often it is kept how far ahead a clock that runs fast is. */
export const KEEP_EVERY_MS = 5000
/** What is kept holds for so long: after a kill the clock is at most this much, times its rate, further ahead than it was. */
export const KEPT_FOR_MS = 2 * KEEP_EVERY_MS

/** How far ahead of the machine's clock it may have been when the last run ended, in ms; never below 0. */
export interface ClockMemory {
  readonly aheadMs: number
  keep(aheadMs: number): Promise<void>
}

interface Deps {
  real: RealTime
  log: Log
  memory: ClockMemory | undefined
  nodes: () => readonly Pick<ClusterNode, 'showClock'>[]
}

export interface ClockStatus {
  /** Milliseconds since the epoch. */
  now: number
  /** Of the machine's clock; below 0 it is behind. */
  aheadMs: number
  rate: number
  paused: boolean
  isStepping: boolean
}

export class ClusterClock {
  /** Its rate changed, or it was paused or stepped. */
  readonly changed = new Emitter<void>()
  /** For who works with the cluster's messages outside of its nodes; of another cluster after `become`. */
  readonly time: Clock
  private clock: VirtualClock
  private memory: ClockMemory | undefined
  private current = REAL_TIME
  private isStepping = false
  /** Before the step that is under way; it goes on so afterwards. */
  private wasPaused = false
  private changes = Promise.resolve()
  private keptAheadMs = 0
  private readonly keeper: Disposable

  /** Begins unpaused and at the machine's speed, as far ahead as it was: no message is stamped before an older one. */
  constructor(private readonly deps: Deps) {
    const { real, memory } = deps
    this.clock = this.begin(memory)
    this.time = {
      real,
      now: () => this.clock.now(),
      monotonic: () => this.clock.monotonic(),
      after: (delayMs, callback) => this.clock.after(delayMs, callback),
      every: (periodMs, callback) => this.clock.every(periodMs, callback)
    }
    this.keeper = real.every(KEEP_EVERY_MS, () => void this.keepRunning())
  }

  /** Keeps how far ahead it is. */
  async stop(): Promise<void> {
    this.keeper.dispose()
    await this.keepNow()
  }

  /** The clock of another cluster, none of whose nodes runs; that of this one is kept. */
  async become(memory: ClockMemory | undefined): Promise<void> {
    await this.changes
    await this.keepNow()
    this.clock = this.begin(memory)
    this.changed.emit()
  }

  private begin(memory: ClockMemory | undefined): VirtualClock {
    this.memory = memory
    this.keptAheadMs = memory?.aheadMs ?? 0
    this.current = this.keptAheadMs > 0 ? { ...REAL_TIME, shows: this.keptAheadMs } : REAL_TIME
    return new VirtualClock(this.deps.real, this.current)
  }

  private keepNow(): Promise<void> {
    return this.keep(this.aheadOf(this.current, this.deps.real.wall()))
  }

  /** What a node that starts is told. */
  get setting(): ClockSetting {
    return this.current
  }

  status(): ClockStatus {
    const { since, shows, rate, paused } = this.current
    const now = this.clock.now()
    const aheadMs = rate === 1 && !paused ? shows - since : now - this.deps.real.wall()
    const isStepping = this.isStepping
    return { now, aheadMs, rate, paused: isStepping ? this.wasPaused : paused, isStepping }
  }

  /** What is left out stays. Resolves when every node runs on it. @throws ProblemError CLOCK_BUSY during a step. */
  async set(changes: { paused?: boolean | undefined; rate?: number | undefined }): Promise<void> {
    this.refuseWhileStepping()
    this.changes = this.changes.then(() => this.change(changes))
    await this.changes
  }

  private async change(changes: { paused?: boolean | undefined; rate?: number | undefined }) {
    const { rate, paused } = this.current
    const next = { rate: changes.rate ?? rate, paused: changes.paused ?? paused }
    const isSlower = (next.paused ? 0 : next.rate) < (paused ? 0 : rate)
    const since = this.deps.real.wall() + (isSlower ? SLOWER_FROM_MS : 0)
    const setting = { since, shows: shownAt(this.current, since), ...next }
    await this.keepFor(setting)
    await this.show(setting)
    this.changed.emit()
  }

  /**
   * Goes `ms` ahead. The clock stops at every time a timer of a node is due, and goes on when that node has settled, so
   * that what one timer brings about is there for the next. Resolves at the end. @throws ProblemError CLOCK_BUSY.
   */
  async step(ms: number): Promise<void> {
    this.refuseWhileStepping()
    this.isStepping = true
    this.wasPaused = this.current.paused
    this.changed.emit()
    await this.changes
    const { real } = this.deps
    const { rate, paused } = this.current
    this.wasPaused = paused
    const began = real.monotonic()
    const end = this.clock.now() + ms
    let shows = this.clock.now()
    try {
      await this.keepFor({ since: real.wall(), shows: end, rate, paused })
      let next = await this.show({ since: real.wall(), shows, rate, paused: true })
      while (next <= end && real.monotonic() - began <= STEP_LIMIT_MS) {
        shows = Math.max(shows, next)
        await this.show({ since: real.wall(), shows, rate, paused: true })
        // Asked again: what ran on one node may have set a timer on another that had answered already.
        next = await this.show(this.current)
      }
      await this.show({ since: real.wall(), shows: end, rate, paused: true })
      await this.show({ since: real.wall(), shows: end, rate, paused })
    } finally {
      this.isStepping = false
      this.changed.emit()
    }
  }

  private refuseWhileStepping(): void {
    if (this.isStepping)
      throw new ProblemError(
        'CLOCK_BUSY',
        {},
        'the clock is being stepped; wait until that is done'
      )
  }

  private aheadOf(setting: ClockSetting, wall: number): number {
    return Math.max(0, shownAt(setting, wall) - wall)
  }

  /** Before the clock shows it: a run that is killed must not be followed by one that is behind it. */
  private async keepFor(setting: ClockSetting): Promise<void> {
    const wall = this.deps.real.wall()
    const isFast = !setting.paused && setting.rate > 1
    await this.keep(this.aheadOf(setting, isFast ? wall + KEPT_FOR_MS : wall))
  }

  private async keepRunning(): Promise<void> {
    if (!this.isStepping && !this.current.paused && this.current.rate > 1)
      await this.keepFor(this.current)
  }

  private async keep(aheadMs: number): Promise<void> {
    if (aheadMs === this.keptAheadMs) return
    this.keptAheadMs = aheadMs
    try {
      await this.memory?.keep(aheadMs)
    } catch (error) {
      this.deps.log.warn('how far ahead the clock is was not kept', error)
    }
  }

  /** Gives when the next timer of any node is due, once what was due has run. */
  private async show(setting: ClockSetting): Promise<number> {
    this.current = setting
    const nodes = this.deps.nodes().map((node) => node.showClock(setting))
    await this.clock.apply(setting)
    return Math.min(...(await Promise.all(nodes)))
  }
}
