/** The saved clusters and the one that runs: makes, changes, deletes and runs them, one thing at a time. */
import { withPorts, type FirstPorts, type PresetName } from '../../shared/clusterPresets'
import { brokerNodeId, nodeKey, type ClusterSpec } from '../../shared/clusterSpec'
import type { Disk } from '../base/disk'
import { Emitter } from '../base/emitter'
import type { Collection } from '../meta/collection'
import type { ClockDoc } from '../meta/installationMeta'
import { clockKey, clockMemory } from './clockMemory'
import type { DataFolder } from './dataFolder'
import { ProblemError } from './problem'
import type { SavedCluster, SavedClusters } from './savedClusters'
import type { Renames, SavedProperties } from './savedProperties'
import type { ClusterPlan, Supervisor } from './supervisor'

interface Deps {
  saved: SavedClusters
  properties: Pick<SavedProperties, 'rename'>
  namesrvProperties: Pick<SavedProperties, 'rename'>
  proxyProperties: Pick<SavedProperties, 'rename'>
  clock: Pick<Collection<ClockDoc>, 'get' | 'put' | 'removeAll'>
  supervisor: Pick<Supervisor, 'plan' | 'run' | 'apply'>
  folder: DataFolder
  disk: Pick<Disk, 'exists' | 'removeTree'>
  /** `--namesrv`, `--broker` and `--grpc`: decide the ports of this run. */
  ports: Partial<FirstPorts>
}

export type PlanDeps = Pick<Deps, 'folder' | 'ports'> & {
  clock: Pick<Collection<ClockDoc>, 'get' | 'put'>
}

/** How a saved cluster is run here and now. */
export const planOf = (
  { number, spec }: SavedCluster,
  { clock, folder, ports }: PlanDeps
): ClusterPlan => ({
  number,
  spec: withPorts(spec, ports),
  folder: folder.cluster(number),
  clockMemory: clockMemory(clock, number)
})

export class Clusters {
  /** One was made, changed, deleted or run. */
  readonly changed = new Emitter<void>()
  private busy = false

  constructor(private readonly deps: Deps) {}

  list(): SavedCluster[] {
    return this.deps.saved.list()
  }

  /** Number of the one that runs. */
  get running(): number {
    return this.deps.supervisor.plan.number
  }

  get portFlags(): Record<keyof FirstPorts, boolean> {
    const { namesrv, broker, grpc } = this.deps.ports
    return {
      namesrv: namesrv !== undefined,
      broker: broker !== undefined,
      grpc: grpc !== undefined
    }
  }

  get isChanging(): boolean {
    return this.busy
  }

  /** @throws ProblemError as `SavedClusters.create`, or CLUSTER_BUSY. */
  create(spec: ClusterSpec, preset: PresetName | undefined): Promise<SavedCluster> {
    return this.alone(() => this.deps.saved.create(spec, preset))
  }

  /**
   * Where it runs, its nodes follow: see `Supervisor.apply`. Data of removed brokers stays unless they are in `erase`
   * by folder number. @throws ProblemError as `SavedClusters.update`, CLUSTER_BUSY, or why a node did not start: it is
   * saved then all the same.
   */
  save(number: number, spec: ClusterSpec, erase: readonly number[]): Promise<SavedCluster> {
    return this.alone(async () => {
      const { saved, supervisor, folder, ports } = this.deps
      const before = saved.get(number)
      const after = await saved.update(number, spec)
      const gone = before.spec.brokers.filter(
        (old) => !spec.brokers.some(({ id }) => id === old.id)
      )
      const erased = gone.filter(({ id }) => erase.includes(id))
      try {
        await this.rename(number, before.spec, spec)
        if (number === this.running) await supervisor.apply(withPorts(after.spec, ports))
      } finally {
        for (const { id } of erased) this.erase(folder.cluster(number).broker(id))
      }
      return after
    })
  }

  /** With its data. @throws ProblemError CLUSTER_NOT_FOUND, CLUSTER_IS_RUNNING or CLUSTER_BUSY. */
  remove(number: number): Promise<void> {
    return this.alone(async () => {
      const { saved, clock, folder } = this.deps
      const { spec } = saved.get(number)
      const { name } = spec
      if (number === this.running)
        throw new ProblemError(
          'CLUSTER_IS_RUNNING',
          { name },
          `${name} is running; run another cluster first`
        )
      // What says that it is there goes last: a crash in between leaves a cluster without data, never data without one.
      this.erase(folder.cluster(number).root)
      await this.rename(number, spec, { name, nameservers: [], brokers: [] })
      await clock.removeAll([clockKey(number)])
      await saved.remove(number)
    })
  }

  /** In the place of the one that runs. @throws ProblemError CLUSTER_NOT_FOUND, CLUSTER_BUSY, or why a node did not start. */
  run(number: number): Promise<void> {
    return this.alone(async () => {
      const { saved, supervisor } = this.deps
      const plan = planOf(saved.get(number), this.deps)
      if (number === this.running) return
      await saved.keepLastRun(number)
      await supervisor.run(plan)
    })
  }

  /** Properties and their history go along with their nodes. */
  private async rename(number: number, before: ClusterSpec, after: ClusterSpec): Promise<void> {
    const { properties, namesrvProperties, proxyProperties } = this.deps
    const kept = new Set(after.nameservers.map(({ id }) => id))
    const gone = before.nameservers.filter(({ id }) => !kept.has(id))
    await properties.rename(number, renamed(before, after))
    await namesrvProperties.rename(number, gone.map(({ id }) => [String(id), undefined] as const)) // prettier-ignore
    if (before.proxy && !after.proxy) await proxyProperties.rename(number, [[nodeKey.proxy, undefined]]) // prettier-ignore
  }

  private erase(folder: string): void {
    const { disk } = this.deps
    if (disk.exists(folder)) disk.removeTree(folder)
  }

  /** Nothing else is made, changed or run meanwhile. @throws ProblemError CLUSTER_BUSY. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.busy)
      throw new ProblemError(
        'CLUSTER_BUSY',
        {},
        'clusters are being changed; wait until that is done'
      )
    this.busy = true
    this.changed.emit()
    try {
      return await work()
    } finally {
      this.busy = false
      this.changed.emit()
    }
  }
}

/** What brokers were called and are now; undefined for those that are gone. */
const renamed = (before: ClusterSpec, after: ClusterSpec): Renames =>
  before.brokers.flatMap((old) => {
    const next = after.brokers.find(({ id }) => id === old.id)
    const [from, to] = [brokerNodeId(old), next && brokerNodeId(next)]
    return from === to ? [] : [[from, to] as const]
  })
