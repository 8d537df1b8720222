/**
 * Makes a store of what a folder holds. Trusted is only what a checkpoint vouches for: the log it knew flushed, and
 * consume queue files whose CRC it wrote down. Everything else is walked: a torn tail is cut, a bad record in the
 * middle stays where it is as a reported hole, and the consume queues are completed from the records.
 */
import { dirname, join } from 'node:path'
import type { Disk } from '../base/disk'
import type { Log } from '../base/log'
import { endOfTurn } from '../base/turn'
import { decodeCheckpoint, type Checkpoint } from './checkpoint'
import type { CommitLog } from './commitLog'
import type { ConsumeQueue } from './consumeQueue'
import type { ConsumeQueueStore } from './consumeQueueStore'
import { CUT_SUFFIX } from './logTruncation'
import { readSegmentHeader, walkSegment, type TornTail } from './logWalk'
import type { StoreReport, TopicRegistry } from './messageStore'
import { RecoverRetention } from './recoverRetention'
import {
  isDispatchedAt,
  queueIdAt,
  queueOffsetAt,
  storeTimestampAt,
  tagsCodeAt,
  topicAt
} from './recordCodec'
import { LOG_FORMAT_VERSION, SEGMENT_HEADER_BYTES } from './segmentFile'
import { isNoRoom } from './writeability'

export interface RecoveryDeps {
  disk: Disk
  log: Log
  checkpointPath: string
  commitLog: CommitLog
  queues: ConsumeQueueStore
  registry: Pick<TopicRegistry, 'has'>
  /** Path of what retention has decided. */
  retentionPath: string
  onReport: (report: StoreReport) => void
  /** A slave's log: nothing may be in it that is not its master's. */
  isReplica: boolean
}

export interface Recovered {
  /** Physical offset up to which the log was known to be flushed. */
  flushedEnd: number
  lastStoreTimestamp: number
  /** Where the log ended before this start added anything. */
  foundEnd: number
  /** The checkpoint is not what is there now. */
  isStale: boolean
}

const isFolder = (disk: Disk, path: string): boolean => {
  try {
    disk.list(path)
    return true
  } catch {
    // Of a file no names can be had.
    return false
  }
}

/** Queues checked before the event loop gets its turn. */
const LOAD_SLICE = 64

/** @throws Error in one sentence when the folder cannot be used; nothing was changed then. */
export const recover = async (deps: RecoveryDeps): Promise<Recovered> => new Recovery(deps).run()

class Recovery {
  /** Queues whose files did not fit: taken from the whole log, up to the offset they had. */
  private readonly rebuilt = new Map<ConsumeQueue, number>()
  /** Queues whose files are what the checkpoint says. */
  private readonly kept = new Set<ConsumeQueue>()
  /** Records before it are in the files of the kept queues. */
  private trusted = 0
  private lastStoreTimestamp = 0
  private isCheckpointForgotten = false
  private foundEnd: number | undefined

  private readonly retention: RecoverRetention
  private hasRetentionMoved = false

  constructor(private readonly deps: RecoveryDeps) {
    this.retention = new RecoverRetention({ ...deps, path: deps.retentionPath })
  }

  async run(): Promise<Recovered> {
    const { disk, checkpointPath, commitLog, queues } = this.deps
    const checkpoint = this.readCheckpoint()
    commitLog.scanFolder()
    this.retention.finishDeletion()
    this.removeCuts()
    this.setMisplacedAside()
    this.repairHeaders()
    this.dropUnborn()
    this.trusted = checkpoint === undefined ? commitLog.minOffset : this.trustedPart(checkpoint)
    this.lastStoreTimestamp = checkpoint?.storeTimestamp ?? 0
    if (checkpoint?.physicalOffset !== this.trusted) this.forgetCheckpoint()
    queues.removeForeign()
    if (checkpoint !== undefined) await this.loadQueues(checkpoint)
    this.hasRetentionMoved = this.retention.advance(this.kept)
    queues.removeOrphans()
    const walkFrom = this.rebuilt.size > 0 ? commitLog.minOffset : this.trusted
    await this.walk(walkFrom)
    this.cutQueues(commitLog.segments.at(-1)?.end ?? 0)
    this.finishRebuilt()
    this.retention.restoreEmptied((topic, topicId) => this.deps.registry.has(topic, topicId))
    for (const segment of commitLog.segments)
      segment.flushedEnd = Math.min(segment.end, Math.max(segment.base, this.trusted))
    this.beginThisFormat()
    const end = commitLog.segments.at(-1)?.end ?? 0
    // The log lost what was before these topics: what comes now is theirs.
    for (const queue of queues.all()) queue.sinceOffset = Math.min(queue.sinceOffset, end)
    commitLog.startAt(end)
    // It was on the platter: somebody or something took it.
    if (checkpoint !== undefined && end < checkpoint.physicalOffset)
      this.report({
        kind: 'damage',
        physicalOffset: end,
        bytes: checkpoint.physicalOffset - end
      })
    // Were it back after a power cut, the log could have grown again to where it points, with other records.
    if (this.isCheckpointForgotten) await disk.syncFolder(dirname(checkpointPath))
    return {
      flushedEnd: Math.min(this.trusted, end),
      lastStoreTimestamp: this.lastStoreTimestamp,
      foundEnd: this.foundEnd ?? end,
      isStale: checkpoint?.physicalOffset !== end || this.rebuilt.size > 0 || this.hasRetentionMoved
    }
  }

