/**
 * What `messagingService.proto` declares, as values. A message that is absent is null when it was read; enums are numbers,
 * because a number this version does not know must pass. int64 is a number: times, offsets and sizes stay below 2^53.
 */

/** Not there. */
export type Maybe<T> = T | null | undefined

export interface Timestamp {
  seconds?: number
  nanos?: number
}

export type Duration = Timestamp

export interface Resource {
  resourceNamespace?: string
  name?: string
}

export interface Address {
  host?: string
  port?: number
}

export interface Endpoints {
  scheme?: number
  addresses?: Address[]
}

export interface Broker {
  name?: string
  id?: number
  endpoints?: Maybe<Endpoints>
}

export interface MessageQueue {
  topic?: Maybe<Resource>
  /** -1 in an assignment: all of the broker. */
  id?: number
  permission?: number
  broker?: Maybe<Broker>
  acceptMessageTypes?: number[]
}

export interface Assignment {
  messageQueue?: Maybe<MessageQueue>
}

export interface Status {
  code?: number
  message?: string
}

export interface UA {
  language?: number
  version?: string
  platform?: string
  hostname?: string
}

export interface Settings {
  clientType?: Maybe<number>
  accessPoint?: Maybe<Endpoints>
  backoffPolicy?: Maybe<RetryPolicy>
  requestTimeout?: Maybe<Duration>
  publishing?: Maybe<Publishing>
  subscription?: Maybe<Subscription>
  userAgent?: Maybe<UA>
  metric?: Maybe<Metric>
}

export interface Publishing {
  topics?: Resource[]
  maxBodySize?: number
  validateMessageType?: boolean
}

export interface Subscription {
  group?: Maybe<Resource>
  subscriptions?: SubscriptionEntry[]
  fifo?: Maybe<boolean>
  receiveBatchSize?: Maybe<number>
  longPollingTimeout?: Maybe<Duration>
}

export interface SubscriptionEntry {
  topic?: Maybe<Resource>
  expression?: Maybe<FilterExpression>
}

export interface FilterExpression {
  type?: number
  expression?: string
}

export interface RetryPolicy {
  maxAttempts?: number
  exponentialBackoff?: Maybe<ExponentialBackoff>
  customizedBackoff?: Maybe<CustomizedBackoff>
}

export interface ExponentialBackoff {
  initial?: Maybe<Duration>
  max?: Maybe<Duration>
  multiplier?: number
}

export interface CustomizedBackoff {
  next?: Duration[]
}

export interface Metric {
  on?: boolean
  endpoints?: Maybe<Endpoints>
}

export interface Message {
  topic?: Maybe<Resource>
  userProperties?: Record<string, string>
  systemProperties?: Maybe<SystemProperties>
  body?: Uint8Array
}

export interface SystemProperties {
  tag?: Maybe<string>
  keys?: string[]
  messageId?: string
  bodyDigest?: Maybe<Digest>
  bodyEncoding?: number
  messageType?: number
  bornTimestamp?: Maybe<Timestamp>
  bornHost?: string
  storeTimestamp?: Maybe<Timestamp>
  storeHost?: string
  deliveryTimestamp?: Maybe<Timestamp>
  receiptHandle?: Maybe<string>
  queueId?: number
  queueOffset?: Maybe<number>
  invisibleDuration?: Maybe<Duration>
  deliveryAttempt?: Maybe<number>
  messageGroup?: Maybe<string>
  traceContext?: Maybe<string>
  orphanedTransactionRecoveryDuration?: Maybe<Duration>
  deadLetterQueue?: Maybe<DeadLetterQueue>
}

export interface Digest {
  type?: number
  checksum?: string
}

export interface DeadLetterQueue {
  topic?: string
  messageId?: string
}

export interface QueryRouteRequest {
  topic?: Maybe<Resource>
  endpoints?: Maybe<Endpoints>
}

export interface QueryRouteResponse {
  status: Status
  messageQueues?: MessageQueue[]
}

export interface SendMessageRequest {
  messages?: Message[]
}

export interface SendResultEntry {
  status: Status
  messageId?: string
  transactionId?: string
  offset?: number
  recallHandle?: string
}

export interface SendMessageResponse {
  status: Status
  entries?: SendResultEntry[]
}

export interface QueryAssignmentRequest {
  topic?: Maybe<Resource>
  group?: Maybe<Resource>
  endpoints?: Maybe<Endpoints>
}

export interface QueryAssignmentResponse {
  status: Status
  assignments?: Assignment[]
}

export interface ReceiveMessageRequest {
  group?: Maybe<Resource>
  messageQueue?: Maybe<MessageQueue>
  filterExpression?: Maybe<FilterExpression>
  batchSize?: number
  invisibleDuration?: Maybe<Duration>
  autoRenew?: boolean
  longPollingTimeout?: Maybe<Duration>
  attemptId?: Maybe<string>
}

/** One of the three. */
export interface ReceiveMessageResponse {
  status?: Maybe<Status>
  message?: Maybe<Message>
  deliveryTimestamp?: Maybe<Timestamp>
}

export interface AckMessageEntry {
  messageId?: string
  receiptHandle?: string
}

export interface AckMessageRequest {
  group?: Maybe<Resource>
  topic?: Maybe<Resource>
  entries?: AckMessageEntry[]
}

export interface AckMessageResultEntry {
  messageId?: string
  receiptHandle?: string
  status: Status
}

export interface AckMessageResponse {
  status: Status
  entries?: AckMessageResultEntry[]
}

export interface ForwardMessageToDeadLetterQueueRequest {
  group?: Maybe<Resource>
  topic?: Maybe<Resource>
  receiptHandle?: string
  messageId?: string
  deliveryAttempt?: number
  maxDeliveryAttempts?: number
}

export interface HeartbeatRequest {
  group?: Maybe<Resource>
  clientType?: number
}

export interface EndTransactionRequest {
  topic?: Maybe<Resource>
  messageId?: string
  transactionId?: string
  resolution?: number
  source?: number
  traceContext?: string
}

export interface ThreadStackTrace {
  nonce?: string
  threadStackTrace?: Maybe<string>
}

/** The status, and at most one command. */
export interface TelemetryCommand {
  status?: Maybe<Status>
  settings?: Maybe<Settings>
  threadStackTrace?: Maybe<ThreadStackTrace>
  verifyMessageResult?: Maybe<{ nonce?: string }>
  recoverOrphanedTransactionCommand?: Maybe<{ message: Message; transactionId: string }>
  printThreadStackTraceCommand?: Maybe<{ nonce: string }>
  verifyMessageCommand?: Maybe<{ nonce: string; message?: Maybe<Message> }>
  reconnectEndpointsCommand?: Maybe<{ nonce: string }>
}

export interface NotifyClientTerminationRequest {
  group?: Maybe<Resource>
}

export interface ChangeInvisibleDurationRequest {
  group?: Maybe<Resource>
  topic?: Maybe<Resource>
  receiptHandle?: string
  invisibleDuration?: Maybe<Duration>
  messageId?: string
  suspend?: Maybe<boolean>
}

export interface ChangeInvisibleDurationResponse {
  status: Status
  receiptHandle?: string
}

export interface RecallMessageRequest {
  topic?: Maybe<Resource>
  recallHandle?: string
}

export interface RecallMessageResponse {
  status: Status
  messageId?: string
}

/** The answer of a call that gives nothing else. */
export interface StatusResponse {
  status: Status
}
