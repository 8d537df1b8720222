/** What both hosts build: data folder, cluster and console. A list of parts, opened in order and closed in reverse. */
import { randomBytes } from 'node:crypto'
import { createAdmin } from './admin/admin'
import type { Clock } from './base/clock'
import type { Disk } from './base/disk'
import type { Emitter } from './base/emitter'
import { lockFolder, type FolderLock } from './base/folderLock'
import { consoleSink, createLog, type Log, type LogLevel, type LogRecord } from './base/log'
import { isLoopback } from './base/bindAddresses'
import { thisMachine } from './base/networkInterfaces'
import { findPortHolder } from './base/portHolder'
import { withPorts, type FirstPorts } from '../shared/clusterPresets'
import type { ClusterSpec } from '../shared/clusterSpec'
import { chooseCluster, firstSpec, type ClusterChoice } from './cluster/clusterChoice'
import { Clusters, planOf } from './cluster/clusters'
import { Addresses, refuseForeignHost, type AddressFlags } from './cluster/addresses/addresses'
import { warnBeyondLoopback } from './cluster/addresses/warning'
import { dataFolder, FIRST_CLUSTER } from './cluster/dataFolder'
import { noticeOfMeta } from './cluster/entries/reportNotice'
import { savedConfigs } from './cluster/config/savedConfigs'
import { planPorts } from './cluster/portPlan'
import { checkPorts, wantedPorts } from './cluster/ports'
import { SavedClusters } from './cluster/savedClusters'
import { finishParts, finishSwaps } from './cluster/snapshots/clusterParts'
import { Snapshots } from './cluster/snapshots/snapshots'
import { Supervisor } from './cluster/supervisor'
import { spawnThread } from './cluster/workers/spawnThread'
import { createConsole, type Console } from './console/console'
import { systemRandom } from './base/random'
import { openInstallationMeta } from './meta/installationMeta'
import type { MetaReport } from './meta/report'
import { signedWith } from './protocol/aclSignature'
import { INNER_USER } from '../shared/aclLimits'
import type { SessionCredentials } from './protocol/sessionCredentials'
import { RemotingClient } from './remoting/client'

/** The console listens here and nowhere else; nodes too, unless `Addresses` says more. */
export const HOST = '127.0.0.1'

interface Ports extends Partial<FirstPorts> {
  /** Only the headless console has one. */
  console?: number
}

export interface EngineOptions {
  clock: Clock
  disk: Disk
  host: 'electron' | 'headless'
  version: string
  data: string
  cluster: ClusterChoice
  /** Of this run, whatever is saved; what is left out is as saved. */
  ports: Ports
  properties: ReadonlyMap<string, string>
  addresses?: AddressFlags
  /** Refuse to open where a port is taken; else the nodes say so one by one. */
  portsMustBeFree: boolean
  /** Ask the holder of the folder, if there is one, to bring its window forward. */
  focusHolder: boolean
}

export interface Engine {
  readonly root: string
  readonly console: Console
  readonly supervisor: Supervisor
  readonly onFocus: Emitter<void>
  /** What a second starter is told. */
  describe(info: { url: string }): void
  /** @throws ProblemError of the first node that did not start. */
  start(): Promise<void>
  stop(): Promise<void>
}

const isLogLevel = (text: string | undefined): text is LogLevel =>
  text === 'debug' || text === 'info' || text === 'warn' || text === 'error'

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Warnings unless `GANTRY_LOG` asks for more. */
const sinkOf = (wanted: string | undefined): ((record: LogRecord) => void) => {
  const level = isLogLevel(wanted) ? wanted : 'warn'
  return (record) => {
    if (order.indexOf(record.level) >= order.indexOf(level)) consoleSink(record)
  }
}

/** The console and the nodes of one run know each other by it; it is written nowhere. */
const innerCredentials = (): SessionCredentials => ({
  accessKey: INNER_USER,
  secretKey: randomBytes(32).toString('base64url')
})

const machine = thisMachine()

export const logSink = sinkOf(process.env['GANTRY_LOG'])

export const engineLog = (clock: Clock): Log => createLog('gantry', clock, logSink, 'debug')

/**
 * Nothing is written before ports and folder are ours. A folder that exists is locked first, because two starts of the
 * same want the same ports, and "already running" is the better answer; its ports are known when its clusters are.
 */
const claim = async (
  root: string,
  { disk, focusHolder }: EngineOptions,
  checkFresh: () => Promise<void>
): Promise<FolderLock> => {
  if (!disk.exists(root)) await checkFresh()
  return lockFolder(root, { focus: focusHolder })
}

