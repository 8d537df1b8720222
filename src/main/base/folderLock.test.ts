import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FolderInUseError, isFolderInUse, lockFolder, type LockOptions } from './folderLock'

/** Starts at a given moment, says what became of it, and stays. */
const childSource = `
import { lockFolder } from './folderLock.mjs'
const { folder, options, at } = JSON.parse(process.argv[2])
await new Promise((resolve) => setTimeout(resolve, at - Date.now() - 50))
while (Date.now() < at);
try {
  const lock = await lockFolder(folder, options)
  lock.describe({ url: 'http://127.0.0.1:8082/?token=secret' })
  lock.onFocus.on(() => console.log('focus'))
  console.log('held')
  setInterval(() => undefined, 1000)
} catch ({ name, pid, url }) {
  console.log(JSON.stringify({ name, pid, url }))
}
`

const built = mkdtempSync(join(tmpdir(), 'gantry-lock-'))
const children: Child[] = []
let folder: string

class Child {
  readonly lines: string[] = []
  readonly process: ChildProcess
  readonly ended: Promise<unknown>

  constructor(options: LockOptions, at = 0) {
    const argument = JSON.stringify({ folder, options, at })
    this.process = spawn(process.execPath, [join(built, 'child.mjs'), argument], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    this.ended = once(this.process, 'exit')
    createInterface({ input: this.process.stdout! }).on('line', (line) => this.lines.push(line))
    children.push(this)
  }

  /** What it said first. */
  async outcome(): Promise<string> {
    await expect.poll(() => this.lines.length, { timeout: 20_000 }).toBeGreaterThan(0)
    return this.lines[0]!
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.process.kill(signal)
    if (signal === 'SIGKILL') await this.ended
  }
}

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(import.meta.dirname, 'folderLock.ts'),
      outDir: built,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: '[name].mjs' } }
    }
  })
  writeFileSync(join(built, 'child.mjs'), childSource)
}, 60_000)
afterAll(() => rmSync(built, { recursive: true }))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry data 数据 '))
})
afterEach(() => rmSync(folder, { recursive: true }))

const platforms: [string, LockOptions][] = [
  ['the lock of this platform', {}],
  ['a socket file', { platform: 'darwin' }]
]

describe.each(platforms)('with %s', { timeout: 60_000 }, (_name, options) => {
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()))
    // A killed holder of a socket file leaves it behind.
    await (await lockFolder(folder, options)).release()
  })

  test('a folder has one owner, and the second starter learns who', async () => {
    const holder = new Child(options)
    expect(await holder.outcome()).toBe('held')
    const refused = await lockFolder(folder, options).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(FolderInUseError)
    expect(refused).toMatchObject({
      folder,
      pid: holder.process.pid,
      // Without the token: any local user can ask.
      url: 'http://127.0.0.1:8082/'
    })
    expect((refused as Error).message).toContain(`process ${holder.process.pid}, http://127.0.0.1`)
    expect(holder.lines).toEqual(['held'])
  })

  test('the second starter can ask for the window', async () => {
    const holder = new Child(options)
    await holder.outcome()
    await expect(lockFolder(folder, { ...options, focus: true })).rejects.toThrow('is in use')
    await expect.poll(() => holder.lines).toEqual(['held', 'focus'])
  })

  test('a released folder is free, also under another name', async () => {
    const other = `${folder}-link`
    symlinkSync(folder, other)
    try {
      const lock = await lockFolder(folder, options)
      await expect(lockFolder(other, options)).rejects.toMatchObject({ pid: process.pid })
      await lock.release()
      await (await lockFolder(other, options)).release()
    } finally {
      rmSync(other)
    }
  })

  test('kill -9 leaves nothing stale', async () => {
    for (let round = 0; round < 3; round += 1) {
      const holder = new Child(options)
      expect(await holder.outcome()).toBe('held')
      await holder.kill()
    }
    await (await lockFolder(folder, options)).release()
  })

  test('a holder that is stopped still holds', async () => {
    const holder = new Child(options)
    await holder.outcome()
    await holder.kill('SIGSTOP')
    await expect(lockFolder(folder, options)).rejects.toMatchObject({ pid: undefined })
  })

  test.each([
    ['a free folder', false],
    ['the folder of a killed holder', true]
  ])('of twenty that race for %s exactly one wins', async (_case, isStale) => {
    if (isStale) {
      const dead = new Child(options)
      await dead.outcome()
      await dead.kill()
    }
    const at = Date.now() + 1500
    const racers = Array.from({ length: 20 }, () => new Child(options, at))
    const outcomes = await Promise.all(racers.map((racer) => racer.outcome()))
    const winners = racers.filter((_, i) => outcomes[i] === 'held')
    expect(winners).toHaveLength(1)
    const losers = outcomes.filter((outcome) => outcome !== 'held')
    const pids = losers.map((outcome) => JSON.parse(outcome) as { name: string; pid?: number })
    expect(new Set(pids.map(({ name }) => name))).toEqual(new Set(['FolderInUseError']))
    expect(new Set(pids.map(({ pid }) => pid))).toEqual(new Set([winners[0]!.process.pid]))
  })

  test('the lock leaves the folder itself empty', async () => {
    const lock = await lockFolder(folder, options)
    expect(readdirSync(folder)).toEqual([])
    await lock.release()
  })
})

test('whether a folder is in use can be asked without taking it', async () => {
  expect(await isFolderInUse(folder)).toBe(false)
  const lock = await lockFolder(folder)
  expect(await isFolderInUse(folder)).toBe(true)
  await lock.release()
  expect(await isFolderInUse(folder)).toBe(false)
  expect(readdirSync(folder)).toEqual([])
})