  private readCheckpoint(): Checkpoint | undefined {
    const { disk, checkpointPath, log } = this.deps
    if (!disk.exists(checkpointPath)) return undefined
    const checkpoint = isFolder(disk, checkpointPath)
      ? 'damaged'
      : decodeCheckpoint(disk.readFile(checkpointPath))
    if (checkpoint !== 'damaged') return checkpoint
    log.warn('the checkpoint is damaged; the consume queues are rebuilt from the log')
    return undefined
  }

  /** Of a truncation that was interrupted: the segment itself is still there. */
  private removeCuts(): void {
    const { disk, commitLog } = this.deps
    for (const name of disk.list(commitLog.folder))
      if (name.endsWith(CUT_SUFFIX)) disk.remove(join(commitLog.folder, name))
  }

  /** Files of the log under another's name would hide or overwrite what belongs there. */
  private setMisplacedAside(): void {
    const { disk, log, commitLog } = this.deps
    for (const { path, physicalOffset, bytes } of commitLog.misplaced) {
      log.error(`${path} is a part of the log from another place; it is renamed and not served`)
      disk.rename(path, `${path}.misplaced`)
      this.report({ kind: 'damage', physicalOffset, bytes })
    }
  }

  /** Newer versions were refused before. */
  private repairHeaders(): void {
    for (const segment of this.deps.commitLog.segments) {
      if (readSegmentHeader(segment) !== 'damaged') continue
      this.report({ kind: 'damage', physicalOffset: segment.base, bytes: SEGMENT_HEADER_BYTES })
      segment.repairHeader()
    }
  }

  /** Last segments without a whole header were being created when the process died: nothing was in them. */
  private dropUnborn(): void {
    const { disk, commitLog } = this.deps
    for (;;) {
      const last = commitLog.segments.at(-1)
      if (last === undefined || last.end - last.base >= SEGMENT_HEADER_BYTES) return
      commitLog.dropLast()
      // One a power cut brought back may stand in the middle of what the log before it grew to since.
      const before = commitLog.segments.at(-1)
      if (before !== undefined) before.end = before.base + (disk.size(before.path) ?? 0)
    }
  }

  /** How far the checkpoint can be believed, given what is left of the log. */
  private trustedPart(checkpoint: Checkpoint): number {
    const { commitLog } = this.deps
    const at = checkpoint.physicalOffset
    const last = commitLog.segments.at(-1)
    if (last === undefined || at < commitLog.minOffset) return commitLog.minOffset
    if (at <= last.end && commitLog.segments.some((s) => s.base <= at && at <= s.end)) return at
    // The log lost bytes it had: its last segment in question is walked from its beginning.
    return commitLog.segments.findLast((s) => s.base <= at)?.base ?? commitLog.minOffset
  }

  private async loadQueues(checkpoint: Checkpoint): Promise<void> {
    let loaded = 0
    for (const state of checkpoint.queues) {
      const queue = this.deps.queues.load(state, checkpoint.physicalOffset)
      if (queue === 'gone') continue
      if ('unfit' in queue) this.rebuilt.set(queue.unfit, state.maxOffset)
      else this.kept.add(queue)
      if (++loaded % LOAD_SLICE === 0) await new Promise<void>((resolve) => endOfTurn(resolve))
    }
    if (this.trusted !== checkpoint.physicalOffset) this.cutQueues(this.trusted)
  }

  /** Forgets entries of messages at or behind `end`: the log has lost them, or tells of them again. */
  private cutQueues(end: number): void {
    for (const queue of this.kept) {
      const index = queue.indexOfPhysical(end)
      if (index === queue.maxOffset) continue
      // Before its files are changed: a checkpoint that no longer tells the truth would bring holes later.
      this.forgetCheckpoint()
      queue.flush()
      queue.truncate(index)
    }
  }

  private forgetCheckpoint(): void {
    const { disk, checkpointPath } = this.deps
    if (!disk.exists(checkpointPath)) return
    disk.removeTree(checkpointPath)
    this.isCheckpointForgotten = true
  }

  private async walk(from: number): Promise<void> {
    const { segments } = this.deps.commitLog
    let torn: TornTail | undefined
    for (const [i, segment] of segments.entries())
      await walkSegment(segment, segments[i + 1], from, {
        onRecord: (source, at, size, physicalOffset) =>
          this.onRecord(source, at, size, physicalOffset),
        onDamage: (physicalOffset, bytes) => this.report({ kind: 'damage', physicalOffset, bytes }),
        onTornTail: (tail) => {
          torn = tail
        }
      })
    if (torn !== undefined) await this.cutTail(torn)
  }

