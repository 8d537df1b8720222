/** One step of a file's format; the step at index `n` leads from version `n + 1` to `n + 2`. */
export interface Migration {
  /** What changes, for the log. */
  readonly name: string
  /** Sees every document of the file, so that keys can be renamed and documents split or joined. */
  migrate(
    entries: readonly (readonly [key: string, raw: unknown])[]
  ): (readonly [key: string, raw: unknown])[]
}

export const FIRST_VERSION = 1

export const currentVersion = (migrations: readonly Migration[]): number =>
  FIRST_VERSION + migrations.length

export const migrateEntries = (
  entries: readonly (readonly [key: string, raw: unknown])[],
  migrations: readonly Migration[],
  from: number,
  to: number
): readonly (readonly [key: string, raw: unknown])[] =>
  migrations
    .slice(from - FIRST_VERSION, to - FIRST_VERSION)
    .reduce((current, step) => step.migrate(current), entries)
