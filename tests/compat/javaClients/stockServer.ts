// Stock nameserver and broker, each in a JVM of its own, on free ports and in a folder that goes with them.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { jvm, type ServerLine } from './lines'

export interface StockServers {
  namesrv: string
  brokerPort: number
  brokerPid: number
  namesrvPid: number
  stop(): Promise<void>
}

export interface StockOptions {
  /** Broker properties, besides names, ports and paths. */
  settings?: Record<string, string>
  /** As `-Xmx`; the nameserver has 512 MB. */
  brokerHeap: readonly string[]
  /** Of both JVMs; those of `jvm` without it. */
  flags?: readonly string[]
  /** Whole files instead of `settings`; paths are added to the broker's. */
  files?: { namesrv: string; namesrvPort: number; broker: string; brokerPort: number }
  /** The broker's port and when it was spawned, before it listens. */
  onBrokerSpawn?: (port: number) => void
}

const NAMESRV_HEAP = ['-Xms256m', '-Xmx512m']

/** Comes back when both have booted and the broker's registration has arrived. */
export async function startStockServers(
  line: ServerLine,
  { settings = {}, files, brokerHeap, flags, onBrokerSpawn }: StockOptions
): Promise<StockServers> {
  const folder = mkdtempSync(join(tmpdir(), 'rocketmq-'))
  const removeFolder = () => removeDeadFolder(folder)
  const namesrvPort = files?.namesrvPort ?? (await freePorts(1))
  const brokerPort = files?.brokerPort ?? (await freePorts(4)) + 2
  const paths = {
    storePathRootDir: join(folder, 'store'),
    storePathCommitLog: join(folder, 'store/commitlog')
  }
  const configuration = {
    brokerClusterName: 'DefaultCluster',
    brokerName: 'broker-a',
    brokerId: '0',
    brokerIP1: '127.0.0.1',
    brokerIP2: '127.0.0.1',
    listenPort: String(brokerPort),
    haListenPort: String(brokerPort + 1),
    namesrvAddr: `127.0.0.1:${namesrvPort}`,
    ...paths,
    ...settings
  }
  const write = (name: string, entries: Record<string, string>, before = '') => {
    const lines = Object.entries(entries).map(([key, value]) => `${key}=${value}\n`)
    writeFileSync(join(folder, name), before + lines.join(''))
    return join(folder, name)
  }
  const namesrvFile = files
    ? write('namesrv.conf', {}, files.namesrv)
    : write('namesrv.conf', { listenPort: String(namesrvPort) })
  const brokerFile = files
    ? write('broker.conf', paths, files.broker)
    : write('broker.conf', configuration)
  const begin = (startup: string, configFile: string, heap: readonly string[]) =>
    startServer(
      ['-c', configFile],
      [...heap, ...jvm(line, { 'user.home': folder }, flags), `org.apache.rocketmq.${startup}`]
    )
  const namesrv = begin('namesrv.NamesrvStartup', namesrvFile, NAMESRV_HEAP)
  // Behind those that kill, which are registered with each start.
  process.once('exit', removeFolder)
  await namesrv.booted
  const broker = begin('broker.BrokerStartup', brokerFile, brokerHeap)
  process.off('exit', removeFolder).once('exit', removeFolder)
  onBrokerSpawn?.(brokerPort)
  await broker.booted
  // It says so before its registration has arrived. `ready` of Gantry means that it has.
  while (!(await hasRoute(namesrvPort, 'SELF_TEST_TOPIC'))) await setTimeout(50)
  return {
    namesrv: `127.0.0.1:${namesrvPort}`,
    brokerPort,
    brokerPid: broker.child.pid ?? 0,
    namesrvPid: namesrv.child.pid ?? 0,
    stop: async () => {
      for (const { child } of [broker, namesrv]) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        child.kill('SIGKILL')
        await new Promise((fulfil) => child.once('close', fulfil))
      }
      removeFolder()
      process.off('exit', removeFolder)
    }
  }
}

