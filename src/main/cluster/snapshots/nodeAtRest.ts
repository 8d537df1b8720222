/** The folder of a node that does not run: of a stopped one, or in a snapshot. */
import { dirname, join, relative } from 'node:path'
import type { CopyWatch } from '../../base/copyBytes'
import type { Disk } from '../../base/disk'
import { filesBelow, namesIn } from '../../base/filesBelow'
import { endOfTurn } from '../../base/turn'
import { isBackupOf } from '../../store/storeBackup'
import {
  segmentsAtRest,
  sizeOfCopy,
  StoreCut,
  type CopiedFile,
  type CopiedStore
} from '../../store/storeSnapshot'

const STORE = 'store'

/** A backup of an older format, whole or half, is of the live store only. */
const isOfLiveOnly = (name: string): boolean =>
  isBackupOf(STORE, name.replace(/\.partial$/, '')) || name.endsWith('.tmp')

const otherFiles = (disk: Disk, folder: string): string[] =>
  disk
    .list(folder)
    .filter((name) => name !== STORE && !isOfLiveOnly(name))
    .flatMap((name) => {
      const path = join(folder, name)
      return namesIn(disk, path) === undefined ? [path] : filesBelow(disk, path)
    })

const sync = async (disk: Disk, path: string): Promise<void> => {
  const file = disk.open(path, 'r+')
  try {
    await file.datasync()
  } finally {
    file.close()
  }
}

/** What a copy of a node's folder takes, in bytes: where hard links can be made, and besides where not. */
export const sizeOfNode = async (
  disk: Disk,
  folder: string
): Promise<{ linked: number; copied: number }> => {
  const size = await sizeOfCopy(disk, join(folder, STORE))
  for (const path of otherFiles(disk, folder)) size.copied += disk.size(path) ?? 0
  return size
}

/** @param target a folder that is not there, on the same disk. @throws the disk's error, or what `watch.check` throws. */
export const copyNodeAtRest = async (
  disk: Disk,
  folder: string,
  target: string,
  watch: CopyWatch
): Promise<CopiedStore> => {
  disk.mkdirp(target)
  const store = join(folder, STORE)
  const copied: CopiedStore = disk.exists(store)
    ? await new StoreCut(disk, store, join(target, STORE), segmentsAtRest(disk, store)).write(watch)
    : { files: [], derivedBytes: 0 }
  const files = copied.files.map((file): CopiedFile => ({ ...file, path: `${STORE}/${file.path}` }))
  for (const path of otherFiles(disk, folder)) {
    watch.check()
    const place = join(target, relative(folder, path))
    disk.mkdirp(dirname(place))
    disk.copy(path, place)
    await sync(disk, place)
    const bytes = disk.size(place) ?? 0
    watch.onBytes(bytes)
    files.push({ path: relative(folder, path).replaceAll('\\', '/'), bytes, isLinked: false })
    await new Promise<void>((resolve) => endOfTurn(resolve))
  }
  for (const place of new Set(files.map(({ path }) => dirname(join(target, path)))))
    await disk.syncFolder(place)
  return { files, derivedBytes: copied.derivedBytes }
}
