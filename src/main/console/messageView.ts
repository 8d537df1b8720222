import type { MessageDetail, MessageSummary } from '../../shared/views'
import type { MessageExt } from '../client/messageExt'
import { formatHost } from '../protocol/message/host'

/** Characters of the body a list shows. */
export const PREVIEW_CHARS = 200
/** A character takes at most four bytes of UTF-8. */
const PREVIEW_BYTES = PREVIEW_CHARS * 4

const previewOf = (body: Buffer): string =>
  [...body.subarray(0, PREVIEW_BYTES).toString('utf8')].slice(0, PREVIEW_CHARS).join('')

export const messageSummary = (message: MessageExt): MessageSummary => ({
  topic: message.topic,
  brokerName: message.brokerName,
  queueId: message.queueId,
  queueOffset: message.queueOffset,
  msgId: message.msgId,
  offsetMsgId: message.offsetMsgId,
  tags: message.tags,
  keys: message.keys,
  bodySize: message.body.length,
  preview: previewOf(message.body),
  bornTimestamp: message.bornTimestamp,
  storeTimestamp: message.storeTimestamp
})

/** Undefined where it has no such property. */
export const getPropertyOf = ({ properties }: MessageExt, name: string): string | undefined =>
  properties.find(([own]) => own === name)?.[1]

export const messageDetail = (message: MessageExt): MessageDetail => ({
  ...messageSummary(message),
  bornHost: formatHost(message.bornHost),
  storeHost: formatHost(message.storeHost),
  storeSize: message.storeSize,
  reconsumeTimes: message.reconsumeTimes,
  bodyCRC: message.bodyCRC,
  sysFlag: message.sysFlag,
  flag: message.flag,
  preparedTransactionOffset: message.preparedTransactionOffset,
  physicalOffset: message.physicalOffset,
  properties: message.properties.map(([name, value]) => [name, value]),
  bodyBase64: message.body.toString('base64'),
  compression: message.compression,
  inflated: message.isInflated,
  ...(message.inflateProblem && { inflateProblem: message.inflateProblem })
})
