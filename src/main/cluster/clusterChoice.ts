/** Which cluster a run is of: the last one, a preset, or what a file says. */
import { DEFAULT_PRESET, presetSpec, type PresetName } from '../../shared/clusterPresets'
import { brokerNodeId, type ClusterSpec } from '../../shared/clusterSpec'
import type { FileBroker, FileCluster } from './clusterFile'
import { FIRST_CLUSTER } from './dataFolder'
import type { SavedCluster, SavedClusters } from './savedClusters'
import type { SavedProperties } from './savedProperties'

export type ClusterChoice =
  /** The one that ran last; where there is none, the default preset. */
  | { kind: 'last' }
  /** The saved cluster that is this preset and was not edited; made where there is none. */
  | { kind: 'preset'; name: PresetName }
  /** The saved cluster of the file's name, changed to what the file says; made where there is none. */
  | { kind: 'file'; file: FileCluster }

/** What a data folder without any saved cluster would run. */
export const firstSpec = (choice: ClusterChoice): ClusterSpec => {
  switch (choice.kind) {
    case 'last':
      return presetSpec(DEFAULT_PRESET)
    case 'preset':
      return presetSpec(choice.name)
    case 'file':
      return specOfFile(choice.file)
  }
}

/** Folder numbers the file names itself, else those of the same nodes of the saved cluster, else new ones. */
const specOfFile = (file: FileCluster, saved?: SavedCluster): ClusterSpec => {
  const { nameservers, brokers, name, proxy } = file
  const old = saved?.spec
  return {
    name,
    nameservers: numbered(
      nameservers,
      saved?.nextIds.nameserver ?? 0,
      (_node, index) => old?.nameservers[index]?.id
    ),
    brokers: numbered(
      brokers,
      saved?.nextIds.broker ?? 0,
      (node) => old?.brokers.find((broker) => brokerNodeId(broker) === brokerNodeId(node))?.id
    ).map(({ properties: _properties, ...broker }) => broker),
    ...(proxy && { proxy })
  }
}

const numbered = <N extends { id?: number | undefined }>(
  nodes: readonly N[],
  firstFree: number,
  knownId: (node: N, index: number) => number | undefined
): (N & { id: number })[] => {
  const wanted = nodes.map((node, index) => node.id ?? knownId(node, index))
  const used = new Set(wanted)
  let next = firstFree
  return nodes.map((node, index) => {
    let id = wanted[index]
    if (id === undefined) {
      while (used.has(next)) next++
      id = next++
    }
    return { ...node, id }
  })
}

interface Deps {
  clusters: SavedClusters
  saved: SavedProperties
  /** There are nodes of a time when a data folder had one cluster only. */
  hasOldNodes: boolean
  /** Before anything is written: can this be run? */
  check: (spec: ClusterSpec) => Promise<void>
}

/**
 * The saved cluster to run, made or changed as the choice says.
 * @throws ProblemError as `SavedClusters` does, or what `check` throws.
 */
export const chooseCluster = async (choice: ClusterChoice, deps: Deps): Promise<SavedCluster> => {
  const { clusters, hasOldNodes, check } = deps
  const all = clusters.list()
  const isOld = hasOldNodes && all.length === 0
  // What lies there is of the one cluster there was: it gets the first number, whatever is run now.
  const adopt = async (): Promise<void> => {
    if (isOld) await clusters.create(presetSpec(DEFAULT_PRESET), DEFAULT_PRESET)
  }
  const preset = async (name: PresetName): Promise<SavedCluster> => {
    const known = all.find((saved) => saved.preset === name)
    await check(known?.spec ?? presetSpec(name))
    if (known) return known
    await adopt()
    if (isOld && name === DEFAULT_PRESET) return clusters.get(FIRST_CLUSTER)
    return clusters.create({ ...presetSpec(name), name: clusters.freeName(name) }, name)
  }
  switch (choice.kind) {
    case 'last': {
      const last = clusters.lastRun()
      if (!last) return preset(DEFAULT_PRESET)
      await check(last.spec)
      return last
    }
    case 'preset':
      return preset(choice.name)
    case 'file': {
      const { file } = choice
      const known = all.find(({ spec }) => spec.name === file.name)
      const spec = specOfFile(file, known)
      await check(spec)
      await adopt()
      const chosen = known ? await clusters.update(known.number, spec) : await clusters.create(spec)
      await keepProperties(chosen, file.brokers, deps.saved)
      return chosen
    }
  }
}

/** What the file says of a broker's properties is all that is saved of it; where it says nothing, they stay. */
const keepProperties = async (
  { number }: SavedCluster,
  brokers: readonly FileBroker[],
  saved: SavedProperties
): Promise<void> => {
  for (const broker of brokers)
    if (broker.properties)
      await saved.replace(number, brokerNodeId(broker), new Map(Object.entries(broker.properties)))
}
