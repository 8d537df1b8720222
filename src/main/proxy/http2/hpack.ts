/** Headers as they travel. RFC 7541. What is sent here needs no table: it is bytes made once. */
import { decodeHuffman } from './huffman'
import { fieldRule, nameRule, withField } from './fieldRules'
import { staticTable, type Entry } from './staticTable'

export type Headers = Record<string, string>

/** Of the dynamic table, by default and at most. */
const TABLE_BYTES = 4096
/** Added to the length of name and value. */
const ENTRY_OVERHEAD = 32
const MAX_INTEGER = 2 ** 28

const sizeOf = ({ name, value }: Entry): number => name.length + value.length + ENTRY_OVERHEAD

export interface DecodedHeaders {
  headers: Headers
  /** What `isRequest` and `isTrailers` ask for. */
  fields: number
  /** They were more than allowed, and some are missing. */
  isTooLarge: boolean
}

/** One direction of one connection. */
export class HeaderDecoder {
  /** Newest last. */
  private readonly entries: Entry[] = []
  private tableBytes = 0
  private maxTableBytes = TABLE_BYTES
  private source: Buffer = Buffer.alloc(0)
  private at = 0

  constructor(private readonly maxBytes: number) {}

  /** @throws RangeError; nothing of the connection can be read after it. */
  decode(block: Buffer): DecodedHeaders {
    this.source = block
    this.at = 0
    const headers = Object.create(null) as Headers
    let bytes = 0
    let fields = 0
    while (this.at < block.length) {
      const entry = this.next(bytes === 0)
      if (!entry) continue
      bytes += sizeOf(entry)
      fields = withField(fields, entry.rule)
      if (bytes > this.maxBytes) continue
      const { name, value } = entry
      const known = headers[name]
      if (known === undefined) headers[name] = value
      else headers[name] = `${known}, ${value}`
    }
    return { headers, fields, isTooLarge: bytes > this.maxBytes }
  }

  /** Undefined: it was a change of the table. */
  private next(isFirst: boolean): Entry | undefined {
    const first = this.source[this.at]!
    if (first & 0x80) return this.entry(this.integer(7))
    if (first & 0x40) {
      const entry = this.literal(6)
      this.add(entry)
      return entry
    }
    if (first & 0x20) {
      if (!isFirst) throw new RangeError('a header table changes after the first header')
      this.resize(this.integer(5))
      return undefined
    }
    return this.literal(4)
  }

  private literal(prefix: number): Entry {
    const index = this.integer(prefix)
    const known = index === 0 ? undefined : this.entry(index)
    const name = known?.name ?? this.string()
    const value = this.string()
    return { name, value, rule: fieldRule(known?.rule ?? nameRule(name), name, value) }
  }

  private entry(index: number): Entry {
    const entry =
      index <= staticTable.length
        ? staticTable[index - 1]
        : this.entries[this.entries.length - (index - staticTable.length)]
    if (!entry) throw new RangeError(`header table has no entry ${index}`)
    return entry
  }

  private integer(prefix: number): number {
    const mask = (1 << prefix) - 1
    let value = this.byte() & mask
    if (value < mask) return value
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (value > MAX_INTEGER || shift > 28) throw new RangeError('a header integer is too large')
      if (!(byte & 0x80)) return value
    }
  }

  private string(): string {
    if (this.at >= this.source.length) throw new RangeError('a header ends too early')
    const isCoded = (this.source[this.at]! & 0x80) !== 0
    const length = this.integer(7)
    const start = this.at
    const end = start + length
    if (end > this.source.length) throw new RangeError('a header ends too early')
    this.at = end
    return isCoded
      ? decodeHuffman(this.source, start, end)
      : this.source.toString('latin1', start, end)
  }

  private byte(): number {
    const byte = this.source[this.at++]
    if (byte === undefined) throw new RangeError('a header ends too early')
    return byte
  }

  private add(entry: Entry): void {
    const size = sizeOf(entry)
    this.evict(this.maxTableBytes - size)
    if (size > this.maxTableBytes) return
    this.entries.push(entry)
    this.tableBytes += size
  }

  private resize(bytes: number): void {
    if (bytes > TABLE_BYTES) throw new RangeError(`a header table of ${bytes} bytes is too large`)
    this.maxTableBytes = bytes
    this.evict(bytes)
  }

  private evict(toBytes: number): void {
    while (this.tableBytes > toBytes) {
      const oldest = this.entries.shift()
      if (!oldest) return
      this.tableBytes -= sizeOf(oldest)
    }
  }
}

const MAX_SHORT = 126

const stringBytes = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'latin1')
  if (bytes.length <= MAX_SHORT) return Buffer.concat([Buffer.from([bytes.length]), bytes])
  const length: number[] = [127]
  let rest = bytes.length - 127
  for (; rest >= 128; rest >>>= 7) length.push((rest & 0x7f) | 0x80)
  length.push(rest)
  return Buffer.concat([Buffer.from(length), bytes])
}

/** Literals that enter no table; the receiver reads them as they are. */
export const encodeHeaders = (headers: Readonly<Headers>): Buffer =>
  Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [
      Buffer.from([0]),
      stringBytes(name),
      stringBytes(value)
    ])
  )
