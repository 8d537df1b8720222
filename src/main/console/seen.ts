/** When the witness runs, and what it saw: while somebody watches, and on until the last fault is undone. */
import { SEEN_POINTS } from '../../shared/faultLimits'
import type { SeenPoint } from '../../shared/faultViews'
import type { RealTime } from '../base/clock'
import { toDisposable, type Disposable } from '../base/disposable'
import { Emitter } from '../base/emitter'
import { Ring } from '../base/ring'
import type { Faults } from '../cluster/faults/faults'

/** It stays so long when nobody needs it any more: a page that is left is often opened again. */
export const LINGER_MS = 3000
/** Nobody waits longer for it to leave: a broker that is frozen does not say goodbye. */
export const LEAVE_MS = 1000

interface Deps {
  clock: RealTime
  faults: Pick<Faults, 'list' | 'changed'>
  /** Begins to look. */
  open: (onSecond: (point: SeenPoint) => void) => { stop: () => Promise<void> }
}

export class Seen {
  readonly points = new Ring<SeenPoint>(SEEN_POINTS)
  readonly passed = new Emitter<SeenPoint>()
  private witness: ReturnType<Deps['open']> | undefined
  private watchers = 0
  private lingering: Disposable | undefined
  /** One at a time: a new one begins when the last one has left. */
  private left = Promise.resolve()
  private readonly listening: Disposable

  constructor(private readonly deps: Deps) {
    this.listening = deps.faults.changed.on(() => this.settle())
  }

  watch(): Disposable {
    this.watchers++
    this.settle()
    return toDisposable(() => {
      this.watchers--
      this.settle()
    })
  }

  /** It leaves before the cluster ends, so that nothing of it is left there. */
  async close(): Promise<void> {
    this.listening.dispose()
    this.watchers = 0
    this.lingering?.dispose()
    this.end()
    await new Promise<void>((resolve) => {
      const limit = this.deps.clock.after(LEAVE_MS, resolve)
      void this.left.then(() => {
        limit.dispose()
        resolve()
      })
    })
  }

  private settle(): void {
    this.lingering?.dispose()
    this.lingering = undefined
    if (this.watchers > 0) void this.left.then(() => this.begin())
    else if (this.deps.faults.list().length === 0)
      this.lingering = this.deps.clock.after(LINGER_MS, () => this.end())
  }

  private begin(): void {
    if (this.watchers === 0 || this.witness) return
    this.witness = this.deps.open((point) => {
      this.points.push(point)
      this.passed.emit(point)
    })
  }

  private end(): void {
    const { witness } = this
    if (!witness) return
    this.witness = undefined
    this.left = witness.stop()
  }
}
