import { describe, expect, test } from 'vitest'
import { MAX_CONFIG_VERSIONS } from '../../../shared/limits'
import { ManualClock } from '../../base/clock'
import { propertiesOf } from '../../base/properties/propertiesDocument'
import type { BrokerPropertiesDoc, ConfigVersionDoc } from '../../meta/installationMeta'
import type { BrokerStatus, NameserverStatus, ProxyStatus } from '../supervisor'
import { NodeConfigs } from './nodeConfigs'
import { savedConfigs } from './savedConfigs'

const BROKER = 'broker-a:0'

const memory = <T>() => {
  const docs = new Map<string, T>()
  const put = (key: string, value: T) => Promise.resolve(void docs.set(key, value))
  return {
    all: () => [...docs],
    get: (key: string) => docs.get(key),
    put,
    putAll: async (entries: readonly (readonly [string, T])[]) => {
      for (const [key, value] of entries) docs.set(key, value)
    },
    remove: (key: string) => Promise.resolve(void docs.delete(key)),
    removeAll: async (keys: readonly string[]) => {
      for (const key of keys) docs.delete(key)
    },
    get size() {
      return docs.size
    },
    close: () => Promise.resolve()
  }
}

const disk = () => ({
  brokerProperties: memory<BrokerPropertiesDoc>(),
  namesrvProperties: memory<BrokerPropertiesDoc>(),
  proxyProperties: memory<BrokerPropertiesDoc>(),
  configVersions: memory<ConfigVersionDoc>()
})

const setUp = (meta = disk()) => {
  const clock = new ManualClock()
  const configs = savedConfigs({ meta, clock, cluster: 1, overrides: new Map() })
  const sent: [string, Record<string, string>][] = []
  let refusal: Error | undefined
  const running = new Map([
    ['regionId', 'DefaultRegion'],
    ['defaultTopicQueueNums', '8']
  ])
  const status: Partial<BrokerStatus> = {
    id: BROKER,
    savedAs: BROKER,
    key: 'broker-0',
    address: '127.0.0.1:10911',
    state: 'running',
    properties: running,
    decided: { brokerName: 'broker-a', listenPort: '10911' }
  }
  const namesrv: Partial<NameserverStatus> = {
    id: 'namesrv:9876',
    savedAs: '0',
    key: 'namesrv-0',
    address: '127.0.0.1:9876',
    state: 'stopped',
    properties: undefined,
    decided: { listenPort: '9876' }
  }
  const proxy: Partial<ProxyStatus> = {
    id: 'proxy',
    savedAs: 'proxy',
    key: 'proxy',
    address: '127.0.0.1:8081',
    state: 'running',
    properties: new Map([['maxMessageSize', '4194304']]),
    decided: { grpcServerPort: '8081' }
  }
  const nodes = new NodeConfigs({
    supervisor: {
      brokerStatuses: () => [status as unknown as BrokerStatus],
      nameserverStatuses: () => [namesrv as unknown as NameserverStatus],
      proxyStatuses: () => [proxy as unknown as ProxyStatus]
    },
    configs,
    send: async (_kind, address, properties) => {
      if (refusal) throw refusal
      sent.push([address, Object.fromEntries(properties)])
      for (const [key, value] of properties) running.set(key, value)
      // A broker tells what it was told, before it answers.
      await configs.broker.saved.saveFromWire(BROKER, Object.fromEntries(properties))
    }
  })
  const refuse = (error: Error): void => void (refusal = error)
  return { nodes, sent, status, configs, clock, refuse, meta }
}

const authors = (nodes: NodeConfigs) => nodes.history(BROKER).map(({ by }) => by)

