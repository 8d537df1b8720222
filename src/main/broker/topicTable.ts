import { endOfTurn } from '../base/turn'
import type { BrokerMeta, TopicConfigDoc } from '../meta/brokerMeta'
import { MetaFullError } from '../meta/errors'
import type { TopicConfig } from '../protocol/bodies/topicConfig'
import { ResponseCode } from '../protocol/codes/responseCode'
import { PERM_READ, PERM_WRITE } from '../protocol/permName'
import { RemotingError } from '../protocol/remotingCommand'
import type { TopicRegistry } from '../store/messageStore'

const NEXT_TOPIC_ID = 'nextTopicId'
const READ_WRITE = PERM_READ | PERM_WRITE

export const plainTopicConfig = (
  topicName: string,
  queueNums: number,
  perm = READ_WRITE
): TopicConfig => ({
  topicName,
  readQueueNums: queueNums,
  writeQueueNums: queueNums,
  perm,
  topicFilterType: 'SINGLE_TAG',
  topicSysFlag: 0,
  order: false,
  attributes: {}
})

interface Deps {
  meta: Pick<BrokerMeta, 'topics' | 'deletedTopics' | 'kv'>
  /** A topic whose settings were lost came back because the log names it. */
  onAdopted(topic: string, queueNums: number): void
  /** A slave's log brings topics before the master tells their settings; absent: an unknown topic's records are nobody's. */
  onArrived?: (topic: string) => void
  /** What a slave's log brought could not be kept; the next start derives it again. */
  onNotKept?: (topic: string, error: unknown) => void
}

const configOf = (doc: TopicConfigDoc): TopicConfig => ({
  topicName: doc.topicName,
  readQueueNums: doc.readQueueNums,
  writeQueueNums: doc.writeQueueNums,
  perm: doc.perm,
  topicFilterType: doc.topicFilterType,
  topicSysFlag: doc.topicSysFlag,
  order: doc.order,
  attributes: Object.fromEntries(doc.attributes)
})

/**
 * Topic settings as they are on disk, and where each topic's messages are: its numeric folder and the log offset it
 * begins at. Folder ids are never given twice.
 */
export class TopicTable implements TopicRegistry {
  private readonly configs = new Map<string, TopicConfig>()
  private readonly creating = new Map<string, Promise<TopicConfig>>()
  private readonly removing = new Map<string, Promise<void>>()
  private readonly adopted = new Map<string, TopicConfigDoc>()
  private isRecovering = true
  private nextTopicId: number
  /** End of the log; a topic made now has no message before it. */
  private logEnd: () => number = () => 0

  constructor(private readonly deps: Deps) {
    const { topics, deletedTopics, kv } = deps.meta
    for (const [topic, doc] of topics.all()) this.configs.set(topic, configOf(doc))
    const ids = [...topics.all(), ...deletedTopics.all()].map(([, doc]) => doc.topicId)
    const counted = Number(kv.get(NEXT_TOPIC_ID)?.value ?? 1)
    this.nextTopicId = Math.max(Number.isSafeInteger(counted) ? counted : 1, 1, ...ids.map((id) => id + 1)) // prettier-ignore
  }

  get(topic: string): TopicConfig | undefined {
    return this.configs.get(topic)
  }

  values(): IterableIterator<TopicConfig> {
    return this.configs.values()
  }

  get size(): number {
    return this.configs.size
  }

  resolve(
    topic: string,
    queueId: number,
    physicalOffset = Infinity
  ): { id: number; sinceOffset: number } | undefined {
    const known = this.deps.meta.topics.get(topic)
    const adopted = this.adopted.get(topic)
    if (known && !adopted) return { id: known.topicId, sinceOffset: known.sinceOffset }
    if (!this.isRecovering && !this.deps.onArrived) return undefined
    const deleted = this.deps.meta.deletedTopics.get(topic)
    if (deleted !== undefined && physicalOffset < deleted.untilOffset) return undefined
    const doc = this.adopt(topic, queueId, adopted)
    if (!this.isRecovering) this.keepArrived(doc)
    return { id: doc.topicId, sinceOffset: doc.sinceOffset }
  }

  /** The master deleted a topic and made it anew, as its records show: those before `physicalOffset` are nobody's. */
  renew(topic: string, physicalOffset: number): void {
    const { topics, deletedTopics } = this.deps.meta
    const old = this.adopted.get(topic) ?? topics.get(topic)
    if (!old) return
    const doc = { ...old, topicId: this.nextTopicId++, sinceOffset: physicalOffset }
    const gone = { topicName: topic, topicId: old.topicId, untilOffset: physicalOffset }
    deletedTopics.put(topic, gone).catch((error: unknown) => this.deps.onNotKept?.(topic, error))
    if (this.isRecovering && this.adopted.has(topic)) this.adopted.set(topic, doc)
    else this.keepArrived(doc)
  }

