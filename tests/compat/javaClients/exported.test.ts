// What Gantry exports starts stock servers, and stock tools make topics and groups there.
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { ConsoleSocket } from '../../cluster/headless/consoleSocket'
import { startHeadless, type Headless } from '../../headless'
import { type AdminShell, cells, startAdminShell } from './adminShell'
import { cache, jvm, stockServer } from './lines'
import { fetchLine } from './maven'
import { freePorts, startStockServers, type StockServers } from './stockServer'

const line = 'client-5.3'
const server = 'server-5.3'
const hindrance = inject('hindrance') || (stockServer() ? 'it is about Gantry' : '')

describe.skipIf(hindrance)('an exported cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-export-'))
  let headless: Headless
  let stock: StockServers
  let admin: AdminShell
  let files: Map<string, string>

  beforeAll(async () => {
    fetchLine(server)
    headless = await startHeadless()
    const window = await ConsoleSocket.open(headless.ready.console)
    const topic = { readQueueNums: 3, writeQueueNums: 5, perm: 6 as const }
    await window.call('topic.save', { topic: 'Orders', ...topic })
    await window.call('topic.save', { topic: 'Read-only', ...topic, perm: 4 })
    await window.call('group.save', { groupName: 'GID_Orders', retryMaxTimes: 3 })
    await window.call('config.saveText', {
      id: 'broker-a:0',
      text: '# 生产\nregionId = R2\nmetricsLabel = region:上海\nsendMessageThreadPoolNums=2\ngantryTraceEvents=1024\nfileReservedTime=48\ntransactionCheckMax=7\n'
    })
    const namesrv = (await window.call('cluster.view')).nameservers[0]!.id
    await window.call('config.save', { id: namesrv, properties: { waitSecondsForService: '7' } })
    const exported = await window.call('export.files', {})
    files = new Map(exported.files.map(({ name, text }) => [name, text]))
    expect(exported.missing).toEqual([])
    const brokerPort = (await freePorts(4)) + 2
    const namesrvPort = await freePorts(1)
    stock = await startStockServers(server, {
      brokerHeap: ['-Xms256m', '-Xmx512m'],
      files: {
        namesrvPort,
        brokerPort,
        // The ports of the other place, as a person would enter them.
        namesrv: `${files.get('conf/namesrv.conf')}listenPort=${namesrvPort}\n`,
        broker: `${files.get('conf/broker-a.conf')}listenPort=${brokerPort}\nhaListenPort=${brokerPort + 1}\nnamesrvAddr=127.0.0.1:${namesrvPort}\nbrokerIP1=127.0.0.1\nbrokerIP2=127.0.0.1\nmappedFileSizeCommitLog=67108864\n`
      }
    })
    admin = startAdminShell(line, stock.namesrv)
  })

  afterAll(async () => {
    await admin?.stop()
    await stock?.stop()
    await headless?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('starts stock servers with the values it had here', async () => {
    const said = await admin.run('getBrokerConfig', '-b', `127.0.0.1:${stock.brokerPort}`)
    // A stock broker sends UTF-8, and its tool reads ISO 8859-1.
    const read = (value = ''): string => Buffer.from(value, 'latin1').toString()
    const values = new Map(cells(said).map(([key, , value]) => [key, read(value)]))
    const wanted = {
      brokerClusterName: 'DefaultCluster',
      brokerName: 'broker-a',
      brokerRole: 'ASYNC_MASTER',
      regionId: 'R2',
      metricsLabel: 'region:上海',
      transactionCheckMax: '7',
      sendMessageThreadPoolNums: '2',
      fileReservedTime: '48'
    }
    expect(Object.fromEntries(Object.keys(wanted).map((key) => [key, values.get(key)]))).toEqual(
      wanted
    )
    expect([...values.keys()].filter((key) => key?.startsWith('gantry'))).toEqual([])
    const namesrv = cells(await admin.run('getNamesrvConfig'))
    expect(namesrv.find(([key]) => key === 'waitSecondsForService')?.[2]).toBe('7')
  })

  test('answers the same keys here as there', async () => {
    const keys = async (shell: AdminShell, broker: string) =>
      cells(await shell.run('getBrokerConfig', '-b', broker))
        .filter(([, sign]) => sign === '=')
        .map(([key]) => key)
    const gantry = startAdminShell(line, headless.ready.namesrv[0]!)
    const ours = await keys(gantry, headless.ready.brokers[0]!.address)
    await gantry.stop()
    const theirs = await keys(admin, `127.0.0.1:${stock.brokerPort}`)
    // Paths of its own machine and its own file.
    const local = new Set(['rocketmqHome', 'storePathCommitLog', 'brokerConfigPath'])
    expect(theirs.filter((key) => !ours.includes(key) && !local.has(key!))).toEqual([])
    // A stock broker has these in its AuthConfig, which it does not list.
    const ofAuthConfig = /^(auth|initAuth|innerClientAuth|migrateAuth)/
    const more = ours.filter((key) => !theirs.includes(key) && !key!.startsWith('gantry'))
    expect(more.filter((key) => !ofAuthConfig.test(key!))).toEqual([])
  })

  test('has its topics and groups there once the script has run', async () => {
    const tool = join(folder, 'bin/mqadmin')
    const script = join(folder, 'mqadmin.sh')
    mkdirSync(dirname(tool), { recursive: true })
    const java = ['java', ...jvm(line), 'org.apache.rocketmq.tools.command.MQAdminStartup']
    writeFileSync(tool, `#!/bin/sh\nexec ${java.map((word) => `'${word}'`).join(' ')} "$@"\n`)
    chmodSync(tool, 0o755)
    writeFileSync(script, files.get('mqadmin.sh')!)
    const env = { ...process.env, NAMESRV_ADDR: stock.namesrv, MQADMIN: tool }
    const { stdout } = await promisify(execFile)('sh', [script], { cwd: cache, env })
    expect(stdout).toContain(`create topic to 127.0.0.1:${stock.brokerPort} success.`)

    const topics = (await admin.run('topicList')).split('\n')
    expect(topics).toEqual(expect.arrayContaining(['Orders', 'Read-only']))
    const orders = await admin.run('topicRoute', '-t', 'Orders')
    expect(orders).toMatch(
      /"perm":6,\s+"readQueueNums":3,\s+"topicSysFlag":0,\s+"writeQueueNums":5/
    )
    const readOnly = await admin.run('topicRoute', '-t', 'Read-only')
    expect(readOnly).toMatch(/"perm":4/)
    const group = await admin.run('getConsumerConfig', '-g', 'GID_Orders')
    expect(group.replaceAll(/\s+/g, ' ')).toMatch(/retryMaxTimes = 3/)
  })
})
