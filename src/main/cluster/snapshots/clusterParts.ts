/** What the installation keeps of a cluster outside of its nodes' folders: read for a snapshot, put back from one. */
import { join } from 'node:path'
import { brokerNodeId, type ClusterSpec } from '../../../shared/clusterSpec'
import type { Disk } from '../../base/disk'
import type { Collection } from '../../meta/collection'
import type { BrokerPropertiesDoc, ClockDoc } from '../../meta/installationMeta'
import { clockKey } from '../clockMemory'
import { FIRST_CLUSTER, type DataFolder } from '../dataFolder'
import { savedNamesrvAs } from '../nodeTable'
import { propertiesKey, type SavedProperties } from '../savedProperties'
import type { SavedClusters } from '../savedClusters'
import { decodeParts, type ClusterParts, type KeptKind, type SavedOfNodes } from './manifest'
import { finishSwap, partsFileOf } from './swap'

export interface PartsDeps {
  savedClusters: Pick<SavedClusters, 'get' | 'list' | 'restore'>
  /** What is saved of each kind's nodes: to be read, and to be changed with its history. */
  properties: Readonly<Record<KeptKind, Pick<Collection<BrokerPropertiesDoc>, 'get'>>>
  configs: Readonly<Record<KeptKind, { saved: Pick<SavedProperties, 'replace' | 'rename'> }>>
  clock: Pick<Collection<ClockDoc>, 'get' | 'put'>
}

const kinds = ['broker', 'namesrv'] as const

/** Under which the nodes of a kind are saved. */
const nodesOf = (kind: KeptKind, { brokers, nameservers }: ClusterSpec): string[] =>
  kind === 'broker' ? brokers.map(brokerNodeId) : nameservers.map(({ id }) => savedNamesrvAs(id))

export const readParts = (
  { savedClusters, properties }: PartsDeps,
  number: number,
  aheadMs: number
): ClusterParts => {
  const { spec } = savedClusters.get(number)
  const of = (kind: KeptKind): SavedOfNodes =>
    nodesOf(kind, spec).flatMap((id) => {
      const doc = properties[kind].get(propertiesKey(number, id))
      return doc ? [[id, doc.properties] as const] : []
    })
  return { spec, properties: { broker: of('broker'), namesrv: of('namesrv') }, aheadMs }
}

/** Properties and clock; those of nodes that `before` had and it has not go. */
export const installSettings = async (
  { configs, clock }: Pick<PartsDeps, 'configs' | 'clock'>,
  number: number,
  { spec, properties, aheadMs }: ClusterParts,
  before = spec
): Promise<void> => {
  for (const kind of kinds) {
    const { saved } = configs[kind]
    const chosen = new Map(properties[kind])
    const nodes = nodesOf(kind, spec)
    for (const id of nodes) await saved.replace(number, id, new Map(chosen.get(id)))
    const gone = nodesOf(kind, before).filter((id) => !nodes.includes(id))
    await saved.rename(number, gone.map((id) => [id, undefined] as const)) // prettier-ignore
  }
  await clock.put(clockKey(number), { aheadMs })
}

/** All of it; done again after a crash it does the same. */
export const installParts = async (
  deps: PartsDeps,
  number: number,
  parts: ClusterParts
): Promise<void> => {
  const before = deps.savedClusters.get(number).spec
  await deps.savedClusters.restore(number, parts.spec)
  await installSettings(deps, number, parts, before)
}

/** In the folder of a cluster that is being made of a snapshot, until it is among the saved ones. */
export const BRANCHING = 'branching'

type FolderDeps = { disk: Disk; folder: DataFolder }

/** At a start, before anything looks at the clusters: swaps of nodes come to their end. @throws the disk's error. */
export const finishSwaps = async ({ disk, folder }: FolderDeps): Promise<void> => {
  for (const number of clusterNumbers({ disk, folder }))
    await finishSwap(disk, folder.cluster(number).nodes)
}

/** After that, with the installation's metadata open: settings follow nodes that were restored, and half branches go. */
export const finishParts = async ({
  disk,
  folder,
  ...deps
}: FolderDeps & PartsDeps): Promise<void> => {
  const known = new Set(deps.savedClusters.list().map(({ number }) => number))
  for (const number of clusterNumbers({ disk, folder })) {
    const { root, nodes } = folder.cluster(number)
    const path = partsFileOf(nodes)
    const marker = join(root, BRANCHING)
    // Only what says itself that it is half: a list of clusters that was lost must not take their data along.
    if (disk.exists(marker)) {
      if (known.has(number)) disk.remove(marker)
      else disk.removeTree(root)
    } else if (disk.exists(path)) {
      const parts = decodeParts(disk.readFile(path))
      if (parts && known.has(number)) await installParts(deps, number, parts)
      disk.remove(path)
    }
  }
}

const clusterNumbers = ({ disk, folder }: FolderDeps): number[] => [
  FIRST_CLUSTER,
  ...disk
    .list(folder.clusters)
    .filter((name) => /^[1-9]\d{0,8}$/.test(name))
    .map(Number)
    .filter((number) => number !== FIRST_CLUSTER)
]
