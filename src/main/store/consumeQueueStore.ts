/** All consume queues: found by name, kept in folders named by number. Java: ConsumeQueueStore. */
import { join } from 'node:path'
import type { Disk } from '../base/disk'
import { endOfTurn } from '../base/turn'
import type { QueueState } from './checkpoint'
import { ConsumeQueue } from './consumeQueue'
import { ConsumeQueueFiles } from './consumeQueueFiles'
import type { FileCache } from './fileCache'
import type { MessageStoreConfig, TopicRegistry } from './messageStore'
import type { PageCache } from './pageCache'

export interface ConsumeQueueStoreDeps {
  disk: Disk
  folder: string
  files: FileCache
  pages: PageCache
  registry: TopicRegistry
  config: Pick<MessageStoreConfig, 'mappedFileSizeConsumeQueue'>
}

/** Queues written before the event loop gets its turn. */
const FLUSH_SLICE = 64
/** Queues told of a deletion before it does: each may open and read a file. */
const DROP_SLICE = 16

export class ConsumeQueueStore {
  private readonly topics = new Map<string, Map<number, ConsumeQueue>>()
  private dirty = new Set<ConsumeQueue>()
  private dirtyBefore = new Set<ConsumeQueue>()
  private readonly folder: string

  constructor(private readonly deps: ConsumeQueueStoreDeps) {
    this.folder = join(deps.folder, 'consumequeue')
  }

  find(topic: string, queueId: number): ConsumeQueue | undefined {
    return this.topics.get(topic)?.get(queueId)
  }

  /** The queue, made when its topic is known; undefined when the topic, or a record of it there, is nobody's. */
  findOrCreate(topic: string, queueId: number, physicalOffset?: number): ConsumeQueue | undefined {
    return this.find(topic, queueId) ?? this.create(topic, queueId, physicalOffset)
  }

  queuesOf(topic: string): ConsumeQueue[] {
    return [...(this.topics.get(topic)?.values() ?? [])].sort((a, b) => a.queueId - b.queueId)
  }

  *all(): Iterable<ConsumeQueue> {
    for (const queues of this.topics.values()) yield* queues.values()
  }

  /**
   * Takes a queue over from the checkpoint of the log up to `end`; 'gone' when its topic is or begins behind it (an
   * empty queue may be there then), 'unfit' when the files are not what the checkpoint says (there is an empty one).
   */
  load(state: QueueState, end: number): ConsumeQueue | 'gone' | { unfit: ConsumeQueue } {
    const { topic, topicId, queueId } = state
    if (this.deps.registry.wasDeleted?.(topic, topicId) === true) return 'gone'
    const queue = this.create(topic, queueId, end - 1)
    if (queue === undefined) return 'gone'
    if (queue.topicId === topicId && queue.load(state)) return queue
    queue.clear()
    return queue.sinceOffset >= end && end > 0 ? 'gone' : { unfit: queue }
  }

  /** A file where the folder belongs: everything in the folder can be made anew. */
  removeForeign(): void {
    const { disk } = this.deps
    try {
      disk.list(this.folder)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error
      disk.removeTree(this.folder)
    }
  }

  /** Removes the folders of topics that no loaded queue has. */
  removeOrphans(): void {
    const known = new Set<string>()
    for (const queue of this.all()) known.add(String(queue.topicId))
    for (const name of this.deps.disk.list(this.folder))
      if (!known.has(name)) this.deps.disk.removeTree(join(this.folder, name))
  }

  deleteTopic(topic: string): void {
    const queues = this.topics.get(topic)
    if (queues === undefined) return
    this.topics.delete(topic)
    const folders = new Set<number>()
    for (const queue of queues.values()) {
      this.dirty.delete(queue)
      this.dirtyBefore.delete(queue)
      queue.remove()
      folders.add(queue.topicId)
    }
    for (const id of folders) this.deps.disk.removeTree(join(this.folder, String(id)))
  }

  /** The topic was deleted and made anew at the master: its queues begin with the record there; undefined: it is nobody's. */
  renewTopic(topic: string, queueId: number, physicalOffset: number): ConsumeQueue | undefined {
    this.deps.registry.renew?.(topic, physicalOffset)
    this.deleteTopic(topic)
    return this.create(topic, queueId, physicalOffset)
  }

  /** Forgets entries of messages at or behind `end`, which are the log's no more. */
  truncate(end: number): void {
    for (const queue of this.all()) {
      const index = queue.indexOfPhysical(end)
      queue.sinceOffset = Math.min(queue.sinceOffset, end)
      if (index === queue.maxOffset) continue
      queue.flush()
      queue.truncate(index)
    }
  }

  markDirty(queue: ConsumeQueue): void {
    queue.isDirty = true
    this.dirty.add(queue)
  }

  /** Writes what was dirty at the call, slice by slice. @throws the disk's error; the rest stays dirty. */
  async flushDirty(): Promise<void> {
    const batch = new Set(this.dirty)
    let done = 0
    for (const queue of batch) {
      if (queue.isDeleted) continue
      queue.flush()
      queue.isDirty = false
      this.dirty.delete(queue)
      if (++done % FLUSH_SLICE === 0) await new Promise<void>((resolve) => endOfTurn(resolve))
    }
    // Two checkpoints without a message: the memory goes back.
    for (const queue of this.dirtyBefore) if (!queue.isDirty && !batch.has(queue)) queue.release()
    this.dirtyBefore = batch
  }

  /**
   * Moves every queue's minOffset up to the log's, slice by slice; gives the paths of files nothing needs any more, to
   * be removed once a checkpoint that does not name them is written.
   */
  async dropBefore(minPhysical: number): Promise<string[]> {
    const dropped: string[] = []
    let done = 0
    for (const queue of [...this.all()]) {
      if (!queue.isDeleted) dropped.push(...queue.dropBefore(minPhysical))
      if (++done % DROP_SLICE === 0) await new Promise<void>((resolve) => endOfTurn(resolve))
    }
    return dropped
  }

  /** As `dropBefore`, for what lies dead in the queues' first files. @throws the disk's error; what is done stays. */
  async trim(dropped: string[]): Promise<void> {
    let done = 0
    for (const queue of [...this.all()]) {
      const path = queue.isDeleted ? undefined : queue.trim()
      if (path !== undefined) dropped.push(path)
      if (path !== undefined || ++done % DROP_SLICE === 0)
        await new Promise<void>((resolve) => endOfTurn(resolve))
    }
  }

  /** On disk; counted anew each time. */
  get fileBytes(): number {
    let bytes = 0
    for (const queue of this.all()) bytes += queue.fileBytes
    return bytes
  }

  states(): QueueState[] {
    const states: QueueState[] = []
    for (const queue of this.all()) states.push(queue.state())
    return states
  }

  private create(
    topic: string,
    queueId: number,
    physicalOffset?: number
  ): ConsumeQueue | undefined {
    const { disk, files, pages, registry, config } = this.deps
    const place = registry.resolve(topic, queueId, physicalOffset)
    if (place === undefined) return undefined
    const folder = join(this.folder, String(place.id), String(queueId))
    const fileBytes = (): number => config.mappedFileSizeConsumeQueue
    const queue = new ConsumeQueue(
      topic,
      queueId,
      place.id,
      place.sinceOffset,
      new ConsumeQueueFiles(disk, files, folder, fileBytes),
      pages
    )
    let queues = this.topics.get(topic)
    if (queues === undefined) this.topics.set(topic, (queues = new Map<number, ConsumeQueue>()))
    queues.set(queueId, queue)
    return queue
  }
}
