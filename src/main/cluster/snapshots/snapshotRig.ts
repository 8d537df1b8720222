/** A cluster that does not run, on whichever disk, with its installation's settings in memory: what a snapshot needs. */
import { join } from 'node:path'
import { ManualClock } from '../../base/clock'
import type { Disk } from '../../base/disk'
import { silentLog } from '../../base/log'
import type {
  BrokerPropertiesDoc,
  ClockDoc,
  ClusterDoc,
  SettingDoc
} from '../../meta/installationMeta'
import { encodeSegmentHeader, offsetName, SEGMENT_HEADER_BYTES } from '../../store/segmentFile'
import { dataFolder, FIRST_CLUSTER } from '../dataFolder'
import type { NodeEntry } from '../nodeTable'
import { SavedClusters } from '../savedClusters'
import { SavedProperties } from '../savedProperties'
import type { ClusterPlan } from '../supervisor'
import { finishParts, finishSwaps } from './clusterParts'
import { Snapshots } from './snapshots'
import { presetSpec } from '../../../shared/clusterPresets'
import { planOf } from '../clusters'

const table = <T>(docs: Map<string, T>) => ({
  all: () => [...docs],
  get: (key: string) => docs.get(key),
  put: async (key: string, value: T) => void docs.set(key, value),
  putAll: async (entries: readonly (readonly [string, T])[]) => {
    for (const [key, value] of entries) docs.set(key, value)
  },
  remove: async (key: string) => void docs.delete(key),
  removeAll: async (keys: readonly string[]) => {
    for (const key of keys) docs.delete(key)
  }
})

/** Takes every property, and remembers no versions. */
const configOf = (docs: Map<string, BrokerPropertiesDoc>) => ({
  saved: new SavedProperties({
    table: { check: () => undefined },
    collection: table(docs),
    overrides: new Map(),
    cluster: FIRST_CLUSTER,
    history: { record: () => Promise.resolve(), rename: () => Promise.resolve() }
  })
})

/** What outlives the process: documents count as durable at once. */
export const newInstallation = () => ({
  clusters: new Map<string, ClusterDoc>(),
  settings: new Map<string, SettingDoc>(),
  properties: new Map<string, BrokerPropertiesDoc>(),
  namesrvProperties: new Map<string, BrokerPropertiesDoc>(),
  clock: new Map<string, ClockDoc>()
})
export type Installation = ReturnType<typeof newInstallation>

export const folder = dataFolder('/data')
export const NODES = folder.cluster(FIRST_CLUSTER).nodes
export const BROKER = join(NODES, 'broker-0')
const SEGMENT_BYTES = 300

export const segmentPath = (base: number): string =>
  join(BROKER, 'store', 'commitlog', offsetName(base))

/** Files of one broker and one nameserver; `mark` is in each that is no segment before the last. */
export const nodeFiles = (mark: string): Map<string, Buffer> => {
  const segment = (base: number, body: string): Buffer =>
    Buffer.concat([
      encodeSegmentHeader(base),
      Buffer.alloc(SEGMENT_BYTES - SEGMENT_HEADER_BYTES, body)
    ])
  return new Map([
    [segmentPath(0), segment(0, 'a')],
    [segmentPath(SEGMENT_BYTES), segment(SEGMENT_BYTES, 'b')],
    [segmentPath(2 * SEGMENT_BYTES), segment(2 * SEGMENT_BYTES, mark)],
    [join(BROKER, 'store', 'checkpoint'), Buffer.from(`checkpoint ${mark}`)],
    [join(BROKER, 'store', 'consumequeue', '1', '0', offsetName(0)), Buffer.from(`queue ${mark}`)],
    [join(BROKER, 'store', 'index', offsetName(0)), Buffer.from(`index ${mark}`)],
    [join(BROKER, 'meta', 'topics.db'), Buffer.from(`topics ${mark}`)],
    [join(BROKER, 'meta', 'kv.db'), Buffer.from(`kv ${mark}`)],
    [join(NODES, 'namesrv-0', 'kvConfig.db'), Buffer.from(`kvConfig ${mark}`)]
  ])
}

export const isDerived = (path: string): boolean => /\/(consumequeue|index)\//.test(path)

/** One life of the process over a disk and an installation. */
export const openSnapshots = async (
  disk: Disk,
  kept: Installation,
  { nodes = [] }: { nodes?: NodeEntry[] } = {}
) => {
  const savedClusters = new SavedClusters({
    clusters: table(kept.clusters),
    settings: table(kept.settings)
  })
  const meta = {
    properties: { broker: table(kept.properties), namesrv: table(kept.namesrvProperties) },
    configs: { broker: configOf(kept.properties), namesrv: configOf(kept.namesrvProperties) },
    clock: table(kept.clock)
  }
  await finishSwaps({ disk, folder })
  if (savedClusters.list().length === 0) await savedClusters.create(presetSpec('single'), 'single')
  await finishParts({ disk, folder, savedClusters, ...meta })
  const done: string[] = []
  let plan: ClusterPlan = planOf(savedClusters.get(FIRST_CLUSTER), { folder, ports: {}, clock: meta.clock }) // prettier-ignore
  const snapshots = new Snapshots({
    ...{ disk, folder, savedClusters, meta, ports: {} },
    ...{ clock: new ManualClock(), log: silentLog, version: '9.9.9' },
    clusters: { alone: (work) => work() },
    supervisor: {
      get plan() {
        return plan
      },
      nodes,
      clusterClock: { status: () => ({ now: 0, aheadMs: 7000, rate: 1, paused: false, isStepping: false }) }, // prettier-ignore
      halt: async () => void done.push('halt'),
      run: async (next) => {
        plan = next
        done.push(`run ${next.number} ahead ${next.clockMemory?.aheadMs}`)
      }
    }
  })
  return { snapshots, savedClusters, done }
}
