/** Who signed a call. Java: DefaultAuthenticationContextBuilder, AclSigner; clients sign the text of their own clock. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http2'
import { userOf } from '../../protocol/sessionCredentials'
import type { UserInfo } from '../../protocol/bodies/auth'
import type { ProxyConfig } from '../proxyConfig'
import type { Judgement } from './access'
import { Code, status } from '../v2/code'
import type { Status } from '../v2/messages'

const ALGORITHM = 'MQv2-HMAC-SHA1'
const SIGNED_HEADER = 'x-mq-date-time'
const SIGNATURE_BYTES = 20

/** Fields of the header after its algorithm; undefined where it is no such header. */
const parse = (header: string): ReadonlyMap<string, string> | undefined => {
  const space = header.indexOf(' ')
  if (space < 0 || header.slice(0, space) !== ALGORITHM) return undefined
  const fields = header
    .slice(space + 1)
    .split(',')
    .map((part) => {
      const at = part.indexOf('=')
      return at < 0
        ? ([part.trim(), ''] as const)
        : ([part.slice(0, at).trim(), part.slice(at + 1).trim()] as const)
    })
  return new Map(fields)
}

const signatureOf = (secret: string, text: string): Buffer =>
  createHmac('sha1', secret).update(text).digest()

/** In constant time; hex of either case. */
const isSigned = (hex: string, expected: Buffer): boolean => {
  const given = Buffer.from(hex, 'hex')
  return given.length === SIGNATURE_BYTES && timingSafeEqual(given, expected)
}

const refused = (why: string): Status => status(Code.UNAUTHORIZED, why)

type FindUser = (username: string) => Promise<UserInfo | undefined>

/** Whom a header names; empty: nobody. Go's client appends //Rocketmq. */
export const accessKeyOf = ({ authorization = '' }: IncomingHttpHeaders): string =>
  (parse(authorization)?.get('Credential') ?? '').split('/')[0] ?? ''

/** Undefined: the caller may. Users besides that of `initAuthenticationUser` are looked up. */
export const authentication = (
  config: Pick<ProxyConfig, 'initAuthenticationUser'>,
  find: FindUser
): ((headers: IncomingHttpHeaders) => Judgement) => {
  const init = userOf(config.initAuthenticationUser)
  return (headers) => {
    const { authorization } = headers
    if (authorization === undefined || authorization === '')
      return refused(
        'this proxy takes signed calls only: give the client its access key and secret'
      )
    const fields = parse(authorization)
    if (!fields) return refused(`header authorization is not one of ${ALGORITHM}`)
    const accessKey = accessKeyOf(headers)
    const dateTime = headers[SIGNED_HEADER]
    if (typeof dateTime !== 'string' || dateTime === '')
      return refused(`header ${SIGNED_HEADER}, which is signed, is missing`)
    const judge = (user: UserInfo | undefined): Status | undefined => {
      // Computed for strangers too, so that time does not tell which names there are.
      const expected = signatureOf(user?.password ?? '', dateTime)
      const isRight = isSigned(fields.get('Signature') ?? '', expected)
      if (user?.userStatus === 'disable') return refused(`User:${accessKey} is disabled.`)
      return user && isRight
        ? undefined
        : refused(`access key ${accessKey || '(empty)'} or its secret is wrong`)
    }
    if (accessKey === '' || accessKey === init?.username)
      return judge(accessKey === '' ? undefined : init)
    return find(accessKey).then(judge)
  }
}
