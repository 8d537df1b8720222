// The console at a stock RocketMQ by a saved connection: every method that goes over the wire, plain, signed and over TLS.
import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { THIS_MACHINE } from '../../../src/shared/connectionViews'
import { ConsoleSocket } from '../../cluster/headless/consoleSocket'
import { startHeadless, type Headless } from '../../headless'
import { startDriver, type Driver } from './driver'
import { stockServer } from './lines'
import { fetchLine } from './maven'
import { startStockServers, type StockServers } from './stockServer'

const server = 'server-5.3'
const hindrance = inject('hindrance') || (stockServer() ? 'it is about Gantry' : '')
const brokerHeap = ['-Xms256m', '-Xmx512m']
const settings = { mappedFileSizeCommitLog: String(64 << 20) }

const queues = { readQueueNums: 2, writeQueueNums: 2, perm: 6 as const }
const broker = { brokerName: 'broker-a', brokerId: 0 }

describe.skipIf(hindrance)('the console at a stock cluster', () => {
  let headless: Headless
  let window: ConsoleSocket
  let stock: StockServers
  let driver: Driver
  let address: string

  beforeAll(async () => {
    fetchLine(server)
    headless = await startHeadless()
    window = await ConsoleSocket.open(headless.ready.console)
    stock = await startStockServers(server, { brokerHeap, settings })
    address = `127.0.0.1:${stock.brokerPort}`
    const { number } = await window.call('connection.save', {
      ...{ name: 'Apache', namesrvAddresses: [stock.namesrv] }
    })
    expect((await window.call('connection.use', { number })).problem).toBeUndefined()
    driver = startDriver({
      line: 'client-5.3',
      cluster: {
        ...{ namesrv: stock.namesrv, broker: address, brokerName: 'broker-a' },
        ...{ clusterName: 'DefaultCluster', stop: () => Promise.resolve() }
      },
      scenarios: ['online'],
      prefix: 'stock'
    })
    const rows = await driver.rows('online')
    expect(rows.some(({ event }) => event === 'online')).toBe(true)
  })

  afterAll(async () => {
    await driver?.stop()
    await window?.close()
    await headless?.stop()
    await stock?.stop()
  })

  test('the cluster, with versions, rates and sums', async () => {
    const view = await window.call('cluster.view')
    expect(view).toMatchObject({ isExternal: true, name: 'DefaultCluster' })
    expect(view.brokers).toMatchObject([
      { id: 'broker-a:0', address, version: 'V5_3_3', state: 'running', producedToday: 100 }
    ])
    const { brokers, nameservers } = await window.call('broker.list')
    expect(nameservers).toEqual([stock.namesrv])
    expect(brokers).toMatchObject([
      {
        ...{ ...broker, cluster: 'DefaultCluster', address, version: 'V5_3_3' },
        ...{ producedToday: 100, consumedToday: 100, producedYesterday: 0, isWithdrawn: false }
      }
    ])
    const runtime = new Map(await window.call('broker.runtimeInfo', broker))
    expect(runtime.get('msgPutTotalTodayNow')).toBe('100')
    expect(runtime.get('brokerVersionDesc')).toBe('V5_3_3')
  })

  test('brokers are asked at their VIP port where the connection says so', async () => {
    const tested = await window.call('connection.test', {
      ...{ namesrvAddresses: [stock.namesrv], vipChannel: true }
    })
    expect(tested.brokers).toMatchObject([{ address, version: 'V5_3_3' }])
  })

  test('properties of broker and nameserver are read and changed', async () => {
    const before = new Map(await window.call('broker.properties', broker))
    expect(before.get('brokerName')).toBe('broker-a')
    const after = await window.call('broker.updateProperties', {
      ...{ ...broker, properties: [['maxMessageSize', '2097152']] }
    })
    expect(new Map(after).get('maxMessageSize')).toBe('2097152')
    const namesrv = { address: stock.namesrv }
    expect(new Map(await window.call('namesrv.properties', namesrv)).get('listenPort')).toBe(
      stock.namesrv.split(':')[1]
    )
    const changed = await window.call('namesrv.updateProperties', {
      ...{ ...namesrv, properties: [['orderMessageEnable', 'true']] }
    })
    expect(new Map(changed).get('orderMessageEnable')).toBe('true')
  })

  test('write permission is taken and given back', async () => {
    const isWithdrawn = async () => (await window.call('broker.list')).brokers[0]?.isWithdrawn
    await window.call('broker.permit', { brokerName: 'broker-a', isGiven: false })
    expect(await isWithdrawn()).toBe(true)
    await window.call('broker.permit', { brokerName: 'broker-a', isGiven: true })
    expect(await isWithdrawn()).toBe(false)
  })

  test('values under keys', async () => {
    const kv = { namespace: 'ORDER_TOPIC_CONFIG', key: 'Stocked' }
    const list = { namespace: kv.namespace, address: stock.namesrv }
    expect(await window.call('namesrv.kvList', list)).toEqual([])
    await window.call('namesrv.putKv', { ...kv, value: 'broker-a:2' })
    expect(await window.call('namesrv.kvList', list)).toEqual([['Stocked', 'broker-a:2']])
    await window.call('namesrv.deleteKv', kv)
    expect(await window.call('namesrv.kvList', list)).toEqual([])
  })

  test('topics are listed, made, changed and deleted', async () => {
    const names = async () => (await window.call('topic.list')).map(({ topic }) => topic)
    const online = await window.call('topic.detail', { topic: 'stock_online' })
    expect(online.groups).toContain('stock_onliners')
    expect(online.queues.map(({ maxOffset }) => maxOffset)).toEqual([25, 25, 25, 25])
    expect(online.route).toMatchObject([
      { brokerName: 'broker-a', brokerAddrs: [{ brokerId: 0, address }] }
    ])
    await window.call('topic.save', { topic: 'Made', ...queues })
    await window.call('topic.save', { topic: 'Made', ...queues, readQueueNums: 3, perm: 4 })
    const made = (await window.call('topic.list')).find(({ topic }) => topic === 'Made')
    expect(made).toMatchObject({ kind: 'NORMAL', readQueueNums: 3, writeQueueNums: 2, perm: 4 })
    const system = (await window.call('topic.list')).find(({ topic }) => topic === 'TBW102')
    expect(system?.kind).toBe('SYSTEM')
    await window.call('topic.delete', { topic: 'Made' })
    expect(await names()).not.toContain('Made')
  })

  test('groups are listed, made, looked into and deleted', async () => {
    const online = (await window.call('group.list')).find(
      ({ groupName }) => groupName === 'stock_onliners'
    )
    expect(online).toMatchObject({ members: 1, messageModel: 'CLUSTERING' })
    const detail = await window.call('group.detail', { groupName: 'stock_onliners' })
    expect(detail.online).toBe(true)
    expect(detail.members).toMatchObject([{ language: 'JAVA', version: 'V5_3_3' }])
    const offsets = detail.progress.filter(({ topic }) => topic === 'stock_online')
    expect(offsets.map(({ brokerOffset }) => brokerOffset)).toEqual([25, 25, 25, 25])
    await window.call('group.save', { groupName: 'GID_made', retryMaxTimes: 3 })
    const made = await window.call('group.detail', { groupName: 'GID_made' })
    expect(made).toMatchObject({ online: false, config: { retryMaxTimes: 3 } })
    await window.call('group.delete', { groupName: 'GID_made', cleanOffset: true })
    // Not by its detail: a stock broker makes a group whose configuration it is asked for.
    const left = (await window.call('group.list')).map(({ groupName }) => groupName)
    expect(left).toContain('stock_onliners')
    expect(left).not.toContain('GID_made')
  })

  test('messages are sent, read, found by id and traced', async () => {
    await window.call('topic.save', { topic: 'Sent', ...queues })
    const sent = await window.call('message.send', {
      ...{ topic: 'Sent', body: '你好, stock', tags: 'T', keys: 'k1 k2' },
      ...{ brokerName: 'broker-a', queueId: 1, properties: [['colour', 'blue']] }
    })
    expect(sent).toMatchObject({ sendStatus: 'SEND_OK', queueId: 1, queueOffset: 0 })
    const place = { topic: 'Sent', brokerName: 'broker-a', queueId: 1 }
    const { messages, maxOffset } = await window.call('message.browse', { ...place, offset: 0 })
    expect(maxOffset).toBe(1)
    expect(messages).toMatchObject([{ preview: '你好, stock', tags: 'T', msgId: sent.msgId }])
    const got = await window.call('message.get', { ...place, queueOffset: 0 })
    expect(new Map(got.properties).get('colour')).toBe('blue')
    const byId = await window.call('message.byId', { msgId: sent.offsetMsgId })
    expect(Buffer.from(byId.bodyBase64, 'base64').toString('utf8')).toBe('你好, stock')
    // A stock broker keeps no trace of its own, and indexes what it stored a moment later.
    await expect
      .poll(async () => {
        const trace = await window.ask('message.trace', { topic: 'Sent', msgId: sent.msgId })
        return trace.ok
      })
      .toBe(true)
  })

  /** Everything the search finds, however many steps it takes. */
  const found = async (draft: Parameters<typeof window.ask<'message.search'>>[1]) => {
    let view = await window.call('message.search', draft)
    while (!view.isDone) {
      const { searchId } = view
      view = await window.call('message.searchNext', { searchId })
    }
    const { searchId, matched } = view
    if (matched === 0) return []
    const { messages } = await window.call('message.searchPage', { searchId, from: 0, limit: 50 })
    return messages.flatMap((message) => message?.preview ?? [])
  }

  test('messages are searched, tracked, delivered to a client and copied', async () => {
    await window.call('topic.save', { topic: 'Searched', ...queues })
    for (const [body, tags, keys] of [
      ['first', 'A', 'k1'],
      ['second', 'B', 'k2']
    ])
      await window.call('message.send', {
        topic: 'Searched',
        body: body!,
        tags: tags!,
        keys: keys!
      })
    expect((await found({ topic: 'Searched' })).sort()).toEqual(['first', 'second'])
    expect(await found({ topic: 'Searched', tag: 'B' })).toEqual(['second'])
    expect(await found({ topic: 'Searched', bodyText: 'FIR' })).toEqual(['first'])
    // The index of a stock broker is a moment behind its log.
    await expect.poll(() => found({ topic: 'Searched', key: 'k1' })).toEqual(['first'])

    const message = { topic: 'stock_online', brokerName: 'broker-a', queueId: 0, queueOffset: 0 }
    const { tracks } = await window.call('message.tracks', message)
    expect(tracks.find(({ groupName }) => groupName === 'stock_onliners')).toMatchObject({
      trackType: 'CONSUMED'
    })
    const { members } = await window.call('group.detail', { groupName: 'stock_onliners' })
    const delivered = await window.call('message.deliver', {
      ...{ message, groupName: 'stock_onliners', clientId: members[0]!.clientId }
    })
    expect(delivered.consumeResult).toBe('CR_SUCCESS')
    const copy = await window.call('message.copy', { message, topic: 'Searched' })
    expect(copy.sendStatus).toBe('SEND_OK')
  })

  test('dead letters and what is not yet due', async () => {
    await window.call('message.send', {
      ...{ topic: 'Searched', body: 'later', properties: [['DELAY', '18']] }
    })
    const { messages } = await window.call('scheduled.list', {})
    expect(messages).toMatchObject([{ kind: 'delay', target: 'Searched', level: 18, preview: 'later' }]) // prettier-ignore
    expect((await window.call('deadLetter.inbox')).total).toBe(0)
  })

  test('what only this machine has is refused, and it is whole when the console comes back', async () => {
    const refused = await window.ask('node.restart', { id: 'broker-a:0' })
    expect(refused).toMatchObject({ ok: false, error: { code: 'LOCAL_ONLY' } })
    const { connections } = await window.call('connection.list')
    await window.call('connection.use', { number: THIS_MACHINE })
    const local = await window.call('cluster.view')
    expect(local.isExternal).toBeUndefined()
    expect(local.brokers[0]?.address).toBe(headless.ready.brokers[0]?.address)
    expect((await window.call('topic.list')).map(({ topic }) => topic)).not.toContain('Sent')
    await window.call('connection.use', { number: connections[0]!.number })
  })
})

