/** The two that are compared: each a nameserver and a broker on free ports with a folder of its own. */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { root } from '../../tests/compat/javaClients/lines'
import {
  freePorts,
  removeDeadFolder,
  startStockServers
} from '../../tests/compat/javaClients/stockServer'
import { firstAcceptedSend } from './firstSend'
import type { Flush, Version } from './options'

export interface Server {
  name: string
  namesrv: string
  brokerPort: number
  /** The process that is measured: all of Gantry; of stock the broker alone. */
  pid: number
  /** Besides `pid`: those whose CPU time is ours as well. */
  beside: readonly number[]
  /** Spawn to the first send that was accepted. */
  startMs: number
  /** Where an inspector listens; only when asked for. */
  inspector?: string
  stop(): Promise<void>
}

const HEAP = ['-Xms4g', '-Xmx4g']
const FLAGS = ['-server', '-XX:+UseG1GC']

/** Its nameserver runs already when the time of its start begins. */
export const startStock = async ({ version, line }: Version, flush: Flush): Promise<Server> => {
  let start: Promise<number> | undefined
  const servers = await startStockServers(line, {
    settings: { flushDiskType: flush },
    brokerHeap: HEAP,
    flags: FLAGS,
    onBrokerSpawn: (port) => {
      start = firstAcceptedSend(port, performance.now())
    }
  })
  return {
    name: `RocketMQ ${version}`,
    namesrv: servers.namesrv,
    brokerPort: servers.brokerPort,
    pid: servers.brokerPid,
    beside: [servers.namesrvPid],
    startMs: (await start) ?? NaN,
    stop: () => servers.stop()
  }
}

const KEPT_STDERR = 4000

export const startGantry = async (flush: Flush, withInspector = false): Promise<Server> => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-peer-'))
  const namesrvPort = await freePorts(1)
  const brokerPort = (await freePorts(4)) + 2
  const flags = [
    ...[
      '--json',
      '--data',
      folder,
      '--namesrv',
      String(namesrvPort),
      '--broker',
      String(brokerPort)
    ],
    ...['--grpc', '0', '--console', '0', '--set', `flushDiskType=${flush}`]
  ]
  const from = performance.now()
  const child = spawn(
    process.execPath,
    [
      ...(withInspector ? ['--inspect=127.0.0.1:0'] : []),
      join(root, 'out/main/headless.js'),
      ...flags
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] }
  )
  const clear = (): void => {
    child.kill('SIGKILL')
    removeDeadFolder(folder)
  }
  process.once('exit', clear)
  const closed = new Promise<void>((done) => child.once('close', () => done()))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT_STDERR)
  })
  const ready = new Promise<void>((done, reject) => {
    createInterface({ input: child.stdout }).once('line', () => done())
    void closed.then(() => reject(new Error(`Gantry did not start:\n${said}`)))
  })
  const [startMs] = await Promise.all([firstAcceptedSend(brokerPort, from, closed), ready])
  const inspector = /ws:\/\/\S+/.exec(said)?.[0]
  return {
    name: 'Gantry',
    namesrv: `127.0.0.1:${namesrvPort}`,
    brokerPort,
    pid: child.pid ?? 0,
    beside: [],
    startMs,
    ...(inspector !== undefined && { inspector }),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await closed
      clear()
      process.off('exit', clear)
    }
  }
}
