/** May a message be sent? In the order RocketMQ's proxy asks it. Java: SendMessageActivity.buildMessage. */
import { MAX_BODY_BYTES } from '../../client/message'
import { isPropertyText } from '../../protocol/message/properties'
import { reservedProperties } from '../message/reservedProperties'
import { millisOf } from '../message/times'
import type { ProxyConfig } from '../proxyConfig'
import { Code, StatusError } from '../v2/code'
import { MessageType } from '../v2/enums'
import type { Message, SystemProperties } from '../v2/messages'

/** In each number 0 is no limit, but for what a frame can take. */
export type MessageLimits = Pick<
  ProxyConfig,
  | 'enableMessageBodyEmptyCheck'
  | 'maxMessageSize'
  | 'userPropertyMaxNum'
  | 'maxUserPropertySize'
  | 'maxTransactionRecoverySecond'
  | 'maxDelayTimeMills'
  | 'maxMessageGroupSize'
>

const refuse = (code: Code, why: string): never => {
  throw new StatusError(code, why)
}

const isBeyond = (value: number, limit: number): boolean => limit > 0 && value > limit

/** Java: Character.isISOControl. */
const hasControlCharacter = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return true
  }
  return false
}

const isOnlyBlanks = (text: string): boolean => text !== '' && text.trim() === ''

/** A larger frame would cost everybody the connection to the broker, whatever is configured. */
export const bodyLimit = ({ maxMessageSize }: Pick<MessageLimits, 'maxMessageSize'>): number =>
  maxMessageSize > 0 ? Math.min(maxMessageSize, MAX_BODY_BYTES) : MAX_BODY_BYTES

const checkBody = (bytes: number, limits: MessageLimits): void => {
  if (bytes === 0 && limits.enableMessageBodyEmptyCheck)
    refuse(Code.MESSAGE_BODY_EMPTY, 'the message body is empty')
  if (bytes > bodyLimit(limits))
    refuse(
      Code.MESSAGE_BODY_TOO_LARGE,
      `the message body has ${bytes} bytes, at most ${bodyLimit(limits)} are taken (maxMessageSize)`
    )
}

/** Bytes of names and values. */
const checkUserProperties = (
  properties: Readonly<Record<string, string>>,
  { userPropertyMaxNum }: MessageLimits
): number => {
  const pairs = Object.entries(properties)
  if (isBeyond(pairs.length, userPropertyMaxNum))
    refuse(
      Code.MESSAGE_PROPERTIES_TOO_LARGE,
      `the message has ${pairs.length} user properties, at most ${userPropertyMaxNum} are taken (userPropertyMaxNum)`
    )
  let bytes = 0
  for (const [name, value] of pairs) {
    if (reservedProperties.has(name))
      refuse(
        Code.ILLEGAL_MESSAGE_PROPERTY_KEY,
        `the user property ${name} has a name that is RocketMQ's own; choose another`
      )
    if (hasControlCharacter(name) || hasControlCharacter(value))
      refuse(
        Code.ILLEGAL_MESSAGE_PROPERTY_KEY,
        `the user property ${JSON.stringify(name)} has a control character in its name or value`
      )
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  return bytes
}

const checkTag = (tag: string): number => {
  if (isOnlyBlanks(tag)) refuse(Code.ILLEGAL_MESSAGE_TAG, 'the tag is blank')
  if (tag.includes('|') || hasControlCharacter(tag))
    refuse(
      Code.ILLEGAL_MESSAGE_TAG,
      `the tag ${JSON.stringify(tag)} has a | or a control character`
    )
  return Buffer.byteLength(tag)
}

const checkKey = (key: string): number => {
  if (isOnlyBlanks(key)) refuse(Code.ILLEGAL_MESSAGE_KEY, 'a key of the message is blank')
  if (hasControlCharacter(key))
    refuse(Code.ILLEGAL_MESSAGE_KEY, `the key ${JSON.stringify(key)} has a control character`)
  return Buffer.byteLength(key)
}

const checkId = ({ messageId = '', traceContext }: SystemProperties): void => {
  if (messageId.trim() === '') refuse(Code.ILLEGAL_MESSAGE_ID, 'the message has no message_id')
  if (hasControlCharacter(messageId))
    refuse(Code.ILLEGAL_MESSAGE_ID, 'the message_id has a control character')
  // It becomes a property of the stored message.
  if (!isPropertyText(traceContext ?? ''))
    refuse(Code.ILLEGAL_MESSAGE_PROPERTY_KEY, 'the trace_context holds U+0001 or U+0002')
}

const checkTimes = (system: SystemProperties, limits: MessageLimits, now: number): void => {
  const { maxTransactionRecoverySecond, maxDelayTimeMills } = limits
  const recoveryMs = millisOf(system.orphanedTransactionRecoveryDuration) ?? 0
  if (
    system.messageType === MessageType.TRANSACTION &&
    isBeyond(Math.floor(recoveryMs / 1000), maxTransactionRecoverySecond)
  )
    refuse(
      Code.BAD_REQUEST,
      `a transaction is checked after ${maxTransactionRecoverySecond} s at the latest, not after ${recoveryMs / 1000} (maxTransactionRecoverySecond)`
    )
  const deliverMs = millisOf(system.deliveryTimestamp) ?? now
  if (isBeyond(deliverMs - now, maxDelayTimeMills))
    refuse(
      Code.ILLEGAL_DELIVERY_TIME,
      `the message is due in ${deliverMs - now} ms, at most ${maxDelayTimeMills} are taken (maxDelayTimeMills)`
    )
}

const checkMessageGroup = (group: string, { maxMessageGroupSize }: MessageLimits): void => {
  if (isOnlyBlanks(group)) refuse(Code.ILLEGAL_MESSAGE_GROUP, 'the message group is blank')
  if (isBeyond(Buffer.byteLength(group) + 1, maxMessageGroupSize))
    refuse(
      Code.ILLEGAL_MESSAGE_GROUP,
      `the message group has ${Buffer.byteLength(group)} bytes, fewer than ${maxMessageGroupSize} are taken (maxMessageGroupSize)`
    )
  if (hasControlCharacter(group))
    refuse(Code.ILLEGAL_MESSAGE_GROUP, 'the message group has a control character')
}

/** Everything but its topic. @param now message time, ms. @throws StatusError. */
export const checkMessage = (message: Message, limits: MessageLimits, now: number): void => {
  const system = message.systemProperties ?? {}
  checkBody(message.body?.length ?? 0, limits)
  let bytes = checkUserProperties(message.userProperties ?? {}, limits)
  bytes += checkTag(system.tag ?? '')
  for (const key of system.keys ?? []) bytes += checkKey(key)
  if (isBeyond(bytes, limits.maxUserPropertySize))
    refuse(
      Code.MESSAGE_PROPERTIES_TOO_LARGE,
      `user properties, tag and keys have ${bytes} bytes, at most ${limits.maxUserPropertySize} are taken (maxUserPropertySize)`
    )
  checkId(system)
  checkTimes(system, limits, now)
  checkMessageGroup(system.messageGroup ?? '', limits)
}
