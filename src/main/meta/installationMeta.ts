import type { Collection } from './collection'
import { openIn, type MetaFolderOptions } from './metaFolder'
import { openAll } from './openAll'
import { int, oneOf, pairs, shape, str, type Shaped } from './shape'

const setting = shape({ value: str })
export type SettingDoc = Shaped<typeof setting>

const brokerProperties = shape({ id: str, properties: pairs })
export type BrokerPropertiesDoc = Shaped<typeof brokerProperties>

const configVersion = shape({
  kind: oneOf('broker', 'namesrv'),
  /** As its properties are kept: by cluster and id. */
  node: str,
  /** Numbered from 1. */
  version: int,
  at: int,
  by: oneOf('start', 'window', 'import', 'undo', 'wire'),
  properties: pairs,
  /** The file as it was written, with its comments. */
  text: str
})
export type ConfigVersionDoc = Shaped<typeof configVersion>

const clock = shape({ aheadMs: int })
export type ClockDoc = Shaped<typeof clock>

export interface InstallationMeta {
  readonly settings: Collection<SettingDoc>
  /** By broker id. */
  readonly brokerProperties: Collection<BrokerPropertiesDoc>
  /** By number of the nameserver's folder. */
  readonly namesrvProperties: Collection<BrokerPropertiesDoc>
  /** By kind, node and version. */
  readonly configVersions: Collection<ConfigVersionDoc>
  /** One document, of the cluster's clock. */
  readonly clock: Collection<ClockDoc>
  close(): Promise<void>
}

export const openInstallationMeta = (options: MetaFolderOptions): Promise<InstallationMeta> =>
  openAll({
    settings: openIn(options, 'settings', setting),
    brokerProperties: openIn(options, 'brokerProperties', brokerProperties),
    namesrvProperties: openIn(options, 'namesrvProperties', brokerProperties),
    configVersions: openIn(options, 'configVersions', configVersion),
    clock: openIn(options, 'clock', clock)
  })
