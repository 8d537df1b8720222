import type { Disk, DiskFile } from '../base/disk'

interface Entry {
  file: DiskFile
  /** Reads in the thread pool that still need the descriptor. */
  pins: number
  closed: boolean
}

/** Open files, the least recently used closed first. A file somebody pinned is closed when the last pin goes. */
export class FileCache {
  private readonly entries = new Map<string, Entry>()

  constructor(
    private readonly disk: Disk,
    private readonly capacity: number
  ) {}

  /** `w+` creates the file or empties it; any other open file of that path is closed first. */
  open(path: string, flags: 'r' | 'r+' | 'w+'): DiskFile {
    if (flags === 'w+') this.forget(path)
    const known = this.entries.get(path)
    if (known !== undefined) {
      this.entries.delete(path)
      this.entries.set(path, known)
      return known.file
    }
    const file = this.openNew(path, flags)
    this.entries.set(path, { file, pins: 0, closed: false })
    for (const [oldest] of this.entries) {
      if (this.entries.size <= this.capacity) break
      this.forget(oldest)
    }
    return file
  }

  /** Keeps the file of `path` open until the returned function is called. */
  pin(path: string): () => void {
    const entry = this.entries.get(path)
    if (entry === undefined) return () => undefined
    entry.pins++
    return () => {
      entry.pins--
      if (entry.closed && entry.pins === 0) entry.file.close()
    }
  }

  forget(path: string): void {
    const entry = this.entries.get(path)
    if (entry === undefined) return
    this.entries.delete(path)
    entry.closed = true
    if (entry.pins === 0) entry.file.close()
  }

  closeAll(): void {
    for (const path of [...this.entries.keys()]) this.forget(path)
  }

  get size(): number {
    return this.entries.size
  }

  private openNew(path: string, flags: 'r' | 'r+' | 'w+'): DiskFile {
    try {
      return this.disk.open(path, flags)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EMFILE' || this.entries.size === 0) throw error
      // Out of descriptors: what we only keep for speed makes room, so that the store goes on.
      this.closeAll()
      return this.disk.open(path, flags)
    }
  }
}
