/** Pop requests. Codes of 200050 and above: they travel in JSON frames only. */
import { bool, defineHeader, int, long, opt, str, type Decoded } from '../header'

/** POP_MESSAGE (200050). Java: PopMessageRequestHeader. */
export const PopMessageRequestHeader = defineHeader('PopMessageRequestHeader', {
  consumerGroup: str,
  topic: str,
  /** -1: any queue. */
  queueId: int,
  maxMsgNums: int,
  /** How long nobody else gets what is popped, in ms. */
  invisibleTime: long,
  /** How long to wait for a message, in ms. */
  pollTime: long,
  bornTime: opt(long),
  /** Where a new group begins: 0 at the oldest message, 1 at the newest. */
  initMode: int,
  expType: opt(str),
  exp: opt(str),
  order: opt(bool),
  attemptId: opt(str)
})
export type PopMessageRequestHeader = Decoded<typeof PopMessageRequestHeader>

/** Java: PopMessageResponseHeader. Clients unbox the first four whatever the code is. */
export const PopMessageResponseHeader = defineHeader('PopMessageResponseHeader', {
  popTime: long,
  invisibleTime: long,
  reviveQid: int,
  restNum: long,
  startOffsetInfo: opt(str),
  msgOffsetInfo: opt(str),
  orderCountInfo: opt(str)
})

const receiptFields = {
  consumerGroup: str,
  /** As stored: the retry topic of a message that came back. */
  topic: str,
  queueId: int,
  /** What the client made of the answer to its pop; see `extraInfo.ts`. */
  extraInfo: str,
  offset: long
}

/** ACK_MESSAGE (200051). Java: AckMessageRequestHeader. */
export const AckMessageRequestHeader = defineHeader('AckMessageRequestHeader', receiptFields)
export type AckMessageRequestHeader = Decoded<typeof AckMessageRequestHeader>

/** CHANGE_MESSAGE_INVISIBLETIME (200053). Java: ChangeInvisibleTimeRequestHeader. */
export const ChangeInvisibleTimeRequestHeader = defineHeader('ChangeInvisibleTimeRequestHeader', {
  ...receiptFields,
  invisibleTime: long
})
export type ChangeInvisibleTimeRequestHeader = Decoded<typeof ChangeInvisibleTimeRequestHeader>

/** Java: ChangeInvisibleTimeResponseHeader. */
export const ChangeInvisibleTimeResponseHeader = defineHeader('ChangeInvisibleTimeResponseHeader', {
  popTime: long,
  invisibleTime: long,
  reviveQid: int
})

/** PEEK_MESSAGE (200052). Java: PeekMessageRequestHeader. */
export const PeekMessageRequestHeader = defineHeader('PeekMessageRequestHeader', {
  topic: str,
  queueId: int,
  maxMsgNums: int,
  consumerGroup: str
})
export type PeekMessageRequestHeader = Decoded<typeof PeekMessageRequestHeader>

/** NOTIFICATION (200054). Java: NotificationRequestHeader. */
export const NotificationRequestHeader = defineHeader('NotificationRequestHeader', {
  consumerGroup: str,
  topic: str,
  queueId: int,
  pollTime: long,
  bornTime: opt(long),
  order: opt(bool),
  attemptId: opt(str)
})
export type NotificationRequestHeader = Decoded<typeof NotificationRequestHeader>

/** Java: NotificationResponseHeader. */
export const NotificationResponseHeader = defineHeader('NotificationResponseHeader', {
  hasMsg: bool,
  pollingFull: bool
})

/** POLLING_INFO (200055). Java: PollingInfoRequestHeader. */
export const PollingInfoRequestHeader = defineHeader('PollingInfoRequestHeader', {
  consumerGroup: str,
  topic: str,
  queueId: int
})

/** Java: PollingInfoResponseHeader. */
export const PollingInfoResponseHeader = defineHeader('PollingInfoResponseHeader', {
  pollingNum: int
})
