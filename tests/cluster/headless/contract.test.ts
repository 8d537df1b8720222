/** The headless contract of docs/ARCHITECTURE.md: what scripts depend on. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { version } from '../../../package.json'
import { runHeadless, startHeadless, type Headless } from '../../headless'

const folders: string[] = []
const running: Headless[] = []

const freshFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-测试 data-'))
  folders.push(folder)
  return folder
}

const start = async (...options: Parameters<typeof startHeadless>): Promise<Headless> => {
  const headless = await startHeadless(...options)
  running.push(headless)
  return headless
}

afterEach(async () => {
  for (const headless of running.splice(0)) await headless.kill()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const occupy = async (): Promise<{ port: number; free: () => Promise<void> }> => {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  return { port, free: () => new Promise((done) => server.close(() => done())) }
}

describe('the ready line', () => {
  test('has every field of the contract', async () => {
    const dataDir = freshFolder()
    const { ready, stdout } = await start({ dataDir })
    expect(ready).toEqual({
      event: 'ready',
      namesrv: [expect.stringMatching(/^127\.0\.0\.1:\d+$/)],
      brokers: [
        {
          cluster: 'DefaultCluster',
          name: 'broker-a',
          id: 0,
          role: 'ASYNC_MASTER',
          address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string
        }
      ],
      grpc: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      console: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/) as string,
      data: dataDir,
      pid: expect.any(Number) as number,
      startupMs: expect.any(Number) as number
    })
    expect(stdout().trim().split('\n')).toHaveLength(1)
  })

  test('has no gRPC address where the cluster has no proxy', async () => {
    const file = join(freshFolder(), 'bare.json')
    writeFileSync(file, '{"nameservers":[{}],"brokers":[{}]}')
    const { ready } = await start({ args: ['--cluster', file] })
    expect(ready.grpc).toBeNull()
  })

  test('is printed when the console and the nodes answer', async () => {
    const { ready } = await start()
    const response = await fetch(ready.console)
    expect(response.status).toBe(200)
    expect(ready.namesrv[0]).not.toMatch(/:0$/)
  })

  test('carries another token with every start', async () => {
    const tokens = await Promise.all([start(), start()])
    const [a, b] = tokens.map(({ ready }) => new URL(ready.console).searchParams.get('token'))
    expect(a).not.toBe(b)
  })

  test('applies --set to the broker', async () => {
    const { ready } = await start({ args: ['--set', 'autoCreateTopicEnable=false'] })
    expect(ready.brokers).toHaveLength(1)
  })
})

describe('a signal stops it cleanly', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: exit 0, and it can start again',
    async (signal) => {
      const dataDir = freshFolder()
      const first = await start({ dataDir })
      expect(await first.signal(signal)).toBe(0)
      expect(first.stderr()).toBe('')
      const second = await start({ dataDir })
      expect(await second.signal('SIGTERM')).toBe(0)
    }
  )
})

test('a signal while it starts ends it with 0 as well', async () => {
  const data = join(freshFolder(), 'd')
  const ports = ['--namesrv', '0', '--broker', '0', '--grpc', '0', '--console', '0']
  const child = spawn(process.execPath, [
    'out/main/headless.js',
    '--json',
    '--data',
    data,
    ...ports
  ])
  let stderr = ''
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString('utf8')))
  // Its folder is there some time before it is ready.
  while (!existsSync(data)) await new Promise((done) => setImmediate(done))
  child.kill('SIGTERM')
  const code = await new Promise((done) => child.once('close', done))
  expect(stderr).toBe('')
  expect(code).toBe(0)
})

describe('what only prints', () => {
  test('--version', async () => {
    expect(await runHeadless(['--version'])).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: ''
    })
  })

  test('--help names every flag', async () => {
    const { code, stdout } = await runHeadless(['--help'])
    expect(code).toBe(0)
    for (const flag of [
      'data',
      'preset',
      'cluster',
      'namesrv',
      'broker',
      'grpc',
      'console',
      'set',
      'json'
    ])
      expect(stdout).toContain(`--${flag}`)
  })
})

/** Nothing of the folder's place exists afterwards, and exactly one line was said. */
const expectRefusal = async (args: string[], line: RegExp): Promise<void> => {
  const data = join(freshFolder(), 'not yet')
  const ports = ['--namesrv', '0', '--broker', '0', '--grpc', '0', '--console', '0']
  const ended = await runHeadless(['--json', '--data', data, ...ports, ...args])
  expect(ended.stderr).toMatch(line)
  expect(ended.stderr.trim().split('\n')).toHaveLength(1)
  expect(ended.stdout).toBe('')
  expect(ended.code).toBe(2)
  expect(existsSync(data)).toBe(false)
}

