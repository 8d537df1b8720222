/** A connection of ours over TLS: RocketMQ's servers take it on the port they take plain text on. */
import { isIP, type Socket } from 'node:net'
import { connect } from 'node:tls'

export interface TlsSettings {
  /** The server's certificate must be of an authority this machine trusts and name the server; otherwise any will do. */
  isVerified: boolean
}

/** The event of a socket that may be written to. */
export const READY_EVENT = { plain: 'connect', tls: 'secureConnect' } as const

export const dialTls = (
  { host, port }: { host: string; port: number },
  { isVerified }: TlsSettings
): Socket =>
  connect({
    host,
    port,
    rejectUnauthorized: isVerified,
    // A name in SNI cannot be an address.
    ...(isIP(host) === 0 && { servername: host })
  })
