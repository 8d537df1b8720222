/** SEND_MESSAGE (10), SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320). Java: SendMessageProcessor. */
import { assertNever } from '../../base/assertNever'
import type { Clock } from '../../base/clock'
import type { Random } from '../../base/random'
import type { TopicConfig } from '../../protocol/bodies/topicConfig'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  SendMessageRequestHeader,
  SendMessageRequestHeaderV2,
  SendMessageResponseHeader
} from '../../protocol/headers/send'
import { decodeBatch, type BatchItem } from '../../protocol/message/batchCodec'
import type { MessageClientIDSetter } from '../../protocol/message/messageClientIDSetter'
import { countedSize, type MessageInner } from '../../protocol/message/messageCodec'
import { messageIdsOf } from '../../protocol/message/messageId'
import { getProperty, MessageConst, withProperties } from '../../protocol/message/properties'
import { recallHandleOf } from '../../protocol/message/recallMessageHandle'
import { MessageSysFlag, transactionType } from '../../protocol/message/sysFlag'
import { tagsCodeOf } from '../../protocol/message/tagsCode'
import { RemotingError, type Reply } from '../../protocol/remotingCommand'
import { groupOfRetryTopic, isRetryTopic, RMQ_SYS_SCHEDULE_TOPIC } from '../../protocol/topicNames'
import { route, type RequestContext, type Route } from '../../remoting/route'
import type { PutMessageResult } from '../../store/messageStore'
import type { BrokerConfig } from '../brokerConfig'
import type { BrokerIdentity } from '../brokerIdentity'
import type { MessageWriter } from '../features/messageWriter'
import { readIncoming, type IncomingProperties, type PropertyStamp } from '../messageProperties'
import type { BrokerStatsManager } from '../brokerStatsManager'
import { DLQ_QUEUE_ID, type DeadLetters } from '../deadLetters'
import type { SendCheck } from '../sendCheck'
import type { MessageTrace } from '../trace/messageTrace'
import type { TrafficTail } from '../trafficTail'

interface Deps {
  clock: Pick<Clock, 'now' | 'monotonic'>
  random: Random
  config: Pick<BrokerConfig, 'regionId' | 'traceOn'>
  identity: Pick<BrokerIdentity, 'name' | 'storeHost'>
  sendCheck: SendCheck
  deadLetters: Pick<DeadLetters, 'isGivenUp' | 'topicOf'>
  stamp: PropertyStamp
  ids: Pick<MessageClientIDSetter, 'createUniqID'>
  writer: Pick<MessageWriter, 'prepare' | 'putPrepared' | 'putAll'>
  stats: Pick<BrokerStatsManager, 'incPut' | 'incPutFailed' | 'incPutLatency' | 'incQueuePut'>
  tail: Pick<TrafficTail, 'isOpen' | 'offer'>
  trace: Pick<MessageTrace, 'put'>
}

type Context = RequestContext<SendMessageRequestHeader>

type Stored = Extract<PutMessageResult, { queueOffset: number }>

/** What a message that is stored may lack. */
const remarks = {
  FLUSH_DISK_TIMEOUT: 'stored, but the disk did not confirm within syncFlushTimeout',
  FLUSH_SLAVE_TIMEOUT: 'stored here, but too few slaves confirmed within slaveTimeout',
  SLAVE_NOT_AVAILABLE:
    'stored here, but this SYNC_MASTER has no slave within haMaxGapNotInSync: start one, or wait until it caught up'
} as const

/** What is on its way into the store. */
interface Put {
  /** As they were sent. */
  messages: readonly MessageInner[]
  /** Where the first lies: parked ones elsewhere than they were sent to. */
  place: Pick<MessageInner, 'topic' | 'queueId'>
  transactionId: string | undefined
  recallHandle?: string | undefined
  /** Monotonic, when it was given to the store. */
  since: number
}

