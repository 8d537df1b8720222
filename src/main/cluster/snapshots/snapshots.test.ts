import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SimulatedDisk } from '../../../../tests/faults/simulatedDisk'
import { presetSpec } from '../../../shared/clusterPresets'
import { MAX_SNAPSHOTS } from '../../../shared/snapshotViews'
import { FIRST_CLUSTER } from '../dataFolder'
import { RESERVE_BYTES } from './copies'
import {
  BROKER,
  folder,
  newInstallation,
  nodeFiles,
  NODES,
  openSnapshots,
  segmentPath
} from './snapshotRig'

const setUp = async () => {
  const disk = SimulatedDisk.holding(nodeFiles('1'))
  const kept = newInstallation()
  const life = await openSnapshots(disk, kept)
  kept.properties.set('broker-a:0', { id: 'broker-a:0', properties: [['maxMessageSize', '9']] })
  kept.namesrvProperties.set('0', { id: '0', properties: [['orderMessageEnable', 'true']] })
  return { disk, kept, ...life }
}

const below = (disk: SimulatedDisk, root: string): [string, string][] =>
  [...disk.files()]
    .filter(([path]) => path.startsWith(`${root}/`))
    .map(([path, content]): [string, string] => [
      path.slice(root.length + 1),
      content.toString('latin1')
    ]) // prettier-ignore
    .sort()

/** As if the broker had gone on: bytes behind the log, other metadata, another property. */
const goOn = (disk: SimulatedDisk, kept: ReturnType<typeof newInstallation>): void => {
  const file = disk.open(segmentPath(600), 'r+')
  file.writev([Buffer.from('more')], file.size())
  file.close()
  disk.replaceFile(join(BROKER, 'meta', 'topics.db'), 'topics later')
  const queue = disk.open(join(BROKER, 'store', 'consumequeue', '1', '0', '0'.repeat(20)), 'r+')
  queue.truncate(2)
  queue.close()
  kept.properties.set('broker-a:0', { id: 'broker-a:0', properties: [['maxMessageSize', '10']] })
  kept.namesrvProperties.delete('0')
}

test('what was saved is put back, with its settings, and the snapshot stays as it was', async () => {
  const { disk, kept, snapshots, done } = await setUp()
  const before = below(disk, NODES)
  const number = await snapshots.create('first', 'a note')
  const [view] = snapshots.view().snapshots
  expect(view).toMatchObject({
    ...{ number, state: 'whole', name: 'first', note: 'a note', aheadMs: 7000 },
    cluster: { number: FIRST_CLUSTER, isThere: true, isRunning: true },
    ...{ nameservers: 1, brokers: 1 }
  })
  const inSnapshot = below(disk, folder.snapshot(number))
  goOn(disk, kept)
  expect(below(disk, NODES)).not.toEqual(before)
  expect(below(disk, folder.snapshot(number))).toEqual(inSnapshot)

  await snapshots.restore(number)
  expect(below(disk, NODES)).toEqual(before)
  expect(kept.properties.get('broker-a:0')?.properties).toEqual([['maxMessageSize', '9']])
  expect(kept.namesrvProperties.get('0')?.properties).toEqual([['orderMessageEnable', 'true']])
  expect(kept.clock.get('cluster')).toEqual({ aheadMs: 7000 })
  expect(done).toEqual(['halt', 'run 1 ahead 7000'])
  goOn(disk, kept)
  expect(below(disk, folder.snapshot(number))).toEqual(inSnapshot)
})

test('a snapshot shares sealed segments with its cluster, and says what it takes by itself', async () => {
  const { disk, snapshots } = await setUp()
  await snapshots.create('s', '')
  const [{ bytes, ownBytes } = { bytes: 0, ownBytes: 0 }] = snapshots.view().snapshots
  expect(bytes - ownBytes).toBe(600)
  disk.remove(segmentPath(0))
  expect(snapshots.view().snapshots[0]?.ownBytes).toBe(ownBytes + 300)
})

