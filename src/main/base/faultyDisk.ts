/** A disk that can be slow, full or failing on purpose. Without a fault every call goes straight through. */
import { join } from 'node:path'
import { sleep, type RealTime } from './clock'
import type { Disk, DiskFile } from './disk'

export interface DiskFault {
  /** Of each call, in ms; reads and writes hold up the thread as a slow disk does. */
  readMs: number
  writeMs: number
  flushMs: number
  /** What may still be added to files, in bytes; undefined: no limit. What is removed makes room again. */
  room: number | undefined
  failReads: boolean
  /** Flushes fail too. */
  failWrites: boolean
}

const failure = (code: 'EIO' | 'ENOSPC', syscall: string, path: string): NodeJS.ErrnoException => {
  const words = code === 'EIO' ? 'i/o error' : 'no space left on device'
  return Object.assign(new Error(`${code}: ${words}, ${syscall} '${path}' (on purpose)`), {
    ...{ code, syscall, path },
    errno: code === 'EIO' ? -5 : -28
  })
}

/** Nothing else of the thread runs meanwhile, as while the kernel waits for a disk. */
const holdUp = (ms: number): void => {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** The fault there is now, and what it says to each kind of call. */
class Fault {
  current: DiskFault | undefined

  constructor(private readonly clock: RealTime) {}

  read(path: string): void {
    if (!this.current) return
    if (this.current.failReads) throw failure('EIO', 'read', path)
    holdUp(this.current.readMs)
  }

  async readAsync(path: string): Promise<void> {
    if (!this.current) return
    if (this.current.failReads) throw failure('EIO', 'read', path)
    if (this.current.readMs > 0) await sleep(this.clock, this.current.readMs)
  }

  write(path: string): void {
    if (!this.current) return
    if (this.current.failWrites) throw failure('EIO', 'write', path)
    holdUp(this.current.writeMs)
  }

  async writeAsync(path: string): Promise<void> {
    if (!this.current) return
    if (this.current.failWrites) throw failure('EIO', 'write', path)
    if (this.current.writeMs > 0) await sleep(this.clock, this.current.writeMs)
  }

  async flush(path: string): Promise<void> {
    if (!this.current) return
    if (this.current.flushMs > 0) await sleep(this.clock, this.current.flushMs)
    if (this.current?.failWrites) throw failure('EIO', 'fdatasync', path)
  }

  flushNow(path: string): void {
    if (!this.current) return
    holdUp(this.current.flushMs)
    if (this.current.failWrites) throw failure('EIO', 'fsync', path)
  }

  /** Of `wanted` bytes that would make a file longer, those there is room for. */
  take(wanted: number): number {
    const fault = this.current
    if (fault?.room === undefined || wanted <= 0) return wanted
    const taken = Math.min(wanted, fault.room)
    fault.room -= taken
    return taken
  }

  /** All or nothing. @throws ENOSPC */
  takeAll(wanted: number, path: string): void {
    const room = this.current?.room
    if (room !== undefined && wanted > room) throw failure('ENOSPC', 'write', path)
    this.take(wanted)
  }

  give(bytes: number): void {
    if (this.current?.room !== undefined) this.current.room += Math.max(0, bytes)
  }

  get countsRoom(): boolean {
    return this.current?.room !== undefined
  }
}

class FaultyDiskFile implements DiskFile {
  constructor(
    private readonly file: DiskFile,
    private readonly fault: Fault
  ) {}

  get path(): string {
    return this.file.path
  }

  size(): number {
    return this.file.size()
  }

  read(target: Buffer, offset: number, length: number, position: number): number {
    this.fault.read(this.path)
    return this.file.read(target, offset, length, position)
  }

  async readAsync(
    target: Buffer,
    offset: number,
    length: number,
    position: number
  ): Promise<number> {
    if (this.fault.current) await this.fault.readAsync(this.path)
    return this.file.readAsync(target, offset, length, position)
  }

  writev(buffers: readonly Buffer[], position: number): void {
    this.fault.write(this.path)
    if (!this.fault.countsRoom) return this.file.writev(buffers, position)
    const whole = Buffer.concat(buffers)
    const fits = this.fitting(whole.length, position)
    if (fits > 0) this.file.writev([whole.subarray(0, fits)], position)
    if (fits < whole.length) throw failure('ENOSPC', 'write', this.path)
  }

  async writeAsync(buffer: Buffer, position: number): Promise<void> {
    if (this.fault.current) await this.fault.writeAsync(this.path)
    if (!this.fault.countsRoom) return this.file.writeAsync(buffer, position)
    const fits = this.fitting(buffer.length, position)
    if (fits > 0) await this.file.writeAsync(buffer.subarray(0, fits), position)
    if (fits < buffer.length) throw failure('ENOSPC', 'write', this.path)
  }

  async datasync(): Promise<void> {
    if (this.fault.current) await this.fault.flush(this.path)
    await this.file.datasync()
  }

  truncate(size: number): void {
    this.fault.write(this.path)
    if (this.fault.countsRoom) {
      const before = this.file.size()
      this.fault.takeAll(size - before, this.path)
      this.fault.give(before - size)
    }
    this.file.truncate(size)
  }

  close(): void {
    this.file.close()
  }

  /** Bytes of a write there is room for: what lies inside of the file takes none. */
  private fitting(length: number, position: number): number {
    const grows = Math.max(0, position + length - Math.max(this.file.size(), position))
    return length - grows + this.fault.take(grows)
  }
}

export class FaultyDisk implements Disk {
  private readonly fault: Fault

  constructor(
    private readonly disk: Disk,
    clock: RealTime
  ) {
    this.fault = new Fault(clock)
  }

  /** What is wrong from now on, also with files that are open. */
  set(fault: DiskFault | undefined): void {
    this.fault.current = fault && { ...fault }
  }

  exists(path: string): boolean {
    return this.disk.exists(path)
  }

  mkdirp(path: string, names?: 'synced' | 'unsynced'): void {
    if (this.fault.current && !this.disk.exists(path)) {
      this.fault.write(path)
      this.fault.takeAll(1, path)
    }
    this.disk.mkdirp(path, names)
  }

  list(path: string): string[] {
    return this.disk.list(path)
  }

  size(path: string): number | undefined {
    return this.disk.size(path)
  }

  readFile(path: string): Buffer {
    this.fault.read(path)
    return this.disk.readFile(path)
  }

  replaceFile(path: string, content: string | Buffer): void {
    this.fault.write(path)
    this.fault.takeAll(Buffer.byteLength(content), path)
    this.fault.flushNow(path)
    this.freeing(path, () => this.disk.replaceFile(path, content))
  }

  rename(from: string, to: string): void {
    this.fault.write(from)
    this.freeing(to, () => this.disk.rename(from, to))
  }

  copy(from: string, to: string): void {
    this.fault.write(to)
    if (this.fault.countsRoom) this.fault.takeAll(this.disk.size(from) ?? 0, to)
    this.freeing(to, () => this.disk.copy(from, to))
  }

  link(from: string, to: string): void {
    this.fault.write(to)
    this.disk.link(from, to)
  }

  remove(path: string): void {
    this.fault.write(path)
    this.freeing(path, () => this.disk.remove(path))
  }

  async unlink(path: string): Promise<void> {
    if (this.fault.current) await this.fault.writeAsync(path)
    const bytes = this.bytesOf(path)
    await this.disk.unlink(path)
    this.fault.give(bytes)
  }

  removeTree(path: string): void {
    this.fault.write(path)
    this.freeing(path, () => this.disk.removeTree(path))
  }

  async syncFolder(path: string): Promise<void> {
    if (this.fault.current) await this.fault.flush(path)
    await this.disk.syncFolder(path)
  }

  space(path: string): { freeBytes: number; totalBytes: number } {
    const real = this.disk.space(path)
    const room = this.fault.current?.room
    return room === undefined ? real : { ...real, freeBytes: Math.min(real.freeBytes, room) }
  }

  open(path: string, flags: 'r' | 'r+' | 'w+' | 'a+'): DiskFile {
    if (this.fault.current && (flags === 'w+' || flags === 'a+')) {
      this.fault.write(path)
      if (!this.disk.exists(path)) this.fault.takeAll(1, path)
    }
    const bytes = flags === 'w+' ? this.bytesOf(path) : 0
    const file = this.disk.open(path, flags)
    this.fault.give(bytes)
    return new FaultyDiskFile(file, this.fault)
  }

  /** What stood there before makes room again. */
  private freeing(path: string, change: () => void): void {
    const bytes = this.bytesOf(path)
    change()
    this.fault.give(bytes)
  }

  private bytesOf(path: string): number {
    if (!this.fault.countsRoom || !this.disk.exists(path)) return 0
    try {
      return this.disk.list(path).reduce((sum, name) => sum + this.bytesOf(join(path, name)), 0)
    } catch {
      // It is a file: only folders can be listed.
      return this.disk.size(path) ?? 0
    }
  }
}
