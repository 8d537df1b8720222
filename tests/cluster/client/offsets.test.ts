/** The admin calls around consumer offsets, on our brokers and on one that answers as 4.9 does. */
import { describe, expect, test } from 'vitest'
import { messageQueue } from '../../../src/main/protocol/bodies/messageQueue'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { createAdmin, type Admin } from '../../../src/main/admin/admin'
import { systemClock } from '../../../src/main/base/clock'
import { jsonBody, ObjectKeyMap } from '../../../src/main/protocol/bodies/rocketmqJson'
import { nameserver, remotingClient } from '../nameserver/nameservers'
import { Inbox, testCluster, type TestCluster } from './cluster'
import { scriptedBroker, success } from './scriptedBroker'

const topicOf = (topicName: string) => ({ topicName, readQueueNums: 2, writeQueueNums: 2, perm: 6 })

/** Two brokers with two queues of T, three messages in each, all consumed by CG, which is online. */
const consumed = async (properties: Record<string, string> = {}) => {
  const cluster = await testCluster()
  for (const name of ['broker-a', 'broker-b']) await cluster.broker(name, properties)
  await cluster.admin.updateTopic(topicOf('T'))
  const producer = await cluster.producer()
  for (let i = 0; i < 12; i++) await producer.send({ topic: 'T', body: Buffer.from(`m${i}`) })
  const inbox = new Inbox()
  const consumer = await cluster.consumer({
    group: 'CG',
    subscription: [['T', '*']],
    listener: inbox.listener,
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET'
  })
  await inbox.reaches(12)
  return { cluster, inbox, consumer }
}

const offsetsOf = async ({ admin }: TestCluster, group: string): Promise<number[]> =>
  (await admin.examineConsumeStats(group, 'T')).offsets.map((row) => row.consumerOffset)

const adminOf = (namesrv: string): Admin =>
  createAdmin({ client: remotingClient(), clock: systemClock, namesrvAddresses: () => [namesrv] })

const everything = { group: 'CG', topic: 'T', isForce: true }

describe('a reset', () => {
  test('online delivers again from there, in every queue', async () => {
    const { cluster, inbox } = await consumed()
    const table = await cluster.admin.resetOffsetByTimestamp({ ...everything, timestamp: 0 })
    expect(table.map(({ offset }) => offset)).toEqual([0, 0, 0, 0])
    await inbox.reaches(24)
    expect(inbox.bodies.slice(12).sort()).toEqual(inbox.bodies.slice(0, 12).sort())
  })

  test('offline begins there with the next member', async () => {
    const { cluster, consumer } = await consumed()
    await consumer.stop()
    await cluster.admin.resetOffsetByTimestamp({ ...everything, timestamp: 0 })
    expect(await offsetsOf(cluster, 'CG')).toEqual([0, 0, 0, 0])
    await cluster.admin.resetOffsetByTimestamp({ ...everything, timestamp: -1 })
    expect(await offsetsOf(cluster, 'CG')).toEqual([3, 3, 3, 3])
  })

  test('offline on a broker that leaves it to the clients', async () => {
    const { cluster, consumer } = await consumed({ useServerSideResetOffset: 'false' })
    await consumer.stop()
    const table = await cluster.admin.resetOffsetByTimestamp({ ...everything, timestamp: 0 })
    expect(table).toHaveLength(4)
    expect(await offsetsOf(cluster, 'CG')).toEqual([0, 0, 0, 0])
  })

  test('of one queue leaves the others alone', async () => {
    const { cluster, inbox } = await consumed()
    await cluster.admin.resetOffsetByQueueId('CG', messageQueue('T', 'broker-b', 1), 1)
    await inbox.reaches(14)
    const again = inbox.messages.slice(12)
    expect(again.map(({ brokerName, queueId, queueOffset }) => [brokerName, queueId, queueOffset])).toEqual([['broker-b', 1, 1], ['broker-b', 1, 2]]) // prettier-ignore
  })

  test('of one queue is not asked of a broker that would reset them all', async () => {
    const namesrv = await nameserver()
    const broker = await scriptedBroker(namesrv, 'old', {
      [RequestCode.UPDATE_CONSUMER_OFFSET]: () => success(),
      [RequestCode.GET_BROKER_CONFIG]: () => success({ version: '{}' }, Buffer.from('brokerName=old\n')) // prettier-ignore
    })
    const admin = adminOf(namesrv.address)
    await admin.resetOffsetByQueueId('CG', messageQueue('TopicA', 'old', 1), 7)
    const [committed] = broker.requests
    expect(committed?.extFields).toMatchObject({ consumerGroup: 'CG', queueId: '1', commitOffset: '7' }) // prettier-ignore
    expect(broker.requests.map(({ code }) => code)).not.toContain(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET) // prettier-ignore
  })

  test('a refusal is thrown as it is', async () => {
    const { cluster } = await consumed()
    const asked = cluster.admin.resetOffsetByTimestamp({ ...everything, group: 'Nobody', timestamp: 0 }) // prettier-ignore
    await expect(asked).rejects.toMatchObject({ code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST })
  })
})

test('a group cloned is as far as the other, on every broker', async () => {
  const { cluster, consumer } = await consumed()
  await consumer.stop()
  await cluster.admin.cloneGroupOffset('CG', 'Copy', 'T', false)
  expect(await offsetsOf(cluster, 'Copy')).toEqual(await offsetsOf(cluster, 'CG'))
})

test('members say how far they are', async () => {
  const namesrv = await nameserver()
  const queues = [0, 1].map((queueId) => messageQueue('TopicA', 'a', queueId))
  const consumerTable = { c1: new ObjectKeyMap(queues.map((queue, i) => [queue, 5 + i] as const)) }
  const broker = await scriptedBroker(namesrv, 'a', {
    [RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS]: () =>
      success({}, jsonBody({ consumerTable, messageQueueTable: {} }))
  })
  const admin = adminOf(namesrv.address)
  expect(await admin.getConsumeStatus('TopicA', 'CG', 'c1')).toEqual(
    new Map([['c1', queues.map((queue, i) => ({ queue, offset: 5 + i }))]])
  )
  expect(broker.requests[0]?.extFields).toMatchObject({ topic: 'TopicA', group: 'CG', clientAddr: 'c1' }) // prettier-ignore
})
