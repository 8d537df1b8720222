/**
 * How far the master's deliveries are: delay levels, timers, consumer groups. Kept here only once this slave's log holds,
 * on its disk, what they speak of: a slave that became master would else skip messages it never got. Java:
 * SlaveSynchronize.syncDelayOffset, syncTimerCheckPoint, syncConsumerOffset.
 */
import type { BrokerMeta } from '../../meta/brokerMeta'
import type { DataVersion } from '../../protocol/bodies/dataVersion'
import type { GroupOffsets, TimerProgress } from '../../protocol/bodies/slaveSync'
import type { StoreStats } from '../../store/messageStore'
import type { BrokerConfig } from '../brokerConfig'
import { parseDelayLevels } from '../../protocol/delayLevels'
import type { MasterApi } from './masterApi'
import type { SlaveOffsets } from './slaveOffsets'

/** Java: TimerCheckpoint has one instance. */
const TIMER_CHECKPOINT_KEY = 'checkpoint'

interface Deps {
  config: Pick<BrokerConfig, 'messageDelayLevel'>
  meta: Pick<BrokerMeta, 'delayOffsets' | 'timerCheckpoint'>
  store: { readonly stats: Pick<StoreStats, 'flushedPhysicalOffset'> }
  slaveOffsets: Pick<SlaveOffsets, 'follow' | 'tell' | 'hasOwn'>
}

interface Progress {
  readonly logEnd: number
  readonly offsets: { dataVersion: DataVersion; entries: GroupOffsets[] } | undefined
  readonly delays: readonly (readonly [level: number, offset: number])[] | undefined
  readonly timers: TimerProgress | undefined
}

export class SlaveProgress {
  private known: DataVersion | undefined
  private waiting: Progress | undefined

  constructor(private readonly deps: Deps) {}

  /** Another master, or the same one anew: what its predecessor said does not count. */
  forget(): void {
    this.known = undefined
    this.waiting = undefined
  }

  /** One round. @throws when the master cannot be reached. */
  async follow(master: MasterApi): Promise<void> {
    const { store, slaveOffsets } = this.deps
    this.waiting ??= await this.ask(master)
    if (store.stats.flushedPhysicalOffset < this.waiting.logEnd) return
    const { offsets, delays, timers } = this.waiting
    this.waiting = undefined
    if (offsets) {
      await slaveOffsets.follow(offsets.entries)
      this.known = offsets.dataVersion
    }
    if (delays) await this.keepDelays(delays)
    if (timers) await this.keepTimers(timers)
    await slaveOffsets.tell(master)
  }

  private async ask(master: MasterApi): Promise<Progress> {
    // What was committed here is compared with all the master has.
    const known = this.deps.slaveOffsets.hasOwn ? undefined : this.known
    const [offsets, delays, timers] = await Promise.all([
      master.offsets(known),
      master.delayOffsets(),
      master.timerCheckpoint()
    ])
    const logEnd = Math.max(offsets.logEnd, delays.logEnd, timers.logEnd)
    return { logEnd, offsets: offsets.table, delays: delays.table, timers: timers.table }
  }

  private async keepDelays(levels: NonNullable<Progress['delays']>): Promise<void> {
    const { meta, config } = this.deps
    const delays = parseDelayLevels(config.messageDelayLevel) ?? []
    const moved = levels.flatMap(([level, offset]) => {
      const key = String(level)
      if (meta.delayOffsets.get(key)?.offset === offset) return []
      const delayMs = delays[level - 1] ?? 0
      return [[key, { offset, delayMs, cappedUntil: 0, cappedAt: 0 }] as const]
    })
    if (moved.length > 0) await meta.delayOffsets.putAll(moved)
  }

  private async keepTimers(timers: TimerProgress): Promise<void> {
    const { timerCheckpoint } = this.deps.meta
    const kept = timerCheckpoint.get(TIMER_CHECKPOINT_KEY)
    const isNews =
      kept?.queueOffset !== timers.queueOffset ||
      kept.lowOffset !== timers.lowOffset ||
      kept.readDue !== timers.readDue ||
      kept.readCode !== timers.readCode
    if (isNews) await timerCheckpoint.put(TIMER_CHECKPOINT_KEY, timers)
  }
}
