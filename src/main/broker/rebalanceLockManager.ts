import type { RealTime } from '../base/clock'
import type { MessageQueue } from '../protocol/bodies/messageQueue'
import type { BrokerConfig } from './brokerConfig'

/** Locks held at most; a client that asks for more does not get them and asks again later. */
export const MAX_LOCKS = 100_000

interface Lock {
  clientId: string
  /** Monotonic. */
  lastUpdateAt: number
}

const keyOf = ({ topic, brokerName, queueId }: MessageQueue): string =>
  `${topic}@${brokerName}@${queueId}`

interface Deps {
  clock: Pick<RealTime, 'monotonic'>
  config: Pick<BrokerConfig, 'gantryRebalanceLockMaxLiveTime'>
}

/**
 * Which client may consume a queue in order. A lock outlives its client's connection, as with RocketMQ: nobody knows
 * whether that client still consumes. Java: RebalanceLockManager.
 */
export class RebalanceLockManager {
  private readonly table = new Map<string, Map<string, Lock>>()
  private count = 0

  constructor(private readonly deps: Deps) {}

  /** The queues the client holds now: free ones, expired ones, and its own, whose lease begins anew. */
  tryLockBatch(group: string, queues: readonly MessageQueue[], clientId: string): MessageQueue[] {
    const now = this.deps.clock.monotonic()
    let locks = this.table.get(group)
    if (!locks) {
      locks = new Map<string, Lock>()
      this.table.set(group, locks)
    }
    const held: MessageQueue[] = []
    for (const queue of queues) {
      const key = keyOf(queue)
      const lock = locks.get(key)
      if (lock && lock.clientId !== clientId && !this.isExpired(lock, now)) continue
      if (!lock && this.count >= MAX_LOCKS) continue
      if (!lock) this.count++
      locks.set(key, { clientId, lastUpdateAt: now })
      held.push(queue)
    }
    if (locks.size === 0) this.table.delete(group)
    return held
  }

  unlockBatch(group: string, queues: readonly MessageQueue[], clientId: string): void {
    const locks = this.table.get(group)
    if (!locks) return
    for (const queue of queues) {
      const key = keyOf(queue)
      if (locks.get(key)?.clientId === clientId && locks.delete(key)) this.count--
    }
    if (locks.size === 0) this.table.delete(group)
  }

  /** Does nobody of the group consume in order now? */
  isLockAllExpired(group: string): boolean {
    const now = this.deps.clock.monotonic()
    for (const lock of this.table.get(group)?.values() ?? [])
      if (!this.isExpired(lock, now)) return false
    return true
  }

  /** Lets go of expired locks, so that groups that are gone cost nothing. */
  removeExpired(): void {
    const now = this.deps.clock.monotonic()
    for (const [group, locks] of this.table) {
      for (const [key, lock] of locks)
        if (this.isExpired(lock, now) && locks.delete(key)) this.count--
      if (locks.size === 0) this.table.delete(group)
    }
  }

  private isExpired({ lastUpdateAt }: Lock, now: number): boolean {
    return now - lastUpdateAt > this.deps.config.gantryRebalanceLockMaxLiveTime
  }
}
