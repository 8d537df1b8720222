/** A message that may be wanted. Most are not: what costs is done when somebody asks for it. */
import type { MessageExt } from '../../client/messageExt'
import { toMessageExt } from '../../client/messageExt'
import type { StoredMessage } from '../../protocol/message/messageCodec'
import { compressionOf } from '../../protocol/message/sysFlag'

export interface Candidate {
  queueOffset: number
  storeTimestamp: number
  /** Inflated. */
  readonly body: Buffer
  readonly message: MessageExt
}

export const candidateOf = (stored: StoredMessage, brokerName: string): Candidate => {
  const { queueOffset, storeTimestamp } = stored
  let message: MessageExt | undefined
  const whole = (): MessageExt => (message ??= toMessageExt(stored, brokerName))
  return {
    ...{ queueOffset, storeTimestamp },
    get body() {
      return compressionOf(stored.sysFlag) === 'none' ? stored.body : whole().body
    },
    get message() {
      return whole()
    }
  }
}

export const knownCandidate = (message: MessageExt): Candidate => ({
  queueOffset: message.queueOffset,
  storeTimestamp: message.storeTimestamp,
  body: message.body,
  message
})
