/**
 * Pops, acks and changed times of all groups. What a client was answered is in the journal before; the committed offset
 * follows what is acknowledged or moved. Java: PopConsumerService, PopMessageProcessor.popMsgFromQueue.
 */
import type { Clock } from '../../../base/clock'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { RemotingError } from '../../../protocol/remotingCommand'
import type { GetMessageResult, MessageStore } from '../../../store/messageStore'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerStatsManager } from '../../brokerStatsManager'
import type { ConsumerOffsetManager } from '../../consumerOffsetManager'
import type { SubscriptionFilter } from '../../filter/subscriptionFilter'
import { blocks, isThrough, newOrderInfo, nextOffset, type OrderInfo } from './orderInfo'
import type { PopJournal } from './popJournal'
import type { CheckPoint, PopQueue, QueueName } from './popQueue'
import { PopQueueTable, type PopQueueTableDeps } from './popQueueTable'
import { ackRecord, checkPointRecord, orderRecord, resetRecord } from './popRecords'

/** Messages in flight of all groups; beyond it pops find nothing until some are acknowledged or come back. */
export const MAX_POP_IN_FLIGHT = 200_000

export type PopConsumerServiceDeps = PopQueueTableDeps & {
  clock: Pick<Clock, 'now'>
  config: Pick<BrokerConfig, 'enablePopMessageThreshold' | 'popInflightMessageThreshold'>
  store: Pick<MessageStore, 'getMessage'>
  offsets: Pick<ConsumerOffsetManager, 'commitPull' | 'queryThenEraseResetOffset'>
  stats: Pick<BrokerStatsManager, 'incCk'>
  journal: PopJournal
  /** Messages in flight of all groups; tests make it small. */
  maxInFlight?: number
}

/** What one pop wants of one queue. */
export interface PopRequest {
  readonly popTime: number
  readonly invisibleTime: number
  readonly initMode: number
  readonly order: boolean
  readonly attemptId: string | undefined
  readonly filter: SubscriptionFilter
}

/** What it got. */
export interface Popped {
  readonly queue: PopQueue
  readonly startOffset: number
  readonly result: GetMessageResult
  readonly order: OrderInfo | undefined
}

export class PopConsumerService {
  readonly queues: PopQueueTable
  /** Of these the time runs: a check-point's, or that of a queue popped in order. */
  onWaiting: (what: CheckPoint | PopQueue) => void = () => undefined
  /** A queue that gave nothing has something to give. */
  onFree: (queue: PopQueue) => void = () => undefined

  constructor(private readonly deps: PopConsumerServiceDeps) {
    this.queues = new PopQueueTable(deps)
  }

  /** Takes up what was in flight when the broker last stopped. */
  async open(): Promise<void> {
    for (const queue of await this.queues.replay()) {
      this.commit(queue)
      for (const checkPoint of queue.checkPoints()) this.keep(checkPoint, checkPoint.place)
      if (queue.order) this.keepOrder(queue, queue.orderPlace)
    }
  }

  /** Would a pop be given what is there? Not while the queue has too much in flight or is popped in order by another. */
  isFree(name: QueueName, order: boolean, attemptId: string | undefined): boolean {
    const queue = this.queues.find(name)
    if (this.isFull(queue)) return false
    const blocking = order ? queue?.order : undefined
    return !blocking || !blocks(blocking, attemptId, this.deps.clock.now())
  }

  /**
   * Up to `room` messages of a queue; undefined where it has none to give. @throws RemotingError where the journal cannot
   * take it: nothing was popped then.
   */
  async pop(name: QueueName, request: PopRequest, room: number): Promise<Popped | undefined> {
    for (let busy = this.queues.find(name)?.popping; busy; busy = this.queues.find(name)?.popping)
      await busy
    const queue = this.queues.open(name, request.initMode)
    let done: () => void = () => undefined
    queue.popping = new Promise<void>((resolve) => (done = resolve))
    try {
      this.follow(queue)
      if (!this.isFree(queue, request.order, request.attemptId)) return undefined
      return await this.popFrom(queue, request, room)
    } finally {
      queue.popping = undefined
      done()
    }
  }

