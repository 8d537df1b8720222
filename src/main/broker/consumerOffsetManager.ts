import type { RealTime } from '../base/clock'
import { Disposables, type Disposable } from '../base/disposable'
import { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import { consumerOffsetKey, type BrokerMeta, type ConsumerOffsetDoc } from '../meta/brokerMeta'
import { MAX_DOCUMENTS } from '../meta/collection'
import { initialDataVersion, type DataVersion } from '../protocol/bodies/dataVersion'
import type { GroupOffsets } from '../protocol/bodies/slaveSync'
import type { BrokerConfig } from './brokerConfig'
import type { ClientConnection } from './clientChannelInfo'
import { MAX_TOPIC_QUEUE_NUMS } from './topicConfigManager'

interface TopicGroup {
  readonly topic: string
  readonly group: string
  /** Queue id to the offset to be consumed next. */
  readonly offsets: Map<number, number>
  /** Queue id to the offset pulled up to; not kept. Java: pullOffsetTable. */
  readonly pulled: Map<number, number>
  /** Queue id to the offset its next pull is told to go on at; not kept. Java: resetOffsetTable. */
  readonly resets: Map<number, number>
}

/** A group's progress in a queue is no longer what it was. */
export interface OffsetMove {
  group: string
  topic: string
  queueId: number
  /** 0 where there was none. */
  from: number
  to: number
  /** Who committed; undefined where no client did. */
  connection: ClientConnection | undefined
}

interface Deps {
  clock: RealTime
  log: Log
  config: Pick<BrokerConfig, 'flushConsumerOffsetInterval'>
  meta: Pick<BrokerMeta, 'consumerOffsets'>
}

/**
 * How far each group has consumed each queue. In memory; kept each flushConsumerOffsetInterval and on stop, so that a
 * kill repeats at most that much. Java: ConsumerOffsetManager.
 */
export class ConsumerOffsetManager {
  readonly moved = new Emitter<OffsetMove>()
  private readonly table = new Map<string, TopicGroup>()
  private readonly dirty = new Set<string>()
  /** Resets no pull was told of yet, of all groups: pulls look for theirs only while there are any. */
  private pendingResets = 0
  private readonly disposables = new Disposables()
  private readonly begun: DataVersion
  /** Changes since the start. */
  private changes = 0

  constructor(private readonly deps: Deps) {
    this.begun = initialDataVersion(deps.clock.wall())
    for (const [key, { topic, group, offsets }] of deps.meta.consumerOffsets.all())
      this.table.set(key, { topic, group, offsets: new Map(offsets), pulled: new Map(), resets: new Map() }) // prettier-ignore
  }

  /** Another one after each change. */
  get dataVersion(): DataVersion {
    return { ...this.begun, counter: this.changes }
  }

  /** Of every group on every topic it has offsets for. */
  *all(): Iterable<GroupOffsets> {
    for (const entry of this.table.values()) if (entry.offsets.size > 0) yield entry
  }

  start(): Disposable {
    const { clock, config, log } = this.deps
    this.disposables.add(
      clock.every(config.flushConsumerOffsetInterval, () => {
        this.flush().catch((error: unknown) =>
          log.error('consumer offsets were not kept; trying again', error)
        )
      })
    )
    return this.disposables
  }

  /** Takes any offset, also a smaller one; false when it cannot be kept: no queue has that number, or the table is full. */
  commit(
    group: string,
    topic: string,
    queueId: number,
    offset: number,
    connection?: ClientConnection
  ): boolean {
    const from = this.query(group, topic, queueId)
    if (from === offset) return true
    if (!this.keep(group, topic, queueId, offset)) return false
    this.moved.emit({ group, topic, queueId, from: from ?? 0, to: offset, connection })
    return true
  }

  /** As `commit`, but no client did it: the master says so, or the log ends before. */
  assign(group: string, topic: string, queueId: number, offset: number): boolean {
    if (this.query(group, topic, queueId) === offset) return true
    return this.keep(group, topic, queueId, offset) !== undefined
  }

  /**
   * The log may end before what was consumed: a power cut took its end, or another master's log is longer. What is sent
   * next would be taken for consumed, so no group is further than its queue; one without a message says nothing.
   */
  limitTo(maxOffsetOf: (topic: string, queueId: number) => number): void {
    for (const { topic, group, offsets } of this.table.values())
      for (const [queueId, offset] of offsets) {
        const max = maxOffsetOf(topic, queueId)
        if (max > 0 && offset > max) this.keep(group, topic, queueId, max)
      }
  }

  /**
   * As `commit`, but nobody consumed what lies between; the next pull is told to go on there, and commits of before do
   * not count until then.
   */
  assignResetOffset(group: string, topic: string, queueId: number, offset: number): boolean {
    const resets = this.keep(group, topic, queueId, offset)?.resets
    if (!resets) return false
    if (!resets.has(queueId)) this.pendingResets++
    resets.set(queueId, offset)
    return true
  }

  /** As if the group had never consumed the queue; a reset that no pull was told of is void too. */
  forget(group: string, topic: string, queueId: number): void {
    const key = consumerOffsetKey(topic, group)
    const entry = this.table.get(key)
    if (!entry) return
    if (entry.resets.delete(queueId)) this.pendingResets--
    entry.pulled.delete(queueId)
    if (entry.offsets.delete(queueId)) this.changedAt(key)
  }

  /** Was the queue reset, and has no pull come since? */
  hasOffsetReset(group: string, topic: string, queueId: number): boolean {
    if (this.pendingResets === 0) return false
    return this.table.get(consumerOffsetKey(topic, group))?.resets.has(queueId) ?? false
  }

  /** Where a pull must go on; each reset is told once. */
  queryThenEraseResetOffset(group: string, topic: string, queueId: number): number | undefined {
    if (this.pendingResets === 0) return undefined
    const resets = this.table.get(consumerOffsetKey(topic, group))?.resets
    const offset = resets?.get(queueId)
    if (resets?.delete(queueId)) this.pendingResets--
    return offset
  }

  /** The other group is as far as this one on that topic; nothing changes where this one has no offsets. False at the limit. */
  cloneOffset(srcGroup: string, destGroup: string, topic: string): boolean {
    const offsets = this.queryAll(srcGroup, topic)
    if (!offsets || srcGroup === destGroup) return true
    const destination = this.entry(topic, destGroup)
    if (!destination) return false
    destination.offsets.clear()
    for (const [queueId, offset] of offsets) destination.offsets.set(queueId, offset)
    this.changedAt(consumerOffsetKey(topic, destGroup))
    return true
  }

  commitPull(group: string, topic: string, queueId: number, offset: number): void {
    this.entry(topic, group)?.pulled.set(queueId, offset)
  }

  query(group: string, topic: string, queueId: number): number | undefined {
    return this.table.get(consumerOffsetKey(topic, group))?.offsets.get(queueId)
  }

  queryPull(group: string, topic: string, queueId: number): number | undefined {
    return this.table.get(consumerOffsetKey(topic, group))?.pulled.get(queueId)
  }

  /** Queue id to offset; undefined where the group has none for that topic. */
  queryAll(group: string, topic: string): ReadonlyMap<number, number> | undefined {
    const offsets = this.table.get(consumerOffsetKey(topic, group))?.offsets
    return offsets && offsets.size > 0 ? offsets : undefined
  }

  /** Topics a group has offsets for. */
  whichTopicByConsumer(group: string): string[] {
    return this.select((entry) => entry.group === group).map(({ topic }) => topic)
  }

  /** Groups that have offsets for a topic. */
  whichGroupByTopic(topic: string): string[] {
    return this.select((entry) => entry.topic === topic).map(({ group }) => group)
  }

  removeGroup(group: string): Promise<void> {
    return this.removeWhere((entry) => entry.group === group)
  }

  removeTopic(topic: string): Promise<void> {
    return this.removeWhere((entry) => entry.topic === topic)
  }

  remove(topic: string, group: string): Promise<void> {
    return this.removeWhere((entry) => entry.topic === topic && entry.group === group)
  }

  /** Resolves when every change up to now is on disk. */
  async flush(): Promise<void> {
    if (this.dirty.size === 0) return
    const keys = [...this.dirty]
    const entries = this.unwritten()
    this.dirty.clear()
    try {
      await this.deps.meta.consumerOffsets.putAll(entries)
    } catch (error) {
      for (const key of keys) this.dirty.add(key)
      throw error
    }
  }

  /** What the next flush writes. */
  unwritten(): (readonly [key: string, doc: ConsumerOffsetDoc])[] {
    return [...this.dirty].flatMap((key) => {
      const entry = this.table.get(key)
      if (!entry) return []
      const { topic, group, offsets } = entry
      return [[key, { group, topic, offsets: [...offsets] }] as const]
    })
  }

  async stop(): Promise<void> {
    this.disposables.dispose()
    await this.flush()
  }

  private keep(group: string, topic: string, queueId: number, offset: number) {
    if (queueId < 0 || queueId >= MAX_TOPIC_QUEUE_NUMS || offset < 0) return undefined
    const entry = this.entry(topic, group)
    if (!entry) return undefined
    entry.offsets.set(queueId, offset)
    this.changedAt(consumerOffsetKey(topic, group))
    return entry
  }

  private changedAt(key: string): void {
    this.dirty.add(key)
    this.changes++
  }

  private entry(topic: string, group: string): TopicGroup | undefined {
    const key = consumerOffsetKey(topic, group)
    const present = this.table.get(key)
    if (present || this.table.size >= MAX_DOCUMENTS) return present
    const entry: TopicGroup = { topic, group, offsets: new Map(), pulled: new Map(), resets: new Map() } // prettier-ignore
    this.table.set(key, entry)
    return entry
  }

  private select(matches: (entry: TopicGroup) => boolean): TopicGroup[] {
    return [...this.table.values()].filter((entry) => entry.offsets.size > 0 && matches(entry))
  }

  private async removeWhere(matches: (entry: TopicGroup) => boolean): Promise<void> {
    const keys = [...this.table].flatMap(([key, entry]) => (matches(entry) ? [key] : []))
    for (const key of keys) {
      this.pendingResets -= this.table.get(key)?.resets.size ?? 0
      this.table.delete(key)
      this.dirty.delete(key)
    }
    if (keys.length > 0) this.changes++
    if (keys.length > 0) await this.deps.meta.consumerOffsets.removeAll(keys)
  }
}
