/** The snapshots of an installation on its disk: `snapshots/<number>/` with a manifest and the folders of the nodes. */
import { join } from 'node:path'
import type { Disk } from '../../base/disk'
import { replaceFileAsync } from '../../store/replaceFile'
import type { DataFolder } from '../dataFolder'
import { ProblemError } from '../problem'
import { decodeManifest, encodeManifest, type Manifest } from './manifest'
import { removeGently } from './swap'

const MANIFEST = 'manifest.json'
/** Behind the number of one that is being made or removed. */
const PARTIAL = '.partial'

export interface FoundSnapshot {
  number: number
  manifest: Manifest | 'damaged' | 'newer'
}

export class SnapshotFolder {
  private readonly root: string

  constructor(
    private readonly disk: Disk,
    private readonly folder: Pick<DataFolder, 'root' | 'snapshot'>
  ) {
    this.root = join(folder.root, 'snapshots')
  }

  /** Newest first. */
  list(): FoundSnapshot[] {
    return this.numbers()
      .reverse()
      .map((number) => ({ number, manifest: this.read(number) }))
  }

  /** @throws ProblemError SNAPSHOT_NOT_FOUND, SNAPSHOT_DAMAGED or SNAPSHOT_NEWER. */
  whole(number: number): Manifest {
    if (!this.numbers().includes(number)) throw notFound(number)
    const manifest = this.read(number)
    if (manifest === 'newer')
      throw new ProblemError(
        'SNAPSHOT_NEWER',
        { number },
        `snapshot ${number} was made by a newer Gantry; use that one`
      )
    if (manifest === 'damaged') throw damaged(number, 'its description cannot be read')
    return manifest
  }

  /** Compares what lies there with the manifest. @throws ProblemError SNAPSHOT_DAMAGED. */
  check(number: number, { nodes }: Manifest): void {
    for (const { key, files } of nodes)
      for (const { path, bytes } of files) {
        const found = this.disk.size(join(this.nodeOf(number, key), path))
        if (found !== bytes)
          throw damaged(number, `${key}/${path} has ${found ?? 'no'} bytes, it had ${bytes}`)
      }
  }

  nodeOf(number: number, key: string): string {
    return join(this.folder.snapshot(number), 'nodes', key)
  }

  /** A number for a new one, and where it is made. */
  begin(): { number: number; partial: string; nodeOf: (key: string) => string } {
    const number = (this.numbers().at(-1) ?? 0) + 1
    const partial = `${this.folder.snapshot(number)}${PARTIAL}`
    if (this.disk.exists(partial)) this.disk.removeTree(partial)
    this.disk.mkdirp(join(partial, 'nodes'))
    return { number, partial, nodeOf: (key) => join(partial, 'nodes', key) }
  }

  /** From here on it is there. */
  async finish(number: number, manifest: Manifest): Promise<void> {
    const { disk } = this
    const target = this.folder.snapshot(number)
    const partial = `${target}${PARTIAL}`
    await disk.syncFolder(join(partial, 'nodes'))
    await replaceFileAsync(disk, join(partial, MANIFEST), encodeManifest(manifest))
    disk.rename(partial, target)
    await disk.syncFolder(this.root)
  }

  async giveUp(partial: string): Promise<void> {
    if (this.disk.exists(partial)) await removeGently(this.disk, partial)
  }

  /** @throws as `whole`. */
  async rename(number: number, name: string, note: string): Promise<void> {
    const content = encodeManifest({ ...this.whole(number), name, note })
    await replaceFileAsync(this.disk, join(this.folder.snapshot(number), MANIFEST), content)
  }

  /** @throws ProblemError SNAPSHOT_NOT_FOUND. */
  async remove(number: number): Promise<void> {
    const { disk } = this
    if (!this.numbers().includes(number)) throw notFound(number)
    const path = this.folder.snapshot(number)
    // Half a snapshot must not look like a whole one.
    disk.rename(path, `${path}${PARTIAL}`)
    await disk.syncFolder(this.root)
    await removeGently(disk, `${path}${PARTIAL}`)
  }

  /** At a start: what was cut short. */
  cleanUp(): void {
    for (const name of this.disk.list(this.root))
      if (/^\d+\.partial$/.test(name)) this.disk.removeTree(join(this.root, name))
  }

  /** Can files have two names here? Where not, everything is copied. */
  canLink(): boolean {
    const { disk } = this
    // A number no snapshot has: what is left of it is removed like half a snapshot.
    const probe = `${this.folder.snapshot(0)}${PARTIAL}`
    try {
      disk.mkdirp(probe)
      disk.replaceFile(join(probe, 'a'), '')
      disk.link(join(probe, 'a'), join(probe, 'b'))
      return true
    } catch {
      return false
    } finally {
      disk.removeTree(probe)
    }
  }

  private numbers(): number[] {
    return this.disk
      .list(this.root)
      .filter((name) => /^[1-9]\d{0,8}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b)
  }

  private read(number: number): FoundSnapshot['manifest'] {
    try {
      return decodeManifest(this.disk.readFile(join(this.folder.snapshot(number), MANIFEST)))
    } catch {
      return 'damaged' // gone, or not to be read
    }
  }
}

const notFound = (number: number): ProblemError =>
  new ProblemError('SNAPSHOT_NOT_FOUND', { number }, `there is no snapshot ${number}`)

const damaged = (number: number, detail: string): ProblemError =>
  new ProblemError(
    'SNAPSHOT_DAMAGED',
    { number, detail },
    `snapshot ${number} is damaged: ${detail}; nothing was changed`
  )