  /** Acknowledges a message popped at that time; one that came back meanwhile, or was acknowledged, changes nothing. */
  ack(name: QueueName, offset: number, popTime: number): CheckPoint | undefined {
    const queue = this.queues.find(name)
    if (!queue) return undefined
    this.follow(queue)
    const checkPoint = queue.find(offset, popTime)
    if (!checkPoint) return undefined
    const wasFull = this.isFull(queue)
    queue.ack(offset, checkPoint)
    if (wasFull && !this.isFull(queue)) this.onFree(queue)
    return checkPoint
  }

  /** Commits, and resolves when the journal has it, or cannot take it: then a kill brings those messages back. */
  async writeAcks(acks: ReadonlyMap<CheckPoint, readonly number[]>): Promise<void> {
    for (const { queue } of acks.keys()) this.commit(queue)
    const records = [...acks].map(([checkPoint, offsets]) => ackRecord(checkPoint, offsets))
    await Promise.all(records.map((record) => this.deps.journal.append(record)))
  }

  /** Java: ackOrderly. @throws RemotingError MESSAGE_ILLEGAL for an offset that was not popped. */
  async ackOrderly(name: QueueName, offset: number, popTime: number): Promise<void> {
    const queue = this.queues.find(name)
    if (!queue) return
    this.follow(queue)
    const { order } = queue
    if (!order || offset < queue.next || order.popTime !== popTime) return
    if (!order.offsets.includes(offset))
      throw new RemotingError(
        ResponseCode.MESSAGE_ILLEGAL,
        `offset is illegal, ${queue.topic}@${queue.group}@${queue.queueId}: ${offset} is not among those popped at ${popTime}`
      )
    order.acked.add(offset)
    queue.next = nextOffset(order)
    if (isThrough(order)) queue.order = undefined
    this.commit(queue)
    await this.writeOrder(queue)
    this.onWaiting(queue)
  }

  /**
   * A message popped at that time comes back after another time from now on. False where it is not in flight any more:
   * acknowledged, or back already. @throws RemotingError where the journal cannot take it.
   */
  async changeInvisible(
    name: QueueName,
    offset: number,
    popTime: number,
    now: number,
    invisibleTime: number
  ): Promise<boolean> {
    const queue = this.queues.find(name)
    if (!queue) return false
    this.follow(queue)
    const before = queue.find(offset, popTime)
    if (!before) return false
    const changed: CheckPoint = {
      ...{ queue, startOffset: offset, offsets: [offset], popTime: now, invisibleTime },
      ...{ open: 0, place: undefined }
    }
    const place = await this.deps.journal.append(checkPointRecord(changed, [offset]))
    if (place === undefined) throw refused(queue)
    if (queue.find(offset, popTime) !== before) return false
    queue.take(changed)
    this.keep(changed, place)
    return true
  }

  /** As `changeInvisible` for a message popped in order; when it comes back. */
  async changeInvisibleOrderly(
    name: QueueName,
    offset: number,
    popTime: number,
    at: number
  ): Promise<void> {
    const queue = this.queues.find(name)
    const order = queue?.order
    if (!queue || order?.popTime !== popTime || !order.offsets.includes(offset)) return
    order.visibleAt.set(offset, at)
    await this.writeOrder(queue)
    this.onWaiting(queue)
  }

  /** Tells the group's offset what is acknowledged or moved. */
  commit(queue: PopQueue): void {
    const { lowest, group, topic, queueId } = queue
    if (lowest === queue.committed) return
    queue.committed = lowest
    this.deps.offsets.commit(group, topic, queueId, lowest)
  }

  private isFull(queue: PopQueue | undefined): boolean {
    const { config, maxInFlight = MAX_POP_IN_FLIGHT } = this.deps
    if (this.queues.inFlight >= maxInFlight) return true
    return (
      config.enablePopMessageThreshold && (queue?.size ?? 0) > config.popInflightMessageThreshold
    )
  }

  /** Goes where somebody else set the group's offset: a reset, or a member that pulls. */
  private follow(queue: PopQueue): void {
    const { offsets, journal } = this.deps
    const { group, topic, queueId } = queue
    const known = offsets.query(group, topic, queueId)
    // A reset counts also where the group is already: what it has in flight is popped anew.
    const isReset = offsets.queryThenEraseResetOffset(group, topic, queueId) !== undefined
    if (known === undefined || (known === queue.committed && !isReset)) return
    this.moveTo(queue, known)
    void journal.append(resetRecord(queue, known))
  }

