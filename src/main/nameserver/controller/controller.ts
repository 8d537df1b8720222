/**
 * Keeps one master per broker set and epoch. Decisions are made one after the other, and each is on disk before anybody
 * hears of it: whoever stops the controller anywhere finds no two masters of one epoch. Java: DLedgerController,
 * ControllerManager; without Raft, since there is one controller.
 */
import type { RealTime } from '../../base/clock'
import type { Log } from '../../base/log'
import type { Collection } from '../../meta/collection'
import type { BrokerSetDoc } from '../../meta/controllerMeta'
import type { ReplicasInfo, SyncStateSet } from '../../protocol/bodies/controller'
import { ResponseCode } from '../../protocol/codes/responseCode'
import type { Decoded } from '../../protocol/header'
import type * as headers from '../../protocol/headers/controller'
import { RemotingError } from '../../protocol/remotingCommand'
import { BrokerHeartbeatManager, type BrokerHeartbeat, type BrokerIdentity } from './brokerHeartbeatManager' // prettier-ignore
import { applyBrokerId, cleanBrokerData, getNextBrokerId } from './brokerIds'
import { applyEvent, hasBroker, type BrokerSet, type ControllerEvent } from './brokerSet'
import type { ControllerConfig } from './controllerConfig'
import type { ControllerResult } from './controllerResult'
import { elect, type BrokerLiveness, type ElectOptions } from './electPolicy'
import {
  alterSyncStateSet,
  electMaster,
  getReplicaInfo,
  registerBroker,
  replicasInfoOf
} from './replicasInfoManager'
import { roleChangeOf, type NotifyBroker } from './roleChange'

type Header<N extends keyof typeof headers> = Decoded<(typeof headers)[N]>

/** Requests that wait for those before them; the next one is answered SYSTEM_BUSY. Java: EventScheduler's queue. */
export const MAX_WAITING_REQUESTS = 1024

interface Deps {
  clock: Pick<RealTime, 'monotonic'>
  log: Log
  config: Readonly<ControllerConfig>
  stored: Pick<Collection<BrokerSetDoc>, 'all' | 'get' | 'put' | 'remove'>
  notify: NotifyBroker
}

export class Controller {
  private readonly table: Map<string, BrokerSet>
  private readonly heartbeats: BrokerHeartbeatManager
  private last: Promise<unknown> = Promise.resolve()
  private waiting = 0
  private isStopped = false

  /** Masters of before have `gantryControllerMasterGrace` to be heard of. */
  constructor(private readonly deps: Deps) {
    this.table = new Map(deps.stored.all())
    this.heartbeats = new BrokerHeartbeatManager(deps.clock)
    for (const set of this.table.values()) this.awaitMaster(set)
  }

  alterSyncStateSet(
    header: Header<'AlterSyncStateSetRequestHeader'>,
    asked: SyncStateSet
  ): Promise<ControllerResult<Header<'AlterSyncStateSetResponseHeader'>>> {
    return this.decide(header.brokerName, (set, liveness) =>
      alterSyncStateSet(set, header, asked, liveness)
    )
  }

  /** A new master is announced to all who are there. */
  electMaster(
    header: Header<'ElectMasterRequestHeader'>
  ): Promise<ControllerResult<Header<'ElectMasterResponseHeader'>>> {
    return this.decide(header.brokerName, (set, liveness) =>
      electMaster(set, header, liveness, this.deps.config.enableElectUncleanMaster)
    )
  }

  registerBroker(
    header: Header<'RegisterBrokerToControllerRequestHeader'>
  ): Promise<ControllerResult<Header<'RegisterBrokerToControllerResponseHeader'>>> {
    return this.decide(header.brokerName, (set, liveness) => registerBroker(set, header, liveness))
  }

  applyBrokerId(
    header: Header<'ApplyBrokerIdRequestHeader'>
  ): Promise<ControllerResult<Header<'ApplyBrokerIdResponseHeader'>>> {
    return this.decide(header.brokerName, (set) => applyBrokerId(set, header, this.table.size))
  }

  cleanBrokerData(
    header: Header<'CleanControllerBrokerDataRequestHeader'>
  ): Promise<ControllerResult<undefined>> {
    return this.decide(header.brokerName, (set, liveness) => cleanBrokerData(set, header, liveness))
  }