  /** The number of a topic's folder: a topic made anew has another. */
  idOf(topic: string): number | undefined {
    return this.deps.meta.topics.get(topic)?.topicId
  }

  /** The log was cut back: what comes from there on is new. */
  async cutBack(logEnd: number): Promise<void> {
    await this.begin(logEnd)
  }

  wasDeleted(topic: string, id: number): boolean {
    return this.deps.meta.deletedTopics.get(topic)?.topicId === id
  }

  has(topic: string, id: number): boolean {
    return this.configs.has(topic) && this.deps.meta.topics.get(topic)?.topicId === id
  }

  /** Finishes deletions that a crash interrupted; called before the store reads its log. */
  async finishDeletions(): Promise<void> {
    const { topics, deletedTopics } = this.deps.meta
    // By its number: offsets do not tell a topic without a message, or one behind what the log lost, from its successor.
    const half = deletedTopics
      .all()
      .filter(([topic, { topicId }]) => topics.get(topic)?.topicId === topicId)
    for (const [topic] of half) this.configs.delete(topic)
    if (half.length > 0) await topics.removeAll(half.map(([topic]) => topic))
  }

  /** From now on unknown topics are nobody's; keeps what recovery adopted. */
  async endRecovery(logEnd: () => number, logBegin: number): Promise<void> {
    this.isRecovering = false
    this.logEnd = logEnd
    await this.begin(logEnd())
    const { deletedTopics } = this.deps.meta
    if (this.adopted.size > 0) await this.keepAdopted()
    for (const [topic, doc] of this.adopted) {
      this.configs.set(topic, configOf(doc))
      this.deps.onAdopted(topic, doc.readQueueNums)
    }
    this.adopted.clear()
    // A deletion need not be remembered once retention has taken the last record it concerned.
    const over = deletedTopics.all().filter(([, { untilOffset }]) => untilOffset <= logBegin)
    try {
      await this.keepNextTopicId()
      if (over.length > 0) await deletedTopics.removeAll(over.map(([topic]) => topic))
    } catch {
      // Told by the collection. Those remembered too long cost nothing, and the topics themselves tell the highest id.
    }
  }

  /** Resolves when the settings are on disk; a topic is visible from then on. @throws RemotingError when the table is full. */
  async put(config: TopicConfig): Promise<TopicConfig> {
    const doc = this.deps.meta.topics.get(config.topicName)
    if (!doc || !this.configs.has(config.topicName)) return this.create(config)
    await this.write(config, doc.topicId, doc.sinceOffset)
    this.configs.set(config.topicName, config)
    return config
  }

  /** As `put`, for many at once. */
  async putAll(configs: readonly TopicConfig[]): Promise<void> {
    await Promise.all(configs.map((config) => this.put(config)))
  }

  /** Makes a topic; two that ask at the same time get the same one. */
  create(config: TopicConfig): Promise<TopicConfig> {
    const topic = config.topicName
    const running = this.creating.get(topic)
    if (running) return running
    const creation = this.createAfter(this.removing.get(topic), config).finally(() =>
      this.creating.delete(topic)
    )
    this.creating.set(topic, creation)
    return creation
  }

  /** Forgets a topic; its records up to now stay nobody's. False where there is none. */
  async remove(topic: string): Promise<boolean> {
    const config = this.configs.get(topic)
    const doc = this.deps.meta.topics.get(topic)
    if (!config || !doc) return false
    // First of all nobody may send to it any more: what is in the log from now on is not of this topic.
    this.configs.delete(topic)
    const removal = this.forget(topic, doc.topicId).finally(() => this.removing.delete(topic))
    this.removing.set(topic, removal)
    try {
      await removal
    } catch (error) {
      this.configs.set(topic, config)
      throw error
    }
    return true
  }

  /**
   * As `remove`, of a slave: at once, since nothing waits for the end of a turn there, and what its log brings from now on
   * is of a new topic. Resolves when it is kept; undefined where there is no such topic.
   */
  drop(topic: string): Promise<unknown> | undefined {
    const { topics, deletedTopics } = this.deps.meta
    const topicId = this.idOf(topic)
    if (topicId === undefined) return undefined
    this.configs.delete(topic)
    this.adopted.delete(topic)
    const gone = { topicName: topic, topicId, untilOffset: this.logEnd() }
    return Promise.all([deletedTopics.put(topic, gone), topics.remove(topic)])
  }

