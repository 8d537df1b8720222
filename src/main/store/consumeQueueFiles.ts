/**
 * The files of one queue: 20-byte entries in RocketMQ's layout, named by the byte offset of their first entry. What was
 * written is summed up in a CRC per file that goes into the checkpoint: a start trusts only files that still fit it.
 */
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Disk } from '../base/disk'
import type { FileCache } from './fileCache'
import { offsetName, parseOffsetName } from './segmentFile'

export const ENTRY_BYTES = 20

/** A file as the checkpoint remembers it. */
export interface QueueFileState {
  /** Index of its first entry. */
  base: number
  entries: number
  crc: number
}

/** Entries in front of a file that are worth writing the rest of it anew: 320,000 bytes. */
const TRIM_ENTRIES = 16_000

export class ConsumeQueueFiles {
  private list: QueueFileState[] = []
  private folderMade = false

  constructor(
    private readonly disk: Disk,
    private readonly cache: FileCache,
    private readonly folder: string,
    private readonly fileBytes: () => number
  ) {}

  /** Index of the first entry there is. */
  get first(): number {
    return this.list[0]?.base ?? 0
  }

  /** Index behind the last entry written. */
  get end(): number {
    const last = this.list.at(-1)
    return last === undefined ? 0 : last.base + last.entries
  }

  get states(): readonly QueueFileState[] {
    return this.list
  }

  /** On disk, including what retention let go of in front of the first file's entries. */
  get bytes(): number {
    let entries = 0
    for (const file of this.list) entries += file.entries
    return entries * ENTRY_BYTES
  }

  /** Lets go of the files that lie wholly before `index` and gives their paths, to be removed by the caller. */
  dropBefore(index: number): string[] {
    const dropped: string[] = []
    for (let file = this.list[0]; file && file.base + file.entries <= index; file = this.list[0]) {
      this.list.shift()
      this.cache.forget(this.pathOf(file))
      dropped.push(this.pathOf(file))
    }
    return dropped
  }

  /**
   * Writes the first file anew without the entries before `index` when they are most of it; gives the path of the old
   * one, to be removed by the caller. @throws the disk's error; the old one is in use then.
   */
  trimBefore(index: number): string | undefined {
    const file = this.list[0]
    const dead = file === undefined ? 0 : index - file.base
    if (file === undefined || dead < TRIM_ENTRIES || dead * 2 < file.entries) return undefined
    const bytes = this.read(index, file.entries - dead)
    const trimmed = { base: index, entries: file.entries - dead, crc: crc32(bytes) }
    // Not synced: a power cut that takes it leaves a file that does not fit its CRC, and the queue is rebuilt.
    this.cache.open(this.pathOf(trimmed), 'w+').writev([bytes], 0)
    this.cache.forget(this.pathOf(file))
    this.list[0] = trimmed
    return this.pathOf(file)
  }

  /** Removes files it does not know: a deletion was cut short. */
  removeStrays(): void {
    const known = new Set(this.list.map((file) => offsetName(file.base * ENTRY_BYTES)))
    for (const name of this.disk.list(this.folder))
      if (!known.has(name)) this.disk.remove(join(this.folder, name))
  }

  /** Takes the files there are as they are, whole entries only; nothing is checked or changed. */
  scanFolder(): void {
    const bases = this.disk
      .list(this.folder)
      .map(parseOffsetName)
      .filter((base): base is number => base !== undefined && base % ENTRY_BYTES === 0)
    this.list = bases.map((base) => {
      const size = this.disk.size(join(this.folder, offsetName(base))) ?? 0
      return { base: base / ENTRY_BYTES, entries: Math.floor(size / ENTRY_BYTES), crc: 0 }
    })
  }

  /** Does every file hold what `states` say? Bytes behind are not looked at. */
  fits(states: readonly QueueFileState[]): boolean {
    for (const [i, state] of states.entries()) {
      const before = states[i - 1]
      if (before !== undefined && before.base + before.entries !== state.base) return false
      const bytes = this.readWhole(state)
      if (bytes === undefined || crc32(bytes) !== state.crc) return false
    }
    return true
  }

  /** Believes `states` if every file holds what they say; cuts what lies behind. Gives whether it did. */
  load(states: readonly QueueFileState[]): boolean {
    if (!this.fits(states)) return false
    this.list = states.map((state) => ({ ...state }))
    this.folderMade = states.length > 0
    const last = this.list.at(-1)
    if (last !== undefined && this.disk.size(this.pathOf(last)) !== last.entries * ENTRY_BYTES)
      this.cache.open(this.pathOf(last), 'r+').truncate(last.entries * ENTRY_BYTES)
    return true
  }

