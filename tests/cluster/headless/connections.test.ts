/** The console looks at another cluster by a saved connection; the one of this machine runs on and is not touched. */
import { connect, createServer as createPlainServer, type Server } from 'node:net'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { generate } from 'selfsigned'
import { expect, onTestFinished, test } from 'vitest'
import { THIS_MACHINE, type ConnectionTest } from '../../../src/shared/connectionViews'
import { clusterRig } from './clusterRig'

const twoClusters = async () => {
  const here = await clusterRig()
  const there = await clusterRig()
  const saved = await here.window.call('connection.save', {
    name: '生产 cluster',
    namesrvAddresses: there.ready.namesrv
  })
  return { here, there, saved }
}

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as { port: number }).port}`
}

test('every page shows the connection in use, and this machine’s cluster is left alone', async () => {
  const { here, there, saved } = await twoClusters()
  const local = (await here.window.call('cluster.view')).brokers[0]!
  const used = await here.window.call('connection.use', { number: saved.number })
  expect(used).toMatchObject({ current: saved.number })
  expect(used.problem).toBeUndefined()

  const view = await here.window.call('cluster.view')
  expect(view.isExternal).toBe(true)
  expect(view.brokers.map(({ id, address, state }) => [id, address, state])).toEqual([
    ['broker-a:0', there.ready.brokers[0]!.address, 'running']
  ])
  await here.window.call('topic.save', {
    ...{ topic: 'Elsewhere', readQueueNums: 3, writeQueueNums: 3, perm: 6 }
  })
  await here.window.call('message.send', { topic: 'Elsewhere', body: 'over there' })
  expect(await here.bodies('Elsewhere')).toEqual(['over there'])
  expect(await there.bodies('Elsewhere')).toEqual(['over there'])

  // Both clusters have a broker of this name: the verbs of this machine must not reach either.
  const stopped = await here.window.ask('node.stop', { id: 'broker-a:0' })
  expect(stopped).toMatchObject({ ok: false, error: { code: 'LOCAL_ONLY' } })

  await here.window.call('connection.use', { number: THIS_MACHINE })
  const back = await here.window.call('cluster.view')
  expect(back.brokers[0]).toMatchObject({ address: local.address, state: 'running' })
  const topics = await here.window.call('topic.list')
  expect(topics.map(({ topic }) => topic)).not.toContain('Elsewhere')
})

test('the table of brokers has the dashboard’s columns, and properties can be changed', async () => {
  const { here, saved, there } = await twoClusters()
  await there.window.call('topic.save', {
    ...{ topic: 'Counted', readQueueNums: 1, writeQueueNums: 1, perm: 6 }
  })
  for (let i = 0; i < 3; i++)
    await there.window.call('message.send', { topic: 'Counted', body: 'x' })
  await here.window.call('connection.use', { number: saved.number })
  const { brokers, nameservers } = await here.window.call('broker.list')
  expect(nameservers).toEqual(there.ready.namesrv)
  expect(brokers).toMatchObject([
    {
      ...{ cluster: 'DefaultCluster', brokerName: 'broker-a', brokerId: 0, version: 'V5_3_3' },
      ...{ producedToday: 3, producedYesterday: 0, consumedYesterday: 0, isWithdrawn: false }
    }
  ])

  const ref = { brokerName: 'broker-a', brokerId: 0 }
  const runtime = new Map(await here.window.call('broker.runtimeInfo', ref))
  expect(runtime.get('msgPutTotalTodayNow')).toBe('3')
  const changed = await here.window.call('broker.updateProperties', {
    ...ref,
    properties: [['maxMessageSize', '1048576']]
  })
  expect(new Map(changed).get('maxMessageSize')).toBe('1048576')
  const own = await there.window.call('broker.properties', ref)
  expect(new Map(own).get('maxMessageSize')).toBe('1048576')

  await here.window.call('broker.permit', { brokerName: 'broker-a', isGiven: false })
  expect((await here.window.call('broker.list')).brokers[0]?.isWithdrawn).toBe(true)
  await here.window.call('broker.permit', { brokerName: 'broker-a', isGiven: true })
  expect((await here.window.call('broker.list')).brokers[0]?.isWithdrawn).toBe(false)

  const [address] = nameservers
  const kv = { namespace: 'ORDER_TOPIC_CONFIG', key: 'Counted' }
  await here.window.call('namesrv.putKv', { ...kv, value: 'broker-a:1' })
  const list = { address: address!, namespace: kv.namespace }
  expect(await here.window.call('namesrv.kvList', list)).toEqual([['Counted', 'broker-a:1']])
  await here.window.call('namesrv.deleteKv', kv)
  expect(await here.window.call('namesrv.kvList', list)).toEqual([])
  const properties = await here.window.call('namesrv.properties', { address: address! })
  expect(new Map(properties).has('listenPort')).toBe(true)
  const elsewhere = await here.window.ask('namesrv.properties', { address: '127.0.0.1:1' })
  expect(elsewhere).toMatchObject({ ok: false, error: { code: 'NAMESRV_UNREACHABLE' } })
})

test('one that fails while it is in use says so until it is back, and can be left', async () => {
  const { here, there, saved } = await twoClusters()
  await here.window.call('connection.use', { number: saved.number })
  await there.stop()
  const failed = await here.window.call('connection.retry')
  expect(failed.problem?.code).toBe('NAMESRV_UNREACHABLE')
  const asked = await here.window.ask('topic.list')
  expect(asked).toMatchObject({ ok: false, error: { code: 'NAMESRV_UNREACHABLE' } })
  const back = await here.window.call('connection.use', { number: THIS_MACHINE })
  expect(back.problem).toBeUndefined()
  expect(await here.brokers()).toEqual(['broker-a:0 running'])
})

test('a search begun in one cluster does not go on in another', async () => {
  const { here, saved } = await twoClusters()
  await here.window.call('topic.save', {
    ...{ topic: 'Here', readQueueNums: 1, writeQueueNums: 1, perm: 6 }
  })
  await here.window.call('message.send', { topic: 'Here', body: 'x' })
  const { searchId } = await here.window.call('message.search', { topic: 'Here' })
  await here.window.call('connection.use', { number: saved.number })
  const gone = await here.window.ask('message.searchNext', { searchId })
  expect(gone).toMatchObject({ ok: false, error: { code: 'SEARCH_GONE' } })
})

test('a secret stays in the engine, in a file of its owner', async () => {
  const here = await clusterRig()
  const draft = { name: 'Signed', namesrvAddresses: ['10.0.0.1:9876', '[fd00::1]:9876'] }
  const keys = { accessKey: 'reader', secretKey: 'a secret of mine' }
  const saved = await here.window.call('connection.save', { ...draft, ...keys })
  expect(saved).toMatchObject({ accessKey: 'reader', hasSecret: true })
  // Without a new one it stays; without an access key there is none.
  const { number } = saved
  const renamed = await here.window.call('connection.save', {
    ...{ ...draft, number, name: 'Renamed', accessKey: 'reader' }
  })
  expect(renamed).toMatchObject({ name: 'Renamed', hasSecret: true })
  expect(JSON.stringify(await here.window.call('connection.list'))).not.toContain('secret of mine')
  const files = readdirSync(here.dataDir, { recursive: true, encoding: 'utf8' })
  const holding = files
    .map((name) => join(here.dataDir, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes('a secret of mine'))
  expect(holding.length).toBeGreaterThan(0)
  for (const path of holding) expect(statSync(path).mode & 0o777).toBe(0o600)

  const unsigned = await here.window.call('connection.save', { ...draft, number })
  expect(unsigned).toMatchObject({ accessKey: '', hasSecret: false })
  const missing = await here.window.ask('connection.save', { ...draft, name: 'B', accessKey: 'x' })
  expect(missing).toMatchObject({ ok: false, error: { code: 'SECRET_MISSING' } })
  const taken = await here.window.ask('connection.save', draft)
  expect(taken).toMatchObject({ ok: false, error: { code: 'CONNECTION_NAME_TAKEN' } })
  const wrong = await here.window.ask('connection.save', {
    ...{ name: 'C', namesrvAddresses: ['10.0.0.1:70000'] }
  })
  expect(wrong).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT' } })
})

const codesOf = ({ nameservers, brokers }: ConnectionTest) => ({
  nameservers: nameservers.map(({ problem }) => problem?.code),
  brokers: brokers.map(({ problem }) => problem?.code)
})

test('a test says of every nameserver and broker what is wrong', async () => {
  const here = await clusterRig()
  const there = await clusterRig()
  const [namesrv] = there.ready.namesrv
  const port = Number(namesrv!.split(':')[1])
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'nobody' }])
  // TLS in front of a nameserver that knows none.
  const secure = createTlsServer({ key, cert }, (socket) => {
    const inner = connect(port, '127.0.0.1')
    for (const end of [socket, inner]) end.on('error', () => inner.destroy())
    socket.pipe(inner).pipe(socket)
  })
  const tlsAddress = await listening(secure)
  const hangingUp = await listening(
    createPlainServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.destroy())
    })
  )
  const ask = (namesrvAddresses: string[], tls: 'off' | 'verified' | 'any' = 'off') =>
    here.window.call('connection.test', { namesrvAddresses, tls })

  const plain = await ask([namesrv!, hangingUp, 'no-such-host.invalid:9876'])
  expect(codesOf(plain)).toEqual({
    nameservers: [undefined, 'CONNECTION_CLOSED', 'HOST_UNKNOWN'],
    brokers: [undefined]
  })
  expect(plain.nameservers[0]).toMatchObject({ brokers: 1, version: 'V5_3_3' })
  expect(plain.brokers[0]).toMatchObject({ brokerName: 'broker-a', version: 'V5_3_3' })

  expect(codesOf(await ask([tlsAddress], 'verified'))).toEqual({
    nameservers: ['TLS_UNTRUSTED'],
    brokers: []
  })
  expect(codesOf(await ask([tlsAddress], 'any'))).toEqual({
    nameservers: [undefined],
    brokers: ['TLS_FAILED']
  })
  expect(codesOf(await ask([namesrv!], 'any'))).toEqual({
    nameservers: ['TLS_FAILED'],
    brokers: []
  })
})
