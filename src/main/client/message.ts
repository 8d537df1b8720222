import { MAX_FRAME_BYTES } from '../protocol/frame'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  formatProperties,
  isPropertyText,
  MAX_PROPERTIES_BYTES,
  MessageConst
} from '../protocol/message/properties'
import { RemotingError } from '../protocol/remotingCommand'
import { invalidTopicReason } from '../protocol/topicNames'

/** What a program sends. Java: Message. */
export interface Message {
  topic: string
  body: Buffer
  tags?: string
  /** Separated by blanks, each is searchable. */
  keys?: string
  /** The user's own 32 bits. */
  flag?: number
  /** 1 to 18: delivered later. */
  delayTimeLevel?: number
  /** Stored, and delivered once its transaction is committed. */
  isHalf?: boolean
  /** The user's own; a name of `MessageConst` here loses to the field above. */
  properties?: Iterable<readonly [string, string]>
}

/** Largest body sent: a frame less room for its header. The broker's own limit is usually lower (maxMessageSize). */
export const MAX_BODY_BYTES = MAX_FRAME_BYTES - 128 * 1024

const illegal = (remark: string): RemotingError =>
  new RemotingError(ResponseCode.MESSAGE_ILLEGAL, remark)

/** The properties of a message on the wire, its UNIQ_KEY among them. @throws RemotingError MESSAGE_ILLEGAL. */
export const messageProperties = (
  message: Message,
  createUniqID: () => string
): { properties: string; uniqKey: string } => {
  const all = new Map<string, string>(message.properties ?? [])
  const set = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') all.set(name, String(value))
  }
  set(MessageConst.PROPERTY_KEYS, message.keys)
  set(MessageConst.PROPERTY_TAGS, message.tags)
  set(MessageConst.PROPERTY_DELAY_TIME_LEVEL, message.delayTimeLevel)
  const uniqKey = all.get(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX) ?? createUniqID()
  all.set(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, uniqKey)
  if (!all.has(MessageConst.PROPERTY_WAIT_STORE_MSG_OK))
    all.set(MessageConst.PROPERTY_WAIT_STORE_MSG_OK, 'true')
  for (const [name, value] of all)
    if (!isPropertyText(name) || !isPropertyText(value))
      throw illegal(
        `the property ${JSON.stringify(name)} contains U+0001 or U+0002, which separate properties; leave them out`
      )
  const properties = formatProperties(all)
  if (Buffer.byteLength(properties) > MAX_PROPERTIES_BYTES)
    throw illegal(
      `the properties have ${Buffer.byteLength(properties)} bytes, at most ${MAX_PROPERTIES_BYTES} are allowed`
    )
  return { properties, uniqKey }
}

/** Java: Validators.checkMessage. @throws RemotingError MESSAGE_ILLEGAL. */
export const checkMessage = (message: Message): void => {
  const reason = invalidTopicReason(message.topic)
  if (reason !== undefined) throw illegal(reason)
  if (message.body.length === 0) throw illegal('the message body is empty')
  if (message.body.length > MAX_BODY_BYTES)
    throw illegal(
      `the message body has ${message.body.length} bytes, a frame takes at most ${MAX_BODY_BYTES}`
    )
}
