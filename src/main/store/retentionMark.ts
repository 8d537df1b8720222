/**
 * What retention has decided, before it does it: where the log begins, and where queues go on that have no message left
 * (nothing else would remember that when the checkpoint is lost). One line of JSON and its CRC-32 in hexadecimal. A
 * start finishes a deletion that was cut short; a damaged mark counts as none.
 */
import { crc32 } from 'node:zlib'
import type { ConsumeQueue } from './consumeQueue'

export const RETENTION_MARK_VERSION = 1

export interface EmptiedQueue {
  topic: string
  topicId: number
  queueId: number
  /** Its next message gets this queue offset. */
  offset: number
}

export interface RetentionMark {
  minPhysicalOffset: number
  emptied: readonly EmptiedQueue[]
}

type Row = [topic: string, topicId: number, queueId: number, offset: number]

interface Document {
  version: number
  minPhysicalOffset: number
  emptied: Row[]
}

const crcLine = (text: string): string => crc32(text).toString(16).padStart(8, '0')

export const retentionMark = (
  minPhysicalOffset: number,
  queues: Iterable<ConsumeQueue>
): RetentionMark => {
  const emptied: EmptiedQueue[] = []
  for (const { topic, topicId, queueId, minOffset, maxOffset } of queues)
    if (maxOffset > 0 && minOffset === maxOffset)
      emptied.push({ topic, topicId, queueId, offset: maxOffset })
  return { minPhysicalOffset, emptied }
}

export const encodeRetentionMark = ({ minPhysicalOffset, emptied }: RetentionMark): string => {
  const document: Document = {
    version: RETENTION_MARK_VERSION,
    minPhysicalOffset,
    emptied: emptied.map((q): Row => [q.topic, q.topicId, q.queueId, q.offset])
  }
  const text = JSON.stringify(document)
  return `${text}\n${crcLine(text)}\n`
}

/** @throws Error when a newer version wrote it. */
export const decodeRetentionMark = (content: Buffer): RetentionMark | 'damaged' => {
  const [text = '', crc] = content.toString('utf8').split('\n')
  if (crcLine(text) !== crc) return 'damaged'
  // Its CRC holds, so it is what a version of ours wrote.
  const { version, minPhysicalOffset, emptied } = JSON.parse(text) as Document
  if (version > RETENTION_MARK_VERSION)
    throw new Error(
      `the retention mark has format ${version}, this version knows ${RETENTION_MARK_VERSION}; use a newer Gantry`
    )
  return {
    minPhysicalOffset,
    emptied: emptied.map(([topic, topicId, queueId, offset]) => ({
      ...{ topic, topicId, queueId, offset }
    }))
  }
}
