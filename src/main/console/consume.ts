/** Consumers in the window, and the live tail of a topic. */
import type { Caller, Handlers, ParsedOf } from '../../shared/contract'
import type { ConsumeCheckQuery } from '../../shared/consumeDrafts'
import type { ConsumeCheck, ConsumerView } from '../../shared/consumeViews'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import { checkClientConfig } from '../client/brokerCalls'
import { CLIENT_API_TIMEOUT_MS } from '../client/mqClientInstance'
import { MASTER_ID } from '../client/routeCache'
import { ProblemError } from '../cluster/problem'
import { buildSubscriptionData, sqlSubscriptionData } from '../protocol/bodies/heartbeat'
import { defaultSubscriptionGroupConfig } from '../protocol/bodies/subscriptionGroup'
import { isSystemGroup } from '../protocol/topicNames'
import type { Consumptions } from './consume/consumptions'
import { lookAtTail } from './consume/tail'
import type { WindowClients } from './windowClients'

interface Deps {
  admin: Pick<
    Admin,
    | 'examineConsumerConnectionInfo'
    | 'examineSubscriptionGroupConfig'
    | 'examineTopicRouteInfo'
    | 'updateSubGroup'
  >
  clients: Pick<WindowClients, 'reader'>
  consumptions: Consumptions
  problemOf: (error: unknown) => Problem
}

/** Java: SubscriptionGroupConfig, with the group begun where `from` says. */
export const consumeHandlers = ({ admin, clients, consumptions, problemOf }: Deps) => {
  const mastersOf = async (topic: string): Promise<string[]> => {
    const { brokerDatas } = await admin.examineTopicRouteInfo(topic)
    return brokerDatas.flatMap(({ brokerAddrs }) => brokerAddrs[MASTER_ID] ?? [])
  }

  const isThere = async (masters: readonly string[], group: string): Promise<boolean> => {
    const configs = await Promise.all(
      masters.map((address) => admin.examineSubscriptionGroupConfig(address, group))
    )
    return configs.length > 0 && configs.every((config) => config !== undefined)
  }

  /** Tags are judged here, SQL92 by every broker. */
  const expressionProblem = async (
    masters: readonly string[],
    { topic, group, expression, expressionType }: ConsumeCheckQuery
  ): Promise<Problem | undefined> => {
    const { remoting, clientId } = clients.reader()
    try {
      if (expressionType === 'TAG') {
        buildSubscriptionData(topic, expression, 0)
        return undefined
      }
      const subscriptionData = sqlSubscriptionData(topic, expression, 0)
      for (const address of masters)
        await checkClientConfig(remoting, address, { clientId, group, subscriptionData }, CLIENT_API_TIMEOUT_MS) // prettier-ignore
      return undefined
    } catch (error) {
      if (error instanceof RangeError)
        return { code: 'SUBSCRIPTION_PARSE_FAILED', message: error.message }
      return problemOf(error)
    }
  }

  const membersOf = async (group: string): Promise<ConsumeCheck['members']> => {
    const connection = await admin.examineConsumerConnectionInfo(group)
    return (connection?.connections ?? []).map((member) => ({
      clientId: member.clientId,
      clientAddr: member.clientAddr,
      language: member.language
    }))
  }

  const check = async (query: ConsumeCheckQuery): Promise<ConsumeCheck> => {
    const masters = await mastersOf(query.topic)
    const [isGroupThere, members, problem] = await Promise.all([
      isThere(masters, query.group),
      membersOf(query.group),
      expressionProblem(masters, query)
    ])
    return { isGroupThere, members, ...(problem && { expressionProblem: problem }) }
  }

  const start = async (draft: ParsedOf<'consume.start'>, caller: Caller): Promise<ConsumerView> => {
    const { topic, group: groupName, expression, expressionType } = draft
    if (isSystemGroup(groupName))
      throw new ProblemError('INVALID_INPUT', { field: 'group' }, `${groupName} is RocketMQ's own`)
    const found = await check({ topic, group: groupName, expression, expressionType })
    const problem = found.expressionProblem
    if (problem) throw new ProblemError(problem.code, problem.params ?? {}, problem.message)
    const n = found.members.length
    if (n > 0 && !draft.takeFromOthers)
      throw new ProblemError(
        'GROUP_HAS_MEMBERS',
        { groupName, n },
        `${groupName} has ${n} members, who would get fewer messages`
      )
    const isMade = !found.isGroupThere && draft.makeGroup
    if (isMade) await admin.updateSubGroup(defaultSubscriptionGroupConfig(groupName))
    else if (!found.isGroupThere)
      throw new ProblemError('SUBSCRIPTION_GROUP_NOT_EXIST', { groupName }, `there is no group ${groupName}`) // prettier-ignore
    return (await consumptions.start(draft, isMade, caller)).view(0)
  }

  return {
    'consume.check': (query) => check(query),
    'consume.start': (draft, caller) => start(draft, caller),
    'consume.view': ({ id, since }, caller) => consumptions.get(id, caller).view(since),
    'consume.settle': (draft, caller) => consumptions.get(draft.id, caller).settle(draft),
    'consume.behave': ({ id, behaviour }, caller) => consumptions.get(id, caller).behave(behaviour),
    'consume.stop': ({ id, cleanUp }, caller) => consumptions.stop(id, caller, cleanUp),
    'consume.tail': (query) => lookAtTail({ client: clients.reader(), problemOf }, query)
  } satisfies Partial<Handlers>
}
