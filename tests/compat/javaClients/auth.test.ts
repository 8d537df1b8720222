/** Brokers that ask who it is: mqadmin, which signs with the keys it is shipped with, and Java clients with keys and without. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type AdminShell, cells, startAdminShell } from './adminShell'
import { type Cluster, startCluster } from './cluster'
import { type Driver, startDriver } from './driver'
import { clientLines, stockServer } from './lines'

/** What tools.yml has, see `rocketmqHome`. */
const tools = { username: 'rocketmq2', password: '12345678' }
const guarded = {
  authenticationEnabled: 'true',
  authorizationEnabled: 'true',
  initAuthenticationUser: JSON.stringify(tools)
}
// Stock 5.3 names classes for its providers; its answers are those of the sources.
const cannotRun = Boolean(inject('hindrance')) || stockServer() !== undefined

describe.skipIf(cannotRun)('mqadmin 5.3: users and policies', () => {
  let cluster: Cluster
  let other: Cluster
  let admin: AdminShell

  beforeAll(async () => {
    cluster = await startCluster(guarded)
    other = await startCluster(guarded)
    admin = startAdminShell('client-5.3', cluster.namesrv)
  })

  afterAll(async () => {
    await admin?.stop()
    await cluster?.stop()
    await other?.stop()
  })

  const at = () => ['-b', cluster.broker]
  const rows = async (...args: string[]) => cells(await admin.run(...args))
  const alice = () => rows('getUser', ...at(), '-u', 'alice')

  test('createUser, getUser, updateUser and listUser', async () => {
    const whole = ['-c', cluster.clusterName, '-u', 'alice', '-p', 'alice-secret']
    expect(await admin.run('createUser', ...whole, '-t', 'Normal')).toContain(
      `create user to ${cluster.broker} success.`
    )
    expect(await admin.run('createUser', ...whole)).toContain('The user is existed')
    expect((await alice())[1]).toEqual(['alice', 'alice-secret', 'Normal', 'enable'])
    expect(await admin.run('updateUser', ...at(), '-u', 'alice', '-s', 'disable')).toContain(
      `update user to ${cluster.broker} success.`
    )
    expect((await alice())[1]).toEqual(['alice', 'alice-secret', 'Normal', 'disable'])
    await admin.run('updateUser', ...at(), '-u', 'alice', '-p', 'another')
    const listed = await rows('listUser', '-c', cluster.clusterName)
    expect(listed.slice(0, 3)).toEqual([
      ['#UserName', '#Password', '#UserType', '#UserStatus'],
      ['alice', 'another', 'Normal', 'disable'],
      ['rocketmq2', '12345678', 'Super', 'enable']
    ])
    const filtered = await rows('listUser', ...at(), '-f', 'rocket')
    expect(filtered.map(([name]) => name)).toEqual(['#UserName', 'rocketmq2'])
  })

  test('createAcl, getAcl, updateAcl, listAcl and deleteAcl', async () => {
    const subject = ['-s', 'User:alice']
    const resources = ['-r', 'Topic:orders,Group:gid_*']
    expect(
      await admin.run('createAcl', '-c', cluster.clusterName, ...subject, ...resources, '-a', 'Pub,Sub', '-i', '10.0.0.0/8', '-d', 'Allow') // prettier-ignore
    ).toContain(`create acl to ${cluster.broker} success.`)
    const acl = () => rows('getAcl', ...at(), ...subject)
    expect((await acl()).slice(1)).toEqual([
      ['User:alice', 'Custom', 'Topic:orders', '[Pub,', 'Sub]', '[10.0.0.0/8]', 'Allow'],
      ['User:alice', 'Custom', 'Group:gid_*', '[Pub,', 'Sub]', '[10.0.0.0/8]', 'Allow']
    ])
    expect(
      await admin.run('updateAcl', ...at(), ...subject, '-r', 'Topic:orders', '-a', 'Pub', '-d', 'Deny') // prettier-ignore
    ).toContain(`update acl to ${cluster.broker} success.`)
    expect((await acl())[1]?.slice(2)).toEqual(['Topic:orders', '[Pub]', 'null', 'Deny'])
    const listed = await admin.run('listAcl', '-c', cluster.clusterName, '-s', 'alice')
    expect(listed).toContain('Group:gid_*')
    expect(await admin.run('deleteAcl', ...at(), ...subject, '-r', 'Topic:orders')).toContain(
      `delete acl to ${cluster.broker} success.`
    )
    expect((await acl()).slice(1).map((row) => row[2])).toEqual(['Group:gid_*'])
    expect(await admin.run('createAcl', ...at(), '-s', 'User:nobody', '-r', '*', '-a', 'All', '-d', 'Allow')).toContain('is not exist') // prettier-ignore
  })

  test('copyUser and copyAcl to another broker, and deleteUser', async () => {
    const between = ['-f', cluster.broker, '-t', other.broker]
    expect(await admin.run('copyUser', ...between, '-u', 'alice')).toContain(
      `copy user of alice from ${cluster.broker} to ${other.broker} success.`
    )
    expect(await admin.run('copyAcl', ...between, '-s', 'User:alice')).toContain(
      `copy acl of User:alice from ${cluster.broker} to ${other.broker} success.`
    )
    const there = ['-b', other.broker]
    expect((await rows('getUser', ...there, '-u', 'alice'))[1]).toEqual(['alice', 'another', 'Normal', 'disable']) // prettier-ignore
    expect((await rows('getAcl', ...there, '-s', 'User:alice'))[1]?.[2]).toBe('Group:gid_*')
    expect(await admin.run('deleteUser', ...at(), '-u', 'alice')).toContain(
      `delete user to ${cluster.broker} success.`
    )
    expect(await admin.run('getUser', ...at(), '-u', 'alice')).toBe('')
  })
})

