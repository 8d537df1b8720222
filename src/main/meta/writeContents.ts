import { join } from 'node:path'
import type { Disk } from '../base/disk'
import type { OpenedAll } from './openAll'

/** Writes metadata files elsewhere, synced with their names; gives the bytes of each. @throws the disk's error. */
export const writeContents = async (
  disk: Pick<Disk, 'mkdirp' | 'open' | 'syncFolder'>,
  folder: string,
  contents: ReturnType<OpenedAll['contents']>
): Promise<{ path: string; bytes: number }[]> => {
  disk.mkdirp(folder)
  const files: { path: string; bytes: number }[] = []
  for (const [path, text] of contents) {
    const content = Buffer.from(text)
    const file = disk.open(join(folder, path), 'w+')
    try {
      await file.writeAsync(content, 0)
      await file.datasync()
    } finally {
      file.close()
    }
    files.push({ path, bytes: content.length })
  }
  await disk.syncFolder(folder)
  return files
}
