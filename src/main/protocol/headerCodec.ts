/** The two serializations of a header. Java: RemotingSerializable (JSON), RocketMQSerializable (compact). */
import { languageByte, languageName } from './codes/languageCode'
import { CURRENT_VERSION } from './codes/mqVersion'
import type { ExtFields, RemotingCommand } from './remotingCommand'

/** Everything of a command but its body; what a header decodes to. */
export type Header = Omit<RemotingCommand, 'body' | 'serializeType'>

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const int32 = (value: unknown, name: string, absent: number): number => {
  if (value === undefined || value === null) return absent
  if (typeof value !== 'number' || !Number.isInteger(value) || value !== (value | 0))
    throw new RangeError(`header field ${name} is not an int`)
  return value
}

// Some clients (ali-ons) send numbers and booleans where Java reads strings.
const asText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return undefined
}

const normalizeExtFields = (raw: unknown): ExtFields => {
  if (raw === undefined || raw === null) return {}
  if (!isRecord(raw)) throw new RangeError('extFields is not an object')
  let clean = true
  for (const key in raw) if (typeof raw[key] !== 'string') clean = false
  if (clean) return raw as ExtFields
  const fields = Object.create(null) as ExtFields
  for (const [key, value] of Object.entries(raw)) {
    const text = asText(value)
    if (text !== undefined) fields[key] = text
  }
  return fields
}

/** @throws RangeError when the text is no header. */
export const decodeJsonHeader = (text: string): Header => {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    throw new RangeError('header is not JSON', { cause: error })
  }
  if (!isRecord(raw)) throw new RangeError('header is not a JSON object')
  if (raw.code === undefined) throw new RangeError('header has no code')
  const remark = asText(raw.remark)
  return {
    code: int32(raw.code, 'code', 0),
    language: typeof raw.language === 'string' ? raw.language : 'JAVA',
    version: int32(raw.version, 'version', 0),
    opaque: int32(raw.opaque, 'opaque', 0),
    flag: int32(raw.flag, 'flag', 0),
    ...(remark !== undefined && { remark }),
    extFields: normalizeExtFields(raw.extFields)
  }
}

// eslint-disable-next-line no-control-regex -- JSON must escape exactly these
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/

const quote = (text: string): string =>
  NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`

/** Field names as they were quoted before; few are ever used. */
const quotedNames = new Map<string, string>()
const MAX_QUOTED_NAMES = 1024

const quoteName = (name: string): string => {
  let quoted = quotedNames.get(name)
  if (quoted === undefined) {
    quoted = quote(name)
    if (quotedNames.size < MAX_QUOTED_NAMES) quotedNames.set(name, quoted)
  }
  return quoted
}

/** The JSON text of a header, ext fields as strings. Built by hand: it is on the path of every reply. */
export const encodeJsonHeader = (header: Header): string => {
  let text = `{"code":${header.code}`
  let separator = ',"extFields":{'
  for (const key in header.extFields) {
    const value = header.extFields[key]
    if (value === undefined) continue
    text += `${separator}${quoteName(key)}:${quote(value)}`
    separator = ','
  }
  if (separator === ',') text += '}'
  text += `,"flag":${header.flag},"language":${quoteName(header.language)},"opaque":${header.opaque}`
  if (header.remark !== undefined) text += `,"remark":${quote(header.remark)}`
  return `${text},"serializeTypeCurrentRPC":"JSON","version":${header.version}}`
}

/** Fixed part of the compact header: code, language, version, opaque, flag, remark length, ext length. */
const COMPACT_FIXED = 2 + 1 + 2 + 4 + 4 + 4 + 4

/** @throws RangeError when the bytes are no header. */
export const decodeRocketmqHeader = (bytes: Buffer): Header => {
  if (bytes.length < COMPACT_FIXED) throw new RangeError('compact header is too short')
  const header: Header = {
    code: bytes.readInt16BE(0),
    language: languageName(bytes.readUInt8(2)),
    version: bytes.readInt16BE(3),
    opaque: bytes.readInt32BE(5),
    flag: bytes.readInt32BE(9),
    extFields: Object.create(null) as ExtFields
  }
  const remarkLength = bytes.readInt32BE(13)
  const extAt = 17 + remarkLength
  if (remarkLength < 0 || extAt + 4 > bytes.length)
    throw new RangeError('compact header: bad remark length')
  if (remarkLength > 0) header.remark = bytes.toString('utf8', 17, extAt)
  const extLength = bytes.readInt32BE(extAt)
  let at = extAt + 4
  const end = at + extLength
  if (extLength < 0 || end > bytes.length) throw new RangeError('compact header: bad ext length')
  while (at < end) {
    if (at + 2 > end) throw new RangeError('compact header: torn key')
    const keyLength = bytes.readInt16BE(at)
    const keyEnd = at + 2 + keyLength
    if (keyLength < 0 || keyEnd + 4 > end) throw new RangeError('compact header: bad key length')
    const valueLength = bytes.readInt32BE(keyEnd)
    const valueEnd = keyEnd + 4 + valueLength
    if (valueLength < 0 || valueEnd > end) throw new RangeError('compact header: bad value length')
    // A zero-length value is a null in Java, and a null field is absent.
    if (valueLength > 0)
      header.extFields[bytes.toString('utf8', at + 2, keyEnd)] = bytes.toString(
        'utf8',
        keyEnd + 4,
        valueEnd
      )
    at = valueEnd
  }
  return header
}

/** @throws RangeError for a code or version beyond 16 bits: POP codes cannot travel in this form. */
export const encodeRocketmqHeader = (header: Header): Buffer => {
  if (header.code !== (header.code << 16) >> 16)
    throw new RangeError(`code ${header.code} does not fit the compact header`)
  const remark = header.remark === undefined ? undefined : Buffer.from(header.remark)
  const entries: [Buffer, Buffer][] = []
  let extLength = 0
  for (const [key, value] of Object.entries(header.extFields)) {
    const entry: [Buffer, Buffer] = [Buffer.from(key), Buffer.from(value)]
    extLength += 6 + entry[0].length + entry[1].length
    entries.push(entry)
  }
  const out = Buffer.allocUnsafe(COMPACT_FIXED + (remark?.length ?? 0) + extLength)
  let at = out.writeInt16BE(header.code, 0)
  at = out.writeUInt8(languageByte(header.language), at)
  at = out.writeInt16BE(header.version <= 32_767 ? header.version : CURRENT_VERSION, at)
  at = out.writeInt32BE(header.opaque, at)
  at = out.writeInt32BE(header.flag, at)
  at = out.writeInt32BE(remark?.length ?? 0, at)
  if (remark) at += remark.copy(out, at)
  at = out.writeInt32BE(extLength, at)
  for (const [key, value] of entries) {
    at = out.writeInt16BE(key.length, at)
    at += key.copy(out, at)
    at = out.writeInt32BE(value.length, at)
    at += value.copy(out, at)
  }
  return out
}
