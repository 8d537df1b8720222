import { describe, expect, test } from 'vitest'
import { presetSpec } from '../../shared/clusterPresets'
import { MAX_SAVED_CLUSTERS, type BrokerSpec, type ClusterSpec } from '../../shared/clusterSpec'
import { chooseCluster, type ClusterChoice } from './clusterChoice'
import { parseClusterFile } from './clusterFile'
import { savedClusters } from './savedClusters.fixture'

const two = presetSpec('2m-noslave')
const [first, second] = two.brokers
if (!first || !second) throw new Error('the preset has brokers')

const withBrokers = (...brokers: BrokerSpec[]): ClusterSpec => ({ ...two, brokers })

describe('a saved cluster', () => {
  test('comes back as it was saved, with everything that is optional', async () => {
    const { clusters } = savedClusters()
    const spec: ClusterSpec = {
      ...presetSpec('2m-2s-sync'),
      name: '我的 cluster',
      proxy: { port: 8081 }
    }
    const promoted = { ...spec, brokers: spec.brokers.map((b) => ({ ...b, promotion: true })) }
    const { number } = await clusters.create(promoted)
    expect(clusters.get(number)).toEqual({
      number: 1,
      spec: promoted,
      preset: undefined,
      nextIds: { nameserver: 1, broker: 4 }
    })
  })

  test('never gets a number or a folder a second time', async () => {
    const { clusters } = savedClusters()
    const { number } = await clusters.create(two)
    await clusters.update(number, withBrokers(first))
    const again = clusters.update(number, withBrokers(first, { ...second, name: 'broker-c' }))
    await expect(again).rejects.toMatchObject({
      code: 'INVALID_SPEC',
      params: { reason: 'NODE_ID_TAKEN', node: 'broker-1' }
    })
    await clusters.update(number, withBrokers(first, { ...second, id: 2 }))
    expect(clusters.get(number).nextIds.broker).toBe(3)
    await clusters.remove(number)
    expect((await clusters.create(two)).number).toBe(2)
  })

  test('is a preset until its nodes change; its name and ports may', async () => {
    const { clusters } = savedClusters()
    const { number } = await clusters.create({ ...two, name: 'mine' }, '2m-noslave')
    const moved = presetSpec('2m-noslave', { namesrv: 19_876, broker: 0, grpc: 0 })
    expect((await clusters.update(number, moved)).preset).toBe('2m-noslave')
    const bare = { ...moved, proxy: undefined }
    expect((await clusters.update(number, bare)).preset).toBeUndefined()
    expect((await clusters.update(number, withBrokers(first))).preset).toBeUndefined()
  })

  test('of a preset from before there was a proxy has one now, and is that preset', async () => {
    const { clusters, clusterDocs } = savedClusters()
    const { number } = await clusters.create(two, '2m-noslave')
    const doc = clusterDocs.get('1')
    if (!doc) throw new Error('it was saved')
    await clusterDocs.put('1', { ...doc, proxies: [] })
    expect(clusters.get(number)).toMatchObject({ preset: '2m-noslave', spec: two })
  })

  test.each<[string, () => ReturnType<typeof savedClusters>, ClusterSpec, string]>([
    ['a spec that cannot be run', savedClusters, withBrokers(), 'INVALID_SPEC'],
    ['a name that is taken', savedClusters, presetSpec('single'), 'CLUSTER_NAME_TAKEN']
  ])('%s is refused', async (_name, make, spec, code) => {
    const { clusters } = make()
    await clusters.create(presetSpec('single'))
    await expect(clusters.create(spec)).rejects.toMatchObject({ code })
  })

  test('one too many is refused', async () => {
    const { clusters } = savedClusters()
    for (let i = 0; i < MAX_SAVED_CLUSTERS; i++) await clusters.create({ ...two, name: `c${i}` })
    await expect(clusters.create(two)).rejects.toMatchObject({
      code: 'TOO_MANY_CLUSTERS',
      params: { limit: MAX_SAVED_CLUSTERS }
    })
  })

  test('that is not there is CLUSTER_NOT_FOUND', () => {
    expect(() => savedClusters().clusters.get(7)).toThrow('there is no saved cluster 7')
  })
})

