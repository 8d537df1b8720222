/** What each request needs. Java: DefaultAuthorizationContextBuilder, and the annotations of the request headers. */
import type { Need } from '../../../shared/aclDecision'
import type { Action, Resource, ResourceType } from '../../../shared/aclModel'
import { readHeartbeatData } from '../../protocol/bodies/heartbeat'
import { readLockBatchBody } from '../../protocol/bodies/messageQueue'
import {
  readBatchAcks,
  readQueryAssignment,
  readSetMessageRequestMode
} from '../../protocol/bodies/pop'
import { objectsOf, textOf, type Json } from '../../protocol/bodies/read'
import { readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode, requestCodeName } from '../../protocol/codes/requestCode'
import type { ExtFields, RemotingCommand } from '../../protocol/remotingCommand'
import { groupOfRetryTopic, isRetryTopic } from '../../protocol/topicNames'

export type RightsOf = (command: RemotingCommand, cluster: string) => Need[]

const literal = (type: ResourceType, name: string): Resource => ({ type, pattern: 'LITERAL', name })

const cluster =
  (action: Action): RightsOf =>
  (_command, name) => [{ resource: literal('Cluster', name), actions: [action] }]

/** A signature is enough, as in RocketMQ. */
const nothing: RightsOf = () => []

export const ofGroup = (group: string, ...actions: Action[]): Need => ({
  resource: literal('Group', isRetryTopic(group) ? groupOfRetryTopic(group) : group),
  actions
})

/** Retry topics belong to their group: that of the request, where it is the one. */
export const ofTopic = (topic: string, group: string, ...actions: Action[]): Need => {
  if (!isRetryTopic(topic)) return { resource: literal('Topic', topic), actions }
  const owner = groupOfRetryTopic(topic)
  const isPopRetry = owner.startsWith(`${group}_`) || owner.startsWith(`${group}+`)
  return ofGroup(group !== '' && isPopRetry ? group : owner, ...actions)
}

/** A field of the header that names a group or topic; one with a `?` needs nothing where it is not there. */
const named = (extFields: ExtFields, field: string | undefined): string | undefined => {
  if (field === undefined) return undefined
  return field.endsWith('?') ? extFields[field.slice(0, -1)] || undefined : (extFields[field] ?? '')
}

const fields =
  (
    groupField: string | undefined,
    topicField: string | undefined,
    ...actions: Action[]
  ): RightsOf =>
  ({ extFields }) => {
    const owner = named(extFields, groupField)
    const about = named(extFields, topicField)
    return [
      ...(owner === undefined ? [] : [ofGroup(owner, ...actions)]),
      ...(about === undefined ? [] : [ofTopic(about, owner ?? '', ...actions)])
    ]
  }

const topic = (...actions: Action[]): RightsOf => fields(undefined, 'topic', ...actions)
const group = (...actions: Action[]): RightsOf => fields('group', undefined, ...actions)
const consumerGroup = (...actions: Action[]): RightsOf => fields('consumerGroup', undefined, ...actions) // prettier-ignore
const consumerGroupAndTopic = (...actions: Action[]): RightsOf => fields('consumerGroup', 'topic', ...actions) // prettier-ignore
const groupAndTopic = (...actions: Action[]): RightsOf => fields('group', 'topic', ...actions)

/** To a topic: Pub. Back to a retry topic: Sub of the group. */
const sendTo =
  (topicField: string, groupField: string): RightsOf =>
  ({ extFields }) => {
    const to = extFields[topicField] ?? ''
    if (!isRetryTopic(to)) return [ofTopic(to, '', 'Pub')]
    return [ofGroup(extFields[groupField] || groupOfRetryTopic(to), 'Sub')]
  }

const bodyOf = ({ body, code }: RemotingCommand): Json =>
  body ? readJsonBody(body, requestCodeName(code)) : {}

const ofBody =
  (needs: (body: Json) => Need[]): RightsOf =>
  (command) =>
    needs(bodyOf(command))

const subscribed = (groupName: string, topics: readonly string[]): Need[] => [
  ofGroup(groupName, 'Sub'),
  ...topics.filter((name) => !isRetryTopic(name)).map((name) => ofTopic(name, '', 'Sub'))
]

const heartbeat = ofBody((body) =>
  readHeartbeatData(body).consumerDataSet.flatMap(
    ({ groupName, subscriptionDataSet }) =>
    subscribed(groupName, subscriptionDataSet.map((data) => data.topic)) // prettier-ignore
  )
)

const lockBatch = ofBody((body) => {
  const { consumerGroup: name, mqSet } = readLockBatchBody(body)
  return subscribed(name, [...new Set(mqSet.map((queue) => queue.topic))])
})

const namesIn = (list = ''): string[] => list.split(/[;,]/).filter((part) => part !== '')

