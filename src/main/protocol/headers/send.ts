/** Producer requests: SEND_MESSAGE (10), SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320). */
import { bool, defineHeader, int, long, opt, str, type Decoded } from '../header'

/** Java: SendMessageRequestHeader. */
export const SendMessageRequestHeader = defineHeader('SendMessageRequestHeader', {
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
  unitMode: opt(bool),
  batch: opt(bool),
  maxReconsumeTimes: opt(int),
  bname: opt(str)
})
export type SendMessageRequestHeader = Decoded<typeof SendMessageRequestHeader>

/** Java: SendMessageRequestHeaderV2. The one-letter fields live in this file only. */
const SendMessageRequestHeaderV2Wire = defineHeader('SendMessageRequestHeaderV2', {
  a: str,
  b: str,
  c: str,
  d: int,
  e: int,
  f: int,
  g: long,
  h: int,
  i: opt(str),
  j: opt(int),
  k: opt(bool),
  l: opt(int),
  m: opt(bool),
  n: opt(str)
})

/** SendMessageRequestHeaderV2 under the long names. */
export const SendMessageRequestHeaderV2 = {
  name: SendMessageRequestHeaderV2Wire.name,
  decode: (extFields: Record<string, string>): SendMessageRequestHeader => {
    const v = SendMessageRequestHeaderV2Wire.decode(extFields)
    return {
      producerGroup: v.a,
      topic: v.b,
      defaultTopic: v.c,
      defaultTopicQueueNums: v.d,
      queueId: v.e,
      sysFlag: v.f,
      bornTimestamp: v.g,
      flag: v.h,
      properties: v.i,
      reconsumeTimes: v.j,
      unitMode: v.k,
      maxReconsumeTimes: v.l,
      batch: v.m,
      bname: v.n
    }
  },
  encode: (h: SendMessageRequestHeader): Record<string, string> =>
    SendMessageRequestHeaderV2Wire.encode({
      a: h.producerGroup,
      b: h.topic,
      c: h.defaultTopic,
      d: h.defaultTopicQueueNums,
      e: h.queueId,
      f: h.sysFlag,
      g: h.bornTimestamp,
      h: h.flag,
      i: h.properties,
      j: h.reconsumeTimes,
      k: h.unitMode,
      l: h.maxReconsumeTimes,
      m: h.batch,
      n: h.bname
    })
}

/** Java: SendMessageResponseHeader, with the two raw fields brokers add. `msgId` of a batch is a comma-joined list. */
export const SendMessageResponseHeader = defineHeader('SendMessageResponseHeader', {
  msgId: str,
  queueId: int,
  queueOffset: long,
  transactionId: opt(str),
  MSG_REGION: opt(str),
  TRACE_ON: opt(str)
})
export type SendMessageResponseHeader = Decoded<typeof SendMessageResponseHeader>
