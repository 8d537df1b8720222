/** Which format a store's folder is of, judged before a byte of it is changed. */
import { join } from 'node:path'
import type { Disk } from '../base/disk'
import { decodeCheckpoint } from './checkpoint'
import { INDEX_FORMAT_VERSION, INDEX_HEADER_BYTES, indexFormatVersion } from './indexTable'
import {
  judgeSegmentHeader,
  LOG_FORMAT_VERSION,
  parseOffsetName,
  SEGMENT_HEADER_BYTES
} from './segmentFile'

const refuseNewer = (path: string, version: number, known: number): void => {
  if (version > known)
    throw new Error(
      `${path} has format ${version}, this version knows ${known}; use a newer Gantry`
    )
}

/** A folder where a file belongs, or a file where a folder does, holds nothing of ours; recovery sees to it. */
const unlessForeign = <T>(read: () => T, otherwise: T): T => {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EISDIR' || code === 'ENOTDIR') return otherwise
    throw error
  }
}

/** The first bytes of a file, fewer where it is shorter. */
const headOf = (disk: Disk, path: string, bytes: number): Buffer =>
  unlessForeign(() => {
    const file = disk.open(path, 'r')
    try {
      const head = Buffer.alloc(bytes)
      return head.subarray(0, file.read(head, 0, bytes, 0))
    } finally {
      file.close()
    }
  }, Buffer.alloc(0))

/** What the header of the segment file at `path` says; 'short' when the file ends before the header does. */
export const segmentFormat = (
  disk: Disk,
  path: string,
  base: number
): number | 'damaged' | 'short' => {
  const head = headOf(disk, path, SEGMENT_HEADER_BYTES)
  const version = judgeSegmentHeader(head, base)
  return version === 'damaged' && head.length < SEGMENT_HEADER_BYTES ? 'short' : version
}

/** Files of a folder whose names are offsets. */
export const offsetFiles = (disk: Disk, folder: string): { path: string; offset: number }[] =>
  unlessForeign(() => disk.list(folder), []).flatMap((name) => {
    const offset = parseOffsetName(name)
    return offset === undefined ? [] : [{ path: join(folder, name), offset }]
  })

const indexFiles = (disk: Disk, folder: string): { path: string }[] =>
  offsetFiles(disk, join(folder, 'index'))

const indexFormatOf = (disk: Disk, path: string): number | undefined =>
  indexFormatVersion(headOf(disk, path, INDEX_HEADER_BYTES))

/** Format versions of the key index's files, each once. */
export const indexFormatsOf = (disk: Disk, folder: string): number[] =>
  [
    ...new Set(indexFiles(disk, folder).flatMap(({ path }) => indexFormatOf(disk, path) ?? []))
  ].sort()

/**
 * The store's format version: the newest that a segment or the checkpoint says; ours for a store without a message.
 * @throws Error in one sentence when any file is of a newer version.
 */
export const judgeStoreFormat = (disk: Disk, folder: string): number => {
  const checkpointPath = join(folder, 'checkpoint')
  const checkpoint = disk.exists(checkpointPath)
    ? unlessForeign(() => decodeCheckpoint(disk.readFile(checkpointPath)), 'damaged')
    : 'damaged'
  for (const { path } of indexFiles(disk, folder))
    refuseNewer(path, indexFormatOf(disk, path) ?? 0, INDEX_FORMAT_VERSION)
  // A segment with a damaged header may be of any version; one that was just being made held nothing.
  const versions = offsetFiles(disk, join(folder, 'commitlog')).flatMap(({ path, offset }) => {
    const version = segmentFormat(disk, path, offset)
    if (typeof version === 'number') refuseNewer(path, version, LOG_FORMAT_VERSION)
    return version === 'short' ? [] : [version === 'damaged' ? 1 : version]
  })
  if (versions.length === 0) return LOG_FORMAT_VERSION
  return Math.max(...versions, checkpoint === 'damaged' ? 0 : checkpoint.version)
}
