import { expect, test } from 'vitest'
import { readProxyConfig } from '../proxyConfig'
import { Code } from '../v2/code'
import { authentication } from './authentication'

const user = (password: string): string => JSON.stringify({ username: 'ak', password })

const check = (password: string, headers: Record<string, string>): number | undefined => {
  const config = readProxyConfig({
    authenticationEnabled: 'true',
    initAuthenticationUser: user(password)
  })
  return authentication(config)(headers)?.code
}

const signed = (credential: string, signature: string): string =>
  `MQv2-HMAC-SHA1 Credential=${credential}, SignedHeaders=x-mq-date-time, Signature=${signature}`

const DATE = '20261122T092905Z'
// Signed by the npm client and, with an empty secret, by the Python client.
const SIGNATURE = '5F8CC8A9645E980A0C5828581A0A97E032E6CAEE'
const EMPTY = { date: '20261122T093329Z', signature: 'c3447154fa855aee61d8a9693aeefeca698971ab' }

test.each([
  ['upper-case hex, of npm and Java', 'ak', SIGNATURE],
  ['lower-case hex, of Go, Python and Rust', 'ak', SIGNATURE.toLowerCase()],
  ['Go’s credential', 'ak//Rocketmq', SIGNATURE]
])('%s is taken', (_what, credential, signature) => {
  const headers = { authorization: signed(credential, signature), 'x-mq-date-time': DATE }
  expect(check('sk', headers)).toBeUndefined()
})

test('an empty secret signs too', () => {
  const headers = { authorization: signed('ak', EMPTY.signature), 'x-mq-date-time': EMPTY.date }
  expect(check('', headers)).toBeUndefined()
})

test.each<[string, Record<string, string>]>([
  ['no signature', { 'x-mq-date-time': DATE }],
  ['another algorithm', { authorization: 'Basic YTpi', 'x-mq-date-time': DATE }],
  ['another user', { authorization: signed('other', SIGNATURE), 'x-mq-date-time': DATE }],
  ['Python without keys', { authorization: signed('', EMPTY.signature), 'x-mq-date-time': EMPTY.date }], // prettier-ignore
  ['another text', { authorization: signed('ak', SIGNATURE), 'x-mq-date-time': '20261122T092906Z' }], // prettier-ignore
  ['no text', { authorization: signed('ak', SIGNATURE) }],
  ['a shorter signature', { authorization: signed('ak', SIGNATURE.slice(2)), 'x-mq-date-time': DATE }], // prettier-ignore
  ['no hex', { authorization: signed('ak', 'Z'.repeat(40)), 'x-mq-date-time': DATE }],
  ['nothing at all in it', { authorization: 'MQv2-HMAC-SHA1 ', 'x-mq-date-time': DATE }]
])('%s is refused', (_what, headers) => {
  expect(check('sk', headers)).toBe(Code.UNAUTHORIZED)
})

test('without a user everybody is refused', () => {
  const config = readProxyConfig({ authenticationEnabled: 'true' })
  const headers = { authorization: signed('', EMPTY.signature), 'x-mq-date-time': EMPTY.date }
  expect(authentication(config)(headers)?.code).toBe(Code.UNAUTHORIZED)
})

test('switched off, the header is not looked at', () => {
  expect(authentication(readProxyConfig())({ authorization: 'nonsense' })).toBeUndefined()
})
