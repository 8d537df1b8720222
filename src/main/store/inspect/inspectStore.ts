/** Looks at the store of a folder as a start would, and changes nothing. */
import { join } from 'node:path'
import type { Clock } from '../../base/clock'
import type { Disk } from '../../base/disk'
import { CHECKPOINT_VERSION, decodeCheckpoint, type DecodedCheckpoint } from '../checkpoint'
import { CommitLog } from '../commitLog'
import { FileCache } from '../fileCache'
import { HotTail } from '../hotTail'
import { INDEX_FORMAT_VERSION } from '../indexTable'
import { defaultStoreLimits } from '../limits'
import { readSegmentHeader, walkSegment } from '../logWalk'
import {
  isDispatchedAt,
  queueIdAt,
  queueOffsetAt,
  storeTimestampAt,
  tagsCodeAt,
  topicAt
} from '../recordCodec'
import { LOG_FORMAT_VERSION, SEGMENT_HEADER_BYTES, type SegmentFile } from '../segmentFile'
import { findBackups } from '../storeBackup'
import { indexFormatsOf } from '../storeFormat'
import { Damage } from './damage'
import type { DeletedTopic } from './deletedTopic'
import { findQueues, queueWithoutFiles } from './foundQueues'
import type {
  CheckpointInspection,
  RecordRow,
  SegmentInspection,
  StoreInspection
} from './inspection'
import { problemsOf } from './problems'
import { QueueCheck } from './queueCheck'
import { readOnlyDisk } from './readOnlyDisk'

export interface InspectDeps {
  disk: Disk
  clock: Pick<Clock, 'now'>
  folder: string
  inUse: boolean
  deletedTopics: readonly DeletedTopic[]
  onRecord?: (row: RecordRow) => void
}

export const inspectStore = (deps: InspectDeps): Promise<StoreInspection> =>
  new StoreCheck(deps).run()

class StoreCheck {
  private readonly disk: Disk
  private readonly files: FileCache
  private readonly log: CommitLog
  private readonly damage = new Damage()
  private readonly checks = new Map<string, Map<number, QueueCheck>>()
  /** Log offset before which records of a topic are of its deleted life. */
  private readonly deletedUntil: ReadonlyMap<string, number>
  private records = 0
  private recordsWithoutQueue = 0
  /** -1 without a checkpoint: no record is vouched for. */
  private checkpointAt = -1

  constructor(private readonly deps: InspectDeps) {
    const limits = defaultStoreLimits()
    this.deletedUntil = new Map(
      deps.deletedTopics.map(({ topic, untilOffset }) => [topic, untilOffset])
    )
    this.disk = readOnlyDisk(deps.disk)
    this.files = new FileCache(this.disk, limits.openFiles)
    this.log = new CommitLog({
      disk: this.disk,
      folder: deps.folder,
      files: this.files,
      hotTail: new HotTail(limits.arenaChunkBytes, limits.hotTailBytes),
      config: { mappedFileSizeCommitLog: 0, flushDiskType: 'ASYNC_FLUSH' }
    })
  }

  async run(): Promise<StoreInspection> {
    const { folder } = this.deps
    try {
      // Checkpoint, queue files, log: of a broker at work each knows all that the one before it tells of.
      const { state, checkpoint } = this.readCheckpoint()
      this.checkpointAt = checkpoint?.physicalOffset ?? -1
      const queueFolder = join(folder, 'consumequeue')
      // The topics' names need the log too, so its end is taken twice.
      this.log.scanFolder()
      const deletedIds = new Set(this.deps.deletedTopics.map(({ topicId }) => topicId))
      const found = findQueues(this.disk, queueFolder, this.log, checkpoint, deletedIds)
      this.log.scanFolder()
      for (const [topic, queues] of found.topics) {
        const row = new Map<number, QueueCheck>()
        for (const [queueId, queue] of queues)
          row.set(queueId, new QueueCheck(queue, this.damage, this.logFacts()))
        this.checks.set(topic, row)
      }
      const segments = await this.walk()
      const { minOffset, writtenEnd } = this.log
      for (const row of this.checks.values())
        for (const check of row.values()) check.finish(writtenEnd)
      const inspection = this.result(segments, this.judgeCheckpoint(state, checkpoint))
      inspection.log.minOffset = minOffset
      inspection.unknownQueueFolders = found.unknownFolders
      found.close()
      inspection.problems = problemsOf(inspection)
      return inspection
    } finally {
      this.log.close()
      this.files.closeAll()
    }
  }

  private logFacts(): { minOffset: number; checkpoint: number } {
    return { minOffset: this.log.minOffset, checkpoint: this.checkpointAt }
  }

  private readCheckpoint(): {
    state: CheckpointInspection['state']
    checkpoint: DecodedCheckpoint | undefined
  } {
    const path = join(this.deps.folder, 'checkpoint')
    if (!this.disk.exists(path)) return { state: 'absent', checkpoint: undefined }
    const content = this.disk.readFile(path)
    try {
      const checkpoint = decodeCheckpoint(content)
      return checkpoint === 'damaged'
        ? { state: 'damaged', checkpoint: undefined }
        : { state: 'sound', checkpoint }
    } catch {
      return { state: 'newer', checkpoint: undefined }
    }
  }

