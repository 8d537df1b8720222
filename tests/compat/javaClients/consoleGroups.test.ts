// What the Groups and Clients pages ask of Java consumers and, with COMPAT_SERVER, of a stock broker.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createAdmin, type Admin } from '../../../src/main/admin/admin'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { clientHandlers } from '../../../src/main/console/client'
import { groupHandlers } from '../../../src/main/console/group'
import { offsetHandlers } from '../../../src/main/console/offset'
import { toProblem } from '../../../src/main/console/problems'
import { RemotingClient } from '../../../src/main/remoting/client'
import { type Cluster, startCluster } from './cluster'
import { stockServer } from './lines'
import type { Row } from './driver'
import { type Member, type Members, startMembers } from './members'

const problemOf = (error: unknown) =>
  toProblem(error, {
    ...{ method: 'test', params: {}, log: silentLog },
    cluster: { namesrvAddresses: () => [], brokerStatuses: () => [] }
  })

describe.skipIf(inject('hindrance') || stockServer() === 'server-4.9')(
  'the console beside Java consumers (client-5.3)',
  () => {
    const client = new RemotingClient({ clock: systemClock.real, log: silentLog })
    let cluster: Cluster
    let members: Members
    let one: Member
    let admin: Admin
    let group: string
    let topic: string
    let clientId: string

    beforeAll(async () => {
      cluster = await startCluster()
      admin = createAdmin({
        client,
        clock: systemClock,
        namesrvAddresses: () => [cluster.namesrv]
      })
      members = await startMembers('client-5.3', cluster, { scenario: 'member' })
      one = await members.join('one', 8)
      const { clients } = await clientsOf()['client.list']()
      const consumer = clients.find(({ topics }) => topics.length > 0)!
      clientId = consumer.clientId
      group = consumer.groups.find(({ role }) => role === 'consumer')!.name
      topic = consumer.topics[0]!
    })

    afterAll(async () => {
      await members?.stopAll()
      client.close()
      await cluster?.stop()
    })

    const clientsOf = () =>
      clientHandlers({ admin, problemOf, grpcClients: () => ({ clients: [], total: 0 }) })
    const groupsOf = () =>
      groupHandlers({
        ...{ admin, clock: systemClock.real, problemOf },
        grpcClientIds: () => new Set()
      })

    test('a member tells its queues, its rates and its threads', async () => {
      const info = await clientsOf()['client.runningInfo']({ groupName: group, clientId, stack: true }) // prettier-ignore
      expect(info.queues.filter((queue) => queue.topic === topic)).toHaveLength(8)
      expect(info.statuses.map((status) => status.topic)).toContain(topic)
      expect(info.properties.map(([key]) => key)).toContain('PROP_CLIENT_VERSION')
      expect(info.stack).toContain('ConsumeMessageThread')
    })

    test('its queues are drawn by its own word, its subscriptions agree, and the list has its lag', async () => {
      const { now, sharing } = await groupsOf()['group.allocation']({ groupName: group, strategy: 'AVG' }) // prettier-ignore
      expect(sharing).toBe('divided')
      expect(now.silent).toEqual([])
      expect(now.queues.map((queue) => queue.clientId)).toEqual(Array<string>(8).fill(clientId))
      const { state } = await groupsOf()['group.consistency']({ groupName: group })
      expect(state).toBe('same')
      const row = (await groupsOf()['group.list']()).find(({ groupName }) => groupName === group)
      expect(row).toMatchObject({ members: 1, partial: false, topics: [topic] })
      expect(row?.lag).toBeGreaterThanOrEqual(0)
      const { progress } = await groupsOf()['group.detail']({ groupName: group })
      expect(progress.filter((queue) => queue.topic === topic)).toHaveLength(8)
    })

    test('only a broker of ours can close it', async () => {
      expect((await clientsOf()['client.list']()).canClose).toBe(stockServer() === undefined)
    })

    test('the group is set back while it consumes, gets messages again, and offline it is undone exactly', async () => {
      const offsets = offsetHandlers({
        ...{ admin, clock: systemClock.real, problemOf },
        namesrvAddresses: () => [cluster.namesrv]
      })
      const stored = async () =>
        (await admin.examineGroupQueues(group, [topic])).map(({ consumerOffset }) => consumerOffset)
      const first = (await one.rows()).find((row) => row['body'] !== undefined)!
      const timesOf = (rows: Row[]) => rows.filter((row) => row['body'] === first['body']).length
      const draft = { groupName: group, topics: [topic], to: { kind: 'min' as const } }
      expect((await offsets['offset.reset'](draft)).failed).toBe(0)
      await one.driver.heard('member', (rows) => timesOf(rows) > 1)

      await members.feeder.end()
      await one.driver.end()
      const before = await stored()
      const result = await offsets['offset.reset'](draft)
      expect(result.failed).toBe(0)
      expect(await stored()).toEqual(Array<number>(8).fill(0))
      await offsets['offset.undo']({ id: result.undo! })
      expect(await stored()).toEqual(before)
    })
  }
)
