/** What a producer gives back to cancel a timer message. Java: RecallMessageHandle. */
import { isRetryTopic, TIMER_TOPIC } from '../topicNames'
import type { MessageInner } from './messageCodec'
import { getProperty, MessageConst } from './properties'

export interface RecallMessageHandle {
  topic: string
  brokerName: string
  /** Text as it came: a time that cancels the slot it lies in. */
  timestamp: string
  uniqKey: string
}

/** URL-safe Base64 with its padding, as Java's encoder writes it. */
export const formatRecallHandle = (handle: RecallMessageHandle): string =>
  Buffer.from(`v1 ${handle.topic} ${handle.brokerName} ${handle.timestamp} ${handle.uniqKey}`)
    .toString('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_')

/** Undefined when the text is no such handle. */
export const parseRecallHandle = (text: string): RecallMessageHandle | undefined => {
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(text)) return undefined
  const [version, topic, brokerName, timestamp, uniqKey] = Buffer.from(text, 'base64url')
    .toString('utf8')
    .split(' ')
  if (version !== 'v1' || !topic || !brokerName || !timestamp || !uniqKey) return undefined
  return { topic, brokerName, timestamp, uniqKey }
}

/** The handle of a message as it is stored; undefined when it is not parked by a timer. Java: SendMessageProcessor.attachRecallHandle. */
export const recallHandleOf = (
  stored: Pick<MessageInner, 'topic' | 'properties'>,
  brokerName: string
): string | undefined => {
  if (stored.topic !== TIMER_TOPIC) return undefined
  const outMs = getProperty(stored.properties, MessageConst.PROPERTY_TIMER_OUT_MS)
  const topic = getProperty(stored.properties, MessageConst.PROPERTY_REAL_TOPIC)
  const uniqKey = getProperty(stored.properties, MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX) // prettier-ignore
  if (outMs === undefined || topic === undefined || uniqKey === undefined) return undefined
  if (isRetryTopic(topic)) return undefined
  // One more than the slot, which is rounded down: rounding it again gives the same slot.
  return formatRecallHandle({ topic, brokerName, timestamp: String(Number(outMs) + 1), uniqKey })
}
