/** The one clock of a cluster: every node is told what it shows, and a step takes them all along together. */
import type { Clock, RealTime } from '../base/clock'
import { Emitter } from '../base/emitter'
import { REAL_TIME, shownAt, VirtualClock, type ClockSetting } from '../base/virtualClock'
import type { ClusterNode } from './clusterNode'
import { ProblemError } from './problem'

/** Real time a step may take timer by timer; then the clock is set to its end, and what is due runs there. */
export const STEP_LIMIT_MS = 60_000
/** A slower rate counts from so much later: until then nodes that have not heard of it go on at the old one. */
const SLOWER_FROM_MS = 20

interface Deps {
  real: RealTime
  nodes: () => readonly Pick<ClusterNode, 'showClock'>[]
}

export interface ClockStatus {
  /** Milliseconds since the epoch. */
  now: number
  rate: number
  paused: boolean
  isStepping: boolean
}

export class ClusterClock {
  /** Its rate changed, or it was paused or stepped. */
  readonly changed = new Emitter<void>()
  private readonly clock: VirtualClock
  private current = REAL_TIME
  private isStepping = false

  constructor(private readonly deps: Deps) {
    this.clock = new VirtualClock(deps.real)
  }

  /** For who works with the cluster's messages outside of its nodes. */
  get time(): Clock {
    return this.clock
  }

  /** What a node that starts is told. */
  get setting(): ClockSetting {
    return this.current
  }

  status(): ClockStatus {
    const { rate, paused } = this.current
    return { now: this.clock.now(), rate, paused, isStepping: this.isStepping }
  }

  /** What is left out stays. Resolves when every node runs on it. @throws ProblemError CLOCK_BUSY during a step. */
  async set(changes: { paused?: boolean | undefined; rate?: number | undefined }): Promise<void> {
    this.refuseWhileStepping()
    const { rate, paused } = this.current
    const next = { rate: changes.rate ?? rate, paused: changes.paused ?? paused }
    const isSlower = (next.paused ? 0 : next.rate) < (paused ? 0 : rate)
    const since = this.deps.real.wall() + (isSlower ? SLOWER_FROM_MS : 0)
    await this.show({ since, shows: shownAt(this.current, since), ...next })
    this.changed.emit()
  }

  /**
   * Goes `ms` ahead. The clock stops at every time a timer of a node is due, and goes on when that node has settled, so
   * that what one timer brings about is there for the next. Resolves at the end. @throws ProblemError CLOCK_BUSY.
   */
  async step(ms: number): Promise<void> {
    this.refuseWhileStepping()
    this.isStepping = true
    this.changed.emit()
    const { real } = this.deps
    const { rate, paused } = this.current
    const began = real.monotonic()
    const end = this.clock.now() + ms
    let shows = this.clock.now()
    try {
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

  /** Gives when the next timer of any node is due, once what was due has run. */
  private async show(setting: ClockSetting): Promise<number> {
    this.current = setting
    const nodes = this.deps.nodes().map((node) => node.showClock(setting))
    await this.clock.apply(setting)
    return Math.min(...(await Promise.all(nodes)))
  }
}
