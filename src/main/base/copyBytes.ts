import type { Disk, DiskFile } from './disk'

const CHUNK_BYTES = 1024 * 1024

/** What goes on beside a long copy. */
export interface CopyWatch {
  /** Bytes that were copied or found copied since the last call. */
  onBytes: (bytes: number) => void
  /** Looked at between chunks: throws to end the copy. */
  check: () => void
}

/**
 * The first `bytes` of an open file, which may grow meanwhile, in the thread pool and synced.
 * @throws the disk's error, or one where the file is shorter; half a copy may be left.
 */
export const copyBytes = async (
  disk: Pick<Disk, 'open'>,
  from: DiskFile,
  to: string,
  bytes: number,
  { onBytes, check }: CopyWatch
): Promise<void> => {
  const target = disk.open(to, 'w+')
  try {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes))
    for (let at = 0; at < bytes;) {
      check()
      const got = await from.readAsync(chunk, 0, Math.min(chunk.length, bytes - at), at)
      if (got === 0) throw new Error(`${from.path} is shorter than it was`)
      await target.writeAsync(chunk.subarray(0, got), at)
      at += got
      onBytes(got)
    }
    await target.datasync()
  } finally {
    target.close()
  }
}
