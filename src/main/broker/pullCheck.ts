/** May this group pull from this queue, and which messages does it want? The checks in RocketMQ's order. Java: PullMessageProcessor. */
import { buildSubscriptionData, EXPRESSION_TAG, isTagType } from '../protocol/bodies/heartbeat'
import type { SubscriptionGroupConfig } from '../protocol/bodies/subscriptionGroup'
import type { TopicConfig } from '../protocol/bodies/topicConfig'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { PullSysFlag, type PullMessageRequestHeader } from '../protocol/headers/consume'
import { MessageConst } from '../protocol/message/properties'
import { isReadable } from '../protocol/permName'
import { RemotingError, type ExtFields } from '../protocol/remotingCommand'
import { isRetryTopic } from '../protocol/topicNames'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'
import type { ConsumerGroupInfo } from './consumerGroupInfo'
import type { ConsumerManager } from './consumerManager'
import { mustBeUnderstood, mustSupport, parseFailure } from './expressionSupport'
import { propertyOfStored } from './filter/storedProperties'
import { FilterFactory, type SubscriptionFilter } from './filter/subscriptionFilter'
import type { SubscriptionGroupManager } from './subscriptionGroupManager'
import type { TopicConfigManager } from './topicConfigManager'

/** Java: ForbiddenType. */
const Forbidden = { BROKER: 1, GROUP: 2, TOPIC: 3, BROADCASTING_DISABLE: 4 } as const

interface Deps {
  config: Pick<
    BrokerConfig,
    | 'brokerPermission'
    | 'litePullMessageEnable'
    | 'rejectPullConsumerEnable'
    | 'enablePropertyFilter'
    | 'filterSupportRetry'
  >
  identity: Pick<BrokerIdentity, 'name' | 'address'>
  topics: Pick<TopicConfigManager, 'select'>
  groups: Pick<SubscriptionGroupManager, 'find'>
  consumers: Pick<ConsumerManager, 'getConsumerGroupInfo'>
}

/** A pull that may go on. */
export interface PullPermit {
  topic: TopicConfig
  group: SubscriptionGroupConfig
  /** Kept as long as the subscription is the same one. */
  filter: SubscriptionFilter
}

const EVERY_MESSAGE: SubscriptionFilter = { matches: undefined, matchesMessage: undefined }

const refuse = (code: number, remark: string, extFields?: ExtFields): never => {
  throw new RemotingError(code, remark, extFields)
}

const forbid = (remark: string, type: number): never =>
  refuse(ResponseCode.NO_PERMISSION, remark, { forbiddenType: String(type) })

export class PullCheck {
  private readonly filters = new FilterFactory()

  constructor(private readonly deps: Deps) {}

  /** @throws RemotingError. */
  judge(code: number, header: PullMessageRequestHeader): PullPermit {
    const { config, identity, topics, groups } = this.deps
    const { consumerGroup, topic, queueId } = header
    const here = `on broker ${identity.name}`
    if (!isReadable(config.brokerPermission))
      return forbid(`pulling is forbidden ${here}: its brokerPermission has no read bit`, Forbidden.BROKER) // prettier-ignore
    if (code === RequestCode.LITE_PULL_MESSAGE && !config.litePullMessageEnable)
      return forbid(`lite pull is disabled ${here} (litePullMessageEnable=false)`, Forbidden.BROKER)
    const group =
      groups.find(consumerGroup) ??
      refuse(
        ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
        `subscription group [${consumerGroup}] does not exist ${here}: create it in the console or with mqadmin updateSubGroup, or set autoCreateSubscriptionGroup=true`
      )
    if (!group.consumeEnable)
      return forbid(`group ${consumerGroup} may not consume ${here}: its consumeEnable is false`, Forbidden.GROUP) // prettier-ignore
    const topicConfig =
      topics.select(topic) ??
      refuse(
        ResponseCode.TOPIC_NOT_EXIST,
        `topic[${topic}] not exist ${here}, apply first please! Create it in the console or with mqadmin updateTopic`
      )
    if (!isReadable(topicConfig.perm))
      return forbid(`topic ${topic} may not be read ${here}: its perm has no read bit`, Forbidden.TOPIC) // prettier-ignore
    if (queueId < 0 || queueId >= topicConfig.readQueueNums)
      return refuse(
        ResponseCode.INVALID_PARAMETER,
        `queueId ${queueId} is not of ${topic} ${here}, which has ${topicConfig.readQueueNums} read queues; refresh the route`
      )
    const filter = this.subscriptionOf(header, group)
    return { topic: topicConfig, group, filter }
  }

