import { join } from 'node:path'
import { bindAddresses, bracketed, localAddressOf } from '../base/bindAddresses'
import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'
import { Disposables } from '../base/disposable'
import type { Lines } from '../base/faultyLines'
import type { Log } from '../base/log'
import { openNameserverMeta } from '../meta/nameserverMeta'
import type { MetaReport } from '../meta/report'
import { writeContents } from '../meta/writeContents'
import { RemotingConnection } from '../remoting/connection'
import { dispatcher, type Route } from '../remoting/route'
import { signedWith } from '../protocol/aclSignature'
import type { SessionCredentials } from '../protocol/sessionCredentials'
import { RemotingServer } from '../remoting/server'
import type { OnStranger } from '../remoting/strangers'
import { arrivalRoutes } from './arrivalRoutes'
import { startController, type RunningController } from './controller/startController'
import { KVConfigManager } from './kvConfigManager'
import { adoptProperties, NamesrvConfigManager } from './namesrvConfig'
import {
  addWritePermOfBroker,
  getBrokerClusterInfo,
  getBrokerMemberGroup,
  wipeWritePermOfBroker
} from './processors/cluster'
import { getRouteInfoByTopic, type RouteMiss } from './processors/getRouteInfo'
import {
  deleteKVConfig,
  getKVConfig,
  getKVListByNamespace,
  putKVConfig
} from './processors/kvConfig'
import { getNamesrvConfig, updateNamesrvConfig } from './processors/namesrvConfig'
import {
  brokerHeartbeat,
  queryDataVersion,
  registerBroker,
  unregisterBroker
} from './processors/registerBroker'
import {
  deleteTopicInNamesrv,
  getAllTopicListFromNameserver,
  getSystemTopicListFromNs,
  getTopicsByCluster,
  getUnitTopicLists,
  registerTopicInNamesrv
} from './processors/topics'
import { RouteInfoManager } from './routeInfoManager'

export interface NameserverOptions {
  clock: Clock
  disk: Disk
  log: Log
  /** Address to bind; with one beyond loopback, loopback as well. */
  host: string
  /** 0 takes any free port. */
  port: number
  /** Its own data folder, absolute: key/value and name server config. */
  folder: string
  /** Its connections; a test or a fault may disturb them. */
  lines?: Lines | undefined
  /** With what its controller signs what it tells brokers. */
  inner?: SessionCredentials | undefined
  /** Clients are told the address they came to for brokers that call themselves 127.0.0.1. */
  arrivalAddress?: boolean
  /** What is kept for it outside its folder; without it, it goes on with what it stored itself. */
  properties?: Readonly<Record<string, string>> | undefined
  /** Changed over the wire, and stored. */
  onPropertiesChanged?(changed: Readonly<Record<string, string>>): void
  /** A client asked for a topic nobody registered; once per request, so the receiver limits the rate. */
  onRouteMiss?(miss: RouteMiss): void
  /** A client knocked that speaks something else; one a minute of each kind and host. */
  onStranger?: OnStranger | undefined
  /** Something was wrong with a stored file. */
  onReport?(report: MetaReport): void
}

export interface RunningNameserver {
  /** `127.0.0.1:9876`, where clients on this machine reach it. */
  readonly address: string
  readonly port: number
  /** Milliseconds since the epoch. */
  readonly bootTimestamp: number
  /** Key to text as it is in effect. */
  properties(): Map<string, string>
  /** Writes what it keeps, as it is in one turn, to a folder. @throws the disk's error. */
  snapshot(target: string): Promise<{ path: string; bytes: number }[]>
  /** Brokers and clients are cut off; what they registered is forgotten, they register again elsewhere. */
  stop(): Promise<void>
}

type Managers = Parameters<typeof registerBroker>[0] &
  Parameters<typeof getRouteInfoByTopic>[0] & {
    routes: RouteInfoManager
    kvConfig: KVConfigManager
    config: NamesrvConfigManager['config']
    configManager: NamesrvConfigManager
    controller: RunningController | undefined
  }

