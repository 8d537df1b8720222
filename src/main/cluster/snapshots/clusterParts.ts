/** What the installation keeps of a cluster outside of its nodes' folders: read for a snapshot, put back from one. */
import { join } from 'node:path'
import { brokerNodeId, type ClusterSpec } from '../../../shared/clusterSpec'
import type { Disk } from '../../base/disk'
import type { Collection } from '../../meta/collection'
import type { BrokerPropertiesDoc, ClockDoc } from '../../meta/installationMeta'
import { clockKey } from '../clockMemory'
import { FIRST_CLUSTER, type DataFolder } from '../dataFolder'
import { propertiesKey } from '../savedProperties'
import type { SavedClusters } from '../savedClusters'
import { decodeParts, type ClusterParts } from './manifest'
import { finishSwap, partsFileOf } from './swap'

export interface PartsDeps {
  savedClusters: Pick<SavedClusters, 'get' | 'list' | 'restore'>
  properties: Pick<Collection<BrokerPropertiesDoc>, 'get' | 'putAll' | 'removeAll'>
  clock: Pick<Collection<ClockDoc>, 'get' | 'put'>
}

export const readParts = (
  { savedClusters, properties }: PartsDeps,
  number: number,
  aheadMs: number
): ClusterParts => {
  const { spec } = savedClusters.get(number)
  return {
    spec,
    properties: spec.brokers.flatMap((broker) => {
      const id = brokerNodeId(broker)
      const doc = properties.get(propertiesKey(number, id))
      return doc ? [[id, doc.properties] as const] : []
    }),
    aheadMs
  }
}

/** Properties and clock; those of brokers that `before` had and it has not go. */
export const installSettings = async (
  { properties, clock }: PartsDeps,
  number: number,
  parts: ClusterParts,
  before?: ClusterSpec
): Promise<void> => {
  const chosen = new Map(parts.properties.map(([id, pairs]) => [propertiesKey(number, id), { id, properties: pairs }])) // prettier-ignore
  const gone = (before?.brokers ?? [])
    .map((broker) => propertiesKey(number, brokerNodeId(broker)))
    .filter((key) => !chosen.has(key) && properties.get(key) !== undefined)
  await properties.removeAll(gone)
  await properties.putAll([...chosen])
  await clock.put(clockKey(number), { aheadMs: parts.aheadMs })
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
