/** Source addresses of policies: one IP, or a block of them (CIDR). Java: IPAddressUtils. */

/** 4 or 16 bytes; an IPv4 address that came as IPv6 counts as IPv4. Undefined: no IP address. */
const bytesOf = (text: string): readonly number[] | undefined => {
  if (!text.includes(':')) return ofIPv4(text)
  const bytes = ofIPv6(text)
  const isMapped = bytes?.slice(0, 12).every((byte, i) => byte === (i < 10 ? 0 : 255))
  return isMapped ? bytes?.slice(12) : bytes
}

const ofIPv4 = (text: string): number[] | undefined => {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const isByte = (part: string): boolean => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255
  return parts.every(isByte) ? parts.map(Number) : undefined
}

const ofIPv6 = (text: string): number[] | undefined => {
  const dotted = /^(.*:)([\d.]+)$/.exec(text)
  const tail = dotted?.[2]?.includes('.') ? ofIPv4(dotted[2]) : undefined
  const hex = (high: number, low: number): string => (high * 256 + low).toString(16)
  const plain = tail ? `${dotted![1]}${hex(tail[0]!, tail[1]!)}:${hex(tail[2]!, tail[3]!)}` : text
  const halves = plain.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  if (!groups.flat().every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  const missing = 8 - groups.flat().length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const zeros = Array.from({ length: missing }, () => '0')
  const all = [...groups[0]!, ...(halves.length === 2 ? [...zeros, ...groups[1]!] : [])]
  return all.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255])
}

interface Block {
  bytes: readonly number[]
  /** Leading bits that count. */
  bits: number
}

const blockOf = (text: string): Block | undefined => {
  const [address = '', prefix, ...rest] = text.split('/')
  const bytes = bytesOf(address)
  if (!bytes || rest.length > 0) return undefined
  const all = bytes.length * 8
  if (prefix === undefined) return { bytes, bits: all }
  if (!/^\d{1,3}$/.test(prefix)) return undefined
  const isMapped = address.includes(':') && bytes.length === 4
  const bits = Number(prefix) - (isMapped ? 96 : 0)
  return bits >= 0 && bits <= all ? { bytes, bits } : undefined
}

/** Whether a policy may name it: `10.0.0.7`, `10.0.0.0/24`, `fd00::/8`. */
export const isIpOrCidr = (text: string): boolean => blockOf(text) !== undefined

/** Whether an address lies in a block; false where either is none. */
export const isIpInRange = (ip: string, range: string): boolean => {
  const bytes = bytesOf(ip)
  const block = blockOf(range)
  if (!bytes || !block || bytes.length !== block.bytes.length) return false
  return bytes.every((byte, i) => {
    const counting = Math.min(8, Math.max(0, block.bits - i * 8))
    const mask = 0xff & (0xff << (8 - counting))
    return (byte & mask) === (block.bytes[i]! & mask)
  })
}
