/** Tells the controller that this broker is there, and hears from it who is master. Java: ReplicasManager. */
import type { RealTime } from '../../base/clock'
import { Emitter } from '../../base/emitter'
import type { Disposable } from '../../base/disposable'
import type { Log } from '../../base/log'
import { oneAtATime } from '../../base/oneAtATime'
import type { SyncStateSet } from '../../protocol/bodies/controller'
import { RemotingError } from '../../protocol/remotingCommand'
import type { BrokerConfig } from '../brokerConfig'
import type { ControllerApi, HeartbeatFigures, MasterInfo } from '../controllerApi'
import type { BrokerMetadataFile } from './brokerMetadata'

/** A broker that was drawn as slave leaves the first election of its set so long to the one that was drawn as master. */
const SLAVE_ELECTS_AFTER_MS = 1000

/** What the controller decided. */
export type DecidedRole =
  | { readonly role: 'MASTER'; readonly epoch: number; readonly set: SyncStateSet }
  | { readonly role: 'SLAVE'; readonly epoch: number; readonly masterAddr: string }

interface Deps {
  clock: RealTime
  log: Log
  api: Pick<
    ControllerApi,
    | 'getNextBrokerId'
    | 'applyBrokerId'
    | 'registerBroker'
    | 'electMaster'
    | 'heartbeat'
    | 'replicaInfo'
  >
  config: Pick<
    BrokerConfig,
    | 'brokerClusterName'
    | 'brokerName'
    | 'brokerRole'
    | 'brokerHeartbeatInterval'
    | 'sendHeartbeatTimeoutMillis'
  >
  metadata: Pick<BrokerMetadataFile, 'current' | 'keep'>
  /** `ip:port` clients reach it at, also while it changes its role. */
  address: string
  figures: () => HeartbeatFigures
}

export class ReplicasManager {
  /** Another role, another epoch, or another master to follow. */
  readonly decided = new Emitter<DecidedRole>()
  /** The controller's sync-state set changed while this broker is master. */
  readonly setChanged = new Emitter<SyncStateSet>()
  private role: DecidedRole | undefined
  /** Monotonic time at which the last heartbeat that was answered was sent. */
  private heardAt = -Infinity
  private isRegistered = false
  private isAway = false
  private isStopped = false
  private waitsSince: number | undefined

  constructor(private readonly deps: Deps) {}

  /** As the controller gave it; undefined before. */
  get brokerId(): number | undefined {
    const { current } = this.deps.metadata
    return current?.registerCheckCode === undefined ? current?.brokerId : undefined
  }

  /** Time since the controller was last known to have heard of this broker, in ms. */
  get silentForMs(): number {
    return this.deps.clock.monotonic() - this.heardAt
  }

  start(): Disposable {
    const { clock, config } = this.deps
    const timer = clock.every(config.brokerHeartbeatInterval, () => void this.beat())
    void this.beat()
    return {
      dispose: () => {
        this.isStopped = true
        timer.dispose()
      }
    }
  }

  /** What the controller says of this set, told or asked. What is older than what is known changes nothing. */
  hear({ master, ...set }: MasterInfo): void {
    if (!master || this.isStopped || master.epoch < (this.role?.epoch ?? 0)) return
    const { role } = this
    if (master.brokerId !== this.brokerId) {
      if (role?.role === 'SLAVE' && role.epoch === master.epoch && role.masterAddr === master.address) return // prettier-ignore
      return this.decide({ role: 'SLAVE', epoch: master.epoch, masterAddr: master.address })
    }
    if (role?.role !== 'MASTER' || role.epoch !== master.epoch)
      return this.decide({ role: 'MASTER', epoch: master.epoch, set })
    if (set.syncStateSetEpoch <= role.set.syncStateSetEpoch) return
    this.role = { ...role, set }
    this.setChanged.emit(set)
  }

  private decide(role: DecidedRole): void {
    this.role = role
    this.decided.emit(role)
  }

  /** One heartbeat, and what comes with it. Never rejects. */
  readonly beat = oneAtATime(async () => {
    if (this.isStopped) return
    try {
      await this.beatOnce()
      if (this.isAway) this.deps.log.info('the controller answers again')
      this.isAway = false
    } catch (error) {
      if (this.isStopped) return
      this.isRegistered = false
      const reason = error instanceof Error ? error.message : String(error)
      if (!this.isAway) this.deps.log.warn(`the controller does not answer: ${reason}; roles stay as they are`) // prettier-ignore
      this.isAway = true
    }
  })

  private async beatOnce(): Promise<void> {
    const { clock, api, address, config, figures } = this.deps
    const brokerId = this.brokerId ?? (await this.applyForId())
    if (!this.isRegistered) await api.registerBroker(brokerId, address)
    this.isRegistered = true
    const sentAt = clock.monotonic()
    await api.heartbeat(brokerId, address, figures(), config.sendHeartbeatTimeoutMillis)
    this.heardAt = sentAt
    const info = await api.replicaInfo()
    if (info.master) this.waitsSince = undefined
    this.hear(info.master ? info : ((await this.elect(brokerId)) ?? info))
  }

  /** Undefined while nobody of those who may is there. */
  private async elect(brokerId: number): Promise<MasterInfo | undefined> {
    const { clock, log, config, api } = this.deps
    this.waitsSince ??= clock.monotonic()
    const isFirst = this.role === undefined && config.brokerRole === 'SLAVE'
    if (isFirst && clock.monotonic() - this.waitsSince < SLAVE_ELECTS_AFTER_MS) return undefined
    try {
      return await api.electMaster(brokerId)
    } catch (error) {
      if (!(error instanceof RemotingError)) throw error
      log.debug(`no master is elected: ${error.remark}`)
      return undefined
    }
  }

  /** Java: getNextBrokerId, createTempMetadataFile, applyBrokerId, createMetadataFileAndDeleteTemp. */
  private async applyForId(): Promise<number> {
    const { api, metadata, config, address, clock, log } = this.deps
    const { brokerClusterName: clusterName, brokerName } = config
    const names = { clusterName, brokerName }
    if (!metadata.current) {
      const brokerId = await api.getNextBrokerId()
      metadata.keep({ ...names, brokerId, registerCheckCode: `${address};${clock.wall()}` })
    }
    const { brokerId = 0, registerCheckCode = '' } = metadata.current ?? {}
    try {
      await api.applyBrokerId(brokerId, registerCheckCode)
    } catch (error) {
      // Another broker was quicker: the next beat asks for the next one.
      if (error instanceof RemotingError) metadata.keep(undefined)
      throw error
    }
    metadata.keep({ ...names, brokerId })
    log.info(`this broker is ${brokerName}:${brokerId} to the controller`)
    return brokerId
  }
}
