/** What tells a client which pop a message came with, and what it sends back with its ack. Java: ExtraInfoUtil. */
import { ResponseCode } from './codes/responseCode'
import { RemotingError } from './remotingCommand'
import { isRetryTopic, popRetryTopicOf, popRetryTopicV2Of } from './topicNames'

/** reviveQid of a pop in order. Java: KeyBuilder.POP_ORDER_REVIVE_QUEUE. */
export const POP_ORDER_REVIVE_QUEUE = 999

/** First word of every entry: where the message was popped from. */
export const NORMAL_TOPIC = '0'
export const RETRY_TOPIC = '1'
export const RETRY_TOPIC_V2 = '2'

/** Its field 5; the retry topics of this broker are all v1. */
const retryOf = (topic: string): string => (isRetryTopic(topic) ? RETRY_TOPIC : NORMAL_TOPIC)

/** The topic a client means by the name it consumes and field 5. @throws RemotingError for another mark. */
export const realTopicOf = (topic: string, group: string, retry: string): string => {
  switch (retry) {
    case NORMAL_TOPIC:
      return topic
    case RETRY_TOPIC:
      return popRetryTopicOf(topic, group)
    case RETRY_TOPIC_V2:
      return popRetryTopicV2Of(topic, group)
    default:
      throw malformed(`"${retry.slice(0, 16)}" is no retry mark: 0, 1 or 2`)
  }
}

export interface ExtraInfo {
  /** Where the pop began in its queue. */
  startOffset: number
  popTime: number
  invisibleTime: number
  reviveQid: number
  retry: string
  brokerName: string
  queueId: number
  offset: number | undefined
}

const malformed = (why: string): RemotingError =>
  new RemotingError(
    ResponseCode.SYSTEM_ERROR,
    `the receipt (extraInfo) cannot be read: ${why}; send back the POP_CK property of the message as it was`
  )

/** @throws RemotingError SYSTEM_ERROR where it is no such text. */
export const parseExtraInfo = (text: string): ExtraInfo => {
  const words = text.split(' ')
  if (words.length < 7) throw malformed(`it has ${words.length} words, not 7 or 8`)
  const number = (at: number): number => {
    const word = words[at] ?? ''
    const value = word === '' ? NaN : Number(word)
    if (!Number.isInteger(value)) throw malformed(`word ${at + 1} is "${words[at]?.slice(0, 32)}"`)
    return value
  }
  return {
    startOffset: number(0),
    popTime: number(1),
    invisibleTime: number(2),
    reviveQid: number(3),
    retry: words[4]!,
    brokerName: words[5]!,
    queueId: number(6),
    offset: words.length > 7 ? number(7) : undefined
  }
}

/** As `parseExtraInfo` reads it. */
export const joinExtraInfo = (info: ExtraInfo): string => {
  const { startOffset, popTime, invisibleTime, reviveQid, retry, brokerName, queueId, offset } =
    info
  return [startOffset, popTime, invisibleTime, reviveQid, retry, brokerName, queueId, offset].join(
    ' '
  )
}

/** The receipt of one message, as clients build it themselves for messages of the topic they named. */
export const formatExtraInfo = (
  topic: string,
  info: Omit<ExtraInfo, 'retry'>,
  offset: number
): string => joinExtraInfo({ ...info, retry: retryOf(topic), offset })

/** One entry of startOffsetInfo; entries are joined by `;`. */
export const startOffsetEntry = (topic: string, queueId: number, startOffset: number): string =>
  `${retryOf(topic)} ${queueId} ${startOffset}`

/** One entry of msgOffsetInfo. */
export const msgOffsetEntry = (
  topic: string,
  queueId: number,
  offsets: readonly number[]
): string => `${retryOf(topic)} ${queueId} ${offsets.join(',')}`

/** Entries of orderCountInfo: of messages delivered before, and of their queue for old clients. */
export const orderCountEntries = (
  topic: string,
  queueId: number,
  counts: ReadonlyMap<number, number>,
  least: number
): string[] => [
  ...[...counts].map(([offset, count]) => `${retryOf(topic)} qo${queueId}%${offset} ${count}`),
  `${retryOf(topic)} ${queueId} ${least}`
]
