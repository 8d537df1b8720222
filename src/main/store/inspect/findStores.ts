import { basename, join } from 'node:path'
import type { Disk } from '../../base/disk'

export interface FoundStore {
  folder: string
  /** Whose lock says whether a process works on it; undefined when the store lies elsewhere. */
  dataFolder: string | undefined
}

const namesOf = (disk: Disk, folder: string): string[] => {
  try {
    return disk.list(folder)
  } catch (error) {
    // A file is no folder of stores.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return []
    throw error
  }
}

const isBrokerName = (name: string): boolean => name.startsWith('broker-')

/** The stores of a data folder, of a broker's folder, or the one the folder is; none where it is neither. */
export const findStores = (disk: Disk, folder: string): FoundStore[] => {
  const names = new Set(namesOf(disk, folder))
  const dataFolder = dataFolderAbove(join(folder, '..'))
  const isEmptyStore = basename(folder) === 'store' && dataFolder !== undefined
  if (['commitlog', 'consumequeue', 'checkpoint'].some((name) => names.has(name)) || isEmptyStore)
    return [{ folder, dataFolder }]
  if (names.has('store') || (names.has('meta') && isBrokerName(basename(folder))))
    return [{ folder: join(folder, 'store'), dataFolder: dataFolderAbove(folder) }]
  return namesOf(disk, join(folder, 'nodes'))
    .filter(isBrokerName)
    .map((name) => ({ folder: join(folder, 'nodes', name, 'store'), dataFolder: folder }))
}

const dataFolderAbove = (broker: string): string | undefined =>
  basename(join(broker, '..')) === 'nodes' ? join(broker, '..', '..') : undefined
