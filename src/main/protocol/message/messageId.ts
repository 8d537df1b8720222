/** Message ids. Java: MessageDecoder.createMessageId, MessageClientIDSetter. */
import type { HostAddress } from './host'

/** Upper-case hexadecimal of store host, its port and the physical offset: 32 characters (IPv4) or 56. */
export const createMessageId = (storeHost: HostAddress, physicalOffset: number): string => {
  const out = Buffer.allocUnsafe(storeHost.ip.length + 12)
  let at = storeHost.ip.copy(out)
  at = out.writeInt32BE(storeHost.port, at)
  out.writeBigInt64BE(BigInt(physicalOffset), at)
  return out.toString('hex').toUpperCase()
}

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
