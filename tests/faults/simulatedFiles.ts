/** The files and folders of the simulated disk: what a process sees of each, and what is on the platter. */
import type { Random } from '../../src/main/base/random'

export const SECTOR_BYTES = 512

export class FileNode {
  cache = Buffer.alloc(0)
  size = 0
  platter = Buffer.alloc(0)
  /** Sectors whose cache is not what the platter has. */
  readonly dirty = new Set<number>()

  /** What the process sees. */
  get content(): Buffer {
    return this.cache.subarray(0, this.size)
  }

  static of(content: Buffer): FileNode {
    const node = new FileNode()
    node.cache = Buffer.from(content)
    node.size = content.length
    node.platter = Buffer.from(content)
    return node
  }

  get platterSize(): number {
    return this.platter.length
  }

  get isDirty(): boolean {
    return this.dirty.size > 0 || this.size !== this.platter.length
  }

  write(bytes: Buffer, position: number): void {
    const end = position + bytes.length
    if (end > this.cache.length) {
      const larger = Buffer.alloc(Math.max(end, this.cache.length * 2, 1024))
      this.content.copy(larger)
      this.cache = larger
    }
    if (position > this.size) this.cache.fill(0, this.size, position)
    this.touch(Math.min(position, this.size), end)
    bytes.copy(this.cache, position)
    this.size = Math.max(this.size, end)
  }

  truncate(size: number): void {
    if (size > this.size) {
      this.write(Buffer.alloc(size - this.size), this.size)
      return
    }
    this.touch(size, this.size)
    this.cache.fill(0, size, this.size)
    this.size = size
  }

  /** The bytes of a sector, those behind the end as zeros. */
  sectorOf(content: Buffer, sector: number): Buffer {
    const target = Buffer.alloc(SECTOR_BYTES)
    content.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES).copy(target)
    return target
  }

  /** Brings these sectors and this size to the platter. */
  persist(sectors: Iterable<readonly [sector: number, bytes: Buffer]>, size: number): void {
    const next = Buffer.alloc(size)
    this.platter.copy(next)
    for (const [sector, bytes] of sectors) {
      // What it has since got is newer.
      if (!this.dirty.has(sector)) continue
      if (sector * SECTOR_BYTES < size) bytes.copy(next, sector * SECTOR_BYTES)
      if (this.sectorOf(next, sector).equals(this.sectorOf(this.content, sector)))
        this.dirty.delete(sector)
    }
    this.platter = next
  }

  /** Every dirty sector as it is now. */
  snapshot(): [sector: number, bytes: Buffer][] {
    return [...this.dirty].map((sector) => [sector, this.sectorOf(this.content, sector)])
  }

  private touch(from: number, end: number): void {
    for (let s = Math.floor(from / SECTOR_BYTES); s * SECTOR_BYTES < end; s++) this.dirty.add(s)
  }
}

/** Names that change together: a rename changes two. */
export type Change = readonly (readonly [name: string, node: Node | undefined])[]

export class FolderNode {
  readonly cache = new Map<string, Node>()
  platter = new Map<string, Node>()
  /** Since the last sync, in order. */
  changes: Change[] = []

  change(change: Change): void {
    apply(this.cache, change)
    this.changes.push(change)
  }

  sync(): void {
    this.platter = new Map(this.cache)
    this.changes = []
  }
}

export type Node = FileNode | FolderNode

export const apply = (names: Map<string, Node>, change: Change): void => {
  for (const [name, node] of change)
    if (node === undefined) names.delete(name)
    else names.set(name, node)
}

export const sharesName = (one: Change, other: Change): boolean =>
  one.some(([name]) => other.some(([otherName]) => otherName === name))

/** The tree a power cut leaves, all of it on the platter. */
export const survivorOf = (folder: FolderNode, random: Random): FolderNode => {
  const names = new Map(folder.platter)
  for (const change of folder.changes) if (random.int(2) === 0) apply(names, change)
  const survivor = new FolderNode()
  for (const [name, node] of names) {
    const kept = node instanceof FolderNode ? survivorOf(node, random) : survivingFile(node, random)
    survivor.cache.set(name, kept)
    survivor.platter.set(name, kept)
  }
  return survivor
}

const survivingFile = (node: FileNode, random: Random): FileNode => {
  const low = Math.min(node.size, node.platter.length)
  const high = Math.max(node.size, node.platter.length)
  const sizes = [node.size, node.platter.length, low + random.int(high - low + 1)]
  const size = sizes[random.int(sizes.length)]!
  node.persist(
    node.snapshot().filter(() => random.int(2) === 0),
    size
  )
  return FileNode.of(node.platter)
}
