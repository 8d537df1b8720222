/** Messages stored elsewhere until their time comes: delay levels and timers. */
import type { StoredMessage, MessageInner } from '../protocol/message/messageCodec'
import { getProperty, MessageConst, withProperties } from '../protocol/message/properties'
import { MessageSysFlag, transactionType } from '../protocol/message/sysFlag'
import { tagsCodeOf } from '../protocol/message/tagsCode'
import { RMQ_SYS_TRANS_HALF_TOPIC } from '../protocol/topicNames'

/** Half messages are delayed when they are committed, not before. Java: HookUtils.handleScheduleMessage. */
export const mayBeParked = ({ topic, sysFlag }: MessageInner): boolean => {
  const type = transactionType(sysFlag)
  return (
    topic !== RMQ_SYS_TRANS_HALF_TOPIC &&
    (type === MessageSysFlag.TRANSACTION_NOT_TYPE ||
      type === MessageSysFlag.TRANSACTION_COMMIT_TYPE)
  )
}

/** The message as it waits in another topic, with where it belongs and what else is to be set in its properties. */
export const park = (
  message: MessageInner,
  place: Pick<MessageInner, 'topic' | 'queueId'>,
  properties: Readonly<Record<string, string | undefined>> = {}
): MessageInner => ({
  ...message,
  ...place,
  properties: withProperties(message.properties, {
    ...properties,
    [MessageConst.PROPERTY_REAL_TOPIC]: message.topic,
    [MessageConst.PROPERTY_REAL_QUEUE_ID]: String(message.queueId)
  })
})

/** The message it was, with the properties it has now; undefined where it does not say where it belongs. */
export const unpark = (stored: StoredMessage): MessageInner | undefined => {
  const { properties } = stored
  const topic = getProperty(properties, MessageConst.PROPERTY_REAL_TOPIC)
  const queueId = Number(getProperty(properties, MessageConst.PROPERTY_REAL_QUEUE_ID) ?? NaN)
  if (topic === undefined || !Number.isInteger(queueId) || queueId < 0) return undefined
  return {
    topic,
    queueId,
    flag: stored.flag,
    sysFlag: stored.sysFlag,
    bornTimestamp: stored.bornTimestamp,
    bornHost: stored.bornHost,
    storeHost: stored.storeHost,
    reconsumeTimes: stored.reconsumeTimes,
    preparedTransactionOffset: 0,
    body: stored.body,
    properties,
    tagsCode: tagsCodeOf(getProperty(properties, MessageConst.PROPERTY_TAGS))
  }
}
