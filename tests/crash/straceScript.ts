/** What the script under strace and its judge agree on. */
import type { ConfigDraft } from '../../src/main/store/storeRig'
import type { StoreLimits } from '../../src/main/store/limits'

export const DOOMED = 'doomed'

export const scriptQueues = ['Order', 'a|b', DOOMED].flatMap((topic) =>
  [0, 1].map((queueId) => ({ topic, queueId }))
)

export const scriptConfig: Partial<ConfigDraft> = {
  flushDiskType: 'SYNC_FLUSH',
  mappedFileSizeCommitLog: 8 * 1024,
  mappedFileSizeConsumeQueue: 400
}

export const scriptLimits = {
  checkpointIntervalMs: 1_000,
  hotTailBytes: 4 * 1024,
  arenaChunkBytes: 4 * 1024,
  indexEntries: 40,
  openFiles: 4
} satisfies Partial<StoreLimits>
