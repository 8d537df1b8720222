/** Each verb of the command line against a real cluster, in this process. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { verbs } from '../../../src/main/cli/verbs'
import { consumerData, TestClient } from '../broker/brokerTestbed'
import { controlledSet } from '../broker/controlledSets'
import { Inbox, testCluster, until, type TestCluster } from '../client/cluster'
import { cliTo, type Said } from './cliRig'

type Cli = ReturnType<typeof cliTo>

interface Stage {
  cluster: TestCluster
  cli: Cli
  broker: string
  namesrv: string
}

const stage = async (): Promise<Stage> => {
  const cluster = await testCluster()
  const { address } = await cluster.broker()
  const namesrv = cluster.namesrv.address
  return { cluster, cli: cliTo(namesrv), broker: address, namesrv }
}

/** Verbs a test has run; the last test wants all of them. */
const seen = new Set<string>()
const withSeen = (cli: Cli): Cli => ({
  run: (...args) => (seen.add(args[0] ?? ''), cli.run(...args)),
  ok: (...args) => (seen.add(args[0] ?? ''), cli.ok(...args)),
  json: (...args) => (seen.add(args[0] ?? ''), cli.json(...args))
})

const open = async (): Promise<Stage> => {
  const opened = await stage()
  return { ...opened, cli: withSeen(opened.cli) }
}

const sent = async ({ cli }: Stage, topic: string, body: string, ...more: string[]) => {
  const { cells } = await cli.ok('sendMessage', '-t', topic, '-p', body, ...more)
  const [brokerName, queueId, status, msgId] = cells[1] ?? []
  return { brokerName, queueId, status, msgId: msgId ?? '' }
}

const rowOf = (said: Said, first: string): string[] | undefined =>
  said.cells.find(([cell]) => cell === first)

describe('topics', () => {
  test('updateTopic, topicList, topicRoute, topicStatus, topicClusterList', async () => {
    const at = await open()
    const { cli, broker } = at
    const made = await cli.ok('updateTopic', '-c', 'DefaultCluster', '-t', 'Orders', '-r', '4', '-w', '2') // prettier-ignore
    expect(made.out).toContain(`create topic to ${broker} success.`)
    expect(made.out).toMatch(/readQueueNums=4, writeQueueNums=2, perm=RW-/)
    expect((await cli.ok('topicList')).out.split('\n')).toContain('Orders')
    expect(rowOf(await cli.ok('topicList', '-c'), 'DefaultCluster')).toBeDefined()
    const [route] = await cli.json<{ queueDatas: unknown[] }>('topicRoute', '-t', 'Orders')
    expect(route?.queueDatas).toEqual([
      { brokerName: 'broker-a', perm: 6, readQueueNums: 4, writeQueueNums: 2, topicSysFlag: 0 }
    ])
    const list = await cli.ok('topicRoute', '-t', 'Orders', '-l')
    expect(rowOf(list, 'DefaultCluster')).toEqual(['DefaultCluster', 'broker-a', `{0=${broker}}`, '4', '2', '6']) // prettier-ignore
    expect(rowOf(list, 'Total:')).toEqual(['Total:', '1', '4', '2'])
    const status = await cli.ok('topicStatus', '--topic', 'Orders')
    expect(status.cells.slice(1).map((row) => row.slice(0, 4))).toEqual(
      ['0', '1', '2', '3'].map((id) => ['broker-a', id, '0', '0'])
    )
    expect((await cli.ok('topicClusterList', '-t', 'Orders')).out).toBe('DefaultCluster')
  })

  test('updateTopic -o tells the nameservers the order; updateTopicPerm, deleteTopic', async () => {
    const { cli, broker, cluster } = await open()
    await cli.ok('updateNamesrvConfig', '-k', 'orderMessageEnable', '-v', 'true')
    const ordered = await cli.ok('updateTopic', '-b', broker, '-t', 'Ordered', '-w', '3', '-o', 'true') // prettier-ignore
    expect(ordered.out).toContain('orderConf=[broker-a:3]')
    expect((await cluster.admin.examineTopicRouteInfo('Ordered')).orderTopicConf).toBe('broker-a:3')
    const changed = await cli.ok('updateTopicPerm', '-c', 'DefaultCluster', '-t', 'Ordered', '-p', '4') // prettier-ignore
    expect(changed.out).toBe(`update topic perm from 6 to 4 in ${broker} success.`)
    const config = await cluster.admin.examineTopicConfig(broker, 'Ordered')
    expect(config).toMatchObject({ perm: 4, writeQueueNums: 3, order: true })
    await cli.ok('deleteTopic', '-t', 'Ordered', '-c', 'DefaultCluster')
    expect((await cli.ok('topicList')).out.split('\n')).not.toContain('Ordered')
  })
})

