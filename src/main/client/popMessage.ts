/** POP_MESSAGE (200050) as a call. Java: MQClientAPIImpl.popMessageAsync, processPopResponse. */
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { PopMessageRequestHeader, PopMessageResponseHeader } from '../protocol/headers/pop'
import {
  NORMAL_TOPIC,
  parseExtraInfo,
  RETRY_TOPIC,
  RETRY_TOPIC_V2,
  type ExtraInfo
} from '../protocol/extraInfo'
import { decodeMessages, type StoredMessage } from '../protocol/message/messageCodec'
import { getProperty, MessageConst } from '../protocol/message/properties'
import { RemotingError, type ExtFields, type RemotingCommand } from '../protocol/remotingCommand'
import { isRetryTopic, popRetryTopicV2Of } from '../protocol/topicNames'
import type { RemotingClient } from '../remoting/client'
import type { PopOwner, PopReceipt } from './popReceipt'

/** Longer than any broker works on a pop: what it popped meanwhile would stay invisible. */
const POP_TIMEOUT_MS = 10_000

/** Java: ConsumeInitMode.MIN; a new group begins at the oldest message, as people who develop expect. */
const INIT_MODE_MIN = 0

export interface PopQuery extends PopOwner {
  readonly brokerName: string
  /** -1: all of the broker. */
  readonly queueId: number
  readonly maxMsgNums: number
  readonly invisibleMs: number
  readonly isOrdered: boolean
  /** TAG or SQL92. */
  readonly expressionType: string
  readonly expression: string
  readonly attemptId: string | undefined
  /** Ms since the epoch: a broker drops requests it finds too old. */
  readonly bornTime: number
  /** How long the broker may wait for a message, in ms; absent: not at all. */
  readonly pollMs?: number | undefined
  /** Where a new group begins: 0 at the oldest message, 1 at the newest; absent: at the oldest. Java: ConsumeInitMode. */
  readonly initMode?: number | undefined
}

/** A message, counted as its broker counts, and what it was handed out with. */
export interface Popped {
  readonly stored: StoredMessage
  readonly handle: PopReceipt
}

export interface PopResult {
  readonly messages: readonly Popped[]
  /** Messages behind the pop, wanted or not. */
  readonly restNum: number
}

/** A broker's answers for "nothing there". */
const nothing: ReadonlySet<number> = new Set([
  ResponseCode.PULL_NOT_FOUND,
  ResponseCode.POLLING_FULL,
  ResponseCode.POLLING_TIMEOUT
])

const retryOf = (storedTopic: string, { topic, group }: PopOwner): string => {
  if (!isRetryTopic(storedTopic)) return NORMAL_TOPIC
  return storedTopic === popRetryTopicV2Of(topic, group) ? RETRY_TOPIC_V2 : RETRY_TOPIC
}

/** `0 3 17;1 0 5` by its first two words. */
const entriesOf = (text = ''): Map<string, string> =>
  new Map(
    text.split(';').map((entry) => {
      const [mark = '', key = '', value = ''] = entry.split(' ')
      return [`${mark} ${key}`, value]
    })
  )

/** The receipt that came with the message, as it does through a retry topic; one of an earlier pop is none. */
const ownReceipt = (stored: StoredMessage, popTime: number): ExtraInfo | undefined => {
  const text = getProperty(stored.properties, MessageConst.PROPERTY_POP_CK)
  if (text === undefined) return undefined
  try {
    const receipt = parseExtraInfo(text)
    return receipt.popTime === popTime ? receipt : undefined
  } catch {
    // A program's own property of that name.
    return undefined
  }
}

const resultOf = (query: PopQuery, { extFields, body }: RemotingCommand): PopResult => {
  const header = PopMessageResponseHeader.decode(extFields)
  const { popTime, invisibleTime, reviveQid } = header
  const starts = entriesOf(header.startOffsetInfo)
  const counts = entriesOf(header.orderCountInfo)
  const messages = decodeMessages(body ?? Buffer.alloc(0)).map((stored): Popped => {
    const { queueId, queueOffset } = stored
    const receipt = ownReceipt(stored, popTime)
    const retry = receipt?.retry ?? retryOf(stored.topic, query)
    const start = starts.get(`${retry} ${queueId}`)
    const count = query.isOrdered ? (counts.get(`${retry} qo${queueId}%${queueOffset}`) ?? counts.get(`${retry} ${queueId}`)) : undefined // prettier-ignore
    return {
      stored: count === undefined ? stored : { ...stored, reconsumeTimes: Number(count) },
      handle: {
        startOffset: receipt?.startOffset ?? Number(start ?? queueOffset),
        ...{ popTime, invisibleTime, reviveQid, retry, queueId, queueOffset },
        brokerName: query.brokerName,
        commitLogOffset: stored.physicalOffset
      }
    }
  })
  return { messages, restNum: header.restNum }
}

/** @throws RemotingError the broker's refusal; RemotingConnectError, RemotingTimeoutError. */
export const popMessage = async (
  remoting: Pick<RemotingClient, 'invoke'>,
  address: string,
  query: PopQuery
): Promise<PopResult> => {
  const extFields: ExtFields = PopMessageRequestHeader.encode({
    consumerGroup: query.group,
    topic: query.topic,
    queueId: query.queueId,
    maxMsgNums: query.maxMsgNums,
    invisibleTime: query.invisibleMs,
    pollTime: query.pollMs ?? 0,
    bornTime: query.bornTime,
    initMode: query.initMode ?? INIT_MODE_MIN,
    expType: query.expressionType,
    exp: query.expression,
    order: query.isOrdered,
    attemptId: query.attemptId
  })
  const request = { code: RequestCode.POP_MESSAGE, extFields }
  const timeoutMs = POP_TIMEOUT_MS + (query.pollMs ?? 0)
  const answer = await remoting.invoke(address, request, timeoutMs)
  if (answer.code === ResponseCode.SUCCESS) return resultOf(query, answer)
  if (nothing.has(answer.code))
    return { messages: [], restNum: Number(answer.extFields.restNum ?? 0) }
  throw new RemotingError(
    answer.code,
    answer.remark ?? `${query.brokerName} refused to pop ${query.topic}`
  )
}
