import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Acl, Action } from '../../../shared/aclModel'
import type { UserInfo } from '../../protocol/bodies/auth'
import type { Asked } from '../grpc/access'
import { readProxyConfig } from '../proxyConfig'
import { Code } from '../v2/code'
import { ClientType } from '../v2/enums'
import { proxyAccess } from './proxyAccess'

const DATE = '20261122T092905Z'

const headersOf = (username: string, password = 'secret') => {
  const signature = createHmac('sha1', password).update(DATE).digest('hex')
  return {
    authorization: `MQv2-HMAC-SHA1 Credential=${username}, SignedHeaders=x-mq-date-time, Signature=${signature}`,
    'x-mq-date-time': DATE
  }
}

const users: UserInfo[] = [
  { username: 'alice', password: 'secret', userType: 'Normal', userStatus: 'enable' },
  { username: 'root', password: 'secret', userType: 'Super', userStatus: 'enable' },
  { username: 'gone', password: 'secret', userType: 'Super', userStatus: 'disable' }
]

const acl: Acl = {
  subject: 'User:alice',
  policies: [
    {
      policyType: 'Custom',
      entries: [
        ['Topic:T', 'Pub'],
        ['Topic:S', 'Sub'],
        ['Group:g', 'Sub']
      ].map(([resource, action]) => ({
        resource: resource!,
        actions: [action as Action],
        sourceIps: [],
        decision: 'Allow'
      }))
    }
  ]
}

const metadata = {
  user: (name: string) => Promise.resolve(users.find(({ username }) => username === name)),
  acl: (subject: string) => Promise.resolve(subject === acl.subject ? acl : undefined)
}

const on = { authenticationEnabled: 'true', authorizationEnabled: 'true' }
const access = (properties: Record<string, string> = on) =>
  proxyAccess({ config: readProxyConfig(properties), metadata })

const judge = async (who: string, method: Asked['method'], request: object) => {
  const asked = { method, request, remoteAddress: '127.0.0.1:5000' }
  return (await access()?.authorize(asked, headersOf(who)))?.code
}

const topic = (name: string) => ({ name })

test('switched off nobody is asked anything', () => {
  expect(access({})).toBeUndefined()
})

test.each([
  ['alice', 'SendMessage', { messages: [{ topic: topic('T') }] }, undefined],
  ['alice', 'SendMessage', { messages: [{ topic: topic('S') }] }, Code.UNAUTHORIZED],
  // RocketMQ looks at the first one only.
  ['alice', 'SendMessage', { messages: [{ topic: topic('T') }, { topic: topic('S') }] }, Code.UNAUTHORIZED], // prettier-ignore
  ['alice', 'QueryRoute', { topic: topic('T') }, undefined],
  ['alice', 'QueryRoute', { topic: topic('S') }, undefined],
  ['alice', 'QueryRoute', { topic: topic('X') }, Code.UNAUTHORIZED],
  ['alice', 'ReceiveMessage', { group: topic('g'), messageQueue: { topic: topic('S') } }, undefined], // prettier-ignore
  ['alice', 'ReceiveMessage', { group: topic('g'), messageQueue: { topic: topic('T') } }, Code.UNAUTHORIZED], // prettier-ignore
  ['alice', 'AckMessage', { group: topic('g'), topic: topic('S') }, undefined],
  ['alice', 'AckMessage', { group: topic('h'), topic: topic('S') }, Code.UNAUTHORIZED],
  ['alice', 'Heartbeat', { clientType: ClientType.PUSH_CONSUMER, group: topic('h') }, Code.UNAUTHORIZED], // prettier-ignore
  ['alice', 'Heartbeat', { clientType: ClientType.PRODUCER }, undefined],
  ['alice', 'ChangeInvisibleDuration', { group: topic('g'), topic: topic('X') }, undefined],
  ['alice', 'RecallMessage', { topic: topic('S') }, Code.UNAUTHORIZED],
  ['alice', 'EndTransaction', { topic: topic('T') }, undefined],
  ['alice', 'NotifyClientTermination', { group: topic('h') }, Code.UNAUTHORIZED],
  ['alice', 'Telemetry', { settings: { publishing: { topics: [topic('T')] } } }, undefined],
  ['alice', 'Telemetry', { settings: { publishing: { topics: [topic('S')] } } }, Code.UNAUTHORIZED],
  ['alice', 'Telemetry', { settings: { subscription: { group: topic('g'), subscriptions: [{ topic: topic('T') }] } } }, Code.UNAUTHORIZED], // prettier-ignore
  ['alice', 'Telemetry', {}, undefined],
  ['root', 'SendMessage', { messages: [{ topic: topic('S') }] }, undefined],
  ['gone', 'SendMessage', { messages: [{ topic: topic('S') }] }, Code.UNAUTHORIZED],
  ['nobody', 'SendMessage', { messages: [{ topic: topic('T') }] }, Code.UNAUTHORIZED]
] as const)('%s: %s %j', async (who, method, request, expected) => {
  expect(await judge(who, method, request)).toBe(expected)
})

test('signatures of the users of brokers are taken, and white calls need none', async () => {
  const ask = (headers: object, properties: object = {}) =>
    access({ ...on, ...properties })?.authenticate(headers as never, 'SendMessage')
  expect(await ask(headersOf('alice'))).toBeUndefined()
  expect((await ask(headersOf('alice', 'wrong')))?.code).toBe(Code.UNAUTHORIZED)
  expect((await ask({}))?.code).toBe(Code.UNAUTHORIZED)
  const white = { authenticationWhitelist: 'apache.rocketmq.v2.SendMessageRequest' }
  expect(await ask({}, white)).toBeUndefined()
})
