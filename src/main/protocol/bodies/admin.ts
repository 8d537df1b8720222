/** What brokers and nameservers answer to administration tools. Java: KVTable, TopicStatsTable, ConsumeStats, ConsumerConnection, ProducerTableInfo. */
import { readSubscriptionData, type SubscriptionData } from './heartbeat'
import { readMessageQueue, readQueueKey, type MessageQueue } from './messageQueue'
import { asObject, booleanOf, numberOf, objectsOf, textOf, textsOf, type Json } from './read'
import { readSubscriptionGroupConfig, type SubscriptionGroupConfig } from './subscriptionGroup'

/** Java: KVTable. */
export const readKVTable = (body: Json): Map<string, string> =>
  new Map(Object.entries(asObject(body.table) ?? {}).map(([key, value]) => [key, textOf(value)]))

/** Java: TopicList. */
export const readTopicList = (body: Json): string[] => textsOf(body.topicList)

/** QUERY_TOPIC_CONSUME_BY_WHO (300). Java: GroupList. */
export const readGroupList = (body: Json): string[] => textsOf(body.groupList)

const byQueue = <T>(table: unknown, read: (value: Json) => T): (T & { queue: MessageQueue })[] =>
  Object.entries(asObject(table) ?? {}).flatMap(([key, value]) => {
    const queue = readQueueKey(key)
    const fields = asObject(value)
    return queue && fields ? [{ queue, ...read(fields) }] : []
  })

/** Java: TopicOffset. */
export interface TopicOffset {
  queue: MessageQueue
  minOffset: number
  maxOffset: number
  /** Store time of the newest message; 0 when there is none. */
  lastUpdateTimestamp: number
}

/** GET_TOPIC_STATS_INFO (202). Java: TopicStatsTable. */
export const readTopicStatsTable = (body: Json): TopicOffset[] =>
  byQueue(body.offsetTable, (value) => ({
    minOffset: numberOf(value.minOffset, 0),
    maxOffset: numberOf(value.maxOffset, 0),
    lastUpdateTimestamp: numberOf(value.lastUpdateTimestamp, 0)
  }))

/** Java: OffsetWrapper. */
export interface OffsetWrapper {
  queue: MessageQueue
  brokerOffset: number
  consumerOffset: number
  /** 5.x; what was handed out but perhaps not consumed. */
  pullOffset: number
  /** Store time of the last consumed message; 0 when there is none. */
  lastTimestamp: number
}

export interface ConsumeStats {
  consumeTps: number
  offsets: OffsetWrapper[]
}

/** GET_CONSUME_STATS (208). Java: ConsumeStats. */
export const readConsumeStats = (body: Json): ConsumeStats => ({
  consumeTps: numberOf(body.consumeTps, 0),
  offsets: byQueue(body.offsetTable, (value) => ({
    brokerOffset: numberOf(value.brokerOffset, 0),
    consumerOffset: numberOf(value.consumerOffset, 0),
    pullOffset: numberOf(value.pullOffset, numberOf(value.consumerOffset, 0)),
    lastTimestamp: numberOf(value.lastTimestamp, 0)
  }))
})

/** GET_BROKER_CONSUME_STATS (317), by group. Java: ConsumeStatsList. */
export const readConsumeStatsList = (body: Json): Map<string, ConsumeStats> => {
  const groups = new Map<string, ConsumeStats>()
  for (const entry of objectsOf(body.consumeStatsList))
    for (const [group, list] of Object.entries(entry)) {
      const stats = objectsOf(list).map(readConsumeStats)
      groups.set(group, {
        consumeTps: stats.reduce((sum, { consumeTps }) => sum + consumeTps, 0),
        offsets: stats.flatMap(({ offsets }) => offsets)
      })
    }
  return groups
}

/** Java: QueueTimeSpan. */
export interface QueueTimeSpan {
  queue: MessageQueue
  /** Age in ms of the oldest message that waits; 0 where none does. */
  delayTime: number
}

/** QUERY_CONSUME_TIME_SPAN (303). Java: QueryConsumeTimeSpanBody. */
export const readConsumeTimeSpan = (body: Json): QueueTimeSpan[] =>
  objectsOf(body.consumeTimeSpanSet).flatMap((value) => {
    const queue = asObject(value.messageQueue)
    return queue
      ? [{ queue: readMessageQueue(queue), delayTime: numberOf(value.delayTime, 0) }]
      : []
  })

export interface QueueOffset {
  queue: MessageQueue
  offset: number
}

