import { expect, onTestFinished, test } from 'vitest'
import { ManualClock, systemClock, type Clock, type RealTime } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { jsonBody, readJsonBody } from '../../../src/main/protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import type { ExtFields, RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import { RemotingClient } from '../../../src/main/remoting/client'
import type { RunningNameserver } from '../../../src/main/nameserver/startNameserver'
import { nameserver, remotingClient, tempFolder } from './nameservers'

const TIMEOUT_MS = 30_000

const identity = {
  brokerName: 'broker-a',
  brokerAddr: '127.0.0.1:10911',
  clusterName: 'DefaultCluster',
  brokerId: '0'
}

const topicConfig = (topicName: string) => ({
  topicName,
  readQueueNums: 4,
  writeQueueNums: 4,
  perm: 6,
  topicFilterType: 'SINGLE_TAG',
  topicSysFlag: 0,
  order: false
})

const registration = (counter = 0, topics: string[] = ['TBW102', 'TopicA']): Buffer =>
  jsonBody({
    filterServerList: [],
    topicConfigSerializeWrapper: {
      dataVersion: { counter, stateVersion: 0, timestamp: 1 },
      topicConfigTable: Object.fromEntries(topics.map((topic) => [topic, topicConfig(topic)]))
    }
  })

/** A client of one nameserver. */
const peer = (server: RunningNameserver, client = remotingClient()) => {
  const invoke = (
    code: number,
    extFields: ExtFields = {},
    body?: Buffer
  ): Promise<RemotingCommand> =>
    client.invoke(server.address, { code, extFields, ...(body && { body }) }, TIMEOUT_MS)
  return {
    client,
    invoke,
    register: (counter?: number) =>
      invoke(
        RequestCode.REGISTER_BROKER,
        { ...identity, haServerAddr: '127.0.0.1:10912' },
        registration(counter)
      ),
    route: (topic: string) => invoke(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic })
  }
}

const json = (command: RemotingCommand) => readJsonBody(command.body ?? Buffer.alloc(0), 'answer')

/** Asks until the answer satisfies; every question is a round trip, so this waits for events, not for time. */
const until = async <T>(ask: () => Promise<T>, satisfied: (value: T) => boolean): Promise<T> => {
  for (;;) {
    const value = await ask()
    if (satisfied(value)) return value
  }
}

