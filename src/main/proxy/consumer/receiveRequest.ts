/** What a ReceiveMessage asks for, checked. Java: ReceiveMessageActivity, GrpcValidator. */
import {
  buildSubscriptionData,
  EXPRESSION_SQL92,
  EXPRESSION_TAG,
  SUB_ALL
} from '../../protocol/bodies/heartbeat'
import { groupOf, topicOf } from '../message/names'
import { millisOf } from '../message/times'
import type { ProxyConfig } from '../proxyConfig'
import type { ClientSession } from '../sessions/clientSession'
import { Code, StatusError } from '../v2/code'
import { FilterType } from '../v2/enums'
import type { FilterExpression, Maybe, ReceiveMessageRequest } from '../v2/messages'
import type { Owner } from './receiptHandle'

/** Messages of one answer at most, as brokers have it. Java: ProxyUtils.MAX_MSG_NUMS_FOR_POP_REQUEST. */
const MAX_BATCH_SIZE = 32

/** Of clients that say neither how long to poll nor how long a request may last. */
const DEFAULT_REQUEST_TIMEOUT_MS = 3000

export type ReceiveConfig = Pick<
  ProxyConfig,
  | 'defaultInvisibleTimeMills'
  | 'minInvisibleTimeMillsForRecv'
  | 'maxInvisibleTimeMills'
  | 'grpcClientConsumerMaxLongPollingTimeoutMillis'
  | 'longPollingReserveTimeInMillis'
  | 'enableProxyAutoRenew'
>

export interface Filter {
  /** TAG or SQL92. */
  readonly expressionType: string
  readonly expression: string
  /** A message without one of these is not wanted; empty: all are. */
  readonly tags: ReadonlySet<string>
}

export interface Wanted extends Owner {
  readonly filter: Filter
  readonly batchSize: number
  readonly invisibleMs: number
  /** A push consumer's: the proxy keeps the messages invisible. */
  readonly isRenewed: boolean
  readonly attemptId: string | undefined
}

/** @throws StatusError ILLEGAL_FILTER_EXPRESSION; what only a broker can judge comes from there. */
const filterOf = (topic: string, asked: Maybe<FilterExpression>): Filter => {
  const expression = asked?.expression ?? ''
  if (asked?.type === FilterType.SQL)
    return {
      expressionType: EXPRESSION_SQL92,
      expression: expression.trim() === '' ? SUB_ALL : expression,
      tags: new Set()
    }
  try {
    const { subString, tagsSet } = buildSubscriptionData(topic, expression, 0)
    return { expressionType: EXPRESSION_TAG, expression: subString, tags: new Set(tagsSet) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new StatusError(Code.ILLEGAL_FILTER_EXPRESSION, error.message)
  }
}

/** @throws StatusError ILLEGAL_INVISIBLE_TIME. */
export const checkInvisibleTime = (ms: number, min: number, max: number): number => {
  if (ms >= min && ms <= max) return ms
  throw new StatusError(
    Code.ILLEGAL_INVISIBLE_TIME,
    `an invisible time of ${ms} ms is not taken: from ${min} ms to ${max} ms are`
  )
}

/** @throws StatusError ILLEGAL_TOPIC, ILLEGAL_CONSUMER_GROUP, ILLEGAL_INVISIBLE_TIME, ILLEGAL_FILTER_EXPRESSION. */
export const wantedOf = (request: ReceiveMessageRequest, config: ReceiveConfig): Wanted => {
  const topic = topicOf(request.messageQueue?.topic)
  const group = groupOf(request.group)
  const isRenewed = request.autoRenew === true && config.enableProxyAutoRenew
  const asked = millisOf(request.invisibleDuration) ?? 0
  return {
    ...{ topic, group, isRenewed },
    filter: filterOf(topic, request.filterExpression),
    batchSize: Math.min(Math.max(request.batchSize ?? 1, 1), MAX_BATCH_SIZE),
    invisibleMs: request.autoRenew
      ? config.defaultInvisibleTimeMills
      : checkInvisibleTime(asked, config.minInvisibleTimeMillsForRecv, config.maxInvisibleTimeMills), // prettier-ignore
    attemptId: request.attemptId || undefined
  }
}

/** How long to wait for a message, ms: never longer than the caller does. */
export const pollTimeOf = (
  request: ReceiveMessageRequest,
  /** Of the call's time; Infinity: it has no deadline. */
  remainingMs: number,
  session: ClientSession | undefined,
  config: ReceiveConfig
): number => {
  const requestTimeout = millisOf(session?.settings.requestTimeout) ?? DEFAULT_REQUEST_TIMEOUT_MS
  const asked = millisOf(request.longPollingTimeout) ?? remainingMs - requestTimeout / 2
  return Math.max(
    0,
    Math.min(
      asked,
      config.grpcClientConsumerMaxLongPollingTimeoutMillis,
      remainingMs - config.longPollingReserveTimeInMillis
    )
  )
}
