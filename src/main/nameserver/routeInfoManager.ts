import type { RealTime } from '../base/clock'
import type { Log } from '../base/log'
import { sameDataVersion, type DataVersion } from '../protocol/bodies/dataVersion'
import type { QueueData } from '../protocol/bodies/route'
import type { TopicConfig, TopicConfigSerializeWrapper } from '../protocol/bodies/topicConfig'
import { ResponseCode } from '../protocol/codes/responseCode'
import { PERM_READ, PERM_WRITE } from '../protocol/permName'
import { RemotingError } from '../protocol/remotingCommand'
import type { NamesrvConfig } from './namesrvConfig'
import { MAX_TOPICS, queueDataOf, TopicQueueTable } from './topicQueueTable'

/** A broker that neither registers nor beats for so long is gone. Java: DEFAULT_BROKER_CHANNEL_EXPIRED_TIME. */
export const BROKER_EXPIRED_MS = 120_000

/** Broker names one nameserver holds; the next one is refused. */
export const MAX_BROKER_NAMES = 10_000

export const MASTER_ID = 0

/** Brokers of one name: master and slaves. Java: BrokerData. */
interface BrokerEntry {
  cluster: string
  brokerName: string
  brokerAddrs: Map<number, string>
  enableActingMaster: boolean
}

/** Java: BrokerLiveInfo. */
interface BrokerLiveInfo {
  clusterName: string
  brokerAddr: string
  brokerName: string
  brokerId: number
  /** Monotonic. */
  lastUpdateAt: number
  timeoutMs: number
  dataVersion: DataVersion
  haServerAddr: string | undefined
  /** The connection it registered over; when that closes the registration goes with it. */
  channel: object
}

export interface BrokerRegistration {
  clusterName: string
  brokerAddr: string
  brokerName: string
  brokerId: number
  haServerAddr?: string | undefined
  /** Absent: BROKER_EXPIRED_MS. */
  timeoutMs?: number | undefined
  /** Absent: a 4.x broker. */
  enableActingMaster?: boolean | undefined
  topicConfigWrapper: TopicConfigSerializeWrapper
  channel: object
}

export type BrokerIdentity = Pick<
  BrokerRegistration,
  'clusterName' | 'brokerAddr' | 'brokerName' | 'brokerId'
>

/** A broker as answers show it. */
export interface BrokerDataView {
  /** Broker id to address. */
  brokerAddrs: Record<string, string>
  brokerName: string
  cluster: string
  enableActingMaster: boolean
}

export interface TopicRoute {
  brokerDatas: BrokerDataView[]
  queueDatas: QueueData[]
}

interface Deps {
  clock: RealTime
  log: Log
  config: Pick<NamesrvConfig, 'deleteTopicWithBrokerRegistration' | 'supportActingMaster'>
}

const liveKey = (clusterName: string, brokerAddr: string): string => `${clusterName}\n${brokerAddr}`

const lowestId = (addrs: ReadonlyMap<number, string>): number => Math.min(...addrs.keys())

const viewOf = (entry: BrokerEntry): BrokerDataView => ({
  brokerAddrs: Object.fromEntries(entry.brokerAddrs),
  brokerName: entry.brokerName,
  cluster: entry.cluster,
  enableActingMaster: entry.enableActingMaster
})

/** Which brokers live where and which topics they serve: pure tables. Java: RouteInfoManager. */
export class RouteInfoManager {
  readonly topics = new TopicQueueTable()
  private readonly brokerAddrTable = new Map<string, BrokerEntry>()
  private readonly clusterAddrTable = new Map<string, Set<string>>()
  private readonly brokerLiveTable = new Map<string, BrokerLiveInfo>()

  constructor(private readonly deps: Deps) {}

