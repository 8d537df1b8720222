import { describe, expect, test } from 'vitest'
import type { NodeNotice, NodeStats } from './control'
import { BROKER, brokerStarted, namesrvStarted, setUp } from './supervisor.fixture'

const stats = (values: Partial<NodeStats>): NodeStats => ({
  produced: 0,
  producedBytes: 0,
  consumed: 0,
  consumedBytes: 0,
  produceTps: 0,
  consumeTps: 0,
  producedToday: 0,
  consumedToday: 0,
  ...values
})

describe('starting the cluster', () => {
  test('loads both nodes at once, but starts the broker when the nameserver has its port', async () => {
    const { supervisor, thread, threads } = setUp({ namesrv: 0, broker: 0 })
    const starting = supervisor.start()
    expect(threads.map(({ kind }) => kind)).toEqual(['namesrv', 'broker'])
    await thread('namesrv').received('start')
    expect(thread('broker').heard).toEqual([])
    thread('namesrv').say(namesrvStarted(40_001))
    await thread('broker').received('start')
    expect(thread('broker').heard[0]).toEqual({
      kind: 'start',
      options: {
        kind: 'broker',
        host: '127.0.0.1',
        folder: '/data/nodes/broker-0',
        properties: {
          brokerClusterName: 'DefaultCluster',
          brokerName: 'broker-a',
          brokerId: '0',
          brokerRole: 'ASYNC_MASTER',
          haListenPort: '0',
          listenPort: '0',
          namesrvAddr: '127.0.0.1:40001'
        },
        vipChannel: false
      }
    })
    thread('broker').say(brokerStarted(40_002))
    await starting
    expect(supervisor.namesrvAddresses()).toEqual(['127.0.0.1:40001'])
    expect(supervisor.nameserverStatuses()[0]?.id).toBe('namesrv:40001')
  })

  test('gives a broker on a fixed port its second one for old clients', async () => {
    const { thread, running } = setUp()
    await running()
    expect(thread('broker').heard[0]).toMatchObject({ options: { vipChannel: true } })
  })

  test('keeps the port the system chose for the next start', async () => {
    const { supervisor, thread, running } = setUp({ namesrv: 0, broker: 0 })
    await running()
    const restarting = supervisor.restartNode('namesrv:40001')
    await thread('namesrv').received('stop')
    thread('namesrv').say({ kind: 'stopped' })
    await new Promise((resolve) => setImmediate(resolve))
    await thread('namesrv').received('start')
    expect(thread('namesrv').heard[0]).toMatchObject({ options: { port: 40_001 } })
    thread('namesrv').say(namesrvStarted(40_001))
    await restarting
  })

  test('keeps the port for slaves the system chose as well', async () => {
    const { supervisor, thread, running } = setUp({ namesrv: 0, broker: 0 })
    await running({ haListenPort: '40003' })
    await supervisor.killNode(BROKER)
    const starting = supervisor.startNode(BROKER)
    await thread('broker').received('start')
    expect(thread('broker').heard[0]).toMatchObject({
      options: { properties: { listenPort: '40002', haListenPort: '40003' } }
    })
    thread('broker').say(brokerStarted(40_002))
    await starting
  })

  test('with a port taken tells who has it', async () => {
    const { supervisor, thread } = setUp()
    const starting = supervisor.start()
    await thread('namesrv').received('start')
    const params = { port: 9876, holder: '' }
    thread('namesrv').say({
      kind: 'failed',
      problem: { code: 'PORT_IN_USE', message: 'taken', params }
    })
    await expect(starting).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      params: { port: 9876, holder: 'java (pid 1)' }
    })
    expect(supervisor.brokerStatuses()[0]?.state).toBe('stopped')
  })

  test('uses overrides over saved properties', async () => {
    const { docs, thread, running } = setUp(undefined, new Map([['maxMessageSize', '2048']]))
    docs.set(BROKER, {
      id: BROKER,
      properties: [
        ['maxMessageSize', '4096'],
        ['regionId', 'here'],
        ['noSuchProperty', 'of another version']
      ]
    })
    await running()
    const { options } = thread('broker').heard[0] as { options: { properties: object } }
    expect(options.properties).toMatchObject({ maxMessageSize: '2048', regionId: 'here' })
    expect(options.properties).not.toHaveProperty('noSuchProperty')
  })
})

describe('stopping the cluster', () => {
  test('ends brokers before nameservers', async () => {
    const { supervisor, thread, running } = setUp()
    await running()
    const stopping = supervisor.stop()
    await thread('broker').received('stop')
    expect(thread('namesrv').heard.map(({ kind }) => kind)).toEqual(['start'])
    thread('broker').say({ kind: 'stopped' })
    await thread('namesrv').received('stop')
    thread('namesrv').say({ kind: 'stopped' })
    await stopping
    expect(supervisor.nameserverStatuses()[0]?.state).toBe('stopped')
  })
})

