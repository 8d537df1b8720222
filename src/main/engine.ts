/** What both hosts build: data folder, cluster and console. A list of parts, opened in order and closed in reverse. */
import { createAdmin } from './admin/admin'
import type { Clock } from './base/clock'
import type { Disk } from './base/disk'
import type { Emitter } from './base/emitter'
import { lockFolder, type FolderLock } from './base/folderLock'
import { consoleSink, createLog, type Log, type LogLevel, type LogRecord } from './base/log'
import { isLoopback } from './base/bindAddresses'
import { thisMachine } from './base/networkInterfaces'
import { findPortHolder } from './base/portHolder'
import { presetSpec, type PresetName } from '../shared/clusterPresets'
import { Addresses, refuseForeignHost, type AddressFlags } from './cluster/addresses/addresses'
import { warnBeyondLoopback } from './cluster/addresses/warning'
import { dataFolder, FIRST_CLUSTER } from './cluster/dataFolder'
import { noticeOfMeta } from './cluster/entries/reportNotice'
import { clockMemory } from './cluster/clockMemory'
import { checkPorts, type WantedPort } from './cluster/ports'
import { savedConfigs } from './cluster/config/savedConfigs'
import { Supervisor } from './cluster/supervisor'
import { spawnThread } from './cluster/workers/spawnThread'
import { createConsole, type Console } from './console/console'
import { systemRandom } from './base/random'
import { openInstallationMeta } from './meta/installationMeta'
import type { MetaReport } from './meta/report'
import { RemotingClient } from './remoting/client'

/** The console listens here and nowhere else; nodes too, unless `Addresses` says more. */
export const HOST = '127.0.0.1'

interface Ports {
  namesrv: number
  broker: number
  /** Only the headless console has one. */
  console?: number
}

export interface EngineOptions {
  clock: Clock
  disk: Disk
  host: 'electron' | 'headless'
  version: string
  data: string
  preset: PresetName
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

const wantedPorts = ({ namesrv, broker, console }: Ports): WantedPort[] => [
  { port: namesrv, flag: '--namesrv', purpose: 'the nameserver' },
  { port: broker, flag: '--broker', purpose: 'the broker' },
  ...(broker > 2
    ? [{ port: broker - 2, flag: '--broker', purpose: 'old clients of the broker (its port - 2)' }]
    : []),
  ...(console === undefined ? [] : [{ port: console, flag: '--console', purpose: 'the console' }])
]

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

const machine = thisMachine()

export const logSink = sinkOf(process.env['GANTRY_LOG'])

export const engineLog = (clock: Clock): Log => createLog('gantry', clock, logSink, 'debug')

/**
 * Nothing is written before ports and folder are ours: a folder that exists is locked first, because two starts of
 * the same want the same ports, and "already running" is the better answer.
 */
const claim = async (root: string, options: EngineOptions): Promise<FolderLock> => {
  const { disk, ports, portsMustBeFree, focusHolder, addresses } = options
  const check = async (): Promise<void> => {
    if (!portsMustBeFree) return
    await checkPorts(HOST, wantedPorts(ports), findPortHolder)
    const { namesrv, broker } = ports
    const host = addresses?.host ?? HOST
    refuseForeignHost(host, machine.addresses())
    if (!isLoopback(host)) await checkPorts(host, wantedPorts({ namesrv, broker }), findPortHolder)
  }
  if (!disk.exists(root)) {
    await check()
    return lockFolder(root, { focus: focusHolder })
  }
  const lock = await lockFolder(root, { focus: focusHolder })
  try {
    await check()
    return lock
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** @throws FolderInUseError, ProblemError, or Node's error where the folder cannot be written. */
export const openEngine = async (options: EngineOptions): Promise<Engine> => {
  const { clock, disk, ports } = options
  const folder = dataFolder(options.data)
  const log = engineLog(clock)
  const lock = await claim(folder.root, options)
  const reports: MetaReport[] = []
  const meta = await openInstallationMeta({
    disk,
    clock,
    log: log.child('meta'),
    folder: folder.installation,
    onReport: (report) => reports.push(report)
  }).catch(async (error: unknown) => {
    await lock.release()
    throw error
  })
  const configs = savedConfigs({
    meta,
    clock: clock.real,
    cluster: FIRST_CLUSTER,
    overrides: options.properties
  })
  const addresses = new Addresses({
    settings: meta.settings,
    flags: options.addresses ?? {},
    machine
  })
  const supervisor = new Supervisor({
    clock,
    log,
    addresses,
    spawn: spawnThread,
    plan: {
      number: FIRST_CLUSTER,
      spec: presetSpec(options.preset, ports),
      folder: folder.cluster(FIRST_CLUSTER),
      clockMemory: clockMemory(meta.clock, FIRST_CLUSTER)
    },
    host: HOST,
    saved: configs.broker.saved,
    savedNamesrv: configs.namesrv.saved,
    findHolder: findPortHolder,
    logSink
  })
  const client = new RemotingClient({ clock: clock.real, log: log.child('client') })
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
    admin,
    addresses,
    machine,
    settings: meta.settings,
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
