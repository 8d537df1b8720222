/** GET_ROUTEINFO_BY_TOPIC (105). Java: ClientRequestProcessor. */
import type { Clock } from '../../base/clock'
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { GetRouteInfoRequestHeader } from '../../protocol/headers/namesrv'
import { RemotingError } from '../../protocol/remotingCommand'
import { isDlqTopic, isRetryTopic, isSystemTopic } from '../../protocol/topicNames'
import { replyBody, route, type Route } from '../../remoting/route'
import type { ArrivalRoutes } from '../arrivalRoutes'
import { NAMESPACE_ORDER_TOPIC_CONFIG, type KVConfigManager } from '../kvConfigManager'
import type { NamesrvConfig } from '../namesrvConfig'
import type { RouteInfoManager } from '../routeInfoManager'

export interface RouteMiss {
  topic: string
  remoteAddress: string
  language: string
}

interface Deps {
  routes: Pick<RouteInfoManager, 'route'>
  kvConfig: Pick<KVConfigManager, 'get'>
  config: Pick<NamesrvConfig, 'orderMessageEnable' | 'needWaitForService' | 'waitSecondsForService'>
  clock: Pick<Clock, 'monotonic'>
  arrival: ArrivalRoutes
  /** Monotonic. */
  startedAt: number
  onRouteMiss?: ((miss: RouteMiss) => void) | undefined
}

/** Clients ask for these on their own, also where nothing is wrong. */
const isAskedByHabit = (topic: string): boolean =>
  isSystemTopic(topic) || isRetryTopic(topic) || isDlqTopic(topic)

export const getRouteInfoByTopic = (deps: Deps): Route =>
  route(
    RequestCode.GET_ROUTEINFO_BY_TOPIC,
    GetRouteInfoRequestHeader,
    ({ header: { topic }, command, connection }) => {
      const { routes, kvConfig, config, clock, startedAt, onRouteMiss } = deps
      const waitMs = config.waitSecondsForService * 1000
      if (config.needWaitForService && clock.monotonic() - startedAt < waitMs)
        throw new RemotingError(
          ResponseCode.SYSTEM_ERROR,
          `name server not ready: it answers ${config.waitSecondsForService} s after its start (needWaitForService)`
        )
      const data = routes.route(topic)
      if (!data) {
        if (!isAskedByHabit(topic))
          onRouteMiss?.({
            topic,
            remoteAddress: connection.remoteAddress,
            language: command.language
          })
        throw new RemotingError(
          ResponseCode.TOPIC_NOT_EXIST,
          `No topic route info in name server for the topic: ${topic}\n` +
            `Create it first (mqadmin updateTopic -n <namesrv> -c <cluster> -t ${topic}, or the console's Topics page), ` +
            'or set autoCreateTopicEnable=true on the broker.'
        )
      }
      const orderTopicConf = config.orderMessageEnable
        ? kvConfig.get(NAMESPACE_ORDER_TOPIC_CONFIG, topic)
        : undefined
      // Integer keys are always quoted: every client reads that, and those that ask for standard JSON need it.
      return replyBody(
        jsonBody({
          brokerDatas: data.brokerDatas.map((broker) => deps.arrival(broker, connection)),
          filterServerTable: {},
          orderTopicConf,
          queueDatas: data.queueDatas
        })
      )
    }
  )
