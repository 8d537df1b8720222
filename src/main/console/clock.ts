import type { Handlers } from '../../shared/contract'
import type { ClusterClock } from '../cluster/clusterClock'

interface Deps {
  clusterClock: Pick<ClusterClock, 'status' | 'set' | 'step'>
}

export const clockHandlers = ({ clusterClock }: Deps) =>
  ({
    'clock.get': () => clusterClock.status(),
    'clock.set': async (draft) => {
      await clusterClock.set(draft)
      return clusterClock.status()
    },
    'clock.step': async ({ ms }) => {
      await clusterClock.step(ms)
      return clusterClock.status()
    }
  }) satisfies Partial<Handlers>
