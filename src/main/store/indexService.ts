/**
 * The key index: tables of limited size, each over a stretch of the log and together over all of it. The newest one
 * grows in memory; full ones are written beside everything else, the last one on close. All are derived: what is missing, damaged or behind the
 * log is made anew at the start. Java: IndexService.
 */
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Disk } from '../base/disk'
import type { Log } from '../base/log'
import { endOfTurn } from '../base/turn'
import { decodeMessage } from '../protocol/message/messageCodec'
import type { CommitLog } from './commitLog'
import type { FileCache } from './fileCache'
import {
  bodyBytes,
  decodeIndexHeader,
  findInTable,
  INDEX_HEADER_BYTES,
  IndexTable,
  type IndexHeader,
  type IndexRange,
  type IndexWanted
} from './indexTable'
import { IndexWriter, type SealedTable } from './indexWriter'
import type { StoreLimits } from './limits'
import { LogScanner } from './logScanner'
import { indexKeyHash, isIndexed, KeyHasher } from './messageKeys'
import type { MessageStoreConfig } from './messageStore'
import { TRAILER_BYTES } from './recordCodec'
import { offsetName, parseOffsetName, SEGMENT_HEADER_BYTES } from './segmentFile'

export interface IndexServiceDeps {
  disk: Disk
  log: Log
  folder: string
  files: FileCache
  commitLog: CommitLog
  config: Pick<MessageStoreConfig, 'messageIndexEnable'>
  limits: Pick<StoreLimits, 'indexEntries' | 'indexLogBytes'>
}

/** What the index needs of a record, whether it was just put or is read again. */
export interface IndexableRecord {
  topic: string
  properties: string
  sysFlag: number
  physicalOffset: number
  size: number
  storeTimestamp: number
}

/** Longer chains are followed in a copy of the whole table rather than entry by entry. */
const MAX_SMALL_READS = 64

export class IndexService {
  private readonly folder: string
  /** Oldest first. */
  private sealed: SealedTable[] = []
  private open = new IndexTable(0)
  /** The newest table with an entry; at first one without. */
  private newest: Pick<IndexRange, 'endTimestamp' | 'endPhyOffset'> = this.open
  private readonly hasher = new KeyHasher()
  private readonly writer: IndexWriter

  constructor(private readonly deps: IndexServiceDeps) {
    this.folder = join(deps.folder, 'index')
    const { disk, files, log } = deps
    this.writer = new IndexWriter({
      ...{ disk, files, log, folder: this.folder },
      onLost: (lost) => (this.sealed = this.sealed.filter((table) => table !== lost))
    })
  }

  get lastUpdateTimestamp(): number {
    return this.newest.endTimestamp
  }

  get lastUpdatePhyOffset(): number {
    return this.newest.endPhyOffset
  }

  /** Once, when the log's end is known. Never rejects: without the index messages are stored and pulled all the same. */
  async recover(): Promise<void> {
    const { commitLog, log } = this.deps
    try {
      await this.loadAndRebuild()
    } catch (error) {
      log.warn('the key index could not be completed; the next start tries it again', error)
      this.open = new IndexTable(commitLog.writtenEnd)
    }
  }

  /** Takes over the files that fit the log and makes the rest from it. */
  private async loadAndRebuild(): Promise<void> {
    const { commitLog } = this.deps
    const found = await this.loadFiles()
    this.open = new IndexTable(commitLog.minOffset)
    for (const table of found) {
      await this.rebuild(this.open.to, table.header.from)
      this.sealOpen()
      this.sealed.push(table)
      this.open = new IndexTable(table.header.to)
      if (table.header.entries > 0) this.newest = table.header
    }
    this.resumeLast()
    await this.rebuild(this.open.to, commitLog.writtenEnd)
  }

