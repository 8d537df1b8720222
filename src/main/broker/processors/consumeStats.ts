/** How far groups have consumed: 208, 303, 308, 317. Java: AdminBrokerProcessor. */
import type { Clock } from '../../base/clock'
import { messageQueue, type MessageQueue } from '../../protocol/bodies/messageQueue'
import { jsonBody, ObjectKeyMap } from '../../protocol/bodies/rocketmqJson'
import type { TopicConfig } from '../../protocol/bodies/topicConfig'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  GetBrokerConsumeStatsRequestHeader,
  GetConsumeStatsRequestHeader,
  QueryConsumeTimeSpanRequestHeader,
  QueryCorrectionOffsetRequestHeader
} from '../../protocol/headers/admin'
import { RemotingError } from '../../protocol/remotingCommand'
import { replyBody, route, type Route } from '../../remoting/route'
import type { MessageStore } from '../../store/messageStore'
import type { BrokerIdentity } from '../brokerIdentity'
import type { BrokerStatsManager } from '../brokerStatsManager'
import type { ConsumerManager } from '../consumerManager'
import type { ConsumerOffsetManager } from '../consumerOffsetManager'
import type { SubscriptionGroupManager } from '../subscriptionGroupManager'
import type { TopicConfigManager } from '../topicConfigManager'

interface Deps {
  clock: Pick<Clock, 'now'>
  identity: Pick<BrokerIdentity, 'name' | 'address'>
  topics: Pick<TopicConfigManager, 'select'>
  groups: Pick<SubscriptionGroupManager, 'all'>
  consumers: Pick<ConsumerManager, 'findSubscriptionData' | 'findSubscriptionDataCount'>
  offsets: Pick<
    ConsumerOffsetManager,
    'query' | 'queryPull' | 'queryAll' | 'whichTopicByConsumer' | 'whichGroupByTopic'
  >
  store: Pick<
    MessageStore,
    'getMaxOffsetInQueue' | 'getMessageStoreTimeStamp' | 'getEarliestMessageTime'
  >
  stats: Pick<BrokerStatsManager, 'tpsGetOf'>
}

/** Java: OffsetWrapper. */
interface OffsetWrapper {
  brokerOffset: number
  consumerOffset: number
  /** Store time of the last consumed message; 0 when none. */
  lastTimestamp: number
  pullOffset: number
}

type OffsetTable = [MessageQueue, OffsetWrapper][]

/** Java's Long.MAX_VALUE as JSON carries it: "nothing to correct". */
const NO_CORRECTION = '9223372036854775807'

