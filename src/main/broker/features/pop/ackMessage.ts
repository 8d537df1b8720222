/** ACK_MESSAGE (200051), BATCH_ACK_MESSAGE (200151), CHANGE_MESSAGE_INVISIBLETIME (200053). Java: AckMessageProcessor, ChangeInvisibleTimeProcessor. */
import type { Clock } from '../../../base/clock'
import { endOfTurn } from '../../../base/turn'
import { readBatchAcks, type BatchAck } from '../../../protocol/bodies/pop'
import { readJsonBody } from '../../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { parseExtraInfo, POP_ORDER_REVIVE_QUEUE, realTopicOf } from '../../../protocol/extraInfo'
import {
  AckMessageRequestHeader,
  ChangeInvisibleTimeRequestHeader,
  ChangeInvisibleTimeResponseHeader
} from '../../../protocol/headers/pop'
import { NoHeader } from '../../../protocol/headers/admin'
import { RemotingError, success, type Reply } from '../../../protocol/remotingCommand'
import { reply, route, type RequestContext, type Route } from '../../../remoting/route'
import type { MessageStore } from '../../../store/messageStore'
import type { BrokerStatsManager } from '../../brokerStatsManager'
import type { MessageTrace } from '../../trace/messageTrace'
import type { PopCheck } from './popCheck'
import type { PopConsumerService } from './popConsumerService'
import type { CheckPoint, QueueName } from './popQueue'

export interface AckMessageDeps {
  clock: Pick<Clock, 'now'>
  store: Pick<MessageStore, 'getMinOffsetInQueue' | 'getMaxOffsetInQueue'>
  check: Pick<PopCheck, 'judgeReceipt'>
  consumers: PopConsumerService
  stats: Pick<BrokerStatsManager, 'incAck'>
  trace: Pick<MessageTrace, 'event'>
}

type Connection = RequestContext<unknown>['connection']

/** Acks of one turn of the event loop: those of one check-point are one record of the journal. */
class AckBatch {
  private acks = new Map<CheckPoint, number[]>()
  private written: Promise<Reply> | undefined

  constructor(private readonly consumers: Pick<PopConsumerService, 'ack' | 'writeAcks'>) {}

  /** The answer once it is written; at once where there is nothing to acknowledge any more. */
  ack(name: QueueName, offset: number, popTime: number): Reply | Promise<Reply> {
    const checkPoint = this.consumers.ack(name, offset, popTime)
    if (!checkPoint) return success
    const offsets = this.acks.get(checkPoint)
    if (offsets) offsets.push(offset)
    else this.acks.set(checkPoint, [offset])
    return (this.written ??= this.write())
  }

  private async write(): Promise<Reply> {
    await new Promise<void>((resolve) => endOfTurn(resolve))
    const { acks } = this
    this.acks = new Map()
    this.written = undefined
    await this.consumers.writeAcks(acks)
    return success
  }
}

export const ackMessage = (deps: AckMessageDeps): Route[] => {
  const { clock, store, check, consumers, stats, trace } = deps
  const batch = new AckBatch(consumers)

  const ackOne = (
    name: QueueName,
    isOrderly: boolean,
    offset: number,
    popTime: number,
    connection: Connection
  ): Reply | Promise<Reply> => {
    const { topic, group, queueId } = name
    stats.incAck(group, topic, 1)
    trace.event('ack', topic, queueId, offset, group, connection)
    return isOrderly
      ? consumers.ackOrderly(name, offset, popTime).then(() => success)
      : batch.ack(name, offset, popTime)
  }

  const ack = ({
    header,
    connection
  }: RequestContext<AckMessageRequestHeader>): Reply | Promise<Reply> => {
    const { consumerGroup: group, topic, queueId, offset, extraInfo } = header
    check.judgeReceipt(topic, queueId, offset, true)
    const { reviveQid, popTime } = parseExtraInfo(extraInfo)
    const isOrderly = reviveQid === POP_ORDER_REVIVE_QUEUE
    return ackOne({ topic, group, queueId }, isOrderly, offset, popTime, connection)
  }

  /** Offsets the queue does not have are passed over. */
  const ackAll = async (one: BatchAck, connection: Connection): Promise<void> => {
    const { consumerGroup: group, queueId, popTime } = one
    const topic = realTopicOf(one.topic, group, one.retry)
    const min = store.getMinOffsetInQueue(topic, queueId)
    const max = store.getMaxOffsetInQueue(topic, queueId)
    const isOrderly = one.reviveQueueId === POP_ORDER_REVIVE_QUEUE
    const answers = one.offsets
      .filter((offset) => offset >= min && offset <= max)
      .map((offset) => ackOne({ topic, group, queueId }, isOrderly, offset, popTime, connection))
    await Promise.all(answers.map((answer) => Promise.resolve(answer)))
  }

  const batchAck = async ({ body, connection }: RequestContext<unknown>): Promise<Reply> => {
    const acks = body.length === 0 ? [] : readBatchAcks(readJsonBody(body, 'BATCH_ACK_MESSAGE'))
    if (acks.length === 0)
      throw new RemotingError(ResponseCode.NO_MESSAGE, 'the batch acknowledges no message')
    await Promise.all(acks.map((one) => ackAll(one, connection)))
    return success
  }

  const change = async ({
    header,
    connection
  }: RequestContext<ChangeInvisibleTimeRequestHeader>): Promise<Reply> => {
    const { consumerGroup: group, topic, queueId, offset, extraInfo, invisibleTime } = header
    check.judgeReceipt(topic, queueId, offset, false)
    const { reviveQid, popTime } = parseExtraInfo(extraInfo)
    const name = { topic, group, queueId }
    const now = clock.now()
    trace.event('invisible', topic, queueId, offset, group, connection)
    if (reviveQid !== POP_ORDER_REVIVE_QUEUE) {
      await consumers.changeInvisible(name, offset, popTime, now, invisibleTime)
      return reply(ChangeInvisibleTimeResponseHeader, { popTime: now, invisibleTime, reviveQid })
    }
    // In order the receipt stays that of the pop: only the time behind it moves.
    const visibleAt = now + invisibleTime
    await consumers.changeInvisibleOrderly(name, offset, popTime, visibleAt)
    const changed = { popTime, invisibleTime: visibleAt - popTime, reviveQid }
    return reply(ChangeInvisibleTimeResponseHeader, changed)
  }

  return [
    route(RequestCode.ACK_MESSAGE, AckMessageRequestHeader, ack),
    route(RequestCode.BATCH_ACK_MESSAGE, NoHeader, batchAck),
    route(RequestCode.CHANGE_MESSAGE_INVISIBLETIME, ChangeInvisibleTimeRequestHeader, change)
  ]
}
