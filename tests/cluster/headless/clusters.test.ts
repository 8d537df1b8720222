/** Presets, files and saved clusters over real sockets: what runs, who knows of it, and that each keeps its own data. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { presetNames, presetSpec } from '../../../src/shared/clusterPresets'
import { brokerNodeId } from '../../../src/shared/clusterSpec'
import { clusterRig, freshFolder, registeredAt, writeFile } from './clusterRig'

describe('a preset', () => {
  test.each(presetNames)('%s runs, and every nameserver knows all of its brokers', async (name) => {
    const { ready } = await clusterRig(['--preset', name])
    const spec = presetSpec(name)
    const ids = spec.brokers.map(brokerNodeId)
    expect(ready.namesrv).toHaveLength(spec.nameservers.length)
    expect(ready.brokers.map(({ name, id, role }) => `${name}:${id} ${role}`)).toEqual(
      spec.brokers.map((broker) => `${brokerNodeId(broker)} ${broker.role}`)
    )
    for (const address of ready.namesrv) expect(await registeredAt(address)).toEqual(ids.sort())
  })
})

describe('a file', () => {
  test('says which nodes there are, and what their properties are', async () => {
    const file = writeFile(
      'lab 实验.yaml',
      `nameservers: [{}, {}, {}]
brokers:
  - name: a
    properties: {maxMessageSize: 2048}
  - name: b
    cluster: Other
`
    )
    const { ready, window, saved } = await clusterRig(['--cluster', file])
    expect(ready.brokers).toMatchObject([
      { cluster: 'DefaultCluster', name: 'a', id: 0 },
      { cluster: 'Other', name: 'b', id: 0 }
    ])
    expect(new Set(ready.namesrv).size).toBe(3)
    for (const address of ready.namesrv) expect(await registeredAt(address)).toEqual(['a:0', 'b:0'])
    const { properties } = await window.call('config.view', { id: 'a:0' })
    expect(properties.find(({ key }) => key === 'maxMessageSize')?.runningValue).toBe('2048')
    expect(await saved()).toMatchObject([
      { number: 1, spec: { name: 'lab 实验' }, isRunning: true }
    ])
  })

  test('run again changes the cluster of its name, and the data stays', async () => {
    const text = (names: string[]): string =>
      JSON.stringify({ nameservers: [{}], brokers: names.map((name) => ({ name })) })
    const dataDir = freshFolder()
    const first = await clusterRig(['--cluster', writeFile('lab.json', text(['a']))], dataDir)
    await first.window.call('topic.save', {
      ...{ topic: 'T', readQueueNums: 1, writeQueueNums: 1, perm: 6 }
    })
    await first.window.call('message.send', { topic: 'T', body: 'kept' })
    expect(await first.stop()).toBe(0)
    const second = await clusterRig(['--cluster', writeFile('lab.json', text(['b', 'a']))], dataDir)
    expect(second.ready.brokers.map(({ name }) => name)).toEqual(['b', 'a'])
    expect(await second.bodies('T')).toEqual(['kept'])
    expect(await second.saved()).toHaveLength(1)
  })
})

const aTopic = { topic: 'T', readQueueNums: 1, writeQueueNums: 1, perm: 6 } as const

describe('saved clusters', () => {
  test('run in each other’s place, each with its data; the last one comes back', async () => {
    const dataDir = freshFolder()
    const { window, brokers, bodies, stop } = await clusterRig([], dataDir)
    await window.call('topic.save', aTopic)
    await window.call('message.send', { topic: 'T', body: 'of the first' })
    const { number } = await window.call('cluster.create', {
      spec: { ...presetSpec('2m-noslave'), name: 'two' },
      preset: '2m-noslave'
    })
    const before = await window.call('app.info')
    await window.call('cluster.run', { number })
    expect(await brokers()).toEqual(['broker-a:0 running', 'broker-b:0 running'])
    const after = await window.call('app.info')
    expect(after.namesrvAddresses).not.toEqual(before.namesrvAddresses)
    expect(await registeredAt(after.namesrvAddresses[0]!)).toEqual(['broker-a:0', 'broker-b:0'])
    expect((await window.call('topic.list')).map(({ topic }) => topic)).not.toContain('T')
    await window.call('topic.save', aTopic)
    const passed = window.next('tail', (batch) => batch.messages.length > 0)
    await window.call('message.send', {
      topic: 'T',
      body: 'of the second',
      brokerName: 'broker-b',
      queueId: 0
    })
    expect((await passed).messages[0]?.brokerName).toBe('broker-b')

    await window.call('cluster.run', { number: 1 })
    expect(await bodies('T')).toEqual(['of the first'])
    await window.call('cluster.run', { number })
    expect(await bodies('T')).toEqual(['of the second'])
    expect(await stop()).toBe(0)

    const again = await clusterRig([], dataDir)
    expect(again.ready.brokers.map(({ name }) => name)).toEqual(['broker-a', 'broker-b'])
    expect(await again.bodies('T')).toEqual(['of the second'])
    expect((await again.saved()).map(({ isRunning }) => isRunning)).toEqual([false, true])
  })

  test('keep their own time', async () => {
    const { window } = await clusterRig()
    await window.call('clock.step', { ms: 3_600_000 })
    const { number } = await window.call('cluster.create', {
      spec: { ...presetSpec('single'), name: 'other' }
    })
    await window.call('cluster.run', { number })
    expect((await window.call('clock.get')).aheadMs).toBe(0)
    await window.call('cluster.run', { number: 1 })
    expect((await window.call('clock.get')).aheadMs).toBeGreaterThan(3_500_000)
  })

  test('of a preset are found again by --preset; without a flag the last one runs', async () => {
    const dataDir = freshFolder()
    for (const [args, names] of [
      [[], ['single']],
      [
        ['--preset', '2m-noslave'],
        ['single', '2m-noslave']
      ],
      [
        ['--preset', 'single'],
        ['single', '2m-noslave']
      ]
    ] as const) {
      const rig = await clusterRig([...args], dataDir)
      expect((await rig.saved()).map(({ spec }) => spec.name)).toEqual(names)
      await rig.stop()
    }
    const { ready } = await clusterRig([], dataDir)
    expect(ready.brokers).toHaveLength(1)
  })

  test('a data folder of before there were several keeps its messages', async () => {
    const dataDir = freshFolder()
    const old = await clusterRig([], dataDir)
    await old.window.call('topic.save', aTopic)
    await old.window.call('message.send', { topic: 'T', body: 'old' })
    await old.stop()
    for (const file of ['clusters.db', 'settings.db'])
      rmSync(join(dataDir, 'installation', file), { force: true })
    const { window, bodies, saved } = await clusterRig(['--preset', '2m-noslave'], dataDir)
    expect((await saved()).map(({ spec }) => spec.name)).toEqual(['single', '2m-noslave'])
    await window.call('cluster.run', { number: 1 })
    expect(await bodies('T')).toEqual(['old'])
  })

  test('deleted ones are gone with their data, but not the one that runs', async () => {
    const { window, dataDir } = await clusterRig()
    const { number } = await window.call('cluster.create', {
      spec: { ...presetSpec('single'), name: 'other' }
    })
    await window.call('cluster.run', { number })
    const folder = join(dataDir, 'clusters', String(number))
    expect(existsSync(folder)).toBe(true)
    expect(await window.ask('cluster.delete', { number })).toMatchObject({
      error: { code: 'CLUSTER_IS_RUNNING', params: { name: 'other' } }
    })
    await window.call('cluster.run', { number: 1 })
    await window.call('cluster.delete', { number })
    expect(existsSync(folder)).toBe(false)
  })
})

describe('a cluster that runs', () => {
  test('gets a broker and loses it again while the others go on', async () => {
    const { window, saved, brokers, bodies, ready, dataDir } = await clusterRig()
    await window.call('topic.save', aTopic)
    await window.call('message.send', { topic: 'T', body: 'kept' })
    const { spec } = (await saved())[0]!
    const [master] = spec.brokers
    const startedAt = async () => (await window.call('cluster.view')).brokers[0]?.startedAt
    const began = await startedAt()
    const more = { ...master!, id: 1, name: 'broker-b', port: 10_931 }
    await window.call('cluster.save', { number: 1, spec: { ...spec, brokers: [master!, more] } })
    expect(await brokers()).toEqual(['broker-a:0 running', 'broker-b:0 running'])
    expect(await registeredAt(ready.namesrv[0]!)).toEqual(['broker-a:0', 'broker-b:0'])
    await window.call('cluster.save', { number: 1, spec, erase: [1] })
    expect(await registeredAt(ready.namesrv[0]!)).toEqual(['broker-a:0'])
    expect(existsSync(join(dataDir, 'nodes', 'broker-1'))).toBe(false)
    expect(await bodies('T')).toEqual(['kept'])
    expect(await startedAt()).toBe(began)
    expect(
      await window.ask('cluster.save', { number: 1, spec: { ...spec, brokers: [master!, more] } })
    ).toMatchObject({
      error: { code: 'INVALID_SPEC', params: { reason: 'NODE_ID_TAKEN' } }
    })
  })
})
