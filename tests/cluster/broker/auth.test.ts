/** Users and policies over real sockets: what is kept, and who is let in. */
import { afterEach, describe, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import type { RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import { signedWith } from '../../../src/main/protocol/aclSignature'
import { RemotingClient } from '../../../src/main/remoting/client'
import { silentLog } from '../../../src/main/base/log'
import { systemClock } from '../../../src/main/base/clock'
import { BrokerTestbed, pullExt, request, sendExt } from './brokerTestbed'

const C = RequestCode
const root = { accessKey: 'root', secretKey: 'root-secret' }
const alice = { accessKey: 'alice', secretKey: 'alice-secret' }

const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

type Ext = Record<string, string | number | boolean>

/** A broker with the super user `root`, and clients that sign as somebody or nobody. */
const create = async (properties: Record<string, string> = {}) => {
  const bed = new BrokerTestbed()
  closers.push(() => bed.dispose())
  const start = () =>
    bed.start({
      initAuthenticationUser: JSON.stringify({
        username: root.accessKey,
        password: root.secretKey
      }),
      ...properties
    })
  let broker = await start()
  const restart = async (): Promise<void> => {
    await broker.stop()
    broker = await start()
  }
  const as = (who: typeof root | undefined) => {
    const client = new RemotingClient({
      clock: systemClock,
      log: silentLog,
      ...(who && { beforeRequest: signedWith(who) })
    })
    closers.push(() => client.close())
    return async (code: number, ext: Ext = {}, body?: Buffer | object): Promise<RemotingCommand> =>
      client.invoke(broker.address, request(code, ext, body), 10_000)
  }
  return { as, restart, address: () => broker.address }
}

const json = ({ code, remark, body }: RemotingCommand): unknown => {
  if (code !== 0) throw new Error(`${code}: ${remark}`)
  return JSON.parse(body?.toString('utf8') ?? 'null')
}

const policy = (resource: string, actions: string[], decision = 'Allow', sourceIps?: string[]) => ({
  policies: [{ policyType: 'Custom', entries: [{ resource, actions, decision, sourceIps }] }]
})

const on = { authenticationEnabled: 'true', authorizationEnabled: 'true' }

describe('users', () => {
  test('are made, changed, listed and deleted, and survive a restart', async () => {
    const { as, restart } = await create()
    const ask = as(undefined)
    await ask(C.AUTH_CREATE_USER, { username: 'alice' }, { password: 'a', userType: 'Normal' })
    await ask(C.AUTH_CREATE_USER, { username: 'bob' }, { password: 'b' })
    await ask(C.AUTH_UPDATE_USER, { username: 'bob' }, { userStatus: 'disable' })
    expect(json(await ask(C.AUTH_LIST_USER, {}))).toEqual([
      { username: 'alice', password: 'a', userType: 'Normal', userStatus: 'enable' },
      { username: 'bob', password: 'b', userType: 'Normal', userStatus: 'disable' },
      { username: 'root', password: 'root-secret', userType: 'Super', userStatus: 'enable' }
    ])
    expect(json(await ask(C.AUTH_LIST_USER, { filter: 'li' }))).toMatchObject([{ username: 'alice' }]) // prettier-ignore
    await ask(C.AUTH_DELETE_USER, { username: 'alice' })
    await restart()
    const again = as(undefined)
    expect((await again(C.AUTH_GET_USER, { username: 'alice' })).body).toBeUndefined()
    expect(json(await again(C.AUTH_GET_USER, { username: 'bob' }))).toMatchObject({ userStatus: 'disable' }) // prettier-ignore
  })

  test.each([
    ['without a name', C.AUTH_CREATE_USER, { username: '' }, { password: 'p' }, 29, 'blank'],
    ['twice', C.AUTH_CREATE_USER, { username: 'root' }, { password: 'p' }, 16, 'existed'],
    ['without a password', C.AUTH_CREATE_USER, { username: 'x' }, {}, 16, 'password can not be blank'], // prettier-ignore
    ['with a name that cannot be sent', C.AUTH_CREATE_USER, { username: 'a/b' }, { password: 'p' }, 16, 'without blanks'], // prettier-ignore
    ['that are not there', C.AUTH_UPDATE_USER, { username: 'x' }, {}, 16, 'not exist']
  ])('%s are refused', async (_name, code, ext, body, expected, remark) => {
    const { as } = await create()
    const answer = await as(undefined)(code, ext, body)
    expect([answer.code, answer.remark]).toEqual([expected, expect.stringContaining(remark)])
  })

  test('their secrets are in no answer to others, nor among the properties', async () => {
    const { as } = await create(on)
    const super_ = as(root)
    await super_(C.AUTH_CREATE_USER, { username: 'alice' }, { password: alice.secretKey })
    await super_(C.AUTH_CREATE_ACL, { subject: 'User:alice' }, policy('Cluster:*', ['Get']))
    const users = await as(alice)(C.AUTH_LIST_USER, {})
    expect(json(users)).toMatchObject([{ username: 'alice' }, { username: 'root' }])
    expect(users.body?.toString()).not.toContain('secret')
    const properties = (await super_(C.GET_BROKER_CONFIG)).body?.toString() ?? ''
    expect(properties).toContain('initAuthenticationUser=******')
    expect(properties).not.toContain(root.secretKey)
    const mayNot = await as(alice)(C.AUTH_CREATE_USER, { username: 'eve' }, { password: 'e' })
    expect(mayNot.code).toBe(16)
  })
})

describe('policies', () => {
  test('are merged by resource, listed by filters and deleted one by one', async () => {
    const { as } = await create()
    const ask = as(undefined)
    await ask(C.AUTH_CREATE_USER, { username: 'alice' }, { password: 'a' })
    const subject = 'User:alice'
    await ask(C.AUTH_CREATE_ACL, { subject }, { subject, ...policy('topic:T', ['pub', 'sub']) })
    await ask(C.AUTH_CREATE_ACL, { subject }, policy('Group:g*', ['Sub'], 'Deny', ['10.0.0.0/8']))
    await ask(C.AUTH_UPDATE_ACL, { subject }, policy('Topic:T', ['Pub']))
    expect(json(await ask(C.AUTH_GET_ACL, { subject }))).toEqual({
      subject,
      policies: [
        {
          policyType: 'Custom',
          entries: [
            { resource: 'Topic:T', actions: ['Pub'], decision: 'Allow' },
            { resource: 'Group:g*', actions: ['Sub'], decision: 'Deny', sourceIps: ['10.0.0.0/8'] }
          ]
        }
      ]
    })
    const filtered = json(await ask(C.AUTH_LIST_ACL, { resourceFilter: 'Group:' }))
    expect(filtered).toMatchObject([{ policies: [{ entries: [{ resource: 'Group:g*' }] }] }])
    expect((await ask(C.AUTH_LIST_ACL, { subjectFilter: 'bob' })).body).toBeUndefined()
    await ask(C.AUTH_DELETE_ACL, { subject, resource: 'Topic:T' })
    expect(json(await ask(C.AUTH_GET_ACL, { subject }))).toMatchObject({
      policies: [{ entries: [{ resource: 'Group:g*' }] }]
    })
    await ask(C.AUTH_DELETE_USER, { username: 'alice' })
    await ask(C.AUTH_CREATE_USER, { username: 'alice' }, { password: 'a' })
    expect((await ask(C.AUTH_GET_ACL, { subject })).body).toBeUndefined()
  })

  test.each([
    ['of nobody', 'User:nobody', policy('*', ['All']), 16, 'not exist'],
    ['of no user', 'root', policy('*', ['All']), 16, 'User:name'],
    ['about nothing', 'User:root', policy('Queue:q', ['All']), 16, 'resource'],
    ['without actions', 'User:root', policy('*', []), 16, 'actions is empty'],
    ['for Any', 'User:root', policy('*', ['Any']), 16, 'can not be Any'],
    ['from nowhere', 'User:root', policy('*', ['All'], 'Allow', ['home']), 16, 'source ip is invalid'], // prettier-ignore
    ['without a decision', 'User:root', policy('*', ['All'], 'Maybe'), 16, 'decision'],
    ['that are empty', 'User:root', {}, 1, 'body of acl is null']
  ])('%s are refused', async (_name, subject, body, expected, remark) => {
    const { as } = await create()
    const answer = await as(undefined)(C.AUTH_CREATE_ACL, { subject }, body)
    expect([answer.code, answer.remark]).toEqual([expected, expect.stringContaining(remark)])
  })
})

describe('a broker that asks who it is', () => {
  test('lets signed requests in and no others', async () => {
    const { as } = await create(on)
    const send = [C.SEND_MESSAGE_V2, sendExt('T'), Buffer.from('hello')] as const
    expect((await as(root)(...send)).code).toBe(0)
    const answers = await Promise.all([
      as(undefined)(...send),
      as({ ...root, secretKey: 'wrong' })(...send),
      as({ ...root, accessKey: 'nobody' })(...send)
    ])
    expect(answers.map(({ code }) => code)).toEqual([16, 16, 16])
    expect(answers.map(({ remark }) => remark)).toEqual([
      expect.stringContaining('username cannot be null'),
      expect.stringContaining('check signature failed'),
      'User:nobody is not found.'
    ])
  })

  test('a body that was changed on its way is not signed any more', async () => {
    const { as, address } = await create(on)
    await as(root)(C.SEND_MESSAGE_V2, sendExt('T'), Buffer.from('hello'))
    const client = new RemotingClient({
      clock: systemClock,
      log: silentLog,
      beforeRequest: (plain) => ({ ...signedWith(root)(plain), body: Buffer.from('other') })
    })
    closers.push(() => client.close())
    const asked = request(C.SEND_MESSAGE_V2, sendExt('T'), Buffer.from('hello'))
    expect((await client.invoke(address(), asked, 10_000)).code).toBe(16)
  })

  test('a normal user may what its policies say', async () => {
    const { as } = await create(on)
    const super_ = as(root)
    await super_(C.AUTH_CREATE_USER, { username: 'alice' }, { password: alice.secretKey })
    await super_(C.SEND_MESSAGE_V2, sendExt('orders'), Buffer.from('1'))
    const mine = as(alice)
    const sendTo = (topic: string) => mine(C.SEND_MESSAGE_V2, sendExt(topic), Buffer.from('2'))
    const refused = await sendTo('orders')
    expect([refused.code, refused.remark]).toEqual([
      16,
      'User:alice has no permission to access Topic:orders from 127.0.0.1, no matched policies.'
    ])
    const subject = 'User:alice'
    await super_(C.AUTH_CREATE_ACL, { subject }, policy('Topic:or*', ['Pub', 'Sub']))
    await super_(C.AUTH_CREATE_ACL, { subject }, policy('Group:g', ['Sub']))
    expect((await sendTo('orders')).code).toBe(0)
    expect((await sendTo('others')).code).toBe(16)
    const beat = { clientID: 'c', consumerDataSet: [{ groupName: 'g', subscriptionDataSet: [{ topic: 'orders', subString: '*' }] }] } // prettier-ignore
    expect((await mine(C.HEART_BEAT, {}, beat)).code).toBe(0)
    expect((await mine(C.PULL_MESSAGE, pullExt('g', 'orders', 0))).code).toBe(0)
    expect((await mine(C.PULL_MESSAGE, pullExt('other', 'orders', 0))).code).toBe(16)
    expect((await mine(C.UPDATE_BROKER_CONFIG, {}, Buffer.from('traceOn=false'))).code).toBe(16)
    expect((await mine(C.UPDATE_AND_CREATE_TOPIC, { topic: 'x' })).code).toBe(16)
    await super_(C.AUTH_CREATE_ACL, { subject }, policy('Topic:orders', ['Pub'], 'Deny'))
    expect((await sendTo('orders')).remark).toContain('the decision is deny.')
    await super_(C.AUTH_UPDATE_USER, { username: 'alice' }, { userStatus: 'disable' })
    expect((await sendTo('orders')).remark).toBe('User:alice is disabled.')
  })

  test('asks from where, and passes over what is white', async () => {
    const { as } = await create({ ...on, authenticationWhitelist: '28', authorizationWhitelist: '28' }) // prettier-ignore
    const super_ = as(root)
    await super_(C.AUTH_CREATE_USER, { username: 'alice' }, { password: alice.secretKey })
    await super_(C.SEND_MESSAGE_V2, sendExt('T'), Buffer.from('1'))
    const subject = 'User:alice'
    const send = () => as(alice)(C.SEND_MESSAGE_V2, sendExt('T'), Buffer.from('2'))
    await super_(C.AUTH_CREATE_ACL, { subject }, policy('Topic:T', ['Pub'], 'Allow', ['10.0.0.0/8'])) // prettier-ignore
    expect((await send()).code).toBe(16)
    await super_(C.AUTH_UPDATE_ACL, { subject }, policy('Topic:T', ['Pub'], 'Allow', ['127.0.0.0/8'])) // prettier-ignore
    expect((await send()).code).toBe(0)
    expect((await as(undefined)(C.GET_BROKER_RUNTIME_INFO)).code).toBe(0)
  })

  test('can be switched on and off while it runs', async () => {
    const { as } = await create()
    const nobody = as(undefined)
    const send = () => nobody(C.SEND_MESSAGE_V2, sendExt('T'), Buffer.from('1'))
    expect((await send()).code).toBe(0)
    const change = (text: string) => as(root)(C.UPDATE_BROKER_CONFIG, {}, Buffer.from(text))
    expect((await change('authenticationEnabled=true')).code).toBe(0)
    expect((await send()).code).toBe(16)
    expect((await change('authenticationEnabled=false')).code).toBe(0)
    expect((await send()).code).toBe(0)
  })
})
