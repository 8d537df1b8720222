/** Topics: 17, 18, 21, 202, 215, 300, 305, 351. Java: AdminBrokerProcessor. */
import { messageQueue } from '../../protocol/bodies/messageQueue'
import { jsonBody, ObjectKeyMap, readJsonBody } from '../../protocol/bodies/rocketmqJson'
import {
  readTopicConfigList,
  topicConfigWrapperJson,
  type TopicConfig
} from '../../protocol/bodies/topicConfig'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  CreateTopicRequestHeader,
  NoHeader,
  TopicRequestHeader
} from '../../protocol/headers/admin'
import { SlaveSyncRequestHeader } from '../../protocol/headers/slave'
import { RemotingError, success } from '../../protocol/remotingCommand'
import { invalidTopicReason, isBrokerOwnTopic } from '../../protocol/topicNames'
import { replyBody, route, type Route } from '../../remoting/route'
import type { MessageStore } from '../../store/messageStore'
import type { BrokerConfig } from '../brokerConfig'
import type { BrokerIdentity } from '../brokerIdentity'
import type { BrokerOuterAPI } from '../brokerOuterAPI'
import type { BrokerStatsManager } from '../brokerStatsManager'
import type { ConsumerManager } from '../consumerManager'
import type { ConsumerOffsetManager } from '../consumerOffsetManager'
import type { PullRequestHoldService } from '../pullRequestHoldService'
import { systemTopics } from '../systemTopics'
import { alterAttributes, parseAttributes } from '../topicAttributes'
import { MAX_TOPIC_QUEUE_NUMS, type TopicConfigManager } from '../topicConfigManager'
import type { TopicRemoval } from '../topicRemoval'
import { tableReply } from './tableReply'

interface Deps {
  config: BrokerConfig
  identity: Pick<BrokerIdentity, 'cluster' | 'name'>
  topics: Pick<TopicConfigManager, 'select' | 'all' | 'update' | 'dataVersion'>
  consumers: Pick<ConsumerManager, 'queryTopicConsumeByWho'>
  offsets: Pick<ConsumerOffsetManager, 'whichGroupByTopic'>
  store: Pick<
    MessageStore,
    'getMinOffsetInQueue' | 'getMaxOffsetInQueue' | 'getMessageStoreTimeStamp'
  >
  heldPulls: Pick<PullRequestHoldService, 'resumeTopic'>
  stats: Pick<BrokerStatsManager, 'tpsPutOf'>
  removal: Pick<TopicRemoval, 'remove'>
  nameservers: Pick<BrokerOuterAPI, 'registered'>
}

const invalid = (remark: string): never => {
  throw new RemotingError(ResponseCode.INVALID_PARAMETER, remark)
}

const PERM_BITS = 15

