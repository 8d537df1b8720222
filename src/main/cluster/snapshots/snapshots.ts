/** Saves the whole cluster that runs under a name, puts it back, and makes other clusters of it; one thing at a time. */
import { join } from 'node:path'
import type { ClusterSpec } from '../../../shared/clusterSpec'
import {
  MAX_SNAPSHOTS,
  type SnapshotJob,
  type SnapshotsView,
  type SnapshotView
} from '../../../shared/snapshotViews'
import type { CopyWatch } from '../../base/copyBytes'
import type { Disk } from '../../base/disk'
import type { RealTime } from '../../base/clock'
import { Emitter } from '../../base/emitter'
import type { Log } from '../../base/log'
import { planOf, type Clusters, type PlanDeps } from '../clusters'
import type { DataFolder } from '../dataFolder'
import type { NodeEntry } from '../nodeTable'
import { ProblemError } from '../problem'
import type { SavedClusters } from '../savedClusters'
import type { Supervisor } from '../supervisor'
import { BRANCHING, installParts, installSettings, readParts, type PartsDeps } from './clusterParts'
import { SnapshotCopies } from './copies'
import { problemOfDisk } from './diskProblem'
import { bytesOf, encodeParts, type Manifest } from './manifest'
import { SnapshotFolder, type FoundSnapshot } from './snapshotFolder'
import { partsFileOf, removeGently, replacedOf, restoringOf, swapNodes } from './swap'

export interface SnapshotsDeps {
  disk: Disk
  clock: RealTime
  log: Log
  folder: DataFolder
  /** Of Gantry. */
  version: string
  supervisor: Pick<Supervisor, 'plan' | 'nodes' | 'halt' | 'run'> & {
    clusterClock: Pick<Supervisor['clusterClock'], 'status'>
  }
  clusters: Pick<Clusters, 'alone'>
  savedClusters: PartsDeps['savedClusters'] & Pick<SavedClusters, 'create' | 'freeName'>
  meta: Pick<PartsDeps, 'properties' | 'configs' | 'clock'>
  ports: PlanDeps['ports']
}

/** Java has none: RocketMQ's operators copy folders of stopped brokers. */
export class Snapshots {
  /** Something in `view` changed. */
  readonly changed = new Emitter<void>()
  private readonly found: SnapshotFolder
  private readonly copies: SnapshotCopies
  private job: SnapshotJob | undefined

  constructor(private readonly deps: SnapshotsDeps) {
    this.found = new SnapshotFolder(deps.disk, deps.folder)
    this.copies = new SnapshotCopies({ ...deps, found: this.found })
    this.found.cleanUp()
  }

  view(): SnapshotsView {
    const { disk, folder } = this.deps
    return {
      snapshots: this.found.list().map((snapshot) => this.viewOf(snapshot)),
      ...(this.job && { job: { ...this.job } }),
      freeBytes: disk.space(folder.root).freeBytes
    }
  }

  /**
   * Each node at a point of its own, without stopping it. @throws ProblemError SNAPSHOT_NAME_TAKEN, TOO_MANY_SNAPSHOTS,
   * SNAPSHOT_NO_ROOM before anything is written, NODE_BUSY, CANCELLED, or of a node; nothing is left then.
   */
  create(name: string, note: string): Promise<number> {
    return this.alone({ kind: 'create', name, phase: 'copying' }, () => this.take(name, note))
  }

  /**
   * What came since the snapshot goes, also of nodes it does not know. Its cluster starts again where it ran; the
   * snapshot stays. @param keepAs name of a snapshot of the present state, taken first. @throws ProblemError.
   */
  async restore(number: number, keepAs?: string): Promise<void> {
    const manifest = this.found.whole(number)
    return this.alone({ kind: 'restore', name: manifest.name, phase: 'copying' }, async () => {
      this.deps.savedClusters.get(manifest.cluster)
      if (keepAs !== undefined) await this.takeOf(manifest.cluster, keepAs)
      await this.putBack(number, manifest)
    })
  }

