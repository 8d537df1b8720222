import type { Problem } from '../../../shared/views'

const NO_ROOM: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** A disk that is full or fails, as a problem with a cure; undefined for everything else. */
export const problemOfDisk = (error: unknown): Problem | undefined => {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException
  if (code === undefined || path === undefined) return undefined
  const message = error instanceof Error ? error.message : String(error)
  const params = { path, code }
  return NO_ROOM.includes(code)
    ? { code: 'SNAPSHOT_NO_ROOM', message, params: { path, needed: 0, free: 0 } }
    : { code: 'SNAPSHOT_DISK_ERROR', message, params }
}
