/** System topics and groups, spelled nowhere else. Java: TopicValidator, MixAll. */
import {
  DLQ_GROUP_TOPIC_PREFIX,
  GROUP_MAX_LENGTH,
  NAME_PATTERN,
  RETRY_GROUP_TOPIC_PREFIX,
  RMQ_SYS_TRACE_TOPIC,
  TOPIC_MAX_LENGTH
} from '../../shared/names'

export {
  DLQ_GROUP_TOPIC_PREFIX,
  RETRY_GROUP_TOPIC_PREFIX,
  RMQ_SYS_TRACE_TOPIC
} from '../../shared/names'

/** Template whose settings an auto-created topic inherits. */
export const AUTO_CREATE_TOPIC_KEY_TOPIC = 'TBW102'
export const RMQ_SYS_SCHEDULE_TOPIC = 'SCHEDULE_TOPIC_XXXX'
export const RMQ_SYS_BENCHMARK_TOPIC = 'BenchmarkTest'
export const RMQ_SYS_TRANS_HALF_TOPIC = 'RMQ_SYS_TRANS_HALF_TOPIC'
export const RMQ_SYS_TRANS_OP_HALF_TOPIC = 'RMQ_SYS_TRANS_OP_HALF_TOPIC'
export const RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC = 'TRANS_CHECK_MAX_TIME_TOPIC'
export const RMQ_SYS_SELF_TEST_TOPIC = 'SELF_TEST_TOPIC'
export const RMQ_SYS_OFFSET_MOVED_EVENT = 'OFFSET_MOVED_EVENT'
export const SYSTEM_TOPIC_PREFIX = 'rmq_sys_'
export const TIMER_TOPIC = `${SYSTEM_TOPIC_PREFIX}wheel_timer`
const REVIVE_TOPIC_PREFIX = `${SYSTEM_TOPIC_PREFIX}REVIVE_LOG_`
const SYNC_BROKER_MEMBER_TOPIC_PREFIX = `${SYSTEM_TOPIC_PREFIX}SYNC_BROKER_MEMBER_`
const REPLY_TOPIC_POSTFIX = '_REPLY_TOPIC'

const systemTopics: ReadonlySet<string> = new Set([
  AUTO_CREATE_TOPIC_KEY_TOPIC,
  RMQ_SYS_SCHEDULE_TOPIC,
  RMQ_SYS_BENCHMARK_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC,
  RMQ_SYS_TRANS_OP_HALF_TOPIC,
  RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC,
  RMQ_SYS_TRACE_TOPIC,
  RMQ_SYS_SELF_TEST_TOPIC,
  RMQ_SYS_OFFSET_MOVED_EVENT
])

/** Java: TopicValidator.NOT_ALLOWED_SEND_TOPIC_SET. */
const notAllowedSendTopics: ReadonlySet<string> = new Set([
  RMQ_SYS_SCHEDULE_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC,
  RMQ_SYS_TRANS_OP_HALF_TOPIC,
  RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC,
  RMQ_SYS_SELF_TEST_TOPIC,
  RMQ_SYS_OFFSET_MOVED_EVENT
])

export const TOOLS_CONSUMER_GROUP = 'TOOLS_CONSUMER'
export const CID_RMQ_SYS_PREFIX = 'CID_RMQ_SYS_'
/** Whom statistics name as the reader of delay levels. Java: MixAll.SCHEDULE_CONSUMER_GROUP. */
export const SCHEDULE_CONSUMER_GROUP = 'SCHEDULE_CONSUMER'
/** Its consumer offsets say which half messages are decided. */
export const CID_SYS_RMQ_TRANS = 'CID_RMQ_SYS_TRANS'

/** Its consumer offset says how far the journal of pop is done with. Java: PopAckConstants.REVIVE_GROUP. */
export const REVIVE_GROUP = `${CID_RMQ_SYS_PREFIX}REVIVE_GROUP`

/** Groups that exist on every broker from its first start; the ONSAPI ones may broadcast. */
export const systemGroups: readonly string[] = [
  TOOLS_CONSUMER_GROUP,
  'FILTERSRV_CONSUMER',
  'SELF_TEST_C_GROUP',
  'SELF_TEST_P_GROUP',
  'CID_ONS-HTTP-PROXY',
  'CID_ONSAPI_PULL',
  'CID_ONSAPI_PERMISSION',
  'CID_ONSAPI_OWNER',
  CID_SYS_RMQ_TRANS
]

