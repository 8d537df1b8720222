import { join } from 'node:path'
import type { Disk } from '../base/disk'
import { FORMAT_ID, versionOf } from './document'
import { MetaVersionError } from './errors'
import { openLineBytes } from './line'
import { FIRST_VERSION } from './migration'
import { readIfThere } from './recover'

/** The version the first line of a file declares; undefined where that line is no such line, or damaged. */
const declaredVersion = (content: Buffer): number | undefined => {
  const end = content.indexOf(0x0a)
  try {
    const { _id, v } = JSON.parse(openLineBytes(content.subarray(0, Math.max(0, end)))) as {
      _id?: unknown
      v?: unknown
    }
    return _id === FORMAT_ID ? versionOf(new Map([[FORMAT_ID, v]])) : undefined
  } catch {
    // Whoever opens the file judges its damage.
    return undefined
  }
}

/** @throws MetaVersionError when a newer Gantry wrote one of the files, before any of them is touched. */
export const refuseNewerFiles = (
  disk: Disk,
  folder: string,
  names: readonly string[],
  known = FIRST_VERSION
): void => {
  for (const name of names) {
    const path = join(folder, `${name}.db`)
    const content = readIfThere(disk, path)
    const version = content && declaredVersion(content)
    if (version !== undefined && version > known) throw new MetaVersionError(path, version, known)
  }
}
