/** A whole cluster saved while it works, put back and branched, through real workers and real files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readJsonBody } from '../../../src/main/protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { RemotingClient } from '../../../src/main/remoting/client'
import type { SnapshotView } from '../../../src/shared/snapshotViews'
import { startHeadless } from '../../headless'
import { until } from '../client/cluster'
import { clockRig, HOUR } from './clockRig'
import { ConsoleSocket } from './consoleSocket'

const BROKER = 'broker-a:0'

const filesIn = (root: string): Map<string, string> => {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path): [string, string] => [relative(root, path), readFileSync(path, 'latin1')])
  )
}

/** Of the first broker, as a compaction leaves it; but for the numbers of folders, of which each start reserves some. */
const metaOf = (dataDir: string, { number }: Pick<SnapshotView, 'number'>): Map<string, string> => {
  const meta = filesIn(join(dataDir, 'snapshots', String(number), 'nodes', 'broker-0', 'meta'))
  const kv = meta.get('kv.db')?.replace(/^.*k:nextTopicId.*\n/m, '')
  return kv === undefined ? meta : meta.set('kv.db', kv)
}

/** What a broker and a nameserver tell of themselves, without the versions of their tables. */
const exported = async (broker: string, namesrv: string): Promise<unknown> => {
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  const ask = async (address: string, code: number, extFields = {}) => {
    const { body } = await client.call(address, { code, extFields }, 5000)
    const { dataVersion: _version, ...tables } = readJsonBody(body!, 'a table')
    return tables
  }
  try {
    return [
      await ask(broker, RequestCode.GET_ALL_TOPIC_CONFIG),
      await ask(broker, RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG),
      await ask(broker, RequestCode.GET_ALL_CONSUMER_OFFSET),
      await ask(broker, RequestCode.GET_ALL_DELAY_OFFSET),
      await ask(namesrv, RequestCode.GET_KVLIST_BY_NAMESPACE, { namespace: 'N' })
    ]
  } finally {
    client.close()
  }
}

const putKv = async (namesrv: string, value: string): Promise<void> => {
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  const extFields = { namespace: 'N', key: 'K', value }
  await client.call(namesrv, { code: RequestCode.PUT_KV_CONFIG, extFields }, 3000)
  client.close()
}

const dataFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry 快照 '))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A segment each 4,000 messages or so. */
const args = ['--set', 'mappedFileSizeCommitLog=1048576', '--set', 'fileReservedTime=72']

