import type { Collection } from './collection'
import { refuseNewerFiles } from './newerFiles'
import { openIn, type MetaFolderOptions } from './metaFolder'
import { openAll, type OpenedAll } from './openAll'
import { ACTIONS, DECISIONS, POLICY_TYPES, USER_STATUSES, USER_TYPES } from '../../shared/aclModel'
import {
  bool,
  int,
  listOf,
  oneOf,
  pairOf,
  pairs,
  shape,
  str,
  withDefault,
  type Shaped
} from './shape'

const topicConfig = shape({
  topicName: str,
  /** Names the topic's folder; never reused. */
  topicId: int,
  /** Log offset the topic begins at; records before it belong to a deleted topic of the same name. */
  sinceOffset: withDefault(int, 0),
  readQueueNums: int,
  writeQueueNums: int,
  perm: int,
  topicFilterType: oneOf('SINGLE_TAG', 'MULTI_TAG'),
  topicSysFlag: int,
  order: bool,
  attributes: pairs
})
export type TopicConfigDoc = Shaped<typeof topicConfig>

const deletedTopic = shape({
  topicName: str,
  topicId: int,
  /** Log records of that name before this offset are nobody's, whatever else is lost. */
  untilOffset: int
})
export type DeletedTopicDoc = Shaped<typeof deletedTopic>

const subscriptionGroup = shape({
  groupName: str,
  consumeEnable: bool,
  consumeFromMinEnable: bool,
  consumeBroadcastEnable: bool,
  consumeMessageOrderly: bool,
  retryQueueNums: int,
  retryMaxTimes: int,
  brokerId: int,
  whichBrokerWhenConsumeSlowly: int,
  notifyConsumerIdsChangedEnable: bool,
  groupSysFlag: int,
  consumeTimeoutMinute: int,
  attributes: pairs
})
export type SubscriptionGroupDoc = Shaped<typeof subscriptionGroup>

const consumerOffset = shape({
  group: str,
  topic: str,
  /** Queue id and the offset to be consumed next. */
  offsets: listOf(pairOf(int, int))
})
export type ConsumerOffsetDoc = Shaped<typeof consumerOffset>

const delayOffset = shape({
  /** Queue offset in SCHEDULE_TOPIC_XXXX of the message delivered next. */
  offset: int,
  /** Delay of the level when this was written. */
  delayMs: int,
  /** Messages before this offset were parked while the delay was longer: they are due at `cappedAt` at the latest. */
  cappedUntil: int,
  cappedAt: int
})
export type DelayOffsetDoc = Shaped<typeof delayOffset>

const timerCheckpoint = shape({
  /** Queue offset in rmq_sys_wheel_timer behind the newest message that was known. */
  queueOffset: int,
  /** Queue offset of the oldest one that waits: a start reads from here on. */
  lowOffset: int,
  /** Of those before `queueOffset`, the ones due up to here are delivered. */
  readDue: int,
  /** Orders those due at `readDue`. */
  readCode: int
})
export type TimerCheckpointDoc = Shaped<typeof timerCheckpoint>

const messageRequestMode = shape({
  topic: str,
  consumerGroup: str,
  mode: oneOf('PULL', 'POP'),
  /** Members that pop a queue besides its own; 0 and less: everybody pops all. */
  popShareQueueNum: int
})
export type MessageRequestModeDoc = Shaped<typeof messageRequestMode>

const user = shape({
  username: str,
  /** In clear: signatures are computed with it. */
  password: str,
  userType: oneOf(...USER_TYPES),
  userStatus: oneOf(...USER_STATUSES)
})
export type UserDoc = Shaped<typeof user>

const acl = shape({
  /** `User:name`. */
  subject: str,
  policies: listOf(
    shape({
      policyType: oneOf(...POLICY_TYPES),
      entries: listOf(
        shape({
          resource: str,
          actions: listOf(oneOf(...ACTIONS)),
          sourceIps: listOf(str),
          decision: oneOf(...DECISIONS)
        })
      )
    })
  )
})
export type AclDoc = Shaped<typeof acl>

/** Data versions, counters and the like. */
const kv = shape({ value: str })
export type KvDoc = Shaped<typeof kv>

/** Java's own key of a consumer offset (`ConsumerOffsetManager.TOPIC_GROUP_SEPARATOR`); no topic name holds an `@`. */
export const consumerOffsetKey = (topic: string, group: string): string => `${topic}@${group}`

export interface BrokerMeta extends OpenedAll {
  /** By topic name. */
  readonly topics: Collection<TopicConfigDoc>
  /** By topic name; written before the topic is removed, so that recovery does not bring it back. */
  readonly deletedTopics: Collection<DeletedTopicDoc>
  /** By group name. */
  readonly subscriptionGroups: Collection<SubscriptionGroupDoc>
  /** By `consumerOffsetKey`: one document per topic and group, not per queue. */
  readonly consumerOffsets: Collection<ConsumerOffsetDoc>
  /** By delay level. Java: delayOffset.json. */
  readonly delayOffsets: Collection<DelayOffsetDoc>
  /** One document. Java: timercheck. */
  readonly timerCheckpoint: Collection<TimerCheckpointDoc>
  /** By topic and group, joined by `@`. Java: messageRequestMode.json. */
  readonly messageRequestModes: Collection<MessageRequestModeDoc>
  /** By username. Java: config/users, a RocksDB. */
  readonly users: Collection<UserDoc>
  /** By subject. Java: config/acls. */
  readonly acls: Collection<AclDoc>
  readonly kv: Collection<KvDoc>
}

const FILES = ['topics', 'deletedTopics', 'subscriptionGroups', 'consumerOffsets', 'kv']

export const openBrokerMeta = async (options: MetaFolderOptions): Promise<BrokerMeta> => {
  // Each file judges its version too, but when others may have been written already.
  refuseNewerFiles(options.disk, options.folder, FILES)
  return openAll({
    topics: openIn(options, 'topics', topicConfig),
    deletedTopics: openIn(options, 'deletedTopics', deletedTopic),
    subscriptionGroups: openIn(options, 'subscriptionGroups', subscriptionGroup),
    consumerOffsets: openIn(options, 'consumerOffsets', consumerOffset),
    delayOffsets: openIn(options, 'delayOffsets', delayOffset),
    timerCheckpoint: openIn(options, 'timerCheckpoint', timerCheckpoint),
    messageRequestModes: openIn(options, 'messageRequestModes', messageRequestMode),
    users: openIn(options, 'users', user),
    acls: openIn(options, 'acls', acl),
    kv: openIn(options, 'kv', kv)
  })
}
