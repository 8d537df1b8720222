/** Brings back what was popped and not acknowledged in time, through the pop retry topic. Java: PopReviveService. */
import type { Clock } from '../../../base/clock'
import type { Disposable } from '../../../base/disposable'
import { Heap } from '../../../base/heap'
import type { Log } from '../../../base/log'
import {
  decodeMessage,
  FIXED_BYTES_V1,
  type MessageInner,
  type StoredMessage
} from '../../../protocol/message/messageCodec'
import { getProperty, MessageConst, withProperties } from '../../../protocol/message/properties'
import { tagsCodeOf } from '../../../protocol/message/tagsCode'
import { isRetryTopic, popRetryTopicOf } from '../../../protocol/topicNames'
import type { MessageStore } from '../../../store/messageStore'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { BrokerStatsManager } from '../../brokerStatsManager'
import type { TopicConfigManager } from '../../topicConfigManager'
import { WakeTimer } from '../../wakeTimer'
import { freeAt } from './orderInfo'
import type { PopConsumerService } from './popConsumerService'
import { originOf, PopQueue, visibleAt, type CheckPoint } from './popQueue'

/** Queues of a pop retry topic. Java: PopAckConstants.retryQueueNum. */
const RETRY_QUEUE_NUMS = 1
const RETRY_QUEUE_ID = 0

/** Time until what the store refused is tried again. */
export const REVIVE_RETRY_MS = 1000

/** How often one looks whether what came back is on disk. */
const SETTLE_MS = 500

/** Finished entries are thrown out of the heap beyond it, when they are more than half. */
const MIN_SWEEP = 4096

interface Waiting {
  readonly at: number
  readonly what: CheckPoint | PopQueue
}

/** A copy in the retry topic that holds the committed offset until the log is flushed up to its end. */
interface Unsettled {
  readonly queue: PopQueue
  readonly offset: number
  readonly end: number
}

export interface PopReviveServiceDeps {
  clock: Pick<Clock, 'now' | 'after' | 'real'>
  log: Log
  identity: Pick<BrokerIdentity, 'storeHost'>
  store: Pick<MessageStore, 'getMessage' | 'putMessage' | 'stats'>
  topics: Pick<TopicConfigManager, 'select' | 'createInSendBack'>
  stats: Pick<BrokerStatsManager, 'incPut'>
  consumers: Pick<PopConsumerService, 'writeAcks' | 'commit'>
  /** Messages of this topic came back to the group, or its queue is free again. */
  onVisible: (topic: string, group: string) => void
}

export class PopReviveService implements Disposable {
  private readonly heap = new Heap<Waiting>((a, b) => a.at < b.at)
  private readonly timer: WakeTimer
  private unsettled: Unsettled[] = []
  private settling: Disposable | undefined
  private sweepAt = MIN_SWEEP
  private isRunning = false
  private running = Promise.resolve()
  private isStopped = false

  constructor(private readonly deps: PopReviveServiceDeps) {
    this.timer = new WakeTimer(deps.clock, () => this.run())
  }

  wait(what: CheckPoint | PopQueue): void {
    if (!(what instanceof PopQueue)) this.push(visibleAt(what), what)
    else if (what.order) this.push(freeAt(what.order), what)
    else this.deps.onVisible(what.topic, what.group)
  }

  dispose(): void {
    this.isStopped = true
    this.timer.dispose()
    this.settling?.dispose()
  }

  private push(at: number, what: CheckPoint | PopQueue): void {
    this.heap.push({ at, what })
    this.timer.wakeAt(at)
    if (this.heap.size < this.sweepAt) return
    this.heap.retain((waiting) => isOpen(waiting))
    this.sweepAt = Math.max(MIN_SWEEP, 2 * this.heap.size)
  }

  /** Check-point after check-point, in the order of their times. */
  private run(): Promise<void> {
    if (!this.isRunning) this.running = this.work()
    return this.running
  }

  private async work(): Promise<void> {
    this.isRunning = true
    while (!this.isStopped && (this.heap.min?.at ?? Infinity) <= this.deps.clock.now()) {
      const { what } = this.heap.pop()!
      if (what instanceof PopQueue) this.release(what)
      else if (what.open > 0 && !(await this.revive(what))) {
        this.push(this.deps.clock.now() + REVIVE_RETRY_MS, what)
        break
      }
    }
    this.isRunning = false
    if (this.heap.min && !this.isStopped) this.timer.wakeAt(this.heap.min.at)
  }

  /** The time of a pop in order may be over. */
  private release(queue: PopQueue): void {
    if (!queue.order) return
    const at = freeAt(queue.order)
    if (at > this.deps.clock.now()) this.push(at, queue)
    else this.deps.onVisible(queue.topic, queue.group)
  }

