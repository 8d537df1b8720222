/** Message ids. Java: MessageDecoder.createMessageId, MessageClientIDSetter. */
import type { HostAddress } from './host'

/** Makes the ids of one store's messages: upper-case hexadecimal of host, port and physical offset, 32 characters (IPv4) or 56. */
export const messageIdsOf = ({ ip, port }: HostAddress): ((physicalOffset: number) => string) => {
  const host = Buffer.allocUnsafe(ip.length + 4)
  host.writeInt32BE(port, ip.copy(host))
  const hostPart = host.toString('hex').toUpperCase()
  return (physicalOffset) => hostPart + physicalOffset.toString(16).toUpperCase().padStart(16, '0')
}

export const createMessageId = (storeHost: HostAddress, physicalOffset: number): string =>
  messageIdsOf(storeHost)(physicalOffset)

/** Where an offset message id points; undefined when the text is no such id. */
export const decodeMessageId = (
  id: string
): { storeHost: HostAddress; physicalOffset: number } | undefined => {
  if (!/^([0-9a-fA-F]{32}|[0-9a-fA-F]{56})$/.test(id)) return undefined
  const bytes = Buffer.from(id, 'hex')
  const ipBytes = bytes.length - 12
  const port = bytes.readInt32BE(ipBytes)
  const physicalOffset = Number(bytes.readBigInt64BE(ipBytes + 4))
  if (port < 0 || port > 65_535 || physicalOffset < 0 || !Number.isSafeInteger(physicalOffset))
    return undefined
  return { storeHost: { ip: bytes.subarray(0, ipBytes), port }, physicalOffset }
}
