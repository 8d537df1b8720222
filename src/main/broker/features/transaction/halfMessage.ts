/** What a half message is and what becomes of it; pure. Java: TransactionalMessageBridge, EndTransactionProcessor. */
import type { HostAddress } from '../../../protocol/message/host'
import {
  decodeMessage,
  encodeMessage,
  layoutOf,
  type MessageInner,
  type StoredMessage
} from '../../../protocol/message/messageCodec'
import {
  formatProperties,
  getProperty,
  MessageConst,
  parseProperties
} from '../../../protocol/message/properties'
import { MessageSysFlag, transactionType } from '../../../protocol/message/sysFlag'
import { tagsCodeOf } from '../../../protocol/message/tagsCode'
import {
  isNotAllowedSendTopic,
  RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC,
  TIMER_TOPIC
} from '../../../protocol/topicNames'

/** All half messages, and all op messages, are in the first queue of their topic. */
export const TRANSACTION_QUEUE_ID = 0

const PREPARED = `${MessageConst.PROPERTY_TRANSACTION_PREPARED}\u0001`

/** Is it to wait for its commit? A copy that the broker itself stores of a committed message is not. */
export const isHalfMessage = ({
  topic,
  properties,
  reconsumeTimes,
  sysFlag
}: MessageInner): boolean => {
  // Asked of every message stored; nearly none has the name.
  if (!properties.includes(PREPARED)) return false
  if (transactionType(sysFlag) === MessageSysFlag.TRANSACTION_COMMIT_TYPE) return false
  // Another feature has parked it: a delayed message whose sysFlag did not say that it is prepared.
  if (isNotAllowedSendTopic(topic) || topic === TIMER_TOPIC) return false
  const prepared = getProperty(properties, MessageConst.PROPERTY_TRANSACTION_PREPARED)
  if (prepared?.toLowerCase() !== 'true') return false
  // Clients before 4.6.1 send back what they failed to consume with the properties it had.
  const level = Number(getProperty(properties, MessageConst.PROPERTY_DELAY_TIME_LEVEL) ?? 0)
  return !(reconsumeTimes > 0 && level > 0)
}

/** Only a broker may set these on a half message; and a half message is never delayed. */
const dropped: readonly string[] = [
  MessageConst.PROPERTY_TRANSACTION_ID,
  MessageConst.PROPERTY_REAL_TOPIC,
  MessageConst.PROPERTY_REAL_QUEUE_ID,
  MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES,
  MessageConst.PROPERTY_TRANSACTION_PREPARED_QUEUE_OFFSET,
  MessageConst.PROPERTY_DELAY_TIME_LEVEL,
  MessageConst.PROPERTY_TIMER_DELAY_SEC,
  MessageConst.PROPERTY_TIMER_DELAY_MS,
  MessageConst.PROPERTY_TIMER_DELIVER_MS
]

const without = (properties: string, names: readonly string[]): string =>
  names.some((name) => properties.includes(name))
    ? formatProperties(parseProperties(properties).filter(([name]) => !names.includes(name)))
    : properties

const withProperties = (
  properties: string,
  added: readonly (readonly [string, string])[]
): string =>
  properties +
  (properties === '' || properties.endsWith('\u0002') ? '' : '\u0002') +
  formatProperties(added)

/** As it is parked until its transaction ends. Java: parseHalfMessageInner. */
export const parkedHalf = (message: MessageInner): MessageInner => {
  const uniqKey = MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX
  return {
    ...message,
    topic: RMQ_SYS_TRANS_HALF_TOPIC,
    queueId: TRANSACTION_QUEUE_ID,
    sysFlag: message.sysFlag & ~MessageSysFlag.TRANSACTION_ROLLBACK_TYPE,
    properties: withProperties(without(message.properties, dropped), [
      [MessageConst.PROPERTY_TRANSACTION_ID, getProperty(message.properties, uniqKey) ?? ''],
      [MessageConst.PROPERTY_REAL_TOPIC, message.topic],
      [MessageConst.PROPERTY_REAL_QUEUE_ID, String(message.queueId)]
    ])
  }
}

/** A half message read back, or one given up. */
export interface HalfMessage {
  readonly stored: StoredMessage
  readonly realTopic: string
  readonly realQueueId: number
  readonly producerGroup: string | undefined
  readonly uniqKey: string | undefined
  /** How often its producers were asked. */
  readonly checkTimes: number
  /** Queue offset of its first copy: what all copies of one transaction share. */
  readonly firstOffset: number
  /** CHECK_IMMUNITY_TIME_IN_SECONDS; undefined without one, and when it is no number. */
  readonly immunityMs: number | undefined
}

