import {
  readGroupList,
  readTopicList,
  readTopicStatsTable,
  type TopicOffset
} from '../protocol/bodies/admin'
import type { TopicRouteData } from '../protocol/bodies/route'
import {
  readTopicConfig,
  readTopicConfigWrapper,
  type TopicConfig
} from '../protocol/bodies/topicConfig'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { CreateTopicRequestHeader, TopicRequestHeader } from '../protocol/headers/admin'
import {
  DeleteTopicFromNamesrvRequestHeader,
  KVConfigRequestHeader
} from '../protocol/headers/namesrv'
import type { ExtFields } from '../protocol/remotingCommand'
import { AUTO_CREATE_TOPIC_KEY_TOPIC } from '../protocol/topicNames'
import { MASTER_ID } from '../client/routeCache'
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

/** Java: maxTopicNum of GET_ALL_TOPIC_CONFIG; a 5.x broker sends a large table in such parts. */
const TOPICS_PER_ANSWER = 2000
/** Parts read at most: two million topics. */
const MAX_ANSWERS = 1000

const NAMESPACE_ORDER_TOPIC_CONFIG = 'ORDER_TOPIC_CONFIG'

/** What `updateTopic` may set; the rest keeps RocketMQ's defaults. */
export type TopicSettings = Pick<
  TopicConfig,
  'topicName' | 'readQueueNums' | 'writeQueueNums' | 'perm'
> &
  Partial<Pick<TopicConfig, 'topicFilterType' | 'topicSysFlag' | 'order'>> & {
    /** `+key=value` and `-key`, separated by commas. */
    attributes?: string
  }

/** Java: TopicStatsTable. */
export interface TopicStats {
  offsets: TopicOffset[]
  /** Messages a second sent to it; absent before 5.x. */
  topicPutTps?: number
}

export const mastersOf = (route: TopicRouteData): BrokerRef[] =>
  route.brokerDatas.flatMap(({ cluster, brokerName, brokerAddrs }) => {
    const address = brokerAddrs[MASTER_ID]
    return address === undefined ? [] : [{ cluster, brokerName, brokerId: 0, address }]
  })

