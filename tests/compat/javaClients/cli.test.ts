// The `gantry` command line beside mqadmin: the same words to the same cluster, compared by columns.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { cliTo } from '../../cluster/cli/cliRig'
import { type AdminShell, cells, startAdminShell } from './adminShell'
import { type Cluster, startCluster } from './cluster'
import { type Driver, startDriver } from './driver'

type Rows = string[][]

const topic = 'cli_online'
const group = 'cli_onliners'

/** Without empty lines: mqadmin's shell cuts those around its answer. */
const filled = (rows: Rows): Rows => rows.filter(([first]) => first !== '')

/** Lines in any order: Java's tables come from hash maps. */
const inAnyOrder = (rows: Rows): string[] => rows.map((row) => row.join(' ')).sort()

const startingWith = (first: string) => (rows: Rows) =>
  inAnyOrder(rows.filter(([cell]) => cell === first))

/** Names in front of `:` or `=`. */
const keys = (rows: Rows): string[] =>
  rows.map(([key = '']) => key.replace(/[:=].*$/, '')).filter((key) => /^\w+$/.test(key)).sort() // prettier-ignore

/** What changes between two questions is left out. */
const columns = (first: string, count: number) => (rows: Rows) =>
  inAnyOrder(rows.filter(([cell]) => cell === first).map((row) => row.slice(0, count)))

describe.skipIf(inject('hindrance'))('gantry and mqadmin', () => {
  let cluster: Cluster
  let driver: Driver
  let admin: AdminShell
  let cli: ReturnType<typeof cliTo>
  let msgId = ''

  beforeAll(async () => {
    cluster = await startCluster()
    cli = cliTo(cluster.namesrv)
    admin = startAdminShell('client-5.3', cluster.namesrv)
    driver = startDriver({ line: 'client-5.3', cluster, scenarios: ['online'], prefix: 'cli' })
    await driver.rows('online')
    const sent = await cli.ok('sendMessage', '-t', topic, '-p', 'by gantry', '-k', 'cliKey', '-c', 'T') // prettier-ignore
    msgId = sent.cells[1]?.[3] ?? ''
    await cli.ok('updateTopic', '-c', cluster.clusterName, '-t', 'CliTopic', '-r', '3', '-w', '2')
    await cli.ok('updateSubGroup', '-c', cluster.clusterName, '-g', 'CliGroup', '-r', '5')
  })

  afterAll(async () => {
    await admin?.stop()
    await driver?.stop()
    await cluster?.stop()
  })

  const both = async (args: readonly string[], compared: (rows: Rows) => unknown) => {
    // The second of two that change something finds what the first made.
    const theirs = compared(filled(cells(await admin.run(...args))))
    const ours = compared(filled((await cli.ok(...args)).cells))
    return { ours, theirs }
  }

  const where = () => ({ name: cluster.clusterName, broker: cluster.broker })

  test.each<[string, () => string[], (rows: Rows) => unknown]>([
    ['topicList', () => [], inAnyOrder],
    ['topicList -c', () => ['-c'], startingWith('DefaultCluster')],
    ['topicRoute', () => ['-t', 'CliTopic', '-l'], inAnyOrder],
    ['topicStatus', () => ['-t', 'CliTopic'], columns('broker-a', 4)],
    ['topicClusterList', () => ['-t', 'CliTopic'], inAnyOrder],
    ['updateTopic', () => ['-b', where().broker, '-t', 'CliBoth', '-r', '6', '-w', '4'], (rows) => rows[0]], // prettier-ignore
    ['clusterList', () => [], columns('DefaultCluster', 5)],
    ['clusterList -m', () => ['-m'], startingWith('DefaultCluster')],
    ['brokerStatus', () => ['-b', where().broker], keys],
    ['getBrokerConfig', () => ['-b', where().broker], keys],
    ['updateBrokerConfig', () => ['-b', where().broker, '-k', 'fileReservedTime', '-v', '48'], inAnyOrder], // prettier-ignore
    ['getNamesrvConfig', () => [], keys],
    ['consumerProgress', () => ['-g', group], columns(topic, 4)],
    ['consumerProgress (all)', () => [], columns(group, 5)],
    ['consumerConnection', () => ['-g', group], inAnyOrder],
    ['updateSubGroup', () => ['-b', where().broker, '-g', 'CliGroup', '-r', '6'], (rows) => rows[0]], // prettier-ignore
    ['wipeWritePerm', () => ['-b', 'broker-a'], (rows) => rows.map((row) => row.slice(0, -1))],
    ['addWritePerm', () => ['-b', 'broker-a'], (rows) => rows.map((row) => row.slice(0, -1))],
    ['queryMsgByKey', () => ['-t', topic, '-k', 'cliKey'], inAnyOrder],
    ['statsAll', () => ['-t', 'CliTopic'], inAnyOrder],
    ['haStatus', () => ['-b', where().broker], (rows) => rows.map(([first]) => first).slice(0, 4)],
    ['skipAccumulatedMessage', () => ['-g', 'CliGroup', '-t', 'CliTopic'], inAnyOrder],
    ['resetOffsetByTime', () => ['-g', 'CliGroup', '-t', 'CliTopic', '-s', '-1'], inAnyOrder],
    ['cloneGroupOffset', () => ['-s', group, '-d', 'CliGroup', '-t', topic], inAnyOrder]
  ])('%s', async (name, args, compared) => {
    const { ours, theirs } = await both([name.split(' ')[0] ?? '', ...args()], compared)
    expect(ours).toEqual(theirs)
    expect(JSON.stringify(theirs).length).toBeGreaterThan(2)
  })

  test('getConsumerConfig: every value mqadmin prints, the policies aside', async () => {
    const facts = (rows: Rows) =>
      rows.filter((row) => /^\w+=?$/.test(row[0] ?? '') && !/Policy|Set|attributes/.test(row[0] ?? '')) // prettier-ignore
    const { ours, theirs } = await both(['getConsumerConfig', '-g', 'CliGroup'], (rows) =>
      inAnyOrder(facts(rows))
    )
    expect(ours).toEqual(expect.arrayContaining(theirs as string[]))
  })

  test('queryMsgById and queryMsgByUniqueKey: line by line, the body aside', async () => {
    const lines = (rows: Rows) =>
      rows
        .map((row) => row.join(' '))
        .filter((line) => /^[A-Z][\w ]+: /.test(line) && !/^(Message Body|Properties)/.test(line))
    for (const verb of ['queryMsgById', 'queryMsgByUniqueKey']) {
      const { ours, theirs } = await both([verb, '-t', topic, '-i', msgId], lines)
      expect(ours).toEqual(expect.arrayContaining(theirs as string[]))
      expect(theirs as string[]).toContain('Keys: [cliKey]')
    }
  })

  test('printMsg: the same messages', async () => {
    const { ours, theirs } = await both(
      ['printMsg', '-t', topic],
      (rows) =>
      rows.filter(([first]) => first === 'MSGID:').map((row) => row[1]).sort() // prettier-ignore
    )
    expect(ours).toEqual(theirs)
    expect(ours).toContain(msgId)
  })
})
