/**
 * Answers what waits for slaves. One waiter a commit, oldest first; one report answers all that it covers, and one timer
 * runs for the oldest. Java: GroupTransferService.
 */
import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import { Emitter } from '../../base/emitter'
import type { ReplicationGate, ReplicationOutcome, StoreReplica } from '../../store/replica'
import type { HaConfig } from './haConfig'

interface Waiter {
  end: number
  /** Monotonic. */
  dueAt: number
  settle: (outcome: ReplicationOutcome) => void
}

interface Deps {
  clock: Pick<RealTime, 'monotonic' | 'after'>
  config: Pick<HaConfig, 'slaveTimeout' | 'inSyncReplicas' | 'minInSyncReplicas' | 'allAckInSyncStateSet'> // prettier-ignore
  /** Of this master now. */
  slaves: SlaveOffsets
  replica: Pick<StoreReplica, 'end' | 'foundEnd'>
}

/** How far the slaves are. */
export interface SlaveOffsets {
  /** Not further behind than haMaxGapNotInSync. */
  readonly inSyncSlaveNums: number
  /** Offset that so many slaves have reported at least; -1 when there are not so many. */
  ackedBy(count: number): number
  /** Ids a controller counts on; undefined: there is no controller. */
  readonly syncStateSet: ReadonlySet<number> | undefined
  /** Offset that all slaves of the sync-state set have; without one, all in sync. -1 when one of the set is not connected. */
  ackedByAll(): number
}

/** Waiters at once: a commit is at least a turn of the event loop, so this is far beyond what slaveTimeout lets gather. */
const MAX_WAITERS = 100_000

export class GroupTransferService implements ReplicationGate {
  readonly confirmed = new Emitter<void>()
  private waiters: Waiter[] = []
  /** Who was elected had everything that was confirmed; what else it had is the log from then on. */
  private confirmedUpTo: number
  private timer: Disposable | undefined
  private isStopped = false

  constructor(private readonly deps: Deps) {
    this.confirmedUpTo = deps.replica.foundEnd
  }

  get confirmedEnd(): number {
    const { slaves, replica } = this.deps
    if (slaves.syncStateSet === undefined) return Infinity
    this.confirmedUpTo = Math.max(this.confirmedUpTo, Math.min(this.acked(), replica.end))
    return this.confirmedUpTo
  }

  refusal(): string | undefined {
    const { config, slaves } = this.deps
    const replicas = slaves.inSyncSlaveNums + 1
    return replicas >= config.minInSyncReplicas
      ? undefined
      : `in-sync replicas not enough: ${replicas} with this master, minInSyncReplicas is ${config.minInSyncReplicas}; start the slaves`
  }

  replicated(end: number): ReplicationOutcome | Promise<ReplicationOutcome> {
    const { clock, config, slaves } = this.deps
    if (this.acked() >= end) return 'PUT_OK'
    if (slaves.inSyncSlaveNums < this.needed) return 'SLAVE_NOT_AVAILABLE'
    if (this.isStopped || this.waiters.length >= MAX_WAITERS) return 'FLUSH_SLAVE_TIMEOUT'
    return new Promise((settle) => {
      this.waiters.push({ end, dueAt: clock.monotonic() + config.slaveTimeout, settle })
      this.timer ??= clock.after(config.slaveTimeout, () => this.expire())
    })
  }

  /** A slave reported, came or went. Java: notifyTransferSome. */
  notify(): void {
    this.confirmed.emit()
    if (this.waiters.length === 0) return
    const acked = this.acked()
    let done = 0
    while (done < this.waiters.length && this.waiters[done]!.end <= acked) done++
    if (done === 0) return
    for (const { settle } of this.waiters.splice(0, done)) settle('PUT_OK')
  }

  stop(): void {
    this.isStopped = true
    this.timer?.dispose()
    for (const { settle } of this.waiters.splice(0)) settle('FLUSH_SLAVE_TIMEOUT')
  }

  /** Slaves that must have it. */
  private get needed(): number {
    const { config, slaves } = this.deps
    // With a controller the set alone decides, also that no slave is in it.
    return Math.max(slaves.syncStateSet === undefined ? 1 : 0, config.inSyncReplicas - 1)
  }

  private acked(): number {
    const { config, slaves } = this.deps
    const { needed } = this
    const acked = needed === 0 ? Infinity : slaves.ackedBy(needed)
    const byAll = config.allAckInSyncStateSet || slaves.syncStateSet !== undefined
    return byAll ? Math.min(acked, slaves.ackedByAll()) : acked
  }

  private expire(): void {
    const { clock } = this.deps
    this.timer = undefined
    const now = clock.monotonic()
    // slaveTimeout may have become shorter since: whoever is due goes, wherever he waits.
    const due = this.waiters.filter(({ dueAt }) => dueAt <= now)
    this.waiters = this.waiters.filter(({ dueAt }) => dueAt > now)
    for (const { settle } of due) settle('FLUSH_SLAVE_TIMEOUT')
    const next = this.waiters.reduce((least, { dueAt }) => Math.min(least, dueAt), Infinity)
    if (next < Infinity) this.timer = clock.after(Math.max(1, next - now), () => this.expire())
  }
}
