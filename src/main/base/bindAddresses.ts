/** What is listened at for an address a person chose: this machine's own programs always find us on loopback. */
import { isIP } from 'node:net'

export const LOOPBACK = '127.0.0.1'

/** 127.0.0.0/8 or ::1. */
export const isLoopback = (address: string): boolean =>
  /^(::ffff:)?127\./i.test(address) || address === '::1'

/** Every address of the machine. */
export const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::'

/** One listener each. */
export const bindAddresses = (host: string): string[] =>
  isLoopback(host) || isWildcard(host) || isIP(host) === 0 ? [host] : [LOOPBACK, host]

/** As it stands before a port. */
export const bracketed = (address: string): string =>
  address.includes(':') ? `[${address}]` : address

/** Where programs of this machine reach what listens there. */
export const localAddressOf = (host: string): string => {
  return isLoopback(host) ? bracketed(host) : LOOPBACK
}

/** Whether a connection to an address arrives at what listens for a host. */
export const listensAt = (host: string, address: string): boolean =>
  bindAddresses(host).some(
    (bound) =>
      bound === address || bound === '::' || (bound === '0.0.0.0' && !address.includes(':'))
  )

/** 4 or 6 for an address, 0 for a name. */
export const ipFamily = (host: string): number => isIP(host)
