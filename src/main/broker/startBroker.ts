import { Closers } from '../base/closers'
import { endOfTurn } from '../base/turn'
import { dispatcher } from '../remoting/route'
import { guarded } from './auth/guard'
import { LiveBrokerConfig } from './brokerConfig'
import { storageOf, trafficOf } from './brokerFigures'
import { identityOf } from './brokerIdentity'
import { settleRole } from './brokerRole'
import { brokerRoutes } from './brokerRoutes'
import { BrokerServer } from './brokerServer'
import { brokerServices } from './brokerServices'
import { snapshotBroker } from './brokerSnapshot'
import { fenced } from './controlled/fence'
import { brokerFeatures } from './features/brokerFeatures'
import { openHaPort } from './ha/haPort'
import { startHaService } from './ha/startHaService'
import { openBrokerState } from './openBrokerState'
import { refusingAsSlave } from './slave/slaveRefusals'
import { startSlave } from './slave/startSlave'
import type { BrokerOptions, RunningBroker } from './runningBroker'

export type { BrokerOptions, RunningBroker, TrafficCounters } from './runningBroker'

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
  const { clock, log, folder, host, vipChannel, lines, onStranger, controlled } = options
  const { real } = clock
  const live = new LiveBrokerConfig(options.properties)
  settleRole(live)
  const { config } = live
  const server = new BrokerServer({ clock: real, log, host, listenPort: config.listenPort, vipChannel, lines, onStranger }) // prettier-ignore
  closers.add(() => server.close())
  const wantedListenPort = config.listenPort
  const port = await server.listen()
  const haPort = await openHaPort({ config, wantedListenPort, log, host, lines })
  closers.add(() => haPort.server?.close())
  live.set({ listenPort: String(port), haListenPort: String(haPort.port), storePathRootDir: folder }) // prettier-ignore
  const identity = identityOf(config, clock.now())
  const bootTimestamp = real.wall()

  const state = await openBrokerState({ ...options, config, identity, closers })
  const served = brokerServices({ options, live, identity, state, server, closers })
  const ha = startHaService({ ...options, ...served, clock: real, haPort, log: log.child('ha'), masterEpoch: controlled?.masterEpoch }) // prettier-ignore
  closers.add(() => ha.stop())
  const parts = { ...served, ha, controlled, onRoleChange: controlled?.onRoleChange }
  const { nameservers, store, stats, days, tail, writer, runtimeInfo, services } = parts

  const features = brokerFeatures(parts)
  writer.use(features.flatMap(({ beforePut }) => beforePut ?? []))
  runtimeInfo.use(features.flatMap((feature) => feature.runtimeInfo ?? []))
  const routes = features.flatMap((feature) => feature.routes ?? [])
  await parts.users.init(config)
  const answer = dispatcher([...brokerRoutes(parts), ...routes])
  if (identity.role === 'SLAVE') {
    services.add(startSlave(parts))
    server.serve(guarded(parts, refusingAsSlave(config, answer)))
  } else {
    options.onServing?.({ ha, logEnd: () => store.replica.end })
    parts.offsets.limitTo((topic, queueId) => store.getMaxOffsetInQueue(topic, queueId))
    for (const feature of features) if (feature.start) services.add(await feature.start())
    server.serve(guarded(parts, controlled ? fenced(controlled.isFenced, answer) : answer))
  }
  await nameservers.start()

  const stop = async (): Promise<void> => {
    await nameservers.stop(controlled?.isChangingRole())
    server.refuse()
    // The store answers what was sent to it before the connections close.
    services.dispose()
    await parts.stopOffsets()
    await ha.stop()
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
    storage: () => storageOf(store.stats, config),
    openTail: (listener) => tail.open(listener),
    ha,
    logEnd: () => store.replica.end,
    properties: () => live.texts(),
    snapshot: (target, watch) => snapshotBroker({ ...parts, features }, target, watch),
    stop: () => (stopped ??= stop())
  }
}
