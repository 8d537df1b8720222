/**
 * Puts other nodes in the place of a cluster's: made ready beside, then two renames. The first is the decision: before
 * it the old ones are there, after it a start goes on to the new ones.
 */
import { dirname, join } from 'node:path'
import type { Disk } from '../../base/disk'
import { filesBelow } from '../../base/filesBelow'

/** New nodes, not yet whole. */
export const restoringOf = (nodes: string): string => `${nodes}.restoring`
/** The old ones, to be removed. */
export const replacedOf = (nodes: string): string => `${nodes}.replaced`

/** Among the nodes that came from a snapshot: what is still to be told the installation. */
export const PARTS_FILE = 'restored'

export const partsFileOf = (nodes: string): string => join(nodes, PARTS_FILE)

/** File by file in the thread pool: large ones take long. */
export const removeGently = async (disk: Disk, folder: string): Promise<void> => {
  for (const path of filesBelow(disk, folder)) await disk.unlink(path)
  disk.removeTree(folder)
}

const renameDurably = async (disk: Disk, from: string, to: string): Promise<void> => {
  disk.rename(from, to)
  await disk.syncFolder(dirname(to))
}

/** Nobody may have a file of either open. @throws the disk's error; the next start finishes or drops it. */
export const swapNodes = async (disk: Disk, nodes: string): Promise<void> => {
  if (disk.exists(nodes)) await renameDurably(disk, nodes, replacedOf(nodes))
  await renameDurably(disk, restoringOf(nodes), nodes)
}

/** At a start: a swap that was cut short comes to its end, or never happened. @throws the disk's error. */
export const finishSwap = async (disk: Disk, nodes: string): Promise<void> => {
  const [restoring, replaced] = [restoringOf(nodes), replacedOf(nodes)]
  if (!disk.exists(nodes) && disk.exists(replaced))
    await renameDurably(disk, disk.exists(restoring) ? restoring : replaced, nodes)
  for (const folder of [restoring, replaced]) if (disk.exists(folder)) disk.removeTree(folder)
}
