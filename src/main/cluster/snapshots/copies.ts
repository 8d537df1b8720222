/** The copying that snapshots are made of: nodes into a snapshot, and a snapshot's nodes into a cluster. */
import { join } from 'node:path'
import { nodeKey, type ClusterSpec } from '../../../shared/clusterSpec'
import type { RealTime } from '../../base/clock'
import type { CopyWatch } from '../../base/copyBytes'
import type { Disk } from '../../base/disk'
import type { DataFolder } from '../dataFolder'
import { keyOfEntry, type NodeEntry } from '../nodeTable'
import { ProblemError } from '../problem'
import { bytesOf, type Manifest, type NodeInSnapshot } from './manifest'
import { copyNodeAtRest, sizeOfNode } from './nodeAtRest'
import { snapshotRunningNode } from './runningNode'
import type { SnapshotFolder } from './snapshotFolder'
import { restoringOf } from './swap'

/** Bytes that must stay free on the disk beside the copies. */
export const RESERVE_BYTES = 64 * 1024 * 1024

interface Deps {
  disk: Disk
  clock: RealTime
  folder: DataFolder
  found: SnapshotFolder
}

/** Folders of a cluster's nodes by their key. */
const foldersOf = (spec: ClusterSpec, nodes: string): (readonly [key: string, folder: string])[] =>
  [...spec.nameservers.map(nodeKey.nameserver), ...spec.brokers.map(nodeKey.broker)].map(
    (key) => [key, join(nodes, key)] as const
  )

export class SnapshotCopies {
  constructor(private readonly deps: Deps) {}

  /** Bytes a snapshot of the cluster will have. @throws ProblemError SNAPSHOT_NO_ROOM. */
  async sizeOf(cluster: number, spec: ClusterSpec): Promise<number> {
    const { disk, folder, found } = this.deps
    let linked = 0
    let copied = 0
    for (const [, path] of foldersOf(spec, folder.cluster(cluster).nodes)) {
      const size = await sizeOfNode(disk, path)
      linked += size.linked
      copied += size.copied
    }
    this.refuseWithoutRoom(copied + (found.canLink() ? 0 : linked))
    return linked + copied
  }

  /** @throws ProblemError SNAPSHOT_NO_ROOM. */
  sizeOfSnapshot(manifest: Manifest): number {
    const canLink = this.deps.found.canLink()
    let needed = 0
    for (const { files, derivedBytes } of manifest.nodes) {
      needed += derivedBytes
      for (const { bytes, isLinked } of files) if (!isLinked || !canLink) needed += bytes
    }
    this.refuseWithoutRoom(needed)
    return bytesOf(manifest)
  }

  /** Nodes that run write themselves; the others are copied as they lie there. */
  async take(
    cluster: number,
    spec: ClusterSpec,
    entries: readonly NodeEntry[],
    nodeOf: (key: string) => string,
    watch: CopyWatch
  ): Promise<NodeInSnapshot[]> {
    const { disk, clock, folder } = this.deps
    const folders = foldersOf(spec, folder.cluster(cluster).nodes)
    const take = async ([key, path]: (typeof folders)[number]): Promise<NodeInSnapshot> => {
      const node = entries.find((entry) => keyOfEntry(entry) === key)?.node
      if (node?.state === 'starting' || node?.state === 'stopping')
        throw new ProblemError('NODE_BUSY', { id: node.id }, `${node.id} is ${node.state}`)
      const copied =
        node?.state === 'running'
          ? await snapshotRunningNode(node, nodeOf(key), clock, watch)
          : await copyNodeAtRest(disk, path, nodeOf(key), watch)
      return { key, ...copied }
    }
    // All at once, so that their points lie close together; whoever removes half a snapshot waits for the last of them.
    const results = await Promise.allSettled(folders.map(take))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  }

  /** Beside the nodes of a cluster, for `swapNodes`. @throws ProblemError SNAPSHOT_DAMAGED, before anything is written. */
  async nodes(number: number, manifest: Manifest, nodes: string, watch: CopyWatch): Promise<void> {
    const { disk, found } = this.deps
    found.check(number, manifest)
    const restoring = restoringOf(nodes)
    disk.mkdirp(restoring)
    for (const { key } of manifest.nodes) {
      watch.check()
      await copyNodeAtRest(disk, found.nodeOf(number, key), join(restoring, key), watch)
    }
    await disk.syncFolder(restoring)
  }

  /** Room a snapshot takes by itself: what is copied, and what is linked to files its cluster has no more. */
  ownBytes({ cluster, nodes }: Manifest): number {
    const { disk, folder } = this.deps
    const live = folder.cluster(cluster).nodes
    let own = 0
    for (const { key, files, derivedBytes } of nodes) {
      own += derivedBytes
      for (const { path, bytes, isLinked } of files)
        if (!isLinked || disk.size(join(live, key, path)) !== bytes) own += bytes
    }
    return own
  }

  private refuseWithoutRoom(bytes: number): void {
    const { disk, folder } = this.deps
    const needed = bytes + RESERVE_BYTES
    const free = disk.space(folder.root).freeBytes
    if (free >= needed) return
    throw new ProblemError(
      'SNAPSHOT_NO_ROOM',
      { needed, free, path: folder.root },
      `${needed} bytes are needed on the disk, ${free} are free; make room and try again, nothing was written`
    )
  }
}
