/** What a message is in a file. */
import type { MessageDetail } from '../../../../../shared/views'
import type { ExportColumn } from '../../../format/exportRows'
import { bytesOfBase64, utf8OfBytes } from '../../../format/bodies'

export interface ExportedMessage extends MessageDetail {
  body: string
  /** A body that is no UTF-8 text is kept as Base64. */
  bodyEncoding: 'text' | 'base64'
}

export const exportedMessage = (message: MessageDetail): ExportedMessage => {
  const text = utf8OfBytes(bytesOfBase64(message.bodyBase64))
  return text === undefined
    ? { ...message, body: message.bodyBase64, bodyEncoding: 'base64' }
    : { ...message, body: text, bodyEncoding: 'text' }
}

const names = [
  ...(['topic', 'brokerName', 'queueId', 'queueOffset', 'msgId', 'offsetMsgId'] as const),
  ...(['tags', 'keys', 'bornTimestamp', 'bornHost', 'storeTimestamp', 'storeHost'] as const),
  ...(['storeSize', 'reconsumeTimes', 'bodyCRC', 'sysFlag', 'flag'] as const),
  ...(['bodyEncoding', 'body'] as const)
]

const times: ReadonlySet<string> = new Set(['bornTimestamp', 'storeTimestamp'])

/** RocketMQ's own words in every language: files are read by programs. */
export const exportColumns: readonly ExportColumn<ExportedMessage>[] = [
  ...names.map((key) => ({
    key,
    title: key,
    value: (message: ExportedMessage) =>
      times.has(key) ? new Date(message[key]).toISOString() : message[key]
  })),
  {
    key: 'properties',
    title: 'properties',
    value: ({ properties }) => JSON.stringify(Object.fromEntries(properties))
  }
]
