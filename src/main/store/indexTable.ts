/**
 * One stretch of the log's keys: slots that hold the number of their newest entry, entries that hold the number of the
 * one before. Memory and file are the same bytes, so that writing one out costs a copy. Java: IndexFile.
 */
import { crc32 } from 'node:zlib'
import { readLong, writeLong } from '../protocol/message/messageCodec'

export const INDEX_FORMAT_VERSION = 1
export const INDEX_HEADER_BYTES = 72
const SLOT_BYTES = 4
const ENTRY_BYTES = 16
const FIRST_SLOTS = 1024
const MAGIC = Buffer.from('GANTRYIX', 'latin1')

/** What a table covers. Offsets are physical, times are store times in ms. */
export interface IndexRange {
  /** First byte of the log it covers. */
  from: number
  /** Behind the last byte it covers. */
  to: number
  /** Store time of its first entry, from which the entries count; 0 while it has none. */
  beginTimestamp: number
  /** Store time of its newest entry; 0 while it has none. */
  endTimestamp: number
  /** Offset of its newest entry; 0 while it has none. */
  endPhyOffset: number
}

export interface IndexHeader extends IndexRange {
  entries: number
  slots: number
  crc: number
}

/** Which entries are wanted; the times are inclusive and met to the second. */
export interface IndexWanted {
  hash: number
  /** Older records are of a deleted topic of the same name. */
  sinceOffset: number
  beginTimestamp: number
  endTimestamp: number
}

/** Gives `length` bytes at a position behind the header. */
export type IndexReader = (position: number, length: number) => Buffer

export const bodyBytes = ({ slots, entries }: Pick<IndexHeader, 'slots' | 'entries'>): number =>
  slots * SLOT_BYTES + entries * ENTRY_BYTES

/** The version a sound header says; undefined when it is damaged. */
export const indexFormatVersion = (bytes: Buffer): number | undefined => {
  if (bytes.length < INDEX_HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return undefined
  return crc32(bytes.subarray(0, 68)) === bytes.readUInt32BE(68) ? bytes.readUInt32BE(8) : undefined
}

/** What a header says; undefined when it is damaged or of another version: the table is made anew from the log then. */
export const decodeIndexHeader = (bytes: Buffer): IndexHeader | undefined => {
  if (indexFormatVersion(bytes) !== INDEX_FORMAT_VERSION) return undefined
  return {
    entries: bytes.readUInt32BE(12),
    slots: bytes.readUInt32BE(16),
    crc: bytes.readUInt32BE(20),
    from: readLong(bytes, 24),
    to: readLong(bytes, 32),
    beginTimestamp: readLong(bytes, 40),
    endTimestamp: readLong(bytes, 48),
    endPhyOffset: readLong(bytes, 56)
  }
}

export const encodeIndexHeader = (header: IndexHeader): Buffer => {
  const bytes = Buffer.alloc(INDEX_HEADER_BYTES)
  MAGIC.copy(bytes)
  bytes.writeUInt32BE(INDEX_FORMAT_VERSION, 8)
  bytes.writeUInt32BE(header.entries, 12)
  bytes.writeUInt32BE(header.slots, 16)
  bytes.writeUInt32BE(header.crc, 20)
  writeLong(bytes, header.from, 24)
  writeLong(bytes, header.to, 32)
  writeLong(bytes, header.beginTimestamp, 40)
  writeLong(bytes, header.endTimestamp, 48)
  writeLong(bytes, header.endPhyOffset, 56)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 68)), 68)
  return bytes
}

/** Physical offsets of the entries that may be of the hash, newest first, each once. */
export const findInTable = (
  header: IndexHeader,
  read: IndexReader,
  { hash, sinceOffset, beginTimestamp, endTimestamp }: IndexWanted
): number[] => {
  const found: number[] = []
  const { slots, entries, from } = header
  const slot = slots === 0 ? 0 : read((hash % slots) * SLOT_BYTES, SLOT_BYTES).readUInt32BE(0)
  let last = -1
  for (let number = slot; number > 0 && number <= entries;) {
    const entry = read(slots * SLOT_BYTES + (number - 1) * ENTRY_BYTES, ENTRY_BYTES)
    const physicalOffset = from + entry.readUInt32BE(4)
    const time = header.beginTimestamp + entry.readUInt32BE(8) * 1000
    if (physicalOffset < sinceOffset || time + 1000 <= beginTimestamp) break
    if (entry.readUInt32BE(0) === hash && time <= endTimestamp && physicalOffset !== last) {
      found.push(physicalOffset)
      last = physicalOffset
    }
    const before = entry.readUInt32BE(12)
    // Chains lead back only; anything else would be damage.
    number = before < number ? before : 0
  }
  return found
}

