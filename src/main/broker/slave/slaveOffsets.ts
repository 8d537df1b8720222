import type { Disposable } from '../../base/disposable'
import type { Log } from '../../base/log'
import { consumerOffsetKey } from '../../meta/brokerMeta'
import type { GroupOffsets } from '../../protocol/bodies/slaveSync'
import { RemotingError } from '../../protocol/remotingCommand'
import type { ConsumerOffsetManager } from '../consumerOffsetManager'
import type { MasterApi } from './masterApi'

/** Commits of clients at this slave that are remembered for the master; one beyond it is overwritten by the master's. */
export const MAX_OWN_COMMITS = 50_000

/** Told to the master at once; the others follow with the next round. */
const TOLD_AT_ONCE = 1000

interface Own {
  readonly group: string
  readonly topic: string
  readonly queueId: number
}

interface Deps {
  log: Log
  offsets: Pick<ConsumerOffsetManager, 'query' | 'assign' | 'all' | 'remove' | 'moved'>
}

/**
 * A slave's consumer offsets are its master's. What clients committed here, because the master was away, is kept and told
 * to it when it is back, unless it is further: RocketMQ's slave forgets it, and a group that ended meanwhile would get
 * those messages again.
 */
export class SlaveOffsets {
  private readonly own = new Map<string, Own>()

  constructor(private readonly deps: Deps) {}

  start(): Disposable {
    return this.deps.offsets.moved.on(({ group, topic, queueId, connection }) => {
      if (!connection) return
      const key = keyOf(group, topic, queueId)
      if (this.own.size < MAX_OWN_COMMITS || this.own.has(key)) this.own.set(key, { group, topic, queueId }) // prettier-ignore
    })
  }

  /** Are there commits the master does not know? */
  get hasOwn(): boolean {
    return this.own.size > 0
  }

  /** Takes the master's offsets; what clients committed here and is further stays. Java: SlaveSynchronize.syncConsumerOffset. */
  async follow(entries: readonly GroupOffsets[]): Promise<void> {
    const { offsets } = this.deps
    const present = new Set<string>()
    for (const { topic, group, offsets: queues } of entries) {
      present.add(consumerOffsetKey(topic, group))
      for (const [queueId, offset] of queues) {
        const key = keyOf(group, topic, queueId)
        const here = offsets.query(group, topic, queueId)
        if (this.own.has(key) && here !== undefined && here > offset) continue
        this.own.delete(key)
        offsets.assign(group, topic, queueId, offset)
      }
    }
    for (const { group, topic } of this.own.values()) present.add(consumerOffsetKey(topic, group))
    const gone = [...offsets.all()].filter(
      ({ topic, group }) => !present.has(consumerOffsetKey(topic, group))
    )
    for (const { topic, group } of gone) await offsets.remove(topic, group)
  }

  /** Tells the master what clients committed here. @throws when it cannot be reached. */
  async tell(master: Pick<MasterApi, 'commit'>): Promise<void> {
    const { log, offsets } = this.deps
    const told = [...this.own].slice(0, TOLD_AT_ONCE)
    if (told.length === 0) return
    await Promise.all(
      told.map(async ([key, { group, topic, queueId }]) => {
        const offset = offsets.query(group, topic, queueId)
        this.own.delete(key)
        if (offset === undefined) return
        try {
          await master.commit(group, topic, queueId, offset)
        } catch (error) {
          // The master knows the group or the topic no more: nothing is to be kept.
          if (error instanceof RemotingError) return
          this.own.set(key, { group, topic, queueId })
          throw error
        }
      })
    )
    log.info(`${told.length} consumer offsets that were committed here are the master's now`)
  }
}

const keyOf = (group: string, topic: string, queueId: number): string =>
  `${consumerOffsetKey(topic, group)}@${queueId}`
