/** The package as somebody installs it, and the examples of docs/TESTING-WITH-GANTRY.md as they copy them. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs' // prettier-ignore
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
  version: string
}

let project: string

/** Fenced blocks with a file name, by that name. */
const examplesOf = (doc: string): Map<string, string> =>
  new Map(
    [...readFileSync(join(root, 'docs', doc), 'utf8').matchAll(/```js file=(\S+)\n(.*?)```/gs)].map(
      ([, name = '', code = '']) => [name, code]
    )
  )

/** As npm lays them out; from our own node_modules, so that no registry is asked. */
const link = (name: string): void =>
  symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name), 'junction')

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'gantry project 项目-'))
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', project], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const installed = join(project, 'node_modules', 'gantry')
  mkdirSync(installed, { recursive: true })
  const tarball = join(project, packed.trim().split('\n').at(-1) ?? '')
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  for (const name of Object.keys(packageJson.dependencies)) link(name)
  for (const name of ['ali-ons', 'rocketmq-client-nodejs', '@types']) link(name)
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

const write = (name: string, code: string): string => {
  const path = join(project, name)
  writeFileSync(path, code)
  return path
}

const run = (...args: string[]) =>
  spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' })

describe('the package', () => {
  test('has what runs and no sources, tests or tools', () => {
    const installed = readdirSync(join(project, 'node_modules', 'gantry')).sort()
    expect(installed).toEqual([
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'out', 'package.json']
    ])
  })

  test('its command line answers', () => {
    const { bin } = JSON.parse(
      readFileSync(join(project, 'node_modules/gantry/package.json'), 'utf8')
    ) as { bin: { gantry: string } }
    const cli = join(project, 'node_modules/gantry', bin.gantry)
    expect(run(cli, '--version').stdout.trim()).toBe(packageJson.version)
    expect(readFileSync(cli, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })

  test('its types are understood', () => {
    write('tsconfig.json', JSON.stringify({ compilerOptions: { strict: true, noEmit: true, module: 'NodeNext', target: 'ES2022', types: ['node'] }, files: ['typed.mts'] })) // prettier-ignore
    write(
      'typed.mts',
      `import { startGantry, type Gantry } from 'gantry/testing'
       const gantry: Gantry = await startGantry({ topics: ['A', { topic: 'B', perm: 4 }] })
       const address: string = gantry.namesrv
       // @ts-expect-error 5 is no permission
       await startGantry({ topics: [{ topic: address, perm: 5 }] })`
    )
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    expect(run(tsc, '-p', project)).toMatchObject({ status: 0, stdout: '' })
  })
})

describe('the examples', () => {
  test('are the same in both languages', () => {
    const english = examplesOf('TESTING-WITH-GANTRY.md')
    expect([...english.keys()]).toEqual(['orders.test.mjs', 'invoices.test.mjs'])
    expect(examplesOf('TESTING-WITH-GANTRY.zh-CN.md')).toEqual(english)
  })

  test.each([
    ['orders.test.mjs', []],
    ['invoices.test.mjs', ['--test-force-exit']]
  ])('%s passes', (name, flags) => {
    write(name, examplesOf('TESTING-WITH-GANTRY.md').get(name) ?? '')
    const began = performance.now()
    const { status, stdout, stderr } = run('--test', ...flags, name)
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' })
    expect(stdout).toMatch(/^# pass 1$/m)
    // eslint-disable-next-line no-console -- reported, not asserted
    console.info(`${name}: start to stop in ${Math.round(performance.now() - began)} ms, test runner included`) // prettier-ignore
  })
})

describe('startGantry', () => {
  const said = (code: string) => run(write('run.mjs', code))
  const start = `import { startGantry } from 'gantry/testing'\n`

  test('leaves nothing behind: neither a process nor a folder', () => {
    const { stdout, stderr, status } = said(`${start}
      const gantry = await startGantry({ properties: { autoCreateTopicEnable: false } })
      await gantry.stop()
      await gantry.stop()
      console.log(JSON.stringify(gantry))`)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const { pid, data } = JSON.parse(stdout) as { pid: number; data: string }
    expect(existsSync(data)).toBe(false)
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  test('a folder that was named stays', () => {
    const data = join(project, 'kept data')
    const { status } = said(`${start}
      const gantry = await startGantry({ data: ${JSON.stringify(data)}, topics: ['T'] })
      await gantry.stop()`)
    expect(status).toBe(0)
    expect(existsSync(data)).toBe(true)
  })

  test('a process that is killed takes it along', async () => {
    const file = write(
      'killed.mjs',
      `${start}
      const gantry = await startGantry()
      console.log(gantry.pid)
      setInterval(() => {}, 1000)`
    )
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    child.kill('SIGKILL')
    await once(child, 'exit')
    const isThere = (): boolean => {
      try {
        return process.kill(Number(line), 0)
      } catch {
        return false
      }
    }
    // It stops as it was asked to; each look is a turn of the loop, not a time.
    while (isThere()) await new Promise((turn) => setImmediate(turn))
    expect(isThere()).toBe(false)
  })

  test('says why it cannot start', async () => {
    const holder = createServer()
    await new Promise<void>((done) => holder.listen(0, '127.0.0.1', done))
    const { port } = holder.address() as { port: number }
    const why = (options: object) =>
      said(`${start}await startGantry(${JSON.stringify(options)}).catch((error) => console.log(error.message))`).stdout // prettier-ignore
    expect(why({ preset: 'nope' })).toMatch(/ended with 2 .*there is no preset "nope"/)
    expect(why({ properties: { nope: 1 } })).toMatch(/nope/)
    expect(why({ ports: { namesrv: port } })).toMatch(new RegExp(`port ${port}`))
    expect(why({ topics: ['not a topic!'] })).toMatch(/^topic.save: INVALID_INPUT: topic/)
    await new Promise((done) => holder.close(done))
  })
})