export const sendMessage = (deps: Deps): Route[] => {
  const { sendCheck: check, random, writer, stamp, ids, identity, config, clock } = deps
  const newId = (): string => ids.createUniqID()
  const messageId = messageIdsOf(identity.storeHost)

  const inner = (
    { header, connection }: Context,
    queueId: number,
    item: BatchItem,
    incoming: IncomingProperties
  ): MessageInner => ({
    topic: header.topic,
    queueId,
    flag: item.flag,
    sysFlag: header.sysFlag,
    bornTimestamp: header.bornTimestamp,
    bornHost: connection.remoteHost,
    storeHost: identity.storeHost,
    reconsumeTimes: header.reconsumeTimes ?? 0,
    preparedTransactionOffset: 0,
    body: item.body,
    properties: stamp.apply(item.properties, incoming, newId),
    tagsCode: tagsCodeOf(incoming.tags)
  })

  const answer = (context: Context, put: Put, result: PutMessageResult): Reply => {
    const { topic } = context.header
    switch (result.status) {
      case 'PUT_OK':
      case 'FLUSH_DISK_TIMEOUT':
      case 'FLUSH_SLAVE_TIMEOUT':
      case 'SLAVE_NOT_AVAILABLE': {
        count(deps, context, put, result)
        const extFields = SendMessageResponseHeader.encode({
          msgId: result.physicalOffsets.map(messageId).join(','),
          queueId: put.messages[0]!.queueId,
          queueOffset: result.queueOffset,
          transactionId: put.transactionId,
          recallHandle: put.recallHandle,
          MSG_REGION: config.regionId,
          TRACE_ON: String(config.traceOn)
        })
        if (result.status === 'PUT_OK') return { code: ResponseCode.SUCCESS, extFields }
        return { code: ResponseCode[result.status], remark: remarks[result.status], extFields }
      }
      case 'SERVICE_NOT_AVAILABLE':
        deps.stats.incPutFailed()
        throw new RemotingError(ResponseCode.SERVICE_NOT_AVAILABLE, `${topic}: ${result.reason}`)
      case 'IN_SYNC_REPLICAS_NOT_ENOUGH':
        deps.stats.incPutFailed()
        throw new RemotingError(ResponseCode.SYSTEM_ERROR, result.reason)
      case 'MESSAGE_ILLEGAL':
      case 'PROPERTIES_SIZE_EXCEEDED':
        deps.stats.incPutFailed()
        throw new RemotingError(ResponseCode.MESSAGE_ILLEGAL, `${topic}: ${result.reason}`)
      default:
        return assertNever(result)
    }
  }

  const sendOne = (context: Context, queueId: number): Promise<Reply> => {
    const { header, body } = context
    const { topic, flag } = header
    const properties = header.properties ?? ''
    const incoming = readIncoming(properties)
    check.judge(topic, body.length)
    if (!incoming.isTransaction && isNeverSeen(header.sysFlag))
      throw new RemotingError(
        ResponseCode.MESSAGE_ILLEGAL,
        `the message for ${topic} says by its sysFlag ${header.sysFlag} that it is prepared or rolled back, but it has no TRAN_MSG property; nobody would ever get it`
      )
    const message = inner(context, queueId, { flag, body, properties }, incoming)
    const prepared = writer.prepare(message)
    const put: Put = {
      messages: [message],
      place: prepared,
      transactionId: incoming.uniqKey,
      recallHandle: recallHandleOf(prepared, identity.name),
      since: clock.monotonic()
    }
    return writer.putPrepared(prepared).then((result) => answer(context, put, result))
  }

  /** What its group has given up lies with the dead letters; the answer is as for any send. */
  const sendDead = async (context: Context, queueId: number): Promise<Reply> => {
    const { topic, properties = '' } = context.header
    const { topicName } = await deps.deadLetters.topicOf(groupOfRetryTopic(topic))
    const header = {
      ...context.header,
      topic: topicName,
      properties: withProperties(properties, { [MessageConst.PROPERTY_DELAY_TIME_LEVEL]: '-1' })
    }
    const reply = await sendOne({ ...context, header }, DLQ_QUEUE_ID)
    return { ...reply, extFields: { ...reply.extFields, queueId: String(queueId) } }
  }

  const sendBatch = (context: Context, queueId: number): Promise<Reply> => {
    const { header, body } = context
    const { topic } = header
    if (isRetryTopic(topic))
      throw new RemotingError(
        ResponseCode.MESSAGE_ILLEGAL,
        `batches are not taken for the retry topic ${topic}`
      )
    const messages = itemsOf(topic, body).map((item) => {
      const incoming = readIncoming(item.properties)
      check.judge(topic, body.length)
      return inner(context, queueId, item, incoming)
    })
    const put: Put = {
      messages,
      place: { topic, queueId },
      transactionId: getProperty(
        header.properties ?? '',
        MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX
      ),
      since: clock.monotonic()
    }
    return writer.putAll(messages).then((result) => answer(context, put, result))
  }

  const handle = (context: Context): Promise<Reply> => {
    const { header, command } = context
    const isGivenUp = (): boolean =>
      deps.deadLetters.isGivenUp(
        {
          group: groupOfRetryTopic(header.topic),
          version: command.version,
          maxReconsumeTimes: header.maxReconsumeTimes
        },
        header.reconsumeTimes ?? 0
      )
    const send = (topicConfig: TopicConfig): Promise<Reply> => {
      const asked = check.queueOf(header, topicConfig)
      const queueId = asked < 0 ? random.int(Math.max(1, topicConfig.writeQueueNums)) : asked
      if (header.batch) return sendBatch(context, queueId)
      return (isRetryTopic(header.topic) && isGivenUp() ? sendDead : sendOne)(context, queueId)
    }
    const topicConfig = check.topicOf(header)
    return topicConfig instanceof Promise ? topicConfig.then(send) : send(topicConfig)
  }

  return [
    route(RequestCode.SEND_MESSAGE, SendMessageRequestHeader, handle),
    route(RequestCode.SEND_MESSAGE_V2, SendMessageRequestHeaderV2, handle),
    route(RequestCode.SEND_BATCH_MESSAGE, SendMessageRequestHeaderV2, handle)
  ]
}

