/** What a message was popped with, and what brokers are told of it by it. Java: PopConsumer of MQClientAPIImpl. */
import { RequestCode } from '../protocol/codes/requestCode'
import { joinExtraInfo, realTopicOf, type ExtraInfo } from '../protocol/extraInfo'
import {
  AckMessageRequestHeader,
  ChangeInvisibleTimeRequestHeader,
  ChangeInvisibleTimeResponseHeader
} from '../protocol/headers/pop'
import type { ExtFields, RemotingRequest } from '../protocol/remotingCommand'

/** Beside what the broker wants to see again. */
export interface PopReceipt extends Readonly<Omit<ExtraInfo, 'offset'>> {
  readonly queueOffset: number
  /** Physical offset: by it the broker finds what goes to the dead letters. */
  readonly commitLogOffset: number
}

/** Whose messages it is good for. */
export interface PopOwner {
  readonly group: string
  /** The one the client consumes. */
  readonly topic: string
}

/** What the broker wants to see again. Java: ExtraInfoUtil. */
export const extraInfoOf = (receipt: PopReceipt): string =>
  joinExtraInfo({ ...receipt, offset: receipt.queueOffset })

/** When the message comes back, by the broker's clock. */
export const nextVisibleTimeOf = ({ popTime, invisibleTime }: PopReceipt): number =>
  popTime + invisibleTime

const receiptOf = ({ group, topic }: PopOwner, receipt: PopReceipt) => ({
  consumerGroup: group,
  // Where it lies: a retry topic, for one that came back.
  topic: realTopicOf(topic, group, receipt.retry),
  queueId: receipt.queueId,
  extraInfo: extraInfoOf(receipt),
  offset: receipt.queueOffset
})

/** ACK_MESSAGE (200051). @throws RemotingError where the receipt has a mark of another kind. */
export const ackRequest = (owner: PopOwner, receipt: PopReceipt): RemotingRequest => ({
  code: RequestCode.ACK_MESSAGE,
  extFields: AckMessageRequestHeader.encode(receiptOf(owner, receipt))
})

/** CHANGE_MESSAGE_INVISIBLETIME (200053): it comes back after so long from now. @throws as `ackRequest`. */
export const changeInvisibleRequest = (
  owner: PopOwner,
  receipt: PopReceipt,
  invisibleMs: number
): RemotingRequest => ({
  code: RequestCode.CHANGE_MESSAGE_INVISIBLETIME,
  extFields: ChangeInvisibleTimeRequestHeader.encode({
    ...receiptOf(owner, receipt),
    invisibleTime: invisibleMs
  })
})

/** What it is held with from here on: a pop of its own. */
export const changedReceipt = (receipt: PopReceipt, answer: ExtFields): PopReceipt => ({
  ...receipt,
  ...ChangeInvisibleTimeResponseHeader.decode(answer),
  startOffset: receipt.queueOffset
})
