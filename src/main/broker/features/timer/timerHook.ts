import type { Clock } from '../../../base/clock'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import type { MessageInner } from '../../../protocol/message/messageCodec'
import { getProperty, MessageConst } from '../../../protocol/message/properties'
import { RemotingError } from '../../../protocol/remotingCommand'
import { TIMER_TOPIC } from '../../../protocol/topicNames'
import type { BrokerConfig } from '../../brokerConfig'
import { mayBeParked, park } from '../../parkedMessage'
import type { PutMessageHook } from '../feature'
import { cancelCode, slotOf, timerCode } from './timerSlot'

interface Deps {
  clock: Pick<Clock, 'now'>
  config: Pick<
    BrokerConfig,
    'timerWheelEnable' | 'timerPrecisionMs' | 'timerMaxDelaySec' | 'gantryTimerMaxPending'
  >
  pending: () => number
}

/** What all timer properties begin with. */
const TIMER_PREFIX = 'TIMER_'

/** Parks messages that name a time. Java: HookUtils.transformTimerMessage. */
export const timerHook = (deps: Deps): PutMessageHook => {
  const { clock, config, pending } = deps

  const illegal = ({ topic }: MessageInner, what: string): RemotingError =>
    new RemotingError(
      ResponseCode.MESSAGE_ILLEGAL,
      `timer message illegal, the delay time should not be bigger than the max delay ${config.timerMaxDelaySec * 1000}ms; or if set del msg, the delay time should be bigger than the current time. The message for ${topic} ${what}`
    )

  /** Undefined: it names no time. Java: HookUtils.checkIfTimerMessage. */
  const deliverMsOf = (message: MessageInner, now: number): number | undefined => {
    const { properties } = message
    const read = (name: string): number | undefined => {
      const text = getProperty(properties, name)
      if (text === undefined) return undefined
      if (/^[+-]?\d{1,19}$/.test(text)) return Number(text)
      throw illegal(message, `has ${name}=${text.slice(0, 40)}: a whole number is expected`)
    }
    if (getProperty(properties, MessageConst.PROPERTY_TIMER_OUT_MS) !== undefined) return undefined
    const seconds = read(MessageConst.PROPERTY_TIMER_DELAY_SEC)
    if (seconds !== undefined) return now + seconds * 1000
    const delayMs = read(MessageConst.PROPERTY_TIMER_DELAY_MS)
    if (delayMs !== undefined) return now + delayMs
    return read(MessageConst.PROPERTY_TIMER_DELIVER_MS)
  }

  return (message) => {
    // Most messages have none, and this is on the way of all.
    if (message.topic === TIMER_TOPIC) return parkedBySender(message)
    if (!message.properties.includes(TIMER_PREFIX) || !mayBeParked(message)) return message
    const now = clock.now()
    const deliverMs = deliverMsOf(message, now)
    if (deliverMs === undefined) return message
    if (!config.timerWheelEnable)
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `accurate timer message is not enabled, timerWheelEnable is false; the message for ${message.topic} names a time`
      )
    const isCancel =
      getProperty(message.properties, MessageConst.PROPERTY_TIMER_DEL_UNIQKEY) !== undefined
    if (deliverMs <= now) {
      if (isCancel) throw illegal(message, 'cancels what is already due')
      return message
    }
    if (deliverMs - now > config.timerMaxDelaySec * 1000)
      throw illegal(message, `asks for ${deliverMs - now}ms; timerMaxDelaySec may be raised`)
    // What cancels finds room where nothing else does.
    if (pending() >= config.gantryTimerMaxPending * (isCancel ? 2 : 1))
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `timer message is under flow control, max num limit is ${config.gantryTimerMaxPending} (gantryTimerMaxPending): so many wait already; send again when some were delivered, or raise it`
      )
    const slot = slotOf(deliverMs, config.timerPrecisionMs)
    const parked = park(
      message,
      { topic: TIMER_TOPIC, queueId: 0 },
      { [MessageConst.PROPERTY_TIMER_OUT_MS]: String(slot) }
    )
    return { ...parked, tagsCode: isCancel ? cancelCode(slot) : timerCode(deliverMs) }
  }
}

/** A client may send to the timer's own topic, as with RocketMQ; without a time it is due at once, and given up. */
const parkedBySender = (message: MessageInner): MessageInner => {
  const slot = Number(getProperty(message.properties, MessageConst.PROPERTY_TIMER_OUT_MS) ?? 0)
  return { ...message, tagsCode: Number.isSafeInteger(slot) && slot >= 0 ? timerCode(slot + 1) : 0 }
}
