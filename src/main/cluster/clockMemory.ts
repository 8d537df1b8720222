import type { Collection } from '../meta/collection'
import type { ClockDoc } from '../meta/installationMeta'
import type { ClockMemory } from './clusterClock'

const KEY = 'cluster'

/** Remembers in the installation's metadata how far ahead the clock was. */
export const clockMemory = (
  collection: Pick<Collection<ClockDoc>, 'get' | 'put'>
): ClockMemory => ({
  aheadMs: collection.get(KEY)?.aheadMs ?? 0,
  keep: (aheadMs) => collection.put(KEY, { aheadMs })
})