  /**
   * The master's addresses, told to a slave.
   * @throws RemotingError SYSTEM_ERROR when a broker unknown so far comes with a single topic: its whole table must
   * come first, or the others would stay unknown until its next round.
   */
  registerBroker(broker: BrokerRegistration): { haServerAddr?: string; masterAddr?: string } {
    const { clusterName, brokerAddr, brokerName, brokerId, topicConfigWrapper } = broker
    const known = this.brokerAddrTable.get(brokerName)
    this.refuseBeyondLimits(broker, known)
    if (
      known?.brokerAddrs.get(brokerId) === undefined &&
      topicConfigWrapper.topicConfigTable.size === 1
    )
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `broker ${brokerName}:${brokerId} at ${brokerAddr} is not registered here; it must register with all its topics first`
      )
    const entry = known ?? this.addBrokerName(clusterName, brokerName)
    this.clusterNames(clusterName).add(brokerName)
    entry.enableActingMaster = broker.enableActingMaster ?? false
    // A slave that became master (or the other way round) has one place only.
    for (const [id, addr] of entry.brokerAddrs)
      if (addr === brokerAddr && id !== brokerId) entry.brokerAddrs.delete(id)
    const holder = this.liveHolder(clusterName, entry, broker)
    if (holder && holder.dataVersion.stateVersion > topicConfigWrapper.dataVersion.stateVersion) {
      this.deps.log.warn(
        `${brokerName}:${brokerId} at ${brokerAddr} is ignored: ${holder.brokerAddr} holds that id with a newer state version`
      )
      this.brokerLiveTable.delete(liveKey(clusterName, brokerAddr))
      return {}
    }
    const registersFirst = entry.brokerAddrs.get(brokerId) === undefined
    entry.brokerAddrs.set(brokerId, brokerAddr)
    if (registersFirst)
      this.deps.log.info(`${brokerName}:${brokerId} of ${clusterName} registered at ${brokerAddr}`)
    this.takeTopics(broker, entry, registersFirst)
    this.brokerLiveTable.set(liveKey(clusterName, brokerAddr), {
      clusterName,
      brokerAddr,
      brokerName,
      brokerId,
      lastUpdateAt: this.deps.clock.monotonic(),
      timeoutMs: broker.timeoutMs ?? BROKER_EXPIRED_MS,
      dataVersion: topicConfigWrapper.dataVersion,
      haServerAddr: broker.haServerAddr,
      channel: broker.channel
    })
    return brokerId === MASTER_ID ? {} : this.masterOf(clusterName, entry)
  }

  /** Removes an address; a broker name without addresses leaves its cluster and all topics. */
  unregisterBroker({ clusterName, brokerAddr, brokerName }: BrokerIdentity): void {
    const wasLive = this.brokerLiveTable.delete(liveKey(clusterName, brokerAddr))
    const entry = this.brokerAddrTable.get(brokerName)
    if (!entry) return
    for (const [id, addr] of entry.brokerAddrs)
      if (addr === brokerAddr) entry.brokerAddrs.delete(id)
    if (wasLive) this.deps.log.info(`${brokerName} at ${brokerAddr} left ${clusterName}`)
    if (entry.brokerAddrs.size > 0) {
      if (entry.enableActingMaster && !entry.brokerAddrs.has(MASTER_ID))
        this.topics.changePerm(brokerName, (perm) => perm & ~PERM_WRITE)
      return
    }
    this.brokerAddrTable.delete(brokerName)
    for (const [cluster, names] of this.clusterAddrTable)
      if (names.delete(brokerName) && names.size === 0) this.clusterAddrTable.delete(cluster)
    this.topics.removeBroker(brokerName)
  }

  /** The connection is gone: whoever registered over it is dropped at once. Java: onChannelDestroy. */
  onChannelDestroy(channel: object): void {
    for (const live of [...this.brokerLiveTable.values()])
      if (live.channel === channel) this.unregisterBroker(live)
  }

  /** Drops the brokers whose time is over; returns their connections, which should be closed. */
  scanNotActiveBroker(): object[] {
    const now = this.deps.clock.monotonic()
    const expired = [...this.brokerLiveTable.values()].filter(
      (live) => now - live.lastUpdateAt > live.timeoutMs
    )
    for (const live of expired) {
      this.deps.log.warn(
        `${live.brokerName} at ${live.brokerAddr} did not register for ${live.timeoutMs} ms and is dropped`
      )
      this.unregisterBroker(live)
    }
    return expired.map((live) => live.channel)
  }

  /** BROKER_HEARTBEAT: only the lease is renewed; unknown brokers are ignored. */
  touch(clusterName: string, brokerAddr: string): void {
    const live = this.brokerLiveTable.get(liveKey(clusterName, brokerAddr))
    if (live) live.lastUpdateAt = this.deps.clock.monotonic()
  }

  /** The version a broker last registered with. */
  dataVersionOf(clusterName: string, brokerAddr: string): DataVersion | undefined {
    return this.brokerLiveTable.get(liveKey(clusterName, brokerAddr))?.dataVersion
  }

  /** Undefined when nobody serves the topic. Java: pickupTopicRouteData. */
  route(topic: string): TopicRoute | undefined {
    const queueDatas = this.topics.queueDatas(topic)
    const brokerDatas = queueDatas.flatMap(({ brokerName }) => {
      const entry = this.brokerAddrTable.get(brokerName)
      return entry ? [viewOf(entry)] : []
    })
    if (brokerDatas.length === 0) return undefined
    if (this.deps.config.supportActingMaster)
      for (const broker of brokerDatas) this.letSlaveAct(broker, queueDatas)
    return { brokerDatas, queueDatas }
  }

  brokers(): BrokerDataView[] {
    return [...this.brokerAddrTable.values()].map(viewOf)
  }

  broker(brokerName: string): BrokerDataView | undefined {
    const entry = this.brokerAddrTable.get(brokerName)
    return entry && viewOf(entry)
  }

  /** Cluster to its broker names. */
  clusters(): [string, string[]][] {
    return [...this.clusterAddrTable].map(([cluster, names]) => [cluster, [...names]])
  }

  brokerNamesOf(clusterName: string): string[] {
    return [...(this.clusterAddrTable.get(clusterName) ?? [])]
  }

  topicsOfCluster(clusterName: string): string[] {
    const topics = new Set<string>()
    for (const brokerName of this.brokerNamesOf(clusterName))
      for (const topic of this.topics.topicsOfBroker(brokerName)) topics.add(topic)
    return [...topics]
  }

  /** In memory only: the broker's next changed registration overwrites it. */
  wipeWritePermOfBroker(brokerName: string): number {
    return this.topics.changePerm(brokerName, (perm) => perm & ~PERM_WRITE)
  }

  addWritePermOfBroker(brokerName: string): number {
    return this.topics.changePerm(brokerName, () => PERM_READ | PERM_WRITE)
  }

  /** Java: registerTopic; stops at the first broker nobody registered. */
  registerTopic(topic: string, queueDatas: readonly QueueData[]): void {
    this.refuseTooManyTopics(this.topics.has(topic) ? 0 : 1)
    for (const data of queueDatas) {
      if (!this.brokerAddrTable.has(data.brokerName)) {
        this.deps.log.warn(`${topic}: broker ${data.brokerName} is not registered here`)
        return
      }
      this.topics.put(topic, data)
    }
  }

  private refuseBeyondLimits(broker: BrokerRegistration, known: BrokerEntry | undefined): void {
    if (!known && this.brokerAddrTable.size >= MAX_BROKER_NAMES)
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `this nameserver holds ${MAX_BROKER_NAMES} brokers and takes no more; unregister some first`
      )
    let added = 0
    for (const topic of broker.topicConfigWrapper.topicConfigTable.keys())
      if (!this.topics.has(topic)) added++
    this.refuseTooManyTopics(added)
  }

  private refuseTooManyTopics(added: number): void {
    if (this.topics.size + added > MAX_TOPICS)
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `this nameserver holds ${this.topics.size} topics and takes at most ${MAX_TOPICS}; delete some first`
      )
  }

  private addBrokerName(cluster: string, brokerName: string): BrokerEntry {
    const entry = {
      cluster,
      brokerName,
      brokerAddrs: new Map<number, string>(),
      enableActingMaster: false
    }
    this.brokerAddrTable.set(brokerName, entry)
    return entry
  }

  private clusterNames(clusterName: string): Set<string> {
    let names = this.clusterAddrTable.get(clusterName)
    if (!names) this.clusterAddrTable.set(clusterName, (names = new Set<string>()))
    return names
  }

  /** Another address that holds the same name and id. */
  private liveHolder(
    clusterName: string,
    entry: BrokerEntry,
    { brokerId, brokerAddr }: BrokerRegistration
  ): BrokerLiveInfo | undefined {
    const holder = entry.brokerAddrs.get(brokerId)
    if (holder === undefined || holder === brokerAddr) return undefined
    return this.brokerLiveTable.get(liveKey(clusterName, holder))
  }

  /** Only the master's topics count, or those of the slave that acts for it. */
  private takeTopics(
    broker: BrokerRegistration,
    entry: BrokerEntry,
    registersFirst: boolean
  ): void {
    const { clusterName, brokerAddr, brokerName, brokerId, topicConfigWrapper } = broker
    const isPrimeSlave =
      broker.enableActingMaster !== undefined &&
      brokerId !== MASTER_ID &&
      brokerId === lowestId(entry.brokerAddrs)
    if (brokerId !== MASTER_ID && !isPrimeSlave) return
    const table = topicConfigWrapper.topicConfigTable
    if (this.deps.config.deleteTopicWithBrokerRegistration)
      for (const topic of this.topics.topicsOfBroker(brokerName))
        if (!table.has(topic)) this.topics.deleteTopic(topic, [brokerName])
    const before = this.dataVersionOf(clusterName, brokerAddr)
    const isChanged =
      registersFirst || !before || !sameDataVersion(before, topicConfigWrapper.dataVersion)
    const readOnly = isPrimeSlave && entry.enableActingMaster
    for (const [topic, config] of table)
      if (isChanged || !this.topics.has(topic, brokerName))
        this.topics.put(topic, queueDataOf(brokerName, readOnly ? withoutWrite(config) : config))
  }

  private masterOf(
    clusterName: string,
    entry: BrokerEntry
  ): { haServerAddr?: string; masterAddr?: string } {
    const masterAddr = entry.brokerAddrs.get(MASTER_ID)
    const live =
      masterAddr === undefined
        ? undefined
        : this.brokerLiveTable.get(liveKey(clusterName, masterAddr))
    if (!live) return {}
    return {
      masterAddr: live.brokerAddr,
      ...(live.haServerAddr !== undefined && { haServerAddr: live.haServerAddr })
    }
  }

  /** Clients look for id 0: the lowest slave is shown under it while the topic is read-only there. */
  private letSlaveAct(broker: BrokerDataView, queueDatas: readonly QueueData[]): void {
    const entry = this.brokerAddrTable.get(broker.brokerName)
    if (!entry?.enableActingMaster || entry.brokerAddrs.has(MASTER_ID)) return
    const queueData = queueDatas.find((data) => data.brokerName === broker.brokerName)
    if (!queueData || (queueData.perm & PERM_WRITE) !== 0) return
    const addrs = new Map(entry.brokerAddrs)
    const id = lowestId(addrs)
    const acting = addrs.get(id)
    if (acting === undefined) return
    addrs.delete(id)
    broker.brokerAddrs = { [MASTER_ID]: acting, ...Object.fromEntries(addrs) }
  }
}

const withoutWrite = (config: TopicConfig): TopicConfig => ({
  ...config,
  perm: config.perm & ~PERM_WRITE
})
