/** Message bodies between bytes, text and hexadecimal. Bodies are hostile: nothing here trusts their shape. */

export const bytesOfBase64 = (base64: string): Uint8Array<ArrayBuffer> => {
  const characters = atob(base64)
  const bytes = new Uint8Array(characters.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i)
  return bytes
}

/** Undefined where the bytes are not valid UTF-8 or hold control characters no text has. */
export const utf8OfBytes = (bytes: Uint8Array): string | undefined => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // eslint-disable-next-line no-control-regex -- binary bodies are recognised by exactly these
    return /[\u0000-\u0008\u000e-\u001a]/.test(text.slice(0, 4096)) ? undefined : text
  } catch {
    // The decoder's way of saying "not UTF-8".
    return undefined
  }
}

export interface HexLine {
  key: number
  offset: string
  hex: string
  ascii: string
}

const BYTES_PER_LINE = 16

export const hexLineCount = (bytes: Uint8Array): number => Math.ceil(bytes.length / BYTES_PER_LINE)

export const hexLine = (bytes: Uint8Array, line: number): HexLine => {
  const at = line * BYTES_PER_LINE
  const slice = [...bytes.subarray(at, at + BYTES_PER_LINE)]
  const cells = slice.map((byte) => byte.toString(16).padStart(2, '0'))
  return {
    key: line,
    offset: at.toString(16).padStart(8, '0'),
    hex: `${cells.slice(0, 8).join(' ')}  ${cells.slice(8).join(' ')}`.padEnd(48),
    ascii: slice
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'))
      .join('')
  }
}

export const hexOfBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export type BodyEncoding = 'text' | 'base64' | 'hex'

/** Bytes a draft body stands for; undefined where it is not of its encoding. */
export const draftBodySize = (body: string, encoding: BodyEncoding): number | undefined => {
  if (encoding === 'text') return new TextEncoder().encode(body).length
  const packed = body.replace(/\s+/g, '')
  if (encoding === 'hex') {
    return /^([0-9a-fA-F]{2})*$/.test(packed) ? packed.length / 2 : undefined
  }
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined
  const padding = packed.endsWith('==') ? 2 : packed.endsWith('=') ? 1 : 0
  return (packed.length / 4) * 3 - padding
}
