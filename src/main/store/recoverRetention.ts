/** What a start does about deletions: finishes one that was cut short, and brings the queues to where the log begins. */
import type { Disk } from '../base/disk'
import type { Log } from '../base/log'
import type { CommitLog } from './commitLog'
import type { ConsumeQueue } from './consumeQueue'
import type { ConsumeQueueStore } from './consumeQueueStore'
import { decodeRetentionMark, type RetentionMark } from './retentionMark'

export interface RecoverRetentionDeps {
  disk: Disk
  log: Log
  /** Path of the retention mark. */
  path: string
  commitLog: CommitLog
  queues: ConsumeQueueStore
}

export class RecoverRetention {
  private mark: RetentionMark | undefined

  constructor(private readonly deps: RecoverRetentionDeps) {}

  /**
   * Before anything of the log is judged: removes segments that were to be deleted (after a power cut any of them may be
   * back). @throws Error when a newer version wrote the mark.
   */
  finishDeletion(): void {
    const { disk, log, path, commitLog } = this.deps
    if (!disk.exists(path)) return
    const mark = decodeRetentionMark(disk.readFile(path))
    if (mark === 'damaged') {
      log.warn(`${path} is damaged and not used`)
      return
    }
    this.mark = mark
    // Only if there is the one the log was to begin with: the mark never takes the whole log.
    if (!commitLog.segments.some(({ base }) => base === mark.minPhysicalOffset)) return
    while ((commitLog.segments[0]?.base ?? Infinity) < mark.minPhysicalOffset) {
      const segment = commitLog.dropFront()
      if (segment === undefined) return
      log.info(`${segment.path} was to be deleted and is now`)
      disk.remove(segment.path)
    }
  }

  /** Before the log is walked: what a checkpoint knew of messages that went since. Gives whether anything moved. */
  advance(queues: Iterable<ConsumeQueue>): boolean {
    const { disk, commitLog } = this.deps
    let hasMoved = false
    if (commitLog.minOffset === 0) return false
    for (const queue of queues) {
      const before = queue.minOffset
      for (const path of queue.dropBefore(commitLog.minOffset)) disk.remove(path)
      hasMoved ||= queue.minOffset !== before
    }
    return hasMoved
  }

  /** After the walk: queues without a message go on where they were, also when the checkpoint was lost. */
  restoreEmptied(isTopic: (topic: string, topicId: number) => boolean): void {
    for (const { topic, topicId, queueId, offset } of this.mark?.emptied ?? []) {
      if (!isTopic(topic, topicId)) continue
      const queue = this.deps.queues.findOrCreate(topic, queueId)
      if (queue?.topicId !== topicId || queue.minOffset !== queue.maxOffset) continue
      if (queue.maxOffset < offset) queue.startFrom(offset, offset)
    }
  }
}
