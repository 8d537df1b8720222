/** HEART_BEAT (34), UNREGISTER_CLIENT (35), CHECK_CLIENT_CONFIG (46). Java: ClientManageProcessor. */
import type { Log } from '../../base/log'
import {
  readHeartbeatData,
  readSubscriptionData,
  type ConsumerData,
  type HeartbeatData
} from '../../protocol/bodies/heartbeat'
import { asObject } from '../../protocol/bodies/read'
import { readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { NoHeader } from '../../protocol/headers/admin'
import { HeartbeatResponseHeader, PROXIED_FIELD, UnregisterClientRequestHeader } from '../../protocol/headers/consume' // prettier-ignore
import { success } from '../../protocol/remotingCommand'
import { reply, route, type RequestContext, type Route } from '../../remoting/route'
import type { BrokerConfig } from '../brokerConfig'
import type { BrokerIdentity } from '../brokerIdentity'
import type { BrokerOuterAPI } from '../brokerOuterAPI'
import type { ClientChannelInfo } from '../clientChannelInfo'
import type { ConsumerManager } from '../consumerManager'
import { mustBeUnderstood, mustSupport } from '../expressionSupport'
import { FilterFactory } from '../filter/subscriptionFilter'
import type { ProducerManager } from '../producerManager'
import type { SubscriptionGroupManager } from '../subscriptionGroupManager'
import type { TopicConfigManager } from '../topicConfigManager'

interface Deps {
  log: Log
  config: Pick<BrokerConfig, 'rejectPullConsumerEnable' | 'enablePropertyFilter'>
  identity: Pick<BrokerIdentity, 'name' | 'address'>
  consumers: Pick<ConsumerManager, 'registerConsumer' | 'unregisterConsumer' | 'takeFingerprint'> // prettier-ignore
  producers: Pick<ProducerManager, 'registerProducer' | 'unregisterProducer'>
  groups: Pick<SubscriptionGroupManager, 'find' | 'get'>
  topics: Pick<TopicConfigManager, 'createRetryTopic'>
  nameservers: Pick<BrokerOuterAPI, 'registered'>
}

type Channel = Omit<ClientChannelInfo, 'lastUpdateAt'>

export const clientManage = (deps: Deps): Route[] => {
  const { log, config, consumers, producers, groups, topics, nameservers } = deps
  const filters = new FilterFactory()

  /** The retry topic to be made for this group, where it is not there. */
  const registerConsumer = (
    data: ConsumerData,
    channel: Channel,
    { heartbeatFingerprint, isWithoutSub }: HeartbeatData
  ): { retryTopic?: Promise<unknown> | undefined; isSubChange: boolean } => {
    const group = data.groupName
    if (config.rejectPullConsumerEnable && data.consumeType === 'CONSUME_ACTIVELY')
      return { isSubChange: false }
    const groupConfig = groups.find(group)
    if (!groupConfig) {
      log.debug(`the heartbeat of ${channel.clientId} names the unknown group ${group}`)
      return { isSubChange: false }
    }
    // The member is known before anything is waited for: its next request may come in the same packet.
    const subscriptions = isWithoutSub ? undefined : data.subscriptionDataSet
    const notify = groupConfig.notifyConsumerIdsChangedEnable
    consumers.registerConsumer(data, channel, subscriptions, notify)
    return {
      isSubChange: consumers.takeFingerprint(group, heartbeatFingerprint),
      retryTopic: topics.createRetryTopic(group, groupConfig.retryQueueNums)
    }
  }

  const heartbeat = async ({ body, command, connection }: RequestContext<unknown>) => {
    const data = readHeartbeatData(readJsonBody(body, 'HEART_BEAT'))
    const { language, version } = command
    const channel: Channel = {
      ...{ connection, clientId: data.clientID, language, version },
      ...(command.extFields[PROXIED_FIELD] === 'true' && { isProxied: true })
    }
    for (const { groupName } of data.producerDataSet) producers.registerProducer(groupName, channel)
    let isSubChange = data.heartbeatFingerprint === 0
    const retryTopics: Promise<unknown>[] = []
    for (const consumer of data.consumerDataSet) {
      const outcome = registerConsumer(consumer, channel, data)
      if (outcome.isSubChange) isSubChange = true
      if (outcome.retryTopic) retryTopics.push(outcome.retryTopic)
    }
    if (retryTopics.length > 0) {
      await Promise.all(retryTopics)
      // Tools find a group by the route of its retry topic, clients ask for it next.
      await nameservers.registered()
    }
    return reply(HeartbeatResponseHeader, {
      IS_SUPPORT_HEART_BEAT_V2: true,
      IS_SUB_CHANGE: isSubChange
    })
  }

  return [
    route(RequestCode.HEART_BEAT, NoHeader, heartbeat),
    route(
      RequestCode.UNREGISTER_CLIENT,
      UnregisterClientRequestHeader,
      ({ header, connection }) => {
        const { clientID, producerGroup, consumerGroup } = header
        if (producerGroup !== undefined && producerGroup !== '')
          producers.unregisterProducer(producerGroup, connection, clientID)
        if (consumerGroup !== undefined && consumerGroup !== '') {
          const notify = groups.get(consumerGroup)?.notifyConsumerIdsChangedEnable ?? true
          consumers.unregisterConsumer(consumerGroup, connection, clientID, notify)
        }
        return success
      }
    ),
    route(RequestCode.CHECK_CLIENT_CONFIG, NoHeader, ({ body }) => {
      const request = readJsonBody(body, 'CHECK_CLIENT_CONFIG')
      const subscription = readSubscriptionData(asObject(request.subscriptionData) ?? {})
      mustSupport(subscription.expressionType, deps)
      mustBeUnderstood(subscription.subString, filters.create(subscription).problem)
      return success
    })
  ]
}
