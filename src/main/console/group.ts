import type { Handlers } from '../../shared/contract'
import type { GroupDetail, GroupProgress, GroupView } from '../../shared/views'
import type { Admin } from '../admin/admin'
import { inParallel } from '../admin/adminCall'
import { ProblemError } from '../cluster/problem'
import type { ConsumerConnection, OffsetWrapper } from '../protocol/bodies/admin'
import {
  defaultSubscriptionGroupConfig,
  type SubscriptionGroupConfig
} from '../protocol/bodies/subscriptionGroup'
import { versionDesc } from '../protocol/codes/mqVersion'
import { isDlqTopic, isRetryTopic, isSystemGroup } from '../protocol/topicNames'

interface Deps {
  admin: Pick<
    Admin,
    | 'getSubscriptionGroupsOfMasters'
    | 'examineConsumerConnectionInfo'
    | 'examineConsumeStats'
    | 'examineSubscriptionGroupConfig'
    | 'findMasters'
    | 'updateSubGroup'
    | 'deleteSubGroup'
  >
}

/** A queue the group committed nothing for has consumed nothing. */
const lagOf = ({ brokerOffset, consumerOffset }: OffsetWrapper): number =>
  Math.max(0, brokerOffset - Math.max(0, consumerOffset))

const isOfUser = (topic: string): boolean => !isRetryTopic(topic) && !isDlqTopic(topic)

const topicsOf = (
  connection: ConsumerConnection | undefined,
  offsets: readonly OffsetWrapper[]
): string[] => {
  const all = [
    ...(connection?.subscriptions ?? []).map(({ topic }) => topic),
    ...offsets.map(({ queue }) => queue.topic)
  ]
  return [...new Set(all.filter(isOfUser))].sort()
}

/** One member of a clustering group surely has every queue; how several divide them only they know. */
const onlyMember = (connection: ConsumerConnection | undefined): string | undefined =>
  connection?.messageModel === 'CLUSTERING' && connection.connections.length === 1
    ? connection.connections[0]?.clientId
    : undefined

const progressOf = (
  connection: ConsumerConnection | undefined,
  offsets: readonly OffsetWrapper[]
): GroupProgress[] => {
  const clientId = onlyMember(connection)
  const subscribed = new Set(connection?.subscriptions.map(({ topic }) => topic))
  return offsets
    .map((wrapper) => {
      const { topic, brokerName, queueId } = wrapper.queue
      return {
        topic,
        brokerName,
        queueId,
        brokerOffset: wrapper.brokerOffset,
        consumerOffset: wrapper.consumerOffset,
        lag: lagOf(wrapper),
        lastTimestamp: wrapper.lastTimestamp,
        ...(clientId !== undefined && subscribed.has(topic) && { clientId })
      }
    })
    .sort((a, b) =>
      a.topic !== b.topic
        ? a.topic < b.topic
          ? -1
          : 1
        : a.brokerName !== b.brokerName
          ? a.brokerName < b.brokerName
            ? -1
            : 1
          : a.queueId - b.queueId
    )
}

const refuseSystemGroup = (groupName: string): void => {
  if (isSystemGroup(groupName))
    throw new ProblemError(
      'SYSTEM_GROUP',
      { groupName },
      `${groupName} is a group the cluster itself needs`
    )
}

const typesOf = ({ consumeType, messageModel }: ConsumerConnection) => ({
  consumeType,
  messageModel
})

export const groupHandlers = ({ admin }: Deps) => {
  const configOf = async (groupName: string): Promise<SubscriptionGroupConfig | undefined> => {
    const masters = await admin.findMasters()
    const configs = await inParallel(masters, ({ address }) =>
      admin.examineSubscriptionGroupConfig(address, groupName)
    )
    const found = configs.find((c) => c.status === 'fulfilled' && c.value !== undefined)
    if (found?.status === 'fulfilled') return found.value
    const failed = configs.find((config) => config.status === 'rejected')
    if (failed) throw failed.reason
    return undefined
  }

  const viewOf = async (groupName: string, isPartial: boolean): Promise<GroupView> => {
    const [connections, stats] = await Promise.allSettled([
      admin.examineConsumerConnectionInfo(groupName),
      admin.examineConsumeStats(groupName)
    ])
    const connection = connections.status === 'fulfilled' ? connections.value : undefined
    const consumed = stats.status === 'fulfilled' ? stats.value : undefined
    const offsets = consumed?.offsets ?? []
    return {
      groupName,
      system: isSystemGroup(groupName),
      members: connection?.connections.length ?? 0,
      ...(connection && typesOf(connection)),
      topics: topicsOf(connection, offsets),
      lag: offsets.reduce((total, wrapper) => total + lagOf(wrapper), 0),
      partial:
        isPartial ||
        connections.status === 'rejected' ||
        connection?.isPartial === true ||
        (consumed?.isPartial ?? true)
    }
  }

  const list = async (): Promise<GroupView[]> => {
    const { answers, failures } = await admin.getSubscriptionGroupsOfMasters()
    const names = [...new Set(answers.flatMap(({ value }) => [...value.keys()]))].sort()
    const views = await inParallel(names, (name) => viewOf(name, failures.length > 0))
    return views.flatMap((view) => (view.status === 'fulfilled' ? [view.value] : []))
  }

  const detail = async (groupName: string): Promise<GroupDetail> => {
    const [config, connection, stats] = await Promise.all([
      configOf(groupName),
      admin.examineConsumerConnectionInfo(groupName),
      admin.examineConsumeStats(groupName)
    ])
    if (!config && !connection && stats.offsets.length === 0)
      throw new ProblemError(
        'SUBSCRIPTION_GROUP_NOT_EXIST',
        { groupName },
        `no broker has a subscription group ${groupName}`
      )
    return {
      groupName,
      online: connection !== undefined,
      ...(connection && {
        ...typesOf(connection),
        consumeFromWhere: connection.consumeFromWhere
      }),
      ...(config && {
        config: {
          consumeEnable: config.consumeEnable,
          consumeBroadcastEnable: config.consumeBroadcastEnable,
          retryQueueNums: config.retryQueueNums,
          retryMaxTimes: config.retryMaxTimes
        }
      }),
      members: (connection?.connections ?? []).map(({ version, ...member }) => ({
        ...member,
        version: versionDesc(version)
      })),
      subscriptions: (connection?.subscriptions ?? []).map(
        ({ topic, subString, expressionType }) => ({ topic, subString, expressionType })
      ),
      progress: progressOf(connection, stats.offsets)
    }
  }

  return {
    'group.list': () => list(),
    'group.detail': ({ groupName }) => detail(groupName),
    'group.save': async (draft) => {
      refuseSystemGroup(draft.groupName)
      const existing = await configOf(draft.groupName)
      await admin.updateSubGroup({
        ...(existing ?? defaultSubscriptionGroupConfig(draft.groupName)),
        ...draft
      })
    },
    'group.delete': async ({ groupName, cleanOffset }) => {
      refuseSystemGroup(groupName)
      if (await admin.examineConsumerConnectionInfo(groupName))
        throw new ProblemError(
          'GROUP_ONLINE',
          { groupName },
          `members of ${groupName} are online and would make the group again`
        )
      await admin.deleteSubGroup(groupName, cleanOffset)
    }
  } satisfies Partial<Handlers>
}
