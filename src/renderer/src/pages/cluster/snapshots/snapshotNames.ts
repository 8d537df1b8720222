import { MAX_SNAPSHOT_NAME_LENGTH, SnapshotDraft } from '../../../../../shared/snapshotViews'

export const isSnapshotName = (name: string): boolean => SnapshotDraft.safeParse({ name }).success

/** `name` as it is, or cut and with a number behind it where a snapshot has it already. */
export const freeSnapshotName = (name: string, taken: readonly string[]): string => {
  for (let n = 1; ; n++) {
    const suffix = n === 1 ? '' : ` (${n})`
    const room = MAX_SNAPSHOT_NAME_LENGTH - suffix.length
    const next = `${name.length > room ? `${name.slice(0, room - 1)}…` : name}${suffix}`
    if (!taken.includes(next)) return next
  }
}
