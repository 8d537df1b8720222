import type { TopicConfig } from '../protocol/bodies/topicConfig'
import { PERM_INHERIT, PERM_READ, PERM_WRITE } from '../protocol/permName'
import {
  AUTO_CREATE_TOPIC_KEY_TOPIC,
  RMQ_SYS_BENCHMARK_TOPIC,
  RMQ_SYS_OFFSET_MOVED_EVENT,
  RMQ_SYS_SCHEDULE_TOPIC,
  RMQ_SYS_SELF_TEST_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC,
  RMQ_SYS_TRANS_OP_HALF_TOPIC,
  TIMER_TOPIC,
  replyTopicOf,
  reviveTopicOf,
  syncBrokerMemberTopicOf
} from '../protocol/topicNames'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'
import { plainTopicConfig } from './topicTable'

const TEMPLATE = PERM_READ | PERM_WRITE | PERM_INHERIT

/** The properties that decide which topics a broker begins with. */
export type SystemTopicConfig = Pick<
  BrokerConfig,
  | 'autoCreateTopicEnable'
  | 'defaultTopicQueueNums'
  | 'clusterTopicEnable'
  | 'brokerTopicEnable'
  | 'traceTopicEnable'
  | 'msgTraceTopicName'
>

/** Topics present after a fresh start of a 5.3 broker. Java: TopicConfigManager's constructor. */
export const systemTopics = (
  config: SystemTopicConfig,
  { cluster, name }: Pick<BrokerIdentity, 'cluster' | 'name'>
): TopicConfig[] => [
  plainTopicConfig(RMQ_SYS_SELF_TEST_TOPIC, 1),
  ...(config.autoCreateTopicEnable
    ? [plainTopicConfig(AUTO_CREATE_TOPIC_KEY_TOPIC, config.defaultTopicQueueNums, TEMPLATE)]
    : []),
  plainTopicConfig(RMQ_SYS_BENCHMARK_TOPIC, 1024),
  plainTopicConfig(cluster, 16, config.clusterTopicEnable ? TEMPLATE : PERM_INHERIT),
  plainTopicConfig(name, 1, config.brokerTopicEnable ? TEMPLATE : PERM_INHERIT),
  plainTopicConfig(RMQ_SYS_OFFSET_MOVED_EVENT, 1),
  plainTopicConfig(RMQ_SYS_SCHEDULE_TOPIC, 18),
  ...(config.traceTopicEnable ? [plainTopicConfig(config.msgTraceTopicName, 1)] : []),
  plainTopicConfig(replyTopicOf(cluster), 1),
  plainTopicConfig(RMQ_SYS_TRANS_HALF_TOPIC, 1),
  plainTopicConfig(RMQ_SYS_TRANS_OP_HALF_TOPIC, 1),
  plainTopicConfig(reviveTopicOf(cluster), 8),
  plainTopicConfig(TIMER_TOPIC, 1),
  plainTopicConfig(syncBrokerMemberTopicOf(name), 1, PERM_INHERIT)
]
