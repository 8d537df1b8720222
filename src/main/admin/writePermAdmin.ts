import { readJsonBody } from '../protocol/bodies/rocketmqJson'
import { readTopicRouteData } from '../protocol/bodies/route'
import { RequestCode } from '../protocol/codes/requestCode'
import {
  GetRouteInfoRequestHeader,
  WritePermOfBrokerRequestHeader
} from '../protocol/headers/namesrv'
import { isWriteable } from '../protocol/permName'
import type { AdminDeps } from './adminCall'

/** Keeping producers away from a broker while consumers drain it. */
export const writePermAdmin = ({ namesrv }: Pick<AdminDeps, 'namesrv'>) => {
  const tellEvery = (code: number, brokerName: string): Promise<void> =>
    namesrv.callEvery({ code, extFields: WritePermOfBrokerRequestHeader.encode({ brokerName }) })
  return {
    /** Until the broker registers with other topics than before. Java: wipeWritePermOfBroker, at every nameserver. */
    wipeWritePermOfBroker: (brokerName: string) =>
      tellEvery(RequestCode.WIPE_WRITE_PERM_OF_BROKER, brokerName),
    /** Java: addWritePermOfBroker, at every nameserver. */
    addWritePermOfBroker: (brokerName: string) =>
      tellEvery(RequestCode.ADD_WRITE_PERM_OF_BROKER, brokerName),
    /** Whether each nameserver that knows the broker lets producers write to it, by the topic each broker has of its own. */
    writePermsOfBroker: async (brokerName: string): Promise<boolean[]> => {
      const extFields = GetRouteInfoRequestHeader.encode({
        topic: brokerName,
        acceptStandardJsonOnly: true
      })
      const results = await namesrv.askEvery({
        code: RequestCode.GET_ROUTEINFO_BY_TOPIC,
        extFields
      })
      return results.flatMap((result) => {
        if (result.status === 'rejected' || !result.value.body) return []
        const route = readTopicRouteData(readJsonBody(result.value.body, `route of ${brokerName}`))
        return route.queueDatas
          .filter((data) => data.brokerName === brokerName)
          .map(({ perm }) => isWriteable(perm))
      })
    }
  }
}
