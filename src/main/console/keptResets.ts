import { MAX_KEPT_RESETS, type KeptResetView } from '../../shared/offsetViews'
import type { RealTime } from '../base/clock'

/** Offsets as they were before resets, until Gantry ends; at most MAX_KEPT_RESETS, the oldest goes. */
export class KeptResets {
  private readonly kept: { cluster: string; reset: KeptResetView }[] = []
  private nextId = 1

  constructor(private readonly clock: Pick<RealTime, 'wall'>) {}

  /** The id by which it can be found. */
  add(cluster: string, reset: Omit<KeptResetView, 'id' | 'at'>): number {
    const id = this.nextId++
    this.kept.push({ cluster, reset: { ...reset, id, at: this.clock.wall() } })
    if (this.kept.length > MAX_KEPT_RESETS) this.kept.shift()
    return id
  }

  find(cluster: string, id: number): KeptResetView | undefined {
    return this.kept.find((one) => one.cluster === cluster && one.reset.id === id)?.reset
  }

  /** Newest first. */
  of(cluster: string, groupName: string): KeptResetView[] {
    return this.kept
      .filter((one) => one.cluster === cluster && one.reset.groupName === groupName)
      .map(({ reset }) => reset)
      .reverse()
  }

  forget(id: number): void {
    const at = this.kept.findIndex(({ reset }) => reset.id === id)
    if (at >= 0) this.kept.splice(at, 1)
  }
}