describe('brokers and nameservers', () => {
  test('clusterList, brokerStatus, getBrokerConfig, updateBrokerConfig', async () => {
    const { cli, broker } = await open()
    const row = rowOf(await cli.ok('clusterList'), 'DefaultCluster')
    expect(row?.slice(0, 4)).toEqual(['DefaultCluster', 'broker-a', '0', broker])
    expect(row?.[4]).toMatch(/^V\d/)
    expect(row?.at(-1)).toBe('true')
    expect(rowOf(await cli.ok('clusterList', '-m'), 'DefaultCluster')).toEqual(
      ['DefaultCluster', 'broker-a', '0', '0', '0', '0'] // prettier-ignore
    )
    expect((await cli.ok('brokerStatus', '-b', broker)).out).toMatch(/^brokerVersionDesc +: V5/m)
    const [whole] = await cli.json<{ runtime: object }>('brokerStatus', '-c', 'DefaultCluster')
    expect(whole?.runtime).toHaveProperty('putTps')
    const set = await cli.ok('updateBrokerConfig', '-c', 'DefaultCluster', '-k', 'autoCreateTopicEnable', '-v', 'false') // prettier-ignore
    expect(set.out).toBe(`update broker config success, ${broker}`)
    const said = await cli.ok('getBrokerConfig', '-c', 'DefaultCluster')
    expect(said.out).toContain(`============Master: ${broker}============`)
    expect(said.out).toMatch(/^autoCreateTopicEnable += {2}false$/m)
  })

  test('haStatus of a master; getSyncStateSet of a controller', async () => {
    const { cli, broker } = await open()
    expect((await cli.ok('haStatus', '-b', broker)).out).toMatch(
      new RegExp(`#MasterAddr\\t${broker}\n#MasterCommitLogMaxOffset\\t\\d+\n#SlaveNum\\t0`)
    )
    const set = await controlledSet()
    await set.member(1)
    await set.untilInSync(1)
    const controlled = withSeen(cliTo(set.namesrv))
    const [info] = await controlled.json('getSyncStateSet', '-a', set.namesrv, '-b', 'broker-a')
    expect(info).toMatchObject({ brokerName: 'broker-a', masterBrokerId: 1, notInSyncReplicas: [] })
    const said = await controlled.ok('getSyncStateSet', '-a', set.namesrv, '-c', 'DefaultCluster')
    expect(said.out).toMatch(/#SyncStateSetNums\t1\n\nInSyncReplica:\tReplicaIdentity\{brokerName='broker-a', brokerId=1/) // prettier-ignore
  })

  test('wipeWritePerm, addWritePerm', async () => {
    const { cli, namesrv, cluster } = await open()
    const wiped = await cli.ok('wipeWritePerm', '-b', 'broker-a')
    expect(wiped.out).toMatch(new RegExp(`^wipe write perm of broker\\[broker-a\\] in name server\\[${namesrv}\\] OK, [1-9]`)) // prettier-ignore
    expect(await cluster.admin.writePermsOfBroker('broker-a')).toEqual([false])
    expect((await cli.ok('addWritePerm', '-b', 'broker-a')).out).toContain('OK, ')
    expect(await cluster.admin.writePermsOfBroker('broker-a')).toEqual([true])
  })

  test('getNamesrvConfig, updateNamesrvConfig, updateKvConfig, deleteKvConfig', async () => {
    const { cli, namesrv, cluster } = await open()
    const key = 'orderMessageEnable'
    expect((await cli.ok('updateNamesrvConfig', '-k', key, '-v', 'true')).out).toContain(`${key} : true`) // prettier-ignore
    const config = await cli.ok('getNamesrvConfig')
    expect(config.out).toContain(`============${namesrv}============`)
    expect(config.out).toMatch(new RegExp(`^${key} +=  true$`, 'm'))
    const entry = ['-s', 'ORDER_TOPIC_CONFIG', '-k', 'TBW102']
    await cluster.admin.updateTopic({ topicName: 'TBW103', readQueueNums: 1, writeQueueNums: 1, perm: 6 }) // prettier-ignore
    const orderOf = async () => (await cluster.admin.examineTopicRouteInfo('TBW103')).orderTopicConf
    entry[3] = 'TBW103'
    await cli.ok('updateKvConfig', ...entry, '-v', 'broker-a:1')
    expect(await orderOf()).toBe('broker-a:1')
    await cli.ok('deleteKvConfig', ...entry)
    expect(await orderOf()).toBeUndefined()
  })
})

describe('groups', () => {
  test('updateSubGroup, getConsumerConfig, deleteSubGroup', async () => {
    const { cli, broker } = await open()
    const made = await cli.ok('updateSubGroup', '-c', 'DefaultCluster', '-g', 'Buyers', '-r', '5', '-q', '2', '-d', 'true') // prettier-ignore
    expect(made.out).toContain(`create subscription group to ${broker} success.`)
    expect(made.out).toContain('retryMaxTimes=5')
    const config = await cli.ok('getConsumerConfig', '-g', 'Buyers')
    expect(config.out).toMatch(/^retryQueueNums += {2}2$/m)
    expect(config.out).toMatch(/^consumeBroadcastEnable += {2}true$/m)
    const gone = await cli.ok('deleteSubGroup', '-c', 'DefaultCluster', '-g', 'Buyers', '-r', 'true') // prettier-ignore
    expect(gone.out).toBe(
      `delete subscription group [Buyers] from broker [${broker}] in cluster [DefaultCluster] success.`
    )
    expect((await cli.run('getConsumerConfig', '-g', 'Buyers')).code).toBe(1)
  })

  test('who is online: consumerConnection, consumerStatus, producer, producerConnection', async () => {
    const at = await open()
    const { cli, cluster, broker } = at
    await cli.ok('updateTopic', '-b', broker, '-t', 'T', '-r', '2', '-w', '2')
    const inbox = new Inbox()
    const producer = await cluster.producer()
    await cluster.consumer({ group: 'CG', subscription: [['T', '*']], listener: inbox.listener })
    await producer.send({ topic: 'T', body: Buffer.from('one') })
    await inbox.reaches(1)
    const said = await cli.ok('consumerConnection', '-g', 'CG')
    expect(said.out).toContain('#ClientId')
    expect(rowOf(said, 'T')).toEqual(['T', '*'])
    expect(said.out).toContain('MessageModel: CLUSTERING')
    const member = new TestClient(systemClock, broker)
    onTestFinished(() => member.close())
    member.answer = ({ extFields: { jstackEnable } }) => {
      const jstack = jstackEnable === 'true' ? { jstack: 'main RUNNABLE' } : {}
      const info = { properties: { PROP_CLIENT_VERSION: 'V5_3_3' }, mqTable: {}, ...jstack }
      return { code: 0, body: Buffer.from(JSON.stringify(info)) }
    }
    await member.heartbeat('c1', [consumerData('Scripted', 'T')])
    const [status] = await cli.json('consumerStatus', '-g', 'Scripted', '-b', broker)
    expect(status).toMatchObject({ clientId: 'c1', properties: { PROP_CLIENT_VERSION: 'V5_3_3' } })
    const stacks = await cli.ok('consumerStatus', '-g', 'Scripted', '-i', 'c1', '-s')
    expect(stacks.out).toMatch(/^PROP_CLIENT_VERSION +: V5_3_3$/m)
    expect(stacks.out).toContain('main RUNNABLE')
    expect((await cli.run('consumerStatus', '-g', 'Nobody')).err).toContain('no consumer of Nobody is online') // prettier-ignore
    expect((await cli.ok('producer', '-b', broker)).out).toContain('producer group (PG) instance : clientId=') // prettier-ignore
    expect((await cli.ok('producerConnection', '-g', 'PG', '-t', 'T')).out).toMatch(/^0001 {2}/)
    expect(rowOf(await cli.ok('consumerProgress'), 'CG')?.slice(1, 2)).toEqual(['1'])
    const rows = await cli.ok('consumerProgress', '-g', 'CG')
    expect(rows.out).toMatch(/^Consume Diff Total: \d+$/m)
    expect(rows.cells.filter(([name]) => name === 'T')).toHaveLength(2)
  })

  test('resetOffsetByTime, skipAccumulatedMessage, cloneGroupOffset, statsAll', async () => {
    const at = await open()
    const { cli, cluster, broker } = at
    await cli.ok('updateTopic', '-b', broker, '-t', 'T', '-r', '1', '-w', '1')
    for (const body of ['a', 'b', 'c']) await sent(at, 'T', body)
    for (const group of ['CG', 'Other']) await cli.ok('updateSubGroup', '-b', broker, '-g', group)
    const offsetOf = async (group: string) =>
      (await cluster.admin.examineConsumeStats(group, 'T')).offsets[0]?.consumerOffset
    const skipped = await cli.ok('skipAccumulatedMessage', '-g', 'CG', '-t', 'T')
    expect(rowOf(skipped, 'broker-a')).toEqual(['broker-a', '0', '3'])
    expect(await offsetOf('CG')).toBe(3)
    const copied = await cli.ok('cloneGroupOffset', '-s', 'CG', '-d', 'Other', '-t', 'T')
    expect(copied.out).toBe('clone group offset success. srcGroup[CG], destGroup=[Other], topic[T]')
    expect(await offsetOf('Other')).toBe(3)
    const back = await cli.ok('resetOffsetByTime', '-g', 'CG', '-t', 'T', '-s', '0')
    expect(rowOf(back, 'broker-a')).toEqual(['broker-a', '0', '0'])
    expect(await offsetOf('CG')).toBe(0)
    const end = await cli.ok('resetOffsetByTime', '-g', 'CG', '-t', 'T', '-s', '-1')
    expect(rowOf(end, 'broker-a')).toEqual(['broker-a', '0', '3'])
    await cli.ok('resetOffsetByTime', '-g', 'CG', '-t', 'T', '-s', 'now', '-b', broker, '-q', '0', '-o', '2') // prettier-ignore
    expect(await offsetOf('CG')).toBe(2)
    const stats = await cli.ok('statsAll', '-t', 'T')
    expect(stats.cells.find((row) => row[0] === 'T' && row[1] === 'CG')?.[2]).toBe('1')
  })
})

describe('messages', () => {
  test('sendMessage, and the message by each of its ids, its key and its place', async () => {
    const at = await open()
    const { cli, broker } = at
    await cli.ok('updateTopic', '-b', broker, '-t', 'T', '-r', '2', '-w', '2')
    const where = ['-b', 'broker-a', '-i', '1']
    const { status, msgId, queueId } = await sent(at, 'T', 'hello 你好', '-k', 'k1 k2', '-c', 'TagA', ...where) // prettier-ignore
    expect({ status, queueId }).toEqual({ status: 'SEND_OK', queueId: '1' })
    const ask = async (...args: string[]) => cli.json<{ offsetMsgId: string }>(...args)
    const found = { msgId, body: 'hello 你好', tags: 'TagA', keys: 'k1 k2', queueOffset: 0 }
    const byKey = () => ask('queryMsgByKey', '-t', 'T', '-k', 'k2').then(([list]) => list)
    // The index is built beside the log.
    await until(byKey, (list) => Array.isArray(list) && list.length > 0)
    expect(await byKey()).toMatchObject([found])
    const [unique] = await ask('queryMsgByUniqueKey', '-t', 'T', '-i', msgId)
    expect(unique).toMatchObject(found)
    const [byId] = await ask('queryMsgById', '-t', 'T', '-i', unique?.offsetMsgId ?? '')
    expect(byId).toMatchObject(found)
    expect(await ask('queryMsgById', '-t', 'T', '-i', msgId)).toEqual([byId])
    expect(await ask('queryMsgByOffset', '-t', 'T', ...where, '-o', '0')).toEqual([byId])
    const text = await cli.ok('queryMsgById', '-t', 'T', '-i', msgId)
    expect(text.out).toMatch(/^Tags: +\[TagA\]$/m)
    expect(text.out).toMatch(/^Message Body: +hello 你好$/m)
    expect(text.out).toMatch(/\n\n\nWARN: No Consumer$/)
    const trace = await cli.ok('queryMsgTraceById', '-i', msgId)
    expect(trace.out).toBe('')
  })

  test('printMsg and consumeMessage give what the queues hold, and move no group', async () => {
    const at = await open()
    const { cli, broker, cluster } = at
    await cli.ok('updateTopic', '-b', broker, '-t', 'T', '-r', '2', '-w', '2')
    for (const [body, tag] of [
      ['a', 'A'],
      ['b', 'B'],
      ['c', 'A']
    ] as const)
      // prettier-ignore
      await sent(at, 'T', body, '-c', tag)
    const bodies = (said: Said) => [...said.out.matchAll(/BODY: (.*)$/gm)].map(([, body]) => body)
    expect(bodies(await cli.ok('printMsg', '-t', 'T')).sort()).toEqual(['a', 'b', 'c'])
    expect(bodies(await cli.ok('printMsg', '-t', 'T', '-s', 'A')).sort()).toEqual(['a', 'c'])
    expect(bodies(await cli.ok('printMsg', '-t', 'T', '-d', 'false'))).toEqual(
      Array(3).fill('NOT PRINT BODY')
    )
    expect(bodies(await cli.ok('consumeMessage', '-t', 'T')).sort()).toEqual(['a', 'b', 'c'])
    expect(bodies(await cli.ok('consumeMessage', '-t', 'T', '-c', '2'))).toHaveLength(2)
    const one = ['-b', 'broker-a', '-i', '0']
    const held = (await cluster.admin.examineTopicStats('T')).answers[0]?.value ?? []
    const first = held.find(({ queue }) => queue.queueId === 0)
    const all = bodies(await cli.ok('consumeMessage', '-t', 'T', ...one))
    expect(all).toHaveLength(first?.maxOffset ?? -1)
    expect(bodies(await cli.ok('consumeMessage', '-t', 'T', ...one, '-o', '1'))).toEqual(all.slice(1)) // prettier-ignore
    const { offsets } = await cluster.admin.examineConsumeStats('TOOLS_CONSUMER', 'T')
    expect(offsets.filter(({ consumerOffset }) => consumerOffset > 0)).toEqual([])
  })

  test('what a terminal would obey is shown, not obeyed', async () => {
    const at = await open()
    await sent(at, 'T', 'red \u001b[31m alert')
    const { out } = await at.cli.ok('printMsg', '-t', 'T')
    expect(out).toContain('BODY: red \\u001b[31m alert')
    const values = await at.cli.json<{ body?: string }>('printMsg', '-t', 'T')
    expect(values.find(({ body }) => body !== undefined)?.body).toBe('red \u001b[31m alert')
  })
})

test('a cluster that wants to know who asks is told by key or by environment', async () => {
  const cluster = await testCluster()
  const user = { username: 'root', password: 'secret' }
  const { address } = await cluster.broker('broker-a', {
    authenticationEnabled: 'true',
    initAuthenticationUser: JSON.stringify(user),
    innerClientAuthenticationCredentials: JSON.stringify({ accessKey: 'root', secretKey: 'secret' })
  })
  const cli = cliTo(cluster.namesrv.address)
  const asked = ['brokerStatus', '-b', address]
  const refused = await cli.run(...asked)
  expect({ code: refused.code, out: refused.out }).toEqual({ code: 1, out: '' })
  expect(refused.err).toMatch(/refused with \w+ \(\d+\)/)
  const signed = await cli.ok(...asked, '--accessKey', 'root', '--secretKey', 'secret')
  expect(signed.out).toContain('brokerVersionDesc')
  const env = { GANTRY_ACCESS_KEY: 'root', GANTRY_SECRET_KEY: 'secret' }
  expect((await cliTo(cluster.namesrv.address, env).run(...asked)).code).toBe(0)
  expect((await cli.run(...asked, '--accessKey', 'root')).code).toBe(2)
})

describe('failures', () => {
  test('what the peer refuses is code 1, with its code and its remark', async () => {
    const { cli } = await open()
    const said = await cli.run('topicRoute', '-t', 'Nobody')
    expect(said).toMatchObject({ code: 1, out: '' })
    expect(said.err).toMatch(/^gantry: refused with TOPIC_NOT_EXIST \(17\): .*Nobody/)
  })

  test('nobody there is code 1, and says where it looked', async () => {
    const { cli, cluster, namesrv } = await open()
    await cluster.namesrv.stop()
    const said = await cli.run('topicList')
    expect(said.code).toBe(1)
    expect(said.err).toContain(`cannot reach ${namesrv}`)
  })

  test('a cluster that is not there is named with those that are', async () => {
    const { cli } = await open()
    const said = await cli.run('updateTopic', '-c', 'Nope', '-t', 'T')
    expect(said).toMatchObject({ code: 1 })
    expect(said.err).toContain('there is no cluster Nope; there is: DefaultCluster')
  })
})

test('every verb was run against the cluster above', () => {
  expect(verbs.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([])
})
