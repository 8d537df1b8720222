/** A connection as a form holds it, and what of it can be sent. */
import type { ConnectionTestQuery } from '../../../../shared/connectionDrafts'
import {
  addressesOf,
  isAddress,
  MAX_CONNECTION_NAME_LENGTH,
  MAX_CONNECTION_NAMESERVERS
} from '../../../../shared/connectionRules'
import type { ConnectionView, TlsMode } from '../../../../shared/connectionViews'

export interface ConnectionForm {
  number: number | undefined
  name: string
  /** As typed. */
  addresses: string
  tls: TlsMode
  accessKey: string
  /** Empty keeps the one there is. */
  secretKey: string
  vipChannel: boolean
}

export const newForm = (): ConnectionForm => ({
  ...{ number: undefined, name: '', addresses: '', tls: 'off' as const },
  ...{ accessKey: '', secretKey: '', vipChannel: false }
})

export const formOf = (connection: ConnectionView): ConnectionForm => {
  const { number, name, namesrvAddresses, tls, accessKey, vipChannel } = connection
  const addresses = namesrvAddresses.join(';')
  return { number, name, addresses, tls, accessKey, secretKey: '', vipChannel }
}

/** The address that is none, if there is one. */
export const wrongAddress = (text: string): string | undefined =>
  addressesOf(text).find((address) => !isAddress(address))

export const hasTooMany = (text: string): boolean =>
  addressesOf(text).length > MAX_CONNECTION_NAMESERVERS

/** Undefined while addresses are missing or wrong. */
export const testQueryOf = (form: ConnectionForm): ConnectionTestQuery | undefined => {
  const { number, addresses, tls, accessKey, secretKey, vipChannel } = form
  const namesrvAddresses = addressesOf(addresses)
  if (namesrvAddresses.length === 0 || wrongAddress(addresses) || hasTooMany(addresses))
    return undefined
  return {
    ...(number !== undefined && { number }),
    ...{ namesrvAddresses, tls, accessKey: accessKey.trim(), vipChannel },
    ...(secretKey !== '' && { secretKey })
  }
}

export const isNameGood = (name: string): boolean => {
  const { length } = name.trim()
  return length > 0 && length <= MAX_CONNECTION_NAME_LENGTH
}
