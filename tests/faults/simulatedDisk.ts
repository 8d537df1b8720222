/**
 * A disk in memory that tells what a process sees (the cache) from what a power cut leaves (the platter). Synced are
 * a file's bytes and size by `datasync`, a folder's names by `syncFolder`; of everything else a cut keeps a seeded
 * part: 512-byte sectors, sizes, creations, renames and removals, in any order. A rename itself is all or nothing.
 */
import { posix } from 'node:path'
import type { Disk, DiskFile } from '../../src/main/base/disk'
import { seededRandom, type Random } from '../../src/main/base/random'
import { PowerCut, SimulatedFile } from './simulatedFile'
import { apply, FileNode, FolderNode, sharesName, survivorOf, type Node } from './simulatedFiles'

/** What the disk was asked to do; calls that only look are not listed. */
export type DiskOperation =
  | 'list'
  | 'size'
  | 'readFile'
  | 'open'
  | 'create'
  | 'read'
  | 'writev'
  | 'datasync'
  | 'truncate'
  | 'rename'
  | 'remove'
  | 'mkdir'
  | 'syncFolder'

export interface DiskCall {
  readonly operation: DiskOperation
  readonly path: string
}

/** How a call fails; of a write `bytes` are done all the same. */
export interface PlayedFault {
  readonly code: string
  readonly bytes?: number
}

