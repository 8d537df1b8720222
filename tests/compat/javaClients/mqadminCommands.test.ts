// Every command of mqadmin 5.3.3: what docs/PROTOCOL.md says of it, and those no other file runs.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { mqadminRows } from '../../mqadminTable'
import { type AdminShell, cells, startAdminShell } from './adminShell'
import { type Cluster, startCluster } from './cluster'
import { type Driver, startDriver } from './driver'
import { cache, jvm, stockServer } from './lines'

const line = 'client-5.3'
const topic = 'every_online'
const group = 'every_onliners'

/** `name = value` and `name: value` lines, whatever the blanks. */
const facts = (said: string) =>
  new Map(
    [...said.matchAll(/^\s*([\w-]+)\s*[:=]\s+(.*)$/gm)].map((match) => [match[1], match[2]?.trim()])
  )

const startup = (args: readonly string[]) =>
  spawn('java', [...jvm(line), 'org.apache.rocketmq.tools.command.MQAdminStartup', ...args], {
    cwd: cache,
    stdio: ['ignore', 'pipe', 'ignore']
  })

/** The first line that matches, of a command that goes on for ever. */
const firstLine = (args: readonly string[], wanted: RegExp): Promise<string> =>
  new Promise((fulfil, reject) => {
    const child = startup(args)
    const said: string[] = []
    createInterface({ input: child.stdout }).on('line', (text) => {
      said.push(text)
      if (!wanted.test(text)) return
      fulfil(text)
      child.kill('SIGKILL')
    })
    child.once('close', () => reject(new Error(`it ended:\n${said.join('\n')}`)))
  })

