import { dirname } from 'node:path'
import type { Disk } from '../base/disk'

/** As `Disk.replaceFile`, but nobody waits for the disk meanwhile: the file is the old one or the new one. */
export const replaceFileAsync = async (
  disk: Disk,
  path: string,
  content: string | Buffer
): Promise<void> => {
  const beside = `${path}.tmp`
  try {
    const file = disk.open(beside, 'w+')
    try {
      await file.writeAsync(typeof content === 'string' ? Buffer.from(content) : content, 0)
      await file.datasync()
    } finally {
      file.close()
    }
    disk.rename(beside, path)
  } catch (error) {
    // On a full disk half a file would take what room there is.
    disk.remove(beside)
    throw error
  }
  await disk.syncFolder(dirname(path))
}