  private async createAfter(
    removal: Promise<void> | undefined,
    config: TopicConfig
  ): Promise<TopicConfig> {
    // A failed removal concerns who asked for it; what exists then is overwritten.
    await removal?.catch(() => undefined)
    // A slave's log may have brought it meanwhile.
    const doc = this.configs.has(config.topicName) ? this.deps.meta.topics.get(config.topicName) : undefined // prettier-ignore
    await this.write(config, doc?.topicId ?? this.nextTopicId++, doc?.sinceOffset ?? this.logEnd())
    this.configs.set(config.topicName, config)
    return config
  }

  private async forget(topic: string, topicId: number): Promise<void> {
    const { topics, deletedTopics } = this.deps.meta
    // What was sent in this turn is in the log when it ends.
    await new Promise<void>((resolve) => endOfTurn(resolve))
    const untilOffset = this.logEnd()
    await deletedTopics.put(topic, { topicName: topic, topicId, untilOffset })
    try {
      await topics.remove(topic)
    } catch {
      // Told by the collection. The deletion is decided: were the topic used on, the next start would finish it.
    }
  }

  private adopt(topic: string, queueId: number, known: TopicConfigDoc | undefined): TopicConfigDoc {
    if (known && queueId < known.readQueueNums) return known
    const doc: TopicConfigDoc = {
      topicName: topic,
      topicId: known?.topicId ?? this.nextTopicId++,
      sinceOffset: this.deps.meta.deletedTopics.get(topic)?.untilOffset ?? 0,
      readQueueNums: queueId + 1,
      writeQueueNums: queueId + 1,
      perm: READ_WRITE,
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: 0,
      order: false,
      attributes: []
    }
    this.adopted.set(topic, doc)
    return doc
  }

  /** Reads see it at once. */
  private keepArrived(doc: TopicConfigDoc): void {
    const topic = doc.topicName
    this.configs.set(topic, configOf(doc))
    this.deps.meta.topics
      .put(topic, doc)
      .then(() => this.adopted.delete(topic))
      .catch((error: unknown) => {
        this.adopted.set(topic, doc)
        this.deps.onNotKept?.(topic, error)
      })
    this.deps.onArrived?.(topic)
  }

  private async write(config: TopicConfig, topicId: number, sinceOffset: number): Promise<void> {
    const attributes = Object.entries(config.attributes)
    try {
      const doc = { ...config, topicId, sinceOffset, attributes }
      await this.deps.meta.topics.put(config.topicName, doc)
    } catch (error) {
      if (!(error instanceof MetaFullError)) throw error
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `the topic ${config.topicName} was not created: this broker already has ${error.limit} topics, delete some first`
      )
    }
  }

  private async keepAdopted(): Promise<void> {
    try {
      await this.deps.meta.topics.putAll([...this.adopted])
    } catch (error) {
      const names = [...this.adopted.keys()].slice(0, 5).join(', ')
      const reason = error instanceof Error ? error.message : String(error)
      throw new Error(
        `the settings of topics that only the log remembers cannot be written (${reason}): free some room on the disk and start again; among them: ${names}`,
        { cause: error }
      )
    }
  }

  /** A power cut may take the end of the log from before a topic that was kept: what is sent to it now is its own. */
  private async begin(logEnd: number): Promise<void> {
    const { topics, deletedTopics } = this.deps.meta
    const untilBehind = deletedTopics.all().filter(([, { untilOffset }]) => untilOffset > logEnd)
    if (untilBehind.length > 0)
      await deletedTopics.putAll(
        untilBehind.map(([topic, doc]) => [topic, { ...doc, untilOffset: logEnd }])
      )
    const sinceBehind = topics.all().filter(([, { sinceOffset }]) => sinceOffset > logEnd)
    if (sinceBehind.length > 0)
      await topics.putAll(
        sinceBehind.map(([topic, doc]) => [topic, { ...doc, sinceOffset: logEnd }])
      )
  }

  /** Deleted topics may be the only ones that remember the highest id. */
  private async keepNextTopicId(): Promise<void> {
    const value = String(this.nextTopicId)
    if (this.deps.meta.kv.get(NEXT_TOPIC_ID)?.value !== value)
      await this.deps.meta.kv.put(NEXT_TOPIC_ID, { value })
  }
}