describe.skipIf(inject('hindrance'))('every command of mqadmin', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-mqadmin-'))
  let cluster: Cluster
  let admin: AdminShell
  let driver: Driver
  let at: readonly string[]

  beforeAll(async () => {
    cluster = await startCluster()
    at = ['-b', cluster.broker]
    admin = startAdminShell(line, cluster.namesrv)
    driver = startDriver({ line, cluster, scenarios: ['online'], prefix: 'every' })
    await driver.rows('online')
    await admin.run('updateTopic', ...at, '-t', 'Every', '-r', '4', '-w', '4')
  })

  afterAll(async () => {
    await admin?.stop()
    await driver?.stop()
    await cluster?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is in the table of docs/PROTOCOL.md, and nothing else is', async () => {
    const child = startup([])
    const listed: string[] = []
    for await (const text of createInterface({ input: child.stdout })) {
      const command = /^ {3}(\w+) {2,}\S/.exec(text)?.[1]
      if (command) listed.push(command)
    }
    expect(listed.length).toBeGreaterThan(80)
    expect(
      mqadminRows()
        .map(({ command }) => command)
        .sort()
    ).toEqual(listed.sort())
  })

  describe('topics and groups', () => {
    test('updateTopicList and updateSubGroupList make several at once', async () => {
      const topics = ['ListedOne', 'ListedTwo'].map((topicName) => ({
        ...{ topicName, readQueueNums: 3, writeQueueNums: 2, perm: 6 },
        ...{ topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false }
      }))
      const groups = [3, 5].map((retryMaxTimes) => ({
        ...{ groupName: `Listed${retryMaxTimes}`, retryMaxTimes, retryQueueNums: 1 },
        ...{ consumeEnable: true, consumeFromMinEnable: true, consumeBroadcastEnable: true }
      }))
      const [topicFile, groupFile] = [join(folder, 'topics.json'), join(folder, 'groups.json')]
      writeFileSync(topicFile, JSON.stringify(topics))
      writeFileSync(groupFile, JSON.stringify(groups))
      await admin.run('updateTopicList', ...at, '-f', topicFile)
      expect((await admin.run('topicList')).split('\n')).toEqual(
        expect.arrayContaining(['ListedOne', 'ListedTwo'])
      )
      const route = await admin.run('topicRoute', '-t', 'ListedTwo')
      expect(route).toMatch(/"readQueueNums":3,\s+"topicSysFlag":0,\s+"writeQueueNums":2/)
      await admin.run('updateSubGroupList', ...at, '-f', groupFile)
      const known = facts(await admin.run('getConsumerConfig', '-g', 'Listed5'))
      expect(known.get('retryMaxTimes')).toBe('5')
    })

    test('updateTopicPerm changes the permission, topicClusterList knows where a topic is', async () => {
      const change = (perm: string) =>
        admin.run('updateTopicPerm', '-c', cluster.clusterName, '-t', 'Every', '-p', perm)
      expect(await change('4')).toContain(`update topic perm from 6 to 4 in ${cluster.broker}`)
      expect(await admin.run('topicRoute', '-t', 'Every')).toMatch(/"perm":4,/)
      expect(await change('6')).toContain('update topic perm from 4 to 6')
      expect(await admin.run('topicClusterList', '-t', 'Every')).toBe(cluster.clusterName)
    })

    test('allocateMQ divides the queues among addresses', async () => {
      const said = await admin.run('allocateMQ', '-t', 'Every', '-i', '10.0.0.1,10.0.0.2')
      const { result } = JSON.parse(said) as { result: Record<string, { queueId: number }[]> }
      expect(Object.values(result).map((queues) => queues.length)).toEqual([2, 2])
    })

    test('updateOrderConf puts, gets and deletes', async () => {
      const conf = (...args: string[]) => admin.run('updateOrderConf', '-t', 'Every', ...args)
      expect(await conf('-m', 'put', '-v', 'broker-a:4')).toContain('orderConf=[broker-a:4]')
      expect(await conf('-m', 'get')).toContain('topic=[Every], orderConf=[broker-a:4]')
      expect(await conf('-m', 'delete')).toContain('delete orderConf success. topic=[Every]')
    })

    test('cleanUnusedTopic, cleanExpiredCQ and deleteExpiredCommitLog', async () => {
      for (const command of ['cleanUnusedTopic', 'cleanExpiredCQ', 'deleteExpiredCommitLog'])
        expect(await admin.run(command, ...at), command).toBe('success')
      expect((await admin.run('topicList')).split('\n')).toContain('Every')
    })
  })

  describe('messages', () => {
    let msgId: string

    beforeAll(async () => {
      const place = ['-b', cluster.brokerName, '-i', '2']
      const said = await admin.run('sendMessage', '-t', 'Every', '-p', 'body', '-k', 'k1', '-c', 'T', ...place) // prettier-ignore
      const row = cells(said).find(([name]) => name === cluster.brokerName)
      expect(row?.slice(0, 3)).toEqual([cluster.brokerName, '2', 'SEND_OK'])
      msgId = row![3]!
    })

    test.each([
      ['queryMsgById', () => ['-t', 'Every', '-i', msgId]],
      ['queryMsgByUniqueKey', () => ['-t', 'Every', '-i', msgId]],
      ['queryMsgByOffset', () => ['-t', 'Every', '-b', cluster.brokerName, '-i', '2', '-o', '0']]
    ])('%s shows the message', async (command, args) => {
      const known = facts(await admin.run(command, ...args()))
      expect(Object.fromEntries(known)).toMatchObject({ Topic: 'Every', Tags: '[T]', Keys: '[k1]' })
    })

    test('queryMsgByKey finds it', async () => {
      const said = cells(await admin.run('queryMsgByKey', '-t', 'Every', '-k', 'k1'))
      expect(said).toContainEqual([msgId, '2', '0'])
    })

    test('printMsg, printMsgByQueue and consumeMessage show its body', async () => {
      const queue = ['-a', cluster.brokerName, '-i', '2']
      const byQueue = await admin.run('printMsgByQueue', '-t', 'Every', ...queue, '-p', 'true', '-d', 'true') // prettier-ignore
      const all = await admin.run('printMsg', '-t', 'Every', '-d', 'true')
      const consumed = await admin.run('consumeMessage', '-t', 'Every', '-c', '1')
      for (const said of [byQueue, all, consumed]) {
        expect(said).toContain(msgId)
        expect(said).toMatch(/BODY: ?(body)|body=\[98, 111, 100, 121\]/)
      }
    })

    test('queryCq shows where a queue points', async () => {
      const said = await admin.run('queryCq', '-t', 'Every', '-q', '2', '-i', '0', '-c', '1', ...at)
      expect(said).toContain('max: 1, min: 0')
      expect(said).toMatch(/idx: 0\nConsumeQueueData\{physicOffset=\d+, physicSize=[1-9]\d*/)
    })

    test('sendMsgStatus, checkMsgSendRT and clusterRT measure sends', async () => {
      const status = await admin.run('sendMsgStatus', '-b', cluster.brokerName, '-c', '3')
      expect(status.match(/sendStatus=SEND_OK/g)).toHaveLength(3)
      const rt = await admin.run('checkMsgSendRT', '-t', 'Every', '-a', '4', '-s', '16')
      expect(cells(rt).filter(([, , sent]) => sent === 'true')).toHaveLength(4)
      expect(rt).toMatch(/Avg RT: [\d.]+/)
      const args = ['-c', cluster.clusterName, '-a', '4', '-i', '1', '-n', cluster.namesrv]
      const row = await firstLine(['clusterRT', ...args], new RegExp(`^${cluster.clusterName} `))
      expect(cells(row)[0]?.slice(0, 2)).toEqual([cluster.clusterName, cluster.brokerName])
      expect(cells(row)[0]?.slice(3)).toEqual(['4', '0'])
    })
  })

  describe('clients', () => {
    test('producer lists those that are connected', async () => {
      const said = await admin.run('producer', ...at)
      expect(said).toMatch(/producer group \(every_producers\) instance/)
    })

    test('startMonitoring consumes the events of moved offsets', async () => {
      await admin.run('startMonitoring')
      await expect
        .poll(() => admin.run('consumerConnection', '-g', '__MONITOR_CONSUMER'), {
          timeout: 60_000,
          interval: 500
        })
        .toContain('OFFSET_MOVED_EVENT')
    })
  })

  describe('nameserver and brokers', () => {
    test('updateBrokerConfig and updateNamesrvConfig change what the get commands show', async () => {
      await admin.run('updateBrokerConfig', ...at, '-k', 'maxMessageSize', '-v', '1048576')
      expect(facts(await admin.run('getBrokerConfig', ...at)).get('maxMessageSize')).toBe('1048576')
      await admin.run('updateNamesrvConfig', '-k', 'orderMessageEnable', '-v', 'true')
      expect(facts(await admin.run('getNamesrvConfig')).get('orderMessageEnable')).toBe('true')
    })

    test('updateKvConfig and deleteKvConfig', async () => {
      const kv = ['-s', 'ORDER_TOPIC_CONFIG', '-k', 'KeptByHand']
      const put = await admin.run('updateKvConfig', ...kv, '-v', 'broker-a:7')
      expect(put).toContain('create or update kv config to namespace success.')
      const get = () => admin.run('updateOrderConf', '-t', 'KeptByHand', '-m', 'get')
      expect(await get()).toContain('orderConf=[broker-a:7]')
      expect(await admin.run('deleteKvConfig', ...kv)).toContain('delete kv config from namespace')
      expect(await get()).not.toContain('broker-a:7')
    })

    test('wipeWritePerm takes the permission from every route, addWritePerm gives it back', async () => {
      const perm = async () => /"perm":(\d)/.exec(await admin.run('topicRoute', '-t', 'Every'))?.[1]
      const of = ['-b', cluster.brokerName]
      expect(await admin.run('wipeWritePerm', ...of)).toMatch(
        new RegExp(`name server\\[${cluster.namesrv}\\] OK, [1-9]`)
      )
      expect(await perm()).toBe('4')
      expect(await admin.run('addWritePerm', ...of)).toMatch(/OK, [1-9]/)
      expect(await perm()).toBe('6')
    })

    test('getBrokerEpoch shows the masters there were', async () => {
      const said = await admin.run('getBrokerEpoch', '-b', cluster.brokerName)
      // A stock broker without a controller keeps none.
      expect(said).toMatch(
        stockServer() ? /#brokerName|CODE/ : /EpochEntry\{epoch=\d+, startOffset=0/
      )
    })
  })

  describe('exports', () => {
    const exported = (name: string) =>
      JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>

    test('exportMetadata, exportConfigs and exportMetrics write what the cluster has', async () => {
      const to = ['-c', cluster.clusterName, '-f', folder]
      await admin.run('exportMetadata', ...to)
      const metadata = exported('metadata.json')
      expect(Object.keys(metadata['topicConfigTable'] as object)).toContain(topic)
      expect(Object.keys(metadata['subscriptionGroupTable'] as object)).toContain(group)
      await admin.run('exportConfigs', ...to)
      expect(exported('configs.json')).toMatchObject({
        clusterScale: { namesrvSize: 1, masterBrokerSize: 1, slaveBrokerSize: 0 }
      })
      await admin.run('exportMetrics', ...to)
      const { totalData } = exported('metrics.json') as { totalData: Record<string, object> }
      expect(totalData['currentTotalData'] ?? totalData).toBeTruthy()
    })

    test('exportPopRecord asks a broker for its pop records', async () => {
      const said = await admin.run('exportPopRecord', ...at, '-d', 'true')
      expect(said).toContain(`brokerName=${cluster.brokerName}, brokerAddr=${cluster.broker}`)
      expect(said).not.toContain('Exception')
    })

    test('dumpCompactionLog and exportMetadataInRocksDB read files of the machine they run on', async () => {
      const missing = join(folder, 'none')
      expect(await admin.run('dumpCompactionLog', '-f', missing)).toContain(`${missing} not exist`)
      const said = await admin.run('exportMetadataInRocksDB', '-p', missing, '-t', 'topics')
      expect(said).toContain('RocksDB path is invalid')
      expect(existsSync(missing)).toBe(false)
    })
  })

  describe.skipIf(stockServer())('what is refused says so', () => {
    const refused: [command: string, args: () => string[]][] = [
      ['updateStaticTopic', () => ['-t', 'Static', '-qn', '4', '-c', cluster.clusterName]],
      ['addBroker', () => ['-c', cluster.broker, '-b', '/tmp/none.conf']],
      ['removeBroker', () => ['-c', cluster.broker, '-b', 'DefaultCluster:broker-a:1']],
      ['resetMasterFlushOffset', () => [...at, '-o', '0']],
      ['getColdDataFlowCtrInfo', () => [...at]],
      ['updateColdDataFlowCtrGroupConfig', () => [...at, '-g', group, '-v', '1']],
      ['removeColdDataFlowCtrGroupConfig', () => [...at, '-g', group]],
      ['setCommitLogReadAheadMode', () => [...at, '-m', '0']],
      ['checkRocksdbCqWriteProgress', () => ['-c', cluster.clusterName, '-t', topic]]
    ]
    test.each(refused)('%s', async (command, args) => {
      expect(await admin.run(command, ...args())).toMatch(/CODE: 3 +DESC: request code \w+ is not/)
    })

    test('rocksDBConfigToJson and remappingStaticTopic', async () => {
      const rocks = await admin.run('rocksDBConfigToJson', '-c', cluster.clusterName, ...at, '-t', 'topics') // prettier-ignore
      expect(rocks).toMatch(/CODE: 3|is not supported here/)
      const remapping = await admin.run('remappingStaticTopic', '-t', 'Static', '-c', cluster.clusterName) // prettier-ignore
      expect(remapping).toContain('No topic route to do the remapping')
    })

    test('is what the table says', () => {
      const named = new Set(refused.map(([command]) => command))
      const told = mqadminRows()
        .filter(
          ({ outcome, test: file }) => outcome === 'refused' && file.includes('mqadminCommands')
        )
        .map(({ command }) => command)
      expect(told.filter((command) => !named.has(command)).sort()).toEqual([
        ...['remappingStaticTopic', 'rocksDBConfigToJson']
      ])
    })
  })
})
