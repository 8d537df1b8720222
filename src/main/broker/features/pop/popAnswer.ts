/** What a pop gives: messages of several queues, and for each queue what its receipts are made of. Java: PopConsumerContext. */
import type { Clock } from '../../../base/clock'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import {
  formatExtraInfo,
  msgOffsetEntry,
  orderCountEntries,
  startOffsetEntry
} from '../../../protocol/extraInfo'
import {
  PopMessageResponseHeader,
  type PopMessageRequestHeader
} from '../../../protocol/headers/pop'
import { decodeMessage, encodeMessage, layoutOf } from '../../../protocol/message/messageCodec'
import { getProperty, MAX_PROPERTIES_BYTES, MessageConst, withProperties } from '../../../protocol/message/properties' // prettier-ignore
import type { Reply } from '../../../protocol/remotingCommand'
import type { RequestContext } from '../../../remoting/route'
import type { GetMessageResult } from '../../../store/messageStore'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { BrokerStatsManager } from '../../brokerStatsManager'
import type { MessageTrace } from '../../trace/messageTrace'
import type { TrafficTail } from '../../trafficTail'
import { leastCount } from './orderInfo'
import type { Popped } from './popConsumerService'

export interface PopAnswerDeps {
  clock: Pick<Clock, 'now'>
  config: Pick<BrokerConfig, 'popResponseReturnActualRetryTopic'>
  identity: Pick<BrokerIdentity, 'name'>
  stats: Pick<BrokerStatsManager, 'incGet' | 'incGetMiss'>
  tail: Pick<TrafficTail, 'isOpen' | 'offer'>
  trace: Pick<MessageTrace, 'delivered'>
}

interface Pop {
  readonly popTime: number
  readonly reviveQid: number
}

export class PopAnswer {
  rest = 0
  private readonly messages: Buffer[] = []
  private readonly startOffsets: string[] = []
  private readonly msgOffsets: string[] = []
  private readonly orderCounts: string[] = []

  constructor(
    private readonly deps: PopAnswerDeps,
    private readonly context: RequestContext<PopMessageRequestHeader>,
    private readonly pop: Pop
  ) {}

  get isEmpty(): boolean {
    return this.messages.length === 0
  }

  /** So many messages may still be added. */
  get room(): number {
    return Math.max(0, Math.max(1, this.context.header.maxMsgNums) - this.messages.length)
  }

  addRest(messages: number): void {
    this.rest += messages
  }

  add({ queue, startOffset, result, order }: Popped, isRetry: boolean): void {
    const { config } = this.deps
    const { topic, queueId } = queue
    this.rest += Math.max(0, result.maxOffset - result.nextBeginOffset)
    this.startOffsets.push(startOffsetEntry(topic, queueId, startOffset))
    this.msgOffsets.push(msgOffsetEntry(topic, queueId, result.queueOffsets))
    if (order) this.orderCounts.push(...orderCountEntries(topic, queueId, order.counts, leastCount(order))) // prettier-ignore
    const isRenamed = isRetry && !config.popResponseReturnActualRetryTopic
    for (const [i, message] of result.messages.entries())
      this.messages.push(
        isRenamed ? this.asOrigin(message, topic, startOffset, result.queueOffsets[i]!) : message
      )
    this.count(topic, queueId, result)
  }

  found(): Reply {
    return { ...this.reply(ResponseCode.SUCCESS, 'FOUND'), body: this.messages }
  }

  nothing(code: number): Reply {
    this.deps.stats.incGetMiss()
    return this.reply(code, 'NO_MESSAGE_IN_QUEUE')
  }

  private reply(code: number, remark: string): Reply {
    const { header } = this.context
    return {
      code,
      remark,
      extFields: PopMessageResponseHeader.encode({
        ...this.pop,
        invisibleTime: header.invisibleTime,
        restNum: this.rest,
        startOffsetInfo: this.startOffsets.join(';'),
        msgOffsetInfo: this.msgOffsets.join(';'),
        ...(header.order === true && { orderCountInfo: this.orderCounts.join(';') })
      })
    }
  }

  /** Of the topic the client consumes, with its receipt: the client cannot tell otherwise that it came back. */
  private asOrigin(message: Buffer, topic: string, startOffset: number, offset: number): Buffer {
    const { header } = this.context
    const stored = decodeMessage(message)
    const name = MessageConst.PROPERTY_POP_CK
    const receipt = formatExtraInfo(
      topic,
      {
        ...{ ...this.pop, startOffset, invisibleTime: header.invisibleTime },
        ...{ brokerName: this.deps.identity.name, queueId: stored.queueId, offset: undefined }
      },
      offset
    )
    const properties = getProperty(stored.properties, name) === undefined ? withProperties(stored.properties, { [name]: receipt }) : stored.properties // prettier-ignore
    // Without room for it the client makes the receipt itself, of the topic as it is stored.
    if (Buffer.byteLength(properties) > MAX_PROPERTIES_BYTES) return message
    const renamed = { ...stored, topic: header.topic, properties, tagsCode: 0 }
    const layout = layoutOf(renamed)
    const target = Buffer.allocUnsafe(layout.totalSize)
    encodeMessage(renamed, layout, stored, target, 0)
    return target
  }

  private count(
    topic: string,
    queueId: number,
    { messages, bytes, queueOffsets }: GetMessageResult
  ): void {
    const { stats, tail, trace, clock } = this.deps
    const { header, connection } = this.context
    const group = header.consumerGroup
    stats.incGet(group, topic, messages.length, bytes)
    trace.delivered('pop', topic, queueId, queueOffsets, group, connection)
    if (!tail.isOpen) return
    const at = clock.now()
    const client = connection.remoteAddress
    for (const record of messages) tail.offer({ kind: 'get', at, record, group, client })
  }
}
