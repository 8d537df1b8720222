import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'
import type { Log } from '../base/log'
import { Batch } from './batch'
import { MetaFullError, MetaValueError } from './errors'
import { fileContent } from './document'
import { currentVersion, type Migration } from './migration'
import { NedbFile } from './nedbFile'
import { recover, settle, type Recovery } from './recover'
import type { MetaReport } from './report'
import type { Parse } from './shape'
import { deepFreeze, whyNotStorable } from './storable'

/** Documents by key, for whichever collection. */
export type Entries = readonly (readonly [key: string, value: object])[]

/** From here on every open and every passing of it is a warning in the log. */
export const WARN_DOCUMENTS = 20_000
/** New keys are refused with `MetaFullError` beyond this; existing ones can still change. */
export const MAX_DOCUMENTS = 50_000

/**
 * A small durable map. Reads answer from memory and see a write at once; a write resolves when it is on disk.
 * Before it rejects, memory is made to show what the disk has. Keys may be any text; values are plain JSON, frozen.
 */
export interface Collection<T extends object> {
  /** In no promised order. */
  all(): readonly (readonly [key: string, value: T])[]
  get(key: string): T | undefined
  put(key: string, value: T): Promise<void>
  /** One flush for all; a crash may keep the first few only. */
  putAll(entries: readonly (readonly [key: string, value: T])[]): Promise<void>
  remove(key: string): Promise<void>
  removeAll(keys: readonly string[]): Promise<void>
  readonly size: number
  /** Waits for pending writes; reads still answer afterwards, writes reject. */
  close(): Promise<void>
}

export interface StoredCollection<T extends object> extends Collection<T> {
  /** Its file as a compaction would write it now, with `others` in the place of what is there under their keys. */
  content(others?: Entries): string
}

export interface CollectionOptions<T extends object> {
  readonly disk: Disk
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  /** Absolute path of the `.db` file; its side files lie beside it. */
  readonly path: string
  /** Throws where the shape is wrong; applied to what is read and to what is written. */
  readonly parse: Parse<T>
  readonly migrations?: readonly Migration[]
  readonly onReport: (report: MetaReport) => void
}

/** Two openers of one file break each other's compaction; between processes the folder lock sees to it. */
const openPaths = new Set<string>()

/**
 * Opens a file whatever its damage, reporting what was found. Throws only where it cannot be read at all, is
 * open already, was written by a newer Gantry, or cannot be made. Where it cannot be written it opens, and writes reject.
 */
export const openCollection = async <T extends object>(
  options: CollectionOptions<T>
): Promise<StoredCollection<T>> => {
  if (openPaths.has(options.path)) throw new Error(`${options.path} is open already`)
  openPaths.add(options.path)
  try {
    const collection = new NedbCollection(options)
    await collection.open()
    return collection
  } catch (error) {
    openPaths.delete(options.path)
    throw error
  }
}

class NedbCollection<T extends object> implements StoredCollection<T> {
  private values = new Map<string, T>()
  /** Absent after a failure, until a write has reloaded it from disk. */
  private file: NedbFile | undefined
  private next: Batch<T> | undefined
  private draining: Promise<void> | undefined
  private isClosed = false
  /** Once it was, a torn tail is that of our own failed append. */
  private wasWritable = false
  /** An outage is reported once, until a write succeeds. */
  private isFailing = false

  constructor(private readonly options: CollectionOptions<T>) {}

  async open(): Promise<void> {
    const recovery = this.read()
    try {
      await this.attach(recovery)
    } catch (error) {
      if (recovery.isNew) throw error
      this.reportFailure('it can be read but not written', error)
    }
    if (this.size >= WARN_DOCUMENTS) this.warnOfSize()
  }

  all(): readonly (readonly [key: string, value: T])[] {
    return [...this.values]
  }

  get(key: string): T | undefined {
    return this.values.get(key)
  }

  get size(): number {
    return this.values.size
  }

  content(others: Entries = []): string {
    const values = new Map<string, object>([...this.values, ...others])
    return fileContent(values, currentVersion(this.options.migrations ?? []))
  }

  put(key: string, value: T): Promise<void> {
    return this.putAll([[key, value]])
  }

  async putAll(entries: readonly (readonly [key: string, value: T])[]): Promise<void> {
    const checked = entries.map(([key, value]) => [key, this.check(key, value)] as const)
    const added = new Set(entries.map(([key]) => key).filter((key) => !this.values.has(key)))
    const size = this.size + added.size
    if (added.size > 0 && size > MAX_DOCUMENTS) {
      throw new MetaFullError(this.options.path, MAX_DOCUMENTS)
    }
    const isPassing = this.size < WARN_DOCUMENTS && size >= WARN_DOCUMENTS
    const written = this.write(checked)
    if (isPassing) this.warnOfSize()
    await written
  }