/** Undefined when `record` is not of `topic`, or of no real topic. Buffers are views into `record`. */
export const readHalf = (
  record: Buffer | undefined,
  topic: string = RMQ_SYS_TRANS_HALF_TOPIC
): HalfMessage | undefined => {
  const stored = record && decodeMessage(record)
  if (stored?.topic !== topic) return undefined
  const { properties } = stored
  // Read with each end: most names are not there, which one native search tells.
  const property = (name: string): string | undefined =>
    properties.includes(name) ? getProperty(properties, name) : undefined
  const number = (name: string): number | undefined => {
    const text = property(name)
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
  }
  const realTopic = property(MessageConst.PROPERTY_REAL_TOPIC)
  const realQueueId = number(MessageConst.PROPERTY_REAL_QUEUE_ID)
  if (realTopic === undefined || realQueueId === undefined) return undefined
  const immunity = number(MessageConst.PROPERTY_CHECK_IMMUNITY_TIME_IN_SECONDS)
  return {
    ...{ stored, realTopic, realQueueId },
    producerGroup: property(MessageConst.PROPERTY_PRODUCER_GROUP),
    uniqKey: property(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX),
    checkTimes: number(MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES) ?? 0,
    firstOffset:
      number(MessageConst.PROPERTY_TRANSACTION_PREPARED_QUEUE_OFFSET) ?? stored.queueOffset,
    immunityMs: immunity === undefined ? undefined : immunity * 1000
  }
}

/** How long nobody asks its producers, in ms from its first copy on. Java: getImmunityTime. */
export const checkImmunityTime = (
  { immunityMs }: Pick<HalfMessage, 'immunityMs'>,
  transactionTimeOut: number
): number => immunityMs ?? transactionTimeOut

const innerOf = ({ stored }: HalfMessage, storeHost: HostAddress): MessageInner => ({
  topic: stored.topic,
  queueId: stored.queueId,
  flag: stored.flag,
  sysFlag: stored.sysFlag,
  bornTimestamp: stored.bornTimestamp,
  bornHost: stored.bornHost,
  storeHost,
  reconsumeTimes: stored.reconsumeTimes,
  preparedTransactionOffset: stored.preparedTransactionOffset,
  body: stored.body,
  properties: stored.properties,
  tagsCode: tagsCodeOf(getProperty(stored.properties, MessageConst.PROPERTY_TAGS))
})

const FIRST_OFFSET = [MessageConst.PROPERTY_TRANSACTION_PREPARED_QUEUE_OFFSET]

/** What consumers get: in its real place, with the properties of the half message. Java: endMessageTransaction. */
export const committed = (half: HalfMessage, storeHost: HostAddress): MessageInner => {
  const inner = innerOf(half, storeHost)
  return {
    ...inner,
    topic: half.realTopic,
    queueId: half.realQueueId,
    sysFlag:
      (inner.sysFlag & ~MessageSysFlag.TRANSACTION_ROLLBACK_TYPE) |
      MessageSysFlag.TRANSACTION_COMMIT_TYPE,
    preparedTransactionOffset: half.stored.physicalOffset,
    properties: without(inner.properties, FIRST_OFFSET)
  }
}

/** The copy that takes its place at the end of the half queue. Java: renewHalfMessageInner. */
export const renewed = (
  half: HalfMessage,
  checkTimes: number,
  storeHost: HostAddress
): MessageInner => {
  const inner = innerOf(half, storeHost)
  const names = [MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES, ...FIRST_OFFSET]
  const added = [
    ...(checkTimes > 0
      ? [[MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES, String(checkTimes)] as const]
      : []),
    [MessageConst.PROPERTY_TRANSACTION_PREPARED_QUEUE_OFFSET, String(half.firstOffset)] as const
  ]
  return { ...inner, properties: withProperties(without(inner.properties, names), added) }
}

/** One given up that is to be checked again, as if it came now. Java: resumeCheckHalfMessage. */
export const resumed = (half: HalfMessage, storeHost: HostAddress): MessageInner => {
  const inner = innerOf(half, storeHost)
  const names = [MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES, ...FIRST_OFFSET]
  return {
    ...inner,
    topic: RMQ_SYS_TRANS_HALF_TOPIC,
    queueId: TRANSACTION_QUEUE_ID,
    preparedTransactionOffset: 0,
    properties: without(inner.properties, names)
  }
}

/** Where it ends when nobody knows; it names its half message as a committed one does. Java: toMessageExtBrokerInner. */
export const discarded = (half: HalfMessage, storeHost: HostAddress): MessageInner => {
  const inner = innerOf(half, storeHost)
  return {
    ...inner,
    topic: RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC,
    queueId: TRANSACTION_QUEUE_ID,
    preparedTransactionOffset: half.stored.physicalOffset,
    properties: without(inner.properties, FIRST_OFFSET)
  }
}

/** The body of CHECK_TRANSACTION_STATE: the half message as one of its real topic. */
export const checkBody = (half: HalfMessage): Buffer => {
  const inner = innerOf(half, half.stored.storeHost)
  const message: MessageInner = {
    ...inner,
    topic: half.realTopic,
    queueId: half.realQueueId,
    properties: without(inner.properties, FIRST_OFFSET)
  }
  const layout = layoutOf(message)
  const body = Buffer.allocUnsafe(layout.totalSize)
  encodeMessage(message, layout, half.stored, body, 0)
  return body
}
