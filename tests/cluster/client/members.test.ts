/** Who is connected, who has which queue, who wants what, and ending a client's connections. */
import { beforeEach, expect, test } from 'vitest'
import { clientHandlers } from '../../../src/main/console/client'
import { groupHandlers } from '../../../src/main/console/group'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { toProblem } from '../../../src/main/console/problems'
import { testCluster, until, type TestCluster } from './cluster'

let cluster: TestCluster
let clients: ReturnType<typeof clientHandlers>
let groups: ReturnType<typeof groupHandlers>

const problemOf = (error: unknown) =>
  toProblem(error, {
    method: 'test',
    params: {},
    cluster: { namesrvAddresses: () => [], brokerStatuses: () => [] },
    log: silentLog
  })

beforeEach(async () => {
  cluster = await testCluster()
  await cluster.broker()
  const { admin } = cluster
  clients = clientHandlers({ admin, grpcClients: () => ({ clients: [], total: 0 }), problemOf })
  groups = groupHandlers({
    ...{ admin, clock: systemClock.real, problemOf },
    grpcClientIds: () => new Set()
  })
  for (const topicName of ['T', 'U'])
    await admin.updateTopic({ topicName, readQueueNums: 4, writeQueueNums: 4, perm: 6 })
})

const join = (...subscription: [string, string][]) =>
  cluster.consumer({
    ...{ group: 'CG', subscription, listener: () => undefined },
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET'
  })

test('producers and members are in one list, and one of them can be closed', async () => {
  const sender = await cluster.producer()
  await sender.send({ topic: 'T', body: Buffer.from('1') })
  await join(['T', '*'])
  const { clients: all, total, canClose } = await clients['client.list']()
  expect(total).toBe(2)
  expect(canClose).toBe(true)
  const producer = all.find(({ groups: [group] }) => group?.role === 'producer')
  const consumer = all.find(({ groups: [group] }) => group?.role === 'consumer')
  expect(producer).toMatchObject({ groups: [{ name: 'PG' }], brokers: ['broker-a'] })
  expect(producer?.lastSeenAt).toBeGreaterThan(0)
  expect(consumer).toMatchObject({ groups: [{ name: 'CG' }], topics: ['T'], protocol: 'remoting' })
  const [before] = consumer!.addresses

  expect(await clients['client.close']({ clientId: consumer!.clientId })).toMatchObject({ closed: 1 }) // prettier-ignore
  // It comes back by itself, over another connection.
  const again = await until(
    async () => (await groups['group.detail']({ groupName: 'CG' })).members,
    ([member]) => member !== undefined && member.clientAddr !== before
  )
  expect(again[0]).toMatchObject({ clientId: consumer!.clientId })
})

test('a client that nobody knows closes nothing', async () => {
  expect(await clients['client.close']({ clientId: 'nobody@1' })).toEqual({
    clientId: 'nobody@1',
    closed: 0
  })
})

test('members that want the same are consistent, however they spell it', async () => {
  await join(['T', 'A || B'])
  await join(['T', 'B||A'])
  expect(await groups['group.consistency']({ groupName: 'CG' })).toMatchObject({
    state: 'same',
    differences: []
  })
  const [row] = (await groups['group.list']()).filter(({ groupName }) => groupName === 'CG')
  expect(row).toMatchObject({ members: 2, consistency: 'same', lag: 0, paused: false })
})

test('members that want different things are told apart, with the queues nobody reads', async () => {
  await join(['T', 'A'], ['U', '*'])
  await join(['T', 'B'])
  const { state, differences } = await groups['group.consistency']({ groupName: 'CG' })
  expect(state).toBe('differ')
  expect(differences.map(({ topic }) => topic)).toEqual(['T', 'U'])
  expect(differences[0]!.members.map(({ expression }) => expression).sort()).toEqual(['A', 'B'])
  expect(differences[0]!.starving).toEqual([])
  expect(differences[1]!.starving).toHaveLength(2)
  const [row] = (await groups['group.list']()).filter(({ groupName }) => groupName === 'CG')
  expect(row?.consistency).toBe('differ')
})

test('queues are shared as the members do, and as others would', async () => {
  const members = [await join(['T', '*']), await join(['T', '*'])]
  await until(
    () =>
      Promise.resolve(
        members.map(({ assignment }) => assignment.filter(({ topic }) => topic === 'T').length)
      ),
    (counts) => counts.every((count) => count === 2)
  )
  const view = await groups['group.allocation']({ groupName: 'CG', strategy: 'AVG_BY_CIRCLE', members: 3 }) // prettier-ignore
  expect(view.sharing).toBe('divided')
  const ids = view.now.members
  expect(view.now.queues.map(({ clientId }) => clientId)).toEqual([ids[0], ids[0], ids[1], ids[1]])
  const [a, b, c] = view.whatIf.members
  expect(view.whatIf.queues.map(({ clientId }) => clientId)).toEqual([a, b, c, a])
})

test('a paused group is told as paused, and settings the form has not stay', async () => {
  const { admin } = cluster
  await groups['group.save']({
    ...{ groupName: 'CG', consumeEnable: false, consumeBroadcastEnable: true },
    ...{ retryQueueNums: 1, retryMaxTimes: 3, consumeTimeoutMinute: 7, brokerNames: [] }
  })
  await groups['group.save']({
    ...{ groupName: 'CG', consumeEnable: false, consumeBroadcastEnable: false },
    ...{ retryQueueNums: 1, retryMaxTimes: 4, brokerNames: ['broker-a'] }
  })
  const [row] = (await groups['group.list']()).filter(({ groupName }) => groupName === 'CG')
  expect(row?.paused).toBe(true)
  const { config, missingOn } = await groups['group.detail']({ groupName: 'CG' })
  expect(config).toMatchObject({ retryMaxTimes: 4, consumeTimeoutMinute: 7 })
  expect(missingOn).toEqual([])
  await admin.deleteSubGroup('CG', true, ['broker-a'])
  await expect(groups['group.detail']({ groupName: 'CG' })).rejects.toMatchObject({
    code: 'SUBSCRIPTION_GROUP_NOT_EXIST'
  })
})

test('a group pops a topic once that was set', async () => {
  await join(['T', '*'])
  await groups['group.setPopMode']({ groupName: 'CG', topic: 'T', mode: 'POP', popShareQueueNum: 1 }) // prettier-ignore
  expect(await groups['group.popMode']({ groupName: 'CG' })).toEqual({
    groupName: 'CG',
    isUnknown: false,
    topics: [{ topic: 'T', mode: 'POP', popShareQueueNum: 1 }]
  })
})

test('what waits in a topic the group has not begun is lag, not 0', async () => {
  await groups['group.save']({
    ...{ groupName: 'CG', consumeEnable: false, consumeBroadcastEnable: true },
    ...{ retryQueueNums: 1, retryMaxTimes: 3, brokerNames: [] }
  })
  await join(['T', '*'])
  for (const body of ['1', '2', '3'])
    await cluster.admin.send({ topic: 'T', body: Buffer.from(body) })
  const { progress } = await groups['group.detail']({ groupName: 'CG' })
  expect(progress.reduce((sum, { lag }) => sum + lag, 0)).toBe(3)
  const [row] = (await groups['group.list']()).filter(({ groupName }) => groupName === 'CG')
  expect(row).toMatchObject({ lag: 3, topics: ['T'] })
})
