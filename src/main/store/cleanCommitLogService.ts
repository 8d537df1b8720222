/**
 * Keeps the store small and tells when there is no room: whole segments go from the front of the log, one at a time, and
 * never the one being written. Java: DefaultMessageStore.CleanCommitLogService, CleanConsumeQueueService.
 */
import { join } from 'node:path'
import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'
import type { Disposable } from '../base/disposable'
import type { Log } from '../base/log'
import type { Checkpointer } from './checkpointer'
import type { CommitLog } from './commitLog'
import type { ConsumeQueueStore } from './consumeQueueStore'
import { hasRoom } from './diskProbe'
import type { Flusher } from './flusher'
import type { GroupCommit } from './groupCommit'
import type { IndexService } from './indexService'
import type { DeleteCause, RetentionConfig, StoreReport } from './messageStore'
import { encodeRetentionMark, retentionMark } from './retentionMark'
import { SegmentAge } from './segmentAge'
import type { SegmentFile } from './segmentFile'
import { judgeSpace, type SpaceJudgement } from './spaceRules'
import type { StoreSpaceMeter } from './storeSpace'
import { oneLine, type PassingReason, type Writeability } from './writeability'

export interface CleanCommitLogDeps {
  disk: Disk
  clock: Clock
  log: Log
  folder: string
  config: RetentionConfig
  commitLog: CommitLog
  queues: ConsumeQueueStore
  index: Pick<IndexService, 'dropBefore'>
  flusher: Pick<Flusher, 'flush'>
  groupCommit: Pick<GroupCommit, 'commit'>
  checkpointer: Pick<Checkpointer, 'soon' | 'write'>
  writeability: Writeability
  space: StoreSpaceMeter
  onReport: (report: StoreReport) => void
  /** Segments begin where another log's do. */
  isReplica: boolean
}

/** Between two deletions: freeing a segment keeps the disk busy. Java: deleteCommitLogFilesInterval. */
export const DELETE_PACE_MS = 100
/** Between two looks whether there is room again. */
export const RESUME_CHECK_MS = 1000
/** Bytes of new log after which the room is judged without waiting for the next look. */
const GROWTH_BYTES = 4 * 1024 * 1024
/** A wall clock that runs ahead of or behind the monotonic one by more than this has jumped. */
export const CLOCK_JUMP_MS = 5 * 60_000
/** Nothing expires for so long after a jump: time to put the clock right. */
export const EXPIRY_PAUSE_MS = 3_600_000
/** Files of consume queues that the thread pool is given at once. */
const REMOVE_SLICE = 64
const HOUR_MS = 3_600_000

const spaceReasons = ['quota', 'minFree', 'diskRatio'] as const satisfies PassingReason[]

export class CleanCommitLogService {
  private readonly ages: SegmentAge
  private judgement: SpaceJudgement | undefined
  private timer: Disposable | undefined
  private dueAt = 0
  private running: Promise<void> | undefined
  private isStopped = false
  private isManual = false
  /** A virtual clock was set past an hour of deleteWhen between two looks. */
  private hasPassedHour = false
  /** End of the log when the room was judged last. */
  private judgedEnd = 0
  private lastLook: { wall: number; monotonic: number; shown: number } | undefined
  private expiryPausedUntil = -Infinity
  /** Files whose removal failed; oldest first, and nothing newer goes before them. */
  private hanging: string[] = []

  constructor(private readonly deps: CleanCommitLogDeps) {
    this.ages = new SegmentAge(deps.commitLog)
  }

  /** Judges the room at once, so that a start on a full disk refuses from the beginning. */
  start(): void {
    this.judge()
    this.schedule(this.pace(false))
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.timer?.dispose()
    await this.running
  }

  /** Java: executeDeleteFilesManually. */
  executeDeleteFilesManually(): void {
    this.isManual = true
    this.schedule(0)
  }

  /** Messages were written. Cheap; called at each group commit. */
  onWritten(): void {
    if (this.deps.commitLog.writtenEnd - this.judgedEnd < GROWTH_BYTES) return
    this.judgeRoom()
    if (this.judgement?.isUsageExceedsThreshold === true) this.schedule(DELETE_PACE_MS)
  }

  /** Sending was refused for want of room. */
  onPaused(): void {
    this.schedule(RESUME_CHECK_MS)
  }