test('two nameservers know nothing of each other', async () => {
  const [first, second] = [peer(await nameserver()), peer(await nameserver())]
  await first.register()
  expect((await first.route('TopicA')).code).toBe(ResponseCode.SUCCESS)
  expect((await second.route('TopicA')).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
})

test('a restarted nameserver starts empty, and a broker that registers again is back', async () => {
  const [folder, other] = [tempFolder(), await nameserver()]
  const first = await nameserver({ folder })
  const broker = peer(first)
  await broker.register()
  await peer(other, broker.client).register()
  await first.stop()

  const again = await nameserver({ folder, port: first.port })
  expect(again.port).toBe(first.port)
  expect((await peer(again).route('TopicA')).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
  expect((await broker.register()).code).toBe(ResponseCode.SUCCESS)
  expect((await peer(again).route('TopicA')).code).toBe(ResponseCode.SUCCESS)
  expect((await peer(other).route('TopicA')).code).toBe(ResponseCode.SUCCESS)
})

test('a closed connection unregisters its broker at once', async () => {
  const server = await nameserver()
  const broker = peer(server)
  await broker.register()
  const client = peer(server)
  expect((await client.route('TopicA')).code).toBe(ResponseCode.SUCCESS)
  broker.client.close()
  const answer = await until(
    () => client.route('TopicA'),
    ({ code }) => code !== ResponseCode.SUCCESS
  )
  expect(answer.code).toBe(ResponseCode.TOPIC_NOT_EXIST)
  expect(json(await client.invoke(RequestCode.GET_BROKER_CLUSTER_INFO))).toEqual({
    brokerAddrTable: {},
    clusterAddrTable: {}
  })
})

test('a broker that falls silent is dropped after 120 s and its connection closed', async () => {
  // The lease runs on a clock of its own; everything else, sockets included, is real.
  const leases = new ManualClock()
  const real: RealTime = {
    ...systemClock.real,
    monotonic: () => leases.monotonic(),
    every: leases.every.bind(leases)
  }
  const clock: Clock = { ...systemClock, real }
  const server = await nameserver({ clock })
  const broker = peer(server)
  await broker.register()
  const closed = (await broker.client.connectionTo(server.address)).closed
  const gone = new Promise<void>((resolve) => closed.on(() => resolve()))
  leases.advance(119_000)
  // Its connection is in use, so it is not idle: only the registration is old.
  expect((await broker.route('TopicA')).code).toBe(ResponseCode.SUCCESS)
  leases.advance(6_000)
  await gone
  expect((await peer(server).route('TopicA')).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
})

test.each([
  ['a CRC that does not fit', { bodyCrc32: '7' }, registration(), /damaged on the way/],
  ['a body that is no JSON', {}, Buffer.from('{'), /unreadable/],
  ['a compressed body that is none', { compressed: 'true' }, Buffer.from('nonsense'), /unreadable/],
  ['a single topic of an unknown broker', {}, registration(0, ['T']), /all its topics first/]
])('a registration with %s is refused', async (_name, ext, body, remark) => {
  const { invoke } = peer(await nameserver())
  const answer = await invoke(RequestCode.REGISTER_BROKER, { ...identity, ...ext }, body)
  expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR)
  expect(answer.remark).toMatch(remark)
})

test('QUERY_DATA_VERSION tells whether the broker must register again', async () => {
  const { invoke, register } = peer(await nameserver())
  const ask = (counter: number) =>
    invoke(
      RequestCode.QUERY_DATA_VERSION,
      identity,
      jsonBody({ counter, stateVersion: 0, timestamp: 1 })
    )
  const unknown = await ask(5)
  expect([unknown.extFields.changed, unknown.body]).toEqual(['true', undefined])
  await register(5)
  const same = await ask(5)
  expect(same.extFields.changed).toBe('false')
  expect(json(same)).toEqual({ counter: 5, stateVersion: 0, timestamp: 1 })
  expect((await ask(6)).extFields.changed).toBe('true')
})

test('BROKER_HEARTBEAT and GET_BROKER_MEMBER_GROUP of 5.x are answered', async () => {
  const { invoke, register } = peer(await nameserver())
  await register()
  expect((await invoke(RequestCode.BROKER_HEARTBEAT, identity)).code).toBe(0)
  const { clusterName, brokerName } = identity
  const group = await invoke(RequestCode.GET_BROKER_MEMBER_GROUP, { clusterName, brokerName })
  expect(json(group)).toEqual({
    brokerMemberGroup: {
      brokerAddrs: { '0': '127.0.0.1:10911' },
      brokerName: 'broker-a',
      cluster: 'DefaultCluster'
    }
  })
})

test('key/value config survives a restart and reaches brokers and routes', async () => {
  const folder = tempFolder()
  const first = await nameserver({ folder })
  const namespace = 'ORDER_TOPIC_CONFIG'
  const value = 'broker-a:4'
  {
    const { invoke } = peer(first)
    expect((await invoke(RequestCode.GET_KVLIST_BY_NAMESPACE, { namespace })).code).toBe(
      ResponseCode.QUERY_NOT_FOUND
    )
    await invoke(RequestCode.PUT_KV_CONFIG, { namespace, key: 'TopicA', value })
    await invoke(RequestCode.UPDATE_NAMESRV_CONFIG, {}, Buffer.from('orderMessageEnable=true'))
  }
  await first.stop()

  const { invoke, register, route } = peer(await nameserver({ folder }))
  const got = await invoke(RequestCode.GET_KV_CONFIG, { namespace, key: 'TopicA' })
  expect(got.extFields.value).toBe(value)
  expect(json(await register())).toEqual({ table: { TopicA: value } })
  expect(json(await route('TopicA')).orderTopicConf).toBe(value)
  await invoke(RequestCode.DELETE_KV_CONFIG, { namespace, key: 'TopicA' })
  const missing = await invoke(RequestCode.GET_KV_CONFIG, { namespace, key: 'TopicA' })
  expect(missing.code).toBe(ResponseCode.QUERY_NOT_FOUND)
  expect((await register()).body).toBeUndefined()
})

test('the topic lists', async () => {
  const { invoke, register } = peer(await nameserver())
  await register()
  const list = async (code: number, ext?: ExtFields) => json(await invoke(code, ext))
  expect(await list(RequestCode.GET_TOPICS_BY_CLUSTER, { cluster: 'DefaultCluster' })).toEqual({
    topicList: ['TBW102', 'TopicA']
  })
  expect(await list(RequestCode.GET_TOPICS_BY_CLUSTER, { cluster: 'nobody' })).toEqual({
    topicList: []
  })
  expect(await list(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS)).toEqual({
    brokerAddr: '127.0.0.1:10911',
    topicList: ['DefaultCluster', 'broker-a']
  })
  expect(await list(RequestCode.GET_UNIT_TOPIC_LIST)).toEqual({ topicList: [] })
})

test('a topic is deleted, and registered by hand', async () => {
  const { invoke, register, route } = peer(await nameserver())
  await register()
  await invoke(RequestCode.DELETE_TOPIC_IN_NAMESRV, { topic: 'TopicA', clusterName: 'other' })
  expect((await route('TopicA')).code).toBe(ResponseCode.SUCCESS)
  await invoke(RequestCode.DELETE_TOPIC_IN_NAMESRV, { topic: 'TopicA' })
  expect((await route('TopicA')).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
  const { body } = await route('TBW102')
  await invoke(RequestCode.REGISTER_TOPIC_IN_NAMESRV, { topic: 'Hand' }, body)
  expect((await route('Hand')).code).toBe(ResponseCode.SUCCESS)
})

test('write permission is wiped and given back over the wire', async () => {
  const { invoke, register, route } = peer(await nameserver())
  await register()
  const perm = async () => (json(await route('TopicA')).queueDatas as { perm: number }[])[0]?.perm
  const { brokerName } = identity
  const wiped = await invoke(RequestCode.WIPE_WRITE_PERM_OF_BROKER, { brokerName })
  expect([wiped.extFields, await perm()]).toEqual([{ wipeTopicCount: '2' }, 4])
  const added = await invoke(RequestCode.ADD_WRITE_PERM_OF_BROKER, { brokerName })
  expect([added.extFields, await perm()]).toEqual([{ addTopicCount: '2' }, 6])
})

test('a route asked for in vain is told, except what clients ask by habit', async () => {
  const misses: unknown[] = []
  const { route } = peer(await nameserver({ onRouteMiss: (miss) => misses.push(miss) }))
  const answer = await route('Unknown')
  expect(answer.remark).toMatch(/for the topic: Unknown\n.*-t Unknown/)
  await route('%RETRY%G')
  await route('TBW102')
  expect(misses).toEqual([
    {
      topic: 'Unknown',
      remoteAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      language: 'JAVA'
    }
  ])
})

test('requests of brokers are refused by name', async () => {
  const { invoke } = peer(await nameserver())
  const answer = await invoke(RequestCode.PULL_MESSAGE)
  expect(answer.code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
  expect(answer.remark).toContain('PULL_MESSAGE')
})

test('a port in use is Node’s own error, and the data folder is free again', async () => {
  const folder = tempFolder()
  const { port } = await nameserver()
  await expect(nameserver({ port, folder })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  const running = await nameserver({ folder })
  expect(running.address).toBe(`127.0.0.1:${running.port}`)
})

test('a registration may be one-way', async () => {
  const server = await nameserver()
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  onTestFinished(() => client.close())
  await client.oneway(server.address, {
    code: RequestCode.REGISTER_BROKER,
    extFields: identity,
    body: registration()
  })
  expect((await peer(server, client).route('TopicA')).code).toBe(ResponseCode.SUCCESS)
})
