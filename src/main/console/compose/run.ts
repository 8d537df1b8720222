/** Many sends, one after the other or some at a time, at a rate; ends with its window. */
import {
  MAX_RUN_FAILURES,
  MAX_RUN_IN_FLIGHT,
  MAX_RUN_LATENCIES
} from '../../../shared/composeLimits'
import type { RunFailure, RunView } from '../../../shared/composeViews'
import type { Problem } from '../../../shared/views'
import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'

export interface RunPlan {
  id: string
  topic: string
  /** Messages. */
  total: number
  /** Messages of one send. */
  step: number
  /** Messages a second; 0: as fast as they are taken. */
  rate: number
  /** Does a send wait for the one before? */
  isInTurn: boolean
}

interface Deps {
  clock: RealTime
  /** Messages from `index` on. */
  send: (index: number, count: number) => Promise<{ tookMs: number }>
  problemOf: (error: unknown) => Problem
}

const percentile = (sorted: readonly number[], share: number): number | undefined =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

export class Run {
  private sent = 0
  private failed = 0
  private next = 0
  private inFlight = 0
  private isStopped = false
  private isOverNow = false
  private endedAt: number | undefined
  private readonly startedAt: number
  private readonly failures: RunFailure[] = []
  private readonly latencies: number[] = []
  private latencyAt = 0
  private wake: () => void = () => undefined

  constructor(
    private readonly deps: Deps,
    private readonly plan: RunPlan
  ) {
    this.startedAt = deps.clock.monotonic()
  }

  get isOver(): boolean {
    return this.isOverNow
  }

  /** Never rejects; resolves when the last answer came. */
  async go(): Promise<void> {
    const { total, step, isInTurn } = this.plan
    const atOnce = isInTurn ? 1 : MAX_RUN_IN_FLIGHT
    while (!this.isStopped && this.next < total) {
      await this.untilDue()
      while (!this.isStopped && this.inFlight >= atOnce) await this.pause()
      if (this.isStopped) break
      const count = Math.min(step, total - this.next)
      void this.sendOne(this.next, count)
      this.next += count
    }
    while (this.inFlight > 0) await this.pause()
    this.endedAt = this.deps.clock.monotonic()
    this.isOverNow = true
  }

  /** Sends under way are waited for; no other begins. */
  stop(): void {
    this.isStopped = true
    this.wake()
  }

  view(): RunView {
    const { id, topic, total } = this.plan
    const tookMs = Math.round((this.endedAt ?? this.deps.clock.monotonic()) - this.startedAt)
    const sorted = [...this.latencies].sort((a, b) => a - b)
    const [p50Ms, p99Ms, maxMs] = [percentile(sorted, 0.5), percentile(sorted, 0.99), sorted.at(-1)]
    const hasAll = this.sent + this.failed >= total
    return {
      ...{ id, topic, total, tookMs },
      state: !this.isOver ? 'running' : hasAll ? 'done' : 'stopped',
      sent: this.sent,
      failed: this.failed,
      rate: tookMs === 0 ? 0 : Math.round((this.sent * 10_000) / tookMs) / 10,
      ...(p50Ms !== undefined && { p50Ms }),
      ...(p99Ms !== undefined && { p99Ms }),
      ...(maxMs !== undefined && { maxMs }),
      failures: this.failures
    }
  }

  private async untilDue(): Promise<void> {
    const { rate } = this.plan
    if (rate === 0) return
    const due = this.startedAt + (this.next * 1000) / rate
    for (;;) {
      const left = due - this.deps.clock.monotonic()
      if (left <= 0 || this.isStopped) return
      await this.pause(left)
    }
  }

  /** Until an answer came, it was stopped, or the time is over. */
  private async pause(ms?: number): Promise<void> {
    let timer: Disposable | undefined
    await new Promise<void>((resolve) => {
      this.wake = resolve
      if (ms !== undefined) timer = this.deps.clock.after(ms, resolve)
    })
    timer?.dispose()
  }

  private async sendOne(index: number, count: number): Promise<void> {
    this.inFlight++
    try {
      const { tookMs } = await this.deps.send(index, count)
      this.sent += count
      this.latencies[this.latencyAt] = tookMs
      this.latencyAt = (this.latencyAt + 1) % MAX_RUN_LATENCIES
    } catch (error) {
      this.failed += count
      if (this.failures.length < MAX_RUN_FAILURES)
        this.failures.push({ number: index + 1, problem: this.deps.problemOf(error) })
    } finally {
      this.inFlight--
      this.wake()
    }
  }
}
