/** Bodies of pop and of its mode: 200151, 400, 401. */
import { ResponseCode } from '../codes/responseCode'
import { RemotingError } from '../remotingCommand'
import { messageQueue, type MessageQueue } from './messageQueue'
import { asObject, numberOf, objectsOf, textOf, type Json } from './read'

/** Acks of one pop from one queue. Java: BatchAck. */
export interface BatchAck {
  consumerGroup: string
  /** The one the client consumes, not the retry topic. */
  topic: string
  retry: string
  startOffset: number
  queueId: number
  reviveQueueId: number
  popTime: number
  invisibleTime: number
  /** Queue offsets that are acknowledged. */
  offsets: number[]
}

/** Longest bit set read, in bytes: far more than the 32 messages of a pop. */
const MAX_BIT_SET_BYTES = 8192

/** Java: BitSet.toByteArray, in Base64: bit i is bit i % 8 of byte i / 8. */
const readBitSet = (value: unknown, startOffset: number): number[] => {
  const bytes = Buffer.from(textOf(value).slice(0, MAX_BIT_SET_BYTES * 2), 'base64')
  const offsets: number[] = []
  bytes.forEach((byte, at) => {
    for (let bit = 0; bit < 8; bit++)
      if ((byte & (1 << bit)) !== 0) offsets.push(startOffset + at * 8 + bit)
  })
  return offsets
}

/** Short and long names are both read, as fastjson does. */
export const readBatchAcks = (body: Json): BatchAck[] =>
  objectsOf(body.acks).map((ack) => {
    const startOffset = numberOf(ack.so ?? ack.startOffset, 0)
    return {
      consumerGroup: textOf(ack.c ?? ack.consumerGroup),
      topic: textOf(ack.t ?? ack.topic),
      retry: textOf(ack.r ?? ack.retry, '0'),
      startOffset,
      queueId: numberOf(ack.q ?? ack.queueId, -1),
      reviveQueueId: numberOf(ack.rq ?? ack.reviveQueueId, 0),
      popTime: numberOf(ack.pt ?? ack.popTime, 0),
      invisibleTime: numberOf(ack.it ?? ack.invisibleTime, 0),
      offsets: readBitSet(ack.b ?? ack.bitSet, startOffset)
    }
  })

export type MessageRequestMode = 'PULL' | 'POP'

/** SET_MESSAGE_REQUEST_MODE (401). Java: SetMessageRequestModeRequestBody. */
export interface SetMessageRequestMode {
  topic: string
  consumerGroup: string
  mode: MessageRequestMode
  popShareQueueNum: number
}

/** @throws RemotingError INVALID_PARAMETER for another mode. */
export const readSetMessageRequestMode = (body: Json): SetMessageRequestMode => {
  const mode = textOf(body.mode, 'PULL')
  if (mode !== 'PULL' && mode !== 'POP')
    throw new RemotingError(
      ResponseCode.INVALID_PARAMETER,
      `"${mode.slice(0, 32)}" is no message request mode: use PULL or POP`
    )
  return {
    topic: textOf(body.topic),
    consumerGroup: textOf(body.consumerGroup),
    mode,
    popShareQueueNum: numberOf(body.popShareQueueNum, 0)
  }
}

/** GET_ALL_MESSAGE_REQUEST_MODE (402). Java: MessageRequestModeSerializeWrapper. */
export const readMessageRequestModes = (body: Json): SetMessageRequestMode[] =>
  Object.values(asObject(body.messageRequestModeMap) ?? {}).flatMap((groups) =>
    Object.values(asObject(groups) ?? {}).flatMap((mode) => {
      const fields = asObject(mode)
      return fields ? [readSetMessageRequestMode(fields)] : []
    })
  )

/** QUERY_ASSIGNMENT (400). Java: QueryAssignmentRequestBody. */
export interface QueryAssignment {
  topic: string
  consumerGroup: string
  clientId: string
  strategyName: string
  messageModel: string
}

export const readQueryAssignment = (body: Json): QueryAssignment => ({
  topic: textOf(body.topic),
  consumerGroup: textOf(body.consumerGroup),
  clientId: textOf(body.clientId),
  strategyName: textOf(body.strategyName, 'AVG'),
  messageModel: textOf(body.messageModel, 'CLUSTERING')
})

/** Java: QueryAssignmentResponseBody. No queues at all mean "keep what you have", an empty list "give up what you have". */
export const queryAssignmentJson = (
  queues: readonly MessageQueue[] | undefined,
  mode: MessageRequestMode
): object =>
  queues === undefined
    ? {}
    : {
        messageQueueAssignments: queues.map(({ topic, brokerName, queueId }) => ({
          messageQueue: messageQueue(topic, brokerName, queueId),
          mode
        }))
      }

/** A JSON record of our own in a message body; undefined where it is none. */
export const readRecord = (body: Buffer): Json | undefined => {
  try {
    return asObject(JSON.parse(body.toString('utf8')))
  } catch {
    return undefined
  }
}
