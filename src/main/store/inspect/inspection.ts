/** What the inspection of a store tells; `--json` prints it as it is. Offsets are physical unless called otherwise. */

/** Bytes that are no record; `lostRecords` only as far as queue offsets tell. */
export interface DamagedRange {
  physicalOffset: number
  bytes: number
  lostRecords: number
}

/** What the next start cuts. */
export interface TornTail extends DamagedRange {
  /** Sound records in it, of a batch whose last record is missing. */
  unfinishedBatch: number
}

export interface SegmentInspection {
  base: number
  bytes: number
  /** 'unborn': the process died while making it; nothing was in it. */
  header: 'sound' | 'damaged' | 'unborn' | 'newer'
  formatVersion: number | null
  records: number
  /** Milliseconds since 1970; null without a record. */
  firstStoreTimestamp: number | null
  lastStoreTimestamp: number | null
}

export interface CheckpointInspection {
  state: 'sound' | 'damaged' | 'absent' | 'newer'
  /** null unless it is sound. */
  formatVersion: number | null
  physicalOffset: number | null
  /** Bytes of the log behind it: what the next start walks. */
  bytesBehind: number | null
  storeTimestamp: number | null
  /** Time since the newest message it knows. */
  ageMs: number | null
}

export interface QueueInspection {
  topic: string
  queueId: number
  /** Name of its folder; null while nothing of it is in files. */
  topicId: number | null
  entries: number
  minOffset: number
  maxOffset: number
  /** Records of the log that belong to it. */
  records: number
  /** Not in the files yet and behind the checkpoint: the next start completes them. */
  pendingEntries: number
  /** The checkpoint says they are in the files, and they are not. */
  missingEntries: number
  /** Entries that point to another record than the one with their queue offset. */
  wrongEntries: number
  /** Entries of a queue offset that no record has, outside of known damage. */
  danglingEntries: number
  /** Queue offsets whose records were lost. */
  lostRecords: number
  /** Are the files what the checkpoint says? null when it does not know the queue. */
  fitsCheckpoint: boolean | null
}

export interface StoreInspection {
  folder: string
  inUse: boolean
  /** What this version writes. */
  formatVersions: { log: number; checkpoint: number; index: number }
  /** Format versions of the key index's files that have a sound header, each once. */
  indexFormats: number[]
  /** Folders beside it that an older format was backed up to; the next clean shutdown removes them. */
  backups: string[]
  log: {
    minOffset: number
    maxOffset: number
    bytes: number
    records: number
    /** Records of no queue: of deleted topics, half messages, of an earlier topic of the same name. */
    recordsWithoutQueue: number
    segments: SegmentInspection[]
    tornTail: TornTail | null
    /** At most MAX_LISTED_HOLES, oldest first; `holeCount` counts all. */
    holes: DamagedRange[]
    holeCount: number
  }
  checkpoint: CheckpointInspection
  queues: QueueInspection[]
  /** Queue folders of which no topic can be told. */
  unknownQueueFolders: string[]
  totals: { queues: number; entries: number; records: number; lostRecords: number }
  /** One sentence each; none means sound. */
  problems: string[]
}

export const MAX_LISTED_HOLES = 10_000

/** A row of `--records`; damaged ranges stand between them as `crc: 'bad'`. */
export type RecordRow =
  | {
      physicalOffset: number
      crc: 'ok'
      topic: string
      queueId: number
      queueOffset: number
      size: number
      storeTimestamp: number
    }
  | { physicalOffset: number; crc: 'bad'; size: number }