  /** False where it cannot be for now: what was not moved is tried again. Never rejects. */
  private async revive(checkPoint: CheckPoint): Promise<boolean> {
    try {
      return await this.moveAll(checkPoint)
    } catch (error) {
      const { topic, group } = checkPoint.queue
      this.deps.log.error(`messages of ${topic} do not come back to ${group} yet`, error)
      return false
    }
  }

  private async moveAll(checkPoint: CheckPoint): Promise<boolean> {
    const { consumers, onVisible } = this.deps
    const { queue } = checkPoint
    const retryTopic = await this.retryTopicOf(queue)
    const results = await Promise.all(
      queue
        .openOf(checkPoint)
        .map(async (offset) => [offset, await this.bringBack(checkPoint, offset, retryTopic)] as const) // prettier-ignore
    )
    const over = results.filter(([, end]) => end !== undefined).map(([offset]) => offset)
    // Behind the copies in the log: where they are lost in a power cut, this is too.
    if (over.length > 0) await consumers.writeAcks(new Map([[checkPoint, over]]))
    for (const [offset, end] of results)
      if (end !== undefined && queue.move(offset, checkPoint))
        this.unsettled.push({ queue, offset, end })
    this.settle()
    onVisible(originOf(queue), queue.group)
    return results.every(([, end]) => end !== undefined)
  }

  private async retryTopicOf(queue: PopQueue): Promise<string> {
    if (isRetryTopic(queue.topic)) return queue.topic
    const { topics } = this.deps
    const name = popRetryTopicOf(queue.topic, queue.group)
    if (!topics.select(name)) await topics.createInSendBack(name, RETRY_QUEUE_NUMS)
    return name
  }

  /** Physical offset behind its copy, or 0 where there is nothing to bring back; undefined: to be tried again. */
  private async bringBack(
    checkPoint: CheckPoint,
    offset: number,
    topic: string
  ): Promise<number | undefined> {
    const { store, stats, log, identity } = this.deps
    const { queue } = checkPoint
    const read = await store.getMessage({ topic: queue.topic, queueId: queue.queueId, offset, maxMsgNums: 1 }) // prettier-ignore
    if (read.queueOffsets[0] !== offset) {
      log.warn(`${queue.topic}@${queue.queueId}: message ${offset}, popped by ${queue.group}, was deleted before it came back`) // prettier-ignore
      return 0
    }
    const stored = decodeMessage(read.messages[0]!)
    const marked = copyOf(stored, topic, identity, firstPopTime(stored, checkPoint))
    let result = await store.putMessage(marked)
    // Its properties leave no room for the mark: then it comes back without.
    if (result.status === 'PROPERTIES_SIZE_EXCEEDED')
      result = await store.putMessage(copyOf(stored, topic, identity, {}))
    if ('reason' in result) {
      log.warn(`${queue.topic}@${queue.queueId}: message ${offset} does not come back to ${queue.group} yet: ${result.reason}`) // prettier-ignore
      return undefined
    }
    const { properties, body } = marked
    const bytes = FIXED_BYTES_V1 + topic.length + properties.length + body.length
    stats.incPut(topic, 1, bytes)
    return result.physicalOffsets[0]! + 1
  }

  /** Lets the committed offset pass what is on disk. */
  private settle(): void {
    const { store, consumers, clock } = this.deps
    const { flushedPhysicalOffset } = store.stats
    const waiting: Unsettled[] = []
    for (const entry of this.unsettled)
      if (entry.end > flushedPhysicalOffset) waiting.push(entry)
      else {
        entry.queue.settle(entry.offset)
        consumers.commit(entry.queue)
      }
    this.unsettled = waiting
    if (waiting.length === 0 || this.isStopped) return
    this.settling ??= clock.real.after(SETTLE_MS, () => {
      this.settling = undefined
      this.settle()
    })
  }
}

const isOpen = ({ what }: Waiting): boolean =>
  what instanceof PopQueue ? what.order !== undefined : what.open > 0

const firstPopTime = (
  { reconsumeTimes, properties }: StoredMessage,
  { popTime }: CheckPoint
): Record<string, string> => {
  const name = MessageConst.PROPERTY_FIRST_POP_TIME
  const isFirst = reconsumeTimes === 0 || getProperty(properties, name) === undefined
  return isFirst ? { [name]: String(popTime) } : {}
}

const copyOf = (
  stored: StoredMessage,
  topic: string,
  { storeHost }: Pick<BrokerIdentity, 'storeHost'>,
  mark: Readonly<Record<string, string>>
): MessageInner => ({
  topic,
  queueId: RETRY_QUEUE_ID,
  flag: stored.flag,
  sysFlag: stored.sysFlag,
  bornTimestamp: stored.bornTimestamp,
  bornHost: storeHost,
  storeHost,
  reconsumeTimes: stored.reconsumeTimes + 1,
  preparedTransactionOffset: 0,
  body: stored.body,
  properties: withProperties(stored.properties, mark),
  tagsCode: tagsCodeOf(getProperty(stored.properties, MessageConst.PROPERTY_TAGS))
})
