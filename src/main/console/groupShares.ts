/** Which member has which queue, how others would share them, and whether all want the same. */
import type {
  AllocationView,
  ConsistencyView,
  DifferenceView,
  MemberSubscriptionView,
  QueueName,
  QueueShare,
  StrategyName
} from '../../shared/groupViews'
import { MAX_MEMBERS_ASKED } from '../../shared/groupViews'
import type { AllocationQuery } from '../../shared/groupDrafts'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import { inParallel } from '../admin/adminCall'
import type { RealTime } from '../base/clock'
import { ProblemError } from '../cluster/problem'
import { allocateMessageQueueAveragely } from '../protocol/allocateMessageQueueAveragely'
import { allocateMessageQueueByCircle } from '../protocol/allocateMessageQueueByCircle'
import type { ConsumerConnection } from '../protocol/bodies/admin'
import type { ConsumerRunningInfo } from '../protocol/bodies/consumerRunningInfo'
import type { MessageQueue } from '../protocol/bodies/messageQueue'
import { memberExpressions } from '../protocol/subscriptionConsistency'
import { queueKey, subscribeQueues } from '../protocol/topicQueues'
import { topicsOf } from './groupList'
import { isRetryTopic } from '../protocol/topicNames'

export interface GroupSharesDeps {
  admin: Pick<
    Admin,
    'examineConsumerConnectionInfo' | 'examineTopicRouteInfo' | 'getConsumerRunningInfo'
  >
  clock: Pick<RealTime, 'monotonic'>
  problemOf: (error: unknown) => Problem
}

/** Many clients never answer; one that did not is not asked again for so long. */
const SILENT_MS = 60_000
/** Members remembered as silent; beyond it all are forgotten. */
const MAX_SILENT = 10_000
/** Topics looked at, in the order of their names. */
const MAX_TOPICS = 64

const allocate: Record<
  StrategyName,
  <Q>(currentCID: string, mqAll: readonly Q[], cidAll: readonly string[]) => Q[]
> = {
  AVG: allocateMessageQueueAveragely,
  AVG_BY_CIRCLE: allocateMessageQueueByCircle
}

const nameOf = ({ topic, brokerName, queueId }: MessageQueue): QueueName => ({
  ...{ topic, brokerName, queueId }
})

/** Topic by topic, as members do it. */
export const shareQueues = (
  strategy: StrategyName,
  tables: readonly (readonly MessageQueue[])[],
  members: readonly string[]
): QueueShare[] =>
  tables.flatMap((queues) => {
    const owners = new Map(
      members.flatMap((member) =>
        allocate[strategy](member, queues, members).map((queue) => [queueKey(queue), member])
      )
    )
    return queues.map((queue): QueueShare => {
      const clientId = owners.get(queueKey(queue))
      return { ...nameOf(queue), ...(clientId !== undefined && { clientId }) }
    })
  })

interface Told {
  infos: Map<string, ConsumerRunningInfo>
  silent: Map<string, Problem>
}

