/** What the window can ask for: the one implementation behind both transports. A list of nouns. */
import type { Caller, EventName, Events, Handlers, Outcome } from '../../shared/contract'
import type { NodeKind } from '../../shared/configViews'
import type { ClusterSpec } from '../../shared/clusterSpec'
import type { PortPlanView } from '../../shared/clusterViews'
import type { GrpcClientsView } from '../../shared/grpcViews'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import type { Clock } from '../base/clock'
import { Disposables, toDisposable, type Disposable } from '../base/disposable'
import type { Log } from '../base/log'
import type { Clusters } from '../cluster/clusters'
import type { Machine } from '../base/networkInterfaces'
import type { Addresses } from '../cluster/addresses/addresses'
import type { Random } from '../base/random'
import type { NodeNotice } from '../cluster/control'
import { NodeConfigs } from '../cluster/config/nodeConfigs'
import type { SavedConfigs } from '../cluster/config/savedConfigs'
import type { Snapshots } from '../cluster/snapshots/snapshots'
import type { Supervisor } from '../cluster/supervisor'
import type { Collection } from '../meta/collection'
import type { ConnectionDoc, SettingDoc, TopicNoteDoc } from '../meta/installationMeta'
import { aclHandlers } from './acl'
import { AclSwitch } from './aclSwitch'
import { addressHandlers } from './address'
import { alarmHandlers } from './alarm'
import { appHandlers, type About } from './app'
import { brokersHandlers } from './brokers'
import { brokerStorageHandlers } from './brokerStorage'
import { createCall } from './call'
import { clientHandlers } from './client'
import { clockHandlers } from './clock'
import { clusterHandlers } from './cluster'
import { configHandlers } from './config'
import { deadLetterHandlers } from './deadLetter'
import { connectionHandlers } from './connection'
import { Connections } from './connections/connections'
import { externalClusterView, machineClock } from './connections/externalCluster'
import { EventHub } from './events'
import { faultHandlers } from './fault'
import { exportHandlers } from './export'
import { grpcHandlers } from './grpc'
import { groupHandlers } from './group'
import { openMeasuring, type MeasuringDeps } from './measuring'
import { messageHandlers } from './message'
import { messageActionHandlers } from './messageActions'
import { messageReplayHandlers, Replays } from './messageReplay'
import { messageSearchHandlers, Searches } from './messageSearch'
import { messageTraceHandlers } from './messageTrace'
import { noticeHandlers } from './notice'
import { NoticeStore } from './noticeStore'
import { toProblem } from './problems'
import { offsetHandlers } from './offset'
import { savedClusterHandlers } from './savedCluster'
import { routeMisses } from './routeMisses'
import { scheduledHandlers } from './scheduled'
import { Seen } from './seen'
import { settingsHandlers } from './settings'
import { snapshotHandlers } from './snapshot'
import {
  LOOK_AGAIN_MS,
  STALE_BY_CLUSTER,
  STALE_BY_NODES,
  STALE_BY_TIME,
  STALE_BY_TIME_ELSEWHERE,
  STALE_BY_TRAFFIC,
  staleAfter
} from './staleness'
import { mergeTail } from './tailMerge'
import { statisticHandlers } from './statistic'
import { topicHandlers } from './topic'
import { topicEmptyHandlers } from './topicEmpty'
import { topicFigureHandlers } from './topicFigures'
import { TopicNotes } from './topicNotes'
import { trafficHandlers } from './traffic'
import { openWitness } from './witness/openWitness'
import type { ComposerCollection } from './compose/kept'
import { openWindowParts } from './windowParts'
import { writePermHandlers } from './writePerm'
import { wrongPorts } from './wrongPorts'

export interface ConsoleDeps {
  clock: Clock
  random: Random
  log: Log
  supervisor: Supervisor
  configs: Readonly<Record<NodeKind, SavedConfigs>>
  clusters: Clusters
  snapshots: Snapshots
  planPorts: (spec: ClusterSpec) => Promise<PortPlanView>
  /** Of the cluster of this machine. */
  admin: Admin
  connections: Pick<Collection<ConnectionDoc>, 'all' | 'get' | 'put' | 'remove'>
  topicNotes: Pick<Collection<TopicNoteDoc>, 'all' | 'get' | 'put' | 'remove'>
  composer: ComposerCollection
  addresses: Addresses
  machine: Machine
  settings: Pick<Collection<SettingDoc>, 'get' | 'putAll'>
  measuring: MeasuringDeps
  about: About
}

