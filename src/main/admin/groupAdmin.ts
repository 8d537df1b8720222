import {
  readConsumerConnection,
  readConsumeStats,
  readConsumeStatsList,
  readConsumeTimeSpan,
  readProducerTableInfo,
  readSubscriptionGroupWrapper,
  type ConsumerConnection,
  type ConsumeStats,
  type OffsetWrapper,
  type ProducerInfo,
  type QueueTimeSpan
} from '../protocol/bodies/admin'
import { readMessageRequestModes, type SetMessageRequestMode } from '../protocol/bodies/pop'
import { jsonBody } from '../protocol/bodies/rocketmqJson'
import {
  readSubscriptionGroupConfig,
  type SubscriptionGroupConfig
} from '../protocol/bodies/subscriptionGroup'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  DeleteSubscriptionGroupRequestHeader,
  GetBrokerConsumeStatsRequestHeader,
  GetConsumerConnectionListRequestHeader,
  GetConsumeStatsRequestHeader,
  GetSubscriptionGroupConfigRequestHeader,
  QueryConsumeTimeSpanRequestHeader
} from '../protocol/headers/admin'
import {
  callBroker,
  callOrElse,
  findMasters,
  gather,
  jsonOf,
  onEvery,
  unlessCode,
  type AdminDeps,
  type BrokerRef,
  type Gathered
} from './adminCall'
import { mastersOf } from './topicAdmin'

export interface GroupConsumeStats {
  consumeTps: number
  offsets: OffsetWrapper[]
  /** A broker did not answer: its queues are missing. */
  isPartial: boolean
}

/** Members of several brokers as one list: clients connect to every broker. */
const mergeConnections = (all: readonly ConsumerConnection[]): ConsumerConnection | undefined => {
  const [first] = all
  if (!first) return undefined
  const connections = new Map(
    all.flatMap((one) => one.connections).map((connection) => [connection.clientId, connection])
  )
  const subscriptions = new Map(
    all
      .flatMap((one) => one.subscriptions)
      .map((subscription) => [subscription.topic, subscription])
  )
  return {
    ...first,
    connections: [...connections.values()],
    subscriptions: [...subscriptions.values()]
  }
}

