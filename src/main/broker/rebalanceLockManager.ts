import type { RealTime } from '../base/clock'
import type { MessageQueue } from '../protocol/bodies/messageQueue'

/** A lock not renewed for this long is free. Java: rocketmq.broker.rebalance.lockMaxLiveTime. */
export const LOCK_MAX_LIVE_MS = 60_000

/** Locks held at most; a client that asks for more does not get them and asks again later. */
export const MAX_LOCKS = 100_000

interface Lock {
  clientId: string
  /** Monotonic. */
  lastUpdateAt: number
}

const keyOf = ({ topic, brokerName, queueId }: MessageQueue): string =>
  `${topic}@${brokerName}@${queueId}`

/** Which client may consume a queue in order. Java: RebalanceLockManager. */
export class RebalanceLockManager {
  private readonly table = new Map<string, Map<string, Lock>>()
  private count = 0

  constructor(private readonly clock: RealTime) {}

  /** The queues the client holds now: free ones, expired ones, and its own, whose lease begins anew. */
  tryLockBatch(group: string, queues: readonly MessageQueue[], clientId: string): MessageQueue[] {
    const now = this.clock.monotonic()
    let locks = this.table.get(group)
    if (!locks) {
      locks = new Map<string, Lock>()
      this.table.set(group, locks)
    }
    const held: MessageQueue[] = []
    for (const queue of queues) {
      const key = keyOf(queue)
      const lock = locks.get(key)
      if (lock && lock.clientId !== clientId && now - lock.lastUpdateAt <= LOCK_MAX_LIVE_MS) continue // prettier-ignore
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
    const now = this.clock.monotonic()
    for (const lock of this.table.get(group)?.values() ?? [])
      if (now - lock.lastUpdateAt <= LOCK_MAX_LIVE_MS) return false
    return true
  }

  /** Lets go of expired locks, so that groups that are gone cost nothing. */
  removeExpired(): void {
    const now = this.clock.monotonic()
    for (const [group, locks] of this.table) {
      for (const [key, lock] of locks)
        if (now - lock.lastUpdateAt > LOCK_MAX_LIVE_MS && locks.delete(key)) this.count--
      if (locks.size === 0) this.table.delete(group)
    }
  }
}
