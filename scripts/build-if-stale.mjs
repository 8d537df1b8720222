/** Builds when a source is newer than, or other than, what was built. `node scripts/build-if-stale.mjs`, or imported. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(import.meta.dirname, '..')
const stampFile = join(root, 'out', 'built-from')
const lockFolder = join(root, '.cache', 'build.lock')
const built = [
  'main/headless.js',
  'main/cli.js',
  'main/index.js',
  'preload/index.cjs',
  'renderer/index.html'
]

/** What a build depends on; tests beside the code are no part of it. */
const sources = () => {
  const below = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(test|contract)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  const beside = [
    'electron.vite.config.ts',
    'scripts/declarations.mjs',
    'scripts/result-schemas.mjs',
    'package.json',
    'package-lock.json',
    'tsconfig.base.json'
  ]
  return [...below, ...beside.map((name) => join(root, name))].sort()
}

const stampOf = (paths) => {
  const hash = createHash('sha256')
  for (const path of paths) {
    const { mtimeMs, size } = statSync(path)
    hash.update(`${path}\0${mtimeMs}\0${size}\n`)
  }
  return hash.digest('hex')
}

const isFresh = (stamp) =>
  built.every((name) => existsSync(join(root, 'out', name))) &&
  existsSync(stampFile) &&
  readFileSync(stampFile, 'utf8') === stamp

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/** One build at a time: two would empty `out` below each other. */
const withLock = async (work) => {
  const owner = join(lockFolder, 'pid')
  mkdirSync(join(root, '.cache'), { recursive: true })
  for (;;) {
    try {
      mkdirSync(lockFolder)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const pid = existsSync(owner) ? Number(readFileSync(owner, 'utf8')) : undefined
      if (pid !== undefined && !isAlive(pid)) rmSync(lockFolder, { recursive: true, force: true })
      else await pause(200)
    }
  }
  writeFileSync(owner, String(process.pid))
  try {
    return await work()
  } finally {
    rmSync(lockFolder, { recursive: true, force: true })
  }
}

const build = () =>
  new Promise((done, reject) => {
    const cli = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
    const child = spawn(process.execPath, [cli, 'build'], {
      cwd: root,
      // Standard output belongs to whoever is started afterwards (`--json`).
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? done() : reject(new Error(`the build failed:\n${said}`))
    )
  })

/** @returns whether it built. */
export const buildIfStale = async () => {
  const stamp = stampOf(sources())
  if (isFresh(stamp)) return false
  return withLock(async () => {
    const now = stampOf(sources())
    if (isFresh(now)) return false
    console.error('building …')
    await build()
    writeFileSync(stampFile, now)
    return true
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildIfStale()
