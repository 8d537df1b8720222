/** CONSUMER_SEND_MSG_BACK (36): a message its group could not consume comes again later, or lies with the dead letters. Java: AbstractSendMessageProcessor.consumerSendMsgBack. */
import type { Random } from '../../../base/random'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { ConsumerSendMsgBackRequestHeader } from '../../../protocol/headers/consume'
import {
  countedSize,
  decodeMessage,
  type MessageInner,
  type StoredMessage
} from '../../../protocol/message/messageCodec'
import { createMessageId } from '../../../protocol/message/messageId'
import { getProperty, MessageConst, withProperties } from '../../../protocol/message/properties'
import { tagsCodeOf } from '../../../protocol/message/tagsCode'
import { isWriteable } from '../../../protocol/permName'
import { RemotingError } from '../../../protocol/remotingCommand'
import { dlqTopicOf, retryTopicOf, RMQ_SYS_SCHEDULE_TOPIC } from '../../../protocol/topicNames'
import { replyBody, route, type RequestContext } from '../../../remoting/route'
import type { MessageStore, PutMessageResult } from '../../../store/messageStore'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { BrokerStatsManager } from '../../brokerStatsManager'
import { DLQ_QUEUE_ID, type DeadLetters } from '../../deadLetters'
import { FLAG_UNIT_SUB } from '../../sendCheck'
import type { SubscriptionGroupManager } from '../../subscriptionGroupManager'
import type { TopicConfigManager } from '../../topicConfigManager'
import type { MessageTrace } from '../../trace/messageTrace'
import type { BrokerFeature } from '../feature'
import type { MessageWriter } from '../messageWriter'

/** The first return of a message waits as long as this level says, each further one a level more. */
const FIRST_RETRY_LEVEL = 3

export interface SendMsgBackDeps {
  random: Random
  config: Pick<BrokerConfig, 'brokerPermission'>
  identity: Pick<BrokerIdentity, 'name' | 'storeHost'>
  groups: Pick<SubscriptionGroupManager, 'find'>
  topics: Pick<TopicConfigManager, 'select' | 'createInSendBack'>
  store: Pick<MessageStore, 'lookMessageByOffset'>
  writer: Pick<MessageWriter, 'prepare' | 'putPrepared'>
  stats: Pick<
    BrokerStatsManager,
    'incSendBack' | 'incSendBackToDLQ' | 'incTopicPut' | 'incQueuePut'
  >
  trace: Pick<MessageTrace, 'event'>
  deadLetters: Pick<DeadLetters, 'maxReconsumeTimes' | 'topicOf'>
}

type Context = RequestContext<ConsumerSendMsgBackRequestHeader>

