/** A node's half of snapshots: takes them, tells how far it is, gives them up on request. */
import type { FromNode, SnapshotStep, ToNode } from '../control'
import { ProblemError, problemOf } from '../problem'
import { problemOfDisk } from '../snapshots/diskProblem'
import type { RunningNode } from './nodeEntry'

/** Progress is told each time so many more bytes are copied. */
const TELL_EVERY_BYTES = 4 * 1024 * 1024

export const nodeSnapshots = (post: (message: FromNode) => void) => {
  const cancelled = new Set<number>()

  const take = async (
    { id, target }: Pick<ToNode & { kind: 'snapshot' }, 'id' | 'target'>,
    running: Promise<RunningNode> | undefined
  ): Promise<void> => {
    const tell = (step: SnapshotStep): void => post({ kind: 'snapshot', id, step })
    let bytes = 0
    let told = 0
    try {
      const node = await running
      if (!node?.snapshot)
        throw new ProblemError(
          'NODE_NOT_RUNNING',
          {},
          'the node does not run; it is copied at rest'
        )
      const copied = await node.snapshot(target, {
        onBytes: (more) => {
          bytes += more
          if (bytes - told < TELL_EVERY_BYTES) return
          told = bytes
          tell({ kind: 'copied', bytes })
        },
        check: () => {
          if (cancelled.has(id)) throw new ProblemError('CANCELLED', {}, 'it was cancelled')
        }
      })
      tell({ kind: 'done', copied })
    } catch (error) {
      tell({ kind: 'failed', problem: problemOfDisk(error) ?? problemOf(error) })
    } finally {
      cancelled.delete(id)
    }
  }
  return { take, cancel: (id: number): void => void cancelled.add(id) }
}
