/** Messages of gRPC producers as brokers store them, and as remoting consumers read them. Java: SendMessageActivity.buildMessage. */
import { formatProperties, isPropertyText, MessageConst } from '../../protocol/message/properties'
import { MessageSysFlag } from '../../protocol/message/sysFlag'
import { isRetryTopic } from '../../protocol/topicNames'
import type { TopicMessageType } from '../remote/metadata'
import { Encoding, MessageType } from '../v2/enums'
import type { Message, SystemProperties } from '../v2/messages'
import { millisOf } from './times'

/** What a send on the wire is made of. */
export interface ClassicMessage {
  topic: string
  sysFlag: number
  /** Milliseconds since the epoch. */
  bornTimestamp: number
  reconsumeTimes: number
  /** As on the wire. */
  properties: string
  /** By its properties, whatever it called itself. */
  messageType: TopicMessageType
  /** The client's own id. */
  messageId: string
  /** FIFO: all of one group are kept in order. */
  messageGroup: string | undefined
}

interface Sender {
  topic: string
  /** `host:port`. */
  remoteAddress: string
  /** Message time, ms. */
  now: number
}

/** The order keeps types apart. Java: TopicMessageType.parseFromMessageProperty. */
const typeOf = (properties: ReadonlyMap<string, string>): TopicMessageType => {
  if (properties.has(MessageConst.PROPERTY_TRANSACTION_PREPARED)) return 'TRANSACTION'
  if (properties.has(MessageConst.PROPERTY_TIMER_DELIVER_MS)) return 'DELAY'
  return properties.has(MessageConst.PROPERTY_SHARDING_KEY) ? 'FIFO' : 'NORMAL'
}

const sysFlagOf = ({ bodyEncoding, messageType }: SystemProperties): number =>
  (bodyEncoding === Encoding.GZIP ? MessageSysFlag.COMPRESSED_FLAG : 0) |
  (messageType === MessageType.TRANSACTION ? MessageSysFlag.TRANSACTION_PREPARED_TYPE : 0)

/** Hosts are the client's word for itself; one that cannot be a property is replaced by where it called from. */
const bornHostOf = (bornHost: string | undefined, remoteAddress: string): string =>
  bornHost !== undefined && bornHost.trim() !== '' && isPropertyText(bornHost)
    ? bornHost
    : remoteAddress

const propertiesOf = (
  message: Message,
  system: SystemProperties,
  { topic, remoteAddress, now }: Sender
): Map<string, string> => {
  const properties = new Map(Object.entries(message.userProperties ?? {}))
  const set = (name: string, value: string | number | null | undefined): void => {
    if (value !== undefined && value !== null && value !== '') properties.set(name, String(value))
  }
  set(MessageConst.PROPERTY_TAGS, system.tag)
  set(MessageConst.PROPERTY_KEYS, system.keys?.join(' '))
  set(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, system.messageId)
  if (system.messageType === MessageType.TRANSACTION) {
    set(MessageConst.PROPERTY_TRANSACTION_PREPARED, 'true')
    const recoveryMs = millisOf(system.orphanedTransactionRecoveryDuration)
    if (recoveryMs !== undefined)
      set(MessageConst.PROPERTY_CHECK_IMMUNITY_TIME_IN_SECONDS, Math.floor(Math.max(0, recoveryMs) / 1000)) // prettier-ignore
  }
  const deliverMs = millisOf(system.deliveryTimestamp)
  // What is due already is delivered at once; brokers read no negative time.
  if (deliverMs !== undefined) set(MessageConst.PROPERTY_TIMER_DELIVER_MS, Math.max(0, deliverMs))
  // Of a retry topic it travels in the header.
  if (!isRetryTopic(topic)) set(MessageConst.PROPERTY_RECONSUME_TIME, system.deliveryAttempt ?? 0)
  // The protocol knows no producer groups; its transactions are checked by the topic's name.
  set(MessageConst.PROPERTY_PRODUCER_GROUP, topic)
  set(MessageConst.PROPERTY_SHARDING_KEY, system.messageGroup)
  set(MessageConst.PROPERTY_TRACE_CONTEXT, system.traceContext)
  set(MessageConst.PROPERTY_BORN_HOST, bornHostOf(system.bornHost, remoteAddress))
  set(MessageConst.PROPERTY_BORN_TIMESTAMP, millisOf(system.bornTimestamp) ?? now)
  return properties
}

/** Of a message that `checkMessage` let pass. */
export const toClassic = (message: Message, sender: Sender): ClassicMessage => {
  const system = message.systemProperties ?? {}
  const properties = propertiesOf(message, system, sender)
  return {
    topic: sender.topic,
    sysFlag: sysFlagOf(system),
    bornTimestamp: millisOf(system.bornTimestamp) ?? sender.now,
    reconsumeTimes: isRetryTopic(sender.topic) ? (system.deliveryAttempt ?? 0) : 0,
    properties: formatProperties(properties),
    messageType: typeOf(properties),
    messageId: system.messageId ?? '',
    messageGroup: system.messageGroup || undefined
  }
}
