/** The queues groups pop from, and where they are. Java: PopConsumerService, PopBufferMergeService. */
import type { BrokerMeta } from '../../../meta/brokerMeta'
import type { Json } from '../../../protocol/bodies/read'
import { isRetryTopic } from '../../../protocol/topicNames'
import type { MessageStore } from '../../../store/messageStore'
import type { ConsumerOffsetManager } from '../../consumerOffsetManager'
import type { PopJournal } from './popJournal'
import { PopQueue, type CheckPoint, type PopQueues, type QueueName } from './popQueue'
import { PopTag, queueNameOf, readAck, readCheckPoint, readOrder, readReset } from './popRecords'

/** Queues remembered; those with nothing in flight beyond it are forgotten, and known from the committed offset again. */
const MAX_IDLE_QUEUES = 10_000

export interface PopQueueTableDeps {
  store: Pick<MessageStore, 'getMaxOffsetInQueue' | 'getMinOffsetInQueue' | 'isInMemory'>
  offsets: Pick<ConsumerOffsetManager, 'query' | 'commit' | 'hasOffsetReset'>
  meta: { readonly topics: Pick<BrokerMeta['topics'], 'get'> }
  journal: Pick<PopJournal, 'replay' | 'release'>
}

/** Java: ConsumeInitMode.MIN. */
const INIT_MODE_MIN = 0

const keyOf = ({ topic, group, queueId }: QueueName): string => `${topic}@${group}@${queueId}`

export class PopQueueTable implements PopQueues {
  inFlight = 0
  private readonly queues = new Map<string, PopQueue>()

  constructor(private readonly deps: PopQueueTableDeps) {}

  onDone(checkPoint: CheckPoint): void {
    this.deps.journal.release(checkPoint.place)
  }

  /** The queues as the journal tells them. */
  async replay(): Promise<PopQueue[]> {
    await this.deps.journal.replay((...record) => this.apply(...record))
    const queues = [...this.queues.values()]
    for (const queue of queues) {
      queue.sort()
      // It is behind what the journal says by as much as it is kept late; ahead only of records that are lost.
      const known = this.deps.offsets.query(queue.group, queue.topic, queue.queueId)
      if (known !== undefined && known > queue.lowest) queue.moveTo(known)
    }
    return queues
  }

  /** Where the next pop of a queue begins; nothing is changed. */
  position(name: QueueName): number {
    const { offsets, store } = this.deps
    const known = offsets.query(name.group, name.topic, name.queueId)
    const queue = this.find(name)
    if (queue) {
      const isReset = offsets.hasOffsetReset(name.group, name.topic, name.queueId)
      return known === undefined || (known === queue.committed && !isReset) ? queue.next : known
    }
    return known ?? store.getMinOffsetInQueue(name.topic, name.queueId)
  }

  /** Messages behind the next pop. */
  rest(name: QueueName): number {
    const max = this.deps.store.getMaxOffsetInQueue(name.topic, name.queueId)
    return Math.max(0, max - this.position(name))
  }

  /** Is the queue popped by the group, and nothing behind? */
  isAtEnd(name: QueueName): boolean {
    const { store } = this.deps
    return (
      this.find(name) !== undefined &&
      this.position(name) === store.getMaxOffsetInQueue(name.topic, name.queueId)
    )
  }

  /** Is a pop of this queue under way? */
  isPopping(name: QueueName): boolean {
    return this.find(name)?.popping !== undefined
  }

  find(name: QueueName): PopQueue | undefined {
    const key = keyOf(name)
    const queue = this.queues.get(key)
    if (!queue || queue.topicId === this.topicIdOf(name.topic)) return queue
    // The topic was deleted; what was in flight is gone with it.
    this.queues.delete(key)
    queue.moveTo(Infinity)
    this.deps.journal.release(queue.orderPlace)
    return undefined
  }

  /** Begun where the group is, or where a new one is to begin. */
  open(name: QueueName, initMode: number): PopQueue {
    const { offsets } = this.deps
    const known = offsets.query(name.group, name.topic, name.queueId)
    const present = this.find(name)
    if (present && known === undefined) offsets.commit(name.group, name.topic, name.queueId, present.committed) // prettier-ignore
    if (present) return present
    const next = known ?? this.initOffset(name, initMode)
    if (known === undefined) offsets.commit(name.group, name.topic, name.queueId, next)
    return this.add(name, next)
  }

  private add(name: QueueName, next: number): PopQueue {
    if (this.queues.size >= MAX_IDLE_QUEUES)
      for (const [key, { size, order, popping }] of this.queues)
        if (size === 0 && !order && !popping) this.queues.delete(key)
    const queue = new PopQueue(name, next, this.topicIdOf(name.topic), this)
    this.queues.set(keyOf(name), queue)
    return queue
  }

  /** Java: PopMessageProcessor.getInitOffset. */
  private initOffset({ topic, queueId }: QueueName, initMode: number): number {
    const { store } = this.deps
    const min = store.getMinOffsetInQueue(topic, queueId)
    if (initMode === INIT_MODE_MIN || isRetryTopic(topic)) return min
    if (min <= 0 && store.isInMemory(topic, queueId, 0)) return 0
    return Math.max(0, store.getMaxOffsetInQueue(topic, queueId) - 1)
  }

  private topicIdOf(topic: string): number | undefined {
    return this.deps.meta.topics.get(topic)?.topicId
  }

  private apply(tag: string, body: Json, place: number, physicalOffset: number): void {
    const name = queueNameOf(body)
    const topic = name && this.deps.meta.topics.get(name.topic)
    // Of a topic that is gone, or of one of that name before it.
    if (!name || !topic || physicalOffset < topic.sinceOffset) return
    const queue = this.queues.get(keyOf(name)) ?? this.add(name, 0)
    switch (tag) {
      case PopTag.CHECK_POINT: {
        const { next, ...rest } = readCheckPoint(body)
        queue.take({ ...rest, queue, open: 0, place })
        queue.next = next
        break
      }
      case PopTag.ACK: {
        const { popTime, offsets } = readAck(body)
        for (const offset of offsets) {
          const checkPoint = queue.find(offset, popTime)
          if (checkPoint) queue.ack(offset, checkPoint)
        }
        break
      }
      case PopTag.ORDER: {
        const { next, order } = readOrder(body)
        queue.order = order
        queue.orderPlace = order && place
        queue.next = next
        break
      }
      case PopTag.RESET:
        queue.moveTo(readReset(body))
    }
  }
}
