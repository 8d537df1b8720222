/** Records another store has put enter the queues and the index here, at the offsets they have there. */
import type { Log } from '../base/log'
import type { ConsumeQueue } from './consumeQueue'
import type { ConsumeQueueStore } from './consumeQueueStore'
import type { GroupCommit } from './groupCommit'
import type { IndexableRecord, IndexService } from './indexService'
import type { MessageArriving } from './messageStore'
import { refuseAfter, type Writeability } from './writeability'

export interface ReplicaRecord extends MessageArriving, IndexableRecord {
  isDispatched: boolean
}

interface Deps {
  log: Log
  queues: ConsumeQueueStore
  index: Pick<IndexService, 'put'>
  groupCommit: Pick<GroupCommit, 'lastStoreTimestamp'>
  writeability: Writeability
  /** With those that entered their queue apart. Must not throw. */
  onWritten: (records: readonly ReplicaRecord[], readable: readonly ReplicaRecord[]) => void
}

/** Queue offsets a hole of the log may have taken: so many entries of no bytes are made, 20 MB; then the queue begins anew. */
const MAX_LOST_ENTRIES = 1_000_000

export class ReplicaDispatch {
  constructor(private readonly deps: Deps) {}

  /** They are written, and in log order. */
  dispatch(records: readonly ReplicaRecord[]): void {
    const { index, groupCommit, onWritten } = this.deps
    const readable: ReplicaRecord[] = []
    for (const record of records) {
      if (record.storeTimestamp > groupCommit.lastStoreTimestamp)
        groupCommit.lastStoreTimestamp = record.storeTimestamp
      index.put(record)
      if (record.isDispatched && this.enqueue(record)) readable.push(record)
    }
    onWritten(records, readable)
  }

  /** False: the record is of a topic that was deleted. */
  private enqueue(record: ReplicaRecord): boolean {
    const { queues } = this.deps
    const { topic, queueId, physicalOffset } = record
    const queue = queues.findOrCreate(topic, queueId, physicalOffset)
    if (queue === undefined || physicalOffset < queue.sinceOffset) return false
    const placed = record.queueOffset < queue.maxOffset ? this.renewed(record) : queue
    if (placed === undefined) return false
    if (record.queueOffset > placed.maxOffset) this.skip(placed, record)
    this.append(placed, physicalOffset, record.size, record.tagsCode)
    return true
  }

  /** A topic that counts from the beginning was deleted and made anew at the master. */
  private renewed({ topic, queueId, physicalOffset }: ReplicaRecord): ConsumeQueue | undefined {
    this.deps.log.info(`${topic} was made anew: its messages before ${physicalOffset} are gone`)
    return this.deps.queues.renewTopic(topic, queueId, physicalOffset)
  }

  /** Offsets of records that are lost stay taken, as entries of no bytes; a queue without a message begins where it does. */
  private skip(queue: ConsumeQueue, { queueOffset, physicalOffset }: ReplicaRecord): void {
    const isEmpty = queue.minOffset === queue.maxOffset
    if (isEmpty || queueOffset - queue.maxOffset > MAX_LOST_ENTRIES) {
      queue.clear()
      queue.startFrom(queueOffset, queueOffset)
    }
    while (queue.maxOffset < queueOffset) this.append(queue, physicalOffset, 0, 0)
  }

  private append(queue: ConsumeQueue, physicalOffset: number, size: number, tags: number): void {
    const { queues, writeability } = this.deps
    const isPageFull = queue.append(physicalOffset, size, tags)
    if (!queue.isDirty) queues.markDirty(queue)
    if (!isPageFull) return
    try {
      queue.flush()
    } catch (error) {
      refuseAfter('writing a consume queue', error, writeability)
    }
  }
}
