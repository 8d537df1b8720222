import { crc32 } from 'node:zlib'

/** NeDB's loader takes these for line ends, its writer leaves them as they are; JSON reads the escapes by itself. */
const UNESCAPED_LINE_ENDS = /[\u0085\u2028\u2029]/g

const CHECKSUM_DIGITS = 8

const checksum = (json: string | Uint8Array): string =>
  crc32(json).toString(16).padStart(CHECKSUM_DIGITS, '0')

/** One stored line without its line end: CRC-32 of the UTF-8 bytes in hex, a space, the JSON. */
export const sealLine = (json: string): string => {
  const safe = json.replace(
    UNESCAPED_LINE_ENDS,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
  return `${checksum(safe)} ${safe}`
}

/** The JSON of a sealed line; throws where the checksum does not fit. */
export const openLine = (line: string): string => {
  const json = line.slice(CHECKSUM_DIGITS + 1)
  if (line !== `${checksum(json)} ${json}`) throw new Error('checksum does not fit')
  return json
}

/** Like `openLine`, judging the bytes as they lie on disk. */
export const openLineBytes = (line: Buffer): string => {
  const json = line.subarray(CHECKSUM_DIGITS + 1)
  const head = line.toString('latin1', 0, CHECKSUM_DIGITS + 1)
  if (head !== `${checksum(json)} `) throw new Error('checksum does not fit')
  return json.toString('utf8')
}
