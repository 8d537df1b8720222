/**
 * How far the consume queues were on disk, and what their files held then. One line of JSON and its CRC-32 in
 * hexadecimal; a damaged one counts as none, and everything is rebuilt from the log.
 */
import { crc32 } from 'node:zlib'
import type { QueueFileState } from './consumeQueueFiles'

/** 2: the store is of log format 2; what is in it did not change. */
export const CHECKPOINT_VERSION = 2

export interface QueueState {
  topic: string
  topicId: number
  queueId: number
  minOffset: number
  maxOffset: number
  files: readonly QueueFileState[]
}

export interface Checkpoint {
  /** The log is flushed and every record before it is in the consume queue files. */
  physicalOffset: number
  /** Store time of the newest record: the log's clock never goes back. */
  storeTimestamp: number
  queues: readonly QueueState[]
}

export interface DecodedCheckpoint extends Checkpoint {
  version: number
}

type FileRow = [base: number, entries: number, crc: number]
type QueueRow = [queueId: number, min: number, max: number, files: FileRow[]]

interface Document {
  version: number
  physicalOffset: number
  storeTimestamp: number
  topics: [topic: string, topicId: number, queues: QueueRow[]][]
}

const crcLine = (text: string): string => crc32(text).toString(16).padStart(8, '0')

export const encodeCheckpoint = (checkpoint: Checkpoint): string => {
  const topics = new Map<string, Document['topics'][number]>()
  for (const queue of checkpoint.queues) {
    let row = topics.get(queue.topic)
    if (row === undefined) topics.set(queue.topic, (row = [queue.topic, queue.topicId, []]))
    const files = queue.files.map(({ base, entries, crc }): FileRow => [base, entries, crc])
    row[2].push([queue.queueId, queue.minOffset, queue.maxOffset, files])
  }
  const document: Document = {
    version: CHECKPOINT_VERSION,
    physicalOffset: checkpoint.physicalOffset,
    storeTimestamp: checkpoint.storeTimestamp,
    topics: [...topics.values()]
  }
  const text = JSON.stringify(document)
  return `${text}\n${crcLine(text)}\n`
}

/** @throws Error when a newer version wrote it. */
export const decodeCheckpoint = (content: Buffer): DecodedCheckpoint | 'damaged' => {
  const [text = '', crc] = content.toString('utf8').split('\n')
  if (crcLine(text) !== crc) return 'damaged'
  // Its CRC holds, so it is what a version of ours wrote.
  const document = JSON.parse(text) as Document
  if (document.version > CHECKPOINT_VERSION)
    throw new Error(
      `the checkpoint has format ${document.version}, this version knows ${CHECKPOINT_VERSION}; use a newer Gantry`
    )
  const queues = document.topics.flatMap(([topic, topicId, rows]) =>
    rows.map(([queueId, minOffset, maxOffset, files]) => ({
      topic,
      topicId,
      queueId,
      minOffset,
      maxOffset,
      files: files.map(([base, entries, crc]) => ({ base, entries, crc }))
    }))
  )
  return {
    version: document.version,
    physicalOffset: document.physicalOffset,
    storeTimestamp: document.storeTimestamp,
    queues
  }
}
