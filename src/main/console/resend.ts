/** A stored message sent again as if by its producer. */
import type { Message } from '../client/message'
import type { MessageExt } from '../client/messageExt'
import { MessageConst } from '../protocol/message/properties'

/** What brokers and clients write into a message on its way; a new one begins without. */
const ofTheWay: ReadonlySet<string> = new Set([
  MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX,
  MessageConst.PROPERTY_DELAY_TIME_LEVEL,
  MessageConst.PROPERTY_RETRY_TOPIC,
  MessageConst.PROPERTY_ORIGIN_MESSAGE_ID,
  MessageConst.PROPERTY_REAL_TOPIC,
  MessageConst.PROPERTY_REAL_QUEUE_ID,
  MessageConst.PROPERTY_TRANSACTION_PREPARED,
  MessageConst.PROPERTY_TRANSACTION_ID,
  MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES,
  MessageConst.PROPERTY_TRANSACTION_PREPARED_QUEUE_OFFSET,
  MessageConst.PROPERTY_CHECK_IMMUNITY_TIME_IN_SECONDS,
  MessageConst.PROPERTY_PRODUCER_GROUP,
  MessageConst.PROPERTY_CLUSTER,
  MessageConst.PROPERTY_MSG_REGION,
  MessageConst.PROPERTY_TRACE_SWITCH,
  MessageConst.PROPERTY_TIMER_DELAY_SEC,
  MessageConst.PROPERTY_TIMER_DELAY_MS,
  MessageConst.PROPERTY_TIMER_DELIVER_MS,
  MessageConst.PROPERTY_TIMER_OUT_MS,
  MessageConst.PROPERTY_TIMER_ENQUEUE_MS,
  MessageConst.PROPERTY_TIMER_DEQUEUE_MS,
  MessageConst.PROPERTY_TIMER_ROLL_TIMES,
  MessageConst.PROPERTY_TIMER_DEL_UNIQKEY,
  MessageConst.PROPERTY_BORN_TIMESTAMP,
  MessageConst.PROPERTY_RECONSUME_TIME,
  MessageConst.PROPERTY_MAX_RECONSUME_TIMES,
  MessageConst.PROPERTY_POP_CK,
  MessageConst.PROPERTY_FIRST_POP_TIME,
  MessageConst.PROPERTY_BORN_HOST,
  MessageConst.PROPERTY_DLQ_ORIGIN_TOPIC,
  MessageConst.PROPERTY_DLQ_ORIGIN_MESSAGE_ID,
  // Set by every consumer that got it.
  'CONSUME_START_TIME',
  'MIN_OFFSET',
  'MAX_OFFSET'
])

/** A new message with the body, the keys, the tag and the user's own properties of `message`. */
export const copyOf = (message: MessageExt, topic: string): Message => ({
  topic,
  body: message.body,
  tags: message.tags,
  keys: message.keys,
  flag: message.flag,
  properties: message.properties.filter(([name]) => !ofTheWay.has(name))
})