  /** Records come in log order. Never throws. */
  put(record: IndexableRecord): void {
    const { limits, config } = this.deps
    const { topic, physicalOffset, storeTimestamp } = record
    const end = physicalOffset + record.size + TRAILER_BYTES
    if (this.open.entries >= limits.indexEntries || end - this.open.from > limits.indexLogBytes)
      this.seal()
    // The log has a hole here: offsets of an entry count from near its table's beginning.
    if (end - this.open.from > limits.indexLogBytes) this.open = new IndexTable(physicalOffset)
    if (config.messageIndexEnable && isIndexed(record.sysFlag)) {
      const hashes = this.hasher.hashesOf(topic, record.properties)
      for (let i = 0; i < hashes.length; i++)
        this.open.add(hashes[i]!, physicalOffset, storeTimestamp)
      if (hashes.length > 0) this.newest = this.open
    }
    this.open.to = end
  }

  /** Offsets of what may be of the key, newest table first; the caller compares topic and key. */
  *candidates(topic: string, key: string, wanted: Omit<IndexWanted, 'hash'>): Iterable<number[]> {
    const all = { ...wanted, hash: indexKeyHash(topic, key) }
    const { sealed } = this
    let before = sealed.length
    yield this.open.find(all)
    while (before-- > 0) {
      const table = sealed[before]!
      const { to, beginTimestamp, endTimestamp, entries } = table.header
      if (to <= all.sinceOffset || (entries > 0 && endTimestamp < all.beginTimestamp)) return
      if (entries > 0 && beginTimestamp <= all.endTimestamp) yield this.findInSealed(table, all)
    }
  }

  /**
   * Removes the tables that lie wholly before what is left of the log, one file per turn. Never rejects: a file that
   * stays is removed by the next start.
   */
  async dropBefore(minPhysicalOffset: number): Promise<void> {
    const { disk, files, log } = this.deps
    const dropped = this.sealed.filter(({ header }) => header.to <= minPhysicalOffset)
    // A new list: a query that goes on has the old one.
    this.sealed = this.sealed.filter(({ header }) => header.to > minPhysicalOffset)
    for (const table of dropped) table.isDropped = true
    for (const table of dropped) {
      const { path } = table
      try {
        files.forget(path)
        if (!this.writer.isUnderWay(table)) disk.removeTree(path)
      } catch (error) {
        log.warn(`${path} could not be removed; the next start tries it again`, error)
      }
      await new Promise<void>((resolve) => endOfTurn(resolve))
    }
  }

  /** The log ends at `end` now: what the tables knew behind is forgotten. @throws the disk's error. */
  async truncate(end: number): Promise<void> {
    const { disk, files, commitLog } = this.deps
    await this.written()
    this.sealed = this.sealed.filter((table) => {
      table.isDropped = table.header.to > end
      return !table.isDropped
    })
    const last = this.sealed.at(-1)
    this.open = new IndexTable(Math.max(last?.header.to ?? 0, commitLog.minOffset))
    this.newest = this.sealed.findLast(({ header }) => header.entries > 0)?.header ?? this.open
    const kept = new Set(this.sealed.map(({ path }) => path))
    for (const name of disk.list(this.folder)) {
      const path = join(this.folder, name)
      if (kept.has(path)) continue
      files.forget(path)
      disk.removeTree(path)
    }
    // Were one back after a power cut, it could fit a log that has grown again, with other messages.
    if (disk.exists(this.folder)) await disk.syncFolder(this.folder)
    await this.rebuild(this.open.to, end)
  }

  /** Writes what is only in memory. Never rejects. */
  async close(): Promise<void> {
    this.sealOpen()
    await this.written()
  }

  /** Resolves when every full table is in its file, or could not be written. */
  written(): Promise<void> {
    return this.writer.drained()
  }

  private async loadFiles(): Promise<SealedTable[]> {
    const { disk, commitLog, log } = this.deps
    const found: SealedTable[] = []
    let covered = 0
    let isAnyRemoved = false
    for (const name of this.listFolder()) {
      const path = join(this.folder, name)
      const header = this.judge(path, parseOffsetName(name))
      const fits =
        header !== undefined &&
        header.from >= covered &&
        header.to > commitLog.minOffset &&
        header.to <= commitLog.writtenEnd
      if (fits) {
        found.push({ path, header, table: undefined, isDropped: false })
        covered = header.to
      } else {
        const isBelowLog = header !== undefined && header.to <= commitLog.minOffset
        if (!isBelowLog) log.warn(`${path} does not fit the log; what it held is indexed anew`)
        disk.removeTree(path)
        isAnyRemoved = true
      }
      await new Promise<void>((resolve) => endOfTurn(resolve))
    }
    // One that came back after a power cut could fit a log that has grown again, with other messages.
    if (isAnyRemoved) await disk.syncFolder(this.folder)
    return found
  }

