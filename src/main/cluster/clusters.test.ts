import { describe, expect, test } from 'vitest'
import { presetSpec } from '../../shared/clusterPresets'
import type { ClusterSpec } from '../../shared/clusterSpec'
import type { ClockDoc } from '../meta/installationMeta'
import { Clusters, planOf } from './clusters'
import { dataFolder } from './dataFolder'
import { mapCollection, savedClusters } from './savedClusters.fixture'
import type { ClusterPlan } from './supervisor'

const two = presetSpec('2m-noslave')

const setUp = async (ports = {}) => {
  const { clusters: saved, saved: properties, propertyDocs, ...kept } = savedClusters()
  const { namesrvProperties, proxyProperties } = kept
  const folder = dataFolder('/data')
  const clock = mapCollection<ClockDoc>()
  const first = await saved.create(two, '2m-noslave')
  const other = await saved.create(presetSpec('single'), 'single')
  const applied: ClusterSpec[] = []
  const ran: ClusterPlan[] = []
  const removed: string[] = []
  let gate = Promise.resolve()
  const supervisor = {
    plan: planOf(first, { clock, folder, ports }),
    run: async (plan: ClusterPlan) => {
      await gate
      ran.push(plan)
      supervisor.plan = plan
    },
    apply: (spec: ClusterSpec) => {
      applied.push(spec)
      return Promise.resolve()
    }
  }
  const clusters = new Clusters({
    saved,
    properties,
    namesrvProperties,
    proxyProperties,
    clock,
    supervisor,
    folder,
    disk: { exists: () => true, removeTree: (path) => removed.push(path) },
    ports
  })
  const hold = (): (() => void) => {
    let open: () => void = () => undefined
    gate = new Promise((resolve) => (open = resolve))
    return open
  }
  return {
    clusters,
    saved,
    properties,
    propertyDocs,
    clock,
    first,
    other,
    applied,
    ran,
    removed,
    hold
  }
}

describe('running another', () => {
  test('is remembered, and has a folder of its own', async () => {
    const { clusters, saved, other, ran } = await setUp()
    await clusters.run(other.number)
    expect(ran.map(({ number, folder }) => [number, folder.nodes])).toEqual([
      [2, '/data/clusters/2/nodes']
    ])
    expect([clusters.running, saved.lastRun()?.number]).toEqual([2, 2])
  })

  test('the one that runs already changes nothing', async () => {
    const { clusters, first, ran } = await setUp()
    await clusters.run(first.number)
    expect(ran).toEqual([])
  })

  test('keeps the ports of the flags', async () => {
    const { clusters, other, ran } = await setUp({ broker: 20_911 })
    await clusters.run(other.number)
    expect(ran[0]?.spec).toMatchObject({
      nameservers: [{ port: 9876 }],
      brokers: [{ port: 20_911 }]
    })
    expect(clusters.portFlags).toEqual({ namesrv: false, broker: true, grpc: false })
  })

  test('refuses everything else meanwhile, and says so', async () => {
    const { clusters, first, other, hold } = await setUp()
    const seen: boolean[] = []
    clusters.changed.on(() => seen.push(clusters.isChanging))
    const open = hold()
    const running = clusters.run(other.number)
    await expect(clusters.run(first.number)).rejects.toMatchObject({ code: 'CLUSTER_BUSY' })
    open()
    await running
    expect(seen).toEqual([true, false])
    await clusters.run(first.number)
  })
})

describe('saving', () => {
  test('the one that runs lets its nodes follow; another is only kept', async () => {
    const { clusters, first, other, applied } = await setUp()
    const less = { ...two, brokers: two.brokers.slice(0, 1) }
    await clusters.save(first.number, less, [])
    await clusters.save(other.number, { ...presetSpec('single'), name: 'renamed' }, [])
    expect(applied).toEqual([less])
    expect(clusters.list().map(({ spec }) => spec.name)).toEqual(['2m-noslave', 'renamed'])
  })

  test('erases what it was told to of what is gone, and nothing else', async () => {
    const { clusters, first, removed } = await setUp()
    await clusters.save(first.number, { ...two, brokers: two.brokers.slice(0, 1) }, [0, 1])
    expect(removed).toEqual(['/data/nodes/broker-1'])
  })

  test('keeps the data of a removed broker where nothing else was said', async () => {
    const { clusters, first, removed } = await setUp()
    await clusters.save(first.number, { ...two, brokers: two.brokers.slice(0, 1) }, [])
    expect(removed).toEqual([])
  })

  test('brokers that are called otherwise keep their properties, removed ones lose them', async () => {
    const { clusters, properties, propertyDocs, first } = await setUp()
    for (const id of ['broker-a:0', 'broker-b:0'])
      await properties.replace(1, id, new Map([['regionId', id.slice(0, 8)]]))
    const brokers = two.brokers.slice(0, 1).map((broker) => ({ ...broker, name: 'broker-b' }))
    await clusters.save(first.number, { ...two, brokers }, [])
    expect(propertyDocs.all()).toEqual([
      ['broker-b:0', { id: 'broker-b:0', properties: [['regionId', 'broker-a']] }]
    ])
  })
})

describe('deleting', () => {
  test('takes data, properties and clock along', async () => {
    const { clusters, properties, propertyDocs, clock, other, removed } = await setUp()
    await properties.replace(2, 'broker-a:0', new Map([['regionId', 'here']]))
    await clock.put('cluster-2', { aheadMs: 5 })
    await clusters.remove(other.number)
    expect(removed).toEqual(['/data/clusters/2'])
    expect([propertyDocs.docs.size, clock.docs.size, clusters.list().length]).toEqual([0, 0, 1])
  })

  test('the one that runs is refused', async () => {
    const { clusters, first, removed } = await setUp()
    await expect(clusters.remove(first.number)).rejects.toMatchObject({
      code: 'CLUSTER_IS_RUNNING',
      params: { name: '2m-noslave' }
    })
    expect(removed).toEqual([])
  })

  test('the first one takes its old place only, not what lies beside it', async () => {
    const { clusters, first, other, removed } = await setUp()
    await clusters.run(other.number)
    await clusters.remove(first.number)
    expect(removed).toEqual(['/data/nodes'])
  })
})
