import type { Clock } from '../base/clock'
import { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import type { KvDoc } from '../meta/brokerMeta'
import type { Collection } from '../meta/collection'
import {
  initialDataVersion,
  nextDataVersion,
  readDataVersion,
  type DataVersion
} from '../protocol/bodies/dataVersion'
import { parseJson } from '../protocol/bodies/rocketmqJson'
import type { TopicConfig, TopicConfigSerializeWrapper } from '../protocol/bodies/topicConfig'
import { PERM_INHERIT, isInherited } from '../protocol/permName'
import { AUTO_CREATE_TOPIC_KEY_TOPIC, retryTopicOf } from '../protocol/topicNames'
import type { BrokerIdentity } from './brokerIdentity'
import { systemTopics, type SystemTopicConfig } from './systemTopics'
import { plainTopicConfig, type TopicTable } from './topicTable'

/** Queues a topic may have; RocketMQ has no limit, its own largest topic has 1024. */
export const MAX_TOPIC_QUEUE_NUMS = 16_384

const DATA_VERSION_KEY = 'topicConfig.dataVersion'

interface Deps {
  clock: Pick<Clock, 'now'>
  log: Log
  config: SystemTopicConfig
  identity: Pick<BrokerIdentity, 'cluster' | 'name'>
  /** Of a master whose role a controller decides: nameservers pass over a master of an older one. */
  masterEpoch?: number | undefined
  table: Pick<TopicTable, 'get' | 'values' | 'put' | 'putAll' | 'create' | 'remove' | 'size'>
  kv: Pick<Collection<KvDoc>, 'get' | 'put'>
}

/** The topics of this broker and how they come into being. Java: TopicConfigManager. */
export class TopicConfigManager {
  /** The table changed: the nameservers must hear of it. */
  readonly changed = new Emitter<void>()
  private version: DataVersion

  constructor(private readonly deps: Deps) {
    const kept = deps.kv.get(DATA_VERSION_KEY)?.value
    const known =
      kept === undefined ? initialDataVersion(deps.clock.now()) : readDataVersion(parseJson(kept))
    this.version = { ...known, stateVersion: deps.masterEpoch ?? known.stateVersion }
  }

  get dataVersion(): DataVersion {
    return this.version
  }

  get size(): number {
    return this.deps.table.size
  }

  select(topic: string): TopicConfig | undefined {
    return this.deps.table.get(topic)
  }

  all(): IterableIterator<TopicConfig> {
    return this.deps.table.values()
  }

  /** The topics every broker has; called once, before messages are taken. */
  async createSystemTopics(): Promise<void> {
    const { table, config, identity } = this.deps
    const wanted = systemTopics(config, identity)
    const missing = wanted.filter(({ topicName, perm, writeQueueNums }) => {
      const present = table.get(topicName)
      return present?.perm !== perm || present.writeQueueNums !== writeQueueNums
    })
    // Without the template producers of unknown topics are told so by their nameserver already.
    const removed =
      !config.autoCreateTopicEnable && (await table.remove(AUTO_CREATE_TOPIC_KEY_TOPIC))
    if (missing.length > 0) await table.putAll(missing)
    if (removed || missing.length > 0) this.bump()
  }

  /** An unknown topic after its template, or undefined when that may not be. Java: createTopicInSendMessageMethod. */
  async createInSend(
    topic: string,
    defaultTopic: string,
    clientQueueNums: number,
    topicSysFlag: number
  ): Promise<TopicConfig | undefined> {
    const { table, log } = this.deps
    const template = table.get(defaultTopic)
    if (!template || !this.mayInherit(template)) return undefined
    const queueNums = Math.max(1, Math.min(clientQueueNums, template.writeQueueNums))
    const wanted: TopicConfig = {
      ...plainTopicConfig(topic, queueNums, template.perm & ~PERM_INHERIT),
      topicFilterType: template.topicFilterType,
      topicSysFlag
    }
    const created = await table.create(wanted)
    // Of those who asked at the same time one made it.
    if (created !== wanted) return created
    log.info(`created the topic ${topic} after ${defaultTopic}: ${queueNums} queues`)
    this.bump()
    return created
  }

  /** The retry topic of a group, where it is missing; undefined where it is there. */
  createRetryTopic(group: string, queueNums: number): Promise<TopicConfig> | undefined {
    const topic = retryTopicOf(group)
    if (this.select(topic)) return undefined
    return this.createInSendBack(topic, Math.max(1, queueNums))
  }

  /** Makes a retry or dead-letter topic without a template. Java: createTopicInSendMessageBackMethod. */
  async createInSendBack(topic: string, queueNums: number, topicSysFlag = 0): Promise<TopicConfig> {
    const { table } = this.deps
    const present = table.get(topic)
    if (present) return present
    const wanted = { ...plainTopicConfig(topic, queueNums), topicSysFlag }
    const created = await table.create(wanted)
    if (created === wanted) this.bump()
    return created
  }

  /** Creates or changes topics; what is equal already changes nothing. Java: updateTopicConfig. */
  async update(configs: readonly TopicConfig[]): Promise<void> {
    const { table } = this.deps
    const different = configs.filter(
      (config) => JSON.stringify(table.get(config.topicName)) !== JSON.stringify(config)
    )
    if (different.length === 0) return
    await table.putAll(different)
    this.bump()
  }

  /** False where there is no such topic. */
  async delete(topic: string): Promise<boolean> {
    const removed = await this.deps.table.remove(topic)
    if (removed) this.bump()
    return removed
  }

  /**
   * A slave's topics are its master's: creates and changes what differs, and takes its version. What the master has no
   * more is the caller's to remove, before. Java: SlaveSynchronize.syncTopicConfig.
   */
  async follow({ topicConfigTable, dataVersion }: TopicConfigSerializeWrapper): Promise<void> {
    await this.update([...topicConfigTable.values()])
    this.keepVersion(dataVersion)
  }

  /** Also called where something else of a registration changed, e.g. the broker's permission. */
  bump(): void {
    this.keepVersion(nextDataVersion(this.version, this.deps.clock.now()))
    this.changed.emit()
  }

  private keepVersion(version: DataVersion): void {
    const { kv, log } = this.deps
    this.version = version
    kv.put(DATA_VERSION_KEY, { value: JSON.stringify(version) }).catch((error: unknown) =>
      log.warn('the data version of the topics was not kept; the next start counts anew', error)
    )
  }

  private mayInherit(template: TopicConfig): boolean {
    if (template.topicName === AUTO_CREATE_TOPIC_KEY_TOPIC)
      return this.deps.config.autoCreateTopicEnable && isInherited(template.perm)
    return isInherited(template.perm)
  }
}