  private moveTo(queue: PopQueue, offset: number): void {
    queue.moveTo(offset)
    this.deps.journal.release(queue.orderPlace)
    queue.orderPlace = undefined
    this.commit(queue)
  }

  private async popFrom(
    queue: PopQueue,
    request: PopRequest,
    room: number
  ): Promise<Popped | undefined> {
    const { offsets } = this.deps
    const read = await this.read(queue, request, room)
    // Somebody moved the group while old messages were read.
    if (queue.next !== read.startOffset) return undefined
    if (read.messages.length === 0) {
      this.pass(queue, read)
      return undefined
    }
    const { startOffset } = read
    const { popTime, invisibleTime, attemptId } = request
    if (request.order) {
      const before = queue.order
      const offsetsRead = read.queueOffsets
      const order = newOrderInfo(before, { attemptId, popTime, invisibleTime, offsets: offsetsRead }) // prettier-ignore
      queue.order = order
      if (!(await this.writeOrder(queue))) {
        queue.order = before
        throw refused(queue)
      }
      this.onWaiting(queue)
      return { queue, startOffset, result: read, order }
    }
    const checkPoint: CheckPoint = {
      ...{ queue, startOffset, offsets: read.queueOffsets, popTime, invisibleTime },
      ...{ open: 0, place: undefined }
    }
    queue.next = read.nextBeginOffset
    queue.take(checkPoint)
    this.deps.stats.incCk(queue.group, queue.topic, 1)
    const place = await this.deps.journal.append(checkPointRecord(checkPoint))
    if (place === undefined) {
      if (queue.next === read.nextBeginOffset) queue.next = startOffset
      for (const offset of checkPoint.offsets) queue.ack(offset, checkPoint)
      throw refused(queue)
    }
    offsets.commitPull(queue.group, queue.topic, queue.queueId, queue.next)
    this.commit(queue)
    this.keep(checkPoint, place)
    return { queue, startOffset, result: read, order: undefined }
  }

  private async read(
    queue: PopQueue,
    { filter }: PopRequest,
    room: number
  ): Promise<GetMessageResult & { startOffset: number }> {
    const read = async () => {
      const startOffset = queue.next
      const result = await this.deps.store.getMessage({
        ...{ topic: queue.topic, queueId: queue.queueId, offset: startOffset, maxMsgNums: room },
        ...(filter.matches && { matches: filter.matches }),
        ...(filter.matchesMessage && { matchesMessage: filter.matchesMessage })
      })
      return { ...result, startOffset }
    }
    const result = await read()
    if (queue.next !== result.startOffset) return result
    switch (result.status) {
      case 'OFFSET_TOO_SMALL':
      case 'OFFSET_FOUND_NULL':
        this.pass(queue, result)
        return read()
      case 'OFFSET_OVERFLOW_BADLY':
        // A power cut took what was consumed: the queue goes on with what comes in its place.
        queue.restart(result.nextBeginOffset)
        this.commit(queue)
        return read()
      default:
        return result
    }
  }

  /** Nothing of it is wanted. */
  private pass(queue: PopQueue, { nextBeginOffset }: GetMessageResult): void {
    if (nextBeginOffset <= queue.next) return
    queue.next = nextBeginOffset
    this.commit(queue)
  }

  private keep(checkPoint: CheckPoint, place: number | undefined): void {
    if (checkPoint.open === 0 || place === undefined) return
    this.deps.journal.keep(place, {
      record: () => checkPointRecord(checkPoint),
      placed: (at) => (checkPoint.place = at)
    })
    this.onWaiting(checkPoint)
  }

  private async writeOrder(queue: PopQueue): Promise<boolean> {
    const place = await this.deps.journal.append(orderRecord(queue))
    if (place === undefined) return false
    this.deps.journal.release(queue.orderPlace)
    queue.orderPlace = undefined
    if (queue.order) this.keepOrder(queue, place)
    return true
  }

  private keepOrder(queue: PopQueue, place: number | undefined): void {
    if (place === undefined) return
    this.deps.journal.keep(place, {
      record: () => orderRecord(queue),
      placed: (at) => (queue.orderPlace = at)
    })
  }
}

const refused = ({ topic, queueId }: QueueName): RemotingError =>
  new RemotingError(
    ResponseCode.SYSTEM_ERROR,
    `what was popped of ${topic}@${queueId} cannot be kept: the store takes no messages; nothing was popped, try again later`
  )
