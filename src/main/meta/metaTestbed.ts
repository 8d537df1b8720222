import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '../base/clock'
import { nodeDisk, type Disk } from '../base/disk'
import { createLog, type LogRecord } from '../base/log'
import { openCollection, type Collection, type CollectionOptions } from './collection'
import type { MetaReport } from './report'
import { shape, str, type Shaped } from './shape'

const note = shape({ text: str })
export type NoteDoc = Shaped<typeof note>

/** A file in a folder of its own, for tests: opened, spoilt by hand, opened again. */
export class MetaTestbed {
  readonly folder = join(tmpdir(), `gantry meta 元数据 ${randomUUID()}`)
  readonly path = join(this.folder, 'notes.db')
  readonly clock = new ManualClock()
  readonly reports: MetaReport[] = []
  readonly logged: LogRecord[] = []
  private collection: Collection<NoteDoc> | undefined

  constructor(readonly disk: Disk = nodeDisk) {
    disk.mkdirp(this.folder)
  }

  /** Opens the file, closing it first where this testbed has it open. */
  async open(options: Partial<CollectionOptions<NoteDoc>> = {}): Promise<Collection<NoteDoc>> {
    await this.collection?.close()
    this.collection = await openCollection({
      disk: this.disk,
      clock: this.clock,
      log: createLog('meta', this.clock, (record) => this.logged.push(record)),
      path: this.path,
      parse: note,
      onReport: (report) => this.reports.push(report),
      ...options
    })
    return this.collection
  }

  /** A closed file holding `n` notes, `key-000` on, in a file and a snapshot that agree. */
  async fill(n: number): Promise<void> {
    const notes = await this.open()
    await notes.putAll(Array.from({ length: n }, (_, i) => [keyOf(i), { text: `text ${i}` }]))
    await this.open()
    await this.close()
    this.reports.length = 0
  }

  async close(): Promise<void> {
    await this.collection?.close()
    this.collection = undefined
  }

  content(path = this.path): Buffer {
    return this.disk.readFile(path)
  }

  /** Changes the closed file as a failing disk would. */
  spoil(change: (content: Buffer) => Buffer | void): void {
    const content = this.content()
    this.disk.replaceFile(this.path, change(content) ?? content)
  }

  append(text: string): void {
    this.spoil((content) => Buffer.concat([content, Buffer.from(text)]))
  }

  get kinds(): string[] {
    return this.reports.map(({ kind }) => kind)
  }

  async dispose(): Promise<void> {
    await this.close()
    this.disk.removeTree(this.folder)
  }
}

export const keyOf = (index: number): string => `key-${String(index).padStart(3, '0')}`
