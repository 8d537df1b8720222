/** Producer requests: SEND_MESSAGE (10), SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320), SEND_REPLY_MESSAGE (324, 325), RECALL_MESSAGE (370). */
import { bool, defineHeader, int, long, opt, str, type Decoded } from '../header'

/** What a send and a pushed reply say alike. */
const messageFields = {
  producerGroup: str,
  topic: str,
  defaultTopic: str,
  defaultTopicQueueNums: int,
  queueId: int,
  sysFlag: int,
  bornTimestamp: long,
  flag: int,
  properties: opt(str),
  reconsumeTimes: opt(int),
  unitMode: opt(bool)
} as const

const sendMessageFields = {
  ...messageFields,
  maxReconsumeTimes: opt(int),
  batch: opt(bool),
  bname: opt(str)
} as const

/** Java: SendMessageRequestHeader. */
export const SendMessageRequestHeader = defineHeader('SendMessageRequestHeader', sendMessageFields)
export type SendMessageRequestHeader = Decoded<typeof SendMessageRequestHeader>

/** Java: SendMessageRequestHeaderV2. Its one-letter names live here only. */
export const SendMessageRequestHeaderV2 = defineHeader(
  'SendMessageRequestHeaderV2',
  sendMessageFields,
  {
    producerGroup: 'a',
    topic: 'b',
    defaultTopic: 'c',
    defaultTopicQueueNums: 'd',
    queueId: 'e',
    sysFlag: 'f',
    bornTimestamp: 'g',
    flag: 'h',
    properties: 'i',
    reconsumeTimes: 'j',
    unitMode: 'k',
    maxReconsumeTimes: 'l',
    batch: 'm',
    bname: 'n'
  }
)

/** Java: SendMessageResponseHeader, with the two raw fields brokers add. `msgId` of a batch is a comma-joined list. */
export const SendMessageResponseHeader = defineHeader('SendMessageResponseHeader', {
  msgId: str,
  queueId: int,
  queueOffset: long,
  transactionId: opt(str),
  recallHandle: opt(str),
  MSG_REGION: opt(str),
  TRACE_ON: opt(str)
})
export type SendMessageResponseHeader = Decoded<typeof SendMessageResponseHeader>

/** PUSH_REPLY_MESSAGE_TO_CLIENT (326), broker to client. Java: ReplyMessageRequestHeader. */
export const ReplyMessageRequestHeader = defineHeader('ReplyMessageRequestHeader', {
  ...messageFields,
  /** `ip:port`, as the next one. */
  bornHost: str,
  storeHost: str,
  storeTimestamp: long
})

/** Java: RecallMessageRequestHeader. */
export const RecallMessageRequestHeader = defineHeader('RecallMessageRequestHeader', {
  producerGroup: opt(str),
  topic: str,
  recallHandle: str
})

/** Java: RecallMessageResponseHeader, with the raw field brokers add. */
export const RecallMessageResponseHeader = defineHeader('RecallMessageResponseHeader', {
  msgId: str,
  MSG_REGION: opt(str)
})
