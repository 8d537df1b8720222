/** What the window sees. Plain data: every view survives structured clone and JSON alike. */

/** A failure as data, because Electron keeps only the message of a thrown error. */
export interface Problem {
  /** A name of `ResponseCode`, or one of the console's own codes; the window finds its text by it. */
  code: string
  /** For logs and for codes without a text of their own. */
  message: string
  /** Values for the text: which topic, which port, who holds it. */
  params?: Record<string, string | number>
}

export type NodeState = 'stopped' | 'starting' | 'running' | 'stopping' | 'crashed'

export interface NameserverView {
  /** `namesrv:9876`. */
  id: string
  address: string
  state: NodeState
  version: string
  /** Milliseconds since the epoch; absent while not running. */
  startedAt?: number
  problem?: Problem
  /** Saved properties differ from those it runs with; they take effect on the next start. */
  restartNeeded: boolean
}

export type BrokerRole = 'ASYNC_MASTER' | 'SYNC_MASTER' | 'SLAVE'

/** Why a broker refuses sends: no room of one kind or another, or a disk that failed. */
export type StorageRefusalCause = 'diskFull' | 'quota' | 'minFree' | 'diskRatio' | 'diskError'

/** The properties that say how long messages are kept, as they are in effect. */
export interface BrokerRetention {
  /** Hours. */
  fileReservedTime: number
  /** Hours of the day, local time: `04;16`. */
  deleteWhen: string
  /** Percent of the quota from which expired messages go at any hour. */
  diskMaxUsedSpaceRatio: number
  /** Percent of the quota from which the oldest messages go before their time. */
  diskSpaceCleanForciblyRatio: number
  /** Otherwise sends are refused at the quota. */
  cleanFileForciblyEnable: boolean
}

/** What a broker's store takes of its disk; bytes. */
export interface BrokerStorage {
  usedBytes: number
  /** gantryStoreQuota. */
  quotaBytes: number
  /** Of the whole disk; absent where it does not tell. */
  freeBytes?: number
  /** gantryMinFreeDiskSpace: with less, sends are refused. */
  minFreeBytes: number
  retention: BrokerRetention
  /** Store time of the oldest message, ms since the epoch; absent without one. */
  earliestStoreTimestamp?: number
  /** Why sends are refused; absent while they are not. */
  refusal?: {
    cause: StorageRefusalCause
    /** The engine's own words, with its figures. */
    reason: string
    /** Sending resumes by itself; otherwise after a restart of the broker. */
    isPassing: boolean
  }
}

/** What "delete expired now" came to. */
export interface DeletedExpired {
  /** Of messages, in bytes. */
  deletedBytes: number
  /** It had not come to its end when the wait for it did; the broker goes on. */
  isGoingOn: boolean
}

export interface BrokerView {
  /** `broker-a:0`, broker name and broker id. */
  id: string
  cluster: string
  name: string
  brokerId: number
  role: BrokerRole
  address: string
  state: NodeState
  version: string
  startedAt?: number
  problem?: Problem
  /** Messages per second over the last ten seconds. */
  produceTps: number
  consumeTps: number
  producedToday: number
  consumedToday: number
  /** Saved properties differ from those it runs with; they take effect on the next start. */
  restartNeeded: boolean
  /** Absent while it does not run. */
  storage?: BrokerStorage
}

/** The gRPC proxy; its id is `proxy`. */
export type ProxyView = NameserverView

export interface ClusterView {
  /** At the end of a connection: what it tells over the wire, and no verbs. */
  isExternal?: true
  name: string
  nameservers: NameserverView[]
  brokers: BrokerView[]
  /** Absent where the cluster has none. */
  proxy?: ProxyView
}

/** The one clock of the cluster: what messages are stamped with, and what delays, checks and expiry follow. */
export interface ClockView {
  /** What it shows, in milliseconds since the epoch, at the time of the answer. */
  now: number
  /** By how much it is ahead of the machine's clock; below 0 behind it. */
  aheadMs: number
  /** Milliseconds shown per millisecond that passes. */
  rate: number
  paused: boolean
  /** A step is under way; nothing else moves the clock meanwhile. */
  isStepping: boolean
}

export interface AppInfo {
  version: string
  host: 'electron' | 'headless'
  platform: string
  /** The one folder everything lies under. */
  dataDir: string
  pid: number
  startedAt: number
  namesrvAddresses: string[]
  /** RocketMQ server version whose behaviour is followed, for example `V4_9_8`. */
  rocketmqVersion: string
}

export interface Settings {
  language: 'system' | 'zh-CN' | 'en'
  theme: 'system' | 'light' | 'dark'
  /** Of the desktop application: what the cross of its window does. */
  closing: 'ask' | 'keep' | 'quit'
  /** Of the desktop application. */
  startAtLogin: boolean
  /** Of the desktop application: notices as notifications while its window is not in front. */
  desktopNotices: boolean
}