  remove(key: string): Promise<void> {
    return this.removeAll([key])
  }

  async removeAll(keys: readonly string[]): Promise<void> {
    await this.write(keys.map((key) => [key, undefined]))
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    await this.draining
    this.release()
    openPaths.delete(this.options.path)
  }

  /** The value as it would come back from disk. */
  private check(key: string, value: T): T {
    const reason = whyNotStorable(value)
    if (reason !== undefined) throw new MetaValueError(key, reason)
    try {
      return deepFreeze(this.options.parse(JSON.parse(JSON.stringify(value))))
    } catch (error) {
      throw new MetaValueError(key, error instanceof Error ? error.message : String(error), {
        cause: error
      })
    }
  }

  private write(changes: readonly (readonly [key: string, value: T | undefined])[]): Promise<void> {
    if (this.isClosed) return Promise.reject(new Error(`${this.options.path} is closed`))
    const batch = (this.next ??= new Batch())
    for (const [key, value] of changes) batch.add(this.values, key, value)
    // The drain starts after this turn, so that one turn's changes share a flush; during a flush they gather for the next.
    this.draining ??= Promise.resolve().then(() => this.drain())
    return batch.settled
  }

  private async drain(): Promise<void> {
    for (let batch = this.next; batch; batch = this.next) {
      this.next = undefined
      try {
        const file = this.file ?? (await this.attach(this.read(batch)))
        await file.apply(batch.changes)
        await file.sync()
      } catch (error) {
        await this.fail(batch, error)
        continue
      }
      this.isFailing = false
      batch.resolve()
      await this.compactIfOvergrown()
    }
    this.draining = undefined
  }

  /** Believes the disk again; `current` is about to be written and stays visible. */
  private read(current?: Batch<T>): Recovery<T> {
    const { disk, clock, path, parse, migrations = [] } = this.options
    const recovery = recover({ disk, clock, path, parse, migrations, isReload: this.wasWritable })
    this.values = recovery.values
    current?.rebase(this.values)
    return recovery
  }

  private async attach(recovery: Recovery<T>): Promise<NedbFile> {
    const { disk, log, path } = this.options
    settle(disk, path, recovery)
    if (recovery.migrated)
      log.info(`${path}: migrated from format ${recovery.migrated.join(' to ')}`)
    for (const report of recovery.reports) {
      log.warn(`${report.file}: ${report.detail}`)
      this.tell(report)
    }
    this.file = await NedbFile.open(disk, path)
    this.wasWritable = true
    return this.file
  }

  /**
   * What was appended is unknown, and what NeDB holds in memory is not to be believed: both are dropped. Writes
   * that came meanwhile built on what is now taken back, so they fail too.
   */
  private async fail(batch: Batch<T>, error: unknown): Promise<void> {
    const queued = this.next
    this.next = undefined
    queued?.undo(this.values)
    batch.undo(this.values)
    this.reportFailure('a write failed, the file is read again', error)
    try {
      this.release()
      await this.attach(this.read())
    } catch (reloadError) {
      this.options.log.error(`${this.options.path}: not writable for now`, reloadError)
    }
    batch.reject(error)
    queued?.reject(error)
  }

  private async compactIfOvergrown(): Promise<void> {
    try {
      if (this.file?.isOvergrown) await this.file.compact()
    } catch (error) {
      this.options.log.warn(`${this.options.path}: could not be compacted`, error)
    }
  }

  private release(): void {
    const file = this.file
    this.file = undefined
    file?.close()
  }

  private tell(report: MetaReport): void {
    try {
      this.options.onReport(report)
    } catch (error) {
      this.options.log.error(`${report.file}: a report was not taken`, error)
    }
  }

  private reportFailure(what: string, error: unknown): void {
    const { log, path } = this.options
    log.error(`${path}: ${what}`, error)
    if (this.isFailing) return
    this.isFailing = true
    const reason = error instanceof Error ? error.message : String(error)
    this.tell({ file: path, kind: 'write-failed', detail: `${what}: ${reason}`, keptAs: undefined })
  }

  private warnOfSize(): void {
    this.options.log.warn(
      `${this.options.path} holds ${this.size} documents; it refuses new ones at ${MAX_DOCUMENTS}`
    )
  }
}