describe('while it runs', () => {
  test('an unknown node is NODE_NOT_FOUND', async () => {
    const { supervisor } = setUp()
    await expect(supervisor.startNode('broker-z:0')).rejects.toMatchObject({
      code: 'NODE_NOT_FOUND',
      params: { id: 'broker-z:0' }
    })
    expect(() => supervisor.brokerStatusOf('namesrv:9876')).toThrow('no node namesrv:9876')
  })

  test('a crash becomes a notice and a problem, and takes the start time away', async () => {
    const { supervisor, thread, running } = setUp()
    const notices: NodeNotice[] = []
    supervisor.notices.on((notice) => notices.push(notice))
    await running()
    expect(supervisor.brokerStatuses()[0]?.startedAt).toBe(2000)
    thread('broker').die(new Error('boom'))
    await thread('broker').exited
    await Promise.resolve()
    expect(notices).toEqual([
      { level: 'error', code: 'NODE_CRASHED', params: { id: BROKER, reason: 'boom' } }
    ])
    expect(supervisor.brokerStatuses()[0]).toMatchObject({
      state: 'crashed',
      startedAt: undefined,
      problem: { code: 'NODE_CRASHED' }
    })
  })

  test('properties changed over the wire are saved for the next start', async () => {
    const { supervisor, saved, docs, thread, running } = setUp()
    await running({ maxMessageSize: '4194304' })
    thread('broker').say({ kind: 'propertiesChanged', changed: { maxMessageSize: '2048' } })
    expect(docs.get(BROKER)?.properties).toEqual([['maxMessageSize', '2048']])
    expect(saved.of(BROKER).get('maxMessageSize')).toBe('2048')
    expect(supervisor.brokerStatusOf(BROKER).properties?.get('maxMessageSize')).toBe('2048')
  })

  test('what nodes log is passed on', async () => {
    const { logged, thread, running } = setUp()
    await running()
    thread('broker').say({ kind: 'log', level: 'warn', area: 'broker-a', message: 'slow' })
    expect(logged).toMatchObject([{ level: 'warn', area: 'broker-a', message: 'slow' }])
  })

  test('the tail runs only while somebody listens, and goes on after a restart', async () => {
    const { supervisor, thread, running } = setUp()
    await running()
    const tails = (): unknown[] => thread('broker').heard.filter(({ kind }) => kind === 'tail')
    const seen: number[] = []
    const first = supervisor.openTail(({ passed }) => seen.push(passed))
    const second = supervisor.openTail(() => undefined)
    expect(tails()).toEqual([{ kind: 'tail', on: true }])
    thread('broker').say({ kind: 'tail', batch: { messages: [], passed: 7 } })
    expect(seen).toEqual([7])
    await supervisor.killNode(BROKER)
    const starting = supervisor.startNode(BROKER)
    await thread('broker').received('start')
    thread('broker').say(brokerStarted(10_911))
    await starting
    expect(tails()).toEqual([{ kind: 'tail', on: true }])
    first.dispose()
    second.dispose()
    expect(tails()).toEqual([
      { kind: 'tail', on: true },
      { kind: 'tail', on: false }
    ])
  })
})

describe('traffic', () => {
  test('is one point a second: what was added since the last', async () => {
    const { clock, supervisor, thread, running } = setUp()
    await running()
    const points: number[] = []
    supervisor.traffic.on((point) => points.push(point.produced))
    const say = (produced: number): void =>
      thread('broker').say({ kind: 'stats', stats: stats({ produced }) })
    say(10)
    clock.advance(1000)
    say(25)
    clock.advance(1000)
    clock.advance(1000)
    expect(points).toEqual([10, 15, 0])
    expect(supervisor.meter.history.toArray()).toHaveLength(3)
  })

  test('begins anew with a new life of the broker', async () => {
    const { clock, supervisor, thread, running } = setUp()
    await running()
    const points: number[] = []
    supervisor.traffic.on((point) => points.push(point.produced))
    thread('broker').say({ kind: 'stats', stats: stats({ produced: 100 }) })
    clock.advance(1000)
    await supervisor.killNode(BROKER)
    const starting = supervisor.startNode(BROKER)
    await thread('broker').received('start')
    thread('broker').say(brokerStarted(10_911))
    await starting
    thread('broker').say({ kind: 'stats', stats: stats({ produced: 120 }) })
    clock.advance(1000)
    expect(points).toEqual([100, 120])
  })
})