const failure = (code: string, operation: string, path: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: played by the test, ${operation} '${path}'`), { code })

export interface SimulatedDiskOptions {
  random?: Random
  /** One in so many changing calls, something unsynced reaches the platter by itself; 0: nothing ever does. */
  writebackOneIn?: number
}

export class SimulatedDisk implements Disk {
  /** Calls so far; `cutAt` and fault scripts count by it. */
  calls = 0
  /** The power goes during this call. */
  cutAt = Infinity
  /** Fails calls; looked at before each. */
  fault: (call: DiskCall, index: number) => PlayedFault | undefined = () => undefined
  /** Free bytes as `space` tells them. */
  freeBytes = 1e12
  /** Switched off to see a test fail: a folder's names are then never synced. */
  syncsFolders = true
  /** Switched off to see a test fail: `datasync` then only says it flushed. */
  syncsFiles = true
  isCut = false
  private root = new FolderNode()
  private generation = 0
  private readonly random: Random
  private readonly writebackOneIn: number

  constructor({ random = seededRandom(1), writebackOneIn = 0 }: SimulatedDiskOptions = {}) {
    this.random = random
    this.writebackOneIn = writebackOneIn
  }

  exists(path: string): boolean {
    if (this.isCut) throw new PowerCut('the power is off')
    return this.find(path) !== undefined
  }

  mkdirp(path: string, names: 'synced' | 'unsynced' = 'synced'): void {
    const parents: { folder: FolderNode; name: string }[] = []
    this.call('mkdir', path, () => {
      let folder = this.root
      for (const name of namesOf(path)) {
        const known = folder.cache.get(name)
        if (known instanceof FileNode) throw failure('EEXIST', 'mkdir', path)
        const next = known ?? new FolderNode()
        if (known === undefined) {
          folder.change([[name, next]])
          parents.push({ folder, name })
        }
        folder = next
      }
    })
    if (names === 'unsynced' || parents.length === 0) return
    try {
      this.call('syncFolder', path)
    } catch (error) {
      const [first] = parents
      if (!this.isCut) first?.folder.change([[first.name, undefined]])
      throw error
    }
    if (this.syncsFolders) for (const { folder } of parents) folder.sync()
  }

  list(path: string): string[] {
    this.call('list', path)
    const node = this.find(path)
    if (node instanceof FileNode) throw failure('ENOTDIR', 'scandir', path)
    return node === undefined ? [] : [...node.cache.keys()].sort()
  }

  size(path: string): number | undefined {
    this.call('size', path)
    const node = this.find(path)
    if (node === undefined) return undefined
    return node instanceof FileNode ? node.size : 4096
  }

  readFile(path: string): Buffer {
    this.call('readFile', path)
    return Buffer.from(this.fileAt(path, 'read').content)
  }

  replaceFile(path: string, content: string | Buffer): void {
    const beside = `${path}.tmp`
    const file = this.openFile(beside, 'w+')
    file.write(Buffer.from(content), 0)
    file.sync()
    this.rename(beside, path)
    this.syncFolderNow(posix.dirname(path))
  }

  rename(from: string, to: string): void {
    if (posix.dirname(from) !== posix.dirname(to)) throw failure('EXDEV', 'rename', to)
    this.call('rename', to, () => {
      const folder = this.folderOf(from, 'rename')
      const node = folder.cache.get(posix.basename(from))
      if (node === undefined) throw failure('ENOENT', 'rename', from)
      if (folder.cache.get(posix.basename(to)) instanceof FolderNode)
        throw failure('EISDIR', 'rename', to)
      folder.change([
        [posix.basename(from), undefined],
        [posix.basename(to), node]
      ])
    })
  }

  link(from: string, to: string): void {
    const node = this.fileAt(from, 'link')
    this.call('create', to, () => this.folderOf(to, 'link').change([[posix.basename(to), node]]))
  }

  copy(from: string, to: string): void {
    this.openFile(to, 'w+').write(this.readFile(from), 0)
  }

  remove(path: string): void {
    this.call('remove', path, () => {
      const node = this.find(path)
      if (node instanceof FolderNode) throw failure('EISDIR', 'unlink', path)
      if (node) this.folderOf(path, 'unlink').change([[posix.basename(path), undefined]])
    })
  }

  async unlink(path: string): Promise<void> {
    this.remove(path)
  }

  removeTree(path: string): void {
    const node = this.find(path)
    if (node instanceof FolderNode)
      for (const name of [...node.cache.keys()]) this.removeTree(posix.join(path, name))
    this.call('remove', path, () => {
      if (node) this.folderOf(path, 'rm').change([[posix.basename(path), undefined]])
    })
  }

  space(): { freeBytes: number; totalBytes: number } {
    return { freeBytes: this.freeBytes, totalBytes: 2e12 }
  }

  async syncFolder(path: string): Promise<void> {
    this.syncFolderNow(path)
  }

  open(path: string, flags: 'r' | 'r+' | 'w+' | 'a+'): DiskFile {
    return this.openFile(path, flags)
  }

  /** `syncFolder` without the turn. */
  syncFolderNow(path: string): void {
    this.call('syncFolder', path)
    const node = this.find(path)
    if (!(node instanceof FolderNode)) throw failure('ENOENT', 'open', path)
    if (this.syncsFolders) node.sync()
  }

  /** What a power cut leaves becomes what is there; a process may start on it. */
  cut(random = this.random): void {
    this.root = survivorOf(this.root, random)
    this.restart()
  }

  /** As after kill -9: the process is gone, the cache is not. */
  restart(): void {
    this.generation++
    this.isCut = false
    this.cutAt = Infinity
  }

  /** Every file as the process sees it. */
  files(): Map<string, Buffer> {
    const found = new Map<string, Buffer>()
    const visit = (folder: FolderNode, path: string): void => {
      for (const [name, node] of folder.cache)
        if (node instanceof FileNode) found.set(`${path}/${name}`, Buffer.from(node.content))
        else visit(node, `${path}/${name}`)
    }
    visit(this.root, '')
    return found
  }

  /** A disk that holds exactly these files, all of it on the platter. */
  static holding(
    files: ReadonlyMap<string, Buffer>,
    options?: SimulatedDiskOptions
  ): SimulatedDisk {
    const disk = new SimulatedDisk(options)
    for (const [path, content] of files) {
      let folder = disk.root
      const names = namesOf(path)
      for (const name of names.slice(0, -1)) {
        const next = folder.cache.get(name) ?? new FolderNode()
        if (next instanceof FileNode) throw failure('ENOTDIR', 'open', path)
        folder.cache.set(name, next)
        folder.platter.set(name, next)
        folder = next
      }
      const node = FileNode.of(content)
      folder.cache.set(names.at(-1)!, node)
      folder.platter.set(names.at(-1)!, node)
    }
    return disk
  }

  private openFile(path: string, flags: 'r' | 'r+' | 'w+' | 'a+'): SimulatedFile {
    const node = this.find(path)
    if (node instanceof FolderNode) throw failure('EISDIR', 'open', path)
    if (node === undefined && (flags === 'r' || flags === 'r+'))
      throw failure('ENOENT', 'open', path)
    const isChange = node === undefined || flags === 'w+'
    let opened = node
    this.call(isChange ? 'create' : 'open', path, () => {
      if (opened === undefined) {
        opened = new FileNode()
        this.folderOf(path, 'open').change([[posix.basename(path), opened]])
      } else if (flags === 'w+') opened.truncate(0)
    })
    return new SimulatedFile(this, path, opened!, this.generation)
  }

  /** One call that may fail or be the last; `change` is what it does. */
  call(operation: DiskOperation, path: string, change?: () => void): void {
    if (this.isCut) throw new PowerCut('the power is off')
    const index = this.calls++
    if (index >= this.cutAt) {
      this.isCut = true
      if (this.random.int(2) === 0) change?.()
      throw new PowerCut(`the power went during ${operation} ${path}`)
    }
    const fault = this.fault({ operation, path }, index)
    if (fault !== undefined) throw failure(fault.code, operation, path)
    change?.()
    if (change) this.writeback()
  }

  /** As `call`, for a write that may be done in part. */
  callWrite(path: string, bytes: Buffer, write: (part: Buffer) => void): void {
    if (this.isCut) throw new PowerCut('the power is off')
    const index = this.calls++
    if (index >= this.cutAt) {
      this.isCut = true
      write(bytes.subarray(0, this.random.int(bytes.length + 1)))
      throw new PowerCut(`the power went during writev ${path}`)
    }
    const fault = this.fault({ operation: 'writev', path }, index)
    if (fault !== undefined) {
      if (fault.bytes) write(bytes.subarray(0, fault.bytes))
      throw failure(fault.code, 'write', path)
    }
    write(bytes)
    this.writeback()
  }

  isOf(generation: number): boolean {
    return generation === this.generation
  }

  /** The kernel writes some of what is unsynced when it likes to. */
  private writeback(): void {
    const { random, writebackOneIn } = this
    if (writebackOneIn === 0 || random.int(writebackOneIn) > 0) return
    const visit = (folder: FolderNode): void => {
      if (folder.changes.length > 0 && random.int(4) === 0) {
        // What reached the platter early counts as done; what did not may still be lost.
        const kept = folder.changes.filter(() => random.int(2) === 0)
        for (const change of kept) apply(folder.platter, change)
        folder.changes = folder.changes.filter(
          (change, i) =>
            !kept.includes(change) &&
            // Nothing older comes over a name again.
            !folder.changes
              .slice(i)
              .some((later) => kept.includes(later) && sharesName(later, change))
        )
      }
      for (const node of folder.cache.values())
        if (node instanceof FolderNode) visit(node)
        else if (node.isDirty && random.int(4) === 0)
          node.persist(
            node.snapshot().filter(() => random.int(2) === 0),
            random.int(2) === 0 ? node.size : node.platter.length
          )
    }
    visit(this.root)
  }

  private find(path: string): Node | undefined {
    let node: Node | undefined = this.root
    for (const name of namesOf(path)) {
      if (!(node instanceof FolderNode)) return undefined
      node = node.cache.get(name)
    }
    return node
  }

  private fileAt(path: string, what: string): FileNode {
    const node = this.find(path)
    if (node === undefined) throw failure('ENOENT', what, path)
    if (node instanceof FolderNode) throw failure('EISDIR', what, path)
    return node
  }

  private folderOf(path: string, what: string): FolderNode {
    const node = this.find(posix.dirname(path))
    if (!(node instanceof FolderNode)) throw failure('ENOENT', what, path)
    return node
  }
}

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '')
