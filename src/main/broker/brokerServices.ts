/** Every manager and service of a broker besides its features. A list: what each needs is named by its own Deps. */
import type { Closers } from '../base/closers'
import { Disposables } from '../base/disposable'
import { MessageClientIDSetter } from '../protocol/message/messageClientIDSetter'
import { RemotingClient } from '../remoting/client'
import { AuthenticationMetadataManager } from './auth/authenticationMetadataManager'
import { innerSigner } from './auth/innerSigner'
import { AuthorizationMetadataManager } from './auth/authorizationMetadataManager'
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
import type { BrokerReport } from './brokerReport'
import { MessageWriter } from './features/messageWriter'
import { PropertyStamp } from './messageProperties'
import { OffsetMovedEvents } from './offsetMovedEvents'
import type { BrokerState } from './openBrokerState'
import { ProducerManager } from './producerManager'
import { PullCheck } from './pullCheck'
import { PullFromWhere } from './pullFromWhere'
import { PullRequestHoldService } from './pullRequestHoldService'
import { RebalanceLockManager } from './rebalanceLockManager'
import type { BrokerOptions } from './runningBroker'
import { SendCheck } from './sendCheck'
import { SubscriptionGroupManager } from './subscriptionGroupManager'
import { TopicRemoval } from './topicRemoval'
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

/** All of it; a processor or feature is given what its own Deps name. */
export type BrokerServices = ReturnType<typeof brokerServices>

export const brokerServices = (parts: Parts) => {
  const { options, live, identity, state, server, closers } = parts
  const { clock, disk, random, log, folder } = options
  const { config } = live
  const { real } = clock
  const { meta, table, topics, store, accessMessageInMemoryBytes } = state
  const users = new AuthenticationMetadataManager({ log, meta, inner: options.inner })
  const acls = new AuthorizationMetadataManager({ meta })
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
  const sign = innerSigner(config, options.inner)
  const client = options.controlled?.client ?? new RemotingClient({ clock: real, log: log.child('outer'), lines: options.lines, beforeRequest: sign }) // prettier-ignore
  // That of a broker with a controller outlives its role.
  if (!options.controlled) closers.add(() => client.close())
  const nameservers = new BrokerOuterAPI({ clock: real, log, client, config, identity, topics}) // prettier-ignore
  const broker2Client = new Broker2Client({ log, config })
  const housekeeping = new ClientHousekeepingService({ clock: real, log, config, consumers, producers, heldPulls, locks }) // prettier-ignore
  const runtimeInfo = new BrokerRuntimeInfo({ clock, disk, config, identity, store, stats, days, heldPulls }) // prettier-ignore

  const services = new Disposables()
  closers.add(() => services.dispose())
  services.add(consumers.idsChanged.on((change) => broker2Client.notifyConsumerIdsChanged(change)))
  services.add(
    consumers.differs.on(({ group, difference }) =>
      options.onReport({ kind: 'subscriptions-differ', group, difference })
    )
  )
  services.add(server.disconnected.on((connection) => housekeeping.onConnectionClosed(connection)))
  services.add(heldPulls.start())
  services.add(housekeeping.start())
  services.add(stats.start())
  services.add(offsets.moved.on((move) => trace.moved(move)))
  days.start()
  closers.add(() => days.stop())
  offsets.start()
  // Writes the newest offsets and ends their writer. On a full disk they cannot be kept: consumers get some messages again, and everything else closes all the same.
  const stopOffsets = (): Promise<void> =>
    offsets
      .stop()
      .catch((error: unknown) => log.error('the newest consumer offsets were not kept', error))
  closers.add(stopOffsets)

  return {
    // What stops before the store closes.
    services,
    ...{ clock, disk, random, log, folder, config, live, identity, meta, table, store, topics },
    ...{
      users,
      acls,
      stats,
      days,
      tail,
      trace,
      groups,
      offsets,
      consumers,
      producers,
      locks,
      heldPulls
    },
    ...{ nameservers, client, sign, broker2Client, runtimeInfo, stopOffsets },
    sendCheck: new SendCheck({ clock, config, identity, topics, groups }),
    pullCheck: new PullCheck({ config, identity, topics, groups, consumers }),
    fromWhere: new PullFromWhere({ config, identity, store, accessMessageInMemoryBytes }),
    removal: new TopicRemoval({ topics, table, store, stats, trace, heldPulls, offsets }),
    deadLetters: new DeadLetters({ topics, groups, locks }),
    offsetMoved: new OffsetMovedEvents({ clock, log, identity, store }),
    stamp: new PropertyStamp(config, identity),
    writer: new MessageWriter(store),
    ids: new MessageClientIDSetter(clock, random, identity.storeHost.ip, process.pid),
    onReport: (report: BrokerReport) => options.onReport(report),
    onPropertiesChanged: (changed: Readonly<Record<string, string>>) =>
      options.onPropertiesChanged(changed)
  }
}
