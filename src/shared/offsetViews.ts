/** What the window sees of putting a group elsewhere in its queues. */
import type { Problem } from './views'

/** Topics of one reset. */
export const MAX_RESET_TOPICS = 64
/** Queues of one reset, over all its topics. */
export const MAX_RESET_QUEUES = 2048
/** Resets that can be undone, of all groups together; the oldest is forgotten. */
export const MAX_KEPT_RESETS = 32

export type OffsetTargetKind = 'time' | 'min' | 'max' | 'offsets' | 'clone'

/** One queue of a reset that is only thought of. */
export interface OffsetMoveView {
  topic: string
  brokerName: string
  queueId: number
  minOffset: number
  maxOffset: number
  /** Absent where the group has consumed nothing of it. */
  from?: number
  /** Absent where it would stay as it is: the other group has no offset there, or no offset was given. */
  to?: number
  /** Messages that would come again. */
  again: number
  /** Messages that would never come. */
  skipped: number
}

export interface OffsetPlanView {
  groupName: string
  kind: OffsetTargetKind
  online: boolean
  moves: OffsetMoveView[]
}

export interface OffsetResultRow {
  topic: string
  brokerName: string
  queueId: number
  from?: number
  /** Absent: none, as before the group consumed the queue. */
  to?: number
  /** Where the group is by the broker's word; absent where it has no offset. */
  now?: number
  problem?: Problem
}

export interface OffsetResultView {
  groupName: string
  rows: OffsetResultRow[]
  /** Queues that are where they should be. */
  done: number
  failed: number
  /** By which it can be undone; absent where nothing was changed. */
  undo?: number
}

/** A reset that can be undone. */
export interface KeptResetView {
  id: number
  groupName: string
  /** Milliseconds since the epoch. */
  at: number
  kind: OffsetTargetKind
  rows: { topic: string; brokerName: string; queueId: number; from?: number; to?: number }[]
}