/** Records of these types enter no consume queue. */
const isNeverSeen = (sysFlag: number): boolean => {
  const type = transactionType(sysFlag)
  return (
    type === MessageSysFlag.TRANSACTION_PREPARED_TYPE ||
    type === MessageSysFlag.TRANSACTION_ROLLBACK_TYPE
  )
}

/** @throws RemotingError MESSAGE_ILLEGAL. */
const itemsOf = (topic: string, body: Buffer): BatchItem[] => {
  let items: BatchItem[]
  try {
    items = decodeBatch(body)
  } catch (error) {
    throw new RemotingError(
      ResponseCode.MESSAGE_ILLEGAL,
      `the batch for ${topic} cannot be read: ${error instanceof Error ? error.message : String(error)}`
    )
  }
  if (items.length > 0) return items
  throw new RemotingError(ResponseCode.MESSAGE_ILLEGAL, `the batch for ${topic} has no message`)
}

const count = (
  { stats, tail, trace, clock }: Pick<Deps, 'stats' | 'tail' | 'trace' | 'clock'>,
  { header, connection }: Context,
  { messages, place: { topic, queueId }, since }: Put,
  { queueOffset, physicalOffsets, storeTimestamp }: Stored
): void => {
  let bytes = 0
  for (const message of messages) bytes += countedSize(message)
  stats.incPut(topic, messages.length, bytes)
  if (topic === RMQ_SYS_SCHEDULE_TOPIC) stats.incQueuePut(topic, queueId, messages.length, bytes)
  stats.incPutLatency(topic, queueId, clock.monotonic() - since)
  const group = header.producerGroup
  trace.put(storeTimestamp, topic, queueId, queueOffset, messages.length, group, connection)
  if (!tail.isOpen) return
  const at = clock.now()
  messages.forEach(({ sysFlag, properties, body }, i) =>
    tail.offer({
      kind: 'put',
      ...{ at, topic, queueId, sysFlag, properties, body },
      queueOffset: queueOffset + i,
      physicalOffset: physicalOffsets[i] ?? -1,
      group,
      client: connection.remoteAddress
    })
  )
}
