/** The desktop application: the same engine as headless, with a window. */
import { app } from 'electron'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { version } from '../../package.json'
import { runDesktop, type DesktopEngine } from './app/desktop'
import { setStartAtLogin } from './app/loginItem'
import { systemClock } from './base/clock'
import { nodeDisk } from './base/disk'
import { choiceOfFlags, portsOfFlags } from './clusterOfFlags'
import { parseCommandLine, type CommandLine } from './commandLine'
import { RendererFiles } from './console/rendererFiles'
import { engineLog, openEngine } from './engine'
import { explainStart } from './explainStart'

const log = engineLog(systemClock)

const flagsOrExit = (): CommandLine => {
  try {
    return parseCommandLine(process.argv.slice(app.isPackaged ? 1 : 2), 'lenient')
  } catch (error) {
    process.stderr.write(`gantry: ${explainStart(error).line}\n`)
    return process.exit(explainStart(error).exitCode)
  }
}

const flags = flagsOrExit()

const open = async (): Promise<DesktopEngine> => {
  const engine = await openEngine({
    clock: systemClock,
    disk: nodeDisk,
    host: 'electron',
    version,
    data: flags.data,
    cluster: await choiceOfFlags(flags, nodeDisk),
    ports: portsOfFlags(flags),
    properties: flags.properties,
    addresses: flags.addresses,
    portsMustBeFree: false,
    focusHolder: true
  })
  const { supervisor } = engine
  return {
    ...engine,
    nodes: {
      changed: supervisor.changed,
      states: () => [
        ...supervisor.nameserverStatuses(),
        ...supervisor.brokerStatuses(),
        ...supervisor.proxyStatuses()
      ]
    }
  }
}

void runDesktop({
  userData: join(resolve(flags.data), 'window'),
  preload: resolve(import.meta.dirname, '..', 'preload', 'index.cjs'),
  devServer: app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'],
  files: new RendererFiles(nodeDisk, resolve(import.meta.dirname, '..', 'renderer')),
  log: log.child('app'),
  trayIcon: resolve(import.meta.dirname, '..', '..', 'resources', 'tray.png'),
  disk: nodeDisk,
  hidden: process.argv.includes('--hidden'),
  argv: process.argv,
  setStartAtLogin: (on) =>
    setStartAtLogin(on, {
      ...{ platform: process.platform, env: process.env, home: homedir(), disk: nodeDisk },
      executable: app.getPath('exe')
    }),
  open
})
