/** What a message that waits in a system topic says of itself; pure. */
import type { ScheduledKind, ScheduledMessage } from '../../../shared/scheduledViews'
import type { MessageExt } from '../../client/messageExt'
import { formatProperties, MessageConst } from '../../protocol/message/properties'
import { recallHandleOf } from '../../protocol/message/recallMessageHandle'
import { isRetryTopic, RMQ_SYS_SCHEDULE_TOPIC, TIMER_TOPIC } from '../../protocol/topicNames'
import { messageSummary } from '../messageView'

/** Of timerPrecisionMs; a slot ends so long after it begins. */
const SLOT_MS = 1000

export const propertiesOf = (message: MessageExt): ReadonlyMap<string, string> =>
  new Map(message.properties)

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined

/** When a timer message is due, on the cluster's clock; one that says nothing is due at once. */
export const timerDueAt = (message: MessageExt): number => {
  const properties = propertiesOf(message)
  const read = (name: string): number | undefined => numberOf(properties.get(name))
  const slot = read(MessageConst.PROPERTY_TIMER_OUT_MS)
  const seconds = read(MessageConst.PROPERTY_TIMER_DELAY_SEC)
  const delayMs =
    seconds === undefined ? read(MessageConst.PROPERTY_TIMER_DELAY_MS) : seconds * 1000
  const isRolled = read(MessageConst.PROPERTY_TIMER_ROLL_TIMES) !== undefined
  // One that was stored again counts from its first time; only its slot tells that.
  if (delayMs !== undefined && !isRolled) return message.storeTimestamp + delayMs
  return (
    (delayMs === undefined ? read(MessageConst.PROPERTY_TIMER_DELIVER_MS) : undefined) ??
    (slot === undefined ? 0 : slot + SLOT_MS)
  )
}

/** The handle its producer got; undefined where none can be made. */
export const handleOf = (message: MessageExt): string | undefined =>
  recallHandleOf(
    { topic: message.topic, properties: formatProperties(message.properties) },
    message.brokerName
  )

/** The unique key of the message it cancels, of a message that cancels one. 4.x wrote no topic before it. */
export const cancelledKeyOf = (message: MessageExt): string | undefined => {
  const key = propertiesOf(message).get(MessageConst.PROPERTY_TIMER_DEL_UNIQKEY)
  return key?.slice(key.indexOf('+') + 1)
}

const kindOf = (topic: string, target: string): ScheduledKind => {
  if (isRetryTopic(target)) return 'retry'
  if (topic === RMQ_SYS_SCHEDULE_TOPIC) return 'delay'
  return topic === TIMER_TOPIC ? 'timer' : 'half'
}

/** Undefined where it does not say where it goes: nobody will get it. */
export const scheduledMessage = (
  message: MessageExt,
  delays: readonly number[]
): ScheduledMessage | undefined => {
  const properties = propertiesOf(message)
  const target = properties.get(MessageConst.PROPERTY_REAL_TOPIC)
  if (target === undefined) return undefined
  const { topic } = message
  const kind = kindOf(topic, target)
  const level = topic === RMQ_SYS_SCHEDULE_TOPIC ? message.queueId + 1 : undefined
  const delayMs = level === undefined ? undefined : delays[level - 1]
  const dueAt =
    topic === TIMER_TOPIC
      ? timerDueAt(message)
      : delayMs === undefined
        ? undefined
        : message.storeTimestamp + delayMs
  const checkTimes = numberOf(properties.get(MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES)) ?? 0
  return {
    ...messageSummary(message),
    ...{ kind, target },
    ...(dueAt !== undefined && { dueAt }),
    ...(level !== undefined && { level }),
    ...(kind === 'half' && { checkTimes }),
    reconsumeTimes: message.reconsumeTimes,
    producerGroup: properties.get(MessageConst.PROPERTY_PRODUCER_GROUP) ?? '',
    isRecallable: handleOf(message) !== undefined
  }
}
