import { basename, dirname, join } from 'node:path'
import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'
import { datedName } from './datedName'
import { fileContent, FORMAT_ID, idOfKey, isKeyId, keyOfId, versionOf } from './document'
import { MetaVersionError } from './errors'
import { currentVersion, migrateEntries, type Migration } from './migration'
import { listNames, plural, type MetaReport } from './report'
import type { Parse } from './shape'
import { deepFreeze } from './storable'
import { verifyContent, type VerifiedFile } from './verify'

export interface RecoverOptions<T> {
  readonly disk: Disk
  readonly clock: Pick<Clock, 'now'>
  /** Absolute path of the `.db` file. */
  readonly path: string
  readonly parse: Parse<T>
  readonly migrations: readonly Migration[]
  /** The tail of an append that failed a moment ago is nothing new, and not kept. */
  readonly isReload?: boolean
}

/** What a file holds once its damage is dealt with, and what must be written before NeDB may open it. */
export interface Recovery<T> {
  readonly values: Map<string, T>
  /** Nothing of it was on disk. */
  readonly isNew: boolean
  /** The whole file as it should be. */
  readonly content: string
  readonly mustRewrite: boolean
  readonly mustSnapshot: boolean
  readonly sideFiles: readonly { readonly name: string; readonly content: Buffer | string }[]
  readonly reports: readonly MetaReport[]
  /** From which version to which. */
  readonly migrated: readonly [from: number, to: number] | undefined
}

type Entry = readonly [key: string, raw: unknown]

/** The previous generation: what the file held when it was last opened or compacted. */
export const snapshotPath = (path: string): string => `${path}.prev`

