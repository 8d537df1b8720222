/** A supervisor whose nodes are played by a test. */
import { presetSpec, type FirstPorts } from '../../shared/clusterPresets'
import type { ClusterSpec } from '../../shared/clusterSpec'
import type { BrokerPropertiesDoc } from '../meta/installationMeta'
import { ManualClock } from '../base/clock'
import type { PropertyTable } from '../base/properties/propertyTable'
import { silentLog, type LogRecord } from '../base/log'
import { endOfTurn } from '../base/turn'
import { brokerTable } from '../broker/brokerConfig'
import { proxyTable } from '../proxy/proxyConfig'
import { namesrvTable } from '../nameserver/namesrvConfig'
import type { FromNode, NodeStart } from './control'
import { dataFolder, FIRST_CLUSTER } from './dataFolder'
import { FakeThread } from './fakeThread.fixture'
import { SavedProperties } from './savedProperties'
import { Supervisor, type ClusterPlan } from './supervisor'

export const BROKER = 'broker-a:0'

export const namesrvStarted = (port: number): FromNode => ({
  kind: 'started',
  node: { address: `127.0.0.1:${port}`, port, bootTimestamp: 1000 }
})

export const brokerStarted = (port: number, properties: Record<string, string> = {}): FromNode => ({
  kind: 'started',
  node: {
    address: `127.0.0.1:${port}`,
    port,
    bootTimestamp: 2000,
    broker: {
      cluster: 'DefaultCluster',
      name: 'broker-a',
      brokerId: 0,
      role: 'ASYNC_MASTER'
    },
    properties
  }
})

export const planOf = (spec: ClusterSpec, number = FIRST_CLUSTER): ClusterPlan => ({
  number,
  spec,
  folder: dataFolder('/data').cluster(number)
})

/** A preset as it was before there was a proxy: two nodes are enough for most of what a supervisor does. */
export const withoutProxy = ({ proxy: _proxy, ...spec }: ClusterSpec): ClusterSpec => spec

/** The one it was told, or where that is 0 one the system chose. */
const portOf = (options: NodeStart, chosen: number): number =>
  (options.kind !== 'broker' ? options.port : Number(options.properties['listenPort'])) || chosen

export const setUp = (ports: Partial<FirstPorts> = {}, overrides = new Map<string, string>()) => {
  const clock = new ManualClock()
  const threads: { kind: NodeStart['kind']; thread: FakeThread }[] = []
  const docs = new Map<string, BrokerPropertiesDoc>()
  const logged: LogRecord[] = []
  const savedUnder = (table: PropertyTable, overrides: ReadonlyMap<string, string>) =>
    new SavedProperties({
      table,
      history: { record: () => Promise.resolve(), rename: () => Promise.resolve() },
      collection: {
        get: (key) => docs.get(key),
        put: (key, value) => {
          docs.set(key, value)
          return Promise.resolve()
        },
        removeAll: (keys) => {
          for (const key of keys) docs.delete(key)
          return Promise.resolve()
        }
      },
      overrides,
      cluster: FIRST_CLUSTER
    })
  const saved = savedUnder(brokerTable, overrides)
  const savedNamesrv = savedUnder(namesrvTable, new Map())
  const savedProxy = savedUnder(proxyTable, new Map())
  const { namesrv = 9876, broker = 10_911, grpc } = ports
  const preset = presetSpec('single', { namesrv, broker, grpc: grpc ?? 0 })
  const supervisor = new Supervisor({
    clock,
    log: silentLog,
    spawn: (kind) => {
      const thread = new FakeThread()
      threads.push({ kind, thread })
      return thread
    },
    plan: planOf(grpc === undefined ? withoutProxy(preset) : preset),
    host: '127.0.0.1',
    saved,
    savedNamesrv,
    savedProxy,
    findHolder: () => Promise.resolve('java (pid 1)'),
    logSink: (record) => logged.push(record)
  })
  const thread = (kind: NodeStart['kind']): FakeThread => {
    const found = threads.filter((entry) => entry.kind === kind).at(-1)
    if (!found) throw new Error(`no ${kind} was spawned`)
    return found.thread
  }
  const running = async (properties: Record<string, string> = {}): Promise<void> => {
    const starting = supervisor.start()
    await thread('namesrv').received('start')
    thread('namesrv').say(namesrvStarted(namesrv || 40_001))
    await thread('broker').received('start')
    thread('broker').say(brokerStarted(broker || 40_002, properties))
    if (grpc !== undefined) {
      await thread('proxy').received('start')
      thread('proxy').say(namesrvStarted(grpc || 40_003))
    }
    await starting
  }
  /** Plays all nodes until so many more have started. */
  const answering = async (count: number): Promise<void> => {
    let started = 0
    const answered = new Set<FakeThread>()
    const all = (): boolean => started >= count && threads.every(({ thread }) => isQuiet(thread))
    const isQuiet = (thread: FakeThread): boolean =>
      thread.isKilled || !thread.heard.some(({ kind }) => kind === 'stop')
    while (!all()) {
      await new Promise<void>((resolve) => endOfTurn(resolve))
      for (const { kind, thread } of threads.slice(2)) {
        const start = thread.heard.find((message) => message.kind === 'start')
        if (start?.kind !== 'start' || answered.has(thread)) continue
        answered.add(thread)
        started++
        const port = 40_000 + threads.findIndex((entry) => entry.thread === thread)
        thread.say(
          kind !== 'broker'
            ? namesrvStarted(portOf(start.options, port))
            : brokerStarted(portOf(start.options, port))
        )
      }
      for (const { thread } of threads) if (!isQuiet(thread)) thread.say({ kind: 'stopped' })
    }
  }
  return { clock, supervisor, saved, docs, logged, threads, thread, running, answering }
}
