import { join } from 'node:path'
import type { Disk } from './disk'

/** Names of a folder; undefined where the path is a file. */
export const namesIn = (disk: Pick<Disk, 'list'>, path: string): string[] | undefined => {
  try {
    return disk.list(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined
    throw error
  }
}

/** Every file below a folder; none where there is no folder. */
export const filesBelow = (disk: Pick<Disk, 'list'>, folder: string): string[] =>
  disk.list(folder).flatMap((name) => {
    const path = join(folder, name)
    return namesIn(disk, path) === undefined ? [path] : filesBelow(disk, path)
  })
