/** The process is killed, or the power goes, or a call fails, at each call to the disk. */
import { describe, expect, test } from 'vitest'
import { SimulatedDisk } from '../../../../tests/faults/simulatedDisk'
import { seededRandom } from '../../base/random'
import {
  folder,
  isDerived,
  newInstallation,
  nodeFiles,
  NODES,
  openSnapshots,
  type Installation
} from './snapshotRig'

type Verb = 'create' | 'restore' | 'branch' | 'remove'
type End = 'kill' | 'power cut' | 'failure'

/** Everything below a folder that a start cannot make anew. */
const below = (disk: SimulatedDisk, root: string): [string, string][] =>
  [...disk.files()]
    .filter(([path]) => path.startsWith(`${root}/`) && !isDerived(path))
    .map(([path, content]): [string, string] => [
      path.slice(root.length + 1),
      content.toString('latin1')
    ]) // prettier-ignore
    .sort()

/** Every call with GANTRY_TORTURE=full. */
const STRIDE = process.env['GANTRY_TORTURE'] === 'full' ? 1 : 4

const OLD = '1'
const NEW = '2'

interface World {
  disk: SimulatedDisk
  kept: Installation
}

/** A cluster that went on after its only snapshot. */
const world = async (seed: number): Promise<World> => {
  const first = SimulatedDisk.holding(nodeFiles(OLD))
  const kept = newInstallation()
  const { snapshots } = await openSnapshots(first, kept)
  kept.properties.set('broker-a:0', { id: 'broker-a:0', properties: [['maxMessageSize', OLD]] })
  await snapshots.create('old', '')
  // All of it is on the platter by now.
  const disk = SimulatedDisk.holding(first.files(), {
    random: seededRandom(seed),
    writebackOneIn: 3
  })
  for (const [path, content] of nodeFiles(NEW)) disk.replaceFile(path, content)
  kept.properties.set('broker-a:0', { id: 'broker-a:0', properties: [['maxMessageSize', NEW]] })
  return { disk, kept }
}

const run = async ({ disk, kept }: World, verb: Verb): Promise<void> => {
  const { snapshots } = await openSnapshots(disk, kept)
  if (verb === 'create') await snapshots.create('new', '')
  else if (verb === 'restore') await snapshots.restore(1)
  else if (verb === 'branch') await snapshots.branch(1, 'branch')
  else await snapshots.remove(1)
}

const callsOf = async (verb: Verb): Promise<number> => {
  const calm = await world(1)
  calm.disk.calls = 0
  await run(calm, verb)
  return calm.disk.calls
}

const end = async (from: World, verb: Verb, how: End, at: number): Promise<void> => {
  const { disk } = from
  disk.calls = 0
  if (how === 'failure') disk.fault = (_call, index) => (index === at ? { code: 'EIO' } : undefined)
  else disk.cutAt = at
  await run(from, verb).catch(() => undefined)
  disk.fault = () => undefined
  if (how === 'power cut') disk.cut()
  else disk.restart()
}

const states = (mark: string): [string, string][] =>
  below(SimulatedDisk.holding(nodeFiles(mark)), NODES)

/** What must hold after the next start, wherever it ended. */
const judge = async ({ disk, kept }: World, verb: Verb): Promise<void> => {
  const { snapshots, savedClusters } = await openSnapshots(disk, kept)
  const nodes = below(disk, NODES)
  const isOld = JSON.stringify(nodes) === JSON.stringify(states(OLD))
  if (!isOld) expect(nodes).toEqual(states(NEW))
  if (verb !== 'restore') expect(isOld).toBe(false)
  const chosen = kept.properties.get('broker-a:0')?.properties
  expect(chosen).toEqual([['maxMessageSize', isOld ? OLD : NEW]])

  const views = snapshots.view().snapshots
  expect(views.map(({ state }) => state)).not.toContain('damaged')
  const names = views.map(({ name }) => name)
  if (verb !== 'remove') expect(names).toContain('old')
  for (const { number, name } of views)
    expect(below(disk, `${folder.snapshot(number)}/nodes`)).toEqual(
      states(name === 'old' ? OLD : NEW)
    )
  for (const { number, spec } of savedClusters.list())
    if (spec.name === 'branch')
      expect(below(disk, folder.cluster(number).nodes)).toEqual(states(OLD))

  const leftovers = [...disk.files().keys()].filter((path) =>
    /\.(partial|restoring|replaced)\/|\/(restored|branching|probe\S*)$/.test(path)
  )
  expect(leftovers).toEqual([])
  // And it goes on working.
  if (names.includes('old')) {
    await snapshots.restore(views.find(({ name }) => name === 'old')!.number)
    expect(below(disk, NODES)).toEqual(states(OLD))
  }
}

describe.each<Verb>(['create', 'restore', 'branch', 'remove'])('%s', (verb) => {
  test.each<End>(['kill', 'power cut', 'failure'])('ended by a %s at each call', async (how) => {
    const calls = await callsOf(verb)
    expect(calls).toBeGreaterThan(20)
    for (let at = calls % STRIDE; at < calls; at += STRIDE) {
      const from = await world(at + 1)
      await end(from, verb, how, at)
      try {
        await judge(from, verb)
      } catch (error) {
        throw new Error(`${verb}, ${how} at call ${at} of ${calls}`, { cause: error })
      }
    }
  })
})
