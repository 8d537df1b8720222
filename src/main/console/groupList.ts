/** Every group in one answer: settings and progress by broker, members by group. */
import type { Problem } from '../../shared/views'
import type { GroupConsistency, GroupView } from '../../shared/groupViews'
import type { Admin } from '../admin/admin'
import { gather, inParallel, type BrokerRef } from '../admin/adminCall'
import type { ConsumerConnection, ConsumeStats, OffsetWrapper } from '../protocol/bodies/admin'
import type { SubscriptionGroupConfig } from '../protocol/bodies/subscriptionGroup'
import { ResponseCode } from '../protocol/codes/responseCode'
import { versionDesc } from '../protocol/codes/mqVersion'
import { RemotingError } from '../protocol/remotingCommand'
import { subscriptionDifference } from '../protocol/subscriptionConsistency'
import { isDlqTopic, isRetryTopic, isSystemGroup } from '../protocol/topicNames'

export interface GroupListDeps {
  admin: Pick<
    Admin,
    | 'findMasters'
    | 'getAllSubscriptionGroup'
    | 'fetchConsumeStatsInBroker'
    | 'examineConsumeStats'
    | 'examineConsumerConnectionInfo'
  >
  problemOf: (error: unknown) => Problem
}

/** A queue the group committed nothing for has consumed nothing. */
export const lagOf = ({ brokerOffset, consumerOffset }: OffsetWrapper): number =>
  Math.max(0, brokerOffset - Math.max(0, consumerOffset))

export const inflightOf = ({ pullOffset, consumerOffset }: OffsetWrapper): number =>
  Math.max(0, pullOffset - Math.max(0, consumerOffset))

/** Topics of one group asked for by name. */
const MAX_UNSTARTED = 32

const isOfUser = (topic: string): boolean => !isRetryTopic(topic) && !isDlqTopic(topic)

export const topicsOf = (
  connection: ConsumerConnection | undefined,
  offsets: readonly OffsetWrapper[]
): string[] => {
  const all = [
    ...(connection?.subscriptions ?? []).map(({ topic }) => topic),
    ...offsets.map(({ queue }) => queue.topic)
  ]
  return [...new Set(all.filter(isOfUser))].sort()
}

/** Topics the members subscribe to and the group has no offset for yet: brokers tell of them only when asked by name. */
export const unstartedTopics = (
  connection: ConsumerConnection | undefined,
  offsets: readonly OffsetWrapper[]
): string[] => {
  const started = new Set(offsets.map(({ queue }) => queue.topic))
  const topics = (connection?.subscriptions ?? []).map(({ topic }) => topic)
  return topics.filter((topic) => isOfUser(topic) && !started.has(topic)).slice(0, MAX_UNSTARTED)
}

export const consistencyOf = ({ connections }: ConsumerConnection): GroupConsistency => {
  if (connections.length < 2) return 'same'
  const told = connections.flatMap(({ clientId, subscriptions }) =>
    subscriptions ? [{ clientId, subscriptions }] : []
  )
  if (subscriptionDifference(told)) return 'differ'
  return told.length < connections.length ? 'unknown' : 'same'
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

const progressOf = (stats: readonly ConsumeStats[]) => {
  const offsets = stats.flatMap((one) => one.offsets)
  const behind = offsets.filter((one) => lagOf(one) > 0 && one.lastTimestamp > 0)
  const last = Math.max(0, ...offsets.map(({ lastTimestamp }) => lastTimestamp))
  return {
    consumeTps: sum(stats.map(({ consumeTps }) => consumeTps)),
    lag: sum(offsets.map(lagOf)),
    inflight: sum(offsets.map(inflightOf)),
    ...(behind.length > 0 && {
      behindSince: Math.min(...behind.map(({ lastTimestamp }) => lastTimestamp))
    }),
    ...(last > 0 && { lastConsumedAt: last })
  }
}

const membersOf = (connection: ConsumerConnection | undefined) => ({
  members: connection?.connections.length ?? 0,
  versions: [...new Set(connection?.connections.map(({ version }) => versionDesc(version)))].sort(),
  ...(connection && {
    consumeType: connection.consumeType,
    messageModel: connection.messageModel,
    consistency: consistencyOf(connection)
  })
})

type StatsOf = (group: string) => Promise<ConsumeStats[]>

export const groupList = ({ admin, problemOf }: GroupListDeps) => {
  /** One request a broker; group by group where a broker does not know it. */
  const statsOf = async (masters: readonly BrokerRef[]) => {
    try {
      const { answers, failures } = await gather(masters, ({ address }) =>
        admin.fetchConsumeStatsInBroker(address)
      )
      const get: StatsOf = (group) =>
        Promise.resolve(answers.flatMap(({ value }) => value.get(group) ?? []))
      return { get, failure: failures[0]?.error }
    } catch (error) {
      const isOld =
        error instanceof RemotingError && error.code === ResponseCode.REQUEST_CODE_NOT_SUPPORTED
      const get: StatsOf = async (group) => {
        if (!isOld) throw error
        return [await admin.examineConsumeStats(group)]
      }
      return { get, failure: undefined }
    }
  }

  const viewOf = async (
    groupName: string,
    masters: readonly BrokerRef[],
    configs: readonly SubscriptionGroupConfig[],
    get: StatsOf,
    failure: Error | undefined
  ): Promise<GroupView> => {
    const [connections, stats] = await Promise.allSettled([
      admin.examineConsumerConnectionInfo(groupName, masters),
      get(groupName)
    ])
    const connection = connections.status === 'fulfilled' ? connections.value : undefined
    const started = stats.status === 'fulfilled' ? stats.value.flatMap((one) => one.offsets) : []
    const unstarted = await Promise.allSettled(
      unstartedTopics(connection, started).map((topic) =>
        admin.examineConsumeStats(groupName, topic)
      )
    )
    const more = unstarted.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const offsets = [...started, ...more.flatMap((one) => one.offsets)]
    const refused = [connections, stats, ...unstarted].find((one) => one.status === 'rejected')
    const cause: unknown = refused?.status === 'rejected' ? refused.reason : failure
    const isFifo = configs.some(({ consumeMessageOrderly }) => consumeMessageOrderly)
    const system = isSystemGroup(groupName)
    return {
      ...{ groupName, system, type: system ? 'SYSTEM' : isFifo ? 'FIFO' : 'NORMAL' },
      paused: configs.some(({ consumeEnable }) => !consumeEnable),
      ...(connections.status === 'fulfilled' ? membersOf(connection) : { versions: [] }),
      topics: topicsOf(connection, offsets),
      ...(stats.status === 'fulfilled' && progressOf([...stats.value, ...more])),
      partial: cause !== undefined || connection?.isPartial === true,
      ...(cause !== undefined && { problem: problemOf(cause) })
    }
  }

  return async (): Promise<GroupView[]> => {
    const masters = await admin.findMasters()
    const [tables, { get, failure: lost }] = await Promise.all([
      gather(masters, ({ address }) => admin.getAllSubscriptionGroup(address)),
      statsOf(masters)
    ])
    const configs = new Map<string, SubscriptionGroupConfig[]>()
    for (const { value } of tables.answers)
      for (const [name, config] of value) configs.set(name, [...(configs.get(name) ?? []), config])
    const failure = tables.failures[0]?.error ?? lost
    const names = [...configs.keys()].sort()
    const views = await inParallel(names, (name) => viewOf(name, masters, configs.get(name) ?? [], get, failure)) // prettier-ignore
    return views.map((view) => {
      if (view.status === 'rejected') throw view.reason
      return view.value
    })
  }
}