  private judgeCheckpoint(
    state: CheckpointInspection['state'],
    checkpoint: DecodedCheckpoint | undefined
  ): CheckpointInspection {
    const storeTimestamp = checkpoint?.storeTimestamp ?? null
    return {
      state,
      formatVersion: checkpoint?.version ?? null,
      physicalOffset: checkpoint?.physicalOffset ?? null,
      bytesBehind: checkpoint ? this.log.writtenEnd - checkpoint.physicalOffset : null,
      storeTimestamp,
      ageMs: storeTimestamp === null ? null : Math.max(0, this.deps.clock.now() - storeTimestamp)
    }
  }

  private async walk(): Promise<SegmentInspection[]> {
    const rows: SegmentInspection[] = []
    const { segments } = this.log
    for (const [i, segment] of segments.entries()) {
      const row = segmentRow(segment, segments[i + 1] === undefined)
      rows.push(row)
      if (row.header === 'damaged') this.onHole(segment.base, SEGMENT_HEADER_BYTES)
      // A newer format's records are not ours to judge; of an unborn segment there are none.
      if (row.header === 'newer' || row.header === 'unborn') continue
      await walkSegment(segment, segments[i + 1], segment.base, {
        onRecord: (source, at, size, physicalOffset) => {
          row.records++
          row.lastStoreTimestamp = storeTimestampAt(source, at)
          row.firstStoreTimestamp ??= row.lastStoreTimestamp
          this.onRecord(source, at, size, physicalOffset)
        },
        onDamage: (physicalOffset, bytes) => this.onHole(physicalOffset, bytes),
        onTornTail: ({ physicalOffset, bytes, records }) => {
          const found = { physicalOffset, bytes, lostRecords: 0, unfinishedBatch: records }
          this.damage.tornTail = found
          this.deps.onRecord?.({ physicalOffset, crc: 'bad', size: bytes })
        }
      })
    }
    return rows
  }

  private onHole(physicalOffset: number, bytes: number): void {
    this.damage.addHole(physicalOffset, bytes)
    this.deps.onRecord?.({ physicalOffset, crc: 'bad', size: bytes })
  }

  private onRecord(source: Buffer, at: number, size: number, physicalOffset: number): void {
    this.records++
    const topic = topicAt(source, at)
    const queueId = queueIdAt(source, at)
    const queueOffset = queueOffsetAt(source, at)
    this.deps.onRecord?.({
      ...{ physicalOffset, crc: 'ok', topic, queueId, queueOffset, size },
      storeTimestamp: storeTimestampAt(source, at)
    })
    const check = isDispatchedAt(source, at)
      ? this.checkOf(topic, queueId, physicalOffset)
      : undefined
    const tagsCode = tagsCodeAt(source, at, size)
    if (!check?.onRecord({ queueOffset, physicalOffset, size, tagsCode }))
      this.recordsWithoutQueue++
  }

  /** A queue that began behind the checkpoint may have no files yet; one before it that has none is of a deleted topic. */
  private checkOf(topic: string, queueId: number, physicalOffset: number): QueueCheck | undefined {
    const row = this.checks.get(topic)
    if (physicalOffset < (this.deletedUntil.get(topic) ?? 0)) return undefined
    const known = row?.get(queueId)
    if (known !== undefined || physicalOffset < this.checkpointAt) return known
    const found = queueWithoutFiles(this.disk, topic, queueId)
    const check = new QueueCheck(found, this.damage, this.logFacts())
    if (row === undefined) this.checks.set(topic, new Map([[queueId, check]]))
    else row.set(queueId, check)
    return check
  }

  private result(segments: SegmentInspection[], checkpoint: CheckpointInspection): StoreInspection {
    const queues = [...this.checks.values()]
      .flatMap((row) => [...row.values()].map((check) => check.result()))
      .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.queueId - b.queueId))
    const sum = (of: (queue: (typeof queues)[number]) => number): number =>
      queues.reduce((total, queue) => total + of(queue), 0)
    const { records, recordsWithoutQueue } = this
    const { holes, holeCount, tornTail } = this.damage
    return {
      folder: this.deps.folder,
      inUse: this.deps.inUse,
      formatVersions: {
        log: LOG_FORMAT_VERSION,
        checkpoint: CHECKPOINT_VERSION,
        index: INDEX_FORMAT_VERSION
      },
      indexFormats: indexFormatsOf(this.disk, this.deps.folder),
      backups: findBackups(this.disk, this.deps.folder),
      log: {
        minOffset: this.log.minOffset,
        maxOffset: this.log.writtenEnd,
        bytes: segments.reduce((total, segment) => total + segment.bytes, 0),
        ...{ records, recordsWithoutQueue, segments, tornTail, holes, holeCount }
      },
      checkpoint,
      queues,
      unknownQueueFolders: [],
      totals: {
        queues: queues.length,
        entries: sum((queue) => queue.entries),
        records,
        lostRecords: sum((queue) => queue.lostRecords)
      },
      problems: []
    }
  }
}

const segmentRow = (segment: SegmentFile, isLast: boolean): SegmentInspection => {
  const version = readSegmentHeader(segment)
  const header = (): SegmentInspection['header'] => {
    if (version === 'short') return isLast ? 'unborn' : 'damaged'
    if (version === 'damaged') return 'damaged'
    return version > LOG_FORMAT_VERSION ? 'newer' : 'sound'
  }
  return {
    base: segment.base,
    bytes: segment.end - segment.base,
    header: header(),
    formatVersion: typeof version === 'number' ? version : null,
    records: 0,
    firstStoreTimestamp: null,
    lastStoreTimestamp: null
  }
}
