/** Messages with a delay level, and GET_ALL_DELAY_OFFSET (45). Java: ScheduleMessageService, AdminBrokerProcessor. */
import { initialDataVersion } from '../../../protocol/bodies/dataVersion'
import { jsonBody, ObjectKeyMap } from '../../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { NoHeader } from '../../../protocol/headers/admin'
import { SlaveSyncResponseHeader } from '../../../protocol/headers/slave'
import { reply, route } from '../../../remoting/route'
import type { BrokerConfig } from '../../brokerConfig'
import { parseDelayLevels } from '../../../protocol/delayLevels'
import type { BrokerFeature } from '../feature'
import { delayHook } from './delayHook'
import { ScheduleMessageService, type ScheduleDeps } from './scheduleMessageService'

type Deps = ScheduleDeps & { config: Pick<BrokerConfig, 'messageDelayLevel'> }

export const scheduleMessage = (deps: Deps): BrokerFeature => {
  // The property is checked where it is set.
  const delays = parseDelayLevels(deps.config.messageDelayLevel) ?? []
  const service = new ScheduleMessageService(deps, delays)
  const dataVersion = initialDataVersion(deps.clock.now())
  return {
    beforePut: delayHook(delays),
    routes: [
      route(RequestCode.GET_ALL_DELAY_OFFSET, NoHeader, () => {
        const gantryLogEnd = deps.store.stats.maxPhysicalOffset
        const offsetTable = new ObjectKeyMap(service.offsetTable())
        return reply(
          SlaveSyncResponseHeader,
          { gantryLogEnd },
          jsonBody({ dataVersion, offsetTable })
        )
      })
    ],
    runtimeInfo: () => service.runtimeInfo(),
    unwritten: () => ({ delayOffsets: service.unwritten() }),
    start: () => service.start()
  }
}
