import { afterEach, expect, test } from 'vitest'
import {
  consumerOffsetKey,
  openBrokerMeta,
  type SubscriptionGroupDoc,
  type TopicConfigDoc
} from './brokerMeta'
import { openInstallationMeta } from './installationMeta'
import { sealLine } from './line'
import { MetaTestbed } from './metaTestbed'
import { kvConfigKey, openNameserverMeta } from './nameserverMeta'
import { silentLog } from '../base/log'
import { writeContents } from './writeContents'

const bed = new MetaTestbed()
const options = {
  disk: bed.disk,
  clock: bed.clock,
  log: silentLog,
  folder: `${bed.folder}/broker-a`,
  onReport: (report: unknown) => expect.unreachable(JSON.stringify(report))
}
afterEach(() => bed.dispose())

const topic: TopicConfigDoc = {
  topicName: '__proto__',
  topicId: 7,
  sinceOffset: 0,
  readQueueNums: 8,
  writeQueueNums: 8,
  perm: 6,
  topicFilterType: 'SINGLE_TAG',
  topicSysFlag: 0,
  order: false,
  attributes: [['+message.type', 'FIFO']]
}

const group: SubscriptionGroupDoc = {
  groupName: 'constructor',
  consumeEnable: true,
  consumeFromMinEnable: true,
  consumeBroadcastEnable: true,
  consumeMessageOrderly: false,
  retryQueueNums: 1,
  retryMaxTimes: 16,
  brokerId: 0,
  whichBrokerWhenConsumeSlowly: 1,
  notifyConsumerIdsChangedEnable: true,
  groupSysFlag: 0,
  consumeTimeoutMinute: 15,
  attributes: []
}

test('a broker finds its topics, groups, offsets and counters after a restart', async () => {
  const meta = await openBrokerMeta(options)
  const key = consumerOffsetKey('__proto__', 'constructor')
  const offset = { group: 'constructor', topic: '__proto__', offsets: [[0, 42], [1, 2 ** 52]] } as const // prettier-ignore
  await Promise.all([
    meta.topics.put(topic.topicName, topic),
    meta.subscriptionGroups.put(group.groupName, group),
    meta.consumerOffsets.put(key, offset),
    meta.kv.put('nextTopicId', { value: '8' })
  ])
  await meta.close()
  const again = await openBrokerMeta(options)
  expect(again.topics.get('__proto__')).toEqual(topic)
  expect(again.subscriptionGroups.get('constructor')).toEqual(group)
  expect(again.consumerOffsets.get(key)).toEqual(offset)
  expect(again.kv.get('nextTopicId')).toEqual({ value: '8' })
  await expect(again.topics.put('x', { ...topic, readQueueNums: 2 ** 60 })).rejects.toThrow(
    'readQueueNums: expected a whole number'
  )
  await again.close()
})

test('a file of a newer Gantry keeps none of its neighbours open', async () => {
  const path = `${options.folder}/kv.db`
  const newer = await bed.open({ path, migrations: [{ name: 'n', migrate: (all) => [...all] }] })
  await newer.close()
  await expect(openBrokerMeta(options)).rejects.toThrow('kv.db was written by a newer Gantry')
  bed.disk.remove(path)
  await (await openBrokerMeta(options)).close()
})

test('the nameserver keeps its key/value config, whatever the names', async () => {
  expect(kvConfigKey('a', 'b,c')).not.toBe(kvConfigKey('a,b', 'c'))
  const meta = await openNameserverMeta(options)
  const doc = { namespace: 'ORDER_TOPIC_CONFIG', key: 'T', value: 'broker-a:4' }
  await meta.kvConfig.put(kvConfigKey(doc.namespace, doc.key), doc)
  await meta.close()
  const again = await openNameserverMeta(options)
  expect(again.kvConfig.all().map(([, value]) => value)).toEqual([doc])
  await again.close()
})

test('the installation keeps settings and broker properties', async () => {
  const meta = await openInstallationMeta(options)
  await meta.settings.put('locale', { value: 'zh-CN' })
  await meta.brokerProperties.put('broker-a', { id: 'broker-a', properties: [['a.b', '1']] })
  await meta.close()
  const again = await openInstallationMeta(options)
  expect(again.settings.get('locale')).toEqual({ value: 'zh-CN' })
  expect(again.brokerProperties.get('broker-a')?.properties).toEqual([['a.b', '1']])
  await again.close()
})

test('a broker with one file of a newer Gantry is refused before any other file is written', async () => {
  const meta = await openBrokerMeta(options)
  await meta.topics.put('T', topic)
  await meta.close()
  const { disk, folder } = options
  // A snapshot that an opening would write again.
  disk.remove(`${folder}/topics.db.prev`)
  const newer = `${sealLine(JSON.stringify({ _id: '!format', v: { version: 2 } }))}\n`
  disk.replaceFile(`${folder}/kv.db`, newer)
  const files = disk.list(folder)
  await expect(openBrokerMeta(options)).rejects.toThrow(/kv\.db was written by a newer Gantry/)
  expect(disk.list(folder)).toEqual(files)
})

test('what a compaction would write is told file by file, as of this turn', async () => {
  const meta = await openBrokerMeta(options)
  await meta.topics.put('T', topic)
  // Not on disk yet.
  const writing = meta.subscriptionGroups.put('G', group)
  const offset = { group: 'G', topic: 'T', offsets: [[0, 5]] as [number, number][] }
  const contents = new Map(meta.contents({ consumerOffsets: [['T@G', offset]] }))
  expect(contents.get('consumerOffsets.db')).toContain('"offsets":[[0,5]]')
  expect(meta.consumerOffsets.get('T@G')).toBeUndefined()
  await writing
  await meta.close()

  // Files written from it are what a start finds, without a word, and leaves as they are.
  const folder = `${bed.folder}/copy`
  const files = await writeContents(bed.disk, folder, [...contents])
  expect(files.map(({ path }) => path)).toContain('subscriptionGroups.db')
  const copy = await openBrokerMeta({ ...options, folder })
  expect(copy.topics.get('T')).toEqual(topic)
  expect(copy.subscriptionGroups.get('G')).toEqual(group)
  expect(copy.consumerOffsets.get('T@G')).toEqual(offset)
  expect(new Map(copy.contents())).toEqual(contents)
  await copy.close()
  for (const [file, content] of contents)
    expect(bed.disk.readFile(`${folder}/${file}`).toString()).toBe(content)
})
