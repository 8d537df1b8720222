import type { Handlers } from '../../shared/contract'
import type { Admin } from '../admin/admin'
import { ProblemError } from '../cluster/problem'
import { defaultSubscriptionGroupConfig } from '../protocol/bodies/subscriptionGroup'
import { isSystemGroup } from '../protocol/topicNames'
import { groupDetail, type GroupDetailDeps } from './groupDetail'
import { groupList, topicsOf, type GroupListDeps } from './groupList'
import { groupShares, type GroupSharesDeps } from './groupShares'

type Deps = GroupListDeps &
  GroupDetailDeps &
  GroupSharesDeps & {
    admin: Pick<
      Admin,
      'updateSubGroup' | 'deleteSubGroup' | 'setMessageRequestMode' | 'getAllMessageRequestMode'
    >
  }

const refuseSystemGroup = (groupName: string): void => {
  if (isSystemGroup(groupName))
    throw new ProblemError(
      'SYSTEM_GROUP',
      { groupName },
      `${groupName} is a group the cluster itself needs`
    )
}

export const groupHandlers = (deps: Deps) => {
  const { admin } = deps
  const { detail, configsOf } = groupDetail(deps)
  const { allocation, consistency } = groupShares(deps)
  return {
    'group.list': groupList(deps),
    'group.detail': ({ groupName }) => detail(groupName),
    'group.consistency': ({ groupName }) => consistency(groupName),
    'group.allocation': (query) => allocation(query),
    'group.save': async ({ brokerNames, ...draft }) => {
      const { groupName } = draft
      refuseSystemGroup(groupName)
      const given = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) // prettier-ignore
      const { configs, missingOn } = await configsOf(groupName)
      const names = brokerNames.length > 0 ? brokerNames : [...configs.map((one) => one.brokerName), ...missingOn] // prettier-ignore
      // What the form does not have keeps what each broker has.
      for (const name of names) {
        const existing = configs.find(({ brokerName }) => brokerName === name)?.config
        const config = existing ?? defaultSubscriptionGroupConfig(groupName)
        await admin.updateSubGroup({ ...config, ...given }, [name])
      }
    },
    'group.delete': async ({ groupName, cleanOffset, brokerNames }) => {
      refuseSystemGroup(groupName)
      if (await admin.examineConsumerConnectionInfo(groupName))
        throw new ProblemError(
          'GROUP_ONLINE',
          { groupName },
          `members of ${groupName} are online and would make the group again`
        )
      await admin.deleteSubGroup(groupName, cleanOffset, brokerNames)
    },
    'group.popMode': async ({ groupName }) => {
      const [modes, connection, { offsets }] = await Promise.all([
        admin.getAllMessageRequestMode(),
        admin.examineConsumerConnectionInfo(groupName),
        admin.examineConsumeStats(groupName)
      ])
      const topics = topicsOf(connection, offsets).map((topic) => {
        const set = modes?.find((one) => one.topic === topic && one.consumerGroup === groupName)
        const { mode = 'PULL', popShareQueueNum = 0 } = set ?? {}
        return { topic, mode, popShareQueueNum }
      })
      return { groupName, topics, isUnknown: modes === undefined }
    },
    'group.setPopMode': async ({ groupName, ...mode }) => {
      refuseSystemGroup(groupName)
      await admin.setMessageRequestMode({ ...mode, consumerGroup: groupName })
    }
  } satisfies Partial<Handlers>
}
