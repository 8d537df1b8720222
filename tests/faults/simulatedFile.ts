/** A descriptor of the simulated disk. */
import type { DiskFile } from '../../src/main/base/disk'
import type { SimulatedDisk } from './simulatedDisk'
import type { FileNode } from './simulatedFiles'

/** Thrown by every call from the cut on: the process it happens to is no more. */
export class PowerCut extends Error {
  readonly code = 'EPOWER'
}

export class SimulatedFile implements DiskFile {
  constructor(
    private readonly disk: SimulatedDisk,
    readonly path: string,
    private readonly node: FileNode,
    private readonly generation: number
  ) {}

  size(): number {
    this.alive()
    return this.node.size
  }

  read(target: Buffer, offset: number, length: number, position: number): number {
    this.alive()
    this.disk.call('read', this.path)
    const { content } = this.node
    const end = Math.min(position + length, content.length)
    return position >= end ? 0 : content.copy(target, offset, position, end)
  }

  async readAsync(
    target: Buffer,
    offset: number,
    length: number,
    position: number
  ): Promise<number> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    return this.read(target, offset, length, position)
  }

  writev(buffers: readonly Buffer[], position: number): void {
    this.write(Buffer.concat(buffers), position)
  }

  async writeAsync(buffer: Buffer, position: number): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    this.write(buffer, position)
  }

  write(bytes: Buffer, position: number): void {
    this.alive()
    this.disk.callWrite(this.path, bytes, (part) => this.node.write(part, position))
  }

  async datasync(): Promise<void> {
    this.alive()
    const { node } = this
    const sectors = node.snapshot()
    const { size } = node
    try {
      this.disk.call('datasync', this.path)
    } catch (error) {
      // The kernel has dropped the pages: it counts them as clean although the platter never got them.
      if (!(error instanceof PowerCut)) node.dirty.clear()
      throw error
    }
    await new Promise<void>((resolve) => setImmediate(resolve))
    if (this.disk.isCut || !this.disk.isOf(this.generation)) throw new PowerCut('the power is off')
    // What was written or cut meanwhile may have reached the platter by itself; it is not taken back.
    const reached = Math.min(node.size, Math.max(size, node.platterSize))
    if (this.disk.syncsFiles) node.persist(sectors, reached)
  }

  /** `fsync` at once. */
  sync(): void {
    this.alive()
    this.disk.call('datasync', this.path)
    if (this.disk.syncsFiles) this.node.persist(this.node.snapshot(), this.node.size)
  }

  truncate(size: number): void {
    this.alive()
    this.disk.call('truncate', this.path, () => this.node.truncate(size))
  }

  close(): void {
    // Closing a descriptor syncs nothing, and that of a process that is gone is closed already.
  }

  private alive(): void {
    if (!this.disk.isOf(this.generation)) throw new PowerCut('the process is gone')
  }
}
