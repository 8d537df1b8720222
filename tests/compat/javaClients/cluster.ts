// A cluster for the clients: Gantry's, or a stock one to know that the tests are right.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { startHeadless } from '../../headless'
import { jvm, type ServerLine, stockServer } from './lines'

export interface Cluster {
  namesrv: string
  broker: string
  brokerName: string
  clusterName: string
  stop(): Promise<void>
}

/** `settings` are broker properties, by their names in RocketMQ. */
export function startCluster(settings: Record<string, string> = {}): Promise<Cluster> {
  const stock = stockServer()
  return stock ? startStock(stock, settings) : startGantry(settings)
}

async function startGantry(settings: Record<string, string>): Promise<Cluster> {
  const sets = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const headless = await startHeadless({ args: sets })
  const [namesrv] = headless.ready.namesrv
  const [broker] = headless.ready.brokers
  if (!namesrv || !broker) throw new Error('the headless cluster is not whole')
  return {
    namesrv,
    broker: broker.address,
    brokerName: broker.name,
    clusterName: broker.cluster,
    stop: async () => {
      const code = await headless.stop()
      if (code !== 0) throw new Error(`headless ended with ${code}:\n${headless.stderr()}`)
    }
  }
}

async function startStock(line: ServerLine, settings: Record<string, string>): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'rocketmq-'))
  const namesrvPort = await freePorts(1)
  const brokerPort = await freePorts(4)
  const configuration = {
    brokerClusterName: 'DefaultCluster',
    brokerName: 'broker-a',
    brokerId: '0',
    brokerIP1: '127.0.0.1',
    brokerIP2: '127.0.0.1',
    listenPort: String(brokerPort + 2),
    haListenPort: String(brokerPort + 3),
    namesrvAddr: `127.0.0.1:${namesrvPort}`,
    storePathRootDir: join(folder, 'store'),
    storePathCommitLog: join(folder, 'store/commitlog'),
    mappedFileSizeCommitLog: String(64 << 20),
    // By default a request that has waited for 200 ms is refused: on a busy machine, many.
    waitTimeMillsInSendQueue: '60000',
    osPageCacheBusyTimeOutMills: '60000',
    ...settings
  }
  const write = (name: string, entries: Record<string, string>) => {
    const lines = Object.entries(entries).map(([key, value]) => `${key}=${value}\n`)
    writeFileSync(join(folder, name), lines.join(''))
    return join(folder, name)
  }
  const namesrvFile = write('namesrv.conf', { listenPort: String(namesrvPort) })
  const brokerFile = write('broker.conf', configuration)
  const namesrv = await startServer(line, folder, 'namesrv.NamesrvStartup', namesrvFile)
  const broker = await startServer(line, folder, 'broker.BrokerStartup', brokerFile)
  // It says so before its registration has arrived. `ready` of Gantry means that it has.
  while (!(await hasRoute(namesrvPort, 'SELF_TEST_TOPIC'))) await setTimeout(50)
  return {
    namesrv: `127.0.0.1:${namesrvPort}`,
    broker: `127.0.0.1:${configuration.listenPort}`,
    brokerName: 'broker-a',
    clusterName: 'DefaultCluster',
    stop: async () => {
      for (const server of [broker, namesrv]) {
        server.kill('SIGKILL')
        await new Promise((fulfil) => server.once('close', fulfil))
      }
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Comes back when the server says that it has booted. */
function startServer(line: ServerLine, folder: string, startup: string, configFile: string) {
  const open = ['java.nio', 'sun.nio.ch', 'jdk.internal.ref', 'java.lang']
  const child = spawn(
    'java',
    [
      '-Xms256m',
      '-Xmx512m',
      ...open.flatMap((name) => ['--add-opens', `java.base/${name}=ALL-UNNAMED`]),
      ...jvm(line, { 'user.home': folder }),
      `org.apache.rocketmq.${startup}`,
      '-c',
      configFile
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] }
  )
  const killChild = () => child.kill('SIGKILL')
  process.once('exit', killChild)
  child.once('close', () => process.off('exit', killChild))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise<ChildProcess>((fulfil, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      said += `${text}\n`
      if (text.includes('boot success')) fulfil(child)
    })
    child.once('close', () => reject(new Error(`${startup} did not boot:\n${said}`)))
  })
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

/** The first of some free ports in a row; a broker listens at -2, 0 and +1 of its own. */
async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = await listenBriefly(0)
    const rest = Array.from({ length: count - 1 }, (_, i) => listenBriefly(first + i + 1))
    const outcomes = await Promise.allSettled(rest)
    if (outcomes.every(({ status }) => status === 'fulfilled')) return first
  }
}

function listenBriefly(port: number): Promise<number> {
  return new Promise((fulfil, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => fulfil(typeof address === 'object' && address ? address.port : port))
    })
  })
}
