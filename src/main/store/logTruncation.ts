/**
 * Cuts the end of a log that is not its master's. The order makes a crash at any moment harmless: first the checkpoint
 * goes, so that the next start trusts nothing but the log; then queues, log and index follow.
 */
import { dirname } from 'node:path'
import type { Disk } from '../base/disk'
import type { Checkpointer } from './checkpointer'
import type { CleanCommitLogService } from './cleanCommitLogService'
import type { CommitLog } from './commitLog'
import type { ConsumeQueueStore } from './consumeQueueStore'
import type { FileCache } from './fileCache'
import type { Flusher } from './flusher'
import type { IndexService } from './indexService'
import { LogScanner } from './logScanner'
import type { SegmentFile } from './segmentFile'
import { SEGMENT_HEADER_BYTES } from './segmentFile'

export interface LogTruncationDeps {
  disk: Disk
  files: FileCache
  commitLog: CommitLog
  queues: ConsumeQueueStore
  index: IndexService
  flusher: Flusher
  cleaner: Pick<CleanCommitLogService, 'exclusively'>
  checkpointer: Pick<Checkpointer, 'exclusively' | 'soon'>
  checkpointPath: string
  retentionPath: string
}

/** Of a segment that is cut apart from those who share its file. */
export const CUT_SUFFIX = '.cut'

/** Gives the new end: behind the last record or batch that ends at or before `wanted`. @throws the disk's error. */
export const truncateLog = async (deps: LogTruncationDeps, wanted: number): Promise<number> => {
  const { commitLog, flusher, cleaner, checkpointer } = deps
  // Nothing may be flushing or written out meanwhile.
  if ((await flusher.flush(commitLog.writtenEnd)) !== 'flushed')
    throw new Error('the log could not be flushed')
  return cleaner.exclusively(() =>
    checkpointer.exclusively(async () => {
      const end = await lastBorder(commitLog, wanted)
      if (end === commitLog.writtenEnd) return end
      await cut(deps, end)
      checkpointer.soon()
      return end
    })
  )
}

const cut = async (deps: LogTruncationDeps, end: number): Promise<void> => {
  const { disk, commitLog, queues, index, flusher, checkpointPath, retentionPath } = deps
  const isAll = end <= commitLog.minOffset
  disk.removeTree(checkpointPath)
  // It would take what another log begins with for what was to be deleted.
  if (isAll) disk.removeTree(retentionPath)
  await disk.syncFolder(dirname(checkpointPath))
  queues.truncate(end)
  await cutSegments(deps, end)
  flusher.startAt(end)
  await index.truncate(end)
}

/** Where in the log, at or before `wanted`, no record or batch is cut through. */
const lastBorder = async (commitLog: CommitLog, wanted: number): Promise<number> => {
  if (wanted >= commitLog.writtenEnd) return commitLog.writtenEnd
  if (wanted <= commitLog.minOffset) return commitLog.minOffset
  const segment = commitLog.segments.findLast(({ base }) => base <= wanted)
  if (segment === undefined) return commitLog.minOffset
  const start = segment.base + SEGMENT_HEADER_BYTES
  if (wanted < start) return segment.base
  if (wanted >= segment.end) return segment.end
  const part = segment.upTo(wanted)
  return new LogScanner(part).scan(
    start,
    // What is damaged was told of before; what is cut, the caller tells.
    { onRecord: () => undefined, onDamage: () => undefined },
    'cut'
  )
}

const cutSegments = async (deps: LogTruncationDeps, end: number): Promise<void> => {
  const { disk, files, commitLog } = deps
  const kept = commitLog.segments.filter(({ base }) => base < end)
  const gone = commitLog.segments.slice(kept.length)
  for (const segment of gone.reverse()) {
    segment.seal()
    files.forget(segment.path)
    disk.remove(segment.path)
    // One by one: a power cut must not leave a later one and take an earlier one.
    await disk.syncFolder(commitLog.folder)
  }
  const tail = kept.at(-1)
  // A segment that others came behind may be shared by name with a snapshot: that one must stay as it is.
  const isShared = tail !== undefined && gone.length > 0
  if (isShared) await unshare(deps, tail, end)
  commitLog.cutTo(kept, end)
  if (tail !== undefined && (!isShared || tail.end !== end)) tail.cut(end)
  await tail?.flush()
  await commitLog.syncNames()
}

/** The file under the segment's name is another one from here on, with what is kept of it. */
const unshare = async (
  { disk, files }: LogTruncationDeps,
  segment: SegmentFile,
  end: number
): Promise<void> => {
  const beside = `${segment.path}${CUT_SUFFIX}`
  disk.copy(segment.path, beside)
  const file = disk.open(beside, 'r+')
  try {
    file.truncate(end - segment.base)
    await file.datasync()
  } finally {
    file.close()
  }
  segment.seal()
  files.forget(segment.path)
  disk.rename(beside, segment.path)
}