export interface Console {
  /** Never rejects. */
  call(method: string, params: unknown, caller: Caller): Promise<Outcome<unknown>>
  on<K extends EventName>(event: K, listener: (payload: Events[K]) => void): Disposable
  /** A window is gone, and what was held for it goes. */
  forget(caller: Caller): void
  /** What it has in the cluster goes; before the cluster ends, and within a second. */
  leave(): Promise<void>
  close(): void
}

export const createConsole = (deps: ConsoleDeps): Console => {
  const { clock, log, supervisor, clusters, planPorts, snapshots, admin: local } = deps
  const { addresses, machine, settings, about } = deps
  const notices = new NoticeStore(clock)
  const disposables = new Disposables()
  const hub = disposables.add(new EventHub(clock.real))
  const connections = new Connections({
    ...{ clock, log, local, supervisor },
    connections: deps.connections
  })
  /** Whatever a page asks for follows the connection; what is this machine's alone is given `local`. */
  const { admin } = connections
  disposables.add(connections.changed.on(() => hub.markStale('connection')))
  disposables.add(connections.switched.on(() => hub.markStale('connection', ...STALE_BY_CLUSTER)))

  const tell = (notice: NodeNotice): void => {
    hub.emit('notice', notices.add(notice))
    hub.markStale('notice')
  }
  const measuring = openMeasuring(deps.measuring, {
    ...{ clock, log, connections, supervisor, tell },
    markStale: (noun) => hub.markStale(noun)
  })
  const special: Partial<Record<string, (notice: NodeNotice) => void>> = {
    ROUTE_NOT_FOUND: routeMisses({ clock: clock.real, admin: local, tell }),
    WRONG_PORT: wrongPorts({ supervisor, tell })
  }
  disposables.add(supervisor.notices.on((notice) => (special[notice.code] ?? tell)(notice)))
  disposables.add(supervisor.changed.on(() => hub.markStale(...STALE_BY_NODES)))
  disposables.add(supervisor.replaced.on(() => hub.markStale(...STALE_BY_CLUSTER)))
  disposables.add(clusters.changed.on(() => hub.markStale('savedCluster')))
  disposables.add(snapshots.changed.on(() => hub.markStale('snapshot')))
  disposables.add(supervisor.clusterClock.changed.on(() => hub.markStale('clock')))
  disposables.add(
    supervisor.traffic.on((point) => {
      hub.emit('traffic', point)
      if (point.produced + point.consumed > 0 && !connections.isExternal)
        hub.markStale('cluster', ...STALE_BY_TRAFFIC)
    })
  )
  const seen = new Seen({
    clock: clock.real,
    faults: supervisor.faults,
    open: (onSecond) => openWitness(deps, onSecond)
  })
  disposables.add(seen.passed.on((point) => hub.emit('seen', point)))
  disposables.add(supervisor.faults.changed.on(() => hub.markStale('fault')))
  disposables.add(
    supervisor.grpcClients.changed.on(() => hub.markStale('grpcClient', 'group', 'client'))
  )
  hub.feed('seen', () => seen.watch())
  hub.feed('changed', () => {
    const looking = new Disposables()
    looking.add(connections.watch())
    looking.add(
      clock.real.every(LOOK_AGAIN_MS, () =>
        hub.markStale(...(connections.isExternal ? STALE_BY_TIME_ELSEWHERE : STALE_BY_TIME))
      )
    )
    return looking
  })
  hub.feed('tail', () =>
    mergeTail(
      clock.real,
      (listener) => supervisor.openTail(listener),
      (batch) => hub.emit('tail', batch)
    )
  )

  const sendConfig: Record<NodeKind, Admin['updateBrokerConfig']> = {
    broker: (address, properties) => local.updateBrokerConfig(address, properties),
    namesrv: (address, properties) => local.updateNamesrvConfig(address, properties),
    // A proxy reads its file at its start and never again, as RocketMQ's does.
    proxy: () => Promise.resolve()
  }
  const configs = new NodeConfigs({
    supervisor,
    configs: deps.configs,
    send: (kind, address, properties) => sendConfig[kind](address, properties)
  })
  /** A failure within an answer, beside what could be had. */
  const problemOf = (error: unknown): Problem =>
    toProblem(error, {
      method: 'a part of an answer',
      params: {},
      cluster: connections.known(),
      log
    })
  const wire = {
    admin,
    namesrvAddresses: () => connections.target.namesrvAddresses(),
    toProblem: problemOf
  }
  const aclSwitch = new AclSwitch({ supervisor, configs })
  const external = {
    view: () => (connections.isExternal ? externalClusterView(wire) : undefined),
    clock: () => (connections.isExternal ? machineClock(clock.real.wall()) : undefined)
  }
  const now = () => (external.clock() ?? supervisor.clusterClock.status()).now
  const searches = new Searches({ admin, clock: clock.real })
  const replays = new Replays({
    ...{ admin, clock: clock.real, searches },
    problemOf,
    onProgress: () => hub.markStale(...STALE_BY_TRAFFIC)
  })
  disposables.add(toDisposable(() => replays.stop()))
  const notes = new TopicNotes(deps.topicNotes, () =>
    connections.isExternal
      ? `connection ${connections.target.number}`
      : `cluster ${clusters.running}`
  )
  disposables.add(
    connections.switched.on(() => {
      searches.forgetAll()
      replays.stop()
    })
  )
  /** Those of the local proxy, while the local cluster is looked at. */
  const grpcClients = (): GrpcClientsView =>
    connections.isExternal ? { clients: [], total: 0 } : supervisor.grpcClients.view
  const grpcClientIds = (): ReadonlySet<string> =>
    new Set(grpcClients().clients.map(({ clientId }) => clientId))
  const windows = openWindowParts({
    ...{ ...deps, admin, connections, hub },
    problemOf
  })
  const handlers: Handlers = {
    ...appHandlers({ about, supervisor }),
    ...settingsHandlers({ settings }),
    ...connectionHandlers({ connections }),
    ...brokersHandlers(wire),
    ...clusterHandlers({ supervisor, configs, externalView: external.view }),
    ...grpcHandlers({ supervisor }),
    ...configHandlers({ configs }),
    ...savedClusterHandlers({ clusters, planPorts }),
    ...exportHandlers({ supervisor, configs, admin: local }),
    ...addressHandlers({ clock: clock.real, log, machine, addresses, supervisor }),
    ...faultHandlers({ supervisor, seen: seen.points }),
    ...snapshotHandlers({ snapshots }),
    ...writePermHandlers({ supervisor, admin: local }),
    ...clockHandlers({ clusterClock: supervisor.clusterClock, externalClock: external.clock }),
    ...brokerStorageHandlers({ supervisor, admin: local, clock: clock.real }),
    ...topicHandlers({ admin, notes }),
    ...topicFigureHandlers({ admin }),
    ...topicEmptyHandlers({ admin }),
    ...aclHandlers({ ...wire, local: () => (connections.isExternal ? undefined : aclSwitch) }),
    ...groupHandlers({ admin, clock: clock.real, grpcClientIds, problemOf }),
    ...offsetHandlers({
      ...{ admin, clock: clock.real, problemOf },
      namesrvAddresses: () => connections.target.namesrvAddresses()
    }),
    ...clientHandlers({ admin, grpcClients, problemOf }),
    ...messageHandlers({ admin, clock: clock.real }),
    ...messageTraceHandlers({ admin }),
    ...deadLetterHandlers({ admin, problemOf }),
    ...scheduledHandlers({ admin, problemOf, now }),
    ...messageSearchHandlers({ searches }),
    ...messageActionHandlers({ admin, clock: clock.real }),
    ...messageReplayHandlers({ replays }),
    ...windows.handlers,
    ...trafficHandlers({ supervisor }),
    ...statisticHandlers({ ...wire, clock: clock.real, statistics: measuring.statistics }),
    ...alarmHandlers(measuring),
    ...noticeHandlers({ notices })
  }
  const call = createCall({
    handlers,
    cluster: {
      namesrvAddresses: () => connections.known().namesrvAddresses(),
      brokerStatuses: () => connections.known().brokerStatuses()
    },
    log,
    isExternal: () => connections.isExternal,
    onDone: (method) => hub.markStale(...staleAfter(method))
  })
  return {
    call: (...asked) => connections.during(() => call(...asked)),
    on: (event, listener) => hub.on(event, listener),
    forget: (caller) => {
      searches.forget(caller)
      windows.forget(caller)
    },
    leave: async () => {
      measuring.close()
      await Promise.all([seen.close(), windows.leave()])
    },
    close: () => {
      measuring.close()
      disposables.dispose()
      connections.close()
    }
  }
}