  /** Gives back what consume queues hold of deleted messages. Never rejects. Java: CleanConsumeQueueService. */
  async cleanExpiredConsumerQueue(): Promise<void> {
    const { queues, commitLog, log } = this.deps
    await this.running
    const dropped = await queues.dropBefore(commitLog.minOffset)
    try {
      await queues.trim(dropped)
    } catch (error) {
      log.warn('a consume queue could not be written anew; it is tried again', error)
    }
    await this.removeDropped(dropped)
  }

  /** Runs `work` while nothing is being deleted. Rejects as it does. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    while (this.running !== undefined) await this.running
    const done = work()
    this.running = done
      .then(
        () => undefined,
        () => undefined
      )
      .then(() => {
        this.running = undefined
        this.schedule(this.pace(false))
      })
    return done
  }

  /** Looks within `delayMs`, or when it would anyway if that is sooner; after a look under way the next is due soon enough. */
  private schedule(delayMs: number): void {
    const { clock } = this.deps
    if (this.isStopped || this.running !== undefined) return
    const at = clock.monotonic() + delayMs
    if (this.timer !== undefined && this.dueAt <= at) return
    this.timer?.dispose()
    this.dueAt = at
    this.timer = clock.real.after(delayMs, () => this.look())
  }

  private look(): void {
    this.timer = undefined
    try {
      this.judge()
    } catch (error) {
      // A timer has nobody to tell: what was known before goes on to count.
      this.deps.log.error('the space of the store could not be judged; it is tried again', error)
    }
    this.running = this.cleanOnce()
      .catch((error: unknown) => {
        this.deps.log.error('cleaning the store failed; it is tried again', error)
        return false
      })
      .then((hasDeleted) => {
        this.running = undefined
        this.schedule(this.pace(hasDeleted))
      })
  }

  private pace(hasDeleted: boolean): number {
    if (hasDeleted) return DELETE_PACE_MS
    const { cleanResourceInterval } = this.deps.config
    const { writeability } = this.deps
    return writeability.isPassing
      ? Math.min(RESUME_CHECK_MS, cleanResourceInterval)
      : cleanResourceInterval
  }

  private judge(): void {
    const { disk, folder, log, writeability, checkpointer, space } = this.deps
    this.watchClock()
    space.countFiles()
    this.judgeRoom()
    if (writeability.has('diskFull') && hasRoom(disk, folder)) {
      log.info('the disk takes writes again')
      writeability.resume('diskFull')
      // What could not be written meanwhile.
      checkpointer.soon()
    }
  }

  private judgeRoom(): void {
    const { commitLog, config, space, writeability } = this.deps
    this.judgedEnd = commitLog.writtenEnd
    space.askDisk()
    this.judgement = judgeSpace(config, space.current)
    for (const name of spaceReasons) {
      const reason = this.judgement.refusals.get(name)
      if (reason === undefined) writeability.resume(name)
      else writeability.pause(name, reason)
    }
  }

  private watchClock(): void {
    const { clock, log } = this.deps
    // Only the machine's clock is mistrusted: who moves a virtual one means it.
    const now = { wall: clock.real.wall(), monotonic: clock.monotonic(), shown: clock.now() }
    const before = this.lastLook ?? now
    this.lastLook = now
    const jumpedMs = now.wall - before.wall - (now.monotonic - before.monotonic)
    if (Math.abs(jumpedMs) <= CLOCK_JUMP_MS) {
      const from = Math.max(before.shown, now.shown - 24 * HOUR_MS)
      for (let at = from; at < now.shown; at += HOUR_MS)
        if (this.isTimeToDelete(at)) this.hasPassedHour = true
      return
    }
    this.expiryPausedUntil = now.monotonic + EXPIRY_PAUSE_MS
    log.warn(
      `the clock jumped by ${Math.round(jumpedMs / 1000)} s: nothing expires for ${EXPIRY_PAUSE_MS / 60_000} minutes`
    )
  }

  /** Deletes at most one segment; gives whether there may be another. */
  private async cleanOnce(): Promise<boolean> {
    const { commitLog, config } = this.deps
    const { judgement } = this
    if (judgement === undefined || !(await this.removeHanging())) return false
    if (judgement.isUsageExceedsThreshold && (await this.trim())) return true
    const [first, second] = commitLog.segments
    if (first === undefined) return false
    const forced = config.cleanFileForciblyEnable ? judgement.cleanImmediately : undefined
    if (second === undefined) return forced === 'quota' && this.roll(first)
    const cause = (await this.isExpired(first, second, judgement)) ? 'expired' : forced
    if (cause === undefined) {
      this.isManual = false
      this.hasPassedHour = false
      return false
    }
    if (first.flushedEnd < first.end && (await this.deps.flusher.flush(first.end)) !== 'flushed')
      return false
    await this.delete(first, second.base, cause)
    return true
  }

