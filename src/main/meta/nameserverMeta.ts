import type { Collection } from './collection'
import { openIn, type MetaFolderOptions } from './metaFolder'
import { openAll, type OpenedAll } from './openAll'
import { shape, str, type Shaped } from './shape'

const kvConfig = shape({ namespace: str, key: str, value: str })
export type KvConfigDoc = Shaped<typeof kvConfig>

const namesrvConfig = shape({ value: str })
export type NamesrvConfigDoc = Shaped<typeof namesrvConfig>

/** Both parts may hold any text, so they are not just joined. */
export const kvConfigKey = (namespace: string, key: string): string =>
  JSON.stringify([namespace, key])

export interface NameserverMeta extends OpenedAll {
  /** By `kvConfigKey`. */
  readonly kvConfig: Collection<KvConfigDoc>
  /** By the property's name: what UPDATE_NAMESRV_CONFIG changed. */
  readonly namesrvConfig: Collection<NamesrvConfigDoc>
}

export const openNameserverMeta = (options: MetaFolderOptions): Promise<NameserverMeta> =>
  openAll({
    kvConfig: openIn(options, 'kvConfig', kvConfig),
    namesrvConfig: openIn(options, 'namesrvConfig', namesrvConfig)
  })
