/** What passes one way on one connection, while a fault holds it back. Nothing is lost and nothing overtakes. */
import type { RealTime } from './clock'
import type { Disposable } from './disposable'
import type { Random } from './random'

/** Held until the fault ends; or on its way for so long, give or take. */
export type GateEffect = 'cut' | { delayMs: number; jitterMs: number }

interface Piece {
  due: number
  bytes: number
  pass: (done: () => void) => void
}

interface Deps {
  clock: RealTime
  random: Pick<Random, 'int'>
  /** Neither a fault nor a byte is left: bytes pass by themselves again. */
  onIdle: () => void
}

export class FaultyGate {
  /** Waiting here. */
  bytes = 0
  private readonly queue: Piece[] = []
  private effect: GateEffect | undefined
  private lastDue = -Infinity
  private isPassing = false
  private timer: Disposable | undefined

  constructor(private readonly deps: Deps) {}

  /** undefined: what waits goes at once, and everything behind it. */
  set(effect: GateEffect | undefined): void {
    this.effect = effect
    this.pump()
  }

  get isCut(): boolean {
    return this.effect === 'cut'
  }

  push(bytes: number, pass: Piece['pass']): void {
    const due = Math.max(this.lastDue, this.deps.clock.monotonic() + this.delayMs())
    this.lastDue = due
    this.bytes += bytes
    this.queue.push({ due, bytes, pass })
    this.pump()
  }

  /** Drops what waits. */
  dispose(): void {
    this.timer?.dispose()
    this.queue.length = 0
    this.bytes = 0
  }

  private delayMs(): number {
    if (this.effect === undefined || this.effect === 'cut') return 0
    const { delayMs, jitterMs } = this.effect
    return Math.max(0, delayMs + this.deps.random.int(2 * jitterMs + 1) - jitterMs)
  }

  private pump(): void {
    this.timer?.dispose()
    this.timer = undefined
    while (!this.isPassing && this.effect !== 'cut') {
      const first = this.queue[0]
      if (!first) {
        if (this.effect === undefined) this.deps.onIdle()
        return
      }
      const leftMs = first.due - this.deps.clock.monotonic()
      if (this.effect !== undefined && leftMs > 0) {
        this.timer = this.deps.clock.after(leftMs, () => this.pump())
        return
      }
      this.queue.shift()
      this.isPassing = true
      let isOver = false
      first.pass(() => {
        this.bytes -= first.bytes
        this.isPassing = false
        if (isOver) this.pump()
      })
      isOver = true
    }
  }
}
