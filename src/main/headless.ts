/** The engine without a window. With `--json` standard output carries one JSON object per line and nothing else. */
import { resolve } from 'node:path'
import { version } from '../../package.json'
import { systemClock } from './base/clock'
import { nodeDisk } from './base/disk'
import { systemRandom } from './base/random'
import { choiceOfFlags, portsOfFlags } from './clusterOfFlags'
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

const open = async (flags: CommandLine): Promise<Engine> =>
  openEngine({
    clock,
    disk: nodeDisk,
    host: 'headless',
    version,
    data: flags.data,
    cluster: await choiceOfFlags(flags, nodeDisk),
    ports: { ...portsOfFlags(flags), console: flags.consolePort },
    properties: flags.properties,
    addresses: flags.addresses,
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
    rendererFolder: resolve(import.meta.dirname, '..', 'renderer'),
    version,
    resultSchemas: resolve(import.meta.dirname, 'resultSchemas.json')
  })
  const [server, started] = await Promise.allSettled([opening, engine.start()])
  if (server.status === 'fulfilled' && started.status === 'fulfilled') return server.value
  if (server.status === 'fulfilled') await server.value.close()
  await engine.stop()
  throw server.status === 'rejected' ? server.reason : (started as PromiseRejectedResult).reason
}

/** What is open so far, and whether somebody asked us to stop. */
const run: { engine?: Engine; server?: ConsoleServer; stopAskedAt?: number } = {}

const stopAll = async (): Promise<void> => {
  await run.server?.close()
  await run.engine?.stop()
}

const onSignal = (): void => {
  const now = clock.monotonic()
  // A terminal and npm both pass Ctrl+C on: only a later one means that somebody does not want to wait.
  if (run.stopAskedAt !== undefined) {
    if (now - run.stopAskedAt > INSIST_AFTER_MS) process.exit(1)
    return
  }
  run.stopAskedAt = now
  stopAll().then(() => process.exit(0), fail)
}

const main = async (): Promise<void> => {
  const flags = parseCommandLine(process.argv.slice(2))
  if (flags.help || flags.version) {
    print(flags.help ? HELP : version)
    return
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  // For test suites: whoever started us may be killed and can then say nothing.
  if (process.env['GANTRY_STOP_WITH_STDIN'] === '1') process.stdin.on('end', onSignal).resume()
  // Whoever closes our output does not stop the cluster.
  process.stdout.on('error', () => undefined)
  const engine = await open(flags)
  run.engine = engine
  // Asked while it opened: it was not there to be stopped yet.
  if (run.stopAskedAt !== undefined) return engine.stop()
  const server = await serve(engine, flags.consolePort)
  run.server = server
  engine.describe({ url: server.url })
  const ready = readyLine(engine, server.url, Math.round(clock.monotonic()))
  print(flags.json ? JSON.stringify(ready) : readyText(ready, version, process.env['LANG'] ?? ''))
}

main().catch((error: unknown) => {
  // Stopped while it started: that is no failure.
  if (run.stopAskedAt === undefined) fail(error)
})
