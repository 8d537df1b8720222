import type { FaultyDisk } from '../../base/faultyDisk'
import type { FaultyLines } from '../../base/faultyLines'
import type { NodeFaults } from '../control'

interface Deps {
  disk: Pick<FaultyDisk, 'set'>
  lines: Pick<FaultyLines, 'set'>
}

/** Where a node's faults are played. */
export const nodeFaults =
  ({ disk, lines }: Deps) =>
  (faults: NodeFaults): void => {
    disk.set(faults.disk)
    lines.set(faults.lines)
  }