describe('a save', () => {
  test('sends what is hot and says what waits', async () => {
    const { nodes, sent } = setUp()
    const saved = await nodes.save(BROKER, { regionId: 'R2', defaultTopicQueueNums: '4' })
    expect(sent).toEqual([['127.0.0.1:10911', { regionId: 'R2' }]])
    expect(saved.applied).toEqual(['regionId'])
    expect(saved.waiting).toEqual(['defaultTopicQueueNums'])
    expect(saved.view.restartNeeded).toBe(true)
  })

  test('of a stopped node sends nothing', async () => {
    const { nodes, sent } = setUp()
    const saved = await nodes.save('namesrv:9876', { orderMessageEnable: 'true' })
    expect([sent, saved.applied, saved.waiting]).toEqual([[], [], []])
    const { properties } = nodes.view('namesrv:9876')
    expect(properties.find(({ key }) => key === 'orderMessageEnable')?.value).toBe('true')
  })

  test('is not made where the node refuses', async () => {
    const { nodes, refuse } = setUp()
    refuse(new Error('no'))
    await expect(nodes.save(BROKER, { regionId: 'R2' })).rejects.toThrow('no')
    expect(propertiesOf(nodes.view(BROKER).text).has('regionId')).toBe(false)
    expect(nodes.history(BROKER)).toEqual([])
  })

  test('is one version of the window, though the node tells of it too', async () => {
    const { nodes } = setUp()
    await nodes.save(BROKER, { regionId: 'R2' })
    expect(nodes.history(BROKER)).toMatchObject([
      { version: 2, by: 'window', changes: [{ key: 'regionId', before: null, after: 'R2' }] },
      { version: 1, by: 'start', changes: [] }
    ])
  })
})

describe('a file', () => {
  test('keeps its comments through saves of the form, of the wire, and an undo', async () => {
    const { nodes, configs } = setUp()
    const written = '# ours\nbrokerName = broker-a\nregionId = R2\n# end\n'
    await nodes.saveText(BROKER, written, 'import')
    expect(nodes.view(BROKER).text).toBe(written)
    await nodes.save(BROKER, { regionId: 'R3', traceOn: 'false' })
    await configs.broker.saved.saveFromWire(BROKER, { sendMessageThreadPoolNums: '2' })
    expect(nodes.view(BROKER).text).toBe(
      '# ours\nbrokerName = broker-a\nregionId = R3\n# end\ntraceOn=false\nsendMessageThreadPoolNums=2\n'
    )
    await nodes.restore(BROKER, 2)
    expect(nodes.view(BROKER).text).toBe(written)
    expect(authors(nodes)).toEqual(['undo', 'wire', 'window', 'import', 'start'])
  })

  test('never edited tells what the cluster decides', () => {
    expect(setUp().nodes.view(BROKER).text).toBe('brokerName=broker-a\nlistenPort=10911\n')
  })

  test('is brought up to date with what the cluster decides since', async () => {
    const { nodes, status } = setUp()
    await nodes.saveText(BROKER, 'listenPort=10911\nregionId=R2\n', 'window')
    status.decided = { ...status.decided, listenPort: '10931' }
    expect(nodes.view(BROKER).text).toBe('listenPort=10931\nregionId=R2\n')
  })

  test('with a refused line is not saved at all', async () => {
    const { nodes } = setUp()
    const saving = nodes.saveText(BROKER, 'regionId=R2\nnoSuch=1', 'window')
    await expect(saving).rejects.toMatchObject({ code: 'CONFIG_REFUSED' })
    expect(nodes.history(BROKER)).toEqual([])
  })

  test('whose comments changed is a version too', async () => {
    const { nodes } = setUp()
    await nodes.saveText(BROKER, 'regionId=R2\n', 'window')
    await nodes.saveText(BROKER, '# why\nregionId=R2\n', 'window')
    expect(nodes.view(BROKER).text).toBe('# why\nregionId=R2\n')
    expect(nodes.history(BROKER)[0]?.changes).toEqual([])
  })
})

