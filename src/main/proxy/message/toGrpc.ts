/** Stored messages as gRPC clients read them. Java: GrpcConverter.buildMessage. */
import { hash } from 'node:crypto'
import { formatHost, parseAddress, type HostAddress } from '../../protocol/message/host'
import { inflate } from '../../protocol/message/inflate'
import { InflateError } from '../../protocol/message/inflateError'
import type { StoredMessage } from '../../protocol/message/messageCodec'
import { createMessageId } from '../../protocol/message/messageId'
import { MessageConst, parseProperties } from '../../protocol/message/properties'
import { compressionOf } from '../../protocol/message/sysFlag'
import { groupOfDlqTopic, isDlqTopic, popRetryTopicOf } from '../../protocol/topicNames'
import { DigestType, Encoding, MessageType } from '../v2/enums'
import type { DeadLetterQueue, Digest, Message, SystemProperties } from '../v2/messages'
import { reservedProperties } from './reservedProperties'
import { duration, timestamp } from './times'

/** A compressed body goes out as it is stored when it would be larger than this. */
export const MAX_INFLATED_BYTES = 16 * 1024 * 1024

/** What a delivery adds to what is stored. */
export interface Delivery {
  /** The one the client consumes, whatever topic the message came back through. */
  topic: string
  receiptHandle: string
  invisibleMs: number
}

type Properties = ReadonlyMap<string, string>

const isGzip = (body: Buffer): boolean => body[0] === 0x1f && body[1] === 0x8b

/** Clients read gzip only, some not even that: what classic producers compressed is inflated where it can be. */
const bodyOf = ({ body, sysFlag }: StoredMessage): { body: Buffer; bodyEncoding: number } => {
  const compression = compressionOf(sysFlag)
  if (compression === 'none') return { body, bodyEncoding: Encoding.IDENTITY }
  if (isGzip(body)) return { body, bodyEncoding: Encoding.GZIP }
  try {
    return {
      body: inflate(body, compression, MAX_INFLATED_BYTES),
      bodyEncoding: Encoding.IDENTITY
    }
  } catch (error) {
    if (!(error instanceof InflateError)) throw error
    return { body, bodyEncoding: Encoding.GZIP }
  }
}

/** The one digest that all clients read alike. */
const digestOf = (body: Buffer): Digest => ({
  type: DigestType.MD5,
  checksum: hash('md5', body, 'hex').toUpperCase()
})

const typeOf = (properties: Properties): number => {
  if (properties.get(MessageConst.PROPERTY_TRANSACTION_PREPARED) === 'true')
    return MessageType.TRANSACTION
  const isDelayed =
    properties.has(MessageConst.PROPERTY_DELAY_TIME_LEVEL) ||
    properties.has(MessageConst.PROPERTY_TIMER_DELIVER_MS) ||
    properties.has(MessageConst.PROPERTY_TIMER_DELAY_SEC) ||
    properties.has(MessageConst.PROPERTY_TIMER_DELAY_MS)
  if (isDelayed) return MessageType.DELAY
  return properties.has(MessageConst.PROPERTY_SHARDING_KEY) ? MessageType.FIFO : MessageType.NORMAL
}

const numberIn = (properties: Properties, name: string): number | undefined => {
  const value = Number(properties.get(name) ?? NaN)
  return Number.isSafeInteger(value) ? value : undefined
}

/** When a delayed message was due, in ms; undefined for delay levels, whose length the broker knows. */
const dueOf = (properties: Properties, bornTimestamp: number): number | undefined => {
  const due =
    numberIn(properties, MessageConst.PROPERTY_TIMER_DELIVER_MS) ??
    numberIn(properties, MessageConst.PROPERTY_TIMER_OUT_MS)
  if (due !== undefined) return due
  const seconds = numberIn(properties, MessageConst.PROPERTY_TIMER_DELAY_SEC)
  const delayMs = seconds === undefined ? numberIn(properties, MessageConst.PROPERTY_TIMER_DELAY_MS) : seconds * 1000 // prettier-ignore
  return delayMs === undefined ? undefined : bornTimestamp + delayMs
}

