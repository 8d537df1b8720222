import type { Collection } from './collection'
import { openIn, type MetaFolderOptions } from './metaFolder'
import { openAll } from './openAll'
import { int, pairs, shape, str, type Shaped } from './shape'

const setting = shape({ value: str })
export type SettingDoc = Shaped<typeof setting>

const brokerProperties = shape({ id: str, properties: pairs })
export type BrokerPropertiesDoc = Shaped<typeof brokerProperties>

const clock = shape({ aheadMs: int })
export type ClockDoc = Shaped<typeof clock>

export interface InstallationMeta {
  readonly settings: Collection<SettingDoc>
  /** By broker id. */
  readonly brokerProperties: Collection<BrokerPropertiesDoc>
  /** One document, of the cluster's clock. */
  readonly clock: Collection<ClockDoc>
  close(): Promise<void>
}

export const openInstallationMeta = (options: MetaFolderOptions): Promise<InstallationMeta> =>
  openAll({
    settings: openIn(options, 'settings', setting),
    brokerProperties: openIn(options, 'brokerProperties', brokerProperties),
    clock: openIn(options, 'clock', clock)
  })
