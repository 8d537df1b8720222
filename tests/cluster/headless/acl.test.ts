/** Users and permissions as the window manages them, on clusters whose brokers then ask who it is. */
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { createAdmin } from '../../../src/main/admin/admin'
import { signedWith } from '../../../src/main/protocol/aclSignature'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { RemotingClient } from '../../../src/main/remoting/client'
import { until } from '../client/cluster'
import { sendExt, request } from '../broker/brokerTestbed'
import { clusterRig } from './clusterRig'

const clientOf = (credentials?: { accessKey: string; secretKey: string }): RemotingClient => {
  const client = new RemotingClient({
    clock: systemClock.real,
    log: silentLog,
    beforeRequest: signedWith(credentials)
  })
  onTestFinished(() => client.close())
  return client
}

const admin = { username: 'admin', password: 'admin-secret' }
const alice = { username: 'alice', password: 'alice-secret' }
const keysOf = ({ username, password }: typeof admin) => ({
  accessKey: username,
  secretKey: password
})

const entry = {
  subject: 'User:alice',
  policyType: 'Custom' as const,
  resource: 'Topic:T*',
  actions: ['Pub' as const],
  sourceIps: ['127.0.0.0/8'],
  decision: 'Allow' as const
}

test('switched on, unsigned requests are refused, and the console and the nodes go on', async () => {
  const { ready, window } = await clusterRig()
  await window.call('topic.save', { topic: 'T1', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  await window.call('acl.createUser', { ...alice, userType: 'Normal', userStatus: 'enable' })
  await window.call('acl.saveEntry', entry)
  const nodes = await window.call('acl.switch', { isOn: true, ...admin })
  expect(nodes).toEqual([
    { id: 'broker-a:0', isOn: true, restartNeeded: false },
    { id: 'proxy', isOn: true, restartNeeded: true }
  ])
  const { address } = ready.brokers[0]!
  const send = async (topic: string, who?: typeof admin) => {
    const asked = request(RequestCode.SEND_MESSAGE_V2, sendExt(topic), Buffer.from('x'))
    return (await clientOf(who && keysOf(who)).invoke(address, asked, 5000)).code
  }
  expect([await send('T1'), await send('T1', alice), await send('X', alice)]).toEqual([16, 0, 16])
  expect(await send('T1', admin)).toBe(0)

  const view = await window.call('acl.view')
  expect(view.brokers).toEqual([{ name: 'broker-a:0', asksWho: true, asksWhat: true }])
  expect(view.users).toEqual([
    { username: 'admin', userType: 'Super', userStatus: 'enable', differsOn: [] },
    { username: 'alice', userType: 'Normal', userStatus: 'enable', differsOn: [] }
  ])
  expect(JSON.stringify(view)).not.toContain('secret')
  await window.call('message.send', { topic: 'T1', body: 'from the console' })

  const test = (action: 'Pub' | 'Sub', sourceIp = '127.0.0.1') =>
    window.call('acl.test', { username: 'alice', resource: 'Topic:T1', action, sourceIp })
  expect((await test('Pub')).verdicts).toMatchObject([
    { broker: 'broker-a:0', decision: 'Allow', reason: 'entry', entry: { resource: 'Topic:T*' } }
  ])
  expect((await test('Sub')).verdicts).toMatchObject([{ decision: 'Deny', reason: 'noMatch' }])
  expect((await test('Pub', '10.0.0.1')).verdicts[0]?.decision).toBe('Deny')

  // The proxy asks with its next start.
  await window.call('node.restart', { id: 'proxy' })
  expect((await window.call('acl.view')).nodes).toMatchObject([{}, { restartNeeded: false }])
  // Nodes that start again know each other.
  await window.call('node.restart', { id: 'broker-a:0' })
  await until(
    () => send('T1', alice).catch(() => -1),
    (code) => code === 0
  )
  await window.call('acl.updateUser', { ...alice, userType: 'Normal', userStatus: 'disable' })
  expect(await send('T1', alice)).toBe(16)
  const renewed = { ...alice, password: 'another-secret' }
  await window.call('acl.updateUser', { ...renewed, userType: 'Normal', userStatus: 'enable' })
  expect([await send('T1', alice), await send('T1', renewed)]).toEqual([16, 0])
  const { subject, policyType, resource } = entry
  await window.call('acl.deleteEntry', { subject, policyType, resource })
  expect(await send('T1', renewed)).toBe(16)
  expect((await window.call('acl.view')).acls).toEqual([])
  await window.call('acl.switch', { isOn: false })
  expect(await send('T1')).toBe(0)
})

test('what is done is done on every broker, and brokers that differ are made equal', async () => {
  const { ready, window } = await clusterRig(['--preset', '2m-2s-async'])
  await window.call('acl.createUser', { ...alice, userType: 'Normal', userStatus: 'enable' })
  await window.call('acl.saveEntry', entry)
  await window.call('acl.saveEntry', {
    ...entry,
    resource: 'Topic:T',
    replaces: { policyType: 'Custom', resource: 'Topic:T*' }
  })
  const same = await window.call('acl.view')
  expect(same.brokers.map(({ name }) => name)).toEqual([
    ...['broker-a:0', 'broker-b:0', 'broker-a:1', 'broker-b:1']
  ])
  expect(same.acls).toMatchObject([{ policies: [{ entries: [{ resource: 'Topic:T' }] }] }])

  const other = createAdmin({
    client: clientOf(),
    clock: systemClock,
    namesrvAddresses: () => ready.namesrv
  })
  const { address } = ready.brokers.find(({ name, id }) => name === 'broker-b' && id === 0)!
  await other.updateUser(address, { username: 'alice', password: 'another' })
  await other.deleteAcl(address, 'User:alice')
  // Its slave follows it, sooner or later.
  const masters = (names: readonly string[] = []) => names.filter((name) => name.endsWith(':0'))
  const different = await window.call('acl.view')
  expect(masters(different.users[0]?.differsOn)).toEqual(['broker-b:0'])
  expect(masters(different.acls[0]?.differsOn)).toEqual(['broker-b:0'])
  const { verdicts } = await window.call('acl.test', {
    ...{ username: 'alice', resource: 'Topic:T', action: 'Pub', sourceIp: '127.0.0.1' }
  })
  const decided = new Map(verdicts.map(({ broker, decision }) => [broker, decision]))
  expect([decided.get('broker-a:0'), decided.get('broker-b:0')]).toEqual(['Allow', 'Deny'])
  await window.call('acl.repair')
  const view = () => window.call('acl.view')
  const equal = await until(view, ({ users, acls }) =>
    [...users, ...acls].every(({ differsOn }) => differsOn.length === 0)
  )
  expect(equal.users).toMatchObject([{ username: 'alice' }])
  expect(equal.acls).toMatchObject([{ policies: [{ entries: [{ resource: 'Topic:T' }] }] }])

  await window.call('acl.deleteUser', { username: 'alice' })
  expect(await until(view, ({ users }) => users.length === 0)).toMatchObject({ acls: [] })
})
