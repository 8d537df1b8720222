import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type AdminShell, cells, startAdminShell } from './adminShell'
import { type Cluster, startCluster } from './cluster'
import { type Driver, startDriver } from './driver'
import { cache, clientLines, jvm, knows5xRequests } from './lines'

/** `name : value` or `name = value` lines. */
const facts = (said: string) =>
  new Map(
    [...said.matchAll(/^(\w+)[ \t]*[:=][ \t]*(.*)$/gm)].map((match) => [match[1], match[2]?.trim()])
  )

// The driver's scenario `online` has sent and consumed 100 messages, and its clients are online.
const topic = 'admin_online'
const group = 'admin_onliners'

describe.skipIf(inject('hindrance')).each(clientLines)('mqadmin, %s', (line) => {
  const isOf5 = line === 'client-5.3'
  let cluster: Cluster
  let driver: Driver
  let admin: AdminShell
  let clientId: string
  // GET_TOPIC_CONFIG, sent by 5.x tools only, and by them always.
  const testOf351 = test.skipIf(isOf5 && !knows5xRequests())

  beforeAll(async () => {
    cluster = await startCluster()
    admin = startAdminShell(line, cluster.namesrv)
    driver = startDriver({ line, cluster, scenarios: ['online'], prefix: 'admin' })
    const rows = await driver.rows('online')
    clientId = String(rows.find((row) => row.event === 'online')?.['clientId'])
  })

  afterAll(async () => {
    await admin?.stop()
    await driver?.stop()
    await cluster?.stop()
  })

  test('the program itself starts, prints and ends with 0', () => {
    const args = ['org.apache.rocketmq.tools.command.MQAdminStartup', 'topicList']
    const ended = spawnSync('java', [...jvm(line), ...args, '-n', cluster.namesrv], {
      cwd: cache,
      encoding: 'utf8'
    })
    expect(ended.stdout.split('\n')).toContain(topic)
    expect(ended.status).toBe(0)
  })

  testOf351('updateTopic creates a topic, topicRoute and topicStatus show it', async () => {
    const { clusterName, broker, brokerName } = cluster
    const sizes = ['-r', '6', '-w', '4']
    const created = await admin.run('updateTopic', '-c', clusterName, '-t', 'AdminTopic', ...sizes)
    expect(created).toContain(`create topic to ${broker} success.`)
    expect(created).toMatch(/readQueueNums=6, writeQueueNums=4, perm=RW-/)

    const route = await admin.run('topicRoute', '-t', 'AdminTopic')
    expect(route).toMatch(new RegExp(`"?0"?:"${broker}"`))
    expect(route).toContain(`"brokerName":"${brokerName}"`)
    expect(route).toContain(`"cluster":"${clusterName}"`)
    expect(route).toMatch(/"perm":6,\s+"readQueueNums":6,\s+"topicSysFlag":0,\s+"writeQueueNums":4/)

    const status = await admin.run('topicStatus', '-t', 'AdminTopic')
    const queues = cells(status).filter(([name]) => name === brokerName)
    // 4.9 brokers show as many queues as can be written, 5.x ones as exist at all.
    expect([4, 6]).toContain(queues.length)
    expect(queues[3]).toEqual([brokerName, '3', '0', '0'])
  })

  test('updateTopic changes queues and permission of a topic', async () => {
    const at = ['updateTopic', '-b', cluster.broker, '-t', 'AdminChanging']
    await admin.run(...at, '-r', '8', '-w', '8')
    const changed = await admin.run(...at, '-r', '3', '-w', '3', '-p', '4')
    expect(changed).toMatch(/readQueueNums=3, writeQueueNums=3, perm=R--/)
    const route = await admin.run('topicRoute', '-t', 'AdminChanging')
    expect(route).toMatch(/"perm":4,\s+"readQueueNums":3,\s+"topicSysFlag":0,\s+"writeQueueNums":3/)
  })

  test('topicList lists topics, with -c also clusters and groups', async () => {
    const names = (await admin.run('topicList')).split('\n')
    const expected = [topic, `%RETRY%${group}`, 'TBW102', 'SELF_TEST_TOPIC', 'SCHEDULE_TOPIC_XXXX']
    expect(names).toEqual(expect.arrayContaining(expected))
    const table = cells(await admin.run('topicList', '-c'))
    expect(table).toContainEqual([cluster.clusterName, topic, group])
  })

  testOf351('topicStatus shows bounds and last update of every queue', async () => {
    const status = cells(await admin.run('topicStatus', '-t', topic))
    const rows = status.filter(([name]) => name === cluster.brokerName)
    expect(rows.map((row) => row.slice(0, 4))).toEqual(
      ['0', '1', '2', '3'].map((queueId) => [cluster.brokerName, queueId, '0', '25'])
    )
    for (const row of rows)
      expect(row.slice(4).join(' ')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/)
  })

  test('clusterList shows the broker with address and version', async () => {
    const { clusterName, brokerName, broker } = cluster
    const row = cells(await admin.run('clusterList')).find(([name]) => name === clusterName)
    expect(row?.slice(0, 4)).toEqual([clusterName, brokerName, '0', broker])
    expect(row?.[4]).toMatch(/^V\d_\d+_\d+/)
    const totals = cells(await admin.run('clusterList', '-m')).find(
      ([name]) => name === clusterName
    )
    expect(totals).toEqual([clusterName, brokerName, '0', '0', '100', '100'])
  })

  test('updateSubGroup creates a group, and the broker knows it', async () => {
    const { clusterName, broker } = cluster
    const settings = ['-g', 'AdminGroup', '-r', '5', '-q', '2', '-d', 'true']
    const created = await admin.run('updateSubGroup', '-c', clusterName, ...settings)
    expect(created).toContain(`create subscription group to ${broker} success.`)
    const known = facts(await admin.run('getConsumerConfig', '-g', 'AdminGroup'))
    expect(known.get('groupName')).toBe('AdminGroup')
    expect(known.get('retryMaxTimes')).toBe('5')
    expect(known.get('retryQueueNums')).toBe('2')
    expect(known.get('consumeBroadcastEnable')).toBe('true')
  })

  testOf351('consumerProgress shows groups, and queue by queue how far one is', async () => {
    const overview = async () =>
      cells(await admin.run('consumerProgress')).find(([name]) => name === group)
    // The client commits what it consumed last with its next round, 5 s later.
    let row = await overview()
    for (let asked = 1; asked < 12 && row?.at(-1) !== '0'; asked++) row = await overview()
    const version = isOf5 ? 'V5_3_3' : 'V4_9_8'
    expect(row?.slice(0, 5)).toEqual([group, '1', version, 'PUSH', 'CLUSTERING'])
    expect(row?.at(-1)).toBe('0')

    const said = await admin.run('consumerProgress', '-g', group)
    const queues = cells(said).filter(([name]) => name === topic)
    expect(queues.map((queue) => queue.slice(0, 6))).toEqual(
      ['0', '1', '2', '3'].map((id) => [topic, cluster.brokerName, id, '25', '25', '0'])
    )
    expect(said).toMatch(/Diff Total: 0$/m)
  })

  test('consumerConnection shows members and subscriptions of a group', async () => {
    const said = await admin.run('consumerConnection', '-g', group)
    const member = cells(said).find(([name]) => name === clientId)
    expect(member?.[1]).toMatch(/^127\.0\.0\.1:\d+$/)
    expect(member?.slice(2)).toEqual(['JAVA', isOf5 ? 'V5_3_3' : 'V4_9_8'])
    expect(cells(said)).toContainEqual([topic, 'TagA', '||', 'TagB'])
    expect(cells(said)).toContainEqual([`%RETRY%${group}`, '*'])
    expect(facts(said)).toMatchObject(
      new Map([
        ['ConsumeType', 'CONSUME_PASSIVELY'],
        ['MessageModel', 'CLUSTERING'],
        ['ConsumeFromWhere', 'CONSUME_FROM_FIRST_OFFSET']
      ])
    )
  })

  test('brokerStatus shows what the broker is and has done', async () => {
    const known = facts(await admin.run('brokerStatus', '-b', cluster.broker))
    expect(known.get('brokerVersionDesc')).toMatch(/^V\d_\d+_\d+/)
    expect(known.get('msgPutTotalTodayNow')).toBe('100')
    expect(known.get('msgGetTotalTodayNow')).toBe('100')
    expect(Number(known.get('commitLogMaxOffset'))).toBeGreaterThan(100 * 100)
    expect(known.get('commitLogMinOffset')).toBe('0')
    expect(known.get('runtime')).toMatch(/\d+ days, \d+ hours, \d+ minutes, \d+ seconds/)
    for (const name of [
      'bootTimestamp',
      'putTps',
      'getTotalTps',
      'dispatchBehindBytes',
      'putMessageTimesTotal'
    ]) {
      expect(known.has(name), name).toBe(true)
    }
    const ofCluster = await admin.run('brokerStatus', '-c', cluster.clusterName)
    expect(ofCluster).toMatch(new RegExp(`^${cluster.broker}\\s+brokerVersionDesc`, 'm'))
  })

  test('deleteTopic takes a topic from brokers and nameserver', async () => {
    const { clusterName } = cluster
    const sizes = ['-r', '1', '-w', '1']
    await admin.run('updateTopic', '-c', clusterName, '-t', 'AdminDoomed', ...sizes)
    expect((await admin.run('topicList')).split('\n')).toContain('AdminDoomed')
    const deleted = await admin.run('deleteTopic', '-c', clusterName, '-t', 'AdminDoomed')
    expect(deleted).toContain(`delete topic [AdminDoomed] from cluster [${clusterName}] success.`)
    expect(deleted).toContain('delete topic [AdminDoomed] from NameServer success.')
    const route = await admin.run('topicRoute', '-t', 'AdminDoomed')
    expect(route).toMatch(/CODE: 17 +DESC: .*AdminDoomed/)
    expect((await admin.run('topicList')).split('\n')).not.toContain('AdminDoomed')
  })

  describe('less common commands', () => {
    test('producerConnection shows the producers of a group', async () => {
      const said = await admin.run('producerConnection', '-g', 'admin_producers', '-t', topic)
      expect(said).toMatch(/^0001\s+\S+@admin-\d+\s+127\.0\.0\.1:\d+\s+JAVA\s+V\d_\d+_\d+/)
    })

    test('consumerStatus asks the members themselves', async () => {
      const said = await admin.run('consumerStatus', '-g', group)
      expect(said).toContain(clientId)
      expect(said).toContain('Same subscription in the same group of consumer')
      expect(said).toContain('Rebalance OK')
    })

    test('deleteSubGroup takes a group from the broker', async () => {
      await admin.run('updateSubGroup', '-c', cluster.clusterName, '-g', 'AdminDoomedGroup')
      const said = await admin.run(
        'deleteSubGroup',
        '-c',
        cluster.clusterName,
        '-g',
        'AdminDoomedGroup'
      )
      expect(said).toContain('delete subscription group [AdminDoomedGroup]')
      expect(said).toContain('success.')
      const known = facts(await admin.run('getConsumerConfig', '-g', 'AdminDoomedGroup'))
      expect(known.get('groupName')).not.toBe('AdminDoomedGroup')
    })
  })
})