/** Every request a nameserver answers. */
export const nameserverRoutes = (managers: Managers): Route[] => [
  registerBroker(managers),
  unregisterBroker(managers),
  queryDataVersion(managers),
  brokerHeartbeat(managers),
  getRouteInfoByTopic(managers),
  getBrokerClusterInfo(managers),
  getBrokerMemberGroup(managers),
  wipeWritePermOfBroker(managers),
  addWritePermOfBroker(managers),
  putKVConfig(managers),
  getKVConfig(managers),
  deleteKVConfig(managers),
  getKVListByNamespace(managers),
  getAllTopicListFromNameserver(managers),
  getTopicsByCluster(managers),
  getSystemTopicListFromNs(managers),
  ...getUnitTopicLists(managers),
  deleteTopicInNamesrv(managers),
  registerTopicInNamesrv(managers),
  updateNamesrvConfig(managers),
  getNamesrvConfig(managers),
  ...(managers.controller?.routes ?? [])
]

/** Collections nobody has open now: a controller's, while this nameserver is none. */
const closedFiles = (
  disk: Disk,
  folder: string,
  open: readonly (readonly [file: string, content: string])[]
): (readonly [file: string, content: string])[] => {
  const known = new Set(open.map(([file]) => file))
  return disk
    .list(folder)
    .filter((file) => file.endsWith('.db') && !known.has(file))
    .map((file) => [file, disk.readFile(join(folder, file)).toString('utf8')])
}

/** Knows no other nameserver and remembers no client. @throws Node's error when the port cannot be had. */
export const startNameserver = async (options: NameserverOptions): Promise<RunningNameserver> => {
  const { clock, disk, log, host, folder } = options
  const onReport = (report: MetaReport): void => options.onReport?.(report)
  const stores = await openNameserverMeta({ clock, disk, log: log.child('meta'), folder, onReport })
  const kvConfig = new KVConfigManager(stores.kvConfig)
  if (options.properties) await adoptProperties(stores.namesrvConfig, options.properties)
  const configManager = new NamesrvConfigManager({
    stored: stores.namesrvConfig,
    onChanged: (changed) => options.onPropertiesChanged?.(changed)
  })
  const { config } = configManager
  const routes = new RouteInfoManager({ clock: clock.real, log, config })
  const meta = { clock, disk, log: log.child('meta'), folder, onReport }
  const controller = config.enableControllerInNamesrv
    ? await startController({
        ...{ meta, clock: clock.real, log: log.child('controller'), configManager },
        lines: options.lines,
        beforeRequest: signedWith(options.inner),
        addressFor: ({ localAddress }) => `${bracketed(localAddress)}:${server.port}`
      }).catch(async (error: unknown) => {
        await stores.close()
        throw error
      })
    : undefined
  const managers = {
    ...{ routes, kvConfig, config, configManager, clock, startedAt: clock.monotonic() },
    controller,
    arrival: arrivalRoutes(options.arrivalAddress ?? false)
  }
  const handler = dispatcher(
    nameserverRoutes({ ...managers, onRouteMiss: (miss) => options.onRouteMiss?.(miss) })
  )
  const server = new RemotingServer({
    ...{ clock: clock.real, log, handler, lines: options.lines },
    onStranger: options.onStranger,
    ...{ host: bindAddresses(host), port: options.port }
  })
  const disposables = new Disposables()
  disposables.add(
    server.disconnected.on((connection) => {
      routes.onChannelDestroy(connection)
      controller?.onChannelClose(connection)
    })
  )
  disposables.add(
    clock.real.every(config.scanNotActiveBrokerInterval, () => {
      for (const channel of routes.scanNotActiveBroker())
        if (channel instanceof RemotingConnection) channel.destroy('its broker expired')
    })
  )
  let port: number
  try {
    port = await server.listen()
  } catch (error) {
    disposables.dispose()
    await controller?.stop()
    await stores.close()
    throw error
  }
  configManager.place(host, port)
  const address = `${localAddressOf(host)}:${port}`
  log.info(`nameserver listens at ${address}`)
  return {
    address,
    port,
    bootTimestamp: clock.real.wall(),
    properties: () => configManager.texts(),
    snapshot: (target) => {
      const contents = [...stores.contents(), ...(controller?.contents() ?? [])]
      return writeContents(disk, target, [...contents, ...closedFiles(disk, folder, contents)])
    },
    stop: async () => {
      disposables.dispose()
      await controller?.stop()
      await server.close()
      await stores.close()
    }
  }
}