test('before a restore the present is kept under a name, if asked', async () => {
  const { disk, kept, snapshots } = await setUp()
  const number = await snapshots.create('first', '')
  goOn(disk, kept)
  const later = below(disk, NODES)
  await snapshots.restore(number, 'before')
  const kept2 = snapshots.view().snapshots.find(({ name }) => name === 'before')
  await snapshots.restore(kept2!.number)
  expect(below(disk, NODES)).toEqual(later)
})

test('a branch is another cluster of the same messages, and both go their own ways', async () => {
  const { disk, kept, snapshots, savedClusters, done } = await setUp()
  const number = await snapshots.create('s', '')
  const cluster = await snapshots.branch(number, 'What if')
  expect(savedClusters.get(cluster).spec).toEqual({ ...presetSpec('single'), name: 'What if' })
  const nodes = folder.cluster(cluster).nodes
  expect(below(disk, nodes)).toEqual(below(disk, NODES))
  expect(kept.properties.get(`${cluster}/broker-a:0`)?.properties).toEqual([
    ['maxMessageSize', '9']
  ])
  expect(kept.clock.get(`cluster-${cluster}`)).toEqual({ aheadMs: 7000 })
  expect(done).toEqual([])
  const before = below(disk, nodes)
  goOn(disk, kept)
  expect(below(disk, nodes)).toEqual(before)
  expect(disk.exists(join(folder.cluster(cluster).root, 'branching'))).toBe(false)
})

test('a branch of a taken name leaves nothing', async () => {
  const { disk, snapshots, savedClusters } = await setUp()
  const number = await snapshots.create('s', '')
  await expect(snapshots.branch(number, presetSpec('single').name)).rejects.toMatchObject({
    code: 'CLUSTER_NAME_TAKEN'
  })
  expect(savedClusters.list()).toHaveLength(1)
  expect(below(disk, '/data/clusters')).toEqual([])
})

test('a restored spec may have nodes that were removed since, and the name stays', async () => {
  const { kept, snapshots, savedClusters } = await setUp()
  const number = await snapshots.create('s', '')
  const { spec } = savedClusters.get(FIRST_CLUSTER)
  const [broker] = spec.brokers
  await savedClusters.update(FIRST_CLUSTER, {
    ...spec,
    name: 'Renamed',
    brokers: [{ ...broker!, id: 5, name: 'broker-z' }]
  })
  kept.properties.set('broker-z:0', { id: 'broker-z:0', properties: [['maxMessageSize', '1']] })
  await snapshots.restore(number)
  expect([...kept.properties.keys()]).toEqual(['broker-a:0'])
  const restored = savedClusters.get(FIRST_CLUSTER)
  expect(restored.spec).toEqual({ ...spec, name: 'Renamed' })
  expect(restored.nextIds.broker).toBe(6)
})

