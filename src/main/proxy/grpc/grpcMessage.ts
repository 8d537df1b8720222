/** Text of `grpc-message`: printable ASCII as it is, everything else and `%` as the percent codes of its UTF-8. */

/** In characters before coding: a remark, not a document. */
const MAX_LENGTH = 2048

const PLAIN = /^[\x20-\x24\x26-\x7e]*$/

export const encodeGrpcMessage = (text: string): string => {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
  if (PLAIN.test(cut)) return cut
  let coded = ''
  for (const byte of Buffer.from(cut)) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25
    coded += isPlain
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return coded
}