describe('saved while producers and consumers are at work', () => {
  test('topics, groups, offsets, key/values and delays come back as they were, messages too', async () => {
    const dataDir = dataFolder()
    const rig = await clockRig({ args, dataDir })
    const { window, headless, broker } = rig
    const namesrv = headless.ready.namesrv[0]!
    await window.call('topic.save', { topic: 'T', readQueueNums: 2, writeQueueNums: 2, perm: 6 })
    await window.call('topic.save', { topic: 'D', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
    await window.call('group.save', { groupName: 'Extra', retryMaxTimes: 3 })
    await putKv(namesrv, 'before')
    const producer = await rig.producer()
    const body = Buffer.alloc(20_000, 'x')
    for (let i = 0; i < 120; i++) await producer.send({ topic: 'T', body })
    await producer.send({ topic: 'D', body: Buffer.from('late'), delayTimeLevel: 17 })
    const inbox = await rig.consume('T')
    await inbox.reaches(120)

    // Nothing is stopped: sends go on while the copy is made.
    let isDone = false
    const sending = (async () => {
      let sent = 0
      while (!isDone) {
        await producer.send({ topic: 'T', body: Buffer.from(`beside ${sent++}`) })
      }
      return sent
    })()
    const first = await window.call('snapshot.create', { name: 'busy', note: 'n' })
    isDone = true
    expect(await sending).toBeGreaterThan(0)
    const [busy] = (await window.call('snapshot.list')).snapshots
    expect(busy).toMatchObject({ name: 'busy', note: 'n', state: 'whole', brokers: 1 })
    expect(busy!.bytes - busy!.ownBytes).toBeGreaterThan(1_000_000)

    // At rest, what a snapshot holds can be compared byte by byte.
    await inbox.reaches(121)
    await inbox.stop()
    const at = async () => ({
      told: await exported(broker, namesrv),
      queues: (await window.call('topic.detail', { topic: 'T' })).queues
    })
    const calm = await window.call('snapshot.create', { name: 'calm' })
    const before = await at()
    const files = filesIn(join(dataDir, 'snapshots', String(calm.number)))

    await window.call('topic.save', {
      topic: 'Later',
      readQueueNums: 1,
      writeQueueNums: 1,
      perm: 6
    })
    await window.call('group.save', { groupName: 'Later' })
    await putKv(namesrv, 'after')
    for (let i = 0; i < 120; i++) await producer.send({ topic: 'T', body })
    expect(await at()).not.toEqual(before)
    expect(filesIn(join(dataDir, 'snapshots', String(calm.number)))).toEqual(files)

    await window.call('snapshot.restore', { number: calm.number, keepAs: 'undo' })
    expect(headless.ready.brokers[0]?.address).toBe(broker)
    const told = await until(at, ({ queues }) => queues.length === 2)
    expect(told).toEqual(before)
    const again = await window.call('snapshot.create', { name: 'again' })
    expect(metaOf(dataDir, again)).toEqual(metaOf(dataDir, calm))
    expect(filesIn(join(dataDir, 'snapshots', String(calm.number)))).toEqual(files)
    // A branch written to leaves it as it is as well: the log goes on, retention and a cut rewrite files.
    const late = await rig.consume('D')
    await window.call('clock.set', { paused: true })
    await window.call('clock.step', { ms: HOUR })
    await late.reaches(1)
    expect(late.bodies).toEqual(['late'])
    for (let i = 0; i < 60; i++) await producer.send({ topic: 'T', body })
    await window.call('node.restart', { id: BROKER })
    expect(filesIn(join(dataDir, 'snapshots', String(calm.number)))).toEqual(files)
    expect((await window.call('notice.list')).filter(({ level }) => level === 'error')).toEqual([])

    // And what came between can be had back.
    const undo = (await window.call('snapshot.list')).snapshots.find(({ name }) => name === 'undo')
    await window.call('snapshot.restore', { number: undo!.number })
    const topics = (await window.call('topic.list')).map(({ topic }) => topic)
    expect(topics).toContain('Later')
    expect(first.number).toBeLessThan(undo!.number)
  })
})

test('what was delivered a moment before does not come again, what waits still does', async () => {
  const rig = await clockRig({ args })
  const { window } = rig
  await window.call('topic.save', { topic: 'D', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  await window.call('clock.set', { paused: true })
  const producer = await rig.producer()
  const body = Buffer.from('x')
  const timer = (ms: number) => [['TIMER_DELAY_MS', String(ms)]] as const
  await producer.send({ topic: 'D', body, delayTimeLevel: 1 })
  await producer.send({ topic: 'D', body, properties: timer(1000) })
  await producer.send({ topic: 'D', body, delayTimeLevel: 5 })
  await producer.send({ topic: 'D', body, properties: timer(60_000) })
  const delivered = async () => {
    const answer = await window.ask('topic.detail', { topic: 'D' })
    return answer.ok ? answer.value.queues[0]?.maxOffset : undefined
  }
  await window.call('clock.step', { ms: 1000 })
  expect(await until(delivered, (count) => count === 2)).toBe(2)
  const { number } = await window.call('snapshot.create', { name: 's' })
  await window.call('clock.step', { ms: 120_000 })
  expect(await until(delivered, (count) => count === 4)).toBe(4)

  await window.call('snapshot.restore', { number })
  expect(await until(delivered, (count) => count !== undefined)).toBe(2)
  await window.call('clock.set', { paused: true })
  await window.call('clock.step', { ms: 30_000 })
  expect(await delivered()).toBe(2)
  await window.call('clock.step', { ms: 120_000 })
  expect(await until(delivered, (count) => count === 4)).toBe(4)
})

test('masters and slaves go back together, and slaves follow again', async () => {
  const { window, headless } = await clockRig({ args: ['--preset', '2m-2s-sync'] })
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  onTestFinished(() => client.close())
  const ends = async (): Promise<string[]> => {
    const of = async ({ name, id, address }: (typeof headless.ready.brokers)[number]) => {
      const extFields = { topic: 'T', queueId: '0' }
      const asked = client.call(address, { code: RequestCode.GET_MAX_OFFSET, extFields }, 3000)
      return `${name}:${id} ${await asked.then((answer) => answer.extFields['offset'], () => 'none')}` // prettier-ignore
    }
    return (await Promise.all(headless.ready.brokers.map(of))).sort()
  }
  const each = (count: number): string[] =>
    ['broker-a:0', 'broker-a:1', 'broker-b:0', 'broker-b:1'].map((id) => `${id} ${count}`)
  const send = async (count: number): Promise<void> => {
    for (const brokerName of ['broker-a', 'broker-b'])
      for (let i = 0; i < count; i++)
        await window.call('message.send', { topic: 'T', body: `m${i}`, brokerName, queueId: 0 })
  }
  await window.call('topic.save', { topic: 'T', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  await send(5)
  await until(ends, (found) => found.join() === each(5).join())
  const { number } = await window.call('snapshot.create', { name: 's' })
  await send(3)
  await until(ends, (found) => found.join() === each(8).join())
  await window.call('snapshot.restore', { number })
  await until(ends, (found) => found.join() === each(5).join())
  await send(2)
  await until(ends, (found) => found.join() === each(7).join())
})

test('a broker that is stopped or was killed is saved as it lies there', async () => {
  const { window } = await clockRig({ args })
  await window.call('topic.save', { topic: 'T', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  for (let i = 0; i < 5; i++) await window.call('message.send', { topic: 'T', body: `m${i}` })
  await window.call('node.stop', { id: BROKER })
  const { number } = await window.call('snapshot.create', { name: 'stopped' })
  await window.call('node.start', { id: BROKER })
  for (let i = 0; i < 5; i++) await window.call('message.send', { topic: 'T', body: `n${i}` })
  await window.call('snapshot.restore', { number })
  const detail = await until(
    () => window.ask('topic.detail', { topic: 'T' }),
    (answer) => answer.ok && answer.value.queues.length > 0
  )
  expect(detail).toMatchObject({ value: { queues: [{ maxOffset: 5 }] } })
})

test('a branch is a cluster of its own that can be run in the place of the other', async () => {
  const dataDir = dataFolder()
  const { window } = await clockRig({ args, dataDir })
  await window.call('topic.save', { topic: 'T', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  await window.call('message.send', { topic: 'T', body: 'shared' })
  const { number } = await window.call('snapshot.create', { name: 's' })
  const { cluster } = await window.call('snapshot.branch', { number, name: 'What if' })
  await window.call('message.send', { topic: 'T', body: 'only here' })
  const of = (at: number) => filesIn(join(dataDir, 'snapshots', String(at)))
  const files = of(number)
  const nodes = filesIn(join(dataDir, 'clusters', String(cluster), 'nodes'))
  expect(nodes).toEqual(filesIn(join(dataDir, 'snapshots', String(number), 'nodes')))
  const queueOf = () =>
    until(
      () => window.ask('topic.detail', { topic: 'T' }),
      (answer) => answer.ok && answer.value.queues.length > 0
    )
  expect(await queueOf()).toMatchObject({ value: { queues: [{ maxOffset: 2 }] } })
  await window.call('cluster.run', { number: cluster })
  expect(await queueOf()).toMatchObject({ value: { queues: [{ maxOffset: 1 }] } })
  await window.call('message.send', { topic: 'T', body: 'only there' })
  await window.call('cluster.run', { number: 1 })
  expect(await queueOf()).toMatchObject({ value: { queues: [{ maxOffset: 2 }] } })
  expect(of(number)).toEqual(files)
  // One that does not run is put back without being started.
  await window.call('snapshot.restore', { number })
  expect(await queueOf()).toMatchObject({ value: { queues: [{ maxOffset: 1 }] } })
})

test('deleting one gives its room back, and a broker of a name is not its path', async () => {
  const dataDir = dataFolder()
  const { window } = await clockRig({ args, dataDir })
  const { number } = await window.call('snapshot.create', { name: '../../旧 ✂️ "x"' })
  expect(statSync(join(dataDir, 'snapshots', String(number))).isDirectory()).toBe(true)
  await window.call('snapshot.rename', { number, name: 'plain', note: 'kept' })
  expect((await window.call('snapshot.list')).snapshots).toMatchObject([
    { name: 'plain', note: 'kept' }
  ])
  await window.call('snapshot.delete', { number })
  expect(readdirSync(join(dataDir, 'snapshots'))).toEqual([])
  expect(await window.ask('snapshot.delete', { number })).toMatchObject({
    error: { code: 'SNAPSHOT_NOT_FOUND' }
  })
})

test('a process that was killed leaves no half snapshot, and a whole one is still there', async () => {
  const dataDir = dataFolder()
  const headless = await startHeadless({ dataDir })
  const window = await ConsoleSocket.open(headless.ready.console)
  await window.call('snapshot.create', { name: 'whole' })
  window.send({ kind: 'call', id: 999, method: 'snapshot.create', params: { name: 'half' } })
  await headless.kill()
  const again = await startHeadless({ dataDir })
  onTestFinished(async () => void (await again.stop()))
  const names = (await (await ConsoleSocket.open(again.ready.console)).call('snapshot.list')).snapshots.map(({ name, state }) => `${name} ${state}`) // prettier-ignore
  expect(names).toContain('whole whole')
  expect(readdirSync(join(dataDir, 'snapshots')).every((name) => /^\d+$/.test(name))).toBe(true)
})