/** A further stock broker for a nameserver that runs: a slave, say. Comes back when it has booted. */
export async function startStockBroker(
  line: ServerLine,
  settings: Record<string, string>,
  heap: readonly string[]
): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'rocketmq-'))
  const file = join(folder, 'broker.conf')
  const all = {
    brokerClusterName: 'DefaultCluster',
    brokerIP1: '127.0.0.1',
    brokerIP2: '127.0.0.1',
    listenPort: String((await freePorts(4)) + 2),
    storePathRootDir: join(folder, 'store'),
    storePathCommitLog: join(folder, 'store/commitlog'),
    ...settings
  }
  writeFileSync(file, Object.entries(all).map(([key, value]) => `${key}=${value}\n`).join('')) // prettier-ignore
  const { child, booted } = startServer(
    ['-c', file],
    [...heap, ...jvm(line, { 'user.home': folder }), 'org.apache.rocketmq.broker.BrokerStartup']
  )
  await booted
  return {
    stop: async () => {
      child.kill('SIGKILL')
      await new Promise((fulfil) => child.once('close', fulfil))
      removeDeadFolder(folder)
    }
  }
}

/** Removes the folder of a process that was killed just now: it may write for some milliseconds more. */
export function removeDeadFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  } catch (error) {
    process.stderr.write(`${folder} could not be removed: ${String(error)}\n`)
  }
}

/** `booted` comes when the server says that it has. */
export function startServer(args: readonly string[], jvmArgs: readonly string[]) {
  const open = ['java.nio', 'sun.nio.ch', 'jdk.internal.ref', 'java.lang']
  const opened = open.flatMap((name) => ['--add-opens', `java.base/${name}=ALL-UNNAMED`])
  const child = spawn('java', [...opened, ...jvmArgs, ...args], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const killChild = () => child.kill('SIGKILL')
  process.once('exit', killChild)
  child.once('close', () => process.off('exit', killChild))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const booted = new Promise<ChildProcess>((fulfil, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      said += `${text}\n`
      if (/boot success|startup successfully/.test(text)) fulfil(child)
    })
    child.once('close', () => reject(new Error(`a stock server did not boot:\n${said}`)))
  })
  return { child, booted }
}

/** One GET_ROUTEINFO_BY_TOPIC, by hand: this suite shares no code with what it tests. */
function hasRoute(namesrvPort: number, topic: string): Promise<boolean> {
  const request = { code: 105, flag: 0, language: 'JAVA', opaque: 1, version: 409 }
  const header = Buffer.from(JSON.stringify({ ...request, extFields: { topic } }))
  const lengths = Buffer.alloc(8)
  lengths.writeInt32BE(4 + header.length, 0)
  lengths.writeInt32BE(header.length, 4)
  return new Promise((fulfil, reject) => {
    const socket = connect(namesrvPort, '127.0.0.1')
    socket.write(Buffer.concat([lengths, header]))
    socket.once('error', reject)
    socket.once('data', (chunk) => {
      socket.destroy()
      fulfil(/"code":0\b/.test(chunk.toString('latin1')))
    })
  })
}

/** Below what the system lends to outgoing connections: a stopped server's port stays free. */
const [LOWEST_PORT, HIGHEST_PORT] = [20_000, 32_000]

/** The first of some free ports in a row; a broker listens at -2, 0 and +1 of its own. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = randomInt(LOWEST_PORT, HIGHEST_PORT - count)
    const inRow = Array.from({ length: count }, (_, i) => listenBriefly(first + i))
    const outcomes = await Promise.allSettled(inRow)
    if (outcomes.every(({ status }) => status === 'fulfilled')) return first
  }
}

function listenBriefly(port: number): Promise<void> {
  return new Promise((fulfil, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => server.close(() => fulfil()))
  })
}
