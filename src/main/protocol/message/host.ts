/** An address as messages hold it: 4 or 16 bytes and a port. */
import { isIP, isIPv4, isIPv6 } from 'node:net'

export interface HostAddress {
  /** 4 bytes (IPv4) or 16 (IPv6). */
  readonly ip: Buffer
  readonly port: number
}

const parseIPv4 = (text: string): Buffer => Buffer.from(text.split('.').map(Number))

const parseIPv6 = (text: string): Buffer => {
  const bare = text.replace(/%.*$/, '')
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare)
  const expanded = dotted
    ? dotted[1]! +
      parseIPv4(dotted[2]!)
        .toString('hex')
        .replace(/(.{4})(.{4})/, '$1:$2')
    : bare
  const [left = '', right] = expanded.split('::')
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((g) => parseInt(g, 16))
  const head = groups(left)
  const tail = right === undefined ? [] : groups(right)
  const middle = new Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0)
  const out = Buffer.alloc(16)
  ;[...head, ...middle, ...tail].slice(0, 8).forEach((group, i) => out.writeUInt16BE(group, i * 2))
  return out
}

/** IPv4-mapped IPv6 addresses become IPv4. @throws RangeError when `address` is no IP address. */
export const hostAddress = (address: string, port: number): HostAddress => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  const plain = mapped ? mapped[1]! : address
  if (isIPv4(plain)) return { ip: parseIPv4(plain), port }
  if (isIPv6(plain.replace(/%.*$/, ''))) return { ip: parseIPv6(plain), port }
  throw new RangeError(`${address} is not an IP address`)
}

export const isIpAddress = (text: string): boolean => isIP(text) !== 0

export const isV6 = (host: HostAddress): boolean => host.ip.length === 16

/** The address without its port. */
export const ipOf = (host: HostAddress): string => {
  const text = formatHost(host)
  return isV6(host) ? text.slice(1, text.lastIndexOf(']')) : text.slice(0, text.indexOf(':'))
}

/** `10.0.0.1:50000` or `[fd00::2]:10911`. */
export const formatHost = ({ ip, port }: HostAddress): string => {
  if (ip.length === 4) return `${ip[0]}.${ip[1]}.${ip[2]}.${ip[3]}:${port}`
  const groups = Array.from({ length: 8 }, (_, i) => ip.readUInt16BE(i * 2).toString(16))
  return `[${groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::')}]:${port}`
}

/** Splits `host:port`, also `[::1]:10911`; undefined when it is no such thing. */
export const parseAddress = (address: string): { host: string; port: number } | undefined => {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address.trim())
  if (!match) return undefined
  const port = Number(match[3])
  return port <= 65_535 ? { host: match[1] ?? match[2]!, port } : undefined
}
