/** `npm run package`: what can be made of this commit on this machine, into dist/. docs/RELEASE.md says the rest. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs' // prettier-ignore
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createRequire } from 'node:module'
import { parse } from 'yaml'
import { buildIfStale } from './build-if-stale.mjs'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')
const electronPackage = join(root, 'node_modules', 'electron')
const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'))
const { version: electronVersion } = createRequire(import.meta.url)(join(electronPackage, 'package.json')) // prettier-ignore

/** For Node without a window: `gantry`, `gantry start`, `gantry/testing`. */
const packForNode = () => {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', dist], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32'
  })
  return join(dist, packed.trim().split('\n').at(-1))
}

/** Electron's own files; its package comes without, and its installer fetches them once. */
const electronDist = () => {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electronPackage, 'dist')
  if (existsSync(join(folder, 'version'))) return folder
  spawnSync(process.execPath, [join(electronPackage, 'install.js')], { stdio: 'ignore' })
  return existsSync(join(folder, 'version')) ? folder : undefined
}

/** The places of Electron's files with nothing in them: enough to lay out the application around them. */
const standIn = () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-electron-'))
  mkdirSync(join(folder, 'resources'))
  const names = ['electron', 'version', 'LICENSE', 'LICENSES.chromium.html'] // prettier-ignore
  for (const name of names) writeFileSync(join(folder, name), '')
  chmodSync(join(folder, 'electron'), 0o755)
  return folder
}

const builder = async (options) => {
  const { build } = await import('electron-builder')
  return build({ projectDir: root, publish: 'never', ...options })
}

/** Lays the application out for Linux without Electron and looks at it; what the configuration names must be there. */
const checkLayout = async () => {
  const electron = standIn()
  const output = mkdtempSync(join(tmpdir(), 'gantry-layout-'))
  try {
    // Fuses are burnt into the binary, which is not there.
    const rest = Object.fromEntries(
      Object.entries(config).filter(([key]) => key !== 'electronFuses')
    )
    const checked = { ...rest, electronDist: electron, directories: { ...config.directories, output } } // prettier-ignore
    const file = join(output, 'electron-builder.json')
    // By its path: an object would be laid over electron-builder.yml.
    writeFileSync(file, JSON.stringify(checked))
    await builder({ linux: ['dir'], config: file })
    const { listPackage } = createRequire(import.meta.url)('@electron/asar')
    const asar = join(output, 'linux-unpacked', 'resources', 'app.asar')
    const files = listPackage(asar, { isPack: false }).map((name) => name.replaceAll('\\', '/'))
    const wanted = ['/out/main/index.js', '/out/preload/index.cjs', '/out/renderer/index.html', '/resources/tray.png', '/package.json'] // prettier-ignore
    const missing = wanted.filter((name) => !files.includes(name))
    if (missing.length > 0) throw new Error(`the application lacks ${missing.join(', ')}`)
    return files.filter((name) => !name.endsWith('/')).length
  } finally {
    rmSync(electron, { recursive: true, force: true })
    rmSync(output, { recursive: true, force: true })
  }
}

await buildIfStale()
mkdirSync(dist, { recursive: true })
const forNode = packForNode()
const electron = electronDist()
if (electron === undefined) {
  const count = await checkLayout()
  console.error(
    `\nNo installer was made: Electron ${electronVersion} is not on this machine and could not be downloaded (github.com is not reached). ` +
      `What can be made without it was: ${forNode}, which runs the command line and the headless console on any Node; ` +
      `and the layout of the desktop application (${count} files in its archive) was made by electron-builder with empty files in Electron’s place, found whole, and thrown away. ` +
      'On a machine that reaches github.com the same command makes the AppImage and the deb (Linux), the dmg (macOS) or the installer (Windows).'
  )
  process.exit(1)
}
const made = await builder({ config: { ...config, electronDist: electron } })
console.log([forNode, ...made].join('\n'))
