/** Topic lists (206, 224, 304, 311–313), removal (216) and registration (217). Java: DefaultRequestProcessor. */
import { jsonBody, readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { readTopicRouteData } from '../../protocol/bodies/route'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { NoHeader } from '../../protocol/headers/admin'
import {
  DeleteTopicFromNamesrvRequestHeader,
  GetTopicsByClusterRequestHeader,
  RegisterTopicRequestHeader
} from '../../protocol/headers/namesrv'
import { RemotingError, success, type Reply } from '../../protocol/remotingCommand'
import { replyBody, route, type Route } from '../../remoting/route'
import type { NamesrvConfig } from '../namesrvConfig'
import type { RouteInfoManager } from '../routeInfoManager'

type Config = Pick<NamesrvConfig, 'enableAllTopicList' | 'enableTopicList'>

/** Java: TopicSysFlag. */
const FLAG_UNIT = 1
const FLAG_UNIT_SUB = 2

const topicList = (topics: Iterable<string>, brokerAddr?: string): Reply =>
  replyBody(jsonBody({ brokerAddr, topicList: [...topics] }))

const refuseWhenDisabled = (isEnabled: boolean, key: keyof Config): void => {
  if (!isEnabled)
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `topic lists are disabled here; set ${key}=true (mqadmin updateNamesrvConfig)`
    )
}

export const getAllTopicListFromNameserver = ({
  routes,
  config
}: {
  routes: Pick<RouteInfoManager, 'topics'>
  config: Config
}): Route =>
  route(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER, NoHeader, () => {
    refuseWhenDisabled(config.enableAllTopicList, 'enableAllTopicList')
    return topicList(routes.topics.topics())
  })

export const getTopicsByCluster = ({
  routes,
  config
}: {
  routes: Pick<RouteInfoManager, 'topicsOfCluster'>
  config: Config
}): Route =>
  route(RequestCode.GET_TOPICS_BY_CLUSTER, GetTopicsByClusterRequestHeader, ({ header }) => {
    refuseWhenDisabled(config.enableTopicList, 'enableTopicList')
    return topicList(routes.topicsOfCluster(header.cluster))
  })

/** The topics every cluster and broker has: those of their own names. */
export const getSystemTopicListFromNs = ({
  routes,
  config
}: {
  routes: Pick<RouteInfoManager, 'clusters' | 'brokers'>
  config: Config
}): Route =>
  route(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS, NoHeader, () => {
    refuseWhenDisabled(config.enableTopicList, 'enableTopicList')
    const names = new Set(routes.clusters().flatMap(([cluster, brokers]) => [cluster, ...brokers]))
    const [first] = routes.brokers().flatMap((broker) => Object.values(broker.brokerAddrs))
    return topicList(names, first)
  })

const unitLists = [
  [RequestCode.GET_UNIT_TOPIC_LIST, (flag: number) => (flag & FLAG_UNIT) !== 0],
  [RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST, (flag: number) => (flag & FLAG_UNIT_SUB) !== 0],
  [
    RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST,
    (flag: number) => (flag & (FLAG_UNIT | FLAG_UNIT_SUB)) === FLAG_UNIT_SUB
  ]
] as const

export const getUnitTopicLists = ({
  routes,
  config
}: {
  routes: Pick<RouteInfoManager, 'topics'>
  config: Config
}): Route[] =>
  unitLists.map(([code, matches]) =>
    route(code, NoHeader, () => {
      refuseWhenDisabled(config.enableTopicList, 'enableTopicList')
      return topicList(routes.topics.topicsWithSysFlag(matches))
    })
  )

export const deleteTopicInNamesrv = ({
  routes
}: {
  routes: Pick<RouteInfoManager, 'topics' | 'brokerNamesOf'>
}): Route =>
  route(
    RequestCode.DELETE_TOPIC_IN_NAMESRV,
    DeleteTopicFromNamesrvRequestHeader,
    ({ header: { topic, clusterName } }) => {
      const brokers = clusterName === undefined ? undefined : routes.brokerNamesOf(clusterName)
      routes.topics.deleteTopic(topic, brokers)
      return success
    }
  )

export const registerTopicInNamesrv = ({
  routes
}: {
  routes: Pick<RouteInfoManager, 'registerTopic'>
}): Route =>
  route(RequestCode.REGISTER_TOPIC_IN_NAMESRV, RegisterTopicRequestHeader, ({ header, body }) => {
    const { queueDatas } = readTopicRouteData(readJsonBody(body, 'REGISTER_TOPIC_IN_NAMESRV'))
    routes.registerTopic(header.topic, queueDatas)
    return success
  })
