import { MASTER_ID, type RouteCache } from '../../client/routeCache'
import type { TopicRouteData } from '../../protocol/bodies/route'

/** As the route tells it; other topics' routes may be older. */
export const masterIn = ({ brokerDatas }: TopicRouteData, brokerName: string): string | undefined =>
  brokerDatas.find((broker) => broker.brokerName === brokerName)?.brokerAddrs[MASTER_ID]

/** Also of a broker that the topic has left. @throws RemotingError SERVICE_NOT_AVAILABLE. */
export const masterAddress = (
  routes: Pick<RouteCache, 'masterAddress'>,
  route: TopicRouteData | undefined,
  brokerName: string
): string => (route && masterIn(route, brokerName)) ?? routes.masterAddress(brokerName)
