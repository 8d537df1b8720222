import { ResponseCode } from '../../../protocol/codes/responseCode'
import { getProperty, MessageConst } from '../../../protocol/message/properties'
import { RemotingError } from '../../../protocol/remotingCommand'
import { RMQ_SYS_SCHEDULE_TOPIC } from '../../../protocol/topicNames'
import { mayBeParked, park } from '../../parkedMessage'
import type { PutMessageHook } from '../feature'

const DELAY = MessageConst.PROPERTY_DELAY_TIME_LEVEL

/** Parks messages with a delay level. Java: HookUtils.transformDelayLevelMessage. */
export const delayHook =
  (delays: readonly number[]): PutMessageHook =>
  (message) => {
    // Most messages have none, and this is on the way of all.
    if (!message.properties.includes(DELAY)) return message
    const text = getProperty(message.properties, DELAY)
    if (text === undefined || !mayBeParked(message)) return message
    const asked = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : NaN
    if (Number.isNaN(asked))
      throw new RemotingError(
        ResponseCode.MESSAGE_ILLEGAL,
        `the message for ${message.topic} has DELAY=${text.slice(0, 40)}: a delay level is a whole number from 1 to ${delays.length}`
      )
    if (asked <= 0) return message
    const level = Math.min(asked, delays.length)
    const place = { topic: RMQ_SYS_SCHEDULE_TOPIC, queueId: level - 1 }
    const parked = park(message, place, {
      ...(level !== asked && { [DELAY]: String(level) }),
      // A delay level wins over a timer. Java: HookUtils.checkIfTimerMessage.
      [MessageConst.PROPERTY_TIMER_DELIVER_MS]: undefined,
      [MessageConst.PROPERTY_TIMER_DELAY_SEC]: undefined,
      [MessageConst.PROPERTY_TIMER_DELAY_MS]: undefined
    })
    return { ...parked, deliverAfterMs: delays[level - 1]! }
  }
