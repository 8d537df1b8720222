/** The stock npm push consumer while others come and go: members, the proxy, the broker; and one that takes its time. */
import { expect, test } from 'vitest'
import { ConsumeResult } from 'rocketmq-client-nodejs'
import { until } from '../../cluster/client/cluster'
import { Heard, isThrough, push } from './pushRig'
import { grpcCluster, grpcRig } from './rig'

test('consuming goes on through a restart of the proxy, each message once or twice and none lost', async () => {
  const rig = await grpcCluster()
  await rig.broker()
  const proxy = await rig.startProxy()
  await rig.topic('T')
  const heard = new Heard()
  const consumer = await push(rig, heard)
  const producer = await rig.producer()
  const send = async (from: number): Promise<void> => {
    for (let i = from; i < from + 100; i++)
      await producer.send({ topic: 'T', body: Buffer.from(String(i)) })
  }
  await send(0)
  await heard.count(1)
  await Promise.all([proxy.stop(), send(100)])
  await rig.startProxy()
  await send(200)
  await heard.reaches(() => new Set(heard.bodies).size === 300)
  await consumer.shutdown()
})

test('members of a group share its messages, each comes to one of them', async () => {
  const rig = await grpcRig()
  await rig.topic('T')
  const members = [new Heard(), new Heard(), new Heard()]
  for (const heard of members) await push(rig, heard)
  const producer = await rig.producer()
  for (let i = 0; i < 200; i++) await producer.send({ topic: 'T', body: Buffer.from(String(i)) })
  await isThrough(rig, 'T', 200)
  const bodies = members.flatMap((heard) => heard.bodies)
  expect(bodies).toHaveLength(200)
  expect(new Set(bodies).size).toBe(200)
})

test('consuming goes on when the broker is back', async () => {
  const rig = await grpcCluster()
  const broker = await rig.broker()
  await rig.startProxy()
  await rig.topic('T')
  const heard = new Heard()
  const consumer = await push(rig, heard)
  const producer = await rig.producer()
  const send = async (from: number): Promise<void> => {
    for (let i = from; i < from + 50; i++)
      await producer.send({ topic: 'T', body: Buffer.from(String(i)) })
  }
  await send(0)
  await heard.count(1)
  await broker.stop()
  await rig.broker()
  await until(
    () =>
      send(50).then(
        () => true,
        () => false
      ),
    (isSent) => isSent
  )
  await heard.reaches(() => new Set(heard.bodies).size === 100)
  await isThrough(rig, 'T', 100)
  await consumer.shutdown()
})

test('a slow listener keeps its message: it is renewed while the client lives', async () => {
  const rig = await grpcRig({
    ...{ defaultInvisibleTimeMills: '2000', renewAheadTimeMillis: '1500' },
    renewSchedulePeriodMillis: '200'
  })
  await rig.topic('T')
  const heard: number[] = []
  let done: () => void = () => undefined
  const isDone = new Promise<void>((resolve) => (done = resolve))
  await rig.npmPush({
    consumerGroup: 'G',
    subscriptions: new Map([['T', '*']]),
    messageListener: {
      consume: async (message) => {
        heard.push(message.deliveryAttempt ?? 0)
        // Longer than two invisible times.
        await new Promise((resolve) => setTimeout(resolve, 5000))
        done()
        return ConsumeResult.SUCCESS
      }
    }
  })
  const producer = await rig.producer()
  await producer.send({ topic: 'T', body: Buffer.from('a') })
  await isDone
  await isThrough(rig, 'T', 1)
  expect(heard).toEqual([1])
})
