import type { Handlers } from '../../shared/contract'
import type { ClockView } from '../../shared/views'
import type { ClusterClock } from '../cluster/clusterClock'

interface Deps {
  clusterClock: Pick<ClusterClock, 'status' | 'set' | 'step'>
  /** While another cluster is looked at: times there are those of its machines. */
  externalClock: () => ClockView | undefined
}

export const clockHandlers = ({ clusterClock, externalClock }: Deps) =>
  ({
    'clock.get': () => externalClock() ?? clusterClock.status(),
    'clock.set': async (draft) => {
      await clusterClock.set(draft)
      return clusterClock.status()
    },
    'clock.step': async ({ ms }) => {
      await clusterClock.step(ms)
      return clusterClock.status()
    }
  }) satisfies Partial<Handlers>
