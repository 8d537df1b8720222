/**
 * One file of the log. It begins with a header of 32 bytes that counts as part of the physical address space:
 * magic 8 bytes | format version u32 | reserved u32 | base offset i64 | reserved u32 | CRC-32 u32 over all before it.
 * It grows on demand and ends where the next one begins; no filler.
 */
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Disk, DiskFile } from '../base/disk'
import { readLong, writeLong } from '../protocol/message/messageCodec'
import type { FileCache } from './fileCache'

export const SEGMENT_HEADER_BYTES = 32
/** 2: records of a batch but the last have another seal. A segment of version 1 holds the same records without that. */
export const LOG_FORMAT_VERSION = 2

export const SEGMENT_MAGIC = Buffer.from('GANTRYCL', 'latin1')

export const offsetName = (offset: number): string => String(offset).padStart(20, '0')

/** The offset a file name says; undefined for any other file. */
export const parseOffsetName = (name: string): number | undefined =>
  /^\d{20}$/.test(name) && Number.isSafeInteger(Number(name)) ? Number(name) : undefined

export const encodeSegmentHeader = (base: number, version = LOG_FORMAT_VERSION): Buffer => {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  SEGMENT_MAGIC.copy(header)
  header.writeUInt32BE(version, 8)
  writeLong(header, base, 16)
  header.writeUInt32BE(crc32(header.subarray(0, 28)), 28)
  return header
}

/** The offset a sound header says its file begins at; undefined for one that is not sound. */
export const baseOfHeader = (header: Buffer): number | undefined =>
  header.length >= SEGMENT_HEADER_BYTES &&
  header.subarray(0, 8).equals(SEGMENT_MAGIC) &&
  crc32(header.subarray(0, 28)) === header.readUInt32BE(28)
    ? readLong(header, 16)
    : undefined

/** What a header says: the format version, or that it is damaged (the file name still tells the base). */
export const judgeSegmentHeader = (header: Buffer, base: number): number | 'damaged' => {
  return baseOfHeader(header) === base ? header.readUInt32BE(8) : 'damaged'
}

export class SegmentFile {
  readonly path: string
  /** Held open while bytes are still to be written or flushed; sealed segments go through the cache. */
  private own: DiskFile | undefined

  constructor(
    private readonly disk: Disk,
    private readonly cache: FileCache,
    folder: string,
    /** Physical offset of its first byte. */
    readonly base: number,
    /** Physical offset behind its last byte. */
    public end: number,
    /** Physical offset up to which it was flushed. */
    public flushedEnd: number
  ) {
    this.path = join(folder, offsetName(base))
  }

  /** @param durably syncs the folder too, so that a power cut cannot take the file's name. */
  create(durably: boolean, header = encodeSegmentHeader(this.base)): void {
    if (durably) {
      this.disk.replaceFile(this.path, header)
      this.own = this.disk.open(this.path, 'r+')
    } else {
      this.own = this.disk.open(this.path, 'w+')
      this.own.writev([header], 0)
    }
    this.end = this.base + SEGMENT_HEADER_BYTES
  }

  /** The same file as if it ended at `end`, to be read only. */
  upTo(end: number): SegmentFile {
    return new SegmentFile(this.disk, this.cache, dirname(this.path), this.base, end, end)
  }

  /** Puts a damaged header right: all it says is known from the name. */
  repairHeader(): void {
    this.forWriting().writev([encodeSegmentHeader(this.base)], 0)
  }

  /** Appends; on failure `end` stays and the caller cuts. */
  append(buffers: readonly Buffer[]): void {
    this.forWriting().writev(buffers, this.end - this.base)
    for (const buffer of buffers) this.end += buffer.length
  }

  cut(end: number): void {
    this.end = end
    this.flushedEnd = Math.min(this.flushedEnd, end)
    this.forWriting().truncate(end - this.base)
  }

  /** Flushes what was written before the call. Must not be called again after it failed. */
  async flush(): Promise<void> {
    const end = this.end
    await this.forWriting().datasync()
    this.flushedEnd = Math.max(this.flushedEnd, end)
  }

  /** Nothing more comes; from now on it is opened only to be read. */
  seal(): void {
    this.own?.close()
    this.own = undefined
  }

  /** Bytes read, fewer at the end of the file. */
  read(target: Buffer, physicalOffset: number): number {
    const file = this.own ?? this.cache.open(this.path, 'r')
    return file.read(target, 0, target.length, physicalOffset - this.base)
  }

  async readAsync(target: Buffer, physicalOffset: number): Promise<number> {
    // Always the cache's descriptor: sealing closes the other one, whoever reads.
    const file = this.cache.open(this.path, 'r')
    const unpin = this.cache.pin(this.path)
    try {
      return await file.readAsync(target, 0, target.length, physicalOffset - this.base)
    } finally {
      unpin()
    }
  }

  private forWriting(): DiskFile {
    this.own ??= this.disk.open(this.path, 'r+')
    return this.own
  }
}
