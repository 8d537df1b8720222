/** Subscription groups: 200, 201, 207, 225, 352. Java: AdminBrokerProcessor. */
import { objectsOf } from '../../protocol/bodies/read'
import { jsonBody, readJsonBody } from '../../protocol/bodies/rocketmqJson'
import {
  readSubscriptionGroupConfig,
  type SubscriptionGroupConfig
} from '../../protocol/bodies/subscriptionGroup'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  DeleteSubscriptionGroupRequestHeader,
  GetSubscriptionGroupConfigRequestHeader,
  NoHeader
} from '../../protocol/headers/admin'
import { SlaveSyncRequestHeader } from '../../protocol/headers/slave'
import { RemotingError, success } from '../../protocol/remotingCommand'
import { invalidGroupReason, isSystemGroup } from '../../protocol/topicNames'
import { replyBody, route, type Route } from '../../remoting/route'
import type { BrokerIdentity } from '../brokerIdentity'
import type { BrokerStatsManager } from '../brokerStatsManager'
import type { ConsumerOffsetManager } from '../consumerOffsetManager'
import type { SubscriptionGroupManager } from '../subscriptionGroupManager'
import { MAX_TOPIC_QUEUE_NUMS } from '../topicConfigManager'
import { tableReply } from './tableReply'

interface Deps {
  identity: Pick<BrokerIdentity, 'name'>
  groups: Pick<SubscriptionGroupManager, 'get' | 'all' | 'update' | 'delete' | 'dataVersion'> // prettier-ignore
  offsets: Pick<ConsumerOffsetManager, 'removeGroup'>
  stats: Pick<BrokerStatsManager, 'onGroupDeleted'>
}

/** What 5.x tools expect of a group besides what is kept. */
const groupJson = (config: SubscriptionGroupConfig): object => ({
  ...config,
  groupRetryPolicy: { type: 'CUSTOMIZED' }
})

const problemOf = ({
  groupName,
  retryQueueNums,
  retryMaxTimes
}: SubscriptionGroupConfig): string | undefined => {
  const reason = invalidGroupReason(groupName)
  if (reason !== undefined) return reason
  if (
    !Number.isInteger(retryQueueNums) ||
    retryQueueNums < 0 ||
    retryQueueNums > MAX_TOPIC_QUEUE_NUMS
  )
    return `${groupName}: retryQueueNums ${retryQueueNums}, from 0 to ${MAX_TOPIC_QUEUE_NUMS} are possible`
  if (!Number.isInteger(retryMaxTimes) || retryMaxTimes < -1)
    return `${groupName}: retryMaxTimes ${retryMaxTimes}, must be -1 (without end) or more`
  return undefined
}

export const groupAdmin = ({ identity, groups, offsets, stats }: Deps): Route[] => {
  const update = async (configs: readonly SubscriptionGroupConfig[]) => {
    for (const config of configs) {
      const problem = problemOf(config)
      if (problem !== undefined) throw new RemotingError(ResponseCode.INVALID_PARAMETER, problem)
    }
    await groups.update(configs)
    return success
  }

  return [
    route(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, NoHeader, ({ body }) =>
      update([
        readSubscriptionGroupConfig(readJsonBody(body, 'UPDATE_AND_CREATE_SUBSCRIPTIONGROUP'))
      ])
    ),
    route(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST, NoHeader, ({ body }) => {
      const request = readJsonBody(body, 'UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST')
      return update(objectsOf(request.groupConfigList).map(readSubscriptionGroupConfig))
    }),
    route(
      RequestCode.DELETE_SUBSCRIPTIONGROUP,
      DeleteSubscriptionGroupRequestHeader,
      async ({ header: { groupName, cleanOffset } }) => {
        if (isSystemGroup(groupName))
          throw new RemotingError(
            ResponseCode.INVALID_PARAMETER,
            `the group ${groupName} belongs to the system and cannot be deleted`
          )
        await groups.delete(groupName)
        stats.onGroupDeleted(groupName)
        if (cleanOffset) await offsets.removeGroup(groupName)
        return success
      }
    ),
    route(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, SlaveSyncRequestHeader, ({ header }) =>
      tableReply(header, groups.dataVersion, () => {
        // A group's name is any text: `__proto__` is a key like others.
        const table = Object.create(null) as Record<string, object>
        for (const config of groups.all()) table[config.groupName] = groupJson(config)
        const { dataVersion } = groups
        return { dataVersion, forbiddenTable: {}, subscriptionGroupTable: table }
      })
    ),
    route(
      RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG,
      GetSubscriptionGroupConfigRequestHeader,
      ({ header: { group } }) => {
        const config = groups.get(group)
        if (config) return replyBody(jsonBody(groupJson(config)))
        throw new RemotingError(
          ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
          `No group in this broker: ${group} does not exist on ${identity.name}`
        )
      }
    )
  ]
}
