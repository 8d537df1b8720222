/** The clusters kept in the installation's metadata, by number; which of them ran last. */
import {
  DEFAULT_PORTS,
  isPresetName,
  presetSpec,
  type PresetName
} from '../../shared/clusterPresets'
import {
  freeSpecName,
  isPromoted,
  MAX_SAVED_CLUSTERS,
  nodeKey,
  type ClusterSpec
} from '../../shared/clusterSpec'
import { isSameSpec } from '../../shared/specChanges'
import type { Collection } from '../meta/collection'
import type { ClusterDoc, SettingDoc } from '../meta/installationMeta'
import { FIRST_CLUSTER } from './dataFolder'
import { ProblemError } from './problem'
import { invalidSpec, refuseBadSpec } from './specProblem'

export interface SavedCluster {
  readonly number: number
  readonly spec: ClusterSpec
  /** It is this preset but for its name and ports. */
  readonly preset: PresetName | undefined
  /** Folder numbers from here on were never used. */
  readonly nextIds: { readonly nameserver: number; readonly broker: number }
}

interface Deps {
  clusters: Pick<Collection<ClusterDoc>, 'all' | 'get' | 'put' | 'remove'>
  settings: Pick<Collection<SettingDoc>, 'get' | 'putAll'>
}

const LAST_RUN = 'cluster.lastRun'
const NEXT_NUMBER = 'cluster.nextNumber'

const docOf = ({ number, spec, preset, nextIds }: SavedCluster): ClusterDoc => ({
  number,
  name: spec.name,
  preset: preset ?? '',
  nameservers: spec.nameservers.map(({ id, port }) => ({ id, port })),
  brokers: spec.brokers.map((broker) => {
    const { id, cluster, name, brokerId, role, port } = broker
    return { id, cluster, name, brokerId, role, port, promotion: isPromoted(broker) }
  }),
  proxies: spec.proxy ? [{ port: spec.proxy.port }] : [],
  nextNameserver: nextIds.nameserver,
  nextBroker: nextIds.broker
})

const savedOf = (doc: ClusterDoc): SavedCluster => {
  const preset = isPresetName(doc.preset) ? doc.preset : undefined
  // A preset without a proxy was saved when presets had none.
  const proxy = doc.proxies[0] ?? (preset && { port: DEFAULT_PORTS.grpc })
  return {
    number: doc.number,
    spec: {
      name: doc.name,
      nameservers: doc.nameservers,
      brokers: doc.brokers.map(({ promotion, ...broker }) => ({
        ...broker,
        ...(promotion && { promotion })
      })),
      ...(proxy && { proxy })
    },
    preset,
    nextIds: { nameserver: doc.nextNameserver, broker: doc.nextBroker }
  }
}

const after = (nodes: readonly { id: number }[]): number =>
  Math.max(0, ...nodes.map(({ id }) => id + 1))

/** The preset a spec is, whatever its name and ports. */
const presetOf = (spec: ClusterSpec, wanted: PresetName | undefined): PresetName | undefined => {
  if (wanted === undefined) return undefined
  const plain = presetSpec(wanted, { namesrv: 0, broker: 0, grpc: 0 })
  const bare: ClusterSpec = {
    name: plain.name,
    nameservers: spec.nameservers.map((node) => ({ ...node, port: 0 })),
    brokers: spec.brokers.map((node) => ({ ...node, port: 0 })),
    ...(spec.proxy && { proxy: { port: 0 } })
  }
  return isSameSpec(plain, bare) ? wanted : undefined
}

/** @throws ProblemError INVALID_SPEC for a node that would get the folder of one that was removed. */
const refuseUsedIds = (before: SavedCluster, spec: ClusterSpec): void => {
  const known = new Set([
    ...before.spec.nameservers.map(nodeKey.nameserver),
    ...before.spec.brokers.map(nodeKey.broker)
  ])
  const keys = [
    ...spec.nameservers.map(
      (node) => [nodeKey.nameserver(node), node.id, before.nextIds.nameserver] as const
    ),
    ...spec.brokers.map((node) => [nodeKey.broker(node), node.id, before.nextIds.broker] as const)
  ]
  for (const [node, id, next] of keys)
    if (!known.has(node) && id < next)
      throw invalidSpec({ code: 'NODE_ID_TAKEN', node, params: { id } })
}

export class SavedClusters {
  constructor(private readonly deps: Deps) {}