export const consumeStats = (deps: Deps): Route[] => {
  const { clock, identity, topics, groups, consumers, offsets, store, stats } = deps

  const storeTime = (topic: string, queueId: number, queueOffset: number): number =>
    queueOffset < 0 ? 0 : Math.max(0, store.getMessageStoreTimeStamp(topic, queueId, queueOffset))

  const offsetTable = (group: string, { topicName, readQueueNums }: TopicConfig): OffsetTable =>
    Array.from({ length: readQueueNums }, (_, queueId) => {
      const consumerOffset = offsets.query(group, topicName, queueId) ?? 0
      return [
        messageQueue(topicName, identity.name, queueId),
        {
          brokerOffset: store.getMaxOffsetInQueue(topicName, queueId),
          consumerOffset,
          lastTimestamp: storeTime(topicName, queueId, consumerOffset - 1),
          pullOffset: offsets.queryPull(group, topicName, queueId) ?? consumerOffset
        }
      ]
    })

  /** Topics that exist and that the online members, if any, still subscribe to. */
  const consumed = (group: string, names: readonly string[]): TopicConfig[] =>
    names.flatMap((topic) => {
      const config = topics.select(topic)
      const isLeft =
        consumers.findSubscriptionDataCount(group) > 0 &&
        !consumers.findSubscriptionData(group, topic)
      return config && !isLeft ? [config] : []
    })

  const namesOf = (group: string, topic?: string, topicList?: string): readonly string[] => {
    const listed = (topicList ?? '').split(';').filter((name) => name !== '')
    if (listed.length > 0) return listed
    return topic === undefined || topic === '' ? offsets.whichTopicByConsumer(group) : [topic]
  }

  const statsOf = (group: string, names: readonly string[]) => {
    const configs = consumed(group, names)
    const table = configs.flatMap((config) => offsetTable(group, config))
    const consumeTps = configs.reduce((sum, { topicName }) => sum + stats.tpsGetOf(group, topicName), 0) // prettier-ignore
    return { consumeTps, offsetTable: new ObjectKeyMap(table) }
  }

  return [
    route(RequestCode.GET_CONSUME_STATS, GetConsumeStatsRequestHeader, ({ header }) => {
      const { consumerGroup, topic, topicList } = header
      return replyBody(jsonBody(statsOf(consumerGroup, namesOf(consumerGroup, topic, topicList))))
    }),
    route(
      RequestCode.GET_BROKER_CONSUME_STATS,
      GetBrokerConsumeStatsRequestHeader,
      ({ header: { isOrder } }) => {
        const consumeStatsList: Record<string, object[]>[] = []
        let totalDiff = 0
        let totalInflightDiff = 0
        for (const { groupName } of groups.all()) {
          const configs = consumed(groupName, offsets.whichTopicByConsumer(groupName))
          const rows = configs.filter(({ order }) => !isOrder || order)
          if (rows.length === 0) continue
          const list = rows.map((config) => statsOf(groupName, [config.topicName]))
          for (const { offsetTable: table } of list)
            for (const [, row] of table.entries) {
              totalDiff += row.brokerOffset - row.consumerOffset
              totalInflightDiff += Math.max(0, row.pullOffset - row.consumerOffset)
            }
          consumeStatsList.push(Object.fromEntries([[groupName, list]]))
        }
        const brokerAddr = identity.address
        return replyBody(jsonBody({ brokerAddr, consumeStatsList, totalDiff, totalInflightDiff }))
      }
    ),
    route(
      RequestCode.QUERY_CONSUME_TIME_SPAN,
      QueryConsumeTimeSpanRequestHeader,
      ({ header: { topic, group } }) => {
        const config = topics.select(topic)
        if (!config)
          throw new RemotingError(
            ResponseCode.TOPIC_NOT_EXIST,
            `topic[${topic}] not exist on broker ${identity.name}`
          )
        const consumeTimeSpanSet = Array.from({ length: config.writeQueueNums }, (_, queueId) => {
          const max = store.getMaxOffsetInQueue(topic, queueId)
          const next = offsets.query(group, topic, queueId) ?? 0
          const minTimeStamp = store.getEarliestMessageTime(topic, queueId)
          const waitsSince = next < max ? storeTime(topic, queueId, next) : 0
          return {
            consumeTimeStamp: next > 0 ? storeTime(topic, queueId, next - 1) : minTimeStamp,
            delayTime: waitsSince > 0 ? clock.now() - waitsSince : 0,
            maxTimeStamp: storeTime(topic, queueId, max - 1),
            messageQueue: messageQueue(topic, identity.name, queueId),
            minTimeStamp
          }
        })
        return replyBody(jsonBody({ consumeTimeSpanSet }))
      }
    ),
    route(
      RequestCode.QUERY_CORRECTION_OFFSET,
      QueryCorrectionOffsetRequestHeader,
      ({ header: { topic, compareGroup, filterGroups } }) => {
        const filtered = new Set((filterGroups ?? '').split(','))
        const others = offsets.whichGroupByTopic(topic).filter((group) => !filtered.has(group))
        const parts: string[] = []
        for (const [queueId, compared] of offsets.queryAll(compareGroup, topic) ?? []) {
          const known = others.flatMap((group) => offsets.query(group, topic, queueId) ?? [])
          if (known.length === 0) continue
          const lowest = Math.min(...known)
          parts.push(`"${queueId}":${lowest > compared ? NO_CORRECTION : lowest}`)
        }
        return replyBody(Buffer.from(`{"correctionOffsets":{${parts.join(',')}}}`))
      }
    )
  ]
}