describe.skipIf(hindrance)('the console at a stock cluster with ACL and TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-stock-tls-'))
  const credentials = { accessKey: 'keeper', secretKey: 'keeper of the keys' }
  let headless: Headless
  let window: ConsoleSocket
  let stock: StockServers

  beforeAll(async () => {
    fetchLine(server)
    const pair = await generate([{ name: 'commonName', value: 'stock' }])
    const [key, cert] = [join(folder, 'server.key'), join(folder, 'server.crt')]
    writeFileSync(cert, pair.cert)
    // Netty reads PKCS#8 only.
    writeFileSync(key, createPrivateKey(pair.private).export({ type: 'pkcs8', format: 'pem' }))
    headless = await startHeadless()
    window = await ConsoleSocket.open(headless.ready.console)
    const { accessKey: username, secretKey: password } = credentials
    const auth = 'org.apache.rocketmq.auth'
    stock = await startStockServers(server, {
      brokerHeap,
      settings: {
        ...settings,
        authenticationEnabled: 'true',
        authenticationProvider: `${auth}.authentication.provider.DefaultAuthenticationProvider`,
        authenticationMetadataProvider: `${auth}.authentication.provider.LocalAuthenticationMetadataProvider`,
        authorizationEnabled: 'true',
        authorizationProvider: `${auth}.authorization.provider.DefaultAuthorizationProvider`,
        authorizationMetadataProvider: `${auth}.authorization.provider.LocalAuthorizationMetadataProvider`,
        initAuthenticationUser: JSON.stringify({ username, password }),
        innerClientAuthenticationCredentials: JSON.stringify(credentials)
      },
      flags: [
        ...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dtls.test.mode.enable=false'],
        ...['-Dtls.server.mode=permissive', `-Dtls.server.certPath=${cert}`],
        `-Dtls.server.keyPath=${key}`
      ]
    })
  })

  afterAll(async () => {
    await window?.close()
    await headless?.stop()
    await stock?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const problemsWith = async (query: {
    tls?: 'off' | 'verified' | 'any'
    accessKey?: string
    secretKey?: string
  }) => {
    const tested = await window.call('connection.test', {
      ...{ namesrvAddresses: [stock.namesrv], ...query }
    })
    return [...tested.nameservers, ...tested.brokers].map(({ problem }) => problem?.code)
  }

  test('a test tells missing and wrong credentials and a certificate of nobody from all well', async () => {
    expect(await problemsWith({})).toEqual([undefined, 'ACL_REFUSED'])
    expect(await problemsWith({ ...credentials, secretKey: 'wrong' })).toEqual([
      ...[undefined, 'ACL_REFUSED']
    ])
    expect(await problemsWith(credentials)).toEqual([undefined, undefined])
    expect(await problemsWith({ ...credentials, tls: 'any' })).toEqual([undefined, undefined])
    expect(await problemsWith({ ...credentials, tls: 'verified' })).toEqual(['TLS_UNTRUSTED'])
  })

  test('topics, groups and messages over TLS, signed', async () => {
    const { number } = await window.call('connection.save', {
      ...{ name: 'Signed', namesrvAddresses: [stock.namesrv], tls: 'any', ...credentials }
    })
    await window.call('connection.use', { number })
    await window.call('topic.save', { topic: 'Secured', ...queues })
    const sent = await window.call('message.send', { topic: 'Secured', body: 'signed 签名' })
    expect(sent.sendStatus).toBe('SEND_OK')
    const read = await window.call('message.byId', { msgId: sent.offsetMsgId })
    expect(Buffer.from(read.bodyBase64, 'base64').toString('utf8')).toBe('signed 签名')
    await window.call('group.save', { groupName: 'GID_secured', retryMaxTimes: 1 })
    const groups = await window.call('group.list')
    expect(groups.map(({ groupName }) => groupName)).toContain('GID_secured')
    const changed = await window.call('broker.updateProperties', {
      ...{ ...broker, properties: [['maxMessageSize', '2097152']] }
    })
    expect(new Map(changed).get('maxMessageSize')).toBe('2097152')
  })
})