  /** By number. */
  list(): SavedCluster[] {
    return this.deps.clusters
      .all()
      .map(([, doc]) => savedOf(doc))
      .sort((a, b) => a.number - b.number)
  }

  /** @throws ProblemError CLUSTER_NOT_FOUND. */
  get(number: number): SavedCluster {
    const doc = this.deps.clusters.get(String(number))
    if (doc) return savedOf(doc)
    throw new ProblemError(
      'CLUSTER_NOT_FOUND',
      { number },
      `there is no saved cluster ${number}; it may have been deleted`
    )
  }

  /** The one that ran last, else the first there is. */
  lastRun(): SavedCluster | undefined {
    const all = this.list()
    const last = Number(this.deps.settings.get(LAST_RUN)?.value)
    return all.find(({ number }) => number === last) ?? all[0]
  }

  keepLastRun(number: number): Promise<void> {
    return this.deps.settings.putAll([[LAST_RUN, { value: String(number) }]])
  }

  /**
   * @param prepare makes its data under the number it gets; where it throws there is no such cluster.
   * @throws ProblemError INVALID_SPEC, CLUSTER_NAME_TAKEN or TOO_MANY_CLUSTERS.
   */
  async create(
    spec: ClusterSpec,
    preset?: PresetName,
    prepare?: (number: number) => Promise<void>
  ): Promise<SavedCluster> {
    refuseBadSpec(spec)
    this.refuseTakenName(spec.name)
    if (this.list().length >= MAX_SAVED_CLUSTERS)
      throw new ProblemError(
        'TOO_MANY_CLUSTERS',
        { limit: MAX_SAVED_CLUSTERS },
        `${MAX_SAVED_CLUSTERS} clusters are saved already; delete one first`
      )
    const number = this.nextNumber()
    // The number first: one that was given away is never given again, not even to a cluster after a crash in between.
    await this.deps.settings.putAll([[NEXT_NUMBER, { value: String(number + 1) }]])
    await prepare?.(number)
    return this.put({
      number,
      spec,
      preset: presetOf(spec, preset),
      nextIds: { nameserver: after(spec.nameservers), broker: after(spec.brokers) }
    })
  }

  /** @throws ProblemError CLUSTER_NOT_FOUND, INVALID_SPEC or CLUSTER_NAME_TAKEN. */
  async update(number: number, spec: ClusterSpec): Promise<SavedCluster> {
    const before = this.get(number)
    refuseBadSpec(spec)
    refuseUsedIds(before, spec)
    this.refuseTakenName(spec.name, number)
    const { nextIds } = before
    return this.put({
      number,
      spec,
      preset: presetOf(spec, before.preset),
      nextIds: {
        nameserver: Math.max(nextIds.nameserver, after(spec.nameservers)),
        broker: Math.max(nextIds.broker, after(spec.brokers))
      }
    })
  }

  /** As it was in a snapshot, but for its name; nodes may be of numbers that were used before. */
  async restore(number: number, spec: ClusterSpec): Promise<SavedCluster> {
    const before = this.get(number)
    const { nextIds } = before
    return this.put({
      number,
      spec: { ...spec, name: before.spec.name },
      preset: presetOf(spec, before.preset),
      nextIds: {
        nameserver: Math.max(nextIds.nameserver, after(spec.nameservers)),
        broker: Math.max(nextIds.broker, after(spec.brokers))
      }
    })
  }

  async remove(number: number): Promise<void> {
    await this.deps.clusters.remove(String(number))
  }

  /** `name`, or with a number behind it where that is taken. */
  freeName(name: string): string {
    return freeSpecName(
      name,
      this.list().map(({ spec }) => spec.name)
    )
  }

  private nextNumber(): number {
    const kept = Number(this.deps.settings.get(NEXT_NUMBER)?.value)
    const highest = this.list().at(-1)?.number ?? FIRST_CLUSTER - 1
    return Math.max(Number.isSafeInteger(kept) ? kept : 0, highest + 1)
  }

  private refuseTakenName(name: string, except?: number): void {
    if (this.list().some((saved) => saved.number !== except && saved.spec.name === name))
      throw new ProblemError(
        'CLUSTER_NAME_TAKEN',
        { name },
        `there is a saved cluster "${name}" already; choose another name`
      )
  }

  private async put(saved: SavedCluster): Promise<SavedCluster> {
    const doc = docOf(saved)
    await this.deps.clusters.put(String(saved.number), doc)
    return savedOf(doc)
  }
}
