/**
 * The stored message: one layout for the log, for PULL, QUERY and VIEW bodies. Java: MessageDecoder, CommitLog.
 */
import { crc32 } from 'node:zlib'
import type { HostAddress } from './host'
import { MessageSysFlag } from './sysFlag'

/** Topic length in one byte. */
export const MESSAGE_MAGIC_V1 = 0xdaa320a7 | 0
/** Topic length in two bytes; only for topics over 127 bytes. */
export const MESSAGE_MAGIC_V2 = 0xdaa320ab | 0

/** Bytes of a record without body, topic and properties: v1, both hosts IPv4. */
export const FIXED_BYTES_V1 = 91

/** Positions that need no parsing (both hosts IPv4 where behind them). */
export const MessagePosition = {
  TOTAL_SIZE: 0,
  MAGIC: 4,
  BODY_CRC: 8,
  QUEUE_ID: 12,
  FLAG: 16,
  QUEUE_OFFSET: 20,
  PHYSICAL_OFFSET: 28,
  SYS_FLAG: 36,
  BORN_TIMESTAMP: 40,
  BORN_HOST: 48
} as const

/** A message on its way into the store. Java: MessageExtBrokerInner. */
export interface MessageInner {
  topic: string
  queueId: number
  flag: number
  /** Host bits are set by the encoder from the addresses. */
  sysFlag: number
  bornTimestamp: number
  bornHost: HostAddress
  storeHost: HostAddress
  reconsumeTimes: number
  preparedTransactionOffset: number
  body: Buffer
  /** As on the wire: name 0x01 value 0x02 … */
  properties: string
  tagsCode: number
  /** The tag code becomes the time of storing plus so many milliseconds: when a message of a delay level is due. */
  deliverAfterMs?: number
}

/** Bytes its record takes, for counting: as if all of it were ASCII and both hosts IPv4, which costs nothing to tell. */
export const countedSize = ({
  topic,
  properties,
  body
}: Pick<MessageInner, 'topic' | 'properties' | 'body'>): number =>
  FIXED_BYTES_V1 + topic.length + properties.length + body.length

/** A message read back. Java: MessageExt. */
export interface StoredMessage {
  storeSize: number
  bodyCRC: number
  queueId: number
  flag: number
  queueOffset: number
  physicalOffset: number
  sysFlag: number
  bornTimestamp: number
  bornHost: HostAddress
  storeTimestamp: number
  storeHost: HostAddress
  reconsumeTimes: number
  preparedTransactionOffset: number
  /** As stored: compressed where sysFlag says so. */
  body: Buffer
  topic: string
  properties: string
}

/** CRC-32 (IEEE) with the top bit cleared, as RocketMQ stores it. */
export const bodyCrc32 = (body: Buffer): number => crc32(body) & 0x7fffffff

/** Its lengths once computed, so that sizing and writing do not measure twice. */
export interface MessageLayout {
  totalSize: number
  topicBytes: number
  propertiesBytes: number
}

export const layoutOf = (message: MessageInner): MessageLayout => {
  const topicBytes = Buffer.byteLength(message.topic)
  const propertiesBytes = Buffer.byteLength(message.properties)
  return {
    topicBytes,
    propertiesBytes,
    totalSize:
      FIXED_BYTES_V1 -
      8 +
      message.bornHost.ip.length +
      message.storeHost.ip.length +
      (topicBytes > 127 ? 1 : 0) +
      message.body.length +
      topicBytes +
      propertiesBytes
  }
}

/** Writes a long and returns the end. */
export const writeLong = (target: Buffer, value: number, at: number): number => {
  const high = Math.floor(value / 0x1_0000_0000)
  target.writeInt32BE(high, at)
  return target.writeUInt32BE(value - high * 0x1_0000_0000, at + 4)
}

/** A long as a number; beyond 2^53 it loses precision, which no offset or time reaches. */
export const readLong = (source: Buffer, at: number): number =>
  source.readInt32BE(at) * 0x1_0000_0000 + source.readUInt32BE(at + 4)

