/** Requests of administration tools to a broker. */
import { bool, defineHeader, int, long, opt, str, type Decoded } from '../header'

/** A request without header fields. */
export const NoHeader = defineHeader('NoHeader', {})

/** UPDATE_AND_CREATE_TOPIC (17). Java: CreateTopicRequestHeader. */
export const CreateTopicRequestHeader = defineHeader('CreateTopicRequestHeader', {
  topic: str,
  defaultTopic: opt(str),
  readQueueNums: int,
  writeQueueNums: int,
  perm: int,
  topicFilterType: opt(str),
  topicSysFlag: opt(int),
  order: opt(bool),
  attributes: opt(str),
  force: opt(bool)
})

/** DELETE_TOPIC_IN_BROKER (215), GET_TOPIC_CONFIG (351), GET_TOPIC_STATS_INFO (202), QUERY_TOPIC_CONSUME_BY_WHO (300). */
export const TopicRequestHeader = defineHeader('TopicRequestHeader', { topic: str, lo: opt(bool) })

/** DELETE_SUBSCRIPTIONGROUP (207). Java: DeleteSubscriptionGroupRequestHeader. */
export const DeleteSubscriptionGroupRequestHeader = defineHeader(
  'DeleteSubscriptionGroupRequestHeader',
  {
    groupName: str,
    cleanOffset: opt(bool)
  }
)

/** GET_SUBSCRIPTIONGROUP_CONFIG (352). Java: GetSubscriptionGroupConfigRequestHeader. */
export const GetSubscriptionGroupConfigRequestHeader = defineHeader(
  'GetSubscriptionGroupConfigRequestHeader',
  {
    group: str
  }
)

/** GET_CONSUME_STATS (208). Java: GetConsumeStatsRequestHeader. `topicList` is separated by `;`. */
export const GetConsumeStatsRequestHeader = defineHeader('GetConsumeStatsRequestHeader', {
  consumerGroup: str,
  topic: opt(str),
  topicList: opt(str)
})

/** GET_CONSUMER_CONNECTION_LIST (203). Java: GetConsumerConnectionListRequestHeader. */
export const GetConsumerConnectionListRequestHeader = defineHeader(
  'GetConsumerConnectionListRequestHeader',
  {
    consumerGroup: str
  }
)

/** GET_PRODUCER_CONNECTION_LIST (204). Java: GetProducerConnectionListRequestHeader. */
export const GetProducerConnectionListRequestHeader = defineHeader(
  'GetProducerConnectionListRequestHeader',
  {
    producerGroup: str
  }
)

/** QUERY_TOPICS_BY_CONSUMER (343). Java: QueryTopicsByConsumerRequestHeader. */
export const QueryTopicsByConsumerRequestHeader = defineHeader(
  'QueryTopicsByConsumerRequestHeader',
  { group: str }
)

/** QUERY_SUBSCRIPTION_BY_CONSUMER (345). Java: QuerySubscriptionByConsumerRequestHeader. */
export const QuerySubscriptionByConsumerRequestHeader = defineHeader(
  'QuerySubscriptionByConsumerRequestHeader',
  {
    group: str,
    topic: str
  }
)

/**
 * INVOKE_BROKER_TO_RESET_OFFSET (222) and, broker to client, RESET_CONSUMER_CLIENT_OFFSET (220). `timestamp` below 0: the
 * end of the queue; `queueId` absent or below 0: every queue; `offset` counts with a queue only. Java: ResetOffsetRequestHeader.
 */
export const ResetOffsetRequestHeader = defineHeader('ResetOffsetRequestHeader', {
  topic: str,
  group: str,
  timestamp: long,
  isForce: opt(bool),
  queueId: opt(int),
  offset: opt(long)
})
export type ResetOffsetRequestHeader = Decoded<typeof ResetOffsetRequestHeader>

/**
 * INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223) and, broker to client, GET_CONSUMER_STATUS_FROM_CLIENT (221). `clientAddr` is
 * a client id. Java: GetConsumerStatusRequestHeader.
 */
export const GetConsumerStatusRequestHeader = defineHeader('GetConsumerStatusRequestHeader', {
  topic: str,
  group: str,
  clientAddr: opt(str)
})

/** CLONE_GROUP_OFFSET (314); without a topic those the group has offsets for. Java: CloneGroupOffsetRequestHeader. */
export const CloneGroupOffsetRequestHeader = defineHeader('CloneGroupOffsetRequestHeader', {
  srcGroup: str,
  destGroup: str,
  topic: opt(str),
  offline: opt(bool)
})

/** QUERY_CONSUME_TIME_SPAN (303). Java: QueryConsumeTimeSpanRequestHeader. */
export const QueryConsumeTimeSpanRequestHeader = defineHeader('QueryConsumeTimeSpanRequestHeader', {
  topic: str,
  group: str
})

/** GET_BROKER_CONSUME_STATS (317). Java: GetConsumeStatsInBrokerHeader. */
export const GetBrokerConsumeStatsRequestHeader = defineHeader('GetConsumeStatsInBrokerHeader', {
  isOrder: bool
})

/** QUERY_CORRECTION_OFFSET (308). Java: QueryCorrectionOffsetHeader. `filterGroups` is separated by `,`. */
export const QueryCorrectionOffsetRequestHeader = defineHeader('QueryCorrectionOffsetHeader', {
  topic: str,
  compareGroup: str,
  filterGroups: opt(str)
})

/** VIEW_BROKER_STATS_DATA (315). Java: ViewBrokerStatsDataRequestHeader. */
export const ViewBrokerStatsDataRequestHeader = defineHeader('ViewBrokerStatsDataRequestHeader', {
  statsName: str,
  statsKey: str
})

/** QUERY_CONSUME_QUEUE (321). Java: QueryConsumeQueueRequestHeader. */
export const QueryConsumeQueueRequestHeader = defineHeader('QueryConsumeQueueRequestHeader', {
  topic: str,
  queueId: int,
  index: long,
  count: int,
  consumerGroup: opt(str)
})

/** GET_BROKER_CONFIG (26). Java: GetBrokerConfigResponseHeader. */
export const GetBrokerConfigResponseHeader = defineHeader('GetBrokerConfigResponseHeader', {
  version: str
})

/** GET_CONSUMER_RUNNING_INFO (307), to a broker and on to the client. Java: GetConsumerRunningInfoRequestHeader. */
export const GetConsumerRunningInfoRequestHeader = defineHeader(
  'GetConsumerRunningInfoRequestHeader',
  { consumerGroup: str, clientId: str, jstackEnable: opt(bool) }
)

/** CONSUME_MESSAGE_DIRECTLY (309), to a broker and on to the client. Java: ConsumeMessageDirectlyResultRequestHeader. */
export const ConsumeMessageDirectlyResultRequestHeader = defineHeader(
  'ConsumeMessageDirectlyResultRequestHeader',
  {
    consumerGroup: str,
    clientId: opt(str),
    /** The offset id. */
    msgId: opt(str),
    brokerName: opt(str),
    topic: opt(str)
  }
)

/** GANTRY_CLOSE_CLIENT (31010): without a client nothing is closed. Not RocketMQ's. */
export const CloseClientRequestHeader = defineHeader('CloseClientRequestHeader', {
  clientId: opt(str)
})

/** How many connections were closed. */
export const CloseClientResponseHeader = defineHeader('CloseClientResponseHeader', { closed: int })
