/** Every manager and service of a broker besides its features. A list: what each needs is named by its own Deps. */
import type { Closers } from '../base/closers'
import { Disposables } from '../base/disposable'
import { MessageClientIDSetter } from '../protocol/message/messageClientIDSetter'
import { RemotingClient } from '../remoting/client'
import { Broker2Client } from './broker2Client'
import type { LiveBrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'
import { BrokerOuterAPI } from './brokerOuterAPI'
import { BrokerRuntimeInfo } from './brokerRuntimeInfo'
import type { BrokerServer } from './brokerServer'
import { BrokerStats } from './brokerStats'
import { BrokerStatsManager } from './brokerStatsManager'
import { ClientHousekeepingService } from './clientHousekeepingService'
import { ConsumerManager } from './consumerManager'
import { ConsumerOffsetManager } from './consumerOffsetManager'
import { DeadLetters } from './deadLetters'
import type { FeatureParts } from './features/brokerFeatures'
import { MessageWriter } from './features/messageWriter'
import { PropertyStamp } from './messageProperties'
import { OffsetMovedEvents } from './offsetMovedEvents'
import type { BrokerState } from './openBrokerState'
import { ProducerManager } from './producerManager'
import { PullCheck } from './pullCheck'
import { PullRequestHoldService } from './pullRequestHoldService'
import { RebalanceLockManager } from './rebalanceLockManager'
import type { BrokerOptions } from './runningBroker'
import { SendCheck } from './sendCheck'
import { SubscriptionGroupManager } from './subscriptionGroupManager'
import { MessageTrace } from './trace/messageTrace'
import { TrafficTail } from './trafficTail'

interface Parts {
  options: BrokerOptions
  live: LiveBrokerConfig
  identity: BrokerIdentity
  state: BrokerState
  server: BrokerServer
  closers: Closers
}

export interface BrokerServices extends FeatureParts {
  days: BrokerStats
  tail: TrafficTail
  runtimeInfo: BrokerRuntimeInfo
  /** What stops before the store closes. */
  services: Disposables
  /** Writes the newest consumer offsets and ends their writer; a full disk is logged, not thrown. */
  stopOffsets: () => Promise<void>
}

export const brokerServices = (parts: Parts): BrokerServices => {
  const { options, live, identity, state, server, closers } = parts
  const { clock, disk, random, log, folder } = options
  const { config } = live
  const { real } = clock
  const { meta, topics, store } = state
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
  const runtimeInfo = new BrokerRuntimeInfo({ clock, disk, config, identity, store, stats, days, heldPulls }) // prettier-ignore

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

  return {
    ...{ clock, disk, random, log, folder, config, live, identity, meta, store, topics },
    ...{ stats, days, tail, trace, groups, offsets, consumers, producers, locks, heldPulls },
    ...{ nameservers, broker2Client, runtimeInfo, services, stopOffsets },
    sendCheck: new SendCheck({ clock, config, identity, topics, groups }),
    pullCheck: new PullCheck({ config, identity, topics, groups, consumers }),
    deadLetters: new DeadLetters({ topics, groups, locks }),
    offsetMoved: new OffsetMovedEvents({ clock, log, identity, store }),
    stamp: new PropertyStamp(config, identity),
    writer: new MessageWriter(store),
    ids: new MessageClientIDSetter(clock, random, identity.storeHost.ip, process.pid),
    onReport: (report) => options.onReport(report),
    onPropertiesChanged: (changed) => options.onPropertiesChanged(changed)
  }
}
