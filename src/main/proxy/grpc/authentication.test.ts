import { expect, test } from 'vitest'
import { readProxyConfig } from '../proxyConfig'
import { Code } from '../v2/code'
import { authentication } from './authentication'

const user = (password: string): string => JSON.stringify({ username: 'ak', password })

const nobody = () => Promise.resolve(undefined)

const check = async (
  password: string,
  headers: Record<string, string>
): Promise<number | undefined> => {
  const config = readProxyConfig({ initAuthenticationUser: user(password) })
  return (await authentication(config, nobody)(headers))?.code
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
])('%s is taken', async (_what, credential, signature) => {
  const headers = { authorization: signed(credential, signature), 'x-mq-date-time': DATE }
  expect(await check('sk', headers)).toBeUndefined()
})

test('an empty secret signs too', async () => {
  const headers = { authorization: signed('ak', EMPTY.signature), 'x-mq-date-time': EMPTY.date }
  expect(await check('', headers)).toBeUndefined()
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
])('%s is refused', async (_what, headers) => {
  expect(await check('sk', headers)).toBe(Code.UNAUTHORIZED)
})

test('without a user everybody is refused', async () => {
  const headers = { authorization: signed('', EMPTY.signature), 'x-mq-date-time': EMPTY.date }
  const refused = await authentication(readProxyConfig(), nobody)(headers)
  expect(refused?.code).toBe(Code.UNAUTHORIZED)
})

test.each([
  ['enable', undefined],
  ['disable', Code.UNAUTHORIZED]
] as const)('users of the brokers sign too, %s', async (userStatus, expected) => {
  const find = (username: string) => Promise.resolve({ username, password: 'sk', userStatus })
  const headers = { authorization: signed('ak', SIGNATURE), 'x-mq-date-time': DATE }
  expect((await authentication(readProxyConfig(), find)(headers))?.code).toBe(expected)
})
