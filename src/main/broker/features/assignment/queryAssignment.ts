/** Which queues a member consumes, and how: QUERY_ASSIGNMENT (400), SET_MESSAGE_REQUEST_MODE (401), GET_ALL_MESSAGE_REQUEST_MODE (402). Java: QueryAssignmentProcessor. */
import type { Clock } from '../../../base/clock'
import type { BrokerMeta } from '../../../meta/brokerMeta'
import type { MessageQueue } from '../../../protocol/bodies/messageQueue'
import {
  queryAssignmentJson,
  readQueryAssignment,
  readSetMessageRequestMode,
  type QueryAssignment,
  type SetMessageRequestMode
} from '../../../protocol/bodies/pop'
import { jsonBody, readJsonBody } from '../../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { NoHeader } from '../../../protocol/headers/admin'
import { RemotingError, success, type Reply } from '../../../protocol/remotingCommand'
import { isRetryTopic } from '../../../protocol/topicNames'
import { replyBody, route } from '../../../remoting/route'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { BrokerOuterAPI } from '../../brokerOuterAPI'
import type { ConsumerManager } from '../../consumerManager'
import type { SubscriptionGroupManager } from '../../subscriptionGroupManager'
import type { TopicConfigManager } from '../../topicConfigManager'
import type { BrokerFeature } from '../feature'
import { allocate4Pop, strategies } from './allocate4Pop'
import { MessageRequestModeManager } from './messageRequestModeManager'
import { TopicRouteInfoManager } from './topicRouteInfoManager'

export interface QueryAssignmentDeps {
  clock: Pick<Clock, 'monotonic'>
  config: Pick<
    BrokerConfig,
    'serverLoadBalancerEnable' | 'defaultMessageRequestMode' | 'defaultPopShareQueueNum'
  >
  identity: Pick<BrokerIdentity, 'name'>
  nameservers: Pick<BrokerOuterAPI, 'topicRoute'>
  topics: Pick<TopicConfigManager, 'select' | 'changed'>
  groups: Pick<SubscriptionGroupManager, 'find'>
  consumers: Pick<ConsumerManager, 'getConsumerGroupInfo'>
  meta: Pick<BrokerMeta, 'messageRequestModes'>
}

export const queryAssignment = (deps: QueryAssignmentDeps): BrokerFeature => {
  const { config, identity, topics, groups, consumers } = deps
  const modes = new MessageRequestModeManager(deps)
  const routes = new TopicRouteInfoManager(deps)

  /** Undefined: no decision, the client keeps what it has. */
  const allocate = async (
    { topic, consumerGroup, clientId, strategyName, messageModel }: QueryAssignment,
    { mode, popShareQueueNum }: SetMessageRequestMode
  ): Promise<readonly MessageQueue[] | undefined> => {
    const all = await routes.subscribeQueues(topic)
    if (!all || messageModel !== 'CLUSTERING' || !config.serverLoadBalancerEnable) return all
    const members = consumers.getConsumerGroupInfo(consumerGroup)?.clientIds()
    const strategy = strategies.get(strategyName)
    if (!members || members.length === 0 || !strategy || all.length === 0) return undefined
    const cidAll = [...members].sort()
    return mode === 'POP'
      ? allocate4Pop(strategy, clientId, all, cidAll, popShareQueueNum)
      : strategy(clientId, all, cidAll)
  }

  const query = async (body: Buffer): Promise<Reply> => {
    const asked = readQueryAssignment(readJsonBody(body, 'QUERY_ASSIGNMENT'))
    const mode = modes.get(asked.topic, asked.consumerGroup)
    return replyBody(jsonBody(queryAssignmentJson(await allocate(asked, mode), mode.mode)))
  }

  const set = async (body: Buffer): Promise<Reply> => {
    const mode = readSetMessageRequestMode(readJsonBody(body, 'SET_MESSAGE_REQUEST_MODE'))
    const { topic, consumerGroup } = mode
    if (isRetryTopic(topic))
      throw new RemotingError(
        ResponseCode.NO_PERMISSION,
        'retry topic is not allowed to set mode: it is always pulled'
      )
    if (!topics.select(topic))
      throw new RemotingError(
        ResponseCode.TOPIC_NOT_EXIST,
        `topic[${topic}] not exist on broker ${identity.name}; create it first`
      )
    if (!groups.find(consumerGroup))
      throw new RemotingError(
        ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
        `subscription group does not exist: ${consumerGroup} on broker ${identity.name}; create it first`
      )
    await modes.set(mode)
    return success
  }

  const all = (): Reply => {
    const messageRequestModeMap = Object.create(null) as Record<string, Record<string, object>>
    for (const mode of modes.all())
      (messageRequestModeMap[mode.topic] ??= Object.create(null) as Record<string, object>)[
        mode.consumerGroup
      ] = mode
    return replyBody(jsonBody({ messageRequestModeMap }))
  }

  return {
    routes: [
      route(RequestCode.QUERY_ASSIGNMENT, NoHeader, ({ body }) => query(body)),
      route(RequestCode.SET_MESSAGE_REQUEST_MODE, NoHeader, ({ body }) => set(body)),
      route(RequestCode.GET_ALL_MESSAGE_REQUEST_MODE, NoHeader, all)
    ]
  }
}
