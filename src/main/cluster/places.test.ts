/** Presets, folders and ports: what is decided before anything is written. */
import { createServer, type Server } from 'node:net'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { ClusterSpecSchema } from '../../shared/clusterDrafts'
import { presetNames } from '../../shared/clusterPresets'
import { confName, specProblems } from '../../shared/clusterSpec'
import { dataFolder, defaultDataPath, FIRST_CLUSTER } from './dataFolder'
import { checkPorts } from './ports'
import { presetNamed } from './presets'

describe('presets', () => {
  test('an unknown one is refused with the known ones named', () => {
    expect(() => presetNamed('huge')).toThrow(
      'there is no preset "huge"; known presets: single, 2m-noslave, 2m-2s-async, 2m-2s-sync, 3n-2m-2s'
    )
  })

  test('single is one nameserver and one master', () => {
    expect(presetNamed('single')).toEqual({
      name: 'single',
      nameservers: [{ id: 0, port: 9876 }],
      brokers: [
        {
          id: 0,
          cluster: 'DefaultCluster',
          name: 'broker-a',
          brokerId: 0,
          role: 'ASYNC_MASTER',
          port: 10_911
        }
      ],
      proxy: { port: 8081 }
    })
  })

  test('the largest has its nodes one after the other', () => {
    const { nameservers, brokers } = presetNamed('3n-2m-2s')
    expect(nameservers.map(({ port }) => port)).toEqual([9876, 9877, 9878])
    expect(brokers.map((broker) => [confName(broker), broker.role, broker.port])).toEqual([
      ['broker-a', 'ASYNC_MASTER', 10_911],
      ['broker-a-s', 'SLAVE', 10_931],
      ['broker-b', 'ASYNC_MASTER', 10_951],
      ['broker-b-s', 'SLAVE', 10_971]
    ])
  })

  test.each(presetNames)('%s can be run, on any free ports too', (name) => {
    expect(specProblems(presetNamed(name))).toEqual([])
    const anywhere = presetNamed(name, { namesrv: 0, broker: 0, grpc: 0 })
    expect(specProblems(anywhere)).toEqual([])
    expect(new Set([...anywhere.nameservers, ...anywhere.brokers].map(({ port }) => port))).toEqual(
      new Set([0])
    )
    expect(ClusterSpecSchema.parse(anywhere)).toEqual(anywhere)
  })
})

describe('the data folder', () => {
  test('keeps everything below its root, under fixed names', () => {
    const folder = dataFolder('测试 data')
    expect(folder.root).toBe(resolve('测试 data'))
    const first = folder.cluster(FIRST_CLUSTER)
    expect(first.broker(0)).toBe(join(folder.root, 'nodes', 'broker-0'))
    expect(first.namesrv(0)).toBe(join(folder.root, 'nodes', 'namesrv-0'))
    expect(folder.cluster(2).broker(3)).toBe(
      join(folder.root, 'clusters', '2', 'nodes', 'broker-3')
    )
    expect(folder.snapshot(4)).toBe(join(folder.root, 'snapshots', '4'))
    expect(folder.installation).toBe(join(folder.root, 'installation'))
  })

  test.each([
    ['linux', {}, '/home/li/.local/share/gantry'],
    ['linux', { XDG_DATA_HOME: '/d' }, '/d/gantry'],
    ['darwin', {}, '/home/li/Library/Application Support/Gantry'],
    ['win32', { APPDATA: '/roaming' }, '/roaming/Gantry']
  ] as const)('of %s with %j is %s', (platform, env, expected) => {
    expect(defaultDataPath({ platform, env, home: '/home/li' })).toBe(expected)
  })
})

describe('ports', () => {
  let server: Server | undefined
  afterEach(() => new Promise<void>((done) => (server ? server.close(() => done()) : done())))

  const occupy = async (): Promise<number> => {
    server = createServer()
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done))
    return (server.address() as { port: number }).port
  }
  const holder = () => Promise.resolve('java (pid 7)')

  test('a taken one is refused with its holder and the flag', async () => {
    const port = await occupy()
    const checking = checkPorts(
      '127.0.0.1',
      [{ port, flag: '--broker', purpose: 'the broker' }],
      holder
    )
    await expect(checking).rejects.toThrow(
      `port ${port} for the broker is in use by java (pid 7); end that program or choose another port with --broker`
    )
  })

  test('one asked for twice is refused', async () => {
    const checking = checkPorts(
      '127.0.0.1',
      [
        { port: 9000, flag: '--namesrv', purpose: 'the nameserver' },
        { port: 9000, flag: '--broker', purpose: 'the broker' }
      ],
      holder
    )
    await expect(checking).rejects.toThrow('port 9000 is asked for twice')
  })

  test('0 is always free, also twice', async () => {
    const wanted = { port: 0, flag: '--broker', purpose: 'the broker' }
    await checkPorts('127.0.0.1', [wanted, wanted], holder)
  })
})
