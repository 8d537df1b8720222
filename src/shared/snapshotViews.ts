/** Snapshots of whole clusters, as the window sees and asks for them. */
import { z } from 'zod'

export const MAX_SNAPSHOTS = 50
/** Characters. */
export const MAX_SNAPSHOT_NAME_LENGTH = 60
/** Characters. */
export const MAX_SNAPSHOT_NOTE_LENGTH = 500

/** `damaged`: its description cannot be read. `newer`: a newer version made it. Neither can be restored. */
export type SnapshotState = 'whole' | 'damaged' | 'newer'

export interface SnapshotView {
  number: number
  state: SnapshotState
  /** Empty where it cannot be read. */
  name: string
  note: string
  /** Milliseconds since the epoch, by the machine's clock; 0 where it cannot be read. */
  at: number
  /** By how much the cluster's clock was ahead. */
  aheadMs: number
  cluster: {
    number: number
    name: string
    /** It is still among the saved ones; else only a branch can be made. */
    isThere: boolean
    isRunning: boolean
  }
  nameservers: number
  brokers: number
  /** Of everything in it. */
  bytes: number
  /** What deleting it gives back: what it does not share with its cluster. */
  ownBytes: number
}

export interface SnapshotJob {
  kind: 'create' | 'restore' | 'branch'
  /** Of the snapshot. */
  name: string
  /** What it does now. */
  phase: 'copying' | 'stopping' | 'starting'
  doneBytes: number
  totalBytes: number
  isCancelling: boolean
}

export interface SnapshotsView {
  /** Newest first. */
  snapshots: SnapshotView[]
  job?: SnapshotJob
  /** Of the disk with the data folder. */
  freeBytes: number
}

const number = z.int().min(1)
/** One line, without blanks around it. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(MAX_SNAPSHOT_NAME_LENGTH)
  .regex(/^\P{Cc}+$/u)

export const SnapshotRef = z.strictObject({ number })
export type SnapshotRef = z.infer<typeof SnapshotRef>

export const SnapshotDraft = z.strictObject({
  name,
  note: z.string().max(MAX_SNAPSHOT_NOTE_LENGTH).default('')
})
export type SnapshotDraft = z.infer<typeof SnapshotDraft>

export const SnapshotRenameDraft = z.strictObject({
  number,
  name,
  note: z.string().max(MAX_SNAPSHOT_NOTE_LENGTH).default('')
})
export type SnapshotRenameDraft = z.infer<typeof SnapshotRenameDraft>

export const SnapshotRestoreDraft = z.strictObject({
  number,
  /** Name of a snapshot taken of the present state first, so that the restore can be undone. */
  keepAs: name.optional()
})
export type SnapshotRestoreDraft = z.infer<typeof SnapshotRestoreDraft>

export const SnapshotBranchDraft = z.strictObject({
  number,
  /** Of the new cluster. */
  name
})
export type SnapshotBranchDraft = z.infer<typeof SnapshotBranchDraft>
