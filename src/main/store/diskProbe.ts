import { join } from 'node:path'
import type { Disk } from '../base/disk'

const BLOCK = Buffer.alloc(64 * 1024)

/** More than a page of anything the store writes, so that sending does not resume only to fail again. */
const PROBE_BLOCKS = 16

/** Does the disk take a real file of 1 MiB? It is removed again. */
export const hasRoom = (disk: Disk, folder: string): boolean => {
  const path = join(folder, 'probe')
  try {
    const file = disk.open(path, 'w+')
    try {
      for (let i = 0; i < PROBE_BLOCKS; i++) file.writev([BLOCK], i * BLOCK.length)
    } finally {
      file.close()
    }
    return true
  } catch {
    return false
  } finally {
    try {
      disk.remove(path)
    } catch {
      // A disk that does not let go of it either is asked again.
    }
  }
}