const moreSystemGroups: readonly string[] = [
  SCHEDULE_CONSUMER_GROUP,
  '__MONITOR_CONSUMER',
  'CLIENT_INNER_PRODUCER',
  'DEFAULT_PRODUCER',
  'DEFAULT_CONSUMER'
]

export const isSystemGroup = (group: string): boolean =>
  systemGroups.includes(group) ||
  moreSystemGroups.includes(group) ||
  group.startsWith(CID_RMQ_SYS_PREFIX)

export const isSystemTopic = (topic: string): boolean =>
  systemTopics.has(topic) || topic.startsWith(SYSTEM_TOPIC_PREFIX)

/** Topics that belong to the broker, not to a user; clusters and brokers have one of their own name. */
export const isBrokerOwnTopic = (topic: string, cluster: string, brokerName: string): boolean =>
  isSystemTopic(topic) ||
  topic === cluster ||
  topic === brokerName ||
  topic === replyTopicOf(cluster)

export const isNotAllowedSendTopic = (topic: string): boolean => notAllowedSendTopics.has(topic)

export const retryTopicOf = (group: string): string => RETRY_GROUP_TOPIC_PREFIX + group
/** Where popped messages that were not acknowledged come back. Java: KeyBuilder.buildPopRetryTopicV1. */
export const popRetryTopicOf = (topic: string, group: string): string =>
  `${RETRY_GROUP_TOPIC_PREFIX}${group}_${topic}`
/** Its newer name; this broker makes none of that name. Java: KeyBuilder.buildPopRetryTopicV2. */
export const popRetryTopicV2Of = (topic: string, group: string): string =>
  `${RETRY_GROUP_TOPIC_PREFIX}${group}+${topic}`
export const dlqTopicOf = (group: string): string => DLQ_GROUP_TOPIC_PREFIX + group
export const replyTopicOf = (cluster: string): string => cluster + REPLY_TOPIC_POSTFIX
/** Java: PopAckConstants.buildClusterReviveTopic. */
export const reviveTopicOf = (cluster: string): string => REVIVE_TOPIC_PREFIX + cluster
export const syncBrokerMemberTopicOf = (brokerName: string): string =>
  SYNC_BROKER_MEMBER_TOPIC_PREFIX + brokerName
export const isRetryTopic = (topic: string): boolean => topic.startsWith(RETRY_GROUP_TOPIC_PREFIX)
export const isDlqTopic = (topic: string): boolean => topic.startsWith(DLQ_GROUP_TOPIC_PREFIX)

/** The group of a `%RETRY%` topic. */
export const groupOfRetryTopic = (topic: string): string =>
  topic.slice(RETRY_GROUP_TOPIC_PREFIX.length)

/** The group of a `%DLQ%` topic. */
export const groupOfDlqTopic = (topic: string): string => topic.slice(DLQ_GROUP_TOPIC_PREFIX.length)

/** Why a topic name is not valid, in a sentence, or undefined. Java: TopicValidator.validateTopic. */
export const invalidTopicReason = (topic: string): string | undefined => {
  if (topic.trim() === '') return 'the topic is blank'
  if (!NAME_PATTERN.test(topic))
    return `the topic "${topic.slice(0, 127)}" has illegal characters; allowed are % | a-z A-Z 0-9 _ -`
  const limit = isRetryTopic(topic) || isDlqTopic(topic) ? 255 : TOPIC_MAX_LENGTH
  if (topic.length > limit)
    return `the topic is ${topic.length} characters long, at most ${limit} are allowed`
  return undefined
}

/** Why a group name is not valid, in a sentence, or undefined. Java: Validators.checkGroup. */
export const invalidGroupReason = (group: string): string | undefined => {
  if (group.trim() === '') return 'the group is blank'
  if (!NAME_PATTERN.test(group))
    return `the group "${group.slice(0, 127)}" has illegal characters; allowed are % | a-z A-Z 0-9 _ -`
  if (group.length > GROUP_MAX_LENGTH)
    return `the group is ${group.length} characters long, at most ${GROUP_MAX_LENGTH} are allowed`
  return undefined
}