/** Room for the next entries is taken in pieces of this size, so that no put copies what is there. */
const CHUNK_ENTRIES = 4096
const CHUNK_BYTES = CHUNK_ENTRIES * ENTRY_BYTES

interface Chunk {
  bytes: Buffer
  view: DataView
}

const newChunk = (): Chunk => {
  const bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, CHUNK_BYTES) }
}

/** A table in memory: one that still grows, or one whose file is not written yet. */
export class IndexTable implements IndexRange {
  to: number
  beginTimestamp = 0
  endTimestamp = 0
  endPhyOffset = 0
  entries = 0
  private readonly chunks: Chunk[] = []
  private slotBytes = Buffer.alloc(0)
  private slotView = new DataView(this.slotBytes.buffer, 0, 0)
  /** Entries that are in their chains; the others follow when somebody asks: the send path is spared it. */
  private linked = 0

  constructor(readonly from: number) {
    this.to = from
  }

  /** Takes up a table where its file left it. */
  static resume(header: IndexHeader, body: Buffer): IndexTable {
    const table = new IndexTable(header.from)
    const { to, beginTimestamp, endTimestamp, endPhyOffset, entries, slots } = header
    Object.assign(table, { to, beginTimestamp, endTimestamp, endPhyOffset, entries })
    for (let at = slots * SLOT_BYTES; at < body.length; at += CHUNK_BYTES) {
      const chunk = newChunk()
      body.copy(chunk.bytes, 0, at, at + CHUNK_BYTES)
      table.chunks.push(chunk)
    }
    return table
  }

  /** The header of its file as it would be now, but for the CRC. */
  get header(): IndexHeader {
    const { from, to, beginTimestamp, endTimestamp, endPhyOffset, entries } = this
    const slots = slotsFor(entries)
    return { from, to, beginTimestamp, endTimestamp, endPhyOffset, entries, slots, crc: 0 }
  }

  /** Entries come in log order. */
  add(hash: number, physicalOffset: number, storeTimestamp: number): void {
    const at = this.entries % CHUNK_ENTRIES
    if (at === 0) this.chunks.push(newChunk())
    if (this.entries === 0) this.beginTimestamp = storeTimestamp
    const { view } = this.chunks[this.chunks.length - 1]!
    const seconds = Math.floor((storeTimestamp - this.beginTimestamp) / 1000)
    view.setUint32(at * ENTRY_BYTES, hash)
    view.setUint32(at * ENTRY_BYTES + 4, physicalOffset - this.from)
    view.setUint32(at * ENTRY_BYTES + 8, Math.max(0, seconds))
    this.entries++
    this.endTimestamp = storeTimestamp
    this.endPhyOffset = physicalOffset
  }

  find(wanted: IndexWanted): number[] {
    this.link(this.entries)
    const slotBytes = this.slotBytes.length
    return findInTable(
      this.header,
      (position, length) => {
        if (position < slotBytes) return this.slotBytes.subarray(position, position + length)
        const { bytes } = this.chunks[Math.floor((position - slotBytes) / CHUNK_BYTES)]!
        const at = (position - slotBytes) % CHUNK_BYTES
        return bytes.subarray(at, at + length)
      },
      wanted
    )
  }

  /** Puts up to `count` more entries into their chains; false when all are. */
  link(count: number): boolean {
    const slots = slotsFor(this.entries)
    if (this.slotBytes.length < slots * SLOT_BYTES) {
      // It has grown: every chain is linked anew.
      this.slotBytes = Buffer.alloc(slots * SLOT_BYTES)
      this.slotView = new DataView(this.slotBytes.buffer, this.slotBytes.byteOffset)
      this.linked = 0
    }
    const { chunks, slotView } = this
    const end = Math.min(this.entries, this.linked + count)
    while (this.linked < end) {
      const { view } = chunks[Math.floor(this.linked / CHUNK_ENTRIES)]!
      const at = (this.linked % CHUNK_ENTRIES) * ENTRY_BYTES
      const slotAt = (view.getUint32(at) % slots) * SLOT_BYTES
      view.setUint32(at + 12, slotView.getUint32(slotAt))
      slotView.setUint32(slotAt, ++this.linked)
    }
    return this.linked < this.entries
  }

  /** What follows the header in its file, in pieces of at most 64 KiB; every entry must be linked. */
  *body(): Iterable<Buffer> {
    const { slotBytes, chunks, entries } = this
    for (let at = 0; at < slotBytes.length; at += CHUNK_BYTES)
      yield slotBytes.subarray(at, at + CHUNK_BYTES)
    for (const [i, { bytes }] of chunks.entries())
      yield bytes.subarray(0, Math.min(CHUNK_BYTES, entries * ENTRY_BYTES - i * CHUNK_BYTES))
  }
}

const slotsFor = (entries: number): number => {
  let slots = entries === 0 ? 0 : FIRST_SLOTS
  while (slots < entries) slots *= 2
  return slots
}
