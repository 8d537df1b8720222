/**
 * A master's view of which slaves have everything it acknowledged, agreed with the controller: one of them is the next
 * master. Acknowledged is what all of them have; one that joins counts from before the controller hears of it, one that is
 * lost until the controller has agreed. Java: ReplicasManager.checkSyncStateSetAndDoReport, AutoSwitchHAService.
 */
import type { RealTime } from '../../base/clock'
import { Disposables, type Disposable } from '../../base/disposable'
import type { Log } from '../../base/log'
import { oneAtATime } from '../../base/oneAtATime'
import type { SyncStateSet } from '../../protocol/bodies/controller'
import { RemotingError } from '../../protocol/remotingCommand'
import type { BrokerConfig } from '../brokerConfig'
import type { ControllerApi } from '../controllerApi'
import type { HaConnectionInfo, HaService } from '../ha/haService'

/** A slave that is connected and no member is looked at so often: until it is one, nobody can take over. */
export const JOIN_CHECK_MS = 100

interface Deps {
  clock: RealTime
  log: Log
  config: Pick<BrokerConfig, 'checkSyncStateSetPeriod' | 'haMaxTimeSlaveNotCatchup'>
  api: Pick<ControllerApi, 'alterSyncStateSet'>
  ha: Pick<HaService, 'runtimeInfo' | 'useSyncStateSet' | 'slavesChanged'>
  /** Behind the last byte of the log. */
  logEnd: () => number
  brokerId: number
  epoch: number
  set: SyncStateSet
}

export class SyncStateSetKeeper {
  private set: SyncStateSet
  /** Slaves that shall join, and where the log ended when they began to count. */
  private readonly joining = new Map<number, number>()
  /** Asked to join in a request nobody answered: they may be members. */
  private readonly uncertain = new Set<number>()
  /** When a look last found that a slave had everything. */
  private readonly caughtUpAt = new Map<number, number>()
  private isStopped = false

  constructor(private readonly deps: Deps) {
    this.set = deps.set
    this.use()
  }

  start(): Disposable {
    const { clock, config, ha } = this.deps
    const running = new Disposables()
    running.add(ha.slavesChanged.on(() => void this.check()))
    running.add(clock.every(config.checkSyncStateSetPeriod, () => void this.check()))
    running.add(
      clock.every(JOIN_CHECK_MS, () => {
        if (this.hasOutsiders) void this.check()
      })
    )
    running.add({ dispose: () => (this.isStopped = true) })
    return running
  }

  /** The set as the controller has it; an older one changes nothing. */
  take(set: SyncStateSet): void {
    if (set.syncStateSetEpoch <= this.set.syncStateSetEpoch) return
    this.set = set
    this.uncertain.clear()
    for (const brokerId of set.syncStateSet) this.joining.delete(brokerId)
    this.use()
  }

  /** Is a slave missing without which nothing can be acknowledged? */
  get isShort(): boolean {
    const connected = this.slaves()
    return this.members.some((brokerId) => !connected.has(brokerId))
  }

  private get hasOutsiders(): boolean {
    return [...this.slaves().keys()].some((brokerId) => !this.set.syncStateSet.includes(brokerId))
  }

  /** Never rejects. */
  readonly check = oneAtATime(async () => {
    if (this.isStopped) return
    const slaves = this.slaves()
    this.letJoin(slaves)
    const kept = this.members.filter((brokerId) => this.hasEverything(slaves.get(brokerId)))
    const joined = [...this.joining].flatMap(([brokerId, end]) => {
      const acked = slaves.get(brokerId)?.slaveAckOffset ?? -1
      return acked >= end ? [brokerId] : []
    })
    if (joined.length === 0 && kept.length === this.members.length) return
    await this.alter([this.deps.brokerId, ...kept, ...joined], joined)
  })

  private async alter(syncStateSet: number[], joined: readonly number[]): Promise<void> {
    const { api, brokerId, epoch, log } = this.deps
    for (const member of joined) this.uncertain.add(member)
    try {
      const { syncStateSetEpoch } = this.set
      const taken = await api.alterSyncStateSet(brokerId, epoch, {
        syncStateSet,
        syncStateSetEpoch
      })
      log.info(`sync-state set ${taken.syncStateSetEpoch}: ${taken.syncStateSet.join(', ')}`)
      this.take(taken)
    } catch (error) {
      // Refused: nobody joined by it. Without an answer they may have.
      if (error instanceof RemotingError) for (const member of joined) this.uncertain.delete(member)
      log.debug(`the sync-state set stays as it is: ${String(error)}`)
    }
  }

  private letJoin(slaves: ReadonlyMap<number, HaConnectionInfo>): void {
    for (const brokerId of [...this.joining.keys()])
      if (!this.hasEverything(slaves.get(brokerId))) this.joining.delete(brokerId)
    for (const [brokerId, slave] of slaves) {
      const isNew = !this.joining.has(brokerId) && !this.members.includes(brokerId)
      if (isNew && this.hasEverything(slave)) this.joining.set(brokerId, this.deps.logEnd())
    }
    this.use()
  }

  private hasEverything(slave: HaConnectionInfo | undefined): boolean {
    const { clock, config, logEnd } = this.deps
    if (slave?.brokerId === undefined) return false
    const now = clock.monotonic()
    // Without messages a slave reports seldom.
    if (slave.slaveAckOffset >= logEnd()) this.caughtUpAt.set(slave.brokerId, now)
    const last = Math.max(slave.lastCaughtUpAt, this.caughtUpAt.get(slave.brokerId) ?? -Infinity)
    return now - last <= config.haMaxTimeSlaveNotCatchup
  }

  private slaves(): Map<number, HaConnectionInfo> {
    const slaves = new Map<number, HaConnectionInfo>()
    for (const slave of this.deps.ha.runtimeInfo.haConnectionInfo)
      if (slave.brokerId !== undefined) slaves.set(slave.brokerId, slave)
    return slaves
  }

  private get members(): number[] {
    return this.set.syncStateSet.filter((brokerId) => brokerId !== this.deps.brokerId)
  }

  /** Whom an acknowledgement waits for. */
  private use(): void {
    this.deps.ha.useSyncStateSet(new Set([...this.members, ...this.joining.keys(), ...this.uncertain])) // prettier-ignore
  }
}
