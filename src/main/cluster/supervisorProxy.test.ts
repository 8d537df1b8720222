/** The proxy as a node of the cluster. */
import { expect, test } from 'vitest'
import { presetSpec } from '../../shared/clusterPresets'
import { endOfTurn } from '../base/turn'
import type { GrpcClientsView } from '../../shared/grpcViews'
import { BROKER, brokerStarted, namesrvStarted, setUp, withoutProxy } from './supervisor.fixture'

const PORTS = { namesrv: 9876, broker: 10_911, grpc: 8081 }
const single = presetSpec('single')

const states = ({ supervisor }: Pick<ReturnType<typeof setUp>, 'supervisor'>) =>
  supervisor.proxyStatuses().map(({ id, state, address }) => [id, state, address])

test('it starts once the brokers have registered, and loads meanwhile', async () => {
  const rig = setUp(PORTS)
  const { supervisor, thread } = rig
  const starting = supervisor.start()
  let isReady = false
  void starting.then(() => (isReady = true))
  await thread('namesrv').received('start')
  thread('namesrv').say(namesrvStarted(9876))
  await thread('broker').received('start')
  expect(thread('proxy').heard).toEqual([])
  thread('broker').say(brokerStarted(10_911))
  await thread('proxy').received('start')
  expect(isReady).toBe(false)
  expect(thread('proxy').heard[0]).toEqual({
    kind: 'start',
    options: {
      kind: 'proxy',
      host: '127.0.0.1',
      port: 8081,
      folder: '/data/proxy',
      namesrvAddresses: ['127.0.0.1:9876'],
      properties: { grpcServerPort: '8081' }
    }
  })
  thread('proxy').say(namesrvStarted(8081))
  await starting
  expect(states(rig)).toEqual([['proxy', 'running', '127.0.0.1:8081']])
})

test('it starts too where a broker did not', async () => {
  const { supervisor, thread } = setUp(PORTS)
  const starting = supervisor.start()
  await thread('namesrv').received('start')
  thread('namesrv').say(namesrvStarted(9876))
  await thread('broker').received('start')
  thread('broker').say({ kind: 'failed', problem: { code: 'INTERNAL', message: 'no' } })
  await thread('proxy').received('start')
  thread('proxy').say(namesrvStarted(8081))
  await expect(starting).rejects.toThrow('no')
  expect(supervisor.proxyStatuses()).toMatchObject([{ state: 'running' }])
})

test('it is given what is saved for it', async () => {
  const { docs, running, thread, supervisor } = setUp(PORTS)
  docs.set('proxy', { id: 'proxy', properties: [['maxMessageSize', '1024']] })
  await running()
  expect(thread('proxy').heard[0]).toMatchObject({
    options: { properties: { maxMessageSize: '1024', grpcServerPort: '8081' } }
  })
  expect(supervisor.proxyStatuses()[0]?.decided).toEqual({ grpcServerPort: '8081' })
})

test('it ends before the brokers it asks', async () => {
  const { supervisor, running, thread } = setUp(PORTS)
  await running()
  const stopping = supervisor.stop()
  await thread('proxy').received('stop')
  expect(thread('broker').heard.some(({ kind }) => kind === 'stop')).toBe(false)
  thread('proxy').say({ kind: 'stopped' })
  await thread('broker').received('stop')
  thread('broker').say({ kind: 'stopped' })
  await thread('namesrv').received('stop')
  thread('namesrv').say({ kind: 'stopped' })
  await stopping
})

test('its clients are those it told of last, and none once it is gone', async () => {
  const { supervisor, running, thread } = setUp(PORTS)
  await running()
  const view: GrpcClientsView = {
    total: 1,
    clients: [
      {
        clientId: 'host@1@0@abc',
        kind: 'PRODUCER',
        language: 'JAVA',
        version: '5.2.0',
        remoteAddress: '127.0.0.1:5000',
        isTls: true,
        topics: ['Orders'],
        connectedAt: 1
      }
    ]
  }
  thread('proxy').say({ kind: 'grpcClients', view })
  expect(supervisor.grpcClients.view).toEqual(view)
  await supervisor.killNode('proxy')
  expect(supervisor.grpcClients.view).toEqual({ clients: [], total: 0 })
})

test('a cluster is changed to have none, and one again', async () => {
  const { supervisor, running, thread, threads } = setUp(PORTS)
  await running()
  const removing = supervisor.apply(withoutProxy(single))
  await thread('proxy').received('stop')
  thread('proxy').say({ kind: 'stopped' })
  await removing
  expect(supervisor.proxyStatuses()).toEqual([])
  expect(() => supervisor.brokerStatusOf('proxy')).toThrow('no node proxy')
  const adding = supervisor.apply({ ...single, proxy: { port: 18_081 } })
  while (threads.length < 4) await new Promise<void>((resolve) => endOfTurn(resolve))
  await thread('proxy').received('start')
  thread('proxy').say(namesrvStarted(18_081))
  await adding
  expect(supervisor.proxyStatuses()).toMatchObject([{ address: '127.0.0.1:18081' }])
  expect(supervisor.brokerStatusOf(BROKER).state).toBe('running')
})
