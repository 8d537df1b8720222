/** Writes the checkpoint every few seconds while messages arrive, and once more on close. */
import type { RealTime } from '../base/clock'
import type { Disk } from '../base/disk'
import type { Disposable } from '../base/disposable'
import type { Log } from '../base/log'
import { encodeCheckpoint } from './checkpoint'
import type { CommitLog } from './commitLog'
import type { ConsumeQueueStore } from './consumeQueueStore'
import type { Flusher } from './flusher'
import type { GroupCommit } from './groupCommit'
import { replaceFileAsync } from './replaceFile'
import { refuseAfter, type Writeability } from './writeability'

export interface CheckpointerDeps {
  disk: Disk
  clock: RealTime
  log: Log
  path: string
  commitLog: CommitLog
  queues: ConsumeQueueStore
  flusher: Flusher
  groupCommit: Pick<GroupCommit, 'lastStoreTimestamp'>
  writeability: Writeability
  intervalMs: number
}

export class Checkpointer {
  private timer: Disposable | undefined
  private running: Promise<void> = Promise.resolve()
  private isStale = false
  /** An outage is told of once. */
  private isFailing = false
  private isDisposed = false

  constructor(private readonly deps: CheckpointerDeps) {}

  /** Something changed: a checkpoint follows within the interval. */
  soon(): void {
    this.isStale = true
    if (this.isDisposed) return
    this.timer ??= this.deps.clock.after(this.deps.intervalMs, () => {
      this.timer = undefined
      void this.write()
    })
  }

  /** One at a time. Never rejects: without it a start takes longer, nothing is lost. */
  write(): Promise<void> {
    this.running = this.running.then(() => (this.isStale ? this.writeOne() : undefined))
    return this.running
  }

  /** Runs `work` while no checkpoint is being written. Rejects as it does. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.running.then(work)
    this.running = done.then(
      () => undefined,
      () => undefined
    )
    return done
  }

  dispose(): void {
    this.isDisposed = true
    this.timer?.dispose()
    this.timer = undefined
  }

  private async writeOne(): Promise<void> {
    const { disk, log, path, commitLog, queues, flusher, groupCommit, writeability } = this.deps
    const physicalOffset = commitLog.writtenEnd
    this.isStale = false
    // Nothing was ever stored: there may not even be a folder.
    if (commitLog.segments.length === 0) return
    try {
      await queues.flushDirty()
    } catch (error) {
      refuseAfter('writing a consume queue', error, writeability)
      if (writeability.isPassing) this.isStale = true
      return
    }
    if ((await flusher.flush(physicalOffset)) !== 'flushed') return
    try {
      const storeTimestamp = groupCommit.lastStoreTimestamp
      const states = queues.states()
      const content = encodeCheckpoint({ physicalOffset, storeTimestamp, queues: states })
      await replaceFileAsync(disk, path, content)
      this.isFailing = false
    } catch (error) {
      if (!this.isFailing)
        log.warn('the checkpoint could not be written; until it can, a start takes longer', error)
      this.isFailing = true
      this.soon()
    }
  }
}