const readOffsetTable = (table: unknown): QueueOffset[] =>
  Object.entries(asObject(table) ?? {}).flatMap(([key, offset]) => {
    const queue = readQueueKey(key)
    return queue ? [{ queue, offset: numberOf(offset, -1) }] : []
  })

/** INVOKE_BROKER_TO_RESET_OFFSET (222). Java: ResetOffsetBody. */
export const readResetOffsetBody = (body: Json): QueueOffset[] => readOffsetTable(body.offsetTable)

/** GET_CONSUMER_STATUS_FROM_CLIENT (221), of the client that answers. Java: GetConsumerStatusBody.messageQueueTable. */
export const readMessageQueueTable = (body: Json): QueueOffset[] =>
  readOffsetTable(body.messageQueueTable)

/** INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223), by client id. Java: GetConsumerStatusBody.consumerTable. */
export const readConsumerStatus = (body: Json): Map<string, QueueOffset[]> =>
  new Map(
    Object.entries(asObject(body.consumerTable) ?? {}).map(([clientId, table]) => [
      clientId,
      readOffsetTable(table)
    ])
  )

/** Java: Connection. */
export interface ClientConnection {
  clientId: string
  clientAddr: string
  language: string
  /** `MQVersion` ordinal. */
  version: number
  /** What it wants itself; brokers of ours tell it where a group has several members. */
  subscriptions?: { topic: string; subString: string; expressionType: string }[]
}

export interface ConsumerConnection {
  connections: ClientConnection[]
  consumeType: string
  messageModel: string
  consumeFromWhere: string
  subscriptions: SubscriptionData[]
}

/** GET_CONSUMER_CONNECTION_LIST (203). Java: ConsumerConnection. */
export const readConsumerConnection = (body: Json): ConsumerConnection => ({
  connections: objectsOf(body.connectionSet).map((value) => ({
    clientId: textOf(value.clientId),
    clientAddr: textOf(value.clientAddr),
    language: textOf(value.language),
    version: numberOf(value.version, 0),
    ...(value.gantrySubscriptions !== undefined && {
      subscriptions: objectsOf(value.gantrySubscriptions).map((one) => ({
        topic: textOf(one.topic),
        subString: textOf(one.subString),
        expressionType: textOf(one.expressionType)
      }))
    })
  })),
  consumeType: textOf(body.consumeType),
  messageModel: textOf(body.messageModel),
  consumeFromWhere: textOf(body.consumeFromWhere),
  subscriptions: Object.values(asObject(body.subscriptionTable) ?? {}).flatMap((value) => {
    const fields = asObject(value)
    return fields ? [readSubscriptionData(fields)] : []
  })
})

/** Java: ProducerInfo. */
export interface ProducerInfo {
  group: string
  clientId: string
  remoteIP: string
  language: string
  version: number
  lastUpdateTimestamp: number
}

/** GET_ALL_PRODUCER_INFO (328). Java: ProducerTableInfo. */
export const readProducerTableInfo = (body: Json): ProducerInfo[] =>
  Object.entries(asObject(body.data) ?? {}).flatMap(([group, clients]) =>
    objectsOf(clients).map((value) => ({
      group,
      clientId: textOf(value.clientId),
      remoteIP: textOf(value.remoteIP),
      language: textOf(value.language),
      version: numberOf(value.version, 0),
      lastUpdateTimestamp: numberOf(value.lastUpdateTimestamp, 0)
    }))
  )

/** GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201). Java: SubscriptionGroupWrapper. */
export const readSubscriptionGroupWrapper = (body: Json): Map<string, SubscriptionGroupConfig> =>
  new Map(
    Object.entries(asObject(body.subscriptionGroupTable) ?? {}).flatMap(([groupName, value]) => {
      const fields = asObject(value)
      return fields
        ? [[groupName, readSubscriptionGroupConfig({ ...fields, groupName })] as const]
        : []
    })
  )

/** CONSUME_MESSAGE_DIRECTLY (309). Java: ConsumeMessageDirectlyResult. */
export interface ConsumeMessageDirectlyResult {
  order: boolean
  autoCommit: boolean
  /** A name of Java's CMResult. */
  consumeResult: string
  remark: string
  spentTimeMills: number
}

export const readConsumeMessageDirectlyResult = (body: Json): ConsumeMessageDirectlyResult => ({
  order: booleanOf(body.order, false),
  autoCommit: booleanOf(body.autoCommit, true),
  consumeResult: textOf(body.consumeResult),
  remark: textOf(body.remark),
  spentTimeMills: numberOf(body.spentTimeMills, 0)
})
