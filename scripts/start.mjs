/** `npm start`: the desktop application, or, where it cannot run, the headless console and the reason. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildIfStale } from './build-if-stale.mjs'

const root = resolve(import.meta.dirname, '..')
const electronPackage = join(root, 'node_modules', 'electron')

/** Path of Electron's binary, whose package comes without; undefined where it is not there. */
const electronBinary = () => {
  const pathFile = join(electronPackage, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electronPackage, 'dist')
  const path = join(dist, readFileSync(pathFile, 'utf8'))
  return existsSync(path) ? path : undefined
}

/** Electron's own installer; says itself what it downloads. */
const download = () => {
  console.error('Electron is not here yet; downloading it once …')
  const installer = join(electronPackage, 'install.js')
  const { status } = spawnSync(process.execPath, [installer], {
    stdio: ['ignore', 'ignore', 'ignore']
  })
  return status === 0 ? electronBinary() : undefined
}

const hasDisplay = () =>
  process.platform !== 'linux' ||
  Boolean(process.env.DISPLAY) ||
  Boolean(process.env.WAYLAND_DISPLAY)

/** Why there can be no window, or the binary that makes one. */
const findElectron = () => {
  if (!hasDisplay())
    return { why: 'this session has no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' }
  if (process.platform === 'linux' && process.getuid() === 0)
    return { why: 'it was started as root, for whom Chromium’s sandbox does not work' }
  const binary = electronBinary() ?? download()
  return binary === undefined
    ? { why: 'Electron’s binary is not installed and could not be downloaded' }
    : { binary }
}

await buildIfStale()
const { binary, why } = findElectron()
if (binary === undefined) {
  console.error(
    `The desktop window cannot be opened: ${why}. ` +
      'The same engine and console start without a window instead; open the console address below in a browser on this machine. ' +
      '(`npm run headless` does this directly.)\n'
  )
  await import('../out/main/headless.js')
} else {
  const child = spawn(binary, [root, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`Electron could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code) => process.exit(code ?? 1))
}
