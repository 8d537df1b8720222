/** Writes full index tables beside the store's other work: one at a time, in slices, in the thread pool. */
import { crc32 } from 'node:zlib'
import type { Disk } from '../base/disk'
import type { Log } from '../base/log'
import { endOfTurn } from '../base/turn'
import type { FileCache } from './fileCache'
import { encodeIndexHeader, type IndexHeader, type IndexTable } from './indexTable'

/** A table that takes no more entries. */
export interface SealedTable {
  path: string
  header: IndexHeader
  /** In memory until its file is written. */
  table: IndexTable | undefined
  /** Retention took the log below it. */
  isDropped: boolean
}

interface Deps {
  disk: Pick<Disk, 'mkdirp' | 'removeTree'>
  files: FileCache
  log: Log
  folder: string
  /** The file could not be written: nobody can read the table any more. */
  onLost: (table: SealedTable) => void
}

/** Tables of at most 2.6 MB that wait in memory, the one under way included; one more is written at once. */
export const MAX_WAITING_TABLES = 2
/** Entries linked in one turn: about 0.1 ms. */
const LINK_SLICE = 8192
/** Pieces of 64 KiB summed up in one turn. */
const CRC_SLICE = 4

export class IndexWriter {
  private readonly waiting: SealedTable[] = []
  private running: Promise<void> | undefined
  private hasFolder = false

  constructor(private readonly deps: Deps) {}

  /** Takes its time, unless `MAX_WAITING_TABLES` wait already. Never throws: a failure is logged and told to `onLost`. */
  write(sealed: SealedTable): void {
    if (this.waiting.length >= MAX_WAITING_TABLES) {
      this.writeNow(sealed)
      return
    }
    this.waiting.push(sealed)
    this.running ??= this.run()
  }

  /** Resolves when nothing waits any more. Never rejects. */
  async drained(): Promise<void> {
    await this.running
  }

  isUnderWay(sealed: SealedTable): boolean {
    return this.waiting[0] === sealed
  }

  private async run(): Promise<void> {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      // Not in the turn of the put that filled it.
      await turn()
      try {
        if (!next.isDropped) await this.writeInSlices(next)
        if (next.isDropped) this.remove(next.path)
      } catch (error) {
        this.lose(next, error)
      }
      next.table = undefined
      this.waiting.shift()
    }
    this.running = undefined
  }

  private async writeInSlices({ table, header, path }: SealedTable): Promise<void> {
    if (table === undefined) return
    while (table.link(LINK_SLICE)) await turn()
    let pieces = 0
    for (const piece of table.body()) {
      header.crc = crc32(piece, header.crc)
      if (++pieces % CRC_SLICE === 0) await turn()
    }
    const file = this.create(path)
    const unpin = this.deps.files.pin(path)
    try {
      const head = encodeIndexHeader(header)
      await file.writeAsync(head, 0)
      let position = head.length
      for (const piece of table.body()) {
        await file.writeAsync(piece, position)
        position += piece.length
      }
    } finally {
      unpin()
    }
  }

  private writeNow(sealed: SealedTable): void {
    const { table, header, path } = sealed
    if (table === undefined) return
    try {
      table.link(table.entries)
      const body = [...table.body()]
      for (const piece of body) header.crc = crc32(piece, header.crc)
      this.create(path).writev([encodeIndexHeader(header), ...body], 0)
    } catch (error) {
      this.lose(sealed, error)
    }
    sealed.table = undefined
  }

  private remove(path: string): void {
    this.deps.files.forget(path)
    this.deps.disk.removeTree(path)
  }

  private create(path: string): ReturnType<FileCache['open']> {
    if (!this.hasFolder) this.deps.disk.mkdirp(this.deps.folder, 'unsynced')
    this.hasFolder = true
    return this.deps.files.open(path, 'w+')
  }

  private lose(sealed: SealedTable, error: unknown): void {
    // Messages are stored all the same.
    const { log, onLost } = this.deps
    log.warn(`${sealed.path} could not be written; its keys are found again after the next start`, error) // prettier-ignore
    onLost(sealed)
  }
}

const turn = (): Promise<void> => new Promise<void>((resolve) => endOfTurn(resolve))