/** Where a dead letter died. RocketMQ's brokers keep it in properties of sending back, which its proxy does not look at. */
const originOf = (stored: StoredMessage, properties: Properties): DeadLetterQueue | undefined => {
  const topic = properties.get(MessageConst.PROPERTY_DLQ_ORIGIN_TOPIC)
  const messageId = properties.get(MessageConst.PROPERTY_DLQ_ORIGIN_MESSAGE_ID)
  if (topic !== undefined && messageId !== undefined) return { topic, messageId }
  const died = properties.get(MessageConst.PROPERTY_RETRY_TOPIC)
  if (died === undefined || !isDlqTopic(stored.topic)) return undefined
  const poppedBack = popRetryTopicOf('', groupOfDlqTopic(stored.topic))
  return {
    topic: died.startsWith(poppedBack) ? died.slice(poppedBack.length) : died,
    messageId: messageIdOf(stored, properties)
  }
}

/** The client's own, or of a message that has none the one that names its place. */
const messageIdOf = (stored: StoredMessage, properties: Properties): string =>
  properties.get(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX) ??
  createMessageId(stored.storeHost, stored.physicalOffset)

const keysOf = (properties: Properties): string[] => {
  const keys = properties.get(MessageConst.PROPERTY_KEYS)
  return keys === undefined ? [] : keys.split(' ').filter((key) => key !== '')
}

const ipOf = (host: HostAddress): string => parseAddress(formatHost(host))?.host ?? ''

/** What not every message has. */
const addOptional = (
  system: { -readonly [K in keyof SystemProperties]: SystemProperties[K] },
  stored: StoredMessage,
  properties: Properties
): void => {
  const tag = properties.get(MessageConst.PROPERTY_TAGS)
  if (tag !== undefined) system.tag = tag
  const messageGroup = properties.get(MessageConst.PROPERTY_SHARDING_KEY)
  if (messageGroup !== undefined) system.messageGroup = messageGroup
  const traceContext = properties.get(MessageConst.PROPERTY_TRACE_CONTEXT)
  if (traceContext !== undefined) system.traceContext = traceContext
  const due = dueOf(properties, stored.bornTimestamp)
  if (due !== undefined) system.deliveryTimestamp = timestamp(due)
  const immunity = numberIn(properties, MessageConst.PROPERTY_CHECK_IMMUNITY_TIME_IN_SECONDS)
  if (immunity !== undefined) system.orphanedTransactionRecoveryDuration = duration(immunity * 1000)
  const deadLetterQueue = originOf(stored, properties)
  if (deadLetterQueue) system.deadLetterQueue = deadLetterQueue
}

/** Without a delivery: what a server command shows a client. Never throws for what a program may have sent. */
export const toGrpcMessage = (stored: StoredMessage, delivery?: Delivery): Message => {
  const pairs = parseProperties(stored.properties)
  const properties: Properties = new Map(pairs)
  const { body, bodyEncoding } = bodyOf(stored)
  const systemProperties = {
    keys: keysOf(properties),
    messageId: messageIdOf(stored, properties),
    bodyDigest: digestOf(body),
    bodyEncoding,
    messageType: typeOf(properties),
    bornTimestamp: timestamp(stored.bornTimestamp),
    bornHost: properties.get(MessageConst.PROPERTY_BORN_HOST) ?? ipOf(stored.bornHost),
    storeTimestamp: timestamp(stored.storeTimestamp),
    storeHost: formatHost(stored.storeHost),
    queueId: stored.queueId,
    queueOffset: stored.queueOffset,
    deliveryAttempt: stored.reconsumeTimes + 1,
    receiptHandle: delivery?.receiptHandle,
    invisibleDuration: delivery && duration(delivery.invisibleMs)
  }
  addOptional(systemProperties, stored, properties)
  return {
    topic: { name: delivery?.topic ?? stored.topic },
    userProperties: Object.fromEntries(pairs.filter(([name]) => !reservedProperties.has(name))),
    systemProperties,
    body
  }
}