export const groupAdmin = (deps: AdminDeps) => {
  const getAllSubscriptionGroup = async (
    address: string
  ): Promise<Map<string, SubscriptionGroupConfig>> => {
    const code = RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG
    return readSubscriptionGroupWrapper(jsonOf(await callBroker(deps, address, { code }), code))
  }

  const getConsumerConnection = async (
    address: string,
    consumerGroup: string
  ): Promise<ConsumerConnection | undefined> => {
    const code = RequestCode.GET_CONSUMER_CONNECTION_LIST
    const extFields = GetConsumerConnectionListRequestHeader.encode({ consumerGroup })
    const asked = callBroker(deps, address, { code, extFields })
    const response = await unlessCode([ResponseCode.CONSUMER_NOT_ONLINE], asked)
    return response && readConsumerConnection(jsonOf(response, code))
  }

  return {
    /** Of one broker. Java: getAllSubscriptionGroup. */
    getAllSubscriptionGroup,

    /** Of every master that answers. */
    getSubscriptionGroupsOfMasters: async (): Promise<
      Gathered<Map<string, SubscriptionGroupConfig>>
    > => gather(await findMasters(deps), ({ address }) => getAllSubscriptionGroup(address)),

    /** Undefined where the broker has no such group. */
    examineSubscriptionGroupConfig: async (
      address: string,
      group: string
    ): Promise<SubscriptionGroupConfig | undefined> => {
      const code = RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG
      const extFields = GetSubscriptionGroupConfigRequestHeader.encode({ group })
      return callOrElse(
        deps,
        address,
        { code, extFields },
        {
          read: (response) => readSubscriptionGroupConfig(jsonOf(response, code)),
          absent: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
          notSupported: async () => (await getAllSubscriptionGroup(address)).get(group)
        }
      )
    },

    /** On every master, or on those named, as `mqadmin updateSubGroup -c` does. */
    updateSubGroup: async (
      config: SubscriptionGroupConfig,
      brokerNames?: readonly string[]
    ): Promise<void> =>
      onEvery(await findMasters(deps, brokerNames), ({ address }) =>
        callBroker(deps, address, {
          code: RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
          body: jsonBody(config)
        })
      ),

    /** On every master, or on those named. With `cleanOffset` its consumer offsets are forgotten too. */
    deleteSubGroup: async (
      groupName: string,
      cleanOffset: boolean,
      brokerNames?: readonly string[]
    ): Promise<void> =>
      onEvery(await findMasters(deps, brokerNames), ({ address }) =>
        callBroker(deps, address, {
          code: RequestCode.DELETE_SUBSCRIPTIONGROUP,
          extFields: DeleteSubscriptionGroupRequestHeader.encode({ groupName, cleanOffset })
        })
      ),

    /** How far the group is on every queue it ever consumed. Java: examineConsumeStats. */
    examineConsumeStats: async (
      consumerGroup: string,
      topic?: string
    ): Promise<GroupConsumeStats> => {
      const code = RequestCode.GET_CONSUME_STATS
      const extFields = GetConsumeStatsRequestHeader.encode({ consumerGroup, topic })
      const { answers, failures } = await gather(await findMasters(deps), async (broker) => {
        const asked = callBroker(deps, broker.address, { code, extFields })
        const response = await unlessCode([ResponseCode.TOPIC_NOT_EXIST], asked)
        return response && readConsumeStats(jsonOf(response, code))
      })
      return {
        consumeTps: answers.reduce((sum, { value }) => sum + (value?.consumeTps ?? 0), 0),
        offsets: answers.flatMap(({ value }) => value?.offsets ?? []),
        isPartial: failures.length > 0
      }
    },

    /** How far every group of one broker is, by group; those that have consumed nothing are missing. Java: fetchConsumeStatsInBroker. */
    fetchConsumeStatsInBroker: async (address: string): Promise<Map<string, ConsumeStats>> => {
      const code = RequestCode.GET_BROKER_CONSUME_STATS
      const extFields = GetBrokerConsumeStatsRequestHeader.encode({ isOrder: false })
      return readConsumeStatsList(jsonOf(await callBroker(deps, address, { code, extFields }), code)) // prettier-ignore
    },

    /** How long the oldest message of each queue waits for the group. Java: queryConsumeTimeSpan. */
    queryConsumeTimeSpan: async (
      topic: string,
      group: string
    ): Promise<Gathered<QueueTimeSpan[]>> => {
      const code = RequestCode.QUERY_CONSUME_TIME_SPAN
      const extFields = QueryConsumeTimeSpanRequestHeader.encode({ topic, group })
      return gather(await findMasters(deps), async ({ address }) => {
        const asked = callBroker(deps, address, { code, extFields })
        const response = await unlessCode([ResponseCode.TOPIC_NOT_EXIST], asked)
        return response ? readConsumeTimeSpan(jsonOf(response, code)) : []
      })
    },

    /** On every master that has the topic. Java: setMessageRequestMode. */
    setMessageRequestMode: async (mode: SetMessageRequestMode): Promise<void> =>
      onEvery(mastersOf(await deps.namesrv.topicRoute(mode.topic)), ({ address }) =>
        callBroker(deps, address, {
          code: RequestCode.SET_MESSAGE_REQUEST_MODE,
          body: jsonBody(mode)
        })
      ),

    /** Modes that were set, of every master; undefined where one does not tell (before 5.0). Java: getAllMessageRequestMode. */
    getAllMessageRequestMode: async (): Promise<SetMessageRequestMode[] | undefined> => {
      const code = RequestCode.GET_ALL_MESSAGE_REQUEST_MODE
      const { answers } = await gather(await findMasters(deps), ({ address }) =>
        unlessCode([ResponseCode.REQUEST_CODE_NOT_SUPPORTED], callBroker(deps, address, { code }))
      )
      if (answers.some(({ value }) => value === undefined)) return undefined
      return answers.flatMap(({ value }) => readMessageRequestModes(jsonOf(value!, code)))
    },

    /** Of one broker; undefined when no member is online there. */
    getConsumerConnection,

    /** Undefined when no member is online anywhere; `masters` are known to who asks of many groups. Java: examineConsumerConnectionInfo. */
    examineConsumerConnectionInfo: async (
      consumerGroup: string,
      masters?: readonly BrokerRef[]
    ): Promise<(ConsumerConnection & { isPartial: boolean }) | undefined> => {
      const { answers, failures } = await gather(masters ?? (await findMasters(deps)), (broker) =>
        getConsumerConnection(broker.address, consumerGroup)
      )
      const merged = mergeConnections(answers.flatMap(({ value }) => (value ? [value] : [])))
      return merged && { ...merged, isPartial: failures.length > 0 }
    },

    /** Producers online, each once per broker it is connected to. Java: getAllProducerInfo. */
    getAllProducerInfo: async (): Promise<Gathered<ProducerInfo[]>> => {
      const code = RequestCode.GET_ALL_PRODUCER_INFO
      return gather(await findMasters(deps), async ({ address }) =>
        readProducerTableInfo(jsonOf(await callBroker(deps, address, { code }), code))
      )
    }
  }
}
