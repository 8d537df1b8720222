/** Consumer requests: pull, offsets, membership. */
import { bool, defineHeader, int, long, opt, str, type Decoded } from '../header'

/** PULL_MESSAGE (11), LITE_PULL_MESSAGE (361). Java: PullMessageRequestHeader. */
export const PullMessageRequestHeader = defineHeader('PullMessageRequestHeader', {
  consumerGroup: str,
  topic: str,
  queueId: int,
  queueOffset: long,
  maxMsgNums: int,
  sysFlag: int,
  commitOffset: long,
  suspendTimeoutMillis: long,
  subscription: opt(str),
  subVersion: long,
  expressionType: opt(str),
  maxMsgBytes: opt(int)
})
export type PullMessageRequestHeader = Decoded<typeof PullMessageRequestHeader>

/** Java: PullSysFlag. */
export const PullSysFlag = {
  COMMIT_OFFSET: 1,
  SUSPEND: 2,
  SUBSCRIPTION: 4,
  CLASS_FILTER: 8,
  LITE_PULL_MESSAGE: 16
} as const

/** Java: PullMessageResponseHeader. Clients unbox the first four without a null check, on every pull status. */
export const PullMessageResponseHeader = defineHeader('PullMessageResponseHeader', {
  suggestWhichBrokerId: long,
  nextBeginOffset: long,
  minOffset: long,
  maxOffset: long,
  topicSysFlag: opt(int),
  groupSysFlag: opt(int),
  forbiddenType: opt(int)
})
export type PullMessageResponseHeader = Decoded<typeof PullMessageResponseHeader>

/** QUERY_CONSUMER_OFFSET (14). Java: QueryConsumerOffsetRequestHeader. */
export const QueryConsumerOffsetRequestHeader = defineHeader('QueryConsumerOffsetRequestHeader', {
  consumerGroup: str,
  topic: str,
  queueId: int,
  setZeroIfNotFound: opt(bool)
})

/** Java: QueryConsumerOffsetResponseHeader, GetMaxOffsetResponseHeader, GetMinOffsetResponseHeader, SearchOffsetResponseHeader. */
export const OffsetResponseHeader = defineHeader('OffsetResponseHeader', { offset: long })

/** UPDATE_CONSUMER_OFFSET (15). Java: UpdateConsumerOffsetRequestHeader. */
export const UpdateConsumerOffsetRequestHeader = defineHeader('UpdateConsumerOffsetRequestHeader', {
  consumerGroup: str,
  topic: str,
  queueId: int,
  commitOffset: long,
  /** Of a slave: does not take back what was committed at its master meanwhile. Not RocketMQ's. */
  gantryForwardOnly: opt(bool),
  /** With a commitOffset of -1: the group has no offset any more, nor a reset no pull was told of. Not RocketMQ's. */
  gantryForget: opt(bool)
})

/** GET_MAX_OFFSET (30). Java: GetMaxOffsetRequestHeader. */
export const GetMaxOffsetRequestHeader = defineHeader('GetMaxOffsetRequestHeader', {
  topic: str,
  queueId: int,
  committed: opt(bool)
})

/** GET_MIN_OFFSET (31). Java: GetMinOffsetRequestHeader. */
export const GetMinOffsetRequestHeader = defineHeader('GetMinOffsetRequestHeader', {
  topic: str,
  queueId: int
})

/** SEARCH_OFFSET_BY_TIMESTAMP (29). Java: SearchOffsetRequestHeader. */
export const SearchOffsetRequestHeader = defineHeader('SearchOffsetRequestHeader', {
  topic: str,
  queueId: int,
  timestamp: long,
  boundaryType: opt(str)
})

/** GET_EARLIEST_MSG_STORETIME (32). Java: GetEarliestMsgStoretimeRequestHeader. */
export const GetEarliestMsgStoretimeRequestHeader = defineHeader(
  'GetEarliestMsgStoretimeRequestHeader',
  {
    topic: str,
    queueId: int
  }
)

/** Java: GetEarliestMsgStoretimeResponseHeader. */
export const GetEarliestMsgStoretimeResponseHeader = defineHeader(
  'GetEarliestMsgStoretimeResponseHeader',
  {
    timestamp: long
  }
)

/** What a 5.x broker adds to the answer of HEART_BEAT (34): it knows heartbeats without subscriptions, and whether it wants them. */
export const HeartbeatResponseHeader = defineHeader('HeartbeatResponseHeader', {
  IS_SUPPORT_HEART_BEAT_V2: bool,
  IS_SUB_CHANGE: bool
})

/** UNREGISTER_CLIENT (35). Java: UnregisterClientRequestHeader. */
export const UnregisterClientRequestHeader = defineHeader('UnregisterClientRequestHeader', {
  clientID: str,
  producerGroup: opt(str),
  consumerGroup: opt(str)
})

/** GET_CONSUMER_LIST_BY_GROUP (38). Java: GetConsumerListByGroupRequestHeader. */
export const GetConsumerListByGroupRequestHeader = defineHeader(
  'GetConsumerListByGroupRequestHeader',
  {
    consumerGroup: str
  }
)

/** NOTIFY_CONSUMER_IDS_CHANGED (40), broker to client. Java: NotifyConsumerIdsChangedRequestHeader. */
export const NotifyConsumerIdsChangedRequestHeader = defineHeader(
  'NotifyConsumerIdsChangedRequestHeader',
  {
    consumerGroup: str
  }
)

/** QUERY_MESSAGE (12). Java: QueryMessageRequestHeader. */
export const QueryMessageRequestHeader = defineHeader('QueryMessageRequestHeader', {
  topic: str,
  key: str,
  maxNum: int,
  beginTimestamp: long,
  endTimestamp: long
})

/** Extra field of QUERY_MESSAGE, `true` when the key is a unique id. Java: MixAll.UNIQUE_MSG_QUERY_FLAG. */
export const UNIQUE_MSG_QUERY_FLAG = '_UNIQUE_KEY_QUERY'

/** Java: QueryMessageResponseHeader. */
export const QueryMessageResponseHeader = defineHeader('QueryMessageResponseHeader', {
  indexLastUpdateTimestamp: long,
  indexLastUpdatePhyoffset: long
})

/** VIEW_MESSAGE_BY_ID (33). Java: ViewMessageRequestHeader. */
export const ViewMessageRequestHeader = defineHeader('ViewMessageRequestHeader', {
  topic: opt(str),
  offset: long
})

/** CONSUMER_SEND_MSG_BACK (36). Java: ConsumerSendMsgBackRequestHeader. */
export const ConsumerSendMsgBackRequestHeader = defineHeader('ConsumerSendMsgBackRequestHeader', {
  /** Commit-log offset of the message. */
  offset: long,
  group: str,
  /** 0: the broker chooses by the number of deliveries; -1: to the dead letters at once. */
  delayLevel: int,
  originMsgId: opt(str),
  originTopic: opt(str),
  unitMode: opt(bool),
  maxReconsumeTimes: opt(int),
  bname: opt(str)
})
export type ConsumerSendMsgBackRequestHeader = Decoded<typeof ConsumerSendMsgBackRequestHeader>

/** Of HEART_BEAT (34), `true` from our proxy: it speaks for a gRPC client. Not RocketMQ's. */
export const PROXIED_FIELD = 'gantryProxied'
