/** What a slave is: a copy of its master that reads, refuses, and goes on where its master was. */
import { expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { until } from '../client/cluster'
import { brokerSet, untilReadable } from './brokerSets'
import type { TestClient } from './brokerTestbed'

const DELAY_TEXT = { DELAY: '1' }

const offsetOf = async (client: TestClient, group: string, topic: string) => {
  const ext = { consumerGroup: group, topic, queueId: 0, setZeroIfNotFound: false }
  const { code, extFields } = await client.ask(RequestCode.QUERY_CONSUMER_OFFSET, ext)
  return code === 0 ? Number(extFields.offset) : undefined
}

const commit = (client: TestClient, group: string, topic: string, commitOffset: number) =>
  client.ask(RequestCode.UPDATE_CONSUMER_OFFSET, {
    ...{ consumerGroup: group, topic, queueId: 0, commitOffset }
  })

const addGroup = (client: TestClient, groupName: string) =>
  client.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, { groupName })

test('nameservers show both, and what is sent to the master is read from the slave', async () => {
  const { admin, startMaster, startSlave, ask } = await brokerSet()
  const master = await startMaster()
  const slave = await startSlave()
  expect(
    (await admin.listBrokers()).map(({ brokerName, brokerId, address }) => ({
      brokerName,
      brokerId,
      address
    }))
  ).toEqual([
    // prettier-ignore
    { brokerName: 'broker-a', brokerId: 0, address: master.address },
    { brokerName: 'broker-a', brokerId: 1, address: slave.address }
  ])
  for (const body of ['one', 'two']) await ask(master).send('T', body)
  expect(await untilReadable(ask(slave), 'T', 2)).toEqual(['one', 'two'])
})

test('a slave takes no messages, with the words of RocketMQ', async () => {
  const { startMaster, startSlave, ask } = await brokerSet()
  await startMaster()
  const slave = await startSlave()
  expect(await ask(slave).send('T', 'no')).toMatchObject({
    code: ResponseCode.SYSTEM_BUSY,
    remark: '[REJECTREQUEST]system busy, start flow control for a while'
  })
})

test('topics, groups, offsets and modes of the master are those of the slave', async () => {
  const { startMaster, startSlave, ask } = await brokerSet()
  const [master, slave] = [await startMaster(), await startSlave()]
  const [atMaster, atSlave] = [ask(master), ask(slave)]
  await atMaster.send('T', 'x', { queueNums: 3 })
  await addGroup(atMaster, 'CG')
  await atMaster.ask(RequestCode.SET_MESSAGE_REQUEST_MODE, {}, { topic: 'T', consumerGroup: 'CG', mode: 'POP', popShareQueueNum: 1 }) // prettier-ignore
  await commit(atMaster, 'CG', 'T', 1)
  await until(() => offsetOf(atSlave, 'CG', 'T'), (offset) => offset === 1) // prettier-ignore
  for (const code of [
    RequestCode.GET_ALL_TOPIC_CONFIG,
    RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG,
    RequestCode.GET_ALL_MESSAGE_REQUEST_MODE
  ])
    await until(
      async () => [await atSlave.body(code), await atMaster.body(code)],
      ([here, there]) => JSON.stringify(sorted(here)) === JSON.stringify(sorted(there))
    )
})

/** With keys in order: tables promise none. */
const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

test('a topic that is deleted at the master goes, with its messages; made anew it has only the new ones', async () => {
  const { startMaster, startSlave, ask } = await brokerSet()
  const [master, slave] = [await startMaster(), await startSlave()]
  const [atMaster, atSlave] = [ask(master), ask(slave)]
  await atMaster.send('T', 'old')
  await untilReadable(atSlave, 'T', 1)
  await atMaster.ask(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })
  await until(() => atSlave.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'T' }), ({ code }) => code !== 0) // prettier-ignore
  await atMaster.send('T', 'new')
  expect(await untilReadable(atSlave, 'T', 1)).toEqual(['new'])
})

