/** What each call needs. Java: DefaultAuthorizationContextBuilder. */
import type { Need } from '../../../shared/aclDecision'
import type { Action } from '../../../shared/aclModel'
import { groupOfRetryTopic, isRetryTopic } from '../../protocol/topicNames'
import { ClientType } from '../v2/enums'
import type { Maybe, Resource, Settings, TelemetryCommand } from '../v2/messages'
import type {
  AckMessageRequest,
  ChangeInvisibleDurationRequest,
  EndTransactionRequest,
  ForwardMessageToDeadLetterQueueRequest,
  HeartbeatRequest,
  NotifyClientTerminationRequest,
  QueryAssignmentRequest,
  QueryRouteRequest,
  RecallMessageRequest,
  ReceiveMessageRequest,
  SendMessageRequest
} from '../v2/messages'
import type { MessagingService } from '../v2/methods'

const topic = (resource: Maybe<Resource>, ...actions: Action[]): Need => ({
  resource: { type: 'Topic', pattern: 'LITERAL', name: resource?.name ?? '' },
  actions
})

const group = (resource: Maybe<Resource>): Need => {
  const name = resource?.name ?? ''
  const own = isRetryTopic(name) ? groupOfRetryTopic(name) : name
  return { resource: { type: 'Group', pattern: 'LITERAL', name: own }, actions: ['Sub'] }
}

const both = (request: { group?: Maybe<Resource>; topic?: Maybe<Resource> }): Need[] => [
  group(request.group),
  topic(request.topic, 'Sub')
]

const consumers: readonly number[] = [
  ClientType.PUSH_CONSUMER,
  ClientType.SIMPLE_CONSUMER,
  ClientType.PULL_CONSUMER
]

const ofSettings = ({ publishing, subscription }: Settings): Need[] => [
  ...(publishing?.topics ?? []).map((resource) => topic(resource, 'Pub')),
  ...(subscription ? [group(subscription.group)] : []),
  ...(subscription?.subscriptions ?? []).map((entry) => topic(entry.topic, 'Sub'))
]

interface Requests {
  QueryRoute: QueryRouteRequest
  Heartbeat: HeartbeatRequest
  SendMessage: SendMessageRequest
  QueryAssignment: QueryAssignmentRequest
  ReceiveMessage: ReceiveMessageRequest
  AckMessage: AckMessageRequest
  ForwardMessageToDeadLetterQueue: ForwardMessageToDeadLetterQueueRequest
  EndTransaction: EndTransactionRequest
  NotifyClientTermination: NotifyClientTerminationRequest
  ChangeInvisibleDuration: ChangeInvisibleDurationRequest
  RecallMessage: RecallMessageRequest
  Telemetry: TelemetryCommand
}

const distinct = (resources: readonly Maybe<Resource>[]): Maybe<Resource>[] => [
  ...new Map(resources.map((resource) => [resource?.name ?? '', resource])).values()
]

/** RocketMQ looks at the first message of a send only; here every topic counts. */
export const callRights: {
  readonly [N in keyof MessagingService]: (request: Requests[N]) => Need[]
} = {
  QueryRoute: (request) => [topic(request.topic, 'Pub', 'Sub')],
  Heartbeat: (request) => (consumers.includes(request.clientType ?? 0) ? [group(request.group)] : []), // prettier-ignore
  SendMessage: ({ messages = [] }) =>
    distinct(messages.map((message) => message.topic)).map((of) => topic(of, 'Pub')),
  QueryAssignment: both,
  ReceiveMessage: (request) => [group(request.group), topic(request.messageQueue?.topic, 'Sub')],
  AckMessage: both,
  ForwardMessageToDeadLetterQueue: both,
  EndTransaction: (request) => [topic(request.topic, 'Pub')],
  NotifyClientTermination: (request) => (request.group?.name ? [group(request.group)] : []),
  ChangeInvisibleDuration: (request) => [group(request.group)],
  RecallMessage: (request) => [topic(request.topic, 'Pub')],
  Telemetry: ({ settings }) => (settings ? ofSettings(settings) : [])
}
