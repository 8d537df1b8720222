/** May this message be sent here? The checks of one send, in RocketMQ's order. Java: AbstractSendMessageProcessor.msgCheck. */
import type { Clock } from '../base/clock'
import type { TopicConfig } from '../protocol/bodies/topicConfig'
import { ResponseCode } from '../protocol/codes/responseCode'
import type { SendMessageRequestHeader } from '../protocol/headers/send'
import { isWriteable } from '../protocol/permName'
import { RemotingError } from '../protocol/remotingCommand'
import {
  groupOfRetryTopic,
  invalidTopicReason,
  isNotAllowedSendTopic,
  isRetryTopic
} from '../protocol/topicNames'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'
import type { SubscriptionGroupManager } from './subscriptionGroupManager'
import type { TopicConfigManager } from './topicConfigManager'

/** Java: TopicSysFlag. */
const FLAG_UNIT = 1
export const FLAG_UNIT_SUB = 2

interface Deps {
  clock: Pick<Clock, 'now'>
  config: Pick<
    BrokerConfig,
    | 'startAcceptSendRequestTimeStamp'
    | 'brokerPermission'
    | 'maxMessageSize'
    | 'autoCreateTopicEnable'
  >
  identity: Pick<BrokerIdentity, 'name'>
  topics: Pick<TopicConfigManager, 'select' | 'createInSend' | 'createInSendBack'>
  groups: Pick<SubscriptionGroupManager, 'find'>
}

export class SendCheck {
  constructor(private readonly deps: Deps) {}

  /** The topic a message goes to, made where that is allowed; a promise only then. @throws RemotingError. */
  topicOf(header: SendMessageRequestHeader): TopicConfig | Promise<TopicConfig> {
    const { clock, config, identity, topics, groups } = this.deps
    const { topic } = header
    const acceptsFrom = config.startAcceptSendRequestTimeStamp
    if (acceptsFrom > 0 && clock.now() < acceptsFrom)
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `broker ${identity.name} takes no messages before ${new Date(acceptsFrom).toISOString()} (startAcceptSendRequestTimeStamp)`
      )
    const known = topics.select(topic)
    if (!isWriteable(config.brokerPermission) && known?.order)
      throw new RemotingError(
        ResponseCode.NO_PERMISSION,
        `broker ${identity.name} takes no messages of the ordered topic ${topic}: its brokerPermission has no write bit`
      )
    if (isNotAllowedSendTopic(topic))
      throw new RemotingError(
        ResponseCode.NO_PERMISSION,
        `sending to the system topic ${topic} is forbidden`
      )
    if (isRetryTopic(topic) && !groups.find(groupOfRetryTopic(topic)))
      throw new RemotingError(
        ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
        `the subscription group ${groupOfRetryTopic(topic)} does not exist on broker ${identity.name}; create it first`
      )
    return known ?? this.create(header)
  }

  /** The write queue asked for. @throws RemotingError INVALID_PARAMETER. */
  queueOf(header: SendMessageRequestHeader, config: TopicConfig): number {
    const { queueId, topic } = header
    if (queueId < Math.max(config.readQueueNums, config.writeQueueNums)) return queueId
    throw new RemotingError(
      ResponseCode.INVALID_PARAMETER,
      `queueId ${queueId} is not of ${topic} on broker ${this.deps.identity.name}, which has ${config.writeQueueNums} write queues; refresh the route`
    )
  }

  /** @throws RemotingError for a body this broker does not take. */
  judge(topic: string, bodyBytes: number): void {
    const { maxMessageSize } = this.deps.config
    if (bodyBytes > maxMessageSize)
      throw new RemotingError(
        ResponseCode.MESSAGE_ILLEGAL,
        `the message for ${topic} has a body of ${bodyBytes} bytes, at most ${maxMessageSize} are taken (maxMessageSize)`
      )
  }

  private async create(header: SendMessageRequestHeader): Promise<TopicConfig> {
    const { topics, identity, config } = this.deps
    const { topic, defaultTopic, defaultTopicQueueNums, unitMode } = header
    const reason = invalidTopicReason(topic)
    if (reason !== undefined) throw new RemotingError(ResponseCode.INVALID_PARAMETER, reason)
    const isRetry = isRetryTopic(topic)
    const sysFlag = unitMode ? (isRetry ? FLAG_UNIT_SUB : FLAG_UNIT) : 0
    const created = await topics.createInSend(topic, defaultTopic, defaultTopicQueueNums, sysFlag)
    if (created) return created
    if (isRetry) return topics.createInSendBack(topic, 1)
    const cure = config.autoCreateTopicEnable
      ? `its template ${defaultTopic} is not one`
      : 'autoCreateTopicEnable=false'
    throw new RemotingError(
      ResponseCode.TOPIC_NOT_EXIST,
      `topic[${topic}] not exist, apply first please! Broker ${identity.name} does not create topics by itself (${cure}): create ${topic} in the console, or with mqadmin updateTopic.`
    )
  }
}
