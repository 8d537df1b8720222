/** 106, 901, 205, 327: which brokers there are and whether they may be written to. Java: DefaultRequestProcessor. */
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { NoHeader } from '../../protocol/headers/admin'
import {
  AddWritePermOfBrokerResponseHeader,
  GetBrokerMemberGroupRequestHeader,
  WipeWritePermOfBrokerResponseHeader,
  WritePermOfBrokerRequestHeader
} from '../../protocol/headers/namesrv'
import { reply, replyBody, route, type Route } from '../../remoting/route'
import type { ArrivalRoutes } from '../arrivalRoutes'
import type { BrokerDataView, RouteInfoManager } from '../routeInfoManager'

const ownKeys = <T>(pairs: Iterable<readonly [string, T]>): Record<string, T> => {
  const table = Object.create(null) as Record<string, T>
  for (const [key, value] of pairs) table[key] = value
  return table
}

export const getBrokerClusterInfo = ({
  routes,
  arrival
}: {
  routes: Pick<RouteInfoManager, 'brokers' | 'clusters'>
  arrival: ArrivalRoutes
}): Route =>
  route(RequestCode.GET_BROKER_CLUSTER_INFO, NoHeader, ({ connection }) => {
    const brokerAddrTable = ownKeys<BrokerDataView>(
      routes.brokers().map((broker) => [broker.brokerName, arrival(broker, connection)])
    )
    return replyBody(jsonBody({ brokerAddrTable, clusterAddrTable: ownKeys(routes.clusters()) }))
  })

export const getBrokerMemberGroup = ({
  routes,
  arrival
}: {
  routes: Pick<RouteInfoManager, 'broker'>
  arrival: ArrivalRoutes
}): Route =>
  route(
    RequestCode.GET_BROKER_MEMBER_GROUP,
    GetBrokerMemberGroupRequestHeader,
    ({ header: { clusterName, brokerName }, connection }) => {
      const broker = routes.broker(brokerName)
      const brokerAddrs = broker ? arrival(broker, connection).brokerAddrs : {}
      const brokerMemberGroup = { brokerAddrs, brokerName, cluster: clusterName }
      return replyBody(jsonBody({ brokerMemberGroup }))
    }
  )

export const wipeWritePermOfBroker = ({
  routes
}: {
  routes: Pick<RouteInfoManager, 'wipeWritePermOfBroker'>
}): Route =>
  route(
    RequestCode.WIPE_WRITE_PERM_OF_BROKER,
    WritePermOfBrokerRequestHeader,
    ({ header: { brokerName } }) =>
      reply(WipeWritePermOfBrokerResponseHeader, {
        wipeTopicCount: routes.wipeWritePermOfBroker(brokerName)
      })
  )

export const addWritePermOfBroker = ({
  routes
}: {
  routes: Pick<RouteInfoManager, 'addWritePermOfBroker'>
}): Route =>
  route(
    RequestCode.ADD_WRITE_PERM_OF_BROKER,
    WritePermOfBrokerRequestHeader,
    ({ header: { brokerName } }) =>
      reply(AddWritePermOfBrokerResponseHeader, {
        addTopicCount: routes.addWritePermOfBroker(brokerName)
      })
  )