/** The bytes of a file; undefined where there is none. @throws Error that names it when it cannot be read. */
export const readIfThere = (disk: Disk, path: string): Buffer | undefined => {
  try {
    return disk.exists(path) ? disk.readFile(path) : undefined
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${path} cannot be read: ${reason}`, { cause: error })
  }
}

const entriesOf = (file: VerifiedFile): Entry[] =>
  [...file.documents].flatMap(([id, raw]): Entry[] => (isKeyId(id) ? [[keyOfId(id), raw]] : []))

/**
 * Records the previous generation has and the file does not even mention. Every file starts as that
 * generation, so such a record was damaged or cut off, also where every line left looks sound.
 */
const lostEntries = (
  file: VerifiedFile,
  snapshot: VerifiedFile | undefined,
  version: number,
  migrations: readonly Migration[]
): Entry[] => {
  if (!snapshot) return []
  const snapshotVersion = versionOf(snapshot.documents) ?? version
  if (snapshotVersion > version) return []
  return migrateEntries(entriesOf(snapshot), migrations, snapshotVersion, version).filter(
    ([key]) => !file.documents.has(idOfKey(key)) && !file.removed.has(idOfKey(key))
  )
}

const describeBadLines = ({ badLines }: VerifiedFile, restored: ReadonlySet<string>): string => {
  const lines = badLines.map(({ number, key }) =>
    key === undefined ? `line ${number}` : `line ${number} (${JSON.stringify(key)})`
  )
  const count = restored.size
  const outcome =
    count >= badLines.length
      ? 'what they held was restored from the previous generation'
      : `the previous generation had ${plural(count, 'record')} of them; newer changes are lost`
  return `${plural(badLines.length, 'damaged line')}: ${listNames(lines)}; ${outcome}`
}

/** Reads and judges; writes nothing. Throws `MetaVersionError` on a file of a newer Gantry. */
export const recover = <T>(options: RecoverOptions<T>): Recovery<T> => {
  const { disk, clock, path, parse, migrations, isReload = false } = options
  const reports: MetaReport[] = []
  const sideFiles: { name: string; content: Buffer | string }[] = []
  const keep = (suffix: string, content: Buffer | string): string => {
    const name = datedName(disk, clock, path, suffix)
    sideFiles.push({ name, content })
    return name
  }
  const report = (kind: MetaReport['kind'], detail: string, keptAs?: string): void => {
    reports.push({ file: path, kind, detail, keptAs })
  }

  const onDisk = readIfThere(disk, path)
  // NeDB's half-done compaction counts only where the file itself is gone.
  const content = onDisk ?? readIfThere(disk, `${path}~`) ?? Buffer.alloc(0)
  const snapshotContent = readIfThere(disk, snapshotPath(path))
  const file = verifyContent(content)
  const snapshot = snapshotContent && verifyContent(snapshotContent)

  const target = currentVersion(migrations)
  const version = versionOf(file.documents) ?? (snapshot && versionOf(snapshot.documents)) ?? target
  if (version > target) throw new MetaVersionError(path, version, target)

  const lost = lostEntries(file, snapshot, version, migrations)
  if (file.tornTail && !isReload) {
    const detail = `the last line was cut short; ${plural(file.tornTail.length, 'byte')} of it set aside`
    report('torn-tail', detail, keep('torn-tail', file.tornTail))
  }
  if (file.badLines.length > 0) {
    const detail = describeBadLines(file, new Set(lost.map(([key]) => key)))
    report('damaged-line', detail, keep('damaged', content))
  }
  if (lost.length > 0) {
    const names = listNames(lost.map(([key]) => JSON.stringify(key)))
    report('restored', `${plural(lost.length, 'record')} restored: ${names}`)
  }

  const found = [...entriesOf(file), ...lost]
  const isOlder = version < target && content.length > 0
  if (isOlder) keep(`v${version}.bak`, content)

  const values = new Map<string, T>()
  const misfits: { key: string; raw: unknown; reason: string }[] = []
  for (const [key, raw] of migrateEntries(found, migrations, version, target)) {
    try {
      values.set(key, deepFreeze(parse(raw)))
    } catch (error) {
      misfits.push({ key, raw, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  if (misfits.length > 0) {
    const names = misfits.map(({ key, reason }) => `${JSON.stringify(key)} (${reason})`)
    const detail = `${plural(misfits.length, 'record')} of an unknown shape: ${listNames(names)}`
    report('set-aside', detail, keep('set-aside', `${JSON.stringify(misfits, undefined, 2)}\n`))
  }

  const next = fileContent(values, target)
  return {
    values,
    isNew: onDisk === undefined && content.length === 0 && snapshotContent === undefined,
    content: next,
    mustRewrite:
      onDisk === undefined ||
      reports.length > 0 ||
      file.tornTail !== undefined ||
      version !== target ||
      !file.documents.has(FORMAT_ID),
    mustSnapshot: snapshotContent ? snapshotContent.toString('utf8') !== next : values.size > 0,
    sideFiles,
    reports,
    migrated: isOlder ? [version, target] : undefined
  }
}

/** Side files kept of one file; the oldest go first. Backups made before a migration stay. */
const MAX_SIDE_FILES = 10

const pruneSideFiles = (disk: Disk, path: string): void => {
  const kept = disk
    .list(dirname(path))
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .filter((name) => /\.(torn-tail|damaged|set-aside)(-\d+)?$/.test(name))
  for (const name of kept.slice(0, -MAX_SIDE_FILES)) disk.remove(join(dirname(path), name))
}

/** Makes the disk agree with a recovery; afterwards NeDB may open the file. */
export const settle = (
  disk: Disk,
  path: string,
  { sideFiles, mustRewrite, mustSnapshot, content }: Recovery<unknown>
): void => {
  disk.mkdirp(dirname(path))
  try {
    for (const sideFile of sideFiles) disk.replaceFile(sideFile.name, sideFile.content)
    // The snapshot first: a rewritten file has no word of what was removed, and an older snapshot would bring it back.
    if (mustSnapshot) disk.replaceFile(snapshotPath(path), content)
    if (mustRewrite) disk.replaceFile(path, content)
    if (sideFiles.length > 0) pruneSideFiles(disk, path)
  } catch (error) {
    // The file is as it was and will be judged again: without this each try on a full disk leaves more copies.
    for (const sideFile of sideFiles) disk.remove(sideFile.name)
    throw error
  }
}
