/** What one group has popped of one queue and not acknowledged; pure. Java: PopBufferMergeService, PopConsumerCache. */
import { isRetryTopic, popRetryTopicOf } from '../../../protocol/topicNames'
import type { OrderInfo } from './orderInfo'

/** Messages of one pop from one queue, or one message whose time was changed. Java: PopCheckPoint. */
export interface CheckPoint {
  readonly queue: PopQueue
  /** Where the pop began; receipts name it. */
  readonly startOffset: number
  readonly offsets: readonly number[]
  readonly popTime: number
  readonly invisibleTime: number
  /** Of its messages, those neither acknowledged, nor moved for good, nor popped by another one. */
  open: number
  /** Where the journal has it; undefined until it is stored. */
  place: number | undefined
}

/** When its messages come back. */
export const visibleAt = ({ popTime, invisibleTime }: CheckPoint): number => popTime + invisibleTime

/**
 * It came back and lies in the retry topic, which is not flushed yet: until then it holds the committed offset, and the
 * journal keeps what tells that it is not to be popped again.
 */
interface Moved {
  readonly moved: CheckPoint
}

const isMoved = (one: CheckPoint | Moved): one is Moved => 'moved' in one

export interface QueueName {
  readonly topic: string
  readonly group: string
  readonly queueId: number
}

/** The topic its clients consume: that of a pop retry topic is behind the group in its name. */
export const originOf = ({ topic, group }: QueueName): string =>
  isRetryTopic(topic) ? topic.slice(popRetryTopicOf('', group).length) : topic

/** What all queues of a broker have in common. */
export interface PopQueues {
  /** Messages in flight, of all queues. */
  inFlight: number
  /** A check-point has no message left. */
  onDone(checkPoint: CheckPoint): void
}

export class PopQueue implements QueueName {
  readonly topic: string
  readonly group: string
  readonly queueId: number
  /** The offset popped next. */
  next: number
  /** The offset that was committed last; where the group's is another one somebody else moved it. */
  committed: number
  /** The newest pop in order, while it is not through. */
  order: OrderInfo | undefined
  /** Where the journal has it. */
  orderPlace: number | undefined
  /** A pop is under way, until the journal has it: others wait. */
  popping: Promise<void> | undefined
  /** In ascending order of offsets, as they are popped. */
  private inFlight = new Map<number, CheckPoint | Moved>()

  constructor(
    { topic, group, queueId }: QueueName,
    next: number,
    /** Folder id of the topic: one of the same name that is made later is another. */
    readonly topicId: number | undefined,
    private readonly all: PopQueues
  ) {
    this.topic = topic
    this.group = group
    this.queueId = queueId
    this.next = next
    this.committed = next
  }

  get size(): number {
    return this.inFlight.size
  }

  /** Everything before it is acknowledged, or lies in the retry topic for good. */
  get lowest(): number {
    const first = this.inFlight.keys().next()
    return first.done === true ? this.next : Math.min(first.value, this.next)
  }

  /** They were popped; those in flight already belong to the new check-point from now on. */
  take(checkPoint: CheckPoint): void {
    for (const offset of checkPoint.offsets) {
      const before = this.inFlight.get(offset)
      this.inFlight.set(offset, checkPoint)
      checkPoint.open++
      this.all.inFlight++
      if (before !== undefined) this.close(before)
    }
  }

  /** The check-point of a message popped at that time; undefined once it is acknowledged, moved or popped again. */
  find(offset: number, popTime: number): CheckPoint | undefined {
    const found = this.inFlight.get(offset)
    return found && !isMoved(found) && found.popTime === popTime ? found : undefined
  }

  /** Of its messages those that still belong to it. */
  openOf(checkPoint: CheckPoint): number[] {
    return checkPoint.offsets.filter((offset) => this.inFlight.get(offset) === checkPoint)
  }

  /** Acknowledged. False where it did not belong to that check-point any more. */
  ack(offset: number, checkPoint: CheckPoint): boolean {
    if (this.inFlight.get(offset) !== checkPoint) return false
    this.inFlight.delete(offset)
    this.close(checkPoint)
    return true
  }

  /** A copy of it lies in the retry topic; `settle` follows. */
  move(offset: number, checkPoint: CheckPoint): boolean {
    if (this.inFlight.get(offset) !== checkPoint) return false
    this.inFlight.set(offset, { moved: checkPoint })
    return true
  }

  /** Its copy is on disk. */
  settle(offset: number): void {
    const found = this.inFlight.get(offset)
    if (!found || !isMoved(found)) return
    this.inFlight.delete(offset)
    this.close(found)
  }

  /**
   * Somebody set the group's offset: messages before it are consumed, and from it on everything is popped, anew where it
   * goes back.
   */
  moveTo(offset: number): void {
    const isBack = offset <= this.lowest
    for (const [inFlight, checkPoint] of [...this.inFlight]) {
      if (!isBack && inFlight >= offset) continue
      this.inFlight.delete(inFlight)
      this.close(checkPoint)
    }
    this.next = isBack ? offset : Math.max(this.next, offset)
    this.order = undefined
  }

  /** Nothing of it is in flight any more; the next pop begins at this offset. */
  restart(offset: number): void {
    this.moveTo(Infinity)
    this.next = offset
  }

  /** Those with messages in flight. */
  checkPoints(): Set<CheckPoint> {
    const found = new Set<CheckPoint>()
    for (const one of this.inFlight.values()) if (!isMoved(one)) found.add(one)
    return found
  }

  /** As they would have been popped: a journal may tell of older ones later. */
  sort(): void {
    this.inFlight = new Map([...this.inFlight].sort(([a], [b]) => a - b))
  }

  private close(one: CheckPoint | Moved): void {
    const checkPoint = isMoved(one) ? one.moved : one
    this.all.inFlight--
    if (--checkPoint.open === 0) this.all.onDone(checkPoint)
  }
}
