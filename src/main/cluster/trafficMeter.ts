import type { TrafficPoint } from '../../shared/views'
import { Ring } from '../base/ring'
import type { NodeStats } from './control'

/** Seconds of traffic kept for the chart. */
export const TRAFFIC_POINTS = 300

type Counters = Pick<NodeStats, 'produced' | 'producedBytes' | 'consumed' | 'consumedBytes'>

const none: Counters = { produced: 0, producedBytes: 0, consumed: 0, consumedBytes: 0 }

/** What was added since `before`; counters that went back began anew. */
const since = (before: Counters, now: Counters): Counters => {
  const base = now.produced < before.produced || now.consumed < before.consumed ? none : before
  return {
    produced: now.produced - base.produced,
    producedBytes: now.producedBytes - base.producedBytes,
    consumed: now.consumed - base.consumed,
    consumedBytes: now.consumedBytes - base.consumedBytes
  }
}

/** Sums the brokers' counters into one point a second. */
export class TrafficMeter {
  readonly history = new Ring<TrafficPoint>(TRAFFIC_POINTS)
  private readonly seen = new Map<string, Counters>()

  /** A broker's newest counters by its id; brokers that do not run are left out. */
  sample(at: number, brokers: Iterable<readonly [id: string, stats: Counters]>): TrafficPoint {
    const point: TrafficPoint = { at, ...none }
    for (const [id, stats] of brokers) {
      const added = since(this.seen.get(id) ?? none, stats)
      this.seen.set(id, { ...stats })
      point.produced += added.produced
      point.producedBytes += added.producedBytes
      point.consumed += added.consumed
      point.consumedBytes += added.consumedBytes
    }
    this.history.push(point)
    return point
  }

  /** Another cluster runs: what is shown begins anew. */
  clear(): void {
    this.history.clear()
    this.seen.clear()
  }

  /** A broker begins a new life: its counters begin at zero. */
  forget(id: string): void {
    this.seen.delete(id)
  }
}
