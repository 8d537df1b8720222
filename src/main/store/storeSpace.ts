/** How much the store takes of its disk. The log is known to the byte; the rest as of the last look at the folder. */
import { join } from 'node:path'
import type { Disk } from '../base/disk'
import type { CommitLog } from './commitLog'
import type { ConsumeQueueStore } from './consumeQueueStore'
import type { RetentionConfig, StoreSpace } from './messageStore'

export interface StoreSpaceDeps {
  disk: Disk
  folder: string
  commitLog: Pick<CommitLog, 'minOffset' | 'writtenEnd'>
  queues: Pick<ConsumeQueueStore, 'fileBytes'>
  config: Pick<RetentionConfig, 'gantryStoreQuota' | 'gantryMinFreeDiskSpace'>
}

export class StoreSpaceMeter {
  private besideLog = 0
  private disk: { freeBytes: number; totalBytes: number } | undefined

  constructor(private readonly deps: StoreSpaceDeps) {}

  /** Consume queues, index and the small files; a listing of the index folder. */
  countFiles(): void {
    const { disk, folder, queues } = this.deps
    const sizeOf = (...path: string[]): number => disk.size(join(folder, ...path)) ?? 0
    let bytes = queues.fileBytes + sizeOf('checkpoint') + sizeOf('retention')
    for (const name of disk.list(join(folder, 'index'))) bytes += sizeOf('index', name)
    this.besideLog = bytes
  }

  askDisk(): void {
    try {
      this.disk = this.deps.disk.space(this.deps.folder)
    } catch {
      // No folder yet, or a file system that does not tell: its rules rest.
      this.disk = undefined
    }
  }

  get current(): StoreSpace {
    const { commitLog, config } = this.deps
    return {
      usedBytes: commitLog.writtenEnd - commitLog.minOffset + this.besideLog,
      quotaBytes: config.gantryStoreQuota,
      freeBytes: this.disk?.freeBytes,
      totalBytes: this.disk?.totalBytes,
      minFreeBytes: config.gantryMinFreeDiskSpace
    }
  }
}
