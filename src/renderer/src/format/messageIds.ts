/** What a message id says of itself: who made it, where and when. */

export type IdReading =
  | { kind: 'unique'; host: string; pid: number; at: number }
  | { kind: 'offset'; host: string; offset: string }
  | { kind: 'grpc'; mac: string; pid: number; at: number }
  | { kind: 'many'; count: number }
  | { kind: 'other' }

const bytesOf = (hex: string): number[] =>
  Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(i * 2, i * 2 + 2), 16))
const numberOf = (bytes: readonly number[]): number =>
  bytes.reduce((value, byte) => value * 256 + byte, 0)

const hostOf = (ip: readonly number[]): string => {
  if (ip.length === 4) return ip.join('.')
  const words = Array.from({ length: 8 }, (_, i) =>
    numberOf(ip.slice(i * 2, i * 2 + 2)).toString(16)
  )
  return `[${words.join(':')}]`
}

/** Clients write milliseconds since the beginning of their month; of this one or the one before. */
const timeInMonth = (ms: number, now: number): number => {
  const today = new Date(now)
  const thisMonth = new Date(today.getFullYear(), today.getMonth(), 1).getTime() + ms
  if (thisMonth <= now + 86_400_000) return thisMonth
  return new Date(today.getFullYear(), today.getMonth() - 1, 1).getTime() + ms
}

/** gRPC clients count seconds from here. */
const GRPC_EPOCH = Date.UTC(2021, 0, 1)

/** Both forms have the same length; where one has a port below 65,536 the other has a process of number 0. */
const readBroker = (bytes: readonly number[], ipBytes: number): IdReading | undefined => {
  const port = numberOf(bytes.slice(ipBytes, ipBytes + 4))
  if (port < 1 || port > 65_535) return undefined
  const offset = bytes.slice(ipBytes + 4).reduce((value, byte) => value * 256n + BigInt(byte), 0n)
  return { kind: 'offset', host: `${hostOf(bytes.slice(0, ipBytes))}:${port}`, offset: String(offset) } // prettier-ignore
}

const readClient = (bytes: readonly number[], ipBytes: number, now: number): IdReading => ({
  kind: 'unique',
  host: hostOf(bytes.slice(0, ipBytes)),
  pid: numberOf(bytes.slice(ipBytes, ipBytes + 2)),
  at: timeInMonth(numberOf(bytes.slice(ipBytes + 6, ipBytes + 10)), now)
})

/** Undefined for an empty text. */
export const readMessageId = (text: string, now: number): IdReading | undefined => {
  const ids = text.split(/[\s,]+/).filter((id) => id !== '')
  const [id] = ids
  if (id === undefined) return undefined
  if (ids.length > 1) return { kind: 'many', count: ids.length }
  if (!/^[0-9a-fA-F]+$/.test(id)) return { kind: 'other' }
  const bytes = bytesOf(id)
  if (id.length === 34 && bytes[0] === 1) {
    const mac = bytes.slice(1, 7).map((byte) => byte.toString(16).padStart(2, '0'))
    const at = GRPC_EPOCH + numberOf(bytes.slice(9, 13)) * 1000
    return { kind: 'grpc', mac: mac.join(':'), pid: numberOf(bytes.slice(7, 9)), at }
  }
  if (id.length !== 32 && id.length !== 56) return { kind: 'other' }
  const ipBytes = id.length === 32 ? 4 : 16
  return readBroker(bytes, ipBytes) ?? readClient(bytes, ipBytes, now)
}