const consumeStats: RightsOf = ({ extFields }) => {
  const topics = [...namesIn(extFields['topic']), ...namesIn(extFields['topicList'])]
  const name = extFields['consumerGroup'] ?? ''
  return [ofGroup(name, 'Get'), ...topics.map((each) => ofTopic(each, name, 'Get'))]
}

const correction: RightsOf = ({ extFields }) => {
  const groups = [...namesIn(extFields['filterGroups']), ...namesIn(extFields['compareGroup'])]
  const topics = namesIn(extFields['topic'])
  return [
    ...groups.map((name) => ofGroup(name, 'Get')),
    ...topics.map((name) => ofTopic(name, '', 'Get'))
  ]
}

const anyOf =
  (type: ResourceType, ...actions: Action[]): RightsOf =>
  () => [{ resource: { type, pattern: 'LITERAL', name: '*' }, actions }]

const C = RequestCode

/**
 * One row for every request a broker answers. Rows marked stricter are those RocketMQ 5.3 serves to whoever has signed,
 * because their header carries no annotation.
 */
export const requestRights: ReadonlyMap<number, RightsOf> = new Map([
  // Producers.
  [C.SEND_MESSAGE, sendTo('topic', 'group')],
  [C.SEND_MESSAGE_V2, sendTo('b', 'a')],
  [C.SEND_BATCH_MESSAGE, sendTo('b', 'a')],
  [C.RECALL_MESSAGE, topic('Pub')],
  [C.END_TRANSACTION, fields(undefined, 'topic?', 'Pub')],
  // To the topic a client asked to be answered at: whoever may consume the question may answer it.
  [C.SEND_REPLY_MESSAGE, nothing],
  [C.SEND_REPLY_MESSAGE_V2, nothing],
  // Consumers.
  [C.HEART_BEAT, heartbeat],
  [C.UNREGISTER_CLIENT, fields('consumerGroup?', undefined, 'Sub')],
  [C.CHECK_CLIENT_CONFIG, nothing],
  [C.CONSUMER_SEND_MSG_BACK, group('Sub')],
  [C.PULL_MESSAGE, consumerGroupAndTopic('Sub')],
  // Stricter.
  [C.LITE_PULL_MESSAGE, consumerGroupAndTopic('Sub')],
  [C.GET_CONSUMER_LIST_BY_GROUP, consumerGroup('Sub', 'Get')],
  [C.QUERY_CONSUMER_OFFSET, consumerGroupAndTopic('Sub', 'Get')],
  [C.UPDATE_CONSUMER_OFFSET, consumerGroupAndTopic('Sub', 'Update')],
  [C.LOCK_BATCH_MQ, lockBatch],
  [C.UNLOCK_BATCH_MQ, lockBatch],
  [C.POP_MESSAGE, consumerGroupAndTopic('Sub')],
  [C.ACK_MESSAGE, consumerGroupAndTopic('Sub')],
  [C.CHANGE_MESSAGE_INVISIBLETIME, consumerGroupAndTopic('Sub')],
  [C.PEEK_MESSAGE, consumerGroupAndTopic('Sub')],
  [C.NOTIFICATION, consumerGroupAndTopic('Sub')],
  [C.POLLING_INFO, consumerGroupAndTopic('Get')],
  // Does nothing.
  [C.POP_ROLLBACK, nothing],
  // Stricter.
  [C.BATCH_ACK_MESSAGE, ofBody((body) => readBatchAcks(body).flatMap((ack) => [ofGroup(ack.consumerGroup, 'Sub'), ofTopic(ack.topic, ack.consumerGroup, 'Sub')]))], // prettier-ignore
  [C.QUERY_ASSIGNMENT, ofBody((body) => subscribed(readQueryAssignment(body).consumerGroup, [readQueryAssignment(body).topic]))], // prettier-ignore
  [C.SET_MESSAGE_REQUEST_MODE, ofBody((body) => [ofGroup(readSetMessageRequestMode(body).consumerGroup, 'Update')])], // prettier-ignore
  // Messages and queues.
  [C.QUERY_MESSAGE, topic('Sub', 'Get')],
  // Stricter: by its place alone it may be anybody’s.
  [C.VIEW_MESSAGE_BY_ID, (command, name) => (command.extFields['topic'] ? topic('Get')(command, name) : cluster('Get')(command, name))], // prettier-ignore
  [C.SEARCH_OFFSET_BY_TIMESTAMP, topic('Get')],
  [C.GET_MAX_OFFSET, topic('Get')],
  [C.GET_MIN_OFFSET, topic('Get')],
  [C.GET_EARLIEST_MSG_STORETIME, topic('Get')],
  [C.QUERY_CONSUME_QUEUE, fields('consumerGroup?', 'topic', 'Get')],
  // Topics.
  [C.UPDATE_AND_CREATE_TOPIC, topic('Create')],
  // Stricter.
  [C.UPDATE_AND_CREATE_TOPIC_LIST, ofBody((body) => objectsOf(body.topicConfigList).map((config) => ofTopic(textOf(config.topicName), '', 'Create')))], // prettier-ignore
  [C.DELETE_TOPIC_IN_BROKER, topic('Delete')],
  [C.GET_TOPIC_STATS_INFO, topic('Get')],
  [C.GET_TOPIC_CONFIG, topic('Get')],
  [C.QUERY_TOPIC_CONSUME_BY_WHO, topic('Get')],
  [C.RESUME_CHECK_HALF_MESSAGE, topic('Update')],
  // Stricter.
  [C.GET_ALL_TOPIC_CONFIG, anyOf('Topic', 'List', 'Get')],
  // Groups.
  // Stricter.
  [C.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, ofBody((body) => [ofGroup(textOf(body.groupName), 'Create')])], // prettier-ignore
  [C.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST, ofBody((body) => objectsOf(body.groupConfigList).map((config) => ofGroup(textOf(config.groupName), 'Create')))], // prettier-ignore
  [C.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, anyOf('Group', 'List', 'Get')],
  [C.DELETE_SUBSCRIPTIONGROUP, fields('groupName', undefined, 'Delete')],
  [C.GET_SUBSCRIPTIONGROUP_CONFIG, group('Get')],
  [C.GET_CONSUME_STATS, consumeStats],
  [C.GET_CONSUMER_CONNECTION_LIST, consumerGroup('Get')],
  [C.GET_CONSUMER_RUNNING_INFO, consumerGroup('Get')],
  [C.CONSUME_MESSAGE_DIRECTLY, fields('consumerGroup', 'topic?', 'Sub')],
  [C.QUERY_TOPICS_BY_CONSUMER, group('Get')],
  [C.QUERY_SUBSCRIPTION_BY_CONSUMER, groupAndTopic('Get')],
  [C.QUERY_CONSUME_TIME_SPAN, groupAndTopic('Get')],
  [C.INVOKE_BROKER_TO_GET_CONSUMER_STATUS, groupAndTopic('Get')],
  [C.INVOKE_BROKER_TO_RESET_OFFSET, groupAndTopic('Update')],
  [C.CLONE_GROUP_OFFSET, fields('destGroup', 'topic', 'Update')],
  [C.QUERY_CORRECTION_OFFSET, correction],
  // The broker.
  [C.GET_PRODUCER_CONNECTION_LIST, cluster('Get')],
  [C.GET_ALL_PRODUCER_INFO, cluster('Get')],
  [C.VIEW_BROKER_STATS_DATA, cluster('Get')],
  [C.GET_BROKER_CONSUME_STATS, cluster('Get')],
  // Stricter, all of them.
  [C.GET_BROKER_RUNTIME_INFO, cluster('Get')],
  [C.GET_BROKER_CONFIG, cluster('Get')],
  [C.UPDATE_BROKER_CONFIG, cluster('Update')],
  [C.GET_SYSTEM_TOPIC_LIST_FROM_BROKER, cluster('Get')],
  [C.CLEAN_EXPIRED_CONSUMEQUEUE, cluster('Update')],
  [C.CLEAN_UNUSED_TOPIC, cluster('Update')],
  [C.DELETE_EXPIRED_COMMITLOG, cluster('Update')],
  [C.NOTIFY_BROKER_ROLE_CHANGED, cluster('Update')],
  [C.GET_BROKER_HA_STATUS, cluster('Get')],
  [C.GET_BROKER_EPOCH_CACHE, cluster('Get')],
  [C.GET_ALL_CONSUMER_OFFSET, cluster('Get')],
  [C.GET_ALL_DELAY_OFFSET, cluster('Get')],
  [C.GET_ALL_MESSAGE_REQUEST_MODE, cluster('Get')],
  [C.GET_TIMER_CHECK_POINT, cluster('Get')],
  [C.GET_TIMER_METRICS, cluster('Get')],
  [C.GANTRY_QUERY_MESSAGE_TRACE, cluster('Get')],
  [C.GANTRY_CLOSE_CLIENT, cluster('Update')],
  // Users and policies.
  [C.AUTH_CREATE_USER, cluster('Update')],
  [C.AUTH_UPDATE_USER, cluster('Update')],
  [C.AUTH_DELETE_USER, cluster('Update')],
  [C.AUTH_GET_USER, cluster('Get')],
  [C.AUTH_LIST_USER, cluster('Get')],
  [C.AUTH_CREATE_ACL, cluster('Update')],
  [C.AUTH_UPDATE_ACL, cluster('Update')],
  [C.AUTH_DELETE_ACL, cluster('Update')],
  [C.AUTH_GET_ACL, cluster('Get')],
  [C.AUTH_LIST_ACL, cluster('Get')]
])

/** What nobody wrote a row for is for who may change the cluster. */
export const rightsOf = (command: RemotingCommand, clusterName: string): Need[] =>
  (requestRights.get(command.code) ?? cluster('Update'))(command, clusterName)
