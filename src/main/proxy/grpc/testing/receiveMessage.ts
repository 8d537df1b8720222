/** ReceiveMessage as bytes. */
import type { ReceiveMessageResponse } from '../../v2/messages'
import { receiveMessageCodecs } from '../../v2/methods'

/** A request. */
export const asked = receiveMessageCodecs.request.encode({ batchSize: 1 })

/** What came of one. */
export const received = (messages: readonly Buffer[]): ReceiveMessageResponse[] =>
  messages.map((bytes) => receiveMessageCodecs.response.decode(bytes))