describe('the history', () => {
  test('survives a restart', async () => {
    const { nodes, meta } = setUp()
    await nodes.save(BROKER, { regionId: 'R2' })
    await nodes.save(BROKER, { regionId: 'R3' })
    const again = setUp(meta).nodes
    expect(again.history(BROKER)).toEqual(nodes.history(BROKER))
    await again.restore(BROKER, 2)
    expect(propertiesOf(again.view(BROKER).text).get('regionId')).toBe('R2')
    expect(again.history(BROKER)[0]).toMatchObject({ version: 4, by: 'undo' })
  })

  test('keeps the newest versions only', async () => {
    const { nodes, meta } = setUp()
    for (let i = 0; i < MAX_CONFIG_VERSIONS + 5; i++)
      await nodes.save(BROKER, { regionId: `R${i}` })
    const versions = nodes.history(BROKER).map(({ version }) => version)
    expect(versions).toHaveLength(MAX_CONFIG_VERSIONS)
    expect(versions[0]).toBe(MAX_CONFIG_VERSIONS + 6)
    expect(meta.configVersions.size).toBe(MAX_CONFIG_VERSIONS)
    await expect(nodes.restore(BROKER, 1)).rejects.toMatchObject({
      code: 'CONFIG_VERSION_NOT_FOUND'
    })
  })

  test('records what somebody else changed over the wire while the window saves', async () => {
    const { nodes, configs } = setUp()
    const announced = configs.broker.saved.announce(BROKER, new Map([['regionId', 'R2']]))
    await configs.broker.saved.saveFromWire(BROKER, { regionId: 'R2', traceOn: 'false' })
    announced.dispose()
    expect(nodes.history(BROKER)[0]).toMatchObject({ by: 'wire', changes: [{ key: 'traceOn' }] })
  })
})

test('a listing is sorted and whole, so that two can be compared', async () => {
  const { nodes } = setUp()
  await nodes.save(BROKER, { regionId: 'R2', sendMessageThreadPoolNums: '2' })
  const listed = propertiesOf(nodes.listing(BROKER))
  expect([...listed.keys()]).toEqual([...listed.keys()].sort())
  expect(listed.get('regionId')).toBe('R2')
  expect(listed.get('sendMessageThreadPoolNums')).toBe('2')
  expect(propertiesOf(nodes.defaultListing(BROKER)).get('regionId')).toBe('DefaultRegion')
  expect(nodes.versionListing(BROKER, 1)).toBe(nodes.defaultListing(BROKER))
})

test('an unknown node is NODE_NOT_FOUND', () => {
  expect(() => setUp().nodes.view('broker-z:0')).toThrow(
    expect.objectContaining({ code: 'NODE_NOT_FOUND' })
  )
})

describe('the proxy', () => {
  test('has a file of JSON, and takes nothing before its next start', async () => {
    const { nodes, sent } = setUp()
    expect(nodes.view('proxy').text).toBe('{\n  "grpcServerPort": 8081\n}\n')
    const { waiting, applied } = await nodes.save('proxy', { maxMessageSize: '1024' })
    expect([waiting, applied, sent]).toEqual([['maxMessageSize'], [], []])
    expect(nodes.view('proxy').text).toBe('{\n  "maxMessageSize": 1024\n}\n')
    expect(nodes.restartNeeded('proxy')).toBe(true)
  })

  test('takes a rmq-proxy.json, without what the cluster decides', async () => {
    const { nodes } = setUp()
    const text = '{"rocketMQClusterName":"c","grpcServerPort":9000,"maxMessageSiz":1}'
    expect(nodes.check('proxy', text).lines).toMatchObject([
      { key: 'rocketMQClusterName', verdict: 'inert' },
      { key: 'grpcServerPort', verdict: 'decided', actual: '8081' },
      { key: 'maxMessageSiz', verdict: 'unknown', nearest: 'maxMessageSize' }
    ])
    expect(nodes.check('proxy', 'a=b').lines).toMatchObject([{ verdict: 'malformed', line: 1 }])
    const right = '{\n  "maxMessageSize": 2048,\n  "grpcServerPort": 9000\n}\n'
    await nodes.saveText('proxy', right, 'import')
    expect(nodes.view('proxy').text).toBe(right.replace('9000', '8081'))
  })
})
