import * as fs from 'node:fs'
import { dirname } from 'node:path'

/**
 * The disk as the product sees it, so that tests can play its faults. Paths are absolute.
 * Failures are Node's own errors with `code` (`ENOSPC`, `EIO`, `ENOENT` …).
 */
export interface Disk {
  exists(path: string): boolean
  /** The names of folders it makes survive a power cut, unless they are 'unsynced': what can be made anew. */
  mkdirp(path: string, names?: 'synced' | 'unsynced'): void
  /** Names of a folder, sorted; an absent folder is empty. */
  list(path: string): string[]
  /** Bytes of a file; undefined where there is none. */
  size(path: string): number | undefined
  readFile(path: string): Buffer
  /** Writes beside, syncs and renames: the file is the old one or the new one, never half of either. */
  replaceFile(path: string, content: string | Buffer): void
  rename(from: string, to: string): void
  /** Shares the bytes where the file system can (copy on write), which takes no room until either changes. */
  copy(from: string, to: string): void
  /** A second name for a file of the same disk; fails where the file system has none (`EPERM`, `ENOTSUP`, `EXDEV` …). */
  link(from: string, to: string): void
  remove(path: string): void
  /** As `remove`, in the thread pool: freeing a large file takes many milliseconds. */
  unlink(path: string): Promise<void>
  removeTree(path: string): void
  /**
   * Brings the names of a folder to the platter: what was made, renamed and removed in it before the call. `datasync`
   * does that for no name. Nothing to do on Windows, which keeps a journal of names.
   */
  syncFolder(path: string): Promise<void>
  /** Free bytes for this user on the disk that holds `path`, and the size of that disk. */
  space(path: string): { freeBytes: number; totalBytes: number }
  open(path: string, flags: 'r' | 'r+' | 'w+' | 'a+'): DiskFile
}

/** An open file. Sync calls are for what the page cache answers in microseconds; flushing never is. */
export interface DiskFile {
  readonly path: string
  size(): number
  /** Bytes read, fewer than asked at the end of the file. */
  read(target: Buffer, offset: number, length: number, position: number): number
  readAsync(target: Buffer, offset: number, length: number, position: number): Promise<number>
  /** Writes all buffers from `position` on, continuing after short writes. */
  writev(buffers: readonly Buffer[], position: number): void
  /** Writes the whole buffer in the thread pool, continuing after short writes; it must not change meanwhile. */
  writeAsync(buffer: Buffer, position: number): Promise<void>
  /** `fdatasync` in the thread pool. A failed one must never be repeated: the kernel has dropped the pages. */
  datasync(): Promise<void>
  truncate(size: number): void
  close(): void
}

class NodeDiskFile implements DiskFile {
  constructor(
    readonly path: string,
    private readonly fd: number
  ) {}

  size(): number {
    return fs.fstatSync(this.fd).size
  }

  read(target: Buffer, offset: number, length: number, position: number): number {
    return fs.readSync(this.fd, target, offset, length, position)
  }

  readAsync(target: Buffer, offset: number, length: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      fs.read(this.fd, target, offset, length, position, (error, bytes) =>
        error ? reject(error) : resolve(bytes)
      )
    })
  }

  writev(buffers: readonly Buffer[], position: number): void {
    let rest = buffers
    let at = position
    while (rest.length > 0) {
      let written =
        rest.length === 1 ? this.writeOne(rest[0]!, at) : fs.writevSync(this.fd, rest, at)
      at += written
      const left: Buffer[] = []
      for (const buffer of rest) {
        if (written >= buffer.length) written -= buffer.length
        else {
          left.push(written > 0 ? buffer.subarray(written) : buffer)
          written = 0
        }
      }
      rest = left
    }
  }

  async writeAsync(buffer: Buffer, position: number): Promise<void> {
    for (let at = 0; at < buffer.length;) {
      const from = at
      at += await new Promise<number>((resolve, reject) => {
        fs.write(this.fd, buffer, from, buffer.length - from, position + from, (error, bytes) =>
          error ? reject(error) : resolve(bytes)
        )
      })
    }
  }

  datasync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fs.fdatasync(this.fd, (error) => (error ? reject(error) : resolve()))
    })
  }

  truncate(size: number): void {
    fs.ftruncateSync(this.fd, size)
  }

  close(): void {
    fs.closeSync(this.fd)
  }

  private writeOne(buffer: Buffer, position: number): number {
    return fs.writeSync(this.fd, buffer, 0, buffer.length, position)
  }
}

/** Windows cannot open a folder for syncing; its names are durable with the file system's own journal. */
const keepsNames = process.platform === 'win32'

const syncFolderNow = (path: string): void => {
  if (keepsNames) return
  const fd = fs.openSync(path, 'r')
  try {
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

export const nodeDisk: Disk = {
  exists: (path) => fs.existsSync(path),
  mkdirp: (path, names = 'synced') => {
    const first = fs.mkdirSync(path, { recursive: true, mode: 0o700 })
    if (first === undefined || names === 'unsynced') return
    try {
      for (let made = path; made.length >= first.length; made = dirname(made))
        syncFolderNow(dirname(made))
    } catch (error) {
      // Whoever tries again would find them there and not sync them.
      fs.rmSync(first, { force: true, recursive: true })
      throw error
    }
  },
  list: (path) => {
    try {
      return fs.readdirSync(path).sort()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  },
  size: (path) => fs.statSync(path, { throwIfNoEntry: false })?.size,
  readFile: (path) => fs.readFileSync(path),
  replaceFile: (path, content) => {
    const beside = `${path}.tmp`
    try {
      const fd = fs.openSync(beside, 'w', 0o600)
      try {
        fs.writeFileSync(fd, content)
        fs.fsyncSync(fd)
      } finally {
        fs.closeSync(fd)
      }
      fs.renameSync(beside, path)
    } catch (error) {
      // On a full disk half a file would take what room there is.
      fs.rmSync(beside, { force: true })
      throw error
    }
    syncFolderNow(dirname(path))
  },
  rename: (from, to) => fs.renameSync(from, to),
  copy: (from, to) => fs.copyFileSync(from, to, fs.constants.COPYFILE_FICLONE),
  link: (from, to) => fs.linkSync(from, to),
  remove: (path) => fs.rmSync(path, { force: true }),
  unlink: (path) => fs.promises.rm(path, { force: true }),
  removeTree: (path) => fs.rmSync(path, { force: true, recursive: true }),
  syncFolder: async (path) => {
    if (keepsNames) return
    const folder = await fs.promises.open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  },
  space: (path) => {
    const s = fs.statfsSync(path)
    return { freeBytes: s.bavail * s.bsize, totalBytes: s.blocks * s.bsize }
  },
  open: (path, flags) => new NodeDiskFile(path, fs.openSync(path, flags, 0o600))
}
