/** Properties straight out of a stored message's bytes. Java: MessageDecoder.decodeProperties. */
import {
  FIXED_BYTES_V1,
  MESSAGE_MAGIC_V2,
  MessagePosition
} from '../../protocol/message/messageCodec'
import { MessageSysFlag } from '../../protocol/message/sysFlag'

const NAME_VALUE_SEPARATOR = 1
const PROPERTY_SEPARATOR = 2
/** Of a record without body, topic and properties; both hosts IPv4: where its body length stands. */
const BODY_LENGTH_AT = FIXED_BYTES_V1 - 4 - 1 - 2

/** Where the properties of a whole stored message begin; they end with it. */
const propertiesAt = (message: Buffer): number => {
  const sysFlag = message.readInt32BE(MessagePosition.SYS_FLAG)
  let at = BODY_LENGTH_AT
  if ((sysFlag & MessageSysFlag.BORNHOST_V6_FLAG) !== 0) at += 12
  if ((sysFlag & MessageSysFlag.STOREHOSTADDRESS_V6_FLAG) !== 0) at += 12
  at += 4 + message.readInt32BE(at)
  at +=
    message.readInt32BE(MessagePosition.MAGIC) === MESSAGE_MAGIC_V2
      ? 2 + message.readInt16BE(at)
      : 1 + message.readUInt8(at)
  return at + 2
}

const isAt = (message: Buffer, at: number, name: Buffer): boolean => {
  for (let i = 0; i < name.length; i++) if (message[at + i] !== name[i]) return false
  return message[at + name.length] === NAME_VALUE_SEPARATOR
}

/** The last property of that name; an empty one is none. */
const storedProperty = (message: Buffer, from: number, name: Buffer): string | undefined => {
  let value: string | undefined
  for (let at = from; at < message.length;) {
    const valueAt = isAt(message, at, name) ? at + name.length + 1 : -1
    let end = Math.max(at, valueAt)
    while (end < message.length && message[end] !== PROPERTY_SEPARATOR) end++
    if (valueAt >= 0 && end > valueAt) value = message.toString('utf8', valueAt, end)
    at = end + 1
  }
  return value
}

/** One property of a whole stored message. */
export const propertyOfStored = (message: Buffer, name: string): string | undefined =>
  storedProperty(message, propertiesAt(message), Buffer.from(name))

/** The properties of one message at a time, each read when it is asked for, once. */
export class StoredProperties {
  private readonly names: readonly Buffer[]
  private readonly values: (string | undefined)[]
  private readonly isRead: boolean[]
  private message: Buffer = Buffer.alloc(0)
  private from = 0

  constructor(names: Iterable<string>) {
    this.names = [...names].map((name) => Buffer.from(name))
    this.values = this.names.map(() => undefined)
    this.isRead = this.names.map(() => false)
  }

  turnTo(message: Buffer): void {
    this.message = message
    this.from = propertiesAt(message)
    this.isRead.fill(false)
  }

  /** Of the name given `index`-th. */
  get(index: number): string | undefined {
    if (!this.isRead[index]) {
      this.isRead[index] = true
      this.values[index] = storedProperty(this.message, this.from, this.names[index]!)
    }
    return this.values[index]
  }
}
