import { alarmFiring, alarmRule, type AlarmFiringDoc, type AlarmRuleDoc } from './alarmDocs'
import type { Collection } from './collection'
import { openIn, type MetaFolderOptions } from './metaFolder'
import { openAll } from './openAll'
import { bool, int, listOf, oneOf, pairs, shape, str, type Shaped } from './shape'

const setting = shape({ value: str })
export type SettingDoc = Shaped<typeof setting>

const brokerProperties = shape({ id: str, properties: pairs })
export type BrokerPropertiesDoc = Shaped<typeof brokerProperties>

const configVersion = shape({
  kind: oneOf('broker', 'namesrv', 'proxy'),
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

const cluster = shape({
  number: int,
  name: str,
  /** The preset it is as it came; empty once it was edited. */
  preset: str,
  nameservers: listOf(shape({ id: int, port: int })),
  brokers: listOf(
    shape({
      id: int,
      cluster: str,
      name: str,
      brokerId: int,
      role: oneOf('ASYNC_MASTER', 'SYNC_MASTER', 'SLAVE'),
      port: int,
      promotion: bool
    })
  ),
  /** None or one. */
  proxies: listOf(shape({ port: int })),
  /** Folder numbers from here on were never used. */
  nextNameserver: int,
  nextBroker: int
})
export type ClusterDoc = Shaped<typeof cluster>

const connection = shape({
  number: int,
  name: str,
  namesrvAddresses: listOf(str),
  tls: oneOf('off', 'verified', 'any'),
  accessKey: str,
  /** As it was typed: the file is readable by its owner only (0600), and nothing of it crosses to the window. */
  secretKey: str,
  vipChannel: bool
})
export type ConnectionDoc = Shaped<typeof connection>

const topicNote = shape({ note: str })
export type TopicNoteDoc = Shaped<typeof topicNote>
const composer = shape({
  kind: oneOf('draft', 'template', 'sent'),
  at: int,
  /** Of a template. */
  name: str,
  topic: str,
  /** JSON: ComposeForm. */
  form: str,
  /** JSON: what became of a send. */
  outcome: str
})
export type ComposerDoc = Shaped<typeof composer>

export interface InstallationMeta {
  readonly settings: Collection<SettingDoc>
  /** By number. */
  readonly clusters: Collection<ClusterDoc>
  /** By cluster and broker id. */
  readonly brokerProperties: Collection<BrokerPropertiesDoc>
  /** By number of the nameserver's folder. */
  readonly namesrvProperties: Collection<BrokerPropertiesDoc>
  /** By cluster. */
  readonly proxyProperties: Collection<BrokerPropertiesDoc>
  /** By kind, node and version. */
  readonly configVersions: Collection<ConfigVersionDoc>
  /** By cluster. */
  readonly clock: Collection<ClockDoc>
  /** To clusters of others, by number. */
  readonly connections: Collection<ConnectionDoc>
  /** By cluster and topic. */
  readonly topicNotes: Collection<TopicNoteDoc>
  /** By number. */
  readonly alarmRules: Collection<AlarmRuleDoc>
  /** By number. */
  readonly alarmFirings: Collection<AlarmFiringDoc>
  /** The composer's draft, templates and sends. */
  readonly composer: Collection<ComposerDoc>
  close(): Promise<void>
}

export const openInstallationMeta = (options: MetaFolderOptions): Promise<InstallationMeta> =>
  openAll({
    settings: openIn(options, 'settings', setting),
    clusters: openIn(options, 'clusters', cluster),
    brokerProperties: openIn(options, 'brokerProperties', brokerProperties),
    namesrvProperties: openIn(options, 'namesrvProperties', brokerProperties),
    proxyProperties: openIn(options, 'proxyProperties', brokerProperties),
    configVersions: openIn(options, 'configVersions', configVersion),
    clock: openIn(options, 'clock', clock),
    topicNotes: openIn(options, 'topicNotes', topicNote),
    alarmRules: openIn(options, 'alarmRules', alarmRule),
    alarmFirings: openIn(options, 'alarmFirings', alarmFiring),
    connections: openIn(options, 'connections', connection),
    composer: openIn(options, 'composer', composer)
  })
