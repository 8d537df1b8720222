/** What the proxy answers to a client's settings. Java: GrpcClientSettingsManager. */
import type { SubscriptionGroupConfig } from '../../protocol/bodies/subscriptionGroup'
import { duration, millisOf } from '../message/times'
import { groupOf, topicOf } from '../message/names'
import { Code, StatusError } from '../v2/code'
import { ClientType, Language } from '../v2/enums'
import type { RetryPolicy, Settings } from '../v2/messages'
import type { ProxyConfig } from '../proxyConfig'

/** Java: CustomizedRetryPolicy, the ladder of delays between deliveries, in ms. */
export const RETRY_LADDER_MS = [
  ...[1, 5, 10, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30].map((minutes) => minutes * 60_000),
  ...[1, 2].map((hours) => hours * 3_600_000)
]
/** Longest delay of clients that know no ladder, in ms: the ladder's own end. */
const MAX_BACKOFF_MS = RETRY_LADDER_MS.at(-1)!

/** A bigger body could be sent and never received: the npm client takes 4 MiB a message, properties included. */
export const MAX_TOLD_BODY_SIZE = 4 * 1024 * 1024 - 16 * 1024

/** Java: SubscriptionGroupConfig.retryMaxTimes. */
export const DEFAULT_RETRY_MAX_TIMES = 16

/** What can be known of a client besides its settings. */
export interface SettingsFacts {
  /** Of a consumer; absent: the group does not exist yet. */
  group?: SubscriptionGroupConfig | undefined
  config: Pick<
    ProxyConfig,
    | 'maxMessageSize'
    | 'enableTopicMessageTypeCheck'
    | 'grpcClientProducerMaxAttempts'
    | 'grpcClientProducerBackoffInitialMillis'
    | 'grpcClientProducerBackoffMultiplier'
    | 'grpcClientProducerBackoffMaxMillis'
    | 'grpcClientConsumerLongPollingBatchSize'
    | 'gantryLongPollingTimeoutMillis'
  >
}

const known: ReadonlySet<number> = new Set([
  ClientType.PRODUCER,
  ClientType.PUSH_CONSUMER,
  ClientType.SIMPLE_CONSUMER,
  ClientType.PULL_CONSUMER
])

/** @throws StatusError UNRECOGNIZED_CLIENT_TYPE, ILLEGAL_TOPIC, ILLEGAL_CONSUMER_GROUP. */
export const checkSettings = (settings: Settings): void => {
  const { clientType, publishing, subscription } = settings
  if (!known.has(clientType ?? 0))
    throw new StatusError(
      Code.UNRECOGNIZED_CLIENT_TYPE,
      `client type ${clientType ?? 0} is not served: producers, push and simple consumers are`
    )
  if (clientType === ClientType.PRODUCER ? !publishing : !subscription)
    throw new StatusError(
      Code.UNRECOGNIZED_CLIENT_TYPE,
      `settings of client type ${clientType} lack what it ${publishing ? 'subscribes' : 'publishes'} to`
    )
  for (const topic of publishing?.topics ?? []) topicOf(topic)
  if (!subscription) return
  groupOf(subscription.group)
  for (const { topic } of subscription.subscriptions ?? []) topicOf(topic)
}

const exponential = (maxAttempts: number, first: number, max: number, by: number): RetryPolicy => ({
  maxAttempts,
  exponentialBackoff: { initial: duration(first), max: duration(max), multiplier: by }
})

/** Deliveries of a group in all. Java: retryMaxTimes + 1. */
export const maxAttemptsOf = (group: SubscriptionGroupConfig | undefined): number =>
  (group?.retryMaxTimes ?? DEFAULT_RETRY_MAX_TIMES) + 1

/** Each SDK understands one kind of policy well: npm the exponential one, the others the ladder. */
const consumerPolicy = (settings: Settings, group: SettingsFacts['group']): RetryPolicy =>
  settings.userAgent?.language === Language.NODE_JS
    ? exponential(maxAttemptsOf(group), RETRY_LADDER_MS[0]!, MAX_BACKOFF_MS, 2)
    : {
        maxAttempts: maxAttemptsOf(group),
        customizedBackoff: { next: RETRY_LADDER_MS.map(duration) }
      }

const producerPolicy = ({ config }: SettingsFacts): RetryPolicy =>
  exponential(
    config.grpcClientProducerMaxAttempts,
    config.grpcClientProducerBackoffInitialMillis,
    config.grpcClientProducerBackoffMaxMillis,
    config.grpcClientProducerBackoffMultiplier
  )

/** The client's own words with what the server fills in. */
export const answerSettings = (settings: Settings, facts: SettingsFacts): Settings => {
  const { config, group } = facts
  const { publishing, subscription } = settings
  const answer: Settings = { ...settings, metric: { on: false } }
  if (publishing)
    return {
      ...answer,
      backoffPolicy: producerPolicy(facts),
      publishing: {
        topics: publishing.topics ?? [],
        maxBodySize: Math.min(config.maxMessageSize || MAX_TOLD_BODY_SIZE, MAX_TOLD_BODY_SIZE),
        validateMessageType: config.enableTopicMessageTypeCheck
      }
    }
  return {
    ...answer,
    backoffPolicy: consumerPolicy(settings, group),
    subscription: {
      ...subscription,
      fifo: group?.consumeMessageOrderly ?? false,
      receiveBatchSize: config.grpcClientConsumerLongPollingBatchSize,
      longPollingTimeout: duration(pollTimeOf(settings, config))
    }
  }
}

/** A simple consumer says itself how long it waits. */
const pollTimeOf = (settings: Settings, config: SettingsFacts['config']): number =>
  settings.clientType === ClientType.SIMPLE_CONSUMER
    ? (millisOf(settings.subscription?.longPollingTimeout) ?? config.gantryLongPollingTimeoutMillis)
    : config.gantryLongPollingTimeoutMillis
