/** Saved clusters in memory, for tests. */
import type { BrokerPropertiesDoc, ClusterDoc, SettingDoc } from '../meta/installationMeta'
import { brokerTable } from '../broker/brokerConfig'
import { FIRST_CLUSTER } from './dataFolder'
import { SavedClusters } from './savedClusters'
import { SavedProperties } from './savedProperties'

/** What a collection is to those who hold it; the real one is tested in `meta`. */
export const mapCollection = <T extends object>(docs = new Map<string, T>()) => ({
  docs,
  all: () => [...docs],
  get: (key: string) => docs.get(key),
  put: (key: string, value: T) => {
    docs.set(key, value)
    return Promise.resolve()
  },
  putAll: (entries: readonly (readonly [string, T])[]) => {
    for (const [key, value] of entries) docs.set(key, value)
    return Promise.resolve()
  },
  remove: (key: string) => {
    docs.delete(key)
    return Promise.resolve()
  },
  removeAll: (keys: readonly string[]) => {
    for (const key of keys) docs.delete(key)
    return Promise.resolve()
  }
})

export const savedClusters = () => {
  const clusterDocs = mapCollection<ClusterDoc>()
  const settings = mapCollection<SettingDoc>()
  const propertyDocs = mapCollection<BrokerPropertiesDoc>()
  return {
    clusters: new SavedClusters({ clusters: clusterDocs, settings }),
    saved: new SavedProperties({
      table: brokerTable,
      history: { record: () => Promise.resolve(), rename: () => Promise.resolve() },
      collection: propertyDocs,
      overrides: new Map(),
      cluster: FIRST_CLUSTER
    }),
    clusterDocs,
    settings,
    propertyDocs
  }
}
