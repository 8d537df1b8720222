/** Every client of the cluster in one list, what one says of itself, and ending its connections. */
import type { Handlers } from '../../shared/contract'
import type { RunningInfoQuery } from '../../shared/clientDrafts'
import {
  MAX_CLIENTS_SHOWN,
  MAX_RUNNING_INFO_ROWS,
  MAX_STACK_CHARS,
  type ClientRole,
  type ClientsView,
  type ClientView,
  type ProcessQueueView,
  type RunningInfoView
} from '../../shared/clientViews'
import type { GrpcClient, GrpcClientsView } from '../../shared/grpcViews'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import { ProblemError } from '../cluster/problem'
import type { ConsumerRunningInfo } from '../protocol/bodies/consumerRunningInfo'
import { ResponseCode } from '../protocol/codes/responseCode'
import { versionDesc } from '../protocol/codes/mqVersion'
import { RemotingError } from '../protocol/remotingCommand'
import { isRetryTopic } from '../protocol/topicNames'

interface Deps {
  admin: Pick<
    Admin,
    'examineAllClients' | 'getConsumerRunningInfo' | 'closeClient' | 'canCloseClients'
  >
  /** Those of our own proxy. */
  grpcClients: () => GrpcClientsView
  problemOf: (error: unknown) => Problem
}

interface Seen {
  clientId: string
  group: string
  role: ClientRole
  topics: readonly string[]
  language: string
  version: string
  address: string
  broker: string
  lastSeenAt?: number
}

const add = <T>(list: T[], item: T): void => {
  if (!list.includes(item)) list.push(item)
}

/** One row for each client id, whatever it is connected as. */
const merge = (rows: Map<string, ClientView>, seen: Seen): void => {
  const { clientId, group, role, topics, language, version, address, broker, lastSeenAt } = seen
  let row = rows.get(clientId)
  if (!row) {
    row = {
      ...{ clientId, language, version, protocol: 'remoting' },
      ...{ groups: [], topics: [], addresses: [], brokers: [] }
    }
    rows.set(clientId, row)
  }
  if (!row.groups.some((one) => one.name === group && one.role === role))
    row.groups.push({ name: group, role })
  for (const topic of topics) add(row.topics, topic)
  if (address) add(row.addresses, address)
  add(row.brokers, broker)
  if (lastSeenAt !== undefined) row.lastSeenAt = Math.max(row.lastSeenAt ?? 0, lastSeenAt)
}

/** What the proxy knows of its clients is better than what brokers know of their stand-ins. */
const mergeGrpc = (rows: Map<string, ClientView>, client: GrpcClient): void => {
  const { clientId, kind, language, version, remoteAddress, isTls, topics, connectedAt } = client
  const role: ClientRole = kind === 'PRODUCER' ? 'producer' : 'consumer'
  const before = rows.get(clientId)
  // To brokers a gRPC producer's groups are called as its topics; it has none.
  const groups = client.group === undefined ? [] : [{ name: client.group, role }]
  rows.set(clientId, {
    ...{ clientId, language, version, protocol: 'grpc', isTls, connectedAt },
    groups,
    topics: [...topics],
    addresses: [remoteAddress],
    brokers: before?.brokers ?? []
  })
}

const queuesOf = ({ queues, popQueues }: ConsumerRunningInfo): ProcessQueueView[] => [
  ...queues.map(({ queue, ...info }): ProcessQueueView => ({
    ...{ topic: queue.topic, brokerName: queue.brokerName, queueId: queue.queueId, isPop: false },
    ...{ commitOffset: info.commitOffset, cached: info.cachedMsgCount },
    ...{ cachedMinOffset: info.cachedMsgMinOffset, cachedMaxOffset: info.cachedMsgMaxOffset },
    ...{ locked: info.locked, dropped: info.dropped },
    ...{ lastPullAt: info.lastPullTimestamp, lastConsumeAt: info.lastConsumeTimestamp }
  })),
  ...popQueues.map(
    ({ queue, waitAckCount: cached, dropped, lastPopTimestamp }): ProcessQueueView => ({
      ...{ topic: queue.topic, brokerName: queue.brokerName, queueId: queue.queueId, isPop: true },
      ...{ commitOffset: -1, cached, cachedMinOffset: 0, cachedMaxOffset: 0, locked: false },
      ...{ dropped, lastPullAt: lastPopTimestamp, lastConsumeAt: 0 }
    })
  )
]