  getNextBrokerId(
    header: Header<'GetNextBrokerIdRequestHeader'>
  ): ControllerResult<Header<'GetNextBrokerIdResponseHeader'>> {
    return getNextBrokerId(this.table.get(header.brokerName), header)
  }

  getReplicaInfo(brokerName: string): ControllerResult<Header<'GetReplicaInfoResponseHeader'>> {
    return getReplicaInfo(this.table.get(brokerName))
  }

  /** Of those that are known here. */
  getSyncStateData(brokerNames: readonly string[]): Map<string, ReplicasInfo> {
    const known = brokerNames.flatMap((brokerName) => this.table.get(brokerName) ?? [])
    return new Map(known.map((set) => [set.brokerName, replicasInfoOf(set, this.livenessOf(set))]))
  }

  /**
   * Only of brokers that have an id. One that comes (back) may be what its set waited for; else it is told who is
   * master, which it may have missed.
   */
  onBrokerHeartbeat(heartbeat: BrokerHeartbeat, channel: object): void {
    const { brokerName, brokerId, clusterName } = heartbeat
    const set = this.table.get(brokerName)
    if (set?.clusterName !== clusterName || !hasBroker(set, brokerId)) return
    if (!this.heartbeats.onBrokerHeartbeat(heartbeat, channel)) return
    this.deps.log.info(`${brokerName}:${brokerId} is there`)
    void this.onBrokerActive(brokerName, brokerId)
  }

  onChannelClose(channel: object): void {
    if (this.isStopped) return
    for (const identity of this.heartbeats.onChannelClose(channel))
      this.onBrokerInactive(identity, 'its connection closed')
  }

  scanNotActiveBroker(): void {
    const periodMs = this.deps.config.gantryControllerScanInterval
    for (const identity of this.heartbeats.scanNotActiveBroker(periodMs))
      this.onBrokerInactive(identity, 'it stopped beating')
  }

  /** Java: scanNeedReelectBrokerSets. */
  scanInactiveMaster(): void {
    // What waits for the disk may settle it; the next look comes soon.
    if (this.waiting > 0) return
    for (const [brokerName, set] of this.table)
      if (this.needsElection(set)) void this.triggerElectMaster(brokerName)
  }

  /** From here on nobody is missed: that connections close says nothing. Resolves when what was asked is decided. */
  async stop(): Promise<void> {
    this.isStopped = true
    await this.settled()
  }

  /** Resolves when what was asked so far is decided. */
  async settled(): Promise<void> {
    for (let last; last !== this.last; await last) last = this.last
  }

  private async onBrokerActive(brokerName: string, brokerId: number): Promise<void> {
    await this.triggerElectMaster(brokerName)
    const set = this.table.get(brokerName)
    if (set) this.tell(set, [brokerId])
  }

  private onBrokerInactive({ brokerName, brokerId }: BrokerIdentity, why: string): void {
    this.deps.log.warn(`${brokerName}:${brokerId} is gone: ${why}`)
    if (this.table.get(brokerName)?.masterBrokerId === brokerId)
      void this.triggerElectMaster(brokerName, brokerId)
  }

