import type { Collection } from '../meta/collection'
import type { ClockDoc } from '../meta/installationMeta'
import type { ClockMemory } from './clusterClock'
import { FIRST_CLUSTER } from './dataFolder'

/** The first cluster's is called as when there was only one. */
export const clockKey = (cluster: number): string =>
  cluster === FIRST_CLUSTER ? 'cluster' : `cluster-${cluster}`

/** Remembers in the installation's metadata how far ahead the clock of a cluster was. */
export const clockMemory = (
  collection: Pick<Collection<ClockDoc>, 'get' | 'put'>,
  cluster: number
): ClockMemory => ({
  aheadMs: collection.get(clockKey(cluster))?.aheadMs ?? 0,
  keep: (aheadMs) => collection.put(clockKey(cluster), { aheadMs })
})
