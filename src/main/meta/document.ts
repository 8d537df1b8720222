import { sealLine } from './line'

/**
 * What NeDB holds: the key never stands alone as `_id` (NeDB loses `__proto__` and the empty one), and what
 * came over the wire is never a field name.
 */
export interface StoredDocument {
  readonly _id: string
  readonly v: unknown
}

const KEY_PREFIX = 'k:'

/** Sorts before every key, so it is the first line of a compacted file. */
export const FORMAT_ID = '!format'

export const idOfKey = (key: string): string => KEY_PREFIX + key

export const keyOfId = (id: string): string => id.slice(KEY_PREFIX.length)

export const isKeyId = (id: string): boolean => id.startsWith(KEY_PREFIX)

/** A whole file holding exactly these documents, in the order NeDB itself compacts to. */
export const contentOf = (documents: Iterable<readonly [id: string, v: unknown]>): string =>
  [...documents]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([_id, v]) => `${sealLine(JSON.stringify({ _id, v }))}\n`)
    .join('')

/** A whole file of that format version. */
export const fileContent = (values: ReadonlyMap<string, unknown>, version: number): string =>
  contentOf([
    [FORMAT_ID, { version }],
    ...[...values].map(([key, v]) => [idOfKey(key), v] as const)
  ])

/** The format version a file declares; undefined where that line is missing or damaged. */
export const versionOf = (documents: ReadonlyMap<string, unknown>): number | undefined => {
  const format = documents.get(FORMAT_ID)
  if (typeof format !== 'object' || format === null || !('version' in format)) return undefined
  return typeof format.version === 'number' ? format.version : undefined
}