describe('is refused with its reason', () => {
  test('a name twice, of a snapshot that is made or renamed', async () => {
    const { snapshots } = await setUp()
    await snapshots.create('s', '')
    const other = await snapshots.create('t', '')
    await expect(snapshots.create('s', '')).rejects.toMatchObject({ code: 'SNAPSHOT_NAME_TAKEN' })
    await expect(snapshots.rename(other, 's', '')).rejects.toMatchObject({
      code: 'SNAPSHOT_NAME_TAKEN'
    })
    await snapshots.rename(other, 't', 'only a note')
    expect(snapshots.view().snapshots[0]).toMatchObject({ name: 't', note: 'only a note' })
  })

  test('without room, before anything is written', async () => {
    const { disk, snapshots } = await setUp()
    disk.freeBytes = RESERVE_BYTES
    const before = below(disk, '/data')
    await expect(snapshots.create('s', '')).rejects.toMatchObject({
      code: 'SNAPSHOT_NO_ROOM',
      params: { free: RESERVE_BYTES }
    })
    expect(below(disk, '/data')).toEqual(before)
  })

  test('one more than there may be', async () => {
    const { snapshots } = await setUp()
    for (let i = 0; i < MAX_SNAPSHOTS; i++) await snapshots.create(`s${i}`, '')
    await expect(snapshots.create('more', '')).rejects.toMatchObject({ code: 'TOO_MANY_SNAPSHOTS' })
    await snapshots.remove(1)
    await snapshots.create('more', '')
  })

  test('one of nobody', async () => {
    const { snapshots } = await setUp()
    const verbs: (() => Promise<unknown>)[] = [
      () => snapshots.restore(4),
      () => snapshots.branch(4, 'x'),
      () => snapshots.rename(4, 'x', ''),
      () => snapshots.remove(4)
    ]
    for (const verb of verbs)
      await expect(verb()).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
  })

  test('anything else while one is worked on', async () => {
    const { snapshots } = await setUp()
    const first = snapshots.create('s', '')
    await expect(snapshots.create('t', '')).rejects.toMatchObject({ code: 'SNAPSHOT_BUSY' })
    await expect(snapshots.remove(1)).rejects.toMatchObject({ code: 'SNAPSHOT_BUSY' })
    await first
  })
})

describe('a damaged snapshot', () => {
  test.each([
    ['its description', 'manifest.json'],
    ['a segment', `nodes/broker-0/store/commitlog/${'0'.repeat(17)}600`],
    ['its metadata', 'nodes/broker-0/meta/topics.db']
  ])('%s: nothing is restored, and it can be deleted', async (_name, path) => {
    const { disk, kept, snapshots } = await setUp()
    const number = await snapshots.create('s', '')
    goOn(disk, kept)
    const before = below(disk, NODES)
    const file = disk.open(join(folder.snapshot(number), path), 'r+')
    file.truncate(5)
    file.close()
    await expect(snapshots.restore(number)).rejects.toMatchObject({
      code: 'SNAPSHOT_DAMAGED'
    })
    expect(below(disk, NODES)).toEqual(before)
    await snapshots.remove(number)
    expect(snapshots.view().snapshots).toEqual([])
    expect(below(disk, '/data/snapshots')).toEqual([])
  })

  test('or one of a newer version is shown as what it is', async () => {
    const { disk, snapshots } = await setUp()
    const [first, second] = [await snapshots.create('s', ''), await snapshots.create('t', '')]
    const path = join(folder.snapshot(first), 'manifest.json')
    disk.replaceFile(path, 'nonsense')
    const { sealed } = await import('./manifest')
    disk.replaceFile(join(folder.snapshot(second), 'manifest.json'), sealed({ version: 99 }))
    expect(snapshots.view().snapshots.map(({ number, state }) => [number, state])).toEqual([
      [second, 'newer'],
      [first, 'damaged']
    ])
    await expect(snapshots.restore(second)).rejects.toMatchObject({
      code: 'SNAPSHOT_NEWER'
    })
  })
})

test('cancelled, it leaves nothing and says so', async () => {
  const { disk, snapshots } = await setUp()
  const making = snapshots.create('s', '')
  snapshots.cancel()
  expect(snapshots.view().job).toMatchObject({ kind: 'create', isCancelling: true })
  await expect(making).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(snapshots.view()).toMatchObject({ snapshots: [] })
  expect(below(disk, '/data/snapshots')).toEqual([])
})

test('a disk without hard links holds copies', async () => {
  const { disk, kept, snapshots } = await setUp()
  disk.link = () => {
    throw Object.assign(new Error('no links here'), { code: 'EPERM' })
  }
  const number = await snapshots.create('s', '')
  expect(snapshots.view().snapshots[0]).toMatchObject({ bytes: 948, ownBytes: 948 })
  const before = below(disk, NODES)
  goOn(disk, kept)
  await snapshots.restore(number)
  expect(below(disk, NODES)).toEqual(before)
})
