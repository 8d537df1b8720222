import Datastore from 'nedb-promises'
import type { Disk, DiskFile } from '../base/disk'
import { contentOf, idOfKey, type StoredDocument } from './document'
import { openLine, sealLine } from './line'
import { snapshotPath } from './recover'

/** A key before and after a batch; undefined is absence. */
export interface Change {
  readonly key: string
  readonly before: unknown
  readonly after: unknown
}

/** nedb-promises hands calls it does not know on to NeDB, but does not declare them. */
type Store = Datastore<StoredDocument> & { compactDatafileAsync(): Promise<void> }

/** A file is compacted when it has grown to this multiple of what it held after the last compaction … */
const GROWTH_FACTOR = 4
/** … but a small one may grow to this size first: a compaction costs six flushes. */
const GROWTH_FLOOR_BYTES = 256 * 1024

/** One NeDB file that was verified before; everything here fails loudly and is then not to be used again. */
export class NedbFile {
  private growthLimitBytes = 0

  private constructor(
    private readonly disk: Disk,
    private readonly path: string,
    private readonly store: Store,
    private file: DiskFile | undefined
  ) {
    this.noteCompacted()
  }

  static async open(disk: Disk, path: string): Promise<NedbFile> {
    const options = {
      filename: path,
      // Our own verification ran first: whatever NeDB still finds damaged is a reason to stop.
      corruptAlertThreshold: 0,
      afterSerialization: sealLine,
      beforeDeserialization: openLine,
      modes: { fileMode: 0o600, dirMode: 0o700 }
    }
    const store = Datastore.create(options) as Store
    await store.load()
    return new NedbFile(disk, path, store, disk.open(path, 'r+'))
  }

  /** Hands a batch to NeDB; on disk only after `sync`. Additions first: a crash in between leaves too much, not too little. */
  async apply(changes: readonly Change[]): Promise<void> {
    const added = changes.filter((c) => c.before === undefined && c.after !== undefined)
    const updated = changes.filter((c) => c.before !== undefined && c.after !== undefined)
    const removed = changes.filter((c) => c.before !== undefined && c.after === undefined)
    if (added.length > 0) await this.store.insertMany(added.map(toDocument))
    for (const change of updated) {
      if (JSON.stringify(change.before) === JSON.stringify(change.after)) continue
      const affected = await this.store.updateOne({ _id: idOfKey(change.key) }, toDocument(change))
      if (affected !== 1) throw new Error(`NeDB lost ${JSON.stringify(change.key)}`)
    }
    if (removed.length > 0) {
      const ids = removed.map(({ key }) => idOfKey(key))
      await this.store.removeMany({ _id: { $in: ids } }, {})
    }
  }

  async sync(): Promise<void> {
    if (!this.file) throw new Error(`${this.path} could not be opened again after its compaction`)
    await this.file.datasync()
  }

  get isOvergrown(): boolean {
    return this.bytes > this.growthLimitBytes
  }

  /**
   * Takes a new snapshot and lets NeDB rewrite the file with one line per document. Where that fails the old
   * file is whole and goes on; the next try is due only after as much growth again.
   */
  async compact(): Promise<void> {
    try {
      const documents = await this.store.find<StoredDocument>({})
      // The snapshot first, for the reason given in `settle`.
      this.disk.replaceFile(snapshotPath(this.path), contentOf(documents.map((d) => [d._id, d.v])))
      await this.rewrite()
    } finally {
      this.noteCompacted()
    }
  }

  close(): void {
    const file = this.file
    this.file = undefined
    file?.close()
  }

  private get bytes(): number {
    return this.file?.size() ?? 0
  }

  private async rewrite(): Promise<void> {
    // Windows does not rename onto an open file.
    this.close()
    try {
      await this.store.compactDatafileAsync()
    } finally {
      this.file = this.disk.open(this.path, 'r+')
    }
  }

  private noteCompacted(): void {
    this.growthLimitBytes = Math.max(this.bytes * GROWTH_FACTOR, GROWTH_FLOOR_BYTES)
  }
}

const toDocument = ({ key, after }: Change): StoredDocument => ({ _id: idOfKey(key), v: after })
