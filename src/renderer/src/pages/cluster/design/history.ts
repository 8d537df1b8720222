/** What was drawn, and the way back and forth. A value: every step gives another history. */

/** Steps that can be undone; the oldest goes. */
export const MAX_UNDO = 100

export interface History<T> {
  readonly past: readonly T[]
  readonly present: T
  readonly future: readonly T[]
  /** What the last step was of: a further one of the same, as typing a name, is no step of its own. */
  readonly of: string | undefined
}

export const historyOf = <T>(present: T): History<T> => ({
  past: [],
  present,
  future: [],
  of: undefined
})

export const recorded = <T>(history: History<T>, present: T, of?: string): History<T> => {
  const isSame = of !== undefined && of === history.of
  const past = isSame ? history.past : [...history.past, history.present].slice(-MAX_UNDO)
  return { past, present, future: [], of }
}

export const undone = <T>({ past, present, future }: History<T>): History<T> => {
  const before = past.at(-1)
  return before === undefined
    ? { past, present, future, of: undefined }
    : { past: past.slice(0, -1), present: before, future: [present, ...future], of: undefined }
}

export const redone = <T>({ past, present, future }: History<T>): History<T> => {
  const [after, ...rest] = future
  return after === undefined
    ? { past, present, future, of: undefined }
    : { past: [...past, present], present: after, future: rest, of: undefined }
}
