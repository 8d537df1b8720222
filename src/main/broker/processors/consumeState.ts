/** Who consumes and how far: 203, 204, 328, 343, 345. Java: AdminBrokerProcessor. The numbers are in `consumeStats.ts`. */
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  GetConsumerConnectionListRequestHeader,
  GetProducerConnectionListRequestHeader,
  NoHeader,
  QuerySubscriptionByConsumerRequestHeader,
  QueryTopicsByConsumerRequestHeader
} from '../../protocol/headers/admin'
import { RemotingError } from '../../protocol/remotingCommand'
import { replyBody, route, type Route } from '../../remoting/route'
import type { Clock } from '../../base/clock'
import type { BrokerIdentity } from '../brokerIdentity'
import type { ClientChannelInfo } from '../clientChannelInfo'
import type { ConsumerManager } from '../consumerManager'
import type { ConsumerOffsetManager } from '../consumerOffsetManager'
import type { ProducerManager } from '../producerManager'

interface Deps {
  clock: Pick<Clock, 'now' | 'monotonic'>
  identity: Pick<BrokerIdentity, 'name' | 'address'>
  consumers: Pick<ConsumerManager, 'getConsumerGroupInfo' | 'findSubscriptionData'>
  producers: Pick<ProducerManager, 'groups' | 'channelsOf'>
  offsets: Pick<ConsumerOffsetManager, 'whichTopicByConsumer'>
}

/** Java: Connection. */
const connectionJson = ({
  connection,
  clientId,
  language,
  version
}: ClientChannelInfo): object => ({
  clientAddr: connection.remoteAddress,
  clientId,
  language,
  version
})

export const consumeState = (deps: Deps): Route[] => {
  const { clock, identity, consumers, producers, offsets } = deps
  return [
    route(
      RequestCode.GET_CONSUMER_CONNECTION_LIST,
      GetConsumerConnectionListRequestHeader,
      ({ header: { consumerGroup } }) => {
        const info = consumers.getConsumerGroupInfo(consumerGroup)
        if (!info)
          throw new RemotingError(
            ResponseCode.CONSUMER_NOT_ONLINE,
            `the consumer group[${consumerGroup}] not online at broker ${identity.name}`
          )
        const subscriptionTable = Object.create(null) as Record<string, object>
        for (const [topic, { data }] of info.subscriptions) subscriptionTable[topic] = data
        const { consumeFromWhere, consumeType, messageModel } = info
        // Ours: with several members, what each wants, so that tools can say where they differ.
        const isShared = info.channels.size > 1
        const connectionSet = [...info.channels.values()].map((channel) => {
          const gantrySubscriptions = isShared ? info.wanted.get(channel.connection) : undefined
          return { ...connectionJson(channel), ...(gantrySubscriptions && { gantrySubscriptions }) }
        })
        return replyBody(
          jsonBody({
            ...{ connectionSet, consumeFromWhere, consumeType, messageModel },
            subscriptionTable
          })
        )
      }
    ),
    route(
      RequestCode.GET_PRODUCER_CONNECTION_LIST,
      GetProducerConnectionListRequestHeader,
      ({ header: { producerGroup } }) => {
        const channels = producers.channelsOf(producerGroup)
        if (channels.length > 0)
          return replyBody(jsonBody({ connectionSet: channels.map(connectionJson) }))
        throw new RemotingError(
          ResponseCode.SYSTEM_ERROR,
          `the producer group[${producerGroup}] not exist at broker ${identity.name}: none of its producers is online`
        )
      }
    ),
    route(RequestCode.GET_ALL_PRODUCER_INFO, NoHeader, () => {
      const data = Object.create(null) as Record<string, object[]>
      const [now, monotonic] = [clock.now(), clock.monotonic()]
      for (const [group, channels] of producers.groups())
        data[group] = [...channels.values()].map((channel) => ({
          clientId: channel.clientId,
          language: channel.language,
          lastUpdateTimestamp: Math.round(now - (monotonic - channel.lastUpdateAt)),
          remoteIP: channel.connection.remoteAddress,
          version: channel.version
        }))
      return replyBody(jsonBody({ data }))
    }),
    route(
      RequestCode.QUERY_TOPICS_BY_CONSUMER,
      QueryTopicsByConsumerRequestHeader,
      ({ header: { group } }) =>
        replyBody(
          jsonBody({
            brokerAddr: identity.address,
            topicList: offsets.whichTopicByConsumer(group)
          })
        )
    ),
    route(
      RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER,
      QuerySubscriptionByConsumerRequestHeader,
      ({ header: { group, topic } }) => {
        const subscriptionData = consumers.findSubscriptionData(group, topic)
        return replyBody(jsonBody({ group, subscriptionData, topic }))
      }
    )
  ]
}