  private listFolder(): string[] {
    const { disk } = this.deps
    try {
      return disk.list(this.folder)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error
      // A file where the folder belongs: everything in the folder can be made anew.
      disk.removeTree(this.folder)
      return []
    }
  }

  private judge(path: string, from: number | undefined): IndexHeader | undefined {
    if (from === undefined) return undefined
    const bytes = this.deps.disk.readFile(path)
    const header = decodeIndexHeader(bytes)
    if (header === undefined || header.from !== from) return undefined
    if (bytes.length !== INDEX_HEADER_BYTES + bodyBytes(header)) return undefined
    return crc32(bytes.subarray(INDEX_HEADER_BYTES)) === header.crc ? header : undefined
  }

  /** A table that was closed before it was full grows on; its file stays until it is replaced. */
  private resumeLast(): void {
    const { disk, limits } = this.deps
    const last = this.sealed.at(-1)
    if (last === undefined || this.open.to !== last.header.to) return
    const { from, to, entries } = last.header
    if (entries >= limits.indexEntries || to - from > limits.indexLogBytes / 2) return
    this.sealed.pop()
    this.open = IndexTable.resume(
      last.header,
      disk.readFile(last.path).subarray(INDEX_HEADER_BYTES)
    )
  }

  private async rebuild(from: number, to: number): Promise<void> {
    if (from >= to) return
    if (!this.deps.config.messageIndexEnable) {
      // Left out for now: a start with the index enabled finds the gap.
      this.sealOpen()
      this.open = new IndexTable(to)
      return
    }
    for (const segment of this.deps.commitLog.segments) {
      if (segment.end <= from || segment.base >= to) continue
      const start = Math.max(from, segment.base + SEGMENT_HEADER_BYTES)
      await new LogScanner(segment).scan(start, {
        onRecord: (source, at, size, physicalOffset) => {
          if (physicalOffset >= to) return
          const message = decodeMessage(source.subarray(at, at + size))
          this.put({ ...message, physicalOffset, size })
        },
        // Recovery has told of it.
        onDamage: () => undefined
      })
    }
    this.open.to = to
  }

  private sealOpen(): void {
    if (this.open.to > this.open.from) this.seal()
  }

  private seal(): void {
    const { header } = this.open
    const path = join(this.folder, offsetName(header.from))
    const sealed: SealedTable = { path, header, table: this.open, isDropped: false }
    if (header.entries > 0) this.newest = header
    this.open = new IndexTable(header.to)
    this.sealed.push(sealed)
    this.writer.write(sealed)
  }

  private findInSealed(table: SealedTable, wanted: IndexWanted): number[] {
    if (table.isDropped) return []
    if (table.table !== undefined) return table.table.find(wanted)
    const { path, header } = table
    let whole: Buffer | undefined
    let reads = 0
    const readAt = (position: number, length: number): Buffer => {
      const target = Buffer.allocUnsafe(length)
      const file = this.deps.files.open(path, 'r')
      if (file.read(target, 0, length, INDEX_HEADER_BYTES + position) < length)
        throw new Error(`${path} ends too soon`)
      return target
    }
    try {
      return findInTable(
        header,
        (position, length) => {
          if (whole === undefined && ++reads <= MAX_SMALL_READS) return readAt(position, length)
          whole ??= readAt(0, bodyBytes(header))
          return whole.subarray(position, position + length)
        },
        wanted
      )
    } catch (error) {
      this.deps.log.warn(`${path} cannot be read; its keys are not found`, error)
      return []
    }
  }
}
