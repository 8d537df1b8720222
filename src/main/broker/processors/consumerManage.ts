/** GET_CONSUMER_LIST_BY_GROUP (38), QUERY_CONSUMER_OFFSET (14), UPDATE_CONSUMER_OFFSET (15). Java: ConsumerManageProcessor. */
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  GetConsumerListByGroupRequestHeader,
  OffsetResponseHeader,
  QueryConsumerOffsetRequestHeader,
  UpdateConsumerOffsetRequestHeader
} from '../../protocol/headers/consume'
import { RemotingError, success } from '../../protocol/remotingCommand'
import { reply, replyBody, route, type Route } from '../../remoting/route'
import type { MessageStore } from '../../store/messageStore'
import type { BrokerIdentity } from '../brokerIdentity'
import type { ConsumerManager } from '../consumerManager'
import type { ConsumerOffsetManager } from '../consumerOffsetManager'
import type { SubscriptionGroupManager } from '../subscriptionGroupManager'
import type { TopicConfigManager } from '../topicConfigManager'

interface Deps {
  identity: Pick<BrokerIdentity, 'name'>
  consumers: Pick<ConsumerManager, 'getConsumerGroupInfo'>
  offsets: Pick<ConsumerOffsetManager, 'query' | 'commit' | 'forget' | 'hasOffsetReset'>
  groups: Pick<SubscriptionGroupManager, 'has'>
  topics: Pick<TopicConfigManager, 'select'>
  store: Pick<MessageStore, 'getMinOffsetInQueue' | 'isInMemory'>
}

export const consumerManage = (deps: Deps): Route[] => {
  const { identity, consumers, offsets, groups, topics, store } = deps
  return [
    route(
      RequestCode.GET_CONSUMER_LIST_BY_GROUP,
      GetConsumerListByGroupRequestHeader,
      ({ header }) => {
        const info = consumers.getConsumerGroupInfo(header.consumerGroup)
        if (info) return replyBody(jsonBody({ consumerIdList: info.clientIds() }))
        throw new RemotingError(
          ResponseCode.SYSTEM_ERROR,
          `no consumer for this group, ${header.consumerGroup}, is online at broker ${identity.name}`
        )
      }
    ),
    route(RequestCode.QUERY_CONSUMER_OFFSET, QueryConsumerOffsetRequestHeader, ({ header }) => {
      const { consumerGroup, topic, queueId, setZeroIfNotFound } = header
      const offset = offsets.query(consumerGroup, topic, queueId)
      if (offset !== undefined) return reply(OffsetResponseHeader, { offset })
      // A new group begins a young queue at its first message, whatever its consumeFromWhere says.
      const isYoung =
        store.getMinOffsetInQueue(topic, queueId) <= 0 && store.isInMemory(topic, queueId, 0)
      if (setZeroIfNotFound !== false && isYoung) return reply(OffsetResponseHeader, { offset: 0 })
      throw new RemotingError(
        ResponseCode.QUERY_NOT_FOUND,
        `no offset of ${consumerGroup} for ${topic}@${queueId} yet; this group consumes it for the first time`
      )
    }),
    route(
      RequestCode.UPDATE_CONSUMER_OFFSET,
      UpdateConsumerOffsetRequestHeader,
      ({ header, connection }) => {
        const { consumerGroup, topic, queueId, commitOffset } = header
        const { gantryForwardOnly, gantryForget } = header
        if (!groups.has(consumerGroup))
          throw new RemotingError(
            ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
            `group ${consumerGroup} does not exist on broker ${identity.name}; create it first`
          )
        if (!topics.select(topic))
          throw new RemotingError(
            ResponseCode.TOPIC_NOT_EXIST,
            `topic ${topic} does not exist on broker ${identity.name}; create it first`
          )
        if (commitOffset < 0 && gantryForget) offsets.forget(consumerGroup, topic, queueId)
        // ali-ons commits -1 where it has consumed nothing yet; that is no offset.
        if (commitOffset < 0) return success
        if (
          gantryForwardOnly &&
          commitOffset <= (offsets.query(consumerGroup, topic, queueId) ?? -1)
        )
          return success
        if (offsets.hasOffsetReset(consumerGroup, topic, queueId))
          return { ...success, remark: 'Offset has been previously reset' }
        if (offsets.commit(consumerGroup, topic, queueId, commitOffset, connection)) return success
        throw new RemotingError(
          ResponseCode.INVALID_PARAMETER,
          `the offset of ${consumerGroup} for ${topic}@${queueId} was not kept: no queue can have that id, or too many groups and topics have offsets`
        )
      }
    )
  ]
}