const runningInfoView = (
  { groupName, clientId }: RunningInfoQuery,
  info: ConsumerRunningInfo
): RunningInfoView => {
  const queues = queuesOf(info)
  const { properties, subscriptions, statuses, jstack } = info
  const isCut =
    Math.max(queues.length, properties.length, subscriptions.length, statuses.length) >
      MAX_RUNNING_INFO_ROWS || (jstack ?? '').length > MAX_STACK_CHARS
  return {
    ...{ groupName, clientId, isCut },
    properties: properties.slice(0, MAX_RUNNING_INFO_ROWS),
    subscriptions: subscriptions
      .slice(0, MAX_RUNNING_INFO_ROWS)
      .map(({ topic, subString, expressionType }) => ({ topic, subString, expressionType })),
    queues: queues.slice(0, MAX_RUNNING_INFO_ROWS),
    statuses: statuses.slice(0, MAX_RUNNING_INFO_ROWS),
    ...(jstack !== undefined && jstack !== '' && { stack: jstack.slice(0, MAX_STACK_CHARS) })
  }
}

export const clientHandlers = ({ admin, grpcClients, problemOf }: Deps) => {
  const list = async (): Promise<ClientsView> => {
    const [{ answers, failures }, canClose] = await Promise.all([
      admin.examineAllClients(),
      admin.canCloseClients().catch(() => false)
    ])
    const rows = new Map<string, ClientView>()
    for (const { broker, value } of answers) {
      const { brokerName } = broker
      for (const { group, clientId, language, version, ...one } of value.producers)
        merge(rows, {
          ...{ clientId, group, role: 'producer', topics: [], language },
          ...{ version: versionDesc(version), address: one.remoteIP, broker: brokerName },
          lastSeenAt: one.lastUpdateTimestamp
        })
      for (const { group, connections, subscriptions } of value.groups) {
        const topics = subscriptions.map(({ topic }) => topic).filter((topic) => !isRetryTopic(topic)) // prettier-ignore
        for (const { clientId, clientAddr, language, version } of connections)
          merge(rows, {
            ...{ clientId, group, role: 'consumer', topics, language },
            ...{ version: versionDesc(version), address: clientAddr, broker: brokerName }
          })
      }
    }
    for (const client of grpcClients().clients) mergeGrpc(rows, client)
    const all = [...rows.values()].sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
    return {
      clients: all.slice(0, MAX_CLIENTS_SHOWN),
      total: all.length,
      missing: failures.map(({ broker, error }) => ({
        brokerName: broker.brokerName,
        problem: problemOf(error)
      })),
      canClose
    }
  }

  const close = async (clientId: string) => {
    try {
      const { answers } = await admin.closeClient(clientId)
      return { clientId, closed: answers.reduce((sum, { value }) => sum + value, 0) }
    } catch (error) {
      if (error instanceof RemotingError && error.code === ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
        throw new ProblemError('CLOSE_NOT_POSSIBLE', { clientId }, error.message, { cause: error })
      throw error
    }
  }

  return {
    'client.list': () => list(),
    'client.runningInfo': async (query) => {
      const { groupName, clientId, stack } = query
      return runningInfoView(query, await admin.getConsumerRunningInfo(groupName, clientId, stack))
    },
    'client.close': ({ clientId }) => close(clientId)
  } satisfies Partial<Handlers>
}
