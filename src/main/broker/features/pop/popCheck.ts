/** May this group pop from this queue? The checks in RocketMQ's order. Java: PopMessageProcessor, PeekMessageProcessor. */
import type { TopicConfig } from '../../../protocol/bodies/topicConfig'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { isReadable } from '../../../protocol/permName'
import { RemotingError } from '../../../protocol/remotingCommand'
import type { MessageStore } from '../../../store/messageStore'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { SubscriptionGroupManager } from '../../subscriptionGroupManager'
import type { TopicConfigManager } from '../../topicConfigManager'

export interface PopCheckDeps {
  config: Pick<BrokerConfig, 'brokerPermission'>
  identity: Pick<BrokerIdentity, 'name'>
  topics: Pick<TopicConfigManager, 'select'>
  groups: Pick<SubscriptionGroupManager, 'find'>
  store: Pick<MessageStore, 'getMinOffsetInQueue' | 'getMaxOffsetInQueue'>
}

interface Asked {
  topic: string
  consumerGroup: string
  queueId: number
}

const refuse = (code: number, remark: string): never => {
  throw new RemotingError(code, remark)
}

export class PopCheck {
  constructor(private readonly deps: PopCheckDeps) {}

  /** @throws RemotingError NO_PERMISSION. */
  mustGive(): void {
    const { config, identity } = this.deps
    if (!isReadable(config.brokerPermission))
      refuse(
        ResponseCode.NO_PERMISSION,
        `the broker[${identity.name}] pop message is forbidden: its brokerPermission has no read bit`
      )
  }

  /** The topic to be read. @throws RemotingError. */
  judge({ topic, consumerGroup, queueId }: Asked): TopicConfig {
    const { identity, groups } = this.deps
    const found = this.topic(topic)
    if (!isReadable(found.perm))
      refuse(
        ResponseCode.NO_PERMISSION,
        `the topic[${topic}] peeking message is forbidden on broker ${identity.name}: its perm has no read bit`
      )
    if (queueId >= found.readQueueNums)
      refuse(
        ResponseCode.INVALID_PARAMETER,
        `queueId[${queueId}] is illegal, topic:[${topic}] topicConfig.readQueueNums:[${found.readQueueNums}]; -1 means any`
      )
    const group =
      groups.find(consumerGroup) ??
      refuse(
        ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
        `subscription group [${consumerGroup}] does not exist on broker ${identity.name}: create it in the console or with mqadmin updateSubGroup, or set autoCreateSubscriptionGroup=true`
      )
    if (!group.consumeEnable)
      refuse(
        ResponseCode.NO_PERMISSION,
        `subscription group no permission, ${consumerGroup}: its consumeEnable is false on broker ${identity.name}`
      )
    return found
  }

  /** A message a receipt names. @throws RemotingError. Java: AckMessageProcessor, ChangeInvisibleTimeProcessor. */
  judgeReceipt(topic: string, queueId: number, offset: number, mayBeNext: boolean): void {
    const { store } = this.deps
    const { readQueueNums } = this.topic(topic)
    if (queueId < 0 || queueId >= readQueueNums)
      refuse(
        ResponseCode.MESSAGE_ILLEGAL,
        `queueId[${queueId}] is illegal, topic:[${topic}] topicConfig.readQueueNums:[${readQueueNums}]`
      )
    const min = store.getMinOffsetInQueue(topic, queueId)
    const max = store.getMaxOffsetInQueue(topic, queueId)
    if (offset < min || offset > max || (offset === max && !mayBeNext))
      refuse(
        ResponseCode.NO_MESSAGE,
        `offset is illegal, key:${topic}@${queueId}, commit:${offset}, store:${min}~${max}`
      )
  }

  private topic(topic: string): TopicConfig {
    return (
      this.deps.topics.select(topic) ??
      refuse(
        ResponseCode.TOPIC_NOT_EXIST,
        `topic[${topic}] not exist on broker ${this.deps.identity.name}, apply first please! Create it in the console or with mqadmin updateTopic`
      )
    )
  }
}