describe('the cluster of a run', () => {
  const choosing = (rig = savedClusters(), hasOldNodes = false) => {
    const checked: string[] = []
    const choose = async (choice: ClusterChoice) => {
      const chosen = await chooseCluster(choice, {
        ...rig,
        hasOldNodes,
        check: (spec) => {
          checked.push(spec.name)
          return Promise.resolve()
        }
      })
      await rig.clusters.keepLastRun(chosen.number)
      return `${chosen.number} ${chosen.spec.name}`
    }
    const names = () => rig.clusters.list().map(({ number, spec }) => `${number} ${spec.name}`)
    return { ...rig, choose, names, checked }
  }

  test('is the default preset at first, then the one that ran last', async () => {
    const { choose, names, checked } = choosing()
    expect(await choose({ kind: 'last' })).toBe('1 single')
    expect(await choose({ kind: 'preset', name: '2m-noslave' })).toBe('2 2m-noslave')
    expect(await choose({ kind: 'last' })).toBe('2 2m-noslave')
    expect(names()).toEqual(['1 single', '2 2m-noslave'])
    expect(checked).toEqual(['single', '2m-noslave', '2m-noslave'])
  })

  test('of a preset is the same one again, unless it was edited', async () => {
    const { choose, clusters } = choosing()
    await choose({ kind: 'preset', name: '2m-noslave' })
    expect(await choose({ kind: 'preset', name: '2m-noslave' })).toBe('1 2m-noslave')
    await clusters.update(1, withBrokers(first))
    expect(await choose({ kind: 'preset', name: '2m-noslave' })).toBe('2 2m-noslave (2)')
    expect(await choose({ kind: 'preset', name: '2m-noslave' })).toBe('2 2m-noslave (2)')
  })

  test.each<[string, ClusterChoice, string]>([
    ['the default', { kind: 'last' }, '1 single'],
    ['the preset it is', { kind: 'preset', name: 'single' }, '1 single'],
    ['another preset', { kind: 'preset', name: '2m-noslave' }, '2 2m-noslave']
  ])('of an old folder asked for %s: what lies there keeps its place', async (_n, choice, run) => {
    const { choose, names } = choosing(savedClusters(), true)
    expect(await choose(choice)).toBe(run)
    expect(names()[0]).toBe('1 single')
  })

  test('that cannot be had leaves nothing behind', async () => {
    const rig = savedClusters()
    const choosing = chooseCluster(
      { kind: 'preset', name: '2m-noslave' },
      { ...rig, hasOldNodes: true, check: () => Promise.reject(new Error('taken')) }
    )
    await expect(choosing).rejects.toThrow('taken')
    expect(rig.clusters.list()).toEqual([])
  })

  test('of a file is the saved one of its name, as the file now says', async () => {
    const { choose, clusters, saved, propertyDocs } = choosing()
    const fileOf = (text: string): ClusterChoice => ({
      kind: 'file',
      file: parseClusterFile('/somewhere/lab.yaml', text)
    })
    const text =
      'nameservers: [{}]\nbrokers: [{name: a, properties: {maxMessageSize: 2048}}, {name: b}]'
    expect(await choose(fileOf(text))).toBe('1 lab')
    expect(saved.of('a:0').get('maxMessageSize')).toBe('2048')
    expect(await choose(fileOf('nameservers: [{}]\nbrokers: [{name: b}, {name: c}]'))).toBe('1 lab')
    expect(clusters.get(1).spec.brokers.map(({ id, name }) => [id, name])).toEqual([
      [1, 'b'],
      [2, 'c']
    ])
    expect([...propertyDocs.docs.keys()]).toEqual(['a:0'])
  })
})