export const topicAdmin = (deps: AdminDeps) => {
  const { namesrv } = deps

  /** One table, or parts until all `totalTopicNum` are here. Java: getAllTopicConfig. */
  const getAllTopicConfig = async (address: string): Promise<Map<string, TopicConfig>> => {
    const code = RequestCode.GET_ALL_TOPIC_CONFIG
    const topics = new Map<string, TopicConfig>()
    let dataVersion: string | undefined
    for (let part = 0; part < MAX_ANSWERS; part++) {
      const extFields: ExtFields = {
        topicSeq: String(topics.size),
        maxTopicNum: String(TOPICS_PER_ANSWER),
        ...(dataVersion !== undefined && { dataVersion })
      }
      const response = await callBroker(deps, address, { code, extFields })
      const body = jsonOf(response, code)
      const before = topics.size
      for (const [topic, config] of readTopicConfigWrapper(body).topicConfigTable)
        topics.set(topic, config)
      const total = Number(response.extFields.totalTopicNum ?? topics.size)
      if (topics.size >= total || topics.size === before) break
      dataVersion = JSON.stringify(body.dataVersion)
    }
    return topics
  }

  const createAndUpdateTopicConfig = async (
    address: string,
    settings: TopicSettings
  ): Promise<void> => {
    const extFields = CreateTopicRequestHeader.encode({
      topic: settings.topicName,
      defaultTopic: AUTO_CREATE_TOPIC_KEY_TOPIC,
      readQueueNums: settings.readQueueNums,
      writeQueueNums: settings.writeQueueNums,
      perm: settings.perm,
      topicFilterType: settings.topicFilterType ?? 'SINGLE_TAG',
      topicSysFlag: settings.topicSysFlag ?? 0,
      order: settings.order ?? false,
      attributes: settings.attributes ?? ''
    })
    await callBroker(deps, address, { code: RequestCode.UPDATE_AND_CREATE_TOPIC, extFields })
  }

  return {
    /** Every topic any broker registered. Java: fetchAllTopicList. */
    fetchAllTopicList: async (): Promise<string[]> => {
      const code = RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER
      return readTopicList(jsonOf(await namesrv.call({ code }), code))
    },

    /** @throws RemotingError TOPIC_NOT_EXIST. */
    examineTopicRouteInfo: (topic: string): Promise<TopicRouteData> => namesrv.topicRoute(topic),

    getAllTopicConfig,

    /** The topics of every master that answers. */
    getTopicConfigOfMasters: async (): Promise<Gathered<Map<string, TopicConfig>>> =>
      gather(await findMasters(deps), ({ address }) => getAllTopicConfig(address)),

    /** Undefined where the broker has no such topic. */
    examineTopicConfig: async (
      address: string,
      topic: string
    ): Promise<TopicConfig | undefined> => {
      const code = RequestCode.GET_TOPIC_CONFIG
      const extFields = TopicRequestHeader.encode({ topic, lo: true })
      return callOrElse(
        deps,
        address,
        { code, extFields },
        {
          read: (response) => readTopicConfig(jsonOf(response, code), topic),
          absent: ResponseCode.TOPIC_NOT_EXIST,
          notSupported: async () => (await getAllTopicConfig(address)).get(topic)
        }
      )
    },

    /** On one broker. Java: createAndUpdateTopicConfig. */
    createAndUpdateTopicConfig,

    /** On every master, or on those named, as `mqadmin updateTopic -c` does. */
    updateTopic: async (settings: TopicSettings, brokerNames?: readonly string[]): Promise<void> =>
      onEvery(await findMasters(deps, brokerNames), ({ address }) =>
        createAndUpdateTopicConfig(address, settings)
      ),

    /** On one broker; nameservers hear of it from the broker. Java: deleteTopicInBroker. */
    deleteTopicInBroker: async (address: string, topic: string): Promise<void> => {
      const extFields = TopicRequestHeader.encode({ topic })
      await callBroker(deps, address, { code: RequestCode.DELETE_TOPIC_IN_BROKER, extFields })
    },

    /** On every master, then at every nameserver, as `mqadmin deleteTopic` does. */
    deleteTopic: async (topic: string): Promise<void> => {
      await onEvery(await findMasters(deps), ({ address }) =>
        callBroker(deps, address, {
          code: RequestCode.DELETE_TOPIC_IN_BROKER,
          extFields: TopicRequestHeader.encode({ topic })
        })
      )
      await namesrv.callEvery({
        code: RequestCode.DELETE_TOPIC_IN_NAMESRV,
        extFields: DeleteTopicFromNamesrvRequestHeader.encode({ topic })
      })
      await namesrv.callEvery({
        code: RequestCode.DELETE_KV_CONFIG,
        extFields: KVConfigRequestHeader.encode({
          namespace: NAMESPACE_ORDER_TOPIC_CONFIG,
          key: topic
        })
      })
    },

    /** Offsets of every queue on the masters of the topic's route. Java: examineTopicStats. */
    examineTopicStats: async (topic: string): Promise<Gathered<TopicOffset[]>> => {
      const code = RequestCode.GET_TOPIC_STATS_INFO
      const extFields = TopicRequestHeader.encode({ topic })
      const masters = mastersOf(await namesrv.topicRoute(topic))
      return gather(masters, async ({ address }) =>
        readTopicStatsTable(jsonOf(await callBroker(deps, address, { code, extFields }), code))
      )
    },

    /** Of one broker, whether or not nameservers know the topic. @throws RemotingError TOPIC_NOT_EXIST. */
    examineTopicStatsAt: async (address: string, topic: string): Promise<TopicStats> => {
      const code = RequestCode.GET_TOPIC_STATS_INFO
      const extFields = TopicRequestHeader.encode({ topic })
      const table = jsonOf(await callBroker(deps, address, { code, extFields }), code)
      const tps = Number(table.topicPutTps)
      return {
        offsets: readTopicStatsTable(table),
        ...(Number.isFinite(tps) && { topicPutTps: tps })
      }
    },

    /** Groups online on the topic or with offsets stored for it. Java: queryTopicConsumeByWho. */
    queryTopicConsumeByWho: async (topic: string): Promise<string[]> => {
      const code = RequestCode.QUERY_TOPIC_CONSUME_BY_WHO
      const extFields = TopicRequestHeader.encode({ topic })
      const { answers } = await gather(mastersOf(await namesrv.topicRoute(topic)), async (broker) =>
        unlessCode(
          [ResponseCode.TOPIC_NOT_EXIST],
          callBroker(deps, broker.address, { code, extFields })
        )
      )
      const groups = answers.flatMap(({ value }) =>
        value ? readGroupList(jsonOf(value, code)) : []
      )
      return [...new Set(groups)].sort()
    }
  }
}
