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
const FIRST_ENTRIES = 1024
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

/** A table that still grows. */
export class IndexTable implements IndexRange {
  to: number
  beginTimestamp = 0
  endTimestamp = 0
  endPhyOffset = 0
  entries = 0
  /** Entries that are in their chains; the others follow when somebody asks: the send path is spared it. */
  private linked = 0
  private slotBytes = Buffer.alloc(0)
  private entryBytes = Buffer.alloc(0)

  /** @param slots room to begin with. */
  constructor(
    readonly from: number,
    slots = 0
  ) {
    this.to = from
    if (slots > 0) this.makeRoom(slots)
  }

  /** Takes up a table where its file left it. */
  static resume(header: IndexHeader, body: Buffer): IndexTable {
    const table = new IndexTable(header.from)
    const { to, beginTimestamp, endTimestamp, endPhyOffset, entries, slots } = header
    Object.assign(table, { to, beginTimestamp, endTimestamp, endPhyOffset, entries })
    table.linked = entries
    table.slotBytes = Buffer.from(body.subarray(0, slots * SLOT_BYTES))
    table.entryBytes = Buffer.alloc(slots * ENTRY_BYTES)
    body.copy(table.entryBytes, 0, slots * SLOT_BYTES)
    return table
  }

  get slots(): number {
    return this.slotBytes.length / SLOT_BYTES
  }

  /** Entries come in log order. */
  add(hash: number, physicalOffset: number, storeTimestamp: number): void {
    if (this.entries === this.slots) this.grow()
    if (this.entries === 0) this.beginTimestamp = storeTimestamp
    const { entryBytes } = this
    const at = this.entries * ENTRY_BYTES
    entryBytes.writeUInt32BE(hash, at)
    entryBytes.writeUInt32BE(physicalOffset - this.from, at + 4)
    const seconds = Math.floor((storeTimestamp - this.beginTimestamp) / 1000)
    entryBytes.writeUInt32BE(Math.max(0, seconds), at + 8)
    this.entries++
    this.endTimestamp = storeTimestamp
    this.endPhyOffset = physicalOffset
  }

  find(wanted: IndexWanted): number[] {
    this.linkAll()
    return findInTable(
      this.header(0),
      (position, length) => {
        const isSlot = position < this.slotBytes.length
        const at = isSlot ? position : position - this.slotBytes.length
        return (isSlot ? this.slotBytes : this.entryBytes).subarray(at, at + length)
      },
      wanted
    )
  }

  /** The whole file: header, slots, entries. */
  encode(): { header: IndexHeader; buffers: Buffer[] } {
    this.linkAll()
    const body = [this.slotBytes, this.entryBytes.subarray(0, this.entries * ENTRY_BYTES)]
    const header = this.header(crc32(body[1]!, crc32(body[0]!)))
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
    return { header, buffers: [bytes, ...body] }
  }

  private header(crc: number): IndexHeader {
    const { from, to, beginTimestamp, endTimestamp, endPhyOffset, entries, slots } = this
    return { from, to, beginTimestamp, endTimestamp, endPhyOffset, entries, slots, crc }
  }

  private linkAll(): void {
    const { entryBytes, slotBytes, slots, entries } = this
    while (this.linked < entries) {
      const at = this.linked * ENTRY_BYTES
      const slotAt = (entryBytes.readUInt32BE(at) % slots) * SLOT_BYTES
      entryBytes.writeUInt32BE(slotBytes.readUInt32BE(slotAt), at + 12)
      slotBytes.writeUInt32BE(++this.linked, slotAt)
    }
  }

  /** Twice the room; every chain is linked anew then. */
  private grow(): void {
    this.makeRoom(Math.max(FIRST_ENTRIES, this.slots * 2))
  }

  private makeRoom(slots: number): void {
    const entryBytes = Buffer.alloc(slots * ENTRY_BYTES)
    this.entryBytes.copy(entryBytes)
    this.entryBytes = entryBytes
    this.slotBytes = Buffer.alloc(slots * SLOT_BYTES)
    this.linked = 0
  }
}
