import type { CopyWatch } from '../base/copyBytes'
import type { Disk } from '../base/disk'
import type { Checkpointer } from './checkpointer'
import type { CleanCommitLogService } from './cleanCommitLogService'
import type { CommitLog } from './commitLog'
import type { Flusher } from './flusher'
import type { GroupCommit } from './groupCommit'
import { StoreCut, type CopiedStore } from './storeSnapshot'

interface Deps {
  disk: Disk
  folder: string
  commitLog: CommitLog
  flusher: Flusher
  groupCommit: Pick<GroupCommit, 'commit'>
  checkpointer: Pick<Checkpointer, 'write'>
  cleaner: Pick<CleanCommitLogService, 'exclusively'>
}

/** Takes a snapshot of a store that works. */
export class SnapshotTaker {
  constructor(private readonly deps: Deps) {}

  /** See MessageStore.snapshot. */
  take(target: string, watch: CopyWatch, atCut: () => void): Promise<CopiedStore> {
    const { disk, folder, commitLog, flusher, groupCommit, checkpointer, cleaner } = this.deps
    // Nothing is deleted or truncated before all of it is copied.
    return cleaner.exclusively(async () => {
      // So that the copy's start reads little of the log.
      await checkpointer.write()
      watch.check()
      groupCommit.commit()
      const segments = commitLog.segments.map(({ path, base, end }) => ({
        ...{ path, base },
        bytes: Math.min(end, commitLog.writtenEnd) - base
      }))
      const end = commitLog.writtenEnd
      const cut = new StoreCut(disk, folder, target, segments)
      try {
        atCut()
        // Linked segments share their pages with this log: what is in the copy is on the platter.
        if ((await flusher.flush(end)) !== 'flushed')
          throw new Error('the log could not be flushed')
      } catch (error) {
        cut.close()
        throw error
      }
      return cut.write(watch)
    })
  }
}