export type TopicKind = 'NORMAL' | 'RETRY' | 'DLQ' | 'SYSTEM'

export interface TopicView {
  topic: string
  kind: TopicKind
  /** Per broker the topic lives on. */
  brokers: TopicOnBroker[]
  /** Sum over brokers. */
  readQueueNums: number
  writeQueueNums: number
  perm: number
  /** The attribute message.type; UNSPECIFIED where there is none. */
  messageType: string
  order: boolean
  /** Of whoever uses this installation; '' without one. */
  note: string
}

export interface TopicOnBroker {
  brokerName: string
  readQueueNums: number
  writeQueueNums: number
  perm: number
}

export interface QueueOffsetView {
  brokerName: string
  queueId: number
  minOffset: number
  maxOffset: number
  /** Milliseconds since the epoch; 0 when nothing was stored. */
  lastUpdateTimestamp: number
}

export interface TopicDetail {
  topic: string
  kind: TopicKind
  /** `brokerAddrs`: broker id to address, 0 is the master. */
  route: {
    brokerName: string
    cluster: string
    brokerAddrs: { brokerId: number; address: string }[]
  }[]
  brokers: TopicOnBroker[]
  queues: QueueOffsetView[]
  /** Groups online on the topic or with offsets stored for it. */
  groups: string[]
}

export interface SendResultView {
  /** SEND_OK, FLUSH_DISK_TIMEOUT, FLUSH_SLAVE_TIMEOUT or SLAVE_NOT_AVAILABLE. */
  sendStatus: string
  msgId: string
  offsetMsgId: string
  brokerName: string
  queueId: number
  queueOffset: number
  tookMs: number
}

export interface MessageSummary {
  topic: string
  brokerName: string
  queueId: number
  queueOffset: number
  /** UNIQ_KEY where the client set one, else the offset id. */
  msgId: string
  offsetMsgId: string
  tags: string
  keys: string
  bodySize: number
  /** First 200 characters of the body as UTF-8 text; hostile text, shown as text only. */
  preview: string
  bornTimestamp: number
  storeTimestamp: number
}

export interface MessageDetail extends MessageSummary {
  bornHost: string
  storeHost: string
  storeSize: number
  reconsumeTimes: number
  bodyCRC: number
  sysFlag: number
  flag: number
  preparedTransactionOffset: number
  physicalOffset: number
  properties: [string, string][]
  /** The body after inflation where it was compressed and could be inflated. */
  bodyBase64: string
  /** `none`, `zlib`, `lz4`, `zstd`; with `inflated` false the body is shown as stored. */
  compression: string
  inflated: boolean
  /** Why it could not be inflated. */
  inflateProblem?: 'TOO_LARGE' | 'DAMAGED'
}

export interface BrowseResult {
  minOffset: number
  maxOffset: number
  nextOffset: number
  messages: MessageSummary[]
}

export interface TrafficPoint {
  /** Milliseconds since the epoch, one point a second. */
  at: number
  /** Messages in that second, all brokers. */
  produced: number
  consumed: number
  producedBytes: number
  consumedBytes: number
}

export interface TrafficHistory {
  /** Oldest first, at most `capacity`. */
  points: TrafficPoint[]
  capacity: number
}

export interface TailMessage {
  /** `put`: stored for a producer; `get`: handed to a consumer group. */
  kind: 'put' | 'get'
  at: number
  brokerName: string
  topic: string
  queueId: number
  queueOffset: number
  msgId: string
  tags: string
  keys: string
  bodySize: number
  /** First 200 characters; hostile text. */
  preview: string
  /** Producer or consumer group where known. */
  group: string
  client: string
}

export interface TailBatch {
  messages: TailMessage[]
  /** Messages that passed since the last batch, shown or not: the tail samples and says so. */
  passed: number
}

export interface Notice {
  id: string
  at: number
  level: 'info' | 'warning' | 'error'
  /** ROUTE_NOT_FOUND, STORE_TAIL_CUT, NODE_CRASHED, META_DAMAGED … */
  code: string
  /** `detail`, where there is one, is the engine's own words; the others are values for the text. */
  params: Record<string, string | number>
  /** How often it happened since it first appeared. */
  count: number
}

/** What became stale; the window asks again for what it shows. */
export type Noun =
  | 'app'
  | 'cluster'
  | 'savedCluster'
  | 'snapshot'
  | 'clock'
  | 'topic'
  | 'group'
  | 'client'
  | 'message'
  | 'notice'
  | 'settings'
  | 'fault'
  | 'grpcClient'
  | 'alarm'
  | 'compose'
  | 'connection'
  | 'acl'
