/** What a client holds of a message it was given, complete in itself: a proxy that was restarted still knows it. Java: ReceiptHandle. */
import { crc32 } from 'node:zlib'
import {
  joinExtraInfo,
  parseExtraInfo,
  realTopicOf,
  type ExtraInfo
} from '../../protocol/extraInfo'
import { RemotingError } from '../../protocol/remotingCommand'
import { Code, StatusError } from '../v2/code'

/** Beside what the broker wants to see again. */
export interface ReceiptHandle extends Readonly<Omit<ExtraInfo, 'offset'>> {
  readonly queueOffset: number
  /** Physical offset: by it the broker finds what goes to the dead letters. */
  readonly commitLogOffset: number
}

/** Whose messages it is good for. */
export interface Owner {
  readonly group: string
  /** The one the client consumes. */
  readonly topic: string
}

/** What the broker wants to see again. Java: ExtraInfoUtil. */
export const extraInfoOf = (handle: ReceiptHandle): string =>
  joinExtraInfo({ ...handle, offset: handle.queueOffset })

/** When the message comes back, by the broker's clock. */
export const nextVisibleTimeOf = ({ popTime, invisibleTime }: ReceiptHandle): number =>
  popTime + invisibleTime

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
  const { offset = 0, ...info } = orInvalid(() => parseExtraInfo(body))
  const commitLogOffset = Number(body.slice(body.lastIndexOf(' ') + 1))
  return { ...info, queueOffset: offset, commitLogOffset }
}

const orInvalid = <T>(read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (error instanceof RemotingError) throw invalidHandle(error.remark)
    throw error
  }
}

/** The topic it lies in. @throws StatusError INVALID_RECEIPT_HANDLE. */
export const storedTopicOf = ({ group, topic }: Owner, { retry }: ReceiptHandle): string =>
  orInvalid(() => realTopicOf(topic, group, retry))