  private async cutTail({ physicalOffset, bytes, isBehindBroken }: TornTail): Promise<void> {
    const { commitLog } = this.deps
    const segment = commitLog.segments.at(-1)
    this.report({ kind: 'tail-cut', physicalOffset, bytes })
    if (isBehindBroken) this.sealBrokenBatch(physicalOffset)
    segment?.cut(physicalOffset)
    // Were it undone by a power cut, messages of an unfinished batch could come back among newer ones.
    await segment?.flush()
  }

  /**
   * Records of a batch whose end is damaged are served because more came behind. When that is cut, a later start would
   * take them for the torn tail: so first the log goes on in a new segment, and what is before it is never cut.
   */
  private sealBrokenBatch(end: number): void {
    const { commitLog, log, isReplica } = this.deps
    this.foundEnd = end
    if (isReplica) return
    try {
      commitLog.sealAt(end)
    } catch (error) {
      // A full disk does not stop the start.
      if (!isNoRoom(error)) throw error
      log.warn(`no room to begin a segment behind the broken batch before ${end}`)
    }
  }

  private onRecord(source: Buffer, at: number, size: number, physicalOffset: number): void {
    this.lastStoreTimestamp = Math.max(this.lastStoreTimestamp, storeTimestampAt(source, at))
    if (!isDispatchedAt(source, at)) return
    const topic = topicAt(source, at)
    const queue = this.deps.queues.findOrCreate(topic, queueIdAt(source, at), physicalOffset)
    if (queue === undefined || physicalOffset < queue.sinceOffset) return
    if (physicalOffset < this.trusted && !this.rebuilt.has(queue)) return
    const queueOffset = queueOffsetAt(source, at)
    if (queueOffset < queue.maxOffset) {
      // A checkpoint that was being written while messages came knows some behind its place in the log.
      if (queue.physicalOffsetAt(queueOffset) === physicalOffset) return
      if (this.deps.isReplica) {
        this.onRenewed(queue, source, at, size, physicalOffset)
        return
      }
      this.deps.log.warn(
        `${queue.topic}@${queue.queueId}: the record at ${physicalOffset} repeats offset ${queueOffset}; skipped`
      )
      return
    }
    // Retention took what was before the first record of a log that does not begin at 0.
    const isEmpty = queue.minOffset === queue.maxOffset
    if (isEmpty && queueOffset > queue.maxOffset && this.deps.commitLog.minOffset > 0)
      queue.startFrom(queueOffset, queueOffset)
    this.fillHoles(queue, queueOffset, physicalOffset)
    this.append(queue, physicalOffset, size, tagsCodeAt(source, at, size))
  }

  /** Of a slave: the topic was made anew at the master, and what its metadata say of that was not kept in time. */
  private onRenewed(
    { topic, queueId }: ConsumeQueue,
    source: Buffer,
    at: number,
    size: number,
    physicalOffset: number
  ): void {
    const { queues } = this.deps
    for (const old of queues.queuesOf(topic)) {
      this.rebuilt.delete(old)
      this.kept.delete(old)
    }
    const queue = queues.renewTopic(topic, queueId, physicalOffset)
    if (queue === undefined || physicalOffset < queue.sinceOffset) return
    this.fillHoles(queue, queueOffsetAt(source, at), physicalOffset)
    this.append(queue, physicalOffset, size, tagsCodeAt(source, at, size))
  }

  /** Offsets of damaged records stay taken, as entries of no bytes: what follows keeps its offset. */
  private fillHoles(queue: ConsumeQueue, upTo: number, physicalOffset: number): void {
    while (queue.maxOffset < upTo) this.append(queue, physicalOffset, 0, 0)
  }

  private append(queue: ConsumeQueue, physicalOffset: number, size: number, tags: number): void {
    const isPageFull = queue.append(physicalOffset, size, tags)
    if (!queue.isDirty) this.deps.queues.markDirty(queue)
    if (!isPageFull) return
    try {
      queue.flush()
    } catch (error) {
      // A full disk does not stop the start: the entries stay in memory until there is room.
      if (!isNoRoom(error)) throw error
    }
  }

  /** Behind a segment of an older format the log goes on in one of ours: an older Gantry refuses it then. */
  private beginThisFormat(): void {
    const { commitLog, isReplica } = this.deps
    const last = commitLog.segments.at(-1)
    if (isReplica || last === undefined || readSegmentHeader(last) === LOG_FORMAT_VERSION) return
    commitLog.startAt(last.end)
    this.foundEnd ??= last.end
    commitLog.roll()
  }

  private finishRebuilt(): void {
    const end = this.deps.commitLog.segments.at(-1)?.end ?? 0
    for (const [queue, maxOffset] of this.rebuilt) {
      if (queue.maxOffset === 0 && this.deps.commitLog.minOffset > 0)
        queue.startFrom(maxOffset, maxOffset)
      this.fillHoles(queue, maxOffset, end)
      const { topic, queueId } = queue
      const entries = queue.maxOffset - queue.minOffset
      this.report({ kind: 'queue-rebuilt', topic, queueId, entries })
    }
  }

  private report(report: StoreReport): void {
    this.deps.onReport(report)
  }
}
