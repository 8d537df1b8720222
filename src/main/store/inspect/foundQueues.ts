import { join } from 'node:path'
import type { Disk } from '../../base/disk'
import type { Checkpoint } from '../checkpoint'
import type { CommitLog } from '../commitLog'
import { ConsumeQueue } from '../consumeQueue'
import { ConsumeQueueFiles } from '../consumeQueueFiles'
import { FileCache } from '../fileCache'
import { defaultStoreLimits } from '../limits'
import { PageCache } from '../pageCache'
import { topicAt } from '../recordCodec'
import type { QueueFound } from './queueCheck'

export interface FoundQueues {
  /** By topic, then by queue id. */
  topics: Map<string, Map<number, QueueFound>>
  unknownFolders: string[]
  close(): void
}

const numbersOf = (names: readonly string[]): number[] =>
  names.filter((name) => /^\d{1,15}$/.test(name)).map(Number)

/** A queue of the log that neither a folder nor the checkpoint knows. */
export const queueWithoutFiles = (disk: Disk, topic: string, queueId: number): QueueFound => {
  const files = new ConsumeQueueFiles(disk, new FileCache(disk, 1), '', () => 0)
  const queue = new ConsumeQueue(topic, queueId, 0, 0, files, new PageCache(1))
  return { queue, hasFiles: false, state: undefined, fitsCheckpoint: null }
}

/** The queues of the folder and of the checkpoint; a folder the checkpoint does not know is named by its records. */
export const findQueues = (
  disk: Disk,
  folder: string,
  log: Pick<CommitLog, 'look'>,
  checkpoint: Checkpoint | undefined,
  deletedIds: ReadonlySet<number>
): FoundQueues => {
  const limits = defaultStoreLimits()
  const cache = new FileCache(disk, limits.openFiles)
  const pages = new PageCache(limits.consumeQueuePages)
  const topics = new Map<string, Map<number, QueueFound>>()
  const unknownFolders: string[] = []
  const known = (checkpoint?.queues ?? []).filter(({ topicId }) => !deletedIds.has(topicId))
  const states = new Map(known.map((q) => [`${q.topicId}/${q.queueId}`, q]))
  const names = new Map(known.map((q) => [q.topicId, q.topic]))

  const open = (topicId: number, queueId: number): void => {
    const path = join(folder, String(topicId), String(queueId))
    const state = states.get(`${topicId}/${queueId}`)
    states.delete(`${topicId}/${queueId}`)
    const files = new ConsumeQueueFiles(disk, cache, path, () => 0)
    files.scanFolder()
    const make = (topic: string): ConsumeQueue => {
      const queue = new ConsumeQueue(topic, queueId, topicId, 0, files, pages)
      const { minOffset = 0, maxOffset = 0 } = state ?? {}
      if (files.states.length > 0) queue.startFrom(Math.max(files.first, minOffset), files.end)
      else if (state?.files.length === 0) queue.startFrom(minOffset, maxOffset)
      return queue
    }
    const topic = names.get(topicId) ?? topicOfEntries(make(''), log)
    if (topic === undefined) {
      // A folder without entries is a queue nothing was written to yet.
      if (files.end > files.first) unknownFolders.push(`${topicId}/${queueId}`)
      return
    }
    names.set(topicId, topic)
    const hasFiles = files.states.length > 0
    const fitsCheckpoint = state === undefined ? null : files.fits(state.files)
    const queues = topics.get(topic) ?? new Map<number, QueueFound>()
    topics.set(topic, queues)
    // Of two lives of a topic the later one counts: ids only grow.
    if ((queues.get(queueId)?.queue.topicId ?? -1) < topicId)
      queues.set(queueId, { queue: make(topic), hasFiles, state, fitsCheckpoint })
  }

  for (const topicId of numbersOf(disk.list(folder)).filter((id) => !deletedIds.has(id)))
    for (const queueId of numbersOf(disk.list(join(folder, String(topicId)))))
      open(topicId, queueId)
  for (const { topicId, queueId } of [...states.values()]) open(topicId, queueId)
  return { topics, unknownFolders, close: () => cache.closeAll() }
}

/** Entries looked at to learn a folder's topic: the first ones may be of lost records. */
const MAX_LOOKS = 1_000

const topicOfEntries = (queue: ConsumeQueue, log: Pick<CommitLog, 'look'>): string | undefined => {
  const end = Math.min(queue.maxOffset, queue.minOffset + MAX_LOOKS)
  for (let index = queue.minOffset; index < end; index++) {
    const record = log.look(queue.physicalOffsetAt(index))
    if (record !== undefined) return topicAt(record, 0)
  }
  return undefined
}