/** Writes one record at `at`; returns the end. `layout` must be of this message. */
export const encodeMessage = (
  message: MessageInner,
  layout: MessageLayout,
  place: { queueOffset: number; physicalOffset: number; storeTimestamp: number },
  target: Buffer,
  at: number
): number => {
  const v2 = layout.topicBytes > 127
  const hostFlags =
    (message.bornHost.ip.length === 16 ? MessageSysFlag.BORNHOST_V6_FLAG : 0) |
    (message.storeHost.ip.length === 16 ? MessageSysFlag.STOREHOSTADDRESS_V6_FLAG : 0)
  const cleared =
    message.sysFlag & ~(MessageSysFlag.BORNHOST_V6_FLAG | MessageSysFlag.STOREHOSTADDRESS_V6_FLAG)
  at = target.writeInt32BE(layout.totalSize, at)
  at = target.writeInt32BE(v2 ? MESSAGE_MAGIC_V2 : MESSAGE_MAGIC_V1, at)
  at = target.writeInt32BE(bodyCrc32(message.body), at)
  at = target.writeInt32BE(message.queueId, at)
  at = target.writeInt32BE(message.flag, at)
  at = writeLong(target, place.queueOffset, at)
  at = writeLong(target, place.physicalOffset, at)
  at = target.writeInt32BE(cleared | hostFlags, at)
  at = writeLong(target, message.bornTimestamp, at)
  at += message.bornHost.ip.copy(target, at)
  at = target.writeInt32BE(message.bornHost.port, at)
  at = writeLong(target, place.storeTimestamp, at)
  at += message.storeHost.ip.copy(target, at)
  at = target.writeInt32BE(message.storeHost.port, at)
  at = target.writeInt32BE(message.reconsumeTimes, at)
  at = writeLong(target, message.preparedTransactionOffset, at)
  at = target.writeInt32BE(message.body.length, at)
  at += message.body.copy(target, at)
  at = v2 ? target.writeInt16BE(layout.topicBytes, at) : target.writeUInt8(layout.topicBytes, at)
  at += target.write(message.topic, at)
  at = target.writeInt16BE(layout.propertiesBytes, at)
  return at + target.write(message.properties, at)
}

/**
 * Reads the record at `at`. Buffers of the result are views into `source`.
 * @throws RangeError when the bytes there are no whole record.
 */
export const decodeMessage = (source: Buffer, at = 0): StoredMessage => {
  const start = at
  const storeSize = source.readInt32BE(at)
  const magic = source.readInt32BE(at + MessagePosition.MAGIC)
  if (magic !== MESSAGE_MAGIC_V1 && magic !== MESSAGE_MAGIC_V2)
    throw new RangeError(`no message at byte ${start}: magic ${magic >>> 0}`)
  if (storeSize < FIXED_BYTES_V1 || start + storeSize > source.length)
    throw new RangeError(`message at byte ${start} claims ${storeSize} bytes`)
  const sysFlag = source.readInt32BE(at + MessagePosition.SYS_FLAG)
  at += MessagePosition.BORN_HOST
  const host = (v6: boolean): HostAddress => {
    const ipEnd = at + (v6 ? 16 : 4)
    const value = { ip: source.subarray(at, ipEnd), port: source.readInt32BE(ipEnd) }
    at = ipEnd + 4
    return value
  }
  const bornHost = host((sysFlag & MessageSysFlag.BORNHOST_V6_FLAG) !== 0)
  const storeTimestamp = readLong(source, at)
  at += 8
  const storeHost = host((sysFlag & MessageSysFlag.STOREHOSTADDRESS_V6_FLAG) !== 0)
  const reconsumeTimes = source.readInt32BE(at)
  const preparedTransactionOffset = readLong(source, at + 4)
  const bodyLength = source.readInt32BE(at + 12)
  at += 16
  const end = start + storeSize
  const take = (length: number, what: string): Buffer => {
    if (length < 0 || at + length > end)
      throw new RangeError(`message at byte ${start}: bad ${what} length`)
    const bytes = source.subarray(at, at + length)
    at += length
    return bytes
  }
  const body = take(bodyLength, 'body')
  const topicLength = magic === MESSAGE_MAGIC_V2 ? source.readInt16BE(at) : source.readUInt8(at)
  at += magic === MESSAGE_MAGIC_V2 ? 2 : 1
  const topic = take(topicLength, 'topic').toString('utf8')
  const propertiesLength = source.readInt16BE(at)
  at += 2
  const properties = take(propertiesLength, 'properties').toString('utf8')
  return {
    storeSize,
    bodyCRC: source.readInt32BE(start + MessagePosition.BODY_CRC),
    queueId: source.readInt32BE(start + MessagePosition.QUEUE_ID),
    flag: source.readInt32BE(start + MessagePosition.FLAG),
    queueOffset: readLong(source, start + MessagePosition.QUEUE_OFFSET),
    physicalOffset: readLong(source, start + MessagePosition.PHYSICAL_OFFSET),
    sysFlag,
    bornTimestamp: readLong(source, start + MessagePosition.BORN_TIMESTAMP),
    bornHost,
    storeTimestamp,
    storeHost,
    reconsumeTimes,
    preparedTransactionOffset,
    body,
    topic,
    properties
  }
}

/** A body of concatenated records, walked by their sizes. @throws RangeError where it is no such body. */
export const decodeMessages = (body: Buffer): StoredMessage[] => {
  const messages: StoredMessage[] = []
  for (let at = 0; at < body.length;) {
    const message = decodeMessage(body, at)
    messages.push(message)
    at += message.storeSize
  }
  return messages
}
