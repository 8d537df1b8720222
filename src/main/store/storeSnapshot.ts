/**
 * A store as it was in one turn, written elsewhere on the same disk. Segments that are never written to again share their
 * bytes with the copy by a hard link; the one being written is copied up to its end, and so is all that is derived,
 * because files of queues are cut and rewritten in place.
 */
import { dirname, join, relative } from 'node:path'
import { copyBytes, type CopyWatch } from '../base/copyBytes'
import type { Disk, DiskFile } from '../base/disk'
import { filesBelow, namesIn } from '../base/filesBelow'
import { endOfTurn } from '../base/turn'
import { replaceFileAsync } from './replaceFile'
import { SEGMENT_HEADER_BYTES } from './segmentFile'
import { offsetFiles, segmentFormat } from './storeFormat'

/** A file of the copy that a start cannot make anew. */
export interface CopiedFile {
  /** Below the folder of the copy, with `/`. */
  path: string
  bytes: number
  /** A hard link: it takes no room while the other name is there. */
  isLinked: boolean
}

export interface CopiedStore {
  files: CopiedFile[]
  /** Of queues and index, which are copied if they can be and made anew if not. */
  derivedBytes: number
}

interface Segment {
  path: string
  base: number
  bytes: number
}

/** Derived files copied before the event loop gets its turn. */
const COPY_SLICE = 16
/** Of `diskProbe`. */
const PROBE = 'probe'
const DERIVED = ['consumequeue', 'index'] as const

/** Segments of a store nobody has open. */
export const segmentsAtRest = (disk: Disk, folder: string): Segment[] =>
  offsetFiles(disk, join(folder, 'commitlog')).map(({ path, offset }) => ({
    path,
    base: offset,
    bytes: disk.size(path) ?? 0
  }))

/** Those nobody ever writes to again: others with messages come behind, and no header will be put right. */
const sealedOf = (disk: Disk, segments: readonly Segment[]): Set<Segment> => {
  const last = segments.findLastIndex(({ bytes }) => bytes > SEGMENT_HEADER_BYTES)
  const before = segments.slice(0, Math.max(0, last))
  return new Set(
    before.filter(({ path, base }) => typeof segmentFormat(disk, path, base) === 'number')
  )
}

/** Files looked at before the event loop gets its turn. */
const LOOK_SLICE = 500

/** What a copy of the store takes, in bytes: where hard links can be made, and besides where not. */
export const sizeOfCopy = async (
  disk: Disk,
  folder: string
): Promise<{ linked: number; copied: number }> => {
  const segments = segmentsAtRest(disk, folder)
  const sealed = sealedOf(disk, segments)
  const size = { linked: 0, copied: 0 }
  for (const segment of segments) size[sealed.has(segment) ? 'linked' : 'copied'] += segment.bytes
  const others = disk.list(folder).filter((name) => name !== 'commitlog')
  let looked = 0
  for (const name of others) {
    const path = join(folder, name)
    for (const file of namesIn(disk, path) === undefined ? [path] : filesBelow(disk, path)) {
      size.copied += disk.size(file) ?? 0
      if (++looked % LOOK_SLICE === 0) await new Promise<void>((resolve) => endOfTurn(resolve))
    }
  }
  return size
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Linked, opened and read in the turn it is made in; `write` does the rest, whatever becomes of the store. */
export class StoreCut {
  private readonly files: CopiedFile[] = []
  private readonly open: { file: DiskFile; name: string; bytes: number }[] = []
  private readonly small: { name: string; content: Buffer }[] = []

  /**
   * @param target made for it, on the same disk; what is linked is there afterwards.
   * @throws the disk's error; nothing is left open then.
   */
  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly target: string,
    segments: readonly Segment[]
  ) {
    try {
      if (segments.length > 0) disk.mkdirp(join(target, 'commitlog'))
      const sealed = sealedOf(disk, segments)
      for (const segment of segments)
        if (!sealed.has(segment) || !this.link(segment))
          this.open.push({
            file: disk.open(segment.path, 'r'),
            name: this.nameOf(segment.path),
            bytes: segment.bytes
          })
      for (const name of this.smallNames())
        this.small.push({ name, content: disk.readFile(join(folder, name)) })
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** @throws the disk's error, or what `watch.check` throws; half a copy may be left. */
  async write(watch: CopyWatch): Promise<CopiedStore> {
    const { disk, target } = this
    try {
      for (const { bytes } of this.files) watch.onBytes(bytes)
      for (const { file, name, bytes } of this.open) {
        await copyBytes(disk, file, join(target, name), bytes, watch)
        this.files.push({ path: name, bytes, isLinked: false })
      }
      disk.mkdirp(target)
      for (const { name, content } of this.small) {
        await replaceFileAsync(disk, join(target, name), content)
        this.files.push({ path: name, bytes: content.length, isLinked: false })
      }
      const derivedBytes = await this.copyDerived(watch)
      if (disk.exists(join(target, 'commitlog'))) await disk.syncFolder(join(target, 'commitlog'))
      return { files: this.files, derivedBytes }
    } finally {
      this.close()
    }
  }

  private link({ path, bytes }: Segment): boolean {
    try {
      this.disk.link(path, join(this.target, this.nameOf(path)))
      this.files.push({ path: this.nameOf(path), bytes, isLinked: true })
      return true
    } catch {
      return false // a file system without hard links: it is copied like the last one
    }
  }

  /** Not synced: a start compares them with the checkpoint and makes anew what does not fit. */
  private async copyDerived({ onBytes, check }: CopyWatch): Promise<number> {
    const { disk, folder, target } = this
    const derived = DERIVED.flatMap((name) => filesBelow(disk, join(folder, name)))
    for (const path of new Set(derived.map(dirname)))
      disk.mkdirp(join(target, relative(folder, path)), 'unsynced')
    let total = 0
    for (const [i, path] of derived.entries()) {
      check()
      try {
        disk.copy(path, join(target, relative(folder, path)))
        const bytes = disk.size(path) ?? 0
        total += bytes
        onBytes(bytes)
      } catch (error) {
        // Its topic was deleted, or its entries were dropped, since.
        if (!isGone(error)) throw error
      }
      if ((i + 1) % COPY_SLICE === 0) await new Promise<void>((resolve) => endOfTurn(resolve))
    }
    return total
  }

  /** What lies in the store's own folder: the checkpoint, where the log begins, and the like. */
  private smallNames(): string[] {
    const { disk, folder } = this
    return disk
      .list(folder)
      .filter((name) => name !== 'commitlog' && !DERIVED.some((derived) => derived === name))
      .filter((name) => name !== PROBE && !name.endsWith('.tmp'))
      .filter((name) => namesIn(disk, join(folder, name)) === undefined)
  }

  private nameOf(path: string): string {
    return relative(this.folder, path).replaceAll('\\', '/')
  }

  /** Gives up what is open; `write` does so itself. */
  close(): void {
    for (const { file } of this.open.splice(0)) file.close()
  }
}
