import type { Clock } from '../base/clock'
import type { Log } from '../base/log'
import type { BrokerMeta, SubscriptionGroupDoc } from '../meta/brokerMeta'
import { MAX_DOCUMENTS } from '../meta/collection'
import { MetaFullError } from '../meta/errors'
import {
  initialDataVersion,
  nextDataVersion,
  type DataVersion
} from '../protocol/bodies/dataVersion'
import {
  defaultSubscriptionGroupConfig,
  type SubscriptionGroupConfig
} from '../protocol/bodies/subscriptionGroup'
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'
import {
  CID_RMQ_SYS_PREFIX,
  invalidGroupReason,
  isSystemGroup,
  systemGroups
} from '../protocol/topicNames'
import type { BrokerConfig } from './brokerConfig'

interface Deps {
  clock: Pick<Clock, 'now'>
  log: Log
  config: Pick<BrokerConfig, 'autoCreateSubscriptionGroup'>
  meta: Pick<BrokerMeta, 'subscriptionGroups'>
}

const configOf = (doc: SubscriptionGroupDoc): SubscriptionGroupConfig => ({
  ...doc,
  attributes: Object.fromEntries(doc.attributes)
})

const docOf = (config: SubscriptionGroupConfig): SubscriptionGroupDoc => ({
  ...config,
  attributes: Object.entries(config.attributes)
})

/** The consumer groups of this broker and their settings. Java: SubscriptionGroupManager. */
export class SubscriptionGroupManager {
  private readonly table = new Map<string, SubscriptionGroupConfig>()
  private version: DataVersion

  constructor(private readonly deps: Deps) {
    this.version = initialDataVersion(deps.clock.now())
    for (const group of systemGroups) this.table.set(group, defaultSubscriptionGroupConfig(group))
    for (const [group, doc] of deps.meta.subscriptionGroups.all())
      this.table.set(group, configOf(doc))
  }

  get dataVersion(): DataVersion {
    return this.version
  }

  has(group: string): boolean {
    return this.table.has(group)
  }

  /** The settings of a group, without making it. */
  get(group: string): SubscriptionGroupConfig | undefined {
    return this.table.get(group)
  }

  all(): IterableIterator<SubscriptionGroupConfig> {
    return this.table.values()
  }

  /** The settings of a group, made with defaults where that is allowed. Java: findSubscriptionGroupConfig. */
  find(group: string): SubscriptionGroupConfig | undefined {
    const present = this.table.get(group)
    if (present) return present
    const mayCreate =
      (this.deps.config.autoCreateSubscriptionGroup || group.startsWith(CID_RMQ_SYS_PREFIX)) &&
      this.deps.meta.subscriptionGroups.size < MAX_DOCUMENTS
    if (!mayCreate || invalidGroupReason(group) !== undefined) return undefined
    const created = defaultSubscriptionGroupConfig(group)
    this.keep(created)
    this.deps.log.info(`created the subscription group ${group}`)
    return this.table.get(group)
  }

  /** Creates or changes groups; resolves when they are on disk. @throws RemotingError when the table is full. */
  async update(configs: readonly SubscriptionGroupConfig[]): Promise<void> {
    const { subscriptionGroups } = this.deps.meta
    try {
      await subscriptionGroups.putAll(configs.map((c) => [c.groupName, docOf(c)]))
    } catch (error) {
      if (!(error instanceof MetaFullError)) throw error
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `the group was not created: this broker already has ${error.limit} groups, delete some first`
      )
    }
    for (const config of configs) this.table.set(config.groupName, config)
    this.version = nextDataVersion(this.version, this.deps.clock.now())
  }

  /** False where there is no such group. */
  async delete(group: string): Promise<boolean> {
    if (!this.table.has(group)) return false
    await this.deps.meta.subscriptionGroups.remove(group)
    this.table.delete(group)
    this.version = nextDataVersion(this.version, this.deps.clock.now())
    return true
  }

  /** A slave's groups are its master's, as they are and no others. Java: SlaveSynchronize.syncSubscriptionGroupConfig. */
  async follow(configs: readonly SubscriptionGroupConfig[], version: DataVersion): Promise<void> {
    const names = new Set(configs.map(({ groupName }) => groupName))
    const gone = [...this.table.keys()].filter((name) => !names.has(name) && !isSystemGroup(name))
    for (const group of gone) await this.delete(group)
    const different = configs.filter(
      (config) => JSON.stringify(this.table.get(config.groupName)) !== JSON.stringify(config)
    )
    if (different.length > 0) await this.update(different)
    this.version = version
  }

  /** In memory at once; a crash before it is on disk costs nothing, the group's next request makes it again. */
  private keep(config: SubscriptionGroupConfig): void {
    this.table.set(config.groupName, config)
    this.version = nextDataVersion(this.version, this.deps.clock.now())
    this.deps.meta.subscriptionGroups
      .put(config.groupName, docOf(config))
      .catch((error: unknown) => {
        this.table.delete(config.groupName)
        this.deps.log.warn(`the subscription group ${config.groupName} was not kept`, error)
      })
  }
}
