/** Brokers come, stay and go: 103, 104, 322, 904. Java: DefaultRequestProcessor. */
import { readDataVersion, sameDataVersion } from '../../protocol/bodies/dataVersion'
import { jsonBody, readJsonBody } from '../../protocol/bodies/rocketmqJson'
import {
  readRegisterBrokerBody,
  type TopicConfigSerializeWrapper
} from '../../protocol/bodies/topicConfig'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  BrokerHeartbeatRequestHeader,
  QueryDataVersionRequestHeader,
  QueryDataVersionResponseHeader,
  RegisterBrokerRequestHeader,
  RegisterBrokerResponseHeader,
  UnRegisterBrokerRequestHeader
} from '../../protocol/headers/namesrv'
import { bodyCrc32 } from '../../protocol/message/messageCodec'
import { RemotingError, success } from '../../protocol/remotingCommand'
import { reply, route, type Route } from '../../remoting/route'
import { NAMESPACE_ORDER_TOPIC_CONFIG, type KVConfigManager } from '../kvConfigManager'
import type { RunningController } from '../controller/startController'
import type { NamesrvConfig } from '../namesrvConfig'
import type { RouteInfoManager } from '../routeInfoManager'
import { kvTable } from './kvConfig'

interface Deps {
  routes: Pick<RouteInfoManager, 'registerBroker' | 'unregisterBroker' | 'touch' | 'dataVersionOf'>
  kvConfig: Pick<KVConfigManager, 'list'>
  config: Pick<NamesrvConfig, 'returnOrderTopicConfigToBroker'>
}

const readTopics = (
  body: Buffer,
  isCompressed: boolean,
  brokerName: string
): TopicConfigSerializeWrapper => {
  try {
    return readRegisterBrokerBody(body, isCompressed)
  } catch (error) {
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `the registration of ${brokerName} is unreadable (${error instanceof Error ? error.message : String(error)})`
    )
  }
}

export const registerBroker = ({ routes, kvConfig, config }: Deps): Route =>
  route(
    RequestCode.REGISTER_BROKER,
    RegisterBrokerRequestHeader,
    ({ header, body, connection }) => {
      const { bodyCrc32: expected = 0, brokerName } = header
      if (expected !== 0 && expected !== bodyCrc32(body))
        throw new RemotingError(
          ResponseCode.SYSTEM_ERROR,
          `the body of the registration of ${brokerName} was damaged on the way: its CRC-32 is not ${expected}`
        )
      const result = routes.registerBroker({
        ...header,
        timeoutMs: header.heartbeatTimeoutMillis,
        topicConfigWrapper: readTopics(body, header.compressed === true, brokerName),
        channel: connection
      })
      const order = config.returnOrderTopicConfigToBroker
        ? kvConfig.list(NAMESPACE_ORDER_TOPIC_CONFIG)
        : undefined
      return reply(RegisterBrokerResponseHeader, result, order && jsonBody(kvTable(order)))
    }
  )

export const unregisterBroker = ({ routes }: Pick<Deps, 'routes'>): Route =>
  route(RequestCode.UNREGISTER_BROKER, UnRegisterBrokerRequestHeader, ({ header }) => {
    routes.unregisterBroker(header)
    return success
  })

export const queryDataVersion = ({ routes }: Pick<Deps, 'routes'>): Route =>
  route(RequestCode.QUERY_DATA_VERSION, QueryDataVersionRequestHeader, ({ header, body }) => {
    const asked = readDataVersion(readJsonBody(body, 'QUERY_DATA_VERSION'))
    const stored = routes.dataVersionOf(header.clusterName, header.brokerAddr)
    routes.touch(header.clusterName, header.brokerAddr)
    const changed = !stored || !sameDataVersion(stored, asked)
    return reply(QueryDataVersionResponseHeader, { changed }, stored && jsonBody(stored))
  })

/** With an id it is one for the controller too, where there is one. */
export const brokerHeartbeat = ({
  routes,
  controller
}: Pick<Deps, 'routes'> & {
  controller?: Pick<RunningController, 'onBrokerHeartbeat'> | undefined
}): Route =>
  route(RequestCode.BROKER_HEARTBEAT, BrokerHeartbeatRequestHeader, ({ header, connection }) => {
    const { brokerId } = header
    routes.touch(header.clusterName, header.brokerAddr)
    if (!controller || brokerId === undefined) return success
    controller.onBrokerHeartbeat({ ...header, brokerId }, connection)
    return { ...success, remark: 'Heart beat success' }
  })
