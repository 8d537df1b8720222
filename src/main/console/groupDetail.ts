/** One group: settings by broker, members, and how far it is queue by queue. */
import type { GroupDetail, GroupProgress, GroupSettings } from '../../shared/groupViews'
import type { Admin } from '../admin/admin'
import { inParallel } from '../admin/adminCall'
import { ProblemError } from '../cluster/problem'
import type { ConsumerConnection, OffsetWrapper } from '../protocol/bodies/admin'
import type { SubscriptionGroupConfig } from '../protocol/bodies/subscriptionGroup'
import { versionDesc } from '../protocol/codes/mqVersion'
import { compareQueues, queueKey } from '../protocol/topicQueues'
import { dlqTopicOf, retryTopicOf } from '../protocol/topicNames'
import { inflightOf, lagOf, unstartedTopics } from './groupList'

export interface GroupDetailDeps {
  admin: Pick<
    Admin,
    | 'findMasters'
    | 'examineSubscriptionGroupConfig'
    | 'examineConsumerConnectionInfo'
    | 'examineConsumeStats'
    | 'queryConsumeTimeSpan'
    | 'fetchAllTopicList'
  >
  /** Clients of our proxy. */
  grpcClientIds: () => ReadonlySet<string>
}

/** Topics whose delay is asked for; those beyond have none. */
const MAX_DELAY_TOPICS = 16

/** One member of a clustering group surely has every queue; how several divide them only they know. */
const onlyMember = (connection: ConsumerConnection | undefined): string | undefined =>
  connection?.messageModel === 'CLUSTERING' && connection.connections.length === 1
    ? connection.connections[0]?.clientId
    : undefined

const settingsOf = (config: SubscriptionGroupConfig): GroupSettings => {
  const { consumeEnable, consumeFromMinEnable, consumeBroadcastEnable } = config
  const { consumeMessageOrderly, retryQueueNums, retryMaxTimes, consumeTimeoutMinute } = config
  const { brokerId, whichBrokerWhenConsumeSlowly, notifyConsumerIdsChangedEnable } = config
  return {
    ...{ consumeEnable, consumeFromMinEnable, consumeBroadcastEnable, consumeMessageOrderly },
    ...{ retryQueueNums, retryMaxTimes, consumeTimeoutMinute, brokerId },
    ...{ whichBrokerWhenConsumeSlowly, notifyConsumerIdsChangedEnable }
  }
}

export const groupDetail = ({ admin, grpcClientIds }: GroupDetailDeps) => {
  /** @throws the first broker's failure where none has the group. */
  const configsOf = async (groupName: string) => {
    const masters = await admin.findMasters()
    const outcomes = await inParallel(masters, ({ address }) =>
      admin.examineSubscriptionGroupConfig(address, groupName)
    )
    const configs = outcomes.flatMap((outcome, i) => {
      const config = outcome.status === 'fulfilled' ? outcome.value : undefined
      return config ? [{ brokerName: masters[i]!.brokerName, config }] : []
    })
    const failed = outcomes.find(({ status }) => status === 'rejected')
    if (configs.length === 0 && failed?.status === 'rejected') throw failed.reason
    const has = new Set(configs.map(({ brokerName }) => brokerName))
    const missingOn = masters.map(({ brokerName }) => brokerName).filter((name) => !has.has(name))
    return { configs, missingOn }
  }

  /** By queue; empty where brokers do not say. */
  const delaysOf = async (groupName: string, offsets: readonly OffsetWrapper[]) => {
    const topics = new Set(offsets.filter((one) => lagOf(one) > 0).map(({ queue }) => queue.topic))
    const spans = await inParallel([...topics].slice(0, MAX_DELAY_TOPICS), (topic) =>
      admin.queryConsumeTimeSpan(topic, groupName)
    )
    return new Map(
      spans.flatMap((span) =>
        span.status === 'fulfilled'
          ? span.value.answers.flatMap(({ value }) =>
              value.map(({ queue, delayTime }) => [queueKey(queue), delayTime] as const)
            )
          : []
      )
    )
  }

  const progressOf = async (
    groupName: string,
    connection: ConsumerConnection | undefined,
    offsets: readonly OffsetWrapper[]
  ): Promise<GroupProgress[]> => {
    const delays = await delaysOf(groupName, offsets)
    const clientId = onlyMember(connection)
    const subscribed = new Set(connection?.subscriptions.map(({ topic }) => topic))
    return [...offsets]
      .sort((a, b) => compareQueues(a.queue, b.queue))
      .map((wrapper) => {
        const { topic, brokerName, queueId } = wrapper.queue
        const { brokerOffset, consumerOffset, lastTimestamp } = wrapper
        const [lag, delayMs] = [lagOf(wrapper), delays.get(queueKey(wrapper.queue)) ?? 0]
        return {
          ...{ topic, brokerName, queueId, brokerOffset, consumerOffset, lag },
          ...{ inflight: inflightOf(wrapper), lastTimestamp },
          ...(lag > 0 && delayMs > 0 && { delayMs }),
          ...(clientId !== undefined && subscribed.has(topic) && { clientId })
        }
      })
  }

  const detail = async (groupName: string): Promise<GroupDetail> => {
    const [{ configs, missingOn }, connection, stats, topics] = await Promise.all([
      configsOf(groupName),
      admin.examineConsumerConnectionInfo(groupName),
      admin.examineConsumeStats(groupName),
      admin.fetchAllTopicList()
    ])
    const unstarted = await inParallel(unstartedTopics(connection, stats.offsets), (topic) =>
      admin.examineConsumeStats(groupName, topic)
    )
    const offsets = [
      ...stats.offsets,
      ...unstarted.flatMap((one) => (one.status === 'fulfilled' ? one.value.offsets : []))
    ]
    const [first] = configs
    if (!first && !connection && stats.offsets.length === 0)
      throw new ProblemError(
        'SUBSCRIPTION_GROUP_NOT_EXIST',
        { groupName },
        `no broker has a subscription group ${groupName}`
      )
    const grpc = grpcClientIds()
    const [retryTopic, dlqTopic] = [retryTopicOf(groupName), dlqTopicOf(groupName)]
    const all = configs.map(({ brokerName, config }) => ({
      brokerName,
      config: settingsOf(config)
    }))
    return {
      groupName,
      online: connection !== undefined,
      ...(connection && {
        consumeType: connection.consumeType,
        messageModel: connection.messageModel,
        consumeFromWhere: connection.consumeFromWhere
      }),
      ...(all[0] && { config: all[0].config }),
      ...{ configs: all, missingOn },
      members: (connection?.connections ?? []).map(
        ({ clientId, clientAddr, language, version }) => ({
          ...{ clientId, clientAddr, language, version: versionDesc(version) },
          protocol: grpc.has(clientId) ? 'grpc' : 'remoting'
        })
      ),
      subscriptions: (connection?.subscriptions ?? []).map(
        ({ topic, subString, expressionType }) => ({ topic, subString, expressionType })
      ),
      progress: await progressOf(groupName, connection, offsets),
      ...(topics.includes(retryTopic) && { retryTopic }),
      ...(topics.includes(dlqTopic) && { dlqTopic })
    }
  }

  return { detail, configsOf }
}