/** @throws FolderInUseError, ProblemError, or Node's error where the folder cannot be written. */
export const openEngine = async (options: EngineOptions): Promise<Engine> => {
  const { clock, disk, ports } = options
  const folder = dataFolder(options.data)
  const log = engineLog(clock)
  const check = async (spec: ClusterSpec): Promise<void> => {
    if (!options.portsMustBeFree) return
    const run = withPorts(spec, ports)
    await checkPorts(HOST, wantedPorts(run, ports.console), findPortHolder)
    const host = options.addresses?.host ?? HOST
    refuseForeignHost(host, machine.addresses())
    if (!isLoopback(host)) await checkPorts(host, wantedPorts(run, undefined), findPortHolder)
  }
  const lock = await claim(folder.root, options, () => check(firstSpec(options.cluster)))
  const released = async (error: unknown): Promise<never> => {
    await lock.release()
    throw error
  }
  await finishSwaps({ disk, folder }).catch(released)
  const hasOldNodes = disk.exists(folder.cluster(FIRST_CLUSTER).nodes)
  const reports: MetaReport[] = []
  const meta = await openInstallationMeta({
    disk,
    clock,
    log: log.child('meta'),
    folder: folder.installation,
    onReport: (report) => reports.push(report)
  }).catch(released)
  const closed = async (error: unknown): Promise<never> => {
    await meta.close()
    return released(error)
  }
  const savedClusters = new SavedClusters({ clusters: meta.clusters, settings: meta.settings })
  const configs = savedConfigs({
    meta,
    clock: clock.real,
    cluster: FIRST_CLUSTER,
    overrides: options.properties
  })
  const properties = { broker: meta.brokerProperties, namesrv: meta.namesrvProperties }
  const kept = { properties, configs, clock: meta.clock }
  await finishParts({ disk, folder, savedClusters, ...kept }).catch(closed)
  const chosen = await chooseCluster(options.cluster, {
    clusters: savedClusters,
    saved: configs.broker.saved,
    hasOldNodes,
    check
  }).catch(closed)
  await savedClusters.keepLastRun(chosen.number)
  for (const { saved } of Object.values(configs)) saved.use(chosen.number)
  const addresses = new Addresses({
    settings: meta.settings,
    flags: options.addresses ?? {},
    machine
  })
  const inner = innerCredentials()
  const supervisor = new Supervisor({
    clock,
    log,
    addresses,
    spawn: spawnThread,
    plan: planOf(chosen, { clock: meta.clock, folder, ports }),
    host: HOST,
    saved: configs.broker.saved,
    savedNamesrv: configs.namesrv.saved,
    savedProxy: configs.proxy.saved,
    findHolder: findPortHolder,
    inner,
    logSink
  })
  const clusters = new Clusters({
    saved: savedClusters,
    properties: configs.broker.saved,
    namesrvProperties: configs.namesrv.saved,
    proxyProperties: configs.proxy.saved,
    clock: meta.clock,
    supervisor,
    folder,
    disk,
    ports
  })
  const snapshots = new Snapshots({
    ...{ disk, clock: clock.real, log: log.child('snapshots'), folder, ports },
    ...{ version: options.version, supervisor, clusters, savedClusters, meta: kept }
  })
  const client = new RemotingClient({
    clock: clock.real,
    log: log.child('client'),
    beforeRequest: signedWith(inner)
  })
  const admin = createAdmin({
    client,
    // What the console sends is stamped as the cluster stamps it.
    clock: supervisor.clusterClock.time,
    namesrvAddresses: () => supervisor.namesrvAddresses()
  })
  const console = createConsole({
    clock,
    random: systemRandom,
    log: log.child('console'),
    supervisor,
    configs,
    clusters,
    snapshots,
    planPorts: (spec) =>
      planPorts(spec, {
        host: HOST,
        findHolder: findPortHolder,
        ownPorts: () => supervisor.ownPorts()
      }),
    admin,
    connections: meta.connections,
    topicNotes: meta.topicNotes,
    composer: meta.composer,
    addresses,
    machine,
    settings: meta.settings,
    measuring: {
      disk,
      folder: folder.root,
      memoryBytes: () => process.memoryUsage.rss(),
      alarms: meta
    },
    about: {
      version: options.version,
      host: options.host,
      platform: process.platform,
      dataDir: folder.root,
      pid: process.pid,
      startedAt: clock.now()
    }
  })
  const stop = async (): Promise<void> => {
    await console.leave()
    await supervisor.stop()
    console.close()
    client.close()
    await meta.close()
    await lock.release()
  }
  let stopped: Promise<void> | undefined
  warnBeyondLoopback(addresses, log, supervisor.notices)
  for (const report of reports) supervisor.notices.emit(noticeOfMeta(report))
  return {
    root: folder.root,
    console,
    supervisor,
    onFocus: lock.onFocus,
    describe: (info) => lock.describe(info),
    start: () => supervisor.start(),
    stop: () => (stopped ??= stop())
  }
}