export const topicAdmin = (deps: Deps): Route[] => {
  const { config, identity, topics, consumers, offsets, store, stats, nameservers } = deps

  const mustNotBeSystem = (topic: string, what: string): void => {
    if (!config.validateSystemTopicWhenUpdateTopic) return
    if (isBrokerOwnTopic(topic, identity.cluster, identity.name))
      invalid(`the topic ${topic} belongs to the system and cannot be ${what}`)
  }

  const mustBeValid = (topic: TopicConfig): void => {
    const reason = invalidTopicReason(topic.topicName)
    if (reason !== undefined) invalid(reason)
    mustNotBeSystem(topic.topicName, 'changed')
    for (const queueNums of [topic.readQueueNums, topic.writeQueueNums])
      if (!Number.isInteger(queueNums) || queueNums < 0 || queueNums > MAX_TOPIC_QUEUE_NUMS)
        invalid(`${topic.topicName}: ${queueNums} queues, from 0 to ${MAX_TOPIC_QUEUE_NUMS} are possible`) // prettier-ignore
    if (!Number.isInteger(topic.perm) || (topic.perm & ~PERM_BITS) !== 0)
      invalid(`${topic.topicName}: perm ${topic.perm} is no permission; 2 is write, 4 read, 6 both`)
  }

  /** Answers after the nameservers know: the tool that asked looks for the route next. */
  const update = async (configs: readonly TopicConfig[]) => {
    await topics.update(configs)
    for (const { topicName } of configs) deps.heldPulls.resumeTopic(topicName)
    await nameservers.registered()
    return success
  }

  const known = (topic: string): TopicConfig => {
    const found = topics.select(topic)
    if (found) return found
    throw new RemotingError(
      ResponseCode.TOPIC_NOT_EXIST,
      `No topic in this broker: ${topic} does not exist on ${identity.name}`
    )
  }

  const statsOf = (topic: TopicConfig): ObjectKeyMap<object, object> => {
    const { topicName } = topic
    const count = Math.max(topic.readQueueNums, topic.writeQueueNums)
    return new ObjectKeyMap(
      Array.from({ length: count }, (_, queueId) => {
        const minOffset = store.getMinOffsetInQueue(topicName, queueId)
        const maxOffset = store.getMaxOffsetInQueue(topicName, queueId)
        const stored =
          maxOffset > 0 ? store.getMessageStoreTimeStamp(topicName, queueId, maxOffset - 1) : 0
        const row = { lastUpdateTimestamp: Math.max(0, stored), maxOffset, minOffset }
        return [messageQueue(topicName, identity.name, queueId), row] as const
      })
    )
  }

  return [
    route(RequestCode.UPDATE_AND_CREATE_TOPIC, CreateTopicRequestHeader, ({ header }) => {
      const { topic: topicName, readQueueNums, writeQueueNums, perm } = header
      const present = topics.select(topicName)
      const wanted: TopicConfig = {
        ...{ topicName, readQueueNums, writeQueueNums, perm },
        topicFilterType: header.topicFilterType === 'MULTI_TAG' ? 'MULTI_TAG' : 'SINGLE_TAG',
        topicSysFlag: header.topicSysFlag ?? 0,
        order: header.order ?? false,
        attributes: {}
      }
      mustBeValid(wanted)
      const changes = parseAttributes(header.attributes ?? '')
      return update([{ ...wanted, attributes: alterAttributes(present?.attributes, changes) }])
    }),
    route(RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, NoHeader, ({ body }) => {
      const wanted = readTopicConfigList(readJsonBody(body, 'UPDATE_AND_CREATE_TOPIC_LIST'))
      if (wanted.length === 0) invalid('the list has no topic')
      for (const topic of wanted) mustBeValid(topic)
      return update(
        wanted.map((topic) => {
          const changes = new Map(
            Object.entries(topic.attributes).map(([key, value]) =>
              /^[+-]/.test(key) ? [key, value] : [`+${key}`, value]
            )
          )
          const present = topics.select(topic.topicName)?.attributes
          return { ...topic, attributes: alterAttributes(present, changes) }
        })
      )
    }),
    route(RequestCode.DELETE_TOPIC_IN_BROKER, TopicRequestHeader, async ({ header: { topic } }) => {
      if (topic.trim() === '') invalid('the topic is blank')
      mustNotBeSystem(topic, 'deleted')
      if (await deps.removal.remove(topic)) await nameservers.registered()
      return success
    }),
    route(RequestCode.GET_TOPIC_CONFIG, TopicRequestHeader, ({ header }) =>
      replyBody(jsonBody(known(header.topic)))
    ),
    route(RequestCode.GET_ALL_TOPIC_CONFIG, SlaveSyncRequestHeader, ({ header }) =>
      tableReply(header, topics.dataVersion, () => {
        const topicConfigTable = new Map([...topics.all()].map((topic) => [topic.topicName, topic]))
        return topicConfigWrapperJson({ dataVersion: topics.dataVersion, topicConfigTable })
      })
    ),
    route(RequestCode.GET_TOPIC_STATS_INFO, TopicRequestHeader, ({ header }) => {
      const topic = known(header.topic)
      const topicPutTps = stats.tpsPutOf(topic.topicName)
      return replyBody(jsonBody({ offsetTable: statsOf(topic), topicPutTps }))
    }),
    route(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, TopicRequestHeader, ({ header: { topic } }) => {
      const online = consumers.queryTopicConsumeByWho(topic)
      const groupList = [...new Set([...online, ...offsets.whichGroupByTopic(topic)])]
      return replyBody(jsonBody({ groupList }))
    }),
    route(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER, NoHeader, () => {
      const topicList = systemTopics(config, identity).map(({ topicName }) => topicName)
      return replyBody(jsonBody({ topicList }))
    })
  ]
}