  private async isExpired(
    first: SegmentFile,
    second: SegmentFile,
    { isUsageExceedsThreshold }: SpaceJudgement
  ): Promise<boolean> {
    const { clock, config } = this.deps
    if (clock.monotonic() < this.expiryPausedUntil) return false
    const isTime = this.isTimeToDelete(clock.now()) || this.isManual || this.hasPassedHour
    if (!isTime && !isUsageExceedsThreshold) return false
    return this.ages.isBefore(first, second, clock.now() - config.fileReservedTime * HOUR_MS)
  }

  /** Java: UtilAll.isItTimeToDo. */
  private isTimeToDelete(at: number): boolean {
    const hour = new Date(at).getHours()
    return this.deps.config.deleteWhen
      .split(';')
      .some((text) => text !== '' && Number(text) === hour)
  }

  /** A single segment that takes more than its part of a quota that was made smaller: ended, so that it can go. */
  private roll(only: SegmentFile): boolean {
    const { commitLog, groupCommit, log } = this.deps
    if (this.deps.isReplica) return false
    groupCommit.commit()
    if (only.end - only.base <= commitLog.segmentBytes) return false
    try {
      commitLog.roll()
      return true
    } catch (error) {
      log.warn(`a new segment could not be begun: ${oneLine(error)}`)
      return false
    }
  }

  /**
   * The order matters: pulls hear of the new minimum before the bytes go, and the mark is written before the file is
   * removed, so that a start after a crash at any moment comes to the same end.
   */
  private async delete(segment: SegmentFile, minOffset: number, cause: DeleteCause): Promise<void> {
    const { commitLog, queues, index, log, checkpointer, onReport } = this.deps
    const dropped = await queues.dropBefore(minOffset)
    commitLog.dropFront()
    await this.writeMark(minOffset)
    this.hanging.push(segment.path)
    await this.removeHanging()
    await index.dropBefore(minOffset)
    checkpointer.soon()
    await this.removeDropped(dropped)
    const bytes = segment.end - segment.base
    const text = `${segment.path} was deleted (${bytes} bytes, ${cause})`
    if (cause === 'expired') log.info(text)
    else log.warn(text)
    onReport({ kind: 'segment-deleted', physicalOffset: segment.base, bytes, cause })
  }

  /** Synced in the thread pool, then renamed into place. */
  private async writeMark(minOffset: number): Promise<void> {
    const { disk, folder, queues, log } = this.deps
    const path = join(folder, 'retention')
    const beside = `${path}.tmp`
    const content = Buffer.from(encodeRetentionMark(retentionMark(minOffset, queues.all())))
    try {
      const file = disk.open(beside, 'w+')
      try {
        file.writev([content], 0)
        await file.datasync()
      } finally {
        file.close()
      }
      disk.rename(beside, path)
    } catch (error) {
      // Most likely the disk is full: then the deletion is what helps. The checkpoint knows the queues.
      log.warn('the retention mark could not be written', error)
      await disk.unlink(beside).catch(() => undefined)
    }
  }

  /** Gives whether none is left. */
  private async removeHanging(): Promise<boolean> {
    const { disk, log } = this.deps
    for (let path = this.hanging[0]; path !== undefined; path = this.hanging[0]) {
      try {
        await disk.unlink(path)
      } catch (error) {
        log.warn(`${path} could not be deleted; it is tried again`, error)
        return false
      }
      this.hanging.shift()
    }
    return true
  }

  /** Gives whether it gained anything. */
  private async trim(): Promise<boolean> {
    const dropped: string[] = []
    try {
      await this.deps.queues.trim(dropped)
    } catch (error) {
      this.deps.log.warn('a consume queue could not be written anew; it is tried again', error)
    }
    await this.removeDropped(dropped)
    return dropped.length > 0
  }

  /** Files of consume queues go when a checkpoint that does not name them is written, or could not be. */
  private async removeDropped(paths: readonly string[]): Promise<void> {
    const { disk, checkpointer, log } = this.deps
    if (paths.length === 0) return
    checkpointer.soon()
    await checkpointer.write()
    for (let at = 0; at < paths.length; at += REMOVE_SLICE)
      await Promise.all(
        paths
          .slice(at, at + REMOVE_SLICE)
          .map((path) =>
            disk
              .unlink(path)
              .catch((error: unknown) =>
                log.warn(`${path} could not be deleted; the next start does it`, error)
              )
          )
      )
  }
}