  private subscriptionOf(
    header: PullMessageRequestHeader,
    group: SubscriptionGroupConfig
  ): SubscriptionFilter {
    const { consumerGroup, topic, sysFlag, subVersion } = header
    if ((sysFlag & PullSysFlag.SUBSCRIPTION) !== 0) {
      if (
        this.deps.config.rejectPullConsumerEnable &&
        !this.deps.consumers.getConsumerGroupInfo(consumerGroup)
      )
        // prettier-ignore
        return refuse(
          ResponseCode.SUBSCRIPTION_NOT_EXIST,
          `group ${consumerGroup} is not registered and rejectPullConsumerEnable is true`
        )
      return this.inline(header)
    }
    const info =
      this.deps.consumers.getConsumerGroupInfo(consumerGroup) ??
      refuse(
        ResponseCode.SUBSCRIPTION_NOT_EXIST,
        `no heartbeat of group ${consumerGroup} has come yet; its next one heals this`
      )
    if (!group.consumeBroadcastEnable && info.messageModel === 'BROADCASTING')
      return forbid(
        `group ${consumerGroup} may not broadcast: its consumeBroadcastEnable is false`,
        Forbidden.BROADCASTING_DISABLE
      )
    const found =
      info.subscriptions.get(topic) ??
      refuse(
        ResponseCode.SUBSCRIPTION_NOT_EXIST,
        `group ${consumerGroup} does not subscribe to ${topic}; all members of a group must subscribe to the same topics`
      )
    if (found.data.subVersion < subVersion)
      return refuse(
        ResponseCode.SUBSCRIPTION_NOT_LATEST,
        `the subscription of group ${consumerGroup} to ${topic} is older here than the puller's; its next heartbeat heals this`
      )
    const { expressionType, subString } = found.data
    if (isTagType(expressionType)) return found
    mustSupport(expressionType, this.deps)
    if (isRetryTopic(topic)) return this.ofRetries(info)
    if (found.problem !== undefined)
      return refuse(ResponseCode.FILTER_DATA_NOT_EXIST, parseFailure(subString, found.problem))
    return found
  }

  /** The subscription a pull brings along. */
  private inline(header: PullMessageRequestHeader): SubscriptionFilter {
    const { topic, subscription = '', subVersion, expressionType = EXPRESSION_TAG } = header
    if (isTagType(expressionType)) {
      try {
        return this.filters.create(buildSubscriptionData(topic, subscription, subVersion))
      } catch (error) {
        return refuse(
          ResponseCode.SUBSCRIPTION_PARSE_FAILED,
          `the subscription of ${topic} cannot be read: ${error instanceof Error ? error.message : String(error)}`
        )
      }
    }
    mustSupport(expressionType, this.deps)
    const filter = this.filters.create({ subString: subscription, codeSet: [], expressionType })
    mustBeUnderstood(subscription, filter.problem)
    return isRetryTopic(topic) ? EVERY_MESSAGE : filter
  }

  /** Messages that were delivered once pass, unless filterSupportRetry. Java: ExpressionForRetryMessageFilter. */
  private ofRetries(info: ConsumerGroupInfo): SubscriptionFilter {
    if (!this.deps.config.filterSupportRetry) return EVERY_MESSAGE
    const judge = (message: Buffer): boolean => {
      const topic = propertyOfStored(message, MessageConst.PROPERTY_RETRY_TOPIC)
      const origin = topic === undefined ? undefined : info.subscriptions.get(topic)
      return origin?.matchesMessage?.(message) ?? true
    }
    return { matches: undefined, matchesMessage: judge }
  }
}