export const groupShares = ({ admin, clock, problemOf }: GroupSharesDeps) => {
  const silentSince = new Map<string, { at: number; problem: Problem }>()

  const askOne = async (
    group: string,
    clientId: string
  ): Promise<ConsumerRunningInfo | Problem> => {
    // prettier-ignore
    const before = silentSince.get(clientId)
    if (before && clock.monotonic() - before.at < SILENT_MS) return before.problem
    try {
      const info = await admin.getConsumerRunningInfo(group, clientId, false)
      silentSince.delete(clientId)
      return info
    } catch (error) {
      const problem = problemOf(error)
      if (silentSince.size >= MAX_SILENT) silentSince.clear()
      silentSince.set(clientId, { at: clock.monotonic(), problem })
      return problem
    }
  }

  const askMembers = async (group: string, clientIds: readonly string[]): Promise<Told> => {
    const asked = clientIds.slice(0, MAX_MEMBERS_ASKED)
    const answers = await inParallel(asked, (clientId) => askOne(group, clientId))
    const told: Told = { infos: new Map(), silent: new Map() }
    asked.forEach((clientId, i) => {
      const answer = answers[i]!
      if (answer.status === 'rejected') throw answer.reason
      if ('queues' in answer.value) told.infos.set(clientId, answer.value)
      else told.silent.set(clientId, answer.value)
    })
    return told
  }

  /** One list a topic; a topic without a route has none. */
  const queuesOf = async (topics: readonly string[]): Promise<MessageQueue[][]> => {
    const routes = await inParallel([...topics].sort().slice(0, MAX_TOPICS), async (topic) =>
      subscribeQueues(topic, await admin.examineTopicRouteInfo(topic))
    )
    return routes.flatMap((route) => (route.status === 'fulfilled' ? [route.value] : []))
  }

  const membersOf = ({ connections }: ConsumerConnection): string[] =>
    [...new Set(connections.map(({ clientId }) => clientId))].sort()

  const online = async (groupName: string): Promise<ConsumerConnection> => {
    const connection = await admin.examineConsumerConnectionInfo(groupName)
    if (connection) return connection
    throw new ProblemError('CONSUMER_NOT_ONLINE', { groupName }, `nobody of ${groupName} is online`)
  }

  /** What members say they have; those of silent ones as they would be shared averagely. */
  const sharesNow = (
    tables: readonly MessageQueue[][],
    members: readonly string[],
    { infos, silent }: Told
  ): QueueShare[] => {
    const said = new Map(
      [...infos].flatMap(([clientId, { queues }]) =>
        queues
          .filter(({ dropped }) => !dropped)
          .map(({ queue }) => [queueKey(queue), clientId] as const)
      )
    )
    return shareQueues('AVG', tables, members).map(({ clientId: computed, ...queue }) => {
      const isComputed = computed !== undefined && (silent.has(computed) || !infos.has(computed))
      const clientId = said.get(queueKey(queue)) ?? (isComputed ? computed : undefined)
      return { ...queue, ...(clientId !== undefined && { clientId }) }
    })
  }

  const allocation = async (query: AllocationQuery): Promise<AllocationView> => {
    const { groupName, strategy, members: count } = query
    const connection = await online(groupName)
    const members = membersOf(connection)
    const [tables, told] = await Promise.all([
      queuesOf(topicsOf(connection, [])),
      askMembers(groupName, members)
    ])
    const { messageModel } = connection
    const isPop = [...told.infos.values()].some(({ popQueues }) => popQueues.length > 0)
    const isGrpc = told.infos.size === members.length && [...told.infos.values()].every(({ queues, properties }) => queues.length === 0 && properties.some(([key]) => key === 'PROP_CLIENT_LANGUAGE')) // prettier-ignore
    const sharing = messageModel === 'BROADCASTING' ? 'broadcast' : isPop || isGrpc ? 'pop' : 'divided' // prettier-ignore
    const wanted = count ?? members.length
    const others = Array.from({ length: Math.max(0, wanted - members.length) }, (_, i) => `new-${i + 1}`) // prettier-ignore
    const all = [...members.slice(0, wanted), ...others].sort()
    return {
      ...{ groupName, sharing },
      now: {
        members,
        queues: sharing === 'divided' ? sharesNow(tables, members, told) : tables.flat().map(nameOf), // prettier-ignore
        silent: [...told.silent].map(([clientId, problem]) => ({ clientId, problem }))
      },
      whatIf: { strategy, members: all, queues: shareQueues(strategy, tables, all) }
    }
  }

  const differencesOf = (
    members: readonly { clientId: string; subscriptions: readonly MemberSubscriptionView[] }[],
    tables: readonly MessageQueue[][]
  ): DifferenceView[] => {
    const wanted = members.map(({ clientId, subscriptions }) => ({
      clientId,
      expressions: memberExpressions(subscriptions)
    }))
    const topics = [...new Set(wanted.flatMap(({ expressions }) => [...expressions.keys()]))].sort()
    const ids = wanted.map(({ clientId }) => clientId).sort()
    return topics.flatMap((topic) => {
      const expressions = wanted.map((one) => one.expressions.get(topic))
      if (new Set(expressions).size < 2) return []
      const table = tables.find(([queue]) => queue?.topic === topic) ?? []
      const shares = shareQueues('AVG', [table], ids)
      const rows = wanted.map(({ clientId }, i) => ({
        clientId,
        ...(expressions[i] !== undefined && { expression: expressions[i] }),
        queues: shares.filter((share) => share.clientId === clientId).map(nameOf)
      }))
      const starving = rows.flatMap((row) => (row.expression === undefined ? row.queues : []))
      return [{ topic, members: rows, starving }]
    })
  }

  const consistency = async (groupName: string): Promise<ConsistencyView> => {
    const connection = await admin.examineConsumerConnectionInfo(groupName)
    if (!connection) return { groupName, state: 'offline', members: [], differences: [] }
    const byBroker = new Map(connection.connections.map((one) => [one.clientId, one.subscriptions]))
    const ids = membersOf(connection)
    // RocketMQ's brokers do not tell, then the members are asked.
    const unknown = ids.filter((clientId) => ids.length > 1 && !byBroker.get(clientId))
    const told = await askMembers(groupName, unknown)
    const members = ids.map((clientId) => {
      const single = ids.length === 1 ? connection.subscriptions : undefined
      const all = byBroker.get(clientId) ?? told.infos.get(clientId)?.subscriptions ?? single
      const problem = told.silent.get(clientId)
      const subscriptions = all
        ?.filter(({ topic }) => !isRetryTopic(topic))
        .map(({ topic, subString, expressionType }) => ({ topic, subString, expressionType }))
      return { clientId, ...(subscriptions && { subscriptions }), ...(problem && { problem }) }
    })
    const known = members.flatMap(({ clientId, subscriptions }) =>
      subscriptions ? [{ clientId, subscriptions }] : []
    )
    const topics = new Set(
      known.flatMap(({ subscriptions }) => subscriptions.map(({ topic }) => topic))
    )
    const differences = differencesOf(known, await queuesOf([...topics]))
    const isWhole = known.length === members.length
    const state = differences.length > 0 ? 'differ' : isWhole ? 'same' : 'unknown'
    return { groupName, state, members, differences }
  }

  return { allocation, consistency }
}
