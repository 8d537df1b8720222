import { describe, expect, test } from 'vitest'
import { defaultSubscriptionGroupConfig } from '../../protocol/bodies/subscriptionGroup'
import type { TopicRouteData } from '../../protocol/bodies/route'
import type { TopicMessageType } from '../remote/metadata'
import { Code } from '../v2/code'
import { Permission } from '../v2/enums'
import type { ClientCall } from '../v2/methods'
import { accessPoint, queryRoute } from './queryRoute'
import { queryAssignment } from './queryAssignment'

const call = { clientId: 'c', localAddress: '127.0.0.1:8081' } as ClientCall
const endpoints = { scheme: 1, addresses: [{ host: '10.0.0.5', port: 18081 }] }

const broker = (brokerName: string, brokerAddrs: Record<string, string>) => ({
  ...{ cluster: 'C', brokerName, brokerAddrs, enableActingMaster: false }
})

const queue = (
  brokerName: string,
  perm: number,
  readQueueNums: number,
  writeQueueNums: number
) => ({
  ...{ brokerName, perm, readQueueNums, writeQueueNums, topicSysFlag: 0 }
})

const route = (queues: ReturnType<typeof queue>[]): TopicRouteData => ({
  brokerDatas: [
    broker('broker-a', { '0': '127.0.0.1:1', '1': '127.0.0.1:2' }),
    broker('broker-b', { '0': '127.0.0.1:3' }),
    broker('slave-only', { '1': '127.0.0.1:4' })
  ],
  queueDatas: queues
})

const ask = async (queues: ReturnType<typeof queue>[], type: TopicMessageType = 'MIXED') => {
  const answered: string[] = []
  const serve = queryRoute({
    routes: { get: () => Promise.resolve(route(queues)) },
    metadata: { messageType: () => Promise.resolve(type) },
    onAnswered: (_, topic) => answered.push(topic)
  })
  const { messageQueues = [] } = await serve({ topic: { name: 'T' }, endpoints }, call)
  const ids = messageQueues.map(
    ({ broker, id, permission }) => `${broker?.name} ${id} ${permission}`
  )
  return { messageQueues, ids, answered }
}

describe('a route', () => {
  test('has the queues of masters, with the address the client came by', async () => {
    const queues = [queue('broker-b', 6, 1, 1), queue('slave-only', 6, 4, 4), queue('broker-a', 6, 2, 2)] // prettier-ignore
    const { messageQueues, ids, answered } = await ask(queues)
    expect(ids).toEqual(['broker-a 0 4', 'broker-a 1 4', 'broker-b 0 4'])
    expect(messageQueues[0]?.broker).toEqual({ name: 'broker-a', id: 0, endpoints })
    expect(answered).toEqual(['T'])
  })

  test.each([
    [6, 4, 2, [Permission.READ_WRITE, Permission.READ_WRITE]],
    [4, 2, 2, [Permission.READ, Permission.READ]],
    [2, 2, 2, [Permission.WRITE, Permission.WRITE]],
    [6, 0, 1, [Permission.WRITE]]
  ])('of perm %i, %i and %i queues', async (perm, reads, writes, permissions) => {
    const { messageQueues } = await ask([queue('broker-a', perm, reads, writes)])
    expect(messageQueues.map(({ permission }) => permission)).toEqual(permissions)
  })

  test.each<[TopicMessageType, number[]]>([
    ['FIFO', [2]],
    ['TRANSACTION', [4]],
    ['MIXED', [1, 2, 3, 4]]
  ])('of a %s topic says what may be sent', async (type, accepted) => {
    const { messageQueues } = await ask([queue('broker-a', 6, 1, 1)], type)
    expect(messageQueues[0]?.acceptMessageTypes).toEqual(accepted)
  })

  test('without a queue is refused, because clients do not understand an empty one', async () => {
    await expect(ask([queue('slave-only', 6, 4, 4)])).rejects.toMatchObject({
      code: Code.FORBIDDEN
    })
    await expect(ask([queue('broker-a', 0, 4, 4)])).rejects.toMatchObject({ code: Code.FORBIDDEN })
  })
})

describe('the access point', () => {
  test('is one address only', () => {
    const many = { scheme: 1, addresses: [{ host: '1.1.1.1', port: 1 }, { host: '2.2.2.2', port: 2 }] } // prettier-ignore
    expect(accessPoint(many, call).addresses).toEqual([{ host: '1.1.1.1', port: 1 }])
  })

  test.each([
    ['127.0.0.1:8081', 1, '127.0.0.1'],
    ['[::1]:8081', 2, '::1']
  ])('without one is where the call arrived, %s', (localAddress, scheme, host) => {
    expect(accessPoint(undefined, { localAddress })).toEqual({
      scheme,
      addresses: [{ host, port: 8081 }]
    })
  })
})

describe('assignments', () => {
  const assigned = async (consumeMessageOrderly: boolean, queues: ReturnType<typeof queue>[]) => {
    const serve = queryAssignment({
      routes: { get: () => Promise.resolve(route(queues)) },
      metadata: {
        group: (name) =>
          Promise.resolve({ ...defaultSubscriptionGroupConfig(name), consumeMessageOrderly })
      }
    })
    const request = { topic: { name: 'T' }, group: { name: 'G' }, endpoints }
    const { assignments = [] } = await serve(request, call)
    return assignments.map(
      ({ messageQueue }) => `${messageQueue?.broker?.name} ${messageQueue?.id}`
    )
  }
  const queues = [queue('broker-a', 6, 2, 2), queue('broker-b', 4, 1, 1), queue('slave-only', 6, 1, 1)] // prettier-ignore

  test('are whole brokers', async () => {
    expect(await assigned(false, queues)).toEqual(['broker-a -1', 'broker-b -1'])
  })

  test('are queues in ordered groups', async () => {
    expect(await assigned(true, queues)).toEqual(['broker-a 0', 'broker-a 1', 'broker-b 0'])
  })

  test('of a topic nobody may read are refused', async () => {
    await expect(assigned(false, [queue('broker-a', 2, 2, 2)])).rejects.toMatchObject({
      code: Code.FORBIDDEN
    })
  })
})
