/**
 * A record of the log: the stored message, then a trailer of 12 bytes: tagsCode i64 | seal u32. The seal is the CRC-32
 * over all before it; of a record that another one of its batch follows it is that CRC xor CONTINUED_SEAL.
 * The message's own PHYSICALOFFSET is under the CRC, so a stale or misplaced block cannot pass. The tag code is kept
 * because a consume queue must come back as it was: delayed messages hold their delivery time there.
 */
import { crc32 } from 'node:zlib'
import {
  FIXED_BYTES_V1,
  MESSAGE_MAGIC_V1,
  MESSAGE_MAGIC_V2,
  MessagePosition,
  readLong,
  writeLong
} from '../protocol/message/messageCodec'
import { MessageSysFlag, transactionType } from '../protocol/message/sysFlag'

export const TRAILER_BYTES = 12

/** More than any message that is stored; larger sizes in another's bytes are damage. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024

/** Bytes needed to judge whether a record may begin somewhere: up to and with PHYSICALOFFSET. */
export const RECORD_HEAD_BYTES = MessagePosition.PHYSICAL_OFFSET + 8

/** What both magics begin with; searched for behind damage. */
export const MAGIC_PREFIX = Buffer.from([0xda, 0xa3, 0x20])

/** Chosen so that damage within one byte, in a record of up to 64 MiB, never turns one seal into the other. */
export const CONTINUED_SEAL = 0xb47c4ed5

/** Writes the trailer behind the message at [at, end); `isContinued`: the next record is of the same batch. */
export const sealRecord = (
  target: Buffer,
  at: number,
  end: number,
  tagsCode: number,
  isContinued = false
): void => {
  writeLong(target, tagsCode, end)
  const crc = crc32(target.subarray(at, end + 8))
  target.writeUInt32BE(isContinued ? (crc ^ CONTINUED_SEAL) >>> 0 : crc, end + 8)
}

/** Size of the message that claims to begin at `at`; 0 when magic, size or place say there is none. Needs RECORD_HEAD_BYTES. */
export const peekSize = (source: Buffer, at: number, physicalOffset: number): number => {
  const magic = source.readInt32BE(at + MessagePosition.MAGIC)
  if (magic !== MESSAGE_MAGIC_V1 && magic !== MESSAGE_MAGIC_V2) return 0
  if (readLong(source, at + MessagePosition.PHYSICAL_OFFSET) !== physicalOffset) return 0
  const size = source.readInt32BE(at)
  return size < FIXED_BYTES_V1 ? 0 : size
}

/** 'last' also of a message that came alone. */
export type Seal = 'last' | 'continued'

/** What the trailer says of the message of `size` bytes at `at`; undefined when it does not fit. Needs it in `source`. */
export const sealAt = (source: Buffer, at: number, size: number): Seal | undefined => {
  const end = at + size + 8
  const difference = crc32(source.subarray(at, end)) ^ source.readUInt32BE(end)
  if (difference === 0) return 'last'
  return difference >>> 0 === CONTINUED_SEAL ? 'continued' : undefined
}

/** Is there, whole and sound, the message of exactly `size` bytes that belongs at `physicalOffset`? */
export const isRecord = (
  source: Buffer,
  at: number,
  size: number,
  physicalOffset: number
): boolean =>
  at + size + TRAILER_BYTES <= source.length &&
  peekSize(source, at, physicalOffset) === size &&
  sealAt(source, at, size) !== undefined

export const queueIdAt = (source: Buffer, at: number): number =>
  source.readInt32BE(at + MessagePosition.QUEUE_ID)

export const queueOffsetAt = (source: Buffer, at: number): number =>
  readLong(source, at + MessagePosition.QUEUE_OFFSET)

const bornHostBytes = (sysFlag: number): number =>
  (sysFlag & MessageSysFlag.BORNHOST_V6_FLAG) === 0 ? 8 : 20

export const sysFlagAt = (source: Buffer, at: number): number =>
  source.readInt32BE(at + MessagePosition.SYS_FLAG)

export const storeTimestampAt = (source: Buffer, at: number): number =>
  readLong(source, at + MessagePosition.BORN_HOST + bornHostBytes(sysFlagAt(source, at)))

/** Bytes of a message's head that always hold its store time. */
export const STORE_TIMESTAMP_HEAD_BYTES = MessagePosition.BORN_HOST + 20 + 8

/** Where the body's length stands, for whoever believes the lengths: only of a record that was checked. */
const bodyLengthAt = (source: Buffer, at: number): number => {
  const sysFlag = sysFlagAt(source, at)
  const storeHostBytes = (sysFlag & MessageSysFlag.STOREHOSTADDRESS_V6_FLAG) === 0 ? 8 : 20
  return at + MessagePosition.BORN_HOST + bornHostBytes(sysFlag) + 8 + storeHostBytes + 4 + 8
}

/** [from, end) of the topic's bytes. */
const topicSpan = (source: Buffer, at: number): [from: number, end: number] => {
  const bodyAt = bodyLengthAt(source, at)
  const lengthAt = bodyAt + 4 + source.readInt32BE(bodyAt)
  const isV2 = source.readInt32BE(at + MessagePosition.MAGIC) === MESSAGE_MAGIC_V2
  const length = isV2 ? source.readInt16BE(lengthAt) : source.readUInt8(lengthAt)
  const from = lengthAt + (isV2 ? 2 : 1)
  return [from, from + length]
}

/** Only of a record that was checked: lengths are believed. */
export const topicAt = (source: Buffer, at: number): string => {
  const [from, end] = topicSpan(source, at)
  return source.toString('utf8', from, end)
}

/** Only of a record that was checked: lengths are believed. */
export const propertiesAt = (source: Buffer, at: number): string => {
  const [, lengthAt] = topicSpan(source, at)
  const from = lengthAt + 2
  return source.toString('utf8', from, from + source.readUInt16BE(lengthAt))
}

export const tagsCodeAt = (source: Buffer, at: number, size: number): number =>
  readLong(source, at + size)

/** Prepared and rolled back messages never enter a consume queue. Java: CommitLogDispatcherBuildConsumeQueue. */
export const isDispatched = (sysFlag: number): boolean => {
  const type = transactionType(sysFlag)
  return (
    type === MessageSysFlag.TRANSACTION_NOT_TYPE || type === MessageSysFlag.TRANSACTION_COMMIT_TYPE
  )
}

export const isDispatchedAt = (source: Buffer, at: number): boolean =>
  isDispatched(sysFlagAt(source, at))
