/** Messages at any time, GET_TIMER_CHECK_POINT (60) and RECALL_MESSAGE (370). Java: TimerMessageStore. */
import { RequestCode } from '../../../protocol/codes/requestCode'
import { NoHeader } from '../../../protocol/headers/admin'
import { writeLong } from '../../../protocol/message/messageCodec'
import { replyBody, route } from '../../../remoting/route'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerFeature } from '../feature'
import { recallMessage, type RecallDeps } from './recallMessage'
import { timerHook } from './timerHook'
import { TimerMessageStore, type TimerDeps } from './timerMessageStore'

type Deps = TimerDeps &
  RecallDeps & { config: Pick<BrokerConfig, 'timerWheelEnable' | 'gantryTimerMaxPending'> }

export const timerMessage = (deps: Deps): BrokerFeature => {
  const { clock, config } = deps
  const timers = new TimerMessageStore(deps)
  return {
    beforePut: timerHook({ clock, config, pending: () => timers.size }),
    routes: [
      recallMessage(deps),
      route(RequestCode.GET_TIMER_CHECK_POINT, NoHeader, () => replyBody(checkpointBody(timers)))
    ],
    runtimeInfo: () => timers.runtimeInfo(),
    unwritten: () => ({ timerCheckpoint: timers.unwritten() }),
    start: () => timers.start()
  }
}

/** Seven longs: read time, place in a log of timers (there is none here), two queue offsets, a data version. Java: TimerCheckpoint.encode. */
const checkpointBody = (timers: TimerMessageStore): Buffer => {
  const { readDue, queueOffset } = timers.checkpoint()
  const body = Buffer.alloc(56)
  const longs = [Math.max(0, readDue), 0, queueOffset, queueOffset, 0, 0, 0]
  longs.forEach((value, i) => writeLong(body, value, i * 8))
  return body
}
