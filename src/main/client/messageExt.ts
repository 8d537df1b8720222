import { createMessageId } from '../protocol/message/messageId'
import type { StoredMessage } from '../protocol/message/messageCodec'
import { getProperty, MessageConst, parseProperties } from '../protocol/message/properties'
import { inflate, type Compression } from '../protocol/message/inflate'
import { InflateError, type InflateProblem } from '../protocol/message/inflateError'
import { compressionOf } from '../protocol/message/sysFlag'

/** A compressed body is shown as stored when it would be larger than this. */
export const MAX_INFLATED_BYTES = 64 * 1024 * 1024

/** A stored message as programs see it. Java: MessageExt, MessageClientExt. */
export interface MessageExt extends Omit<StoredMessage, 'properties'> {
  brokerName: string
  /** UNIQ_KEY where the client set one, else the offset id. */
  msgId: string
  /** Names broker and commit-log offset; VIEW_MESSAGE_BY_ID takes it. */
  offsetMsgId: string
  tags: string
  keys: string
  properties: readonly (readonly [string, string])[]
  compression: Compression
  /** With compression other than `none`: false means `body` is as stored, because it could not be inflated. */
  isInflated: boolean
  /** Why not, with a compression other than `none`. */
  inflateProblem?: InflateProblem
}

/** What cannot be inflated stays as it is stored, with the reason. */
export const inflateBody = (
  body: Buffer,
  compression: Compression
): Pick<MessageExt, 'body' | 'isInflated' | 'inflateProblem'> => {
  if (compression === 'none') return { body, isInflated: false }
  try {
    return { body: inflate(body, compression, MAX_INFLATED_BYTES), isInflated: true }
  } catch (error) {
    if (!(error instanceof InflateError)) throw error
    return { body, isInflated: false, inflateProblem: error.problem }
  }
}

export const toMessageExt = (stored: StoredMessage, brokerName: string): MessageExt => {
  const compression = compressionOf(stored.sysFlag)
  const offsetMsgId = createMessageId(stored.storeHost, stored.physicalOffset)
  const property = (name: string): string | undefined => getProperty(stored.properties, name)
  return {
    ...stored,
    ...inflateBody(stored.body, compression),
    brokerName,
    msgId: property(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX) ?? offsetMsgId,
    offsetMsgId,
    tags: property(MessageConst.PROPERTY_TAGS) ?? '',
    keys: property(MessageConst.PROPERTY_KEYS) ?? '',
    properties: parseProperties(stored.properties),
    compression
  }
}