  /** Appends whole entries that begin at `index`, which is `end` (or anything while there is no file). */
  append(index: number, bytes: Buffer): void {
    for (let rest = bytes, at = index; rest.length > 0;) {
      const file = this.fileFor(at)
      const room = this.roundedFileBytes() - file.entries * ENTRY_BYTES
      const part = rest.subarray(0, room)
      const known = this.list.at(-1) === file
      const handle = this.cache.open(this.pathOf(file), known && file.entries > 0 ? 'r+' : 'w+')
      handle.writev([part], file.entries * ENTRY_BYTES)
      if (!known) this.list.push(file)
      file.crc = crc32(part, file.crc)
      file.entries += part.length / ENTRY_BYTES
      at += part.length / ENTRY_BYTES
      rest = rest.subarray(part.length)
    }
  }

  /** Entries from `index` on; fewer where the files end. @throws Error when a file cannot be read. */
  read(index: number, count: number): Buffer {
    const target = Buffer.allocUnsafe(Math.max(0, Math.min(count, this.end - index)) * ENTRY_BYTES)
    let filled = 0
    for (let i = this.indexOfFile(index); filled < target.length; i++) {
      const file = this.list[i]
      if (file === undefined) break
      const from = (index - file.base) * ENTRY_BYTES + filled
      const wanted = Math.min(target.length - filled, file.entries * ENTRY_BYTES - from)
      const got = this.cache.open(this.pathOf(file), 'r+').read(target, filled, wanted, from)
      filled += got
      if (got < wanted) throw new Error(`${this.pathOf(file)} is shorter than it was`)
    }
    return target.subarray(0, filled)
  }

  /** Forgets the entries from `index` on. */
  truncate(index: number): void {
    for (let last = this.list.at(-1); last && last.base >= index; last = this.list.at(-1)) {
      this.list.pop()
      this.remove(last)
    }
    const last = this.list.at(-1)
    if (last === undefined || last.base + last.entries <= index) return
    last.entries = index - last.base
    this.cache.open(this.pathOf(last), 'r+').truncate(last.entries * ENTRY_BYTES)
    last.crc = crc32(this.readWhole(last) ?? Buffer.alloc(0))
  }

  /** Index the file after the one with `index` begins at. Java: ConsumeQueue.rollNextFile. */
  nextFile(index: number): number {
    const file = this.list[this.indexOfFile(index)]
    return file === undefined ? index + 1 : file.base + Math.max(1, file.entries)
  }

  removeAll(): void {
    for (const file of this.list) this.cache.forget(this.pathOf(file))
    this.list = []
    this.folderMade = false
    this.disk.removeTree(this.folder)
  }

  private fileFor(index: number): QueueFileState {
    const last = this.list.at(-1)
    if (last !== undefined && last.entries * ENTRY_BYTES < this.roundedFileBytes()) return last
    if (!this.folderMade) this.disk.mkdirp(this.folder, 'unsynced')
    this.folderMade = true
    return { base: index, entries: 0, crc: 0 }
  }

  private roundedFileBytes(): number {
    return Math.max(ENTRY_BYTES, Math.ceil(this.fileBytes() / ENTRY_BYTES) * ENTRY_BYTES)
  }

  private pathOf(file: QueueFileState): string {
    return join(this.folder, offsetName(file.base * ENTRY_BYTES))
  }

  private readWhole(file: QueueFileState): Buffer | undefined {
    const path = this.pathOf(file)
    const bytes = file.entries * ENTRY_BYTES
    try {
      if ((this.disk.size(path) ?? -1) < bytes) return undefined
      const target = Buffer.allocUnsafe(bytes)
      const got = this.cache.open(path, 'r+').read(target, 0, bytes, 0)
      return got === bytes ? target : undefined
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // No file at all is as good as a damaged one.
      if (code === 'EISDIR' || code === 'ENOTDIR') return undefined
      throw error
    }
  }

  private remove(file: QueueFileState): void {
    this.cache.forget(this.pathOf(file))
    this.disk.remove(this.pathOf(file))
  }

  private indexOfFile(index: number): number {
    let low = 0
    let high = this.list.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.list[middle]!.base <= index) low = middle
      else high = middle - 1
    }
    return low
  }
}
