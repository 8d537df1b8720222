/** Up to where a slave's log is its master's. Java: EpochFileCache.findConsistentPoint. */
import type { EpochEntry } from './haService'

export interface LogHistory {
  /** Oldest first. */
  entries: readonly EpochEntry[]
  minOffset: number
  maxOffset: number
}

export type FollowPlan =
  /** Cut there, if the log is longer, and go on. */
  | { kind: 'follow'; from: number }
  /** Nothing of the slave's log is of use: it begins where the master's does. */
  | { kind: 'anew'; from: number }
  /** Nothing says that the two logs have anything in common. */
  | { kind: 'foreign' }

const isSame = (own: EpochEntry, other: EpochEntry): boolean =>
  own.epoch === other.epoch &&
  own.startOffset === other.startOffset &&
  // A broker that is not ours gives no ids.
  (own.id === other.id || other.id === '')

const endOf = ({ endOffset }: EpochEntry, maxOffset: number): number =>
  Math.min(endOffset ?? maxOffset, maxOffset)

export const planFollow = (own: LogHistory, master: LogHistory): FollowPlan => {
  const anew: FollowPlan = { kind: 'anew', from: master.minOffset }
  if (own.maxOffset === own.minOffset) return anew
  for (const entry of own.entries.toReversed()) {
    const other = master.entries.find((candidate) => isSame(entry, candidate))
    if (other === undefined) continue
    const from = Math.min(endOf(entry, own.maxOffset), endOf(other, master.maxOffset))
    return from < master.minOffset || from <= own.minOffset ? anew : { kind: 'follow', from }
  }
  return { kind: 'foreign' }
}