  /** A new saved cluster that is as the snapshot; gives its number. @throws ProblemError, also of `SavedClusters.create`. */
  async branch(number: number, name: string): Promise<number> {
    const manifest = this.found.whole(number)
    return this.alone({ kind: 'branch', name: manifest.name, phase: 'copying' }, async () => {
      const { savedClusters, meta, disk, folder } = this.deps
      const spec: ClusterSpec = { ...manifest.spec, name }
      const copied: string[] = []
      try {
        const made = await savedClusters.create(spec, undefined, async (target) => {
          const { root, nodes } = folder.cluster(target)
          copied.push(root)
          disk.mkdirp(root)
          disk.replaceFile(join(root, BRANCHING), '')
          await this.copies.nodes(number, manifest, nodes, this.watch())
          await swapNodes(disk, nodes)
          await installSettings(meta, target, manifest)
        })
        copied.length = 0
        this.forget(join(folder.cluster(made.number).root, BRANCHING))
        return made.number
      } catch (error) {
        for (const root of copied) await removeGently(disk, root)
        throw error
      }
    })
  }

  /** @throws ProblemError SNAPSHOT_NOT_FOUND, SNAPSHOT_DAMAGED, SNAPSHOT_NAME_TAKEN. */
  async rename(number: number, name: string, note: string): Promise<void> {
    this.refuseWhileBusy()
    this.refuseTakenName(name, number)
    await this.found.rename(number, name, note)
    this.changed.emit()
  }

  /** Damaged ones too. @throws ProblemError SNAPSHOT_NOT_FOUND. */
  async remove(number: number): Promise<void> {
    this.refuseWhileBusy()
    await this.found.remove(number)
    this.changed.emit()
  }

  /** What is under way is given up as long as nothing was stopped for it. */
  cancel(): void {
    if (!this.job || this.job.phase !== 'copying') return
    this.job.isCancelling = true
    this.changed.emit()
  }

  private take(name: string, note: string): Promise<number> {
    const { supervisor } = this.deps
    return this.takeOf(supervisor.plan.number, name, note)
  }

  private async takeOf(cluster: number, name: string, note = ''): Promise<number> {
    const { supervisor, version, clock, meta } = this.deps
    this.refuseTakenName(name)
    if (this.found.list().length >= MAX_SNAPSHOTS)
      throw new ProblemError(
        'TOO_MANY_SNAPSHOTS',
        { limit: MAX_SNAPSHOTS },
        `there are ${MAX_SNAPSHOTS} snapshots already; delete one first`
      )
    const isRunning = cluster === supervisor.plan.number
    const nodes: readonly NodeEntry[] = isRunning ? supervisor.nodes : []
    const aheadMs = isRunning ? supervisor.clusterClock.status().aheadMs : this.aheadOf(cluster)
    const parts = readParts({ ...this.deps, ...meta }, cluster, Math.max(0, Math.round(aheadMs)))
    this.expect(await this.copies.sizeOf(cluster, parts.spec))
    const { number, partial, nodeOf } = this.found.begin()
    try {
      const copied = await this.copies.take(cluster, parts.spec, nodes, nodeOf, this.watch())
      const at = clock.wall()
      this.check()
      await this.found.finish(number, { ...parts, name, note, at, gantry: version, cluster, nodes: copied }) // prettier-ignore
      return number
    } catch (error) {
      await this.found.giveUp(partial)
      throw error
    }
  }

  private aheadOf(cluster: number): number {
    return planOf(this.deps.savedClusters.get(cluster), this.planDeps).clockMemory?.aheadMs ?? 0
  }

  private async putBack(number: number, manifest: Manifest): Promise<void> {
    const { disk, folder, supervisor, savedClusters, log } = this.deps
    const { cluster } = manifest
    const { nodes } = folder.cluster(cluster)
    const partsDeps = { ...this.deps, ...this.deps.meta }
    if (disk.exists(restoringOf(nodes))) await removeGently(disk, restoringOf(nodes))
    try {
      this.expect(this.copies.sizeOfSnapshot(manifest))
      await this.copies.nodes(number, manifest, nodes, this.watch())
      disk.replaceFile(partsFileOf(restoringOf(nodes)), encodeParts(manifest))
      this.check()
    } catch (error) {
      if (disk.exists(restoringOf(nodes))) await removeGently(disk, restoringOf(nodes))
      throw error
    }
    const isRunning = cluster === supervisor.plan.number
    this.enter('stopping')
    if (isRunning) await supervisor.halt()
    try {
      await swapNodes(disk, nodes)
      await installParts(partsDeps, cluster, manifest)
    } finally {
      // Also where that failed: the cluster goes on with whichever nodes lie there.
      this.enter('starting')
      if (isRunning) await supervisor.run(planOf(savedClusters.get(cluster), this.planDeps))
    }
    // The clock that was replaced has kept what it showed last.
    await installSettings(partsDeps, cluster, manifest)
    this.forget(partsFileOf(nodes))
    removeGently(disk, replacedOf(nodes)).catch((error: unknown) =>
      log.warn(`${replacedOf(nodes)} could not be removed; the next start does`, error)
    )
  }

