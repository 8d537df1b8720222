/** The engine without a window. With `--json` standard output carries one JSON object per line and nothing else. */
import { resolve } from 'node:path'
import { version } from '../../package.json'
import { systemClock } from './base/clock'
import { nodeDisk } from './base/disk'
import { systemRandom } from './base/random'
import { HELP, parseCommandLine, type CommandLine } from './commandLine'
import { engineLog, HOST, openEngine, type Engine } from './engine'
import { explainStart } from './explainStart'
import { readyLine, readyText } from './readyLine'
import { startConsoleServer, type ConsoleServer } from './http/consoleServer'

const clock = systemClock

/** A second signal this long after the first ends the process at once; what was acknowledged is on disk. */
const INSIST_AFTER_MS = 1000

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** The cause and the cure in one line. */
const fail = (error: unknown): never => {
  const { line, exitCode } = explainStart(error)
  process.stderr.write(`gantry: ${line}\n`)
  process.exit(exitCode)
}

const openFor = (flags: CommandLine): Promise<Engine> =>
  openEngine({
    clock,
    disk: nodeDisk,
    host: 'headless',
    version,
    data: flags.data,
    preset: flags.preset,
    ports: {
      namesrv: flags.namesrvPort,
      broker: flags.brokerPort,
      console: flags.consolePort
    },
    properties: flags.properties,
    portsMustBeFree: true,
    focusHolder: false
  })

/** Both at once; where one fails the other is closed. */
const serve = async (engine: Engine, port: number): Promise<ConsoleServer> => {
  const opening = startConsoleServer({
    console: engine.console,
    disk: nodeDisk,
    random: systemRandom,
    log: engineLog(clock).child('http'),
    host: HOST,
    port,
    rendererFolder: resolve(import.meta.dirname, '..', 'renderer')
  })
  const [server, started] = await Promise.allSettled([opening, engine.start()])
  if (server.status === 'fulfilled' && started.status === 'fulfilled') return server.value
  if (server.status === 'fulfilled') await server.value.close()
  await engine.stop()
  throw server.status === 'rejected' ? server.reason : (started as PromiseRejectedResult).reason
}

const stopOnSignal = (stop: () => Promise<void>): void => {
  let since: number | undefined
  const onSignal = (): void => {
    // A terminal and npm both pass Ctrl+C on: only a later one means that somebody does not want to wait.
    if (since !== undefined && clock.monotonic() - since > INSIST_AFTER_MS) process.exit(1)
    if (since !== undefined) return
    since = clock.monotonic()
    stop().then(() => process.exit(0), fail)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

const main = async (): Promise<void> => {
  const flags = parseCommandLine(process.argv.slice(2))
  if (flags.help || flags.version) {
    print(flags.help ? HELP : version)
    return
  }
  // Whoever closes our output does not stop the cluster.
  process.stdout.on('error', () => undefined)
  const engine = await openFor(flags)
  const open: { server?: ConsoleServer } = {}
  stopOnSignal(async () => {
    await open.server?.close()
    await engine.stop()
  })
  const server = (open.server = await serve(engine, flags.consolePort))
  engine.describe({ url: server.url })
  const ready = readyLine(engine, server.url, Math.round(clock.monotonic()))
  print(flags.json ? JSON.stringify(ready) : readyText(ready, version, process.env['LANG'] ?? ''))
}

main().catch(fail)
