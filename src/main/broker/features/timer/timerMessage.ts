/** Messages at any time, GET_TIMER_CHECK_POINT (60), GET_TIMER_METRICS (61) and RECALL_MESSAGE (370). Java: TimerMessageStore. */
import { initialDataVersion } from '../../../protocol/bodies/dataVersion'
import { jsonBody } from '../../../protocol/bodies/rocketmqJson'
import { encodeTimerCheckpoint } from '../../../protocol/bodies/slaveSync'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { NoHeader } from '../../../protocol/headers/admin'
import { SlaveSyncResponseHeader } from '../../../protocol/headers/slave'
import { TIMER_TOPIC } from '../../../protocol/topicNames'
import { reply, replyBody, route } from '../../../remoting/route'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerFeature } from '../feature'
import { recallMessage, type RecallDeps } from './recallMessage'
import { timerHook } from './timerHook'
import { TimerMessageStore, type TimerDeps } from './timerMessageStore'

type Deps = TimerDeps &
  RecallDeps & { config: Pick<BrokerConfig, 'timerWheelEnable' | 'gantryTimerMaxPending'> }

export const timerMessage = (deps: Deps): BrokerFeature => {
  const { clock, config, store } = deps
  const timers = new TimerMessageStore(deps)
  const dataVersion = initialDataVersion(clock.now())
  return {
    beforePut: timerHook({ clock, config, pending: () => timers.size }),
    routes: [
      recallMessage(deps),
      route(RequestCode.GET_TIMER_CHECK_POINT, NoHeader, () => {
        const gantryLogEnd = store.stats.maxPhysicalOffset
        const body = encodeTimerCheckpoint(timers.checkpoint())
        return reply(SlaveSyncResponseHeader, { gantryLogEnd }, body)
      }),
      route(RequestCode.GET_TIMER_METRICS, NoHeader, () => {
        // RocketMQ counts by the topics the timers are for.
        const timingCount = { [TIMER_TOPIC]: { count: timers.size, timeStamp: clock.now() } }
        return replyBody(jsonBody({ dataVersion, timingCount }))
      })
    ],
    runtimeInfo: () => timers.runtimeInfo(),
    unwritten: () => ({ timerCheckpoint: timers.unwritten() }),
    start: () => timers.start()
  }
}
