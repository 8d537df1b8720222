/** Which characters the bytes of a body are: a guess, which a person may overrule. */

export const charsets = [
  { value: 'utf-8', label: 'UTF-8' },
  { value: 'gbk', label: 'GBK' },
  { value: 'gb18030', label: 'GB18030' },
  { value: 'big5', label: 'Big5' },
  { value: 'shift_jis', label: 'Shift_JIS' },
  { value: 'iso-8859-1', label: 'ISO-8859-1' },
  { value: 'utf-16le', label: 'UTF-16 LE' },
  { value: 'utf-16be', label: 'UTF-16 BE' }
] as const
export type Charset = (typeof charsets)[number]['value']

/** Bytes looked at; what follows is of the same kind. */
const SAMPLE_BYTES = 64 * 1024
/** Share of characters a text has, below which bytes are no text in that charset. */
const LEAST_SCORE = 0.85

// Control characters no text has.
// eslint-disable-next-line no-control-regex -- binary bodies are recognised by exactly these
const CONTROL = /[\u0000-\u0008\u000e-\u001a\u007f\u0080-\u009f\ufffd\ue000-\uf8ff]/

const decoded = (bytes: Uint8Array, charset: Charset): string | undefined => {
  try {
    // A sample may end within a character: that is no fault of it.
    return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: true })
  } catch {
    // The decoder's way of saying "not of this charset".
    return undefined
  }
}

/** Characters people write, from 0 to 1; those of the other East Asian charsets look rare or odd. */
const scoreOf = (text: string, charset: Charset): number => {
  let score = 0
  let count = 0
  for (const character of text) {
    count++
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) score += CONTROL.test(character) ? -4 : 1
    else if (code >= 0x3040 && code <= 0x30ff) score += charset === 'shift_jis' ? 1.2 : 0.2
    else if (code >= 0x4e00 && code <= 0x9fff) score += 1
    else if (code >= 0x3000 && code <= 0x303f) score += 1
    else if (code >= 0xff00 && code <= 0xff5e) score += 1
    // Half-width kana: what other charsets' pairs look like in Shift_JIS.
    else if (code >= 0xff61 && code <= 0xff9f) score -= 0.5
    else if (CONTROL.test(character)) score -= 2
    else score += 0.4
  }
  return count === 0 ? 0 : score / count
}

const isUtf16 = (bytes: Uint8Array): Charset | undefined => {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined
  const zeros = [0, 0]
  const looked = Math.min(bytes.length, 4096)
  for (let i = 0; i < looked; i++) if (bytes[i] === 0) zeros[i % 2]!++
  const half = looked / 2
  if (zeros[1]! > half * 0.4 && zeros[0]! < half * 0.05) return 'utf-16le'
  return zeros[0]! > half * 0.4 && zeros[1]! < half * 0.05 ? 'utf-16be' : undefined
}

const withMark = (bytes: Uint8Array): Charset | undefined => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined
}

/** Undefined for bytes that are no text. */
export const detectCharset = (bytes: Uint8Array): Charset | undefined => {
  const sample = bytes.subarray(0, SAMPLE_BYTES)
  const utf8 = decoded(sample, 'utf-8')
  // eslint-disable-next-line no-control-regex -- as above
  if (utf8 !== undefined && !/[\u0000-\u0008\u000e-\u001a]/.test(utf8)) return 'utf-8'
  const wide = withMark(bytes) ?? isUtf16(bytes)
  if (wide) {
    const text = decoded(sample, wide)
    if (text !== undefined && scoreOf(text, wide) > 0.3) return wide
  }
  let best: { charset: Charset; score: number } | undefined
  for (const charset of ['gb18030', 'big5', 'shift_jis'] as const) {
    const text = decoded(sample, charset)
    const score = text === undefined ? 0 : scoreOf(text, charset)
    if (score >= LEAST_SCORE && score > (best?.score ?? 0)) best = { charset, score }
  }
  return best?.charset
}

export const textIn = (bytes: Uint8Array, charset: Charset): string =>
  new TextDecoder(charset).decode(bytes)
