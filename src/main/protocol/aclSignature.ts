import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RemotingRequest } from './remotingCommand'
import type { SessionCredentials } from './sessionCredentials'

/** Names of the fields that carry credentials. Java: SessionCredentials. */
export const AclField = {
  ACCESS_KEY: 'AccessKey',
  SECURITY_TOKEN: 'SecurityToken',
  SIGNATURE: 'Signature'
} as const

/** The values of all fields but the signature, in the order of their names. Java: AclUtils. */
const signedText = (extFields: Readonly<Record<string, string>>): string =>
  Object.keys(extFields)
    .filter((name) => name !== AclField.SIGNATURE)
    // The default order compares code units, as a TreeMap of Strings does.
    .sort()
    .map((name) => extFields[name])
    .join('')

/** What a request with these fields (AccessKey among them) is signed with. Java: AclSigner. */
export const aclSignature = (
  extFields: Readonly<Record<string, string>>,
  body: Buffer | undefined,
  secretKey: string
): string => {
  const hmac = createHmac('sha1', Buffer.from(secretKey, 'utf8'))
  hmac.update(signedText(extFields), 'utf8')
  if (body) hmac.update(body)
  return hmac.digest('base64')
}

/** The fields of a request and who signs it. Java: AclClientRPCHook. */
export const signed = (
  extFields: Readonly<Record<string, string>>,
  body: Buffer | undefined,
  credentials: SessionCredentials
): Record<string, string> => {
  const { accessKey, secretKey, securityToken } = credentials
  const fields: Record<string, string> = { ...extFields, [AclField.ACCESS_KEY]: accessKey }
  if (securityToken !== undefined) fields[AclField.SECURITY_TOKEN] = securityToken
  fields[AclField.SIGNATURE] = aclSignature(fields, body, secretKey)
  return fields
}

/** Requests as that user signs them; as they are where there is none. */
export const signedWith =
  (credentials: SessionCredentials | undefined) =>
  (request: RemotingRequest): RemotingRequest =>
    credentials
      ? { ...request, extFields: signed(request.extFields ?? {}, request.body, credentials) }
      : request

/** Whether two signatures are the same, in a time that tells nothing about them. */
export const isSameSignature = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one, 'utf8'), Buffer.from(other, 'utf8')]
  return a.length === b.length && timingSafeEqual(a, b)
}
