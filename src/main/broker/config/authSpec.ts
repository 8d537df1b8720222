/** Users and permissions. Java: AuthConfig, whose keys a broker reads at its start; these take effect at once. */
import { flag, hot, secret, text, type PropertySpec } from '../../base/properties/property'
import { credentialsOf, userOf } from '../../protocol/sessionCredentials'

const isBlank = (text = ''): boolean => text.trim() === ''

const codes = (initial: string) =>
  text('access', initial, hot, 'request codes separated by commas', (value) => /^[\w./, ]*$/.test(value)) // prettier-ignore

export const authSpec = {
  authenticationEnabled: flag('access', false, hot),
  // Codes whose requests need no signature.
  authenticationWhitelist: codes(''),
  authorizationEnabled: flag('access', false, hot),
  // Codes whose requests need no policy.
  authorizationWhitelist: codes(''),
  // {"username":"…","password":"…"}: a super user, made at the start where there is none of that name.
  initAuthenticationUser: text(
    'access',
    '',
    secret,
    'JSON with username and password',
    (value) => isBlank(value) || !isBlank(userOf(value)?.password)
  ),
  // {"accessKey":"…","secretKey":"…"}: a super user too; with it this broker signs what it asks others.
  innerClientAuthenticationCredentials: text(
    'access',
    '',
    secret,
    'JSON with accessKey and secretKey',
    (value) => isBlank(value) || !isBlank(credentialsOf(value)?.secretKey)
  )
} satisfies PropertySpec
