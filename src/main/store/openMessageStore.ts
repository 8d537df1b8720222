import { join } from 'node:path'
import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'
import { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import { Announcer } from './announcer'
import { Checkpointer } from './checkpointer'
import { CleanCommitLogService } from './cleanCommitLogService'
import { CommitLog } from './commitLog'
import { ConsumeQueueStore } from './consumeQueueStore'
import { DefaultMessageStore, type StoreCounters } from './defaultMessageStore'
import { FileCache } from './fileCache'
import { Flusher } from './flusher'
import { GroupCommit, type GroupCommitDeps } from './groupCommit'
import { HotTail } from './hotTail'
import { IndexService } from './indexService'
import { defaultStoreLimits, type StoreLimits } from './limits'
import type {
  MessageArriving,
  MessageStore,
  MessageStoreConfig,
  StoreReport,
  TopicRegistry
} from './messageStore'
import { PageCache } from './pageCache'
import { RawReader } from './rawReader'
import { recover } from './recovery'
import type { ReplicaRole } from './replica'
import { ReplicaDispatch } from './replicaDispatch'
import { ReplicaLog } from './replicaLog'
import { LOG_FORMAT_VERSION } from './segmentFile'
import { backUpStore, findBackups, removeBackups } from './storeBackup'
import { judgeStoreFormat } from './storeFormat'
import { DefaultStoreReplica } from './storeReplica'
import { SnapshotTaker } from './snapshotTaker'
import { StoreSpaceMeter } from './storeSpace'
import { Writeability, type Refusal } from './writeability'

export interface OpenMessageStore {
  disk: Disk
  clock: Clock
  log: Log
  /** Absolute; made when the first message comes. Nobody else may use it meanwhile. */
  folder: string
  config: MessageStoreConfig
  registry: TopicRegistry
  onReport: (report: StoreReport) => void
  limits?: Partial<StoreLimits>
  /** SLAVE: it takes no messages but another log's bytes. Absent: MASTER. */
  role?: ReplicaRole
}

/** Opens or begins the store of a folder; one of an older format is backed up first. @throws Error in one sentence when it cannot be used, nothing changed. */
export const openMessageStore = async (options: OpenMessageStore): Promise<MessageStore> => {
  const { disk, clock, log, folder, config, registry, onReport } = options
  const role = options.role ?? 'MASTER'
  const isReplica = role === 'SLAVE'
  const limits = { ...defaultStoreLimits(), ...options.limits }
  const arrivals = new Emitter<MessageArriving>()
  const announcer = new Announcer(arrivals, log)
  const counters: StoreCounters = { putMessages: 0, putBytes: 0, getMessages: 0, getBytes: 0 }
  const writeability = new Writeability((refusal) => {
    tellRefusal(refusal, log, onReport)
    if (refusal?.isPassing === true) cleaner.onPaused()
  })
  const files = new FileCache(disk, limits.openFiles)
  const hotTail = new HotTail(limits.arenaChunkBytes, limits.hotTailBytes)
  const commitLog = new CommitLog({ disk, folder, files, hotTail, config })
  const pages = new PageCache(limits.consumeQueuePages)
  const queues = new ConsumeQueueStore({ disk, folder, files, pages, registry, config })
  const index = new IndexService({ disk, log, folder, files, commitLog, config, limits })
  const flusher = new Flusher(commitLog, clock.real, config, writeability)
  const checkpointPath = join(folder, 'checkpoint')
  const retentionPath = join(folder, 'retention')
  const grown = new Emitter<void>()

  const onWritten: GroupCommitDeps['onWritten'] = (records, readable) => {
    for (const record of records) counters.putBytes += record.size
    counters.putMessages += records.length
    checkpointer.soon()
    cleaner.onWritten()
    grown.emit()
    // A master's commits ask for it themselves.
    if (isReplica) flusher.soon()
    announcer.announce(readable)
  }
  const groupCommit = new GroupCommit({
    ...{ commitLog, queues, index, flusher, writeability, clock, config, onWritten },
    pendingBytes: limits.pendingBytes
  })
  const checkpointer = new Checkpointer({
    ...{ disk, clock: clock.real, log, commitLog, queues, flusher, groupCommit, writeability },
    path: checkpointPath,
    intervalMs: limits.checkpointIntervalMs
  })
  const space = new StoreSpaceMeter({ disk, folder, commitLog, queues, config })
  const cleaner = new CleanCommitLogService({
    ...{ disk, clock, log, folder, config, commitLog, queues, index, flusher, groupCommit },
    ...{ checkpointer, writeability, space, onReport, isReplica }
  })

  let foundEnd: number
  const version = judgeStoreFormat(disk, folder)
  const backup =
    version < LOG_FORMAT_VERSION
      ? await backUpStore({ disk, clock, log, folder }, version)
      : undefined
  try {
    const recovered = await recover({
      ...{ disk, log, checkpointPath, commitLog, queues, registry, onReport, isReplica },
      retentionPath
    })
    foundEnd = recovered.foundEnd
    flusher.startAt(recovered.flushedEnd)
    groupCommit.lastStoreTimestamp = recovered.lastStoreTimestamp
    await index.recover()
    if (recovered.isStale) checkpointer.soon()
    cleaner.start()
  } catch (error) {
    commitLog.close()
    files.closeAll()
    throw error
  }
  if (backup !== undefined) onReport({ kind: 'store-migrated', version, backup })
  const backups = findBackups(disk, folder)
  const onCleanClose = (): void => {
    if (backups.length === 0) return
    for (const gone of removeBackups({ disk, log, folder }, backups))
      onReport({ kind: 'backup-removed', backup: gone })
  }
  const dispatch = new ReplicaDispatch({ log, queues, index, groupCommit, writeability, onWritten })
  const onDamage = (physicalOffset: number, bytes: number): void =>
    onReport({ kind: 'damage', physicalOffset, bytes })
  const replica = new DefaultStoreReplica({
    ...{ disk, files, commitLog, queues, index, flusher, cleaner, checkpointer, groupCommit },
    ...{ announcer, checkpointPath, retentionPath, role, foundEnd, grown, onReport },
    reader: new RawReader(commitLog, hotTail),
    replicaLog: new ReplicaLog({ commitLog, dispatch, writeability, onDamage })
  })
  return new DefaultMessageStore({
    ...{ clock, log, config, limits, files, commitLog, queues, index, flusher },
    ...{ groupCommit, checkpointer, writeability, cleaner, space, arrivals, counters, onReport },
    replica,
    snapshots: new SnapshotTaker({ disk, folder, commitLog, flusher, groupCommit, checkpointer, cleaner }), // prettier-ignore
    onCleanClose
  })
}

const tellRefusal = (
  refusal: Refusal | undefined,
  log: Log,
  onReport: (report: StoreReport) => void
): void => {
  if (refusal === undefined) log.info('messages are taken again')
  else log.error(`no message is taken any more: ${refusal.reason}`)
  onReport(refusal ? { kind: 'sends-refused', ...refusal } : { kind: 'sends-resumed' })
}