  /** `lostMaster`: also where nobody is there to be elected it has to be noted that it is gone. */
  private async triggerElectMaster(brokerName: string, lostMaster?: number): Promise<void> {
    const { log, config } = this.deps
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await this.serially(() => this.reelect(brokerName, lostMaster))
        if (result?.code === ResponseCode.CONTROLLER_MASTER_NOT_AVAILABLE)
          log.warn(`${brokerName} has no master: nobody of its sync-state set is there`)
        return
      } catch (error) {
        log.error(`${brokerName}: attempt ${attempt} to elect a master failed`, error)
        if (attempt >= config.electMasterMaxRetryCount) return
      }
    }
  }

  /** Only where it is needed when its turn has come: requests before it may have settled it. */
  private async reelect(
    brokerName: string,
    lostMaster: number | undefined
  ): Promise<ControllerResult<unknown> | undefined> {
    const set = this.table.get(brokerName)
    if (!set) return undefined
    const isLost =
      lostMaster !== undefined &&
      set.masterBrokerId === lostMaster &&
      !this.livenessOf(set).isMasterActive(lostMaster)
    if (!isLost && !this.needsElection(set)) return undefined
    const { clusterName } = set
    const isUnclean = this.deps.config.enableElectUncleanMaster
    return this.decideNow(brokerName, (known, liveness) =>
      electMaster(known, { clusterName, brokerName }, liveness, isUnclean)
    )
  }

  /** Its master is away, or it has none, and somebody is there. A first master is elected only when a broker asks. */
  private needsElection(set: BrokerSet): boolean {
    const { masterBrokerId, masterEpoch, brokers } = set
    const liveness = this.livenessOf(set)
    if (masterEpoch === 0) return false
    if (masterBrokerId === undefined) return elect(set, liveness, this.electOptions()) !== undefined
    if (liveness.isMasterActive(masterBrokerId)) return false
    return brokers.some(({ brokerId }) => liveness.isBrokerActive(brokerId))
  }

  private electOptions(): ElectOptions {
    const isUncleanAllowed = this.deps.config.enableElectUncleanMaster
    return { assignedBrokerId: undefined, isUncleanAllowed }
  }

  private async decide<H>(
    brokerName: string,
    judge: (set: BrokerSet | undefined, liveness: BrokerLiveness) => ControllerResult<H>
  ): Promise<ControllerResult<H>> {
    if (this.waiting >= MAX_WAITING_REQUESTS)
      throw new RemotingError(
        ResponseCode.SYSTEM_BUSY,
        `${this.waiting} requests wait for the controller's disk; try again`
      )
    return this.serially(() => this.decideNow(brokerName, judge))
  }

  private async decideNow<H>(
    brokerName: string,
    judge: (set: BrokerSet | undefined, liveness: BrokerLiveness) => ControllerResult<H>
  ): Promise<ControllerResult<H>> {
    const set = this.table.get(brokerName)
    const result = judge(set, this.heartbeats.of(set?.clusterName ?? '', brokerName))
    if (result.event) await this.commit(result.event)
    return result
  }

  private async commit(event: ControllerEvent): Promise<void> {
    const { brokerName } = event
    const { stored, log } = this.deps
    const next = applyEvent(this.table.get(brokerName), event)
    try {
      await (next ? stored.put(brokerName, next) : stored.remove(brokerName))
    } catch (error) {
      // Whether it is on disk is known only now; what is there counts.
      this.believe(brokerName, stored.get(brokerName))
      throw error
    }
    this.believe(brokerName, next)
    if (event.type !== 'ELECT_MASTER' || !next) return
    const master = event.newMasterBrokerId ?? 'nobody'
    log.info(`${brokerName}: master of epoch ${event.masterEpoch} is ${master}`)
    this.awaitMaster(next)
    this.tell(next, next.brokers.map((broker) => broker.brokerId)) // prettier-ignore
  }

  private believe(brokerName: string, set: BrokerSet | undefined): void {
    if (set) this.table.set(brokerName, set)
    else this.table.delete(brokerName)
  }

  /** Those of them who are there hear who is master, if anybody is. */
  private tell(set: BrokerSet, brokerIds: readonly number[]): void {
    const change = roleChangeOf(set)
    if (!change || !this.deps.config.notifyBrokerRoleChanged) return
    const liveness = this.livenessOf(set)
    for (const { brokerId, brokerAddress } of set.brokers)
      if (brokerIds.includes(brokerId) && liveness.isBrokerActive(brokerId))
        this.deps.notify(brokerAddress, change)
  }

  private awaitMaster({ clusterName, brokerName, masterBrokerId: brokerId }: BrokerSet): void {
    if (brokerId === undefined) return
    const graceMs = this.deps.config.gantryControllerMasterGrace
    this.heartbeats.await({ clusterName, brokerName, brokerId }, graceMs)
  }

  private livenessOf({ clusterName, brokerName }: BrokerSet): BrokerLiveness {
    return this.heartbeats.of(clusterName, brokerName)
  }

  private serially<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++
    const result = this.last.then(work)
    this.last = result.then(
      () => this.waiting--,
      () => this.waiting--
    )
    return result
  }
}
