import type { Clock } from '../../../base/clock'
import { Disposables, toDisposable, type Disposable } from '../../../base/disposable'
import type { Log } from '../../../base/log'
import type { BrokerMeta, DelayOffsetDoc } from '../../../meta/brokerMeta'
import { countedSize } from '../../../protocol/message/messageCodec'
import { RMQ_SYS_SCHEDULE_TOPIC, SCHEDULE_CONSUMER_GROUP } from '../../../protocol/topicNames'
import type { MessageStore } from '../../../store/messageStore'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerReport } from '../../brokerReport'
import type { BrokerStatsManager } from '../../brokerStatsManager'
import { ParkedDelivery } from '../../parkedDelivery'
import { ProgressSaver } from '../../progressSaver'
import type { TopicConfigManager } from '../../topicConfigManager'
import { DelayLevel } from './delayLevel'

export interface ScheduleDeps {
  clock: Pick<Clock, 'now' | 'after' | 'real'>
  log: Log
  config: Pick<BrokerConfig, 'flushDelayOffsetInterval'>
  store: Pick<
    MessageStore,
    | 'putMessage'
    | 'getConsumeQueueEntries'
    | 'getMaxOffsetInQueue'
    | 'getMinOffsetInQueue'
    | 'lookMessageByOffset'
    | 'queueIdsOf'
    | 'arrivals'
    | 'stats'
  >
  topics: Pick<TopicConfigManager, 'select'>
  stats: Pick<BrokerStatsManager, 'incPut' | 'incGroupGet' | 'incQueueGet'>
  meta: Pick<BrokerMeta, 'delayOffsets'>
  onReport: (report: BrokerReport) => void
}

type Kept = readonly (readonly [level: string, progress: DelayOffsetDoc])[]

/** Delivers delayed messages, each level in its own order. Java: ScheduleMessageService. */
export class ScheduleMessageService {
  private levels: DelayLevel[] = []

  constructor(
    private readonly deps: ScheduleDeps,
    private readonly delays: readonly number[]
  ) {}

  start(): Disposable {
    const { clock, log, config, store, topics, stats, meta, onReport } = this.deps
    const disposables = new Disposables()
    const saver = new ProgressSaver<Kept>({
      ...{ clock: clock.real, log, store },
      intervalMs: () => config.flushDelayOffsetInterval,
      snapshot: () => this.progress(),
      write: (levels) => meta.delayOffsets.putAll(levels.filter((kept) => this.isNews(kept)))
    })
    disposables.add(saver)
    const deliveryOf = (level: number) =>
      new ParkedDelivery({
        ...{ log, store, topics, stats },
        onStored: (message) => {
          const bytes = countedSize(message)
          stats.incGroupGet(SCHEDULE_CONSUMER_GROUP, RMQ_SYS_SCHEDULE_TOPIC, 1, bytes)
          stats.incQueueGet(SCHEDULE_CONSUMER_GROUP, RMQ_SYS_SCHEDULE_TOPIC, level - 1, 1, bytes)
        }
      })
    const onProgress = (): void => saver.changed()
    const onLost = (count: number): void => onReport({ kind: 'delayed-lost', count })
    const parts = { clock, log, store, onProgress, onLost }
    // A table that became shorter leaves queues behind it.
    const count = Math.max(this.delays.length, ...store.queueIdsOf(RMQ_SYS_SCHEDULE_TOPIC).map((id) => id + 1)) // prettier-ignore
    this.levels = Array.from({ length: count }, (_, i) => {
      const kept = meta.delayOffsets.get(String(i + 1))
      return new DelayLevel({ ...parts, delivery: deliveryOf(i + 1) }, i + 1, this.delays[i], kept)
    })
    const listening = store.arrivals.on(({ topic, queueId }) => {
      if (topic === RMQ_SYS_SCHEDULE_TOPIC) void this.levels[queueId]?.run()
    })
    disposables.add(toDisposable(() => this.levels.forEach((level) => level.dispose())))
    disposables.add(listening)
    for (const level of this.levels) void level.run()
    if (this.levels.some((level) => this.isNews([String(level.level), level.progress()])))
      saver.changed()
    return disposables
  }

  /** What is not kept yet; nothing before the start. */
  unwritten(): Kept {
    return this.progress().filter((kept) => this.isNews(kept))
  }

  /** Level to the queue offset delivered next, of levels that ever had a message; a slave tells its master's. Java: offsetTable. */
  offsetTable(): (readonly [level: number, offset: number])[] {
    if (this.levels.length === 0) {
      const kept = this.deps.meta.delayOffsets.all()
      return kept.map(([level, { offset }]) => [Number(level), offset] as const)
    }
    return this.levels.flatMap(({ level, offset, maxOffset }) =>
      maxOffset > 0 ? [[level, offset] as const] : []
    )
  }

  /** Java: buildRunningStats. */
  runtimeInfo(): Record<string, string> {
    return Object.fromEntries(
      this.levels.flatMap(({ level, offset, maxOffset }) =>
        maxOffset > 0 ? [[`scheduleMessageOffset_${level}`, `${offset},${maxOffset}`]] : []
      )
    )
  }

  private progress(): Kept {
    return this.levels.map((level) => [String(level.level), level.progress()])
  }

  private isNews([level, progress]: Kept[number]): boolean {
    const kept = this.deps.meta.delayOffsets.get(level)
    if (kept === undefined) return progress.offset > 0 || progress.delayMs > 0
    return (
      kept.offset !== progress.offset ||
      kept.delayMs !== progress.delayMs ||
      kept.cappedUntil !== progress.cappedUntil
    )
  }
}
