/** What a client holds of a message it was given, complete in itself: a proxy that was restarted still knows it. Java: ReceiptHandle. */
import { crc32 } from 'node:zlib'
import { extraInfoOf, type PopOwner, type PopReceipt } from '../../client/popReceipt'
import { parseExtraInfo, realTopicOf } from '../../protocol/extraInfo'
import { RemotingError } from '../../protocol/remotingCommand'
import { Code, StatusError } from '../v2/code'

export type ReceiptHandle = PopReceipt
export type Owner = PopOwner

const checkOf = ({ group, topic }: Owner, text: string): string =>
  crc32(`${group} ${topic} ${text}`).toString(16)

export const formatHandle = (owner: Owner, handle: ReceiptHandle): string => {
  const text = `${extraInfoOf(handle)} ${handle.commitLogOffset}`
  return `${text} ${checkOf(owner, text)}`
}

export const invalidHandle = (why: string): StatusError =>
  new StatusError(
    Code.INVALID_RECEIPT_HANDLE,
    `${why}; a receipt handle is good until its message is acknowledged, dead or visible again`
  )

/** @throws StatusError INVALID_RECEIPT_HANDLE for text that is no handle, or one of another group or topic. */
export const parseHandle = (owner: Owner, text: string): ReceiptHandle => {
  const end = text.lastIndexOf(' ')
  const body = text.slice(0, Math.max(0, end))
  if (text.slice(end + 1) !== checkOf(owner, body))
    throw invalidHandle(
      `"${text.slice(0, 100)}" is no receipt handle of ${owner.group} for a message of ${owner.topic}`
    )
  const { offset = 0, ...info } = orInvalidHandle(() => parseExtraInfo(body))
  const commitLogOffset = Number(body.slice(body.lastIndexOf(' ') + 1))
  return { ...info, queueOffset: offset, commitLogOffset }
}

export const orInvalidHandle = <T>(read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (error instanceof RemotingError) throw invalidHandle(error.remark)
    throw error
  }
}

/** The topic it lies in. @throws StatusError INVALID_RECEIPT_HANDLE. */
export const storedTopicOf = ({ group, topic }: Owner, { retry }: ReceiptHandle): string =>
  orInvalidHandle(() => realTopicOf(topic, group, retry))
