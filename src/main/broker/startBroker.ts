import { join } from 'node:path'
import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'
import { Disposables, type Disposable } from '../base/disposable'
import type { Lines } from '../base/faultyLines'
import type { Log } from '../base/log'
import type { Random } from '../base/random'
import { endOfTurn } from '../base/turn'
import { openBrokerMeta } from '../meta/brokerMeta'
import { formatHost, hostAddress } from '../protocol/message/host'
import { MessageClientIDSetter } from '../protocol/message/messageClientIDSetter'
import { RemotingClient } from '../remoting/client'
import { dispatcher } from '../remoting/route'
import type { StoreStats } from '../store/messageStore'
import { ofMemory, type StoreLimits } from '../store/limits'
import { openMessageStore } from '../store/openMessageStore'
import { judgeStoreFormat } from '../store/storeFormat'
import type { BrokerRole, BrokerStorage, TailBatch } from '../../shared/views'
import { Broker2Client } from './broker2Client'
import { LiveBrokerConfig, type BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'
import { BrokerOuterAPI } from './brokerOuterAPI'
import { PropertyStamp } from './messageProperties'
import type { BrokerReport } from './brokerReport'
import { brokerRoutes, type BrokerParts } from './brokerRoutes'
import { BrokerRuntimeInfo } from './brokerRuntimeInfo'
import { BrokerServer } from './brokerServer'
import { BrokerStats } from './brokerStats'
import { BrokerStatsManager } from './brokerStatsManager'
import { ClientHousekeepingService } from './clientHousekeepingService'
import { ConsumerManager } from './consumerManager'
import { ConsumerOffsetManager } from './consumerOffsetManager'
import { DeadLetters } from './deadLetters'
import { brokerFeatures } from './features/brokerFeatures'
import { MessageWriter } from './features/messageWriter'
import { OffsetMovedEvents } from './offsetMovedEvents'
import { ProducerManager } from './producerManager'
import { PullCheck } from './pullCheck'
import { PullRequestHoldService } from './pullRequestHoldService'
import { RebalanceLockManager } from './rebalanceLockManager'
import { SendCheck } from './sendCheck'
import { SubscriptionGroupManager } from './subscriptionGroupManager'
import { TopicConfigManager } from './topicConfigManager'
import { TopicTable } from './topicTable'
import { MessageTrace } from './trace/messageTrace'
import { TrafficTail } from './trafficTail'

export interface BrokerOptions {
  clock: Clock
  disk: Disk
  random: Random
  log: Log
  /** This broker's own data folder, absolute. */
  folder: string
  /** Address to bind. */
  host: string
  /**
   * Broker properties by RocketMQ's names (`brokerProperties`); absent ones take their default. `listenPort` 0 takes
   * any free port; `namesrvAddr` is separated by `;`.
   */
  properties: Readonly<Record<string, string>>
  /** Also listen on listenPort - 2; only when a listenPort is given. */
  vipChannel: boolean
  onReport(report: BrokerReport): void
  /** Its connections, accepted and opened; a test or a fault may disturb them. */
  lines?: Lines | undefined
  /** Bounds of the store that are no property; tests shrink them. */
  storeLimits?: Partial<StoreLimits>
  /** A client changed properties over the wire (UPDATE_BROKER_CONFIG); the owner keeps them for the next start. */
  onPropertiesChanged(changed: Readonly<Record<string, string>>): void
}

/** Counters since the start. */
export interface TrafficCounters {
  produced: number
  producedBytes: number
  consumed: number
  consumedBytes: number
  /** Messages per second over the last ten seconds. */
  produceTps: number
  consumeTps: number
  /** Since midnight, without what system topics hold. */
  producedToday: number
  consumedToday: number
}

export interface RunningBroker {
  /** Advertised `brokerIP1:port`. */
  readonly address: string
  readonly port: number
  readonly cluster: string
  readonly name: string
  readonly brokerId: number
  readonly role: BrokerRole
  /** By the machine's clock. */
  readonly bootTimestamp: number
  /** Monotonic time of the last byte from or to a client. */
  lastActiveAt(): number
  traffic(): TrafficCounters
  /** What the store takes of its disk, and whether it takes messages. */
  storage(): BrokerStorage
  /** Samples passing messages while at least one listener is there; costs nothing otherwise. */
  openTail(listener: (batch: TailBatch) => void): Disposable
  /** Current value of every property. */
  properties(): ReadonlyMap<string, string>
  /** Unregisters, answers what is queued, flushes and closes. */
  stop(): Promise<void>
}

/** What closes again, newest first, when a later step fails and on stop. */
class Closers {
  private readonly closers: (() => void | Promise<void>)[] = []

  add(close: () => void | Promise<void>): void {
    this.closers.push(close)
  }

  async closeAll(): Promise<void> {
    for (let close = this.closers.pop(); close; close = this.closers.pop()) await close()
  }
}

/** Opens its folder, serves, and registers with its nameservers. @throws Node's error for a port in use, before anything is written. */
export const startBroker = async (options: BrokerOptions): Promise<RunningBroker> => {
  const closers = new Closers()
  try {
    return await start(options, closers)
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

const start = async (options: BrokerOptions, closers: Closers): Promise<RunningBroker> => {
  const { clock, disk, random, log, folder, host } = options
  const { real } = clock
  const onReport = (report: BrokerReport): void => options.onReport(report)
  const live = new LiveBrokerConfig(options.properties)
  const { config } = live
  const server = new BrokerServer({ clock: real, log, host, listenPort: config.listenPort, vipChannel: options.vipChannel, lines: options.lines }) // prettier-ignore
  closers.add(() => server.close())
  const port = await server.listen()
  live.set({ listenPort: String(port), storePathRootDir: folder })
  const identity = identityOf(config, clock.now())
  const bootTimestamp = real.wall()

  // Before the metadata is opened, which writes: a newer store is refused with not a byte changed.
  judgeStoreFormat(disk, join(folder, 'store'))
  disk.mkdirp(join(folder, 'store'))
  const meta = await openBrokerMeta({
    ...{ disk, clock, log: log.child('meta'), folder: join(folder, 'meta') },
    onReport: (report) => onReport({ kind: 'meta', report })
  })
  closers.add(() => meta.close())
  const table = new TopicTable({
    meta,
    onAdopted: (topic, queueNums) => {
      log.warn(`the settings of ${topic} were lost; its messages brought it back with ${queueNums} queues`) // prettier-ignore
      onReport({ kind: 'topic-adopted', topic, queueNums })
    }
  })
  await table.finishDeletions()
  const topics = new TopicConfigManager({ clock, log, config, identity, table, kv: meta.kv })
  await topics.createSystemTopics()
  const store = await openMessageStore({
    ...{ disk, clock, log: log.child('store'), folder: join(folder, 'store'), config },
    registry: table,
    onReport: (report) => onReport({ kind: 'store', report }),
    limits: {
      hotTailBytes: config.gantryHotTailBytes,
      consumeQueuePages: config.gantryConsumeQueuePages,
      indexEntries: config.gantryIndexEntries,
      openFiles: config.gantryOpenFiles,
      accessMessageInMemoryBytes: ofMemory(config.accessMessageInMemoryMaxRatio),
      ...options.storeLimits
    }
  })
  closers.add(() => store.close())
  const { stats: storeStats } = store
  await table.endRecovery(() => store.endOfLog(), storeStats.minPhysicalOffset)

  const groups = new SubscriptionGroupManager({ clock, log, config, meta })
  const offsets = new ConsumerOffsetManager({ clock: real, log, config, meta })
  const consumers = new ConsumerManager(real)
  const producers = new ProducerManager(real)
  const locks = new RebalanceLockManager({ clock: real, config })
  const days = new BrokerStats({ clock, log, kv: meta.kv })
  const stats = new BrokerStatsManager({ clock, cluster: identity.cluster, days })
  const trace = new MessageTrace({
    ...{ clock, consumers, producers, bootTimestamp: identity.bootTimestamp },
    capacity: config.gantryTraceEvents
  })
  const tail = new TrafficTail({ clock: real, random, brokerName: identity.name, storeHost: identity.storeHost }) // prettier-ignore
  const heldPulls = new PullRequestHoldService({ clock: real, arrivals: store.arrivals, store })
  const client = new RemotingClient({ clock: real, log: log.child('outer'), lines: options.lines })
  closers.add(() => client.close())
  const nameservers = new BrokerOuterAPI({ clock: real, log, client, config, identity, topics })
  const broker2Client = new Broker2Client({ log, config })
  const housekeeping = new ClientHousekeepingService({ clock: real, log, config, consumers, producers, heldPulls, locks }) // prettier-ignore
  const sendCheck = new SendCheck({ clock, config, identity, topics, groups })
  const deadLetters = new DeadLetters({ topics, groups, locks })
  const pullCheck = new PullCheck({ config, identity, topics, groups, consumers })
  const runtimeInfo = new BrokerRuntimeInfo({
    clock,
    disk,
    config,
    identity,
    store,
    stats,
    days,
    heldPulls
  })
  const offsetMoved = new OffsetMovedEvents({ clock, log, identity, store })
  const stamp = new PropertyStamp(config, identity)
  const writer = new MessageWriter(store)
  const ids = new MessageClientIDSetter(clock, random, identity.storeHost.ip, process.pid)

  const services = new Disposables()
  closers.add(() => services.dispose())
  services.add(consumers.idsChanged.on((change) => broker2Client.notifyConsumerIdsChanged(change)))
  services.add(server.disconnected.on((connection) => housekeeping.onConnectionClosed(connection)))
  services.add(heldPulls.start())
  services.add(housekeeping.start())
  services.add(stats.start())
  services.add(offsets.moved.on((move) => trace.moved(move)))
  days.start()
  closers.add(() => days.stop())
  offsets.start()
  // On a full disk they cannot be kept: consumers get some messages again, and everything else closes all the same.
  const stopOffsets = (): Promise<void> =>
    offsets
      .stop()
      .catch((error: unknown) => log.error('the newest consumer offsets were not kept', error))
  closers.add(stopOffsets)

  const parts: BrokerParts = {
    ...{ clock, random, log, config, identity, store, stats, tail, trace, topics, groups, offsets },
    ...{ consumers, producers, locks, heldPulls, nameservers, sendCheck, pullCheck, stamp, ids },
    deadLetters,
    ...{ live, runtimeInfo, writer, offsetMoved, broker2Client },
    onPropertiesChanged: (changed) => options.onPropertiesChanged(changed)
  }
  const own = {
    clock,
    identity,
    store,
    topics,
    producers,
    stats,
    trace,
    writer,
    deadLetters,
    meta,
    disk,
    folder,
    broker2Client,
    nameservers,
    offsets,
    onReport
  }
  const features = brokerFeatures({ ...parts, ...own })
  writer.use(features.flatMap(({ beforePut }) => beforePut ?? []))
  runtimeInfo.use(features.flatMap((feature) => feature.runtimeInfo ?? []))
  for (const feature of features) if (feature.start) services.add(await feature.start())
  const routes = features.flatMap((feature) => feature.routes ?? [])
  server.serve(dispatcher([...brokerRoutes(parts), ...routes]))
  await nameservers.start()

  const stop = async (): Promise<void> => {
    await nameservers.stop()
    server.refuse()
    // The store answers what was sent to it before the connections close.
    services.dispose()
    await stopOffsets()
    await store.close()
    await new Promise<void>((resolve) => endOfTurn(resolve))
    await closers.closeAll()
  }
  let stopped: Promise<void> | undefined
  return {
    ...{ address: identity.address, port, cluster: identity.cluster, name: identity.name },
    ...{ brokerId: identity.brokerId, role: identity.role, bootTimestamp },
    lastActiveAt: () => server.lastActiveAt,
    traffic: () => trafficOf(stats, days.totals),
    storage: () => storageOf(storeStats, config),
    openTail: (listener) => tail.open(listener),
    properties: () => live.texts(),
    stop: () => (stopped ??= stop())
  }
}

const identityOf = (config: BrokerConfig, bootTimestamp: number): BrokerIdentity => {
  const { brokerIP1, listenPort } = config
  const storeHost = hostAddress(brokerIP1, listenPort)
  return {
    cluster: config.brokerClusterName,
    name: config.brokerName,
    brokerId: config.brokerId,
    role: config.brokerRole,
    address: formatHost(storeHost),
    storeHost,
    bootTimestamp
  }
}

const storageOf = (stats: StoreStats, config: BrokerConfig): BrokerStorage => {
  const { space, notWriteable, refusalCause, isRefusalPassing, earliestStoreTimestamp } = stats
  return {
    usedBytes: space.usedBytes,
    quotaBytes: space.quotaBytes,
    ...(space.freeBytes !== undefined && { freeBytes: space.freeBytes }),
    minFreeBytes: space.minFreeBytes,
    retention: {
      fileReservedTime: config.fileReservedTime,
      deleteWhen: config.deleteWhen,
      diskMaxUsedSpaceRatio: config.diskMaxUsedSpaceRatio,
      diskSpaceCleanForciblyRatio: config.diskSpaceCleanForciblyRatio,
      cleanFileForciblyEnable: config.cleanFileForciblyEnable
    },
    ...(earliestStoreTimestamp > 0 && { earliestStoreTimestamp }),
    ...(notWriteable !== undefined &&
      refusalCause !== undefined && {
        refusal: { cause: refusalCause, reason: notWriteable, isPassing: isRefusalPassing }
      })
  }
}

const trafficOf = (stats: BrokerStatsManager, day: BrokerStats['totals']): TrafficCounters => ({
  produced: stats.totals.put,
  producedBytes: stats.totals.putBytes,
  consumed: stats.totals.transferred,
  consumedBytes: stats.totals.transferredBytes,
  produceTps: stats.tps('put', 10),
  consumeTps: stats.tps('transferred', 10),
  producedToday: day.put - day.putTodayMorning,
  consumedToday: day.get - day.getTodayMorning
})
