/** INVOKE_BROKER_TO_RESET_OFFSET (222), CLONE_GROUP_OFFSET (314). Java: AdminBrokerProcessor, Broker2Client. */
import type { QueueOffset } from '../../protocol/bodies/admin'
import { messageQueue } from '../../protocol/bodies/messageQueue'
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { CloneGroupOffsetRequestHeader, ResetOffsetRequestHeader } from '../../protocol/headers/admin' // prettier-ignore
import { RemotingError, success, type Reply } from '../../protocol/remotingCommand'
import { replyBody, route, type Route } from '../../remoting/route'
import type { MessageStore } from '../../store/messageStore'
import { mustTakeResets, queueOffsetMap, type Broker2Client } from '../broker2Client'
import type { BrokerConfig } from '../brokerConfig'
import type { BrokerIdentity } from '../brokerIdentity'
import type { ConsumerManager } from '../consumerManager'
import type { ConsumerOffsetManager } from '../consumerOffsetManager'
import type { PullRequestHoldService } from '../pullRequestHoldService'
import type { SubscriptionGroupManager } from '../subscriptionGroupManager'
import type { TopicConfigManager } from '../topicConfigManager'

interface Deps {
  config: Pick<BrokerConfig, 'useServerSideResetOffset'>
  identity: Pick<BrokerIdentity, 'name'>
  topics: Pick<TopicConfigManager, 'select'>
  groups: Pick<SubscriptionGroupManager, 'has'>
  consumers: Pick<
    ConsumerManager,
    'getConsumerGroupInfo' | 'findSubscriptionData' | 'findSubscriptionDataCount'
  >
  offsets: Pick<
    ConsumerOffsetManager,
    'query' | 'assignResetOffset' | 'cloneOffset' | 'whichTopicByConsumer'
  >
  store: Pick<
    MessageStore,
    'getMinOffsetInQueue' | 'getMaxOffsetInQueue' | 'getOffsetInQueueByTime'
  >
  heldPulls: Pick<PullRequestHoldService, 'resumeQueue'>
  broker2Client: Pick<Broker2Client, 'resetOffset'>
}

const refuse = (code: number, remark: string): never => {
  throw new RemotingError(code, remark)
}

const offsetTableBody = (table: readonly QueueOffset[]): Reply =>
  replyBody(jsonBody({ offsetTable: queueOffsetMap(table) }))