export const consumerSendMsgBack = (deps: SendMsgBackDeps): BrokerFeature => {
  const { random, config, identity, groups, topics, store, writer, stats, trace, deadLetters } =
    deps

  /** What it gives is a view, good until something is awaited. @throws RemotingError SYSTEM_ERROR. */
  const look = (offset: number): StoredMessage => {
    const bytes = store.lookMessageByOffset(offset)
    if (bytes) return decodeMessage(bytes)
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `look message by offset failed, ${offset}: broker ${identity.name} has no message that begins there, or keeps it no more`
    )
  }

  /** The queues of the retry topic, or 0 where the group wants none. @throws RemotingError in RocketMQ's order. */
  const retryQueueNums = async ({ group, unitMode }: Context['header']): Promise<number> => {
    const found = groups.find(group)
    if (!found)
      throw new RemotingError(
        ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
        `subscription group not exist, ${group}: create it on broker ${identity.name} first`
      )
    if (!isWriteable(config.brokerPermission))
      throw new RemotingError(
        ResponseCode.NO_PERMISSION,
        `broker ${identity.name} takes no messages back: its brokerPermission has no write bit`
      )
    if (found.retryQueueNums <= 0) return 0
    const name = retryTopicOf(group)
    const topic =
      topics.select(name) ??
      (await topics.createInSendBack(name, found.retryQueueNums, unitMode ? FLAG_UNIT_SUB : 0))
    if (!isWriteable(topic.perm))
      throw new RemotingError(
        ResponseCode.NO_PERMISSION,
        `the topic ${name} of broker ${identity.name} takes no messages: its perm has no write bit`
      )
    // Queues beyond those a consumer sees would keep what lies there.
    return Math.max(1, Math.min(found.retryQueueNums, topic.readQueueNums))
  }

  const copyOf = (message: StoredMessage, place: Place, delayLevel: number): MessageInner => {
    const property = (name: string): string | undefined => getProperty(message.properties, name)
    return {
      ...place,
      flag: message.flag,
      sysFlag: message.sysFlag,
      bornTimestamp: message.bornTimestamp,
      bornHost: message.bornHost,
      storeHost: identity.storeHost,
      reconsumeTimes: message.reconsumeTimes + 1,
      preparedTransactionOffset: 0,
      body: message.body,
      properties: withProperties(message.properties, {
        [MessageConst.PROPERTY_RETRY_TOPIC]:
          property(MessageConst.PROPERTY_RETRY_TOPIC) ?? message.topic,
        [MessageConst.PROPERTY_ORIGIN_MESSAGE_ID]:
          property(MessageConst.PROPERTY_ORIGIN_MESSAGE_ID)?.trim() ||
          createMessageId(message.storeHost, message.physicalOffset),
        [MessageConst.PROPERTY_WAIT_STORE_MSG_OK]: 'false',
        [MessageConst.PROPERTY_DELAY_TIME_LEVEL]: String(delayLevel)
      }),
      tagsCode: tagsCodeOf(property(MessageConst.PROPERTY_TAGS))
    }
  }

  /** RocketMQ counts what waits for its next delivery as put, and nothing of what lies with the dead letters. */
  const count = (prepared: MessageInner): void => {
    const { topic, queueId } = prepared
    if (topic !== RMQ_SYS_SCHEDULE_TOPIC) return
    const bytes = countedSize(prepared)
    stats.incTopicPut(topic, 1, bytes)
    stats.incQueuePut(topic, queueId, 1, bytes)
  }

  const handle = async ({ header, command, connection }: Context) => {
    const { offset, group, delayLevel, maxReconsumeTimes } = header
    const queues = await retryQueueNums(header)
    if (queues === 0) return replyBody(undefined)
    const attempts = { group, version: command.version, maxReconsumeTimes }
    const isDead =
      look(offset).reconsumeTimes >= deadLetters.maxReconsumeTimes(attempts) || delayLevel < 0
    if (isDead) await deadLetters.topicOf(group)
    const message = look(offset)
    const copy = isDead
      ? copyOf(message, { topic: dlqTopicOf(group), queueId: DLQ_QUEUE_ID }, 0)
      : copyOf(
          message,
          { topic: retryTopicOf(group), queueId: random.int(queues) },
          delayLevel > 0 ? delayLevel : FIRST_RETRY_LEVEL + message.reconsumeTimes
        )
    const origin = getProperty(copy.properties, MessageConst.PROPERTY_RETRY_TOPIC) ?? message.topic
    const prepared = writer.prepare(copy)
    const { queueId, queueOffset } = message
    refuse(await writer.putPrepared(prepared), group, offset)
    count(prepared)
    trace.event(isDead ? 'dead' : 'sendBack', message.topic, queueId, queueOffset, group, connection) // prettier-ignore
    stats.incSendBack(group, origin)
    if (isDead) stats.incSendBackToDLQ(group, header.originTopic ?? origin)
    return replyBody(undefined)
  }

  return {
    routes: [route(RequestCode.CONSUMER_SEND_MSG_BACK, ConsumerSendMsgBackRequestHeader, handle)]
  }
}

type Place = Pick<MessageInner, 'topic' | 'queueId'>

/** Code 1 whatever the store says: on it clients send the copy themselves. @throws RemotingError. */
const refuse = (result: PutMessageResult, group: string, offset: number): void => {
  if (!('reason' in result)) return
  throw new RemotingError(
    ResponseCode.SYSTEM_ERROR,
    `${result.status}: the message at ${offset} was not taken back from ${group}: ${result.reason}`
  )
}