  private get planDeps(): PlanDeps {
    const { folder, ports, meta } = this.deps
    return { folder, ports, clock: meta.clock }
  }

  private viewOf({ number, manifest }: FoundSnapshot): SnapshotView {
    const { savedClusters, supervisor } = this.deps
    if (typeof manifest === 'string')
      return {
        ...{ number, state: manifest, name: '', note: '', at: 0, aheadMs: 0 },
        cluster: { number: 0, name: '', isThere: false, isRunning: false },
        ...{ nameservers: 0, brokers: 0, bytes: 0, ownBytes: 0 }
      }
    const { name, note, at, aheadMs, cluster, spec } = manifest
    const present = savedClusters.list().find((saved) => saved.number === cluster)
    return {
      ...{ number, state: 'whole', name, note, at, aheadMs },
      cluster: {
        number: cluster,
        name: present?.spec.name ?? spec.name,
        isThere: present !== undefined,
        isRunning: cluster === supervisor.plan.number
      },
      nameservers: spec.nameservers.length,
      brokers: spec.brokers.length,
      bytes: bytesOf(manifest),
      ownBytes: this.copies.ownBytes(manifest)
    }
  }

  /** What only a start looks at; the next one removes it as well. */
  private forget(path: string): void {
    try {
      this.deps.disk.remove(path)
    } catch (error) {
      this.deps.log.warn(`${path} could not be removed; the next start does`, error)
    }
  }

  private refuseTakenName(name: string, except?: number): void {
    const taken = this.found
      .list()
      .some(({ number, manifest }) => number !== except && typeof manifest !== 'string' && manifest.name === name) // prettier-ignore
    if (taken)
      throw new ProblemError(
        'SNAPSHOT_NAME_TAKEN',
        { name },
        `there is a snapshot "${name}" already; choose another name`
      )
  }

  private refuseWhileBusy(): void {
    if (this.job)
      throw new ProblemError(
        'SNAPSHOT_BUSY',
        { name: this.job.name },
        `the snapshot "${this.job.name}" is being worked on; wait until that is done`
      )
  }

  private async alone<T>(
    job: Pick<SnapshotJob, 'kind' | 'name' | 'phase'>,
    work: () => Promise<T>
  ): Promise<T> {
    this.refuseWhileBusy()
    this.job = { ...job, doneBytes: 0, totalBytes: 0, isCancelling: false }
    this.changed.emit()
    try {
      return await this.deps.clusters.alone(work)
    } catch (error) {
      const problem = problemOfDisk(error)
      if (problem) throw new ProblemError(problem.code, problem.params ?? {}, problem.message, { cause: error }) // prettier-ignore
      throw error
    } finally {
      this.job = undefined
      this.changed.emit()
    }
  }

  private watch(): CopyWatch {
    return {
      onBytes: (bytes) => {
        if (!this.job) return
        this.job.doneBytes += bytes
        this.changed.emit()
      },
      check: () => this.check()
    }
  }

  private check(): void {
    if (this.job?.isCancelling)
      throw new ProblemError('CANCELLED', {}, 'it was cancelled; nothing was changed')
  }

  private expect(totalBytes: number): void {
    if (this.job) Object.assign(this.job, { totalBytes, doneBytes: 0 })
    this.changed.emit()
  }

  private enter(phase: SnapshotJob['phase']): void {
    if (this.job) this.job.phase = phase
    this.changed.emit()
  }
}