export const resetOffset = (deps: Deps): Route[] => {
  const { config, identity, topics, groups, consumers, offsets, store } = deps

  const atTime = (topic: string, queueId: number, timestamp: number): number =>
    timestamp < 0
      ? store.getMaxOffsetInQueue(topic, queueId)
      : store.getOffsetInQueueByTime(topic, queueId, timestamp, 'LOWER')

  /** The place wanted in one queue; an offset counts where a queue is named. @throws RemotingError for one it does not have. */
  const target = (header: ResetOffsetRequestHeader, queueId: number): number => {
    const { topic, timestamp, queueId: named = -1, offset = -1 } = header
    if (named < 0 || offset === -1) return atTime(topic, queueId, timestamp)
    const min = store.getMinOffsetInQueue(topic, queueId)
    const max = store.getMaxOffsetInQueue(topic, queueId)
    // One beyond the end is taken, as with RocketMQ: the next pull corrects it.
    if (offset >= min && offset <= max + 1) return offset
    return refuse(
      ResponseCode.SYSTEM_ERROR,
      `Target offset ${offset} not in consume queue range [${min}-${max}]`
    )
  }

  /** The queue named, or every one. @throws RemotingError for one that the topic does not have. */
  const queuesOf = ({ topic, queueId = -1 }: ResetOffsetRequestHeader, queueNums: number) => {
    if (queueId >= queueNums)
      refuse(
        ResponseCode.SYSTEM_ERROR,
        `No queues to reset: ${topic} has ${queueNums} queues, queueId ${queueId} is none of them`
      )
    const queueIds = queueId >= 0 ? [queueId] : Array.from({ length: queueNums }, (_, id) => id)
    return queueIds.length > 0 ? queueIds : refuse(ResponseCode.SYSTEM_ERROR, 'No queues to reset.')
  }

  /** The broker keeps the new offsets, and tells the next pull of each queue. Java: resetOffsetInner. */
  const onServer = (header: ResetOffsetRequestHeader): Reply => {
    const { topic, group } = header
    const { readQueueNums } =
      topics.select(topic) ??
      refuse(ResponseCode.TOPIC_NOT_EXIST, `Topic ${topic} does not exist on ${identity.name}`)
    if (!groups.has(group))
      refuse(
        ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
        `Group ${group} does not exist on ${identity.name}; it comes with its first consumer`
      )
    // All places are known before the first is taken.
    const table = queuesOf(header, readQueueNums).map((queueId) => ({
      queue: messageQueue(topic, identity.name, queueId),
      offset: target(header, queueId)
    }))
    for (const { queue, offset } of table) {
      if (!offsets.assignResetOffset(group, topic, queue.queueId, offset))
        refuse(
          ResponseCode.SYSTEM_ERROR,
          `the offset of ${group} for ${topic}@${queue.queueId} was not kept: too many groups and topics have offsets`
        )
      deps.heldPulls.resumeQueue(group, topic, queue.queueId)
    }
    return offsetTableBody(table)
  }

  /** The members online set their offsets themselves. Java: Broker2Client.resetOffset. */
  const onClients = (header: ResetOffsetRequestHeader, language: string): Reply => {
    const { topic, group, timestamp, isForce = false } = header
    const { writeQueueNums } =
      topics.select(topic) ??
      refuse(
        ResponseCode.TOPIC_NOT_EXIST,
        `[reset-offset] reset offset failed, no topic in this broker. topic=${topic}`
      )
    // RocketMQ resets every queue, to the time, also where one queue and an offset are named.
    const table = queuesOf(header, writeQueueNums).map((queueId) => {
      const consumed =
        offsets.query(group, topic, queueId) ??
        refuse(ResponseCode.SYSTEM_ERROR, `THe consumer group <${group}> not exist`)
      const found = target(header, queueId)
      const offset = isForce ? found : Math.min(found, consumed)
      return { queue: messageQueue(topic, identity.name, queueId), offset }
    })
    const channels = [...(consumers.getConsumerGroupInfo(group)?.channels.values() ?? [])]
    if (channels.length === 0)
      refuse(
        ResponseCode.CONSUMER_NOT_ONLINE,
        `Consumer not online, so can not reset offset, Group: ${group} Topic: ${topic} Timestamp: ${timestamp}`
      )
    mustTakeResets(channels)
    deps.broker2Client.resetOffset(channels, { topic, group, timestamp }, table, language === 'CPP')
    return offsetTableBody(table)
  }

  /** Has the group members that no longer subscribe to the topic? */
  const isLeft = (group: string, topic: string): boolean =>
    consumers.findSubscriptionDataCount(group) > 0 && !consumers.findSubscriptionData(group, topic)

  return [
    route(
      RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
      ResetOffsetRequestHeader,
      ({ header, command }) =>
        config.useServerSideResetOffset ? onServer(header) : onClients(header, command.language)
    ),
    route(
      RequestCode.CLONE_GROUP_OFFSET,
      CloneGroupOffsetRequestHeader,
      ({ header: { srcGroup, destGroup, topic = '', offline = false } }) => {
        for (const name of topic === '' ? offsets.whichTopicByConsumer(srcGroup) : [topic]) {
          if (!topics.select(name) || (!offline && isLeft(srcGroup, name))) continue
          if (!offsets.cloneOffset(srcGroup, destGroup, name))
            refuse(
              ResponseCode.SYSTEM_ERROR,
              `the offsets of ${srcGroup} for ${name} were not cloned: too many groups and topics have offsets`
            )
        }
        return success
      }
    )
  ]
}
