/** Why a line could not be had, in the words of the window: names that are unknown, and all that goes wrong with TLS. */
import type { Problem } from '../../../shared/views'
import type { RemotingConnectError } from '../../remoting/errors'

const codes: Readonly<Record<string, string>> = {
  ENOTFOUND: 'HOST_UNKNOWN',
  EAI_AGAIN: 'HOST_UNKNOWN',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS_UNTRUSTED',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS_UNTRUSTED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLS_UNTRUSTED',
  CERT_UNTRUSTED: 'TLS_UNTRUSTED',
  CERT_HAS_EXPIRED: 'TLS_EXPIRED',
  CERT_NOT_YET_VALID: 'TLS_EXPIRED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS_OTHER_NAME'
}

const codeOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''

/** Node's words where the other side hangs up instead of shaking hands. */
const brokeOffEarly = (cause: unknown): boolean =>
  cause instanceof Error && cause.message.includes('before secure TLS connection')

/** Undefined where nobody listens, which has other texts. */
export const lineProblem = (error: RemotingConnectError): Problem | undefined => {
  const { address, cause } = error
  const reason = codeOf(cause)
  const isTls = /^(EPROTO|ERR_SSL|ERR_TLS)/.test(reason) || brokeOffEarly(cause)
  const code = codes[reason] ?? (isTls ? 'TLS_FAILED' : '')
  if (code === '') return undefined
  return { code, message: `${error.message}: ${reason}`, params: { address } }
}
