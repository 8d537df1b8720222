/** Saved clusters in memory, for tests. */
import type { NodeKind } from '../../shared/configViews'
import { ManualClock } from '../base/clock'
import type {
  BrokerPropertiesDoc,
  ClusterDoc,
  ConfigVersionDoc,
  SettingDoc
} from '../meta/installationMeta'
import { ConfigHistory } from './config/configHistory'
import { configTables } from './config/savedConfigs'
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
  const versionDocs = mapCollection<ConfigVersionDoc>()
  const clock = new ManualClock()
  const propertiesOf = (kind: NodeKind, collection: typeof propertyDocs): SavedProperties =>
    new SavedProperties({
      table: configTables[kind],
      history: new ConfigHistory({
        table: configTables[kind],
        collection: versionDocs,
        clock,
        kind
      }),
      collection,
      overrides: new Map(),
      cluster: FIRST_CLUSTER
    })
  return {
    clusters: new SavedClusters({ clusters: clusterDocs, settings }),
    saved: propertiesOf('broker', propertyDocs),
    namesrvProperties: propertiesOf('namesrv', mapCollection<BrokerPropertiesDoc>()),
    proxyProperties: propertiesOf('proxy', mapCollection<BrokerPropertiesDoc>()),
    clusterDocs,
    settings,
    propertyDocs,
    versionDocs
  }
}