test('what clients commit at the slave while the master is away is not lost when it is back', async () => {
  const { startMaster, startSlave, ask } = await brokerSet()
  const master = await startMaster()
  const slave = await startSlave()
  for (let i = 0; i < 10; i++) await ask(master).send('T', `m${i}`)
  await addGroup(ask(master), 'CG')
  await commit(ask(master), 'CG', 'T', 4)
  const atSlave = ask(slave)
  await untilReadable(atSlave, 'T', 10)
  await until(() => offsetOf(atSlave, 'CG', 'T'), (offset) => offset === 4) // prettier-ignore
  await master.stop()
  await commit(atSlave, 'CG', 'T', 9)
  const again = ask(await startMaster())
  expect(
    await until(
      () => offsetOf(again, 'CG', 'T'),
      (offset) => offset !== 4
    )
  ).toBe(9)
  expect(await offsetOf(atSlave, 'CG', 'T')).toBe(9)
})

test('a reader far behind is sent to the slave, and back once it has caught up', async () => {
  const { startMaster, startSlave, ask } = await brokerSet()
  // Nothing counts as in memory: whatever is not the newest message is far behind.
  const near = { accessMessageInMemoryMaxRatio: '0' }
  const [master, slave] = [await startMaster(near), await startSlave()]
  for (let i = 0; i < 3; i++) await ask(master).send('T', `m${i}`)
  await untilReadable(ask(slave), 'T', 3)
  const atMaster = await ask(master).pull('CG', 'T', 0, { maxMsgNums: 1 })
  expect(atMaster.extFields.suggestWhichBrokerId).toBe('1')
  const atSlave = await ask(slave).pull('CG', 'T', 0)
  expect(atSlave.extFields.suggestWhichBrokerId).toBe('0')
})

test('a reader that is ahead of the slave waits there, and is not sent back', async () => {
  const { startMaster, startSlave, ask } = await brokerSet()
  const [master, slave] = [await startMaster(), await startSlave()]
  await ask(master).send('T', 'only')
  await untilReadable(ask(slave), 'T', 1)
  const answer = await ask(slave).pull('CG', 'T', 7)
  expect(answer).toMatchObject({
    code: ResponseCode.PULL_NOT_FOUND,
    extFields: { nextBeginOffset: '7' }
  })
})

test('delayed messages are delivered by the master alone; its slave as master delivers the rest, once', async () => {
  const { startMaster, startSlave, ask } = await brokerSet()
  const delay = { messageDelayLevel: '1s 1h' }
  const [master, slave] = [await startMaster(delay), await startSlave(delay)]
  await ask(master).send('T', 'soon', { properties: DELAY_TEXT })
  await ask(master).send('T', 'late', { properties: { DELAY: '2' } })
  const atSlave = ask(slave)
  expect(await untilReadable(atSlave, 'T', 1)).toEqual(['soon'])
  // Its progress arrives behind the message itself.
  await until(
    () => atSlave.body(RequestCode.GET_ALL_DELAY_OFFSET),
    (body) => (body as { offsetTable: Record<string, number> }).offsetTable['1'] === 1
  )
  await master.stop()
  await slave.stop()
  const promoted = ask(await startSlave({ brokerRole: 'ASYNC_MASTER', messageDelayLevel: '1s 1s' }))
  // A shorter level: the late one is due a second after the start.
  expect(await untilReadable(promoted, 'T', 2)).toEqual(['soon', 'late'])
})

test('the state of replication is told by both', async () => {
  const { startMaster, startSlave, ask } = await brokerSet()
  const [master, slave] = [await startMaster(), await startSlave()]
  await ask(master).send('T', 'x')
  const atMaster = (): Promise<unknown> => ask(master).body(RequestCode.GET_BROKER_HA_STATUS)
  const told = await until(atMaster, (status) => {
    const { haConnectionInfo } = status as { haConnectionInfo: { diff: number }[] }
    return haConnectionInfo[0]?.diff === 0
  })
  expect(told).toMatchObject({ master: true, inSyncSlaveNums: 1, haConnectionInfo: [{ inSync: true }] }) // prettier-ignore
  expect(await ask(slave).body(RequestCode.GET_BROKER_HA_STATUS)).toMatchObject({ master: false, haConnectionInfo: [] }) // prettier-ignore
})
