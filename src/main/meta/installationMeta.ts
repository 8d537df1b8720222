import type { Collection } from './collection'
import { openIn, type MetaFolderOptions } from './metaFolder'
import { openAll } from './openAll'
import { pairs, shape, str, type Shaped } from './shape'

const setting = shape({ value: str })
export type SettingDoc = Shaped<typeof setting>

const brokerProperties = shape({ id: str, properties: pairs })
export type BrokerPropertiesDoc = Shaped<typeof brokerProperties>

export interface InstallationMeta {
  readonly settings: Collection<SettingDoc>
  /** By broker id. */
  readonly brokerProperties: Collection<BrokerPropertiesDoc>
  close(): Promise<void>
}

export const openInstallationMeta = (options: MetaFolderOptions): Promise<InstallationMeta> =>
  openAll({
    settings: openIn(options, 'settings', setting),
    brokerProperties: openIn(options, 'brokerProperties', brokerProperties)
  })