describe('refused with one line, exit 2 and nothing written', () => {
  test.each([
    ['an unknown flag', ['--nope'], /--nope/],
    [
      'an unknown preset',
      ['--preset', 'huge'],
      /no preset "huge"; known presets: single, 2m-noslave/
    ],
    ['a preset and a file', ['--preset', 'single', '--cluster', 'x'], /give one/],
    [
      'a file that is not there',
      ['--cluster', '/no/such.yaml'],
      /such\.yaml: there is no such file/
    ],
    ['a port that is none', ['--broker', '65536'], /--broker 65536: a port is a number/],
    ['an unknown property', ['--set', 'noSuch=1'], /no broker property "noSuch"/],
    [
      'a value it cannot have',
      ['--set', 'maxMessageSize=x'],
      /maxMessageSize cannot be "x": expected/
    ],
    ['what the cluster decides', ['--set', 'listenPort=1'], /chosen with --broker/],
    ['a property without =', ['--set', 'maxMessageSize'], /key=value/],
    ['one port for two', ['--namesrv', '39876', '--broker', '39876'], /asked for twice/]
  ])('%s', async (_name, args, line) => {
    await expectRefusal(args, line)
  })

  test.each(['--namesrv', '--broker', '--grpc', '--console'])(
    '%s on a port in use',
    async (flag) => {
      const { port, free } = await occupy()
      const holder = process.platform === 'linux' ? `\\(pid ${process.pid}\\)` : '.*'
      await expectRefusal(
        [flag, String(port)],
        new RegExp(`port ${port} .*in use by .*${holder}.*${flag}`)
      )
      await free()
    }
  )

  test('a file with a mistake, which is told with its line', async () => {
    const file = join(freshFolder(), 'lab.yaml')
    writeFileSync(file, 'nameservers: [{}]\nbrokers:\n  - name: a\n  - name: a\n')
    const line = /lab\.yaml:4: brokers\[1\]: there are two brokers a of brokerId 0/
    await expectRefusal(['--cluster', file], line)
  })

  test('--broker whose port for replication (port + 1) is in use', async () => {
    const { port, free } = await occupy()
    await expectRefusal(['--broker', String(port - 1)], new RegExp(`port ${port} .*--broker`))
    await free()
  })

  test('--broker whose second port (port - 2) is in use', async () => {
    const { port, free } = await occupy()
    await expectRefusal(['--broker', String(port + 2)], new RegExp(`port ${port} .*--broker`))
    await free()
  })

  test('a data folder another instance has, which is named', async () => {
    const dataDir = freshFolder()
    const first = await start({ dataDir })
    const before = readdirSync(dataDir, { recursive: true }).sort()
    const ports = ['--namesrv', '0', '--broker', '0', '--grpc', '0', '--console', '0']
    const ended = await runHeadless(['--json', '--data', dataDir, ...ports])
    expect(ended.code).toBe(2)
    expect(ended.stderr.trim().split('\n')).toHaveLength(1)
    expect(ended.stderr).toContain(`process ${first.ready.pid}`)
    expect(ended.stderr).toContain('--data')
    const token = new URL(first.ready.console).searchParams.get('token')
    expect(ended.stderr).not.toContain(token)
    expect(readdirSync(dataDir, { recursive: true }).sort()).toEqual(before)
  })

  test('a data folder that is a file', async () => {
    const data = join(freshFolder(), 'file')
    writeFileSync(data, 'mine')
    const ended = await runHeadless([
      '--json',
      '--data',
      data,
      '--namesrv',
      '0',
      '--broker',
      '0',
      '--grpc',
      '0',
      '--console',
      '0'
    ])
    expect(ended.code).toBe(2)
    expect(ended.stderr.trim().split('\n')).toHaveLength(1)
    expect(ended.stderr).toContain('--data')
  })
})

describe('without --json', () => {
  test('people read addresses, the console and where the data lies, in their language', async () => {
    const data = freshFolder()
    const anywhere = ['namesrv', 'broker', 'grpc', 'console'].flatMap((flag) => [`--${flag}`, '0'])
    const child = spawn(process.execPath, ['out/main/headless.js', '--data', data, ...anywhere], {
      env: { ...process.env, LANG: 'zh_CN.UTF-8' },
      stdio: ['ignore', 'pipe', 'inherit']
    })
    let said = ''
    await new Promise<void>((done) =>
      child.stdout.on('data', (text: Buffer) => {
        said += text.toString('utf8')
        if (said.includes('Ctrl+C')) done()
      })
    )
    child.kill('SIGTERM')
    const code = await new Promise((done) => child.once('close', done))
    expect(code).toBe(0)
    expect(said).toContain('已就绪')
    expect(said).toContain('http://127.0.0.1:')
    expect(said).toContain(data)
  })
})