describe.skipIf(cannotRun).each(clientLines)('Java clients with keys, %s', (line) => {
  const names = { topic: 'auth_orders', group: 'auth_group', user: 'alice', secret: 'alice-secret' }
  let cluster: Cluster
  let admin: AdminShell
  let driver: Driver

  beforeAll(async () => {
    cluster = await startCluster(guarded)
    // The verbs of users are 5.x tools'; topics are made by the line's own.
    admin = startAdminShell('client-5.3', cluster.namesrv)
    const at = ['-b', cluster.broker]
    for (const topic of [names.topic, `${names.topic}_other`])
      await admin.run('updateTopic', ...at, '-t', topic, '-r', '1', '-w', '1')
    await admin.run('createUser', ...at, '-u', names.user, '-p', names.secret)
    const subject = ['-s', `User:${names.user}`]
    await admin.run('createAcl', ...at, ...subject, '-r', `Topic:${names.topic}`, '-a', 'Pub,Sub,Get', '-d', 'Allow') // prettier-ignore
    await admin.run('createAcl', ...at, ...subject, '-r', `Group:${names.group}`, '-a', 'Sub', '-d', 'Allow') // prettier-ignore
    driver = startDriver({
      ...{ line, cluster, scenarios: ['authSigned'], prefix: 'auth' },
      properties: Object.fromEntries(Object.entries(names).map(([k, v]) => [`auth.${k}`, v]))
    })
  })

  afterAll(async () => {
    await driver?.stop()
    await admin?.stop()
    await cluster?.stop()
  })

  test('what is signed and allowed is taken and consumed, everything else refused with 16', async () => {
    const rows = await driver.rows('authSigned')
    const of = (event: string) => rows.filter((row) => row.event === event)
    expect(of('sent')).toMatchObject([{ body: 'signed', status: 'SEND_OK' }])
    expect(of('refused')).toMatchObject([
      {
        body: 'unsigned',
        code: 16,
        text: expect.stringContaining('username cannot be null') as string
      },
      {
        body: 'wrong',
        code: 16,
        text: expect.stringContaining('check signature failed') as string
      },
      {
        body: 'elsewhere',
        code: 16,
        text: 'User:alice has no permission to access Topic:auth_orders_other from 127.0.0.1, no matched policies.'
      }
    ])
    const heard = await driver.heard('authSigned', (all) =>
      all.some(({ event }) => event === 'received')
    )
    expect(heard.filter(({ event }) => event === 'received')).toMatchObject([{ body: 'signed' }])
  })
})
