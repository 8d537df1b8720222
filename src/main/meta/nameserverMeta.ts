import type { Collection } from './collection'
import { openIn, type MetaFolderOptions } from './metaFolder'
import { openAll } from './openAll'
import { shape, str, type Shaped } from './shape'

const kvConfig = shape({ namespace: str, key: str, value: str })
export type KvConfigDoc = Shaped<typeof kvConfig>

/** Both parts may hold any text, so they are not just joined. */
export const kvConfigKey = (namespace: string, key: string): string =>
  JSON.stringify([namespace, key])

export interface NameserverMeta {
  /** By `kvConfigKey`. */
  readonly kvConfig: Collection<KvConfigDoc>
  close(): Promise<void>
}

export const openNameserverMeta = (options: MetaFolderOptions): Promise<NameserverMeta> =>
  openAll({ kvConfig: openIn(options, 'kvConfig', kvConfig) })
