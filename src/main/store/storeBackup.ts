/**
 * Before a store of an older format goes on in this one, it is backed up whole beside itself: what never changes again
 * by hard links, the rest by copies. The backup goes with the first clean shutdown after a start that succeeded.
 */
import { basename, dirname, join, relative } from 'node:path'
import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'
import { filesBelow } from '../base/filesBelow'
import type { Log } from '../base/log'
import { endOfTurn } from '../base/turn'
import { SEGMENT_HEADER_BYTES } from './segmentFile'
import { offsetFiles, segmentFormat } from './storeFormat'

export interface BackupDeps {
  disk: Disk
  clock: Pick<Clock, 'now'>
  log: Log
  /** The store's, absolute. */
  folder: string
}

/** Bytes that must stay free beside the copies. */
const RESERVE_BYTES = 16 * 1024 * 1024
/** Files copied before the event loop gets its turn. */
const COPY_SLICE = 64
/** Behind the name of a backup that is being made or removed. */
const PARTIAL = '.partial'

/** A store's backups lie beside it: `store.v1.bak-20261122T151500Z`. */
export const isBackupOf = (store: string, name: string): boolean =>
  name.startsWith(`${store}.v`) &&
  /^\d+\.bak-\d{8}T\d{6}Z(-\d+)?$/.test(name.slice(store.length + 2))

/** Whole backups of the store, oldest first. */
export const findBackups = (disk: Disk, folder: string): string[] =>
  disk
    .list(dirname(folder))
    .filter((name) => isBackupOf(basename(folder), name))
    .map((name) => join(dirname(folder), name))

/** Does the backup hold all the log holds? Then a migration that was interrupted made it, and nothing came since. */
const isCurrent = (disk: Disk, folder: string, backup: string): boolean =>
  offsetFiles(disk, join(folder, 'commitlog')).every(({ path }) => {
    const bytes = disk.size(path) ?? 0
    // A segment that was just being made holds nothing.
    return (
      bytes < SEGMENT_HEADER_BYTES ||
      (disk.size(join(backup, relative(folder, path))) ?? 0) >= bytes
    )
  })

/** Segments that are never written to again: all but the last, and but those whose header will be put right. */
const sealedSegments = (disk: Disk, folder: string): string[] =>
  offsetFiles(disk, join(folder, 'commitlog'))
    .slice(0, -1)
    .filter(({ path, offset }) => typeof segmentFormat(disk, path, offset) === 'number')
    .map(({ path }) => path)

/** Gives the backup's folder. @throws Error in one sentence when there is no room for it; nothing was changed then. */
export const backUpStore = async (deps: BackupDeps, version: number): Promise<string> => {
  const { disk, clock, log, folder } = deps
  const earlier = findBackups(disk, folder).find((backup) => isCurrent(disk, folder, backup))
  if (earlier !== undefined) {
    log.info(`${earlier} was made by a start that was interrupted and still fits`)
    return earlier
  }
  removePartial(disk, folder)
  const stamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '')
  const plain = `${folder}.v${version}.bak-${stamp}`
  let target = plain
  for (let count = 2; disk.exists(target); count++) target = `${plain}-${count}`
  const partial = `${target}${PARTIAL}`
  try {
    await copyStore(deps, partial)
  } catch (error) {
    disk.removeTree(partial)
    throw new Error(
      `the store is of format ${version} and could not be backed up before it goes on in a newer one: ${(error as Error).message}`,
      { cause: error }
    )
  }
  disk.rename(partial, target)
  await disk.syncFolder(dirname(folder))
  log.info(`${folder} is of format ${version} and was backed up to ${target}`)
  return target
}

const copyStore = async ({ disk, folder }: BackupDeps, target: string): Promise<void> => {
  const all = filesBelow(disk, folder)
  for (const path of new Set(all.map(dirname))) disk.mkdirp(join(target, relative(folder, path)))
  const placeOf = (path: string): string => join(target, relative(folder, path))
  const linked = new Set<string>()
  for (const path of sealedSegments(disk, folder)) {
    try {
      disk.link(path, placeOf(path))
      linked.add(path)
    } catch {
      // A file system without hard links: they are copied like the rest.
      break
    }
  }
  const copied = all.filter((path) => !linked.has(path))
  const bytes = copied.reduce((sum, path) => sum + (disk.size(path) ?? 0), 0)
  const { freeBytes } = disk.space(folder)
  if (freeBytes < bytes + RESERVE_BYTES)
    throw new Error(
      `${bytes} bytes and ${RESERVE_BYTES} to spare are needed on the disk, ${freeBytes} are free; make room and start again`
    )
  for (const [i, path] of copied.entries()) {
    disk.copy(path, placeOf(path))
    // The rest is derived from the log: a copy that a power cut takes is made anew.
    if (dirname(path) === join(folder, 'commitlog')) await sync(disk, placeOf(path))
    if ((i + 1) % COPY_SLICE === 0) await new Promise<void>((resolve) => endOfTurn(resolve))
  }
}

const sync = async (disk: Disk, path: string): Promise<void> => {
  const file = disk.open(path, 'r+')
  try {
    await file.datasync()
  } finally {
    file.close()
  }
}

const removePartial = (disk: Disk, folder: string): void => {
  for (const name of disk.list(dirname(folder)))
    if (name.endsWith(PARTIAL) && isBackupOf(basename(folder), name.slice(0, -PARTIAL.length)))
      disk.removeTree(join(dirname(folder), name))
}

/** Removes `backups` of the store and gives those that are gone. Never throws: what is left is tried again at the next clean shutdown. */
export const removeBackups = (
  { disk, log, folder }: Omit<BackupDeps, 'clock'>,
  backups: readonly string[]
): string[] => {
  const gone: string[] = []
  try {
    for (const backup of backups) {
      // Half a backup must not look like a whole one.
      disk.rename(backup, `${backup}${PARTIAL}`)
      log.info(`${backup} is removed: the store was opened, used and closed in the newer format`)
      gone.push(backup)
    }
    removePartial(disk, folder)
  } catch (error) {
    log.warn(
      'a backup of the store could not be removed; the next clean shutdown tries again',
      error
    )
  }
  return gone
}
