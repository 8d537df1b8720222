/** A disk whose flushes of the commit log a test can hold back, and that knows what they covered. */
import { basename } from 'node:path'
import { nodeDisk, type Disk, type DiskFile } from '../../../src/main/base/disk'

export class HeldDisk {
  readonly disk: Disk = { ...nodeDisk, open: (path, flags) => this.open(path, flags) }
  /** Physical offset up to which the log was flushed. */
  flushedEnd = 0
  /** Flushes begun so far. */
  flushes = 0
  private isHeld = false
  private readonly held: (() => void)[] = []
  private readonly waiting: (() => void)[] = []

  /** From now on no flush ends before `release`. */
  hold(): void {
    this.isHeld = true
  }

  release(): void {
    this.isHeld = false
    for (const go of this.held.splice(0)) go()
  }

  /** Resolves when a flush is being held. */
  async untilHeld(): Promise<void> {
    while (this.held.length === 0) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  private open(path: string, flags: Parameters<Disk['open']>[1]): DiskFile {
    const file = nodeDisk.open(path, flags)
    if (!path.includes('commitlog')) return file
    const base = Number(basename(path))
    const datasync = file.datasync.bind(file)
    file.datasync = async () => {
      const end = base + file.size()
      this.flushes++
      if (this.isHeld)
        await new Promise<void>((resolve) => {
          this.held.push(resolve)
          for (const wake of this.waiting.splice(0)) wake()
        })
      await datasync()
      this.flushedEnd = Math.max(this.flushedEnd, end)
    }
    return file
  }
}
