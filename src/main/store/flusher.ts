/**
 * Brings the log to the platter: one flush in flight, each covering all that was written when it began. A failed flush
 * is never repeated (the kernel has dropped the pages): the store stops taking messages and says why.
 * Java: GroupCommitService, FlushRealTimeService.
 */
import type { RealTime } from '../base/clock'
import type { Disposable } from '../base/disposable'
import type { CommitLog } from './commitLog'
import type { MessageStoreConfig } from './messageStore'
import { oneLine, type Writeability } from './writeability'

export type FlushOutcome = 'flushed' | 'timeout' | 'failed'

interface Waiter {
  end: number
  settle: ((outcome: FlushOutcome) => void) | undefined
  timer: Disposable | undefined
}

/** A shorter interval set meanwhile counts from here on. */
const RECHECK_MS = 1_000

export class Flusher {
  private waiters: Waiter[] = []
  /** A flush is under way. */
  isRunning = false
  private failure: string | undefined
  private timer: Disposable | undefined
  private flushed = 0

  constructor(
    private readonly commitLog: Pick<
      CommitLog,
      'writtenEnd' | 'unflushed' | 'segments' | 'syncNames'
    >,
    private readonly clock: RealTime,
    private readonly config: Pick<MessageStoreConfig, 'flushIntervalCommitLog'>,
    private readonly writeability: Writeability
  ) {}

  /** Physical offset up to which the log is on the platter. */
  get flushedEnd(): number {
    return this.flushed
  }

  startAt(flushedEnd: number): void {
    this.flushed = flushedEnd
  }

  /** Flushes in the background within the configured interval. */
  soon(): void {
    if (this.timer === undefined && this.failure === undefined) this.sleep(0)
  }

  /** Settles when the log is flushed up to `end`; `timeoutMs` absent: however long that takes. Never rejects. */
  flush(end: number, timeoutMs?: number): Promise<FlushOutcome> {
    if (end <= this.flushed) return Promise.resolve('flushed')
    if (this.failure !== undefined) return Promise.resolve('failed')
    return new Promise((resolve) => {
      const waiter: Waiter = { end, settle: resolve, timer: undefined }
      if (timeoutMs !== undefined)
        waiter.timer = this.clock.after(timeoutMs, () => this.settle(waiter, 'timeout'))
      this.waiters.push(waiter)
      if (!this.isRunning) void this.run()
    })
  }

  dispose(): void {
    this.timer?.dispose()
    this.timer = undefined
  }

  private sleep(slept: number): void {
    const left = this.config.flushIntervalCommitLog - slept
    if (left <= 0) {
      void this.flush(this.commitLog.writtenEnd)
      return
    }
    const ms = Math.min(left, RECHECK_MS)
    this.timer = this.clock.after(ms, () => {
      this.timer = undefined
      this.sleep(slept + ms)
    })
  }

  private async run(): Promise<void> {
    this.isRunning = true
    while (this.waiters.length > 0 && this.failure === undefined) {
      const end = this.commitLog.writtenEnd
      try {
        for (const segment of this.commitLog.unflushed()) {
          await segment.flush()
          // The last one goes on being written; the others only wait for this.
          if (segment !== this.commitLog.segments.at(-1)) segment.seal()
        }
        await this.commitLog.syncNames()
        this.flushed = Math.max(this.flushed, end)
      } catch (error) {
        this.failure = `flushing the commit log failed: ${oneLine(error)}`
        this.writeability.refuse(this.failure)
      }
      const waiters = this.waiters
      this.waiters = waiters.filter((w) => w.end > this.flushed && this.failure === undefined)
      for (const waiter of waiters)
        if (waiter.end <= this.flushed) this.settle(waiter, 'flushed')
        else if (this.failure !== undefined) this.settle(waiter, 'failed')
    }
    this.isRunning = false
  }

  private settle(waiter: Waiter, outcome: FlushOutcome): void {
    waiter.timer?.dispose()
    waiter.settle?.(outcome)
    waiter.settle = undefined
  }
}
