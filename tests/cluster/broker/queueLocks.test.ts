import { afterEach, beforeEach, expect, test } from 'vitest'
import { messageQueue } from '../../../src/main/protocol/bodies/messageQueue'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { BrokerTestbed, consumerData, type TestClient } from './brokerTestbed'

let bed: BrokerTestbed
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

const queues = (...ids: number[]) => ids.map((queueId) => messageQueue('T', 'broker-a', queueId))

const body = (clientId: string, ids: number[], consumerGroup = 'CG') => ({
  consumerGroup,
  clientId,
  mqSet: queues(...ids),
  onlyThisBroker: false
})

const lock = async (client: TestClient, clientId: string, ids: number[], group = 'CG') => {
  const answer = await client.body(RequestCode.LOCK_BATCH_MQ, {}, body(clientId, ids, group))
  return (answer as { lockOKMQSet: object[] }).lockOKMQSet
}

test('of many queues those that are free or its own are locked, the others are not', async () => {
  const client = bed.client(await bed.start())
  expect(await lock(client, 'c1', [0, 1])).toEqual(queues(0, 1))
  expect(await lock(client, 'c2', [0, 1, 2, 3])).toEqual(queues(2, 3))
  expect(await lock(client, 'c1', [1, 2])).toEqual(queues(1))
})

test('groups do not hinder each other', async () => {
  const client = bed.client(await bed.start())
  expect(await lock(client, 'c1', [0])).toEqual(queues(0))
  expect(await lock(client, 'c2', [0], 'CG2')).toEqual(queues(0))
  expect(await lock(client, 'c2', [0])).toEqual([])
})

test('a closed connection keeps its locks until they expire, a farewell one-way frees them at once', async () => {
  const broker = await bed.start({ gantryRebalanceLockMaxLiveTime: '10000' })
  const [gone, other] = [bed.client(broker), bed.client(broker)]
  await other.heartbeat('c2', [consumerData('CG', 'T')])
  await gone.heartbeat('c1', [consumerData('CG', 'T')])
  await lock(gone, 'c1', [0, 1])
  await gone.oneway(RequestCode.UNLOCK_BATCH_MQ, {}, body('c1', [1]))
  // Answered behind the one-way request.
  await gone.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })
  gone.close()
  // Two joined and one left: the broker knows that it is gone.
  await other.askedTimes(3)
  expect(await lock(other, 'c2', [0, 1])).toEqual(queues(1))
  bed.clock.advance(10_000)
  expect(await lock(other, 'c2', [0, 1])).toEqual(queues(1))
  bed.clock.advance(1)
  expect(await lock(other, 'c2', [0, 1])).toEqual(queues(0, 1))
})

test('the lease changes at run time', async () => {
  const client = bed.client(await bed.start())
  await lock(client, 'c1', [0])
  bed.clock.advance(2000)
  expect(await lock(client, 'c2', [0])).toEqual([])
  const text = Buffer.from('gantryRebalanceLockMaxLiveTime=1000')
  expect((await client.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, text)).code).toBe(0)
  expect(await lock(client, 'c2', [0])).toEqual(queues(0))
})
