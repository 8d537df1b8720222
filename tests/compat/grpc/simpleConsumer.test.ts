/** The stock npm simple consumer: receive, acknowledge, extend, filter, wait. */
import { expect, test } from 'vitest'
import { FilterExpression, type MessageView, type SimpleConsumer } from 'rocketmq-client-nodejs'
import { until } from '../../cluster/client/cluster'
import { grpcCluster, grpcRig, type GrpcRig } from './rig'

/** RocketMQ takes no invisible time below ten seconds; tests that wait for its end do not want to wait so long. */
const SHORT = { minInvisibleTimeMillsForRecv: '500' }
const INVISIBLE_MS = 1000
/** `FilterType` of the protocol; npm does not export it. */
const SQL92 = 2

const consumer = (
  rig: GrpcRig,
  filter: FilterExpression | string = '*',
  awaitDuration = 5000
): Promise<SimpleConsumer> =>
  rig.npmSimple({ consumerGroup: 'G', subscriptions: new Map([['T', filter]]), awaitDuration })

const send = async (rig: GrpcRig, ...bodies: string[]): Promise<void> => {
  const producer = await rig.producer()
  for (const body of bodies) await producer.send({ topic: 'T', body: Buffer.from(body) })
}

const bodiesOf = (messages: readonly MessageView[]): string[] =>
  messages.map(({ body }) => body.toString('utf8'))

/** Acknowledged as they come. */
const receiveAll = async (simple: SimpleConsumer, count: number): Promise<string[]> => {
  const bodies: string[] = []
  while (bodies.length < count) {
    const messages = await simple.receive(32)
    for (const message of messages) await simple.ack(message)
    bodies.push(...bodiesOf(messages))
  }
  return bodies.sort()
}

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => String(i).padStart(3, '0'))

test('what a producer sent comes whole, and never again after its ack', async () => {
  const rig = await grpcRig(SHORT)
  await rig.topic('T')
  const producer = await rig.npmProducer({ topics: ['T'] })
  const properties = new Map([['color', 'red']])
  const { messageId } = await producer.send({
    ...{ topic: 'T', tag: 'a', keys: ['k1', 'k2'], properties },
    body: Buffer.from('hello')
  })
  const simple = await consumer(rig, '*', 1500)
  const [message, ...others] = await simple.receive(10, INVISIBLE_MS)
  expect(others).toEqual([])
  expect(message).toMatchObject({
    ...{ messageId, topic: 'T', tag: 'a', keys: ['k1', 'k2'], properties },
    ...{ deliveryAttempt: 1, body: Buffer.from('hello') }
  })
  expect(message?.corrupted).toBeFalsy()
  await simple.ack(message!)
  await expect(simple.ack(message!)).rejects.toMatchObject({ code: 40013 })
  expect(await simple.receive(10, INVISIBLE_MS)).toEqual([])
})

test('every queue is read, though the client names only one of them', async () => {
  const rig = await grpcRig()
  await rig.topic('T', { queues: 8 })
  const bodies = numbered(40)
  await send(rig, ...bodies)
  expect(await receiveAll(await consumer(rig), bodies.length)).toEqual(bodies)
})

test('a message that is not acknowledged comes back as the second attempt, its old handle is void', async () => {
  const rig = await grpcRig(SHORT)
  await rig.topic('T')
  await send(rig, 'a')
  const simple = await consumer(rig)
  const [first] = await simple.receive(10, INVISIBLE_MS)
  const [second] = await simple.receive(10, INVISIBLE_MS)
  expect(second).toMatchObject({ messageId: first!.messageId, topic: 'T', deliveryAttempt: 2 })
  await expect(simple.ack(first!)).rejects.toMatchObject({ code: 40013 })
  await simple.ack(second!)
})

test('the time of a message can be made longer, and shorter', async () => {
  const rig = await grpcRig(SHORT)
  await rig.topic('T')
  await send(rig, 'a')
  const simple = await consumer(rig, '*', 2000)
  const [message] = await simple.receive(10, INVISIBLE_MS)
  await simple.changeInvisibleDuration(message!, 60_000)
  expect(await simple.receive(10, INVISIBLE_MS)).toEqual([])
  await simple.changeInvisibleDuration(message!, 1)
  const [again] = await simple.receive(10, 20_000)
  expect(again).toMatchObject({ messageId: message!.messageId, deliveryAttempt: 2 })
  await simple.changeInvisibleDuration(again!, 30_000)
  await simple.ack(again!)
  await expect(simple.changeInvisibleDuration(message!, 13 * 3_600_000)).rejects.toMatchObject({
    code: 40011
  })
})

test.each([
  ['tags', 'a || c', ['1', '3']],
  ['SQL92', new FilterExpression("color = 'red' AND size > 1", SQL92), ['2', '3']]
])('%s select', async (_name, filter, expected) => {
  const rig = await grpcRig({}, { enablePropertyFilter: 'true' })
  await rig.topic('T')
  const producer = await rig.npmProducer({ topics: ['T'] })
  const sent = [
    ['1', 'a', 'blue', '9'],
    ['2', 'b', 'red', '2'],
    ['3', 'c', 'red', '3'],
    ['4', 'd', 'red', '1']
  ] as const
  for (const [body, tag, color, size] of sent)
    await producer.send({
      ...{ topic: 'T', tag, body: Buffer.from(body) },
      properties: new Map([
        ['color', color],
        ['size', size]
      ])
    })
  expect(await receiveAll(await consumer(rig, filter), expected.length)).toEqual(expected)
})

test('a filter that does not parse is told so', async () => {
  const rig = await grpcRig({}, { enablePropertyFilter: 'true' })
  await rig.topic('T')
  const simple = await consumer(rig, new FilterExpression('color = = 1', SQL92))
  await expect(simple.receive()).rejects.toMatchObject({ code: 40010 })
})

test('an invisible time that RocketMQ does not take is refused', async () => {
  const rig = await grpcRig()
  await rig.topic('T')
  const simple = await consumer(rig)
  await expect(simple.receive(1, 5000)).rejects.toMatchObject({ code: 40011 })
})

test('a poll waits for a message on whichever broker it comes', async () => {
  const rig = await grpcCluster()
  await rig.broker('broker-a')
  await rig.broker('broker-b')
  await rig.startProxy()
  await rig.topic('T', { queues: 1 })
  const simple = await consumer(rig, '*', 20_000)
  const producer = await rig.producer()
  const brokers = new Set<string>()
  // Two brokers with a queue each: a producer that goes around meets both.
  for (const body of numbered(6)) {
    const polled = simple.receive(1)
    const { messageQueue } = await producer.send({ topic: 'T', body: Buffer.from(body) })
    brokers.add(messageQueue.brokerName)
    const [message] = await polled
    expect(message?.body.toString()).toBe(body)
    await simple.ack(message!)
  }
  expect([...brokers].sort()).toEqual(['broker-a', 'broker-b'])
})

test('while a broker is away the others serve, and it when it is back', async () => {
  const rig = await grpcCluster()
  const first = await rig.broker('broker-a')
  await rig.broker('broker-b')
  await rig.startProxy()
  await rig.topic('T', { queues: 1 })
  const producer = await rig.producer()
  const bodies = numbered(4)
  for (const body of bodies) await producer.send({ topic: 'T', body: Buffer.from(body) })
  const simple = await consumer(rig)
  await first.stop()
  const some = await receiveAll(simple, 2)
  expect(await simple.receive(32).catch(() => [])).toEqual([])
  await rig.broker('broker-a')
  expect([...some, ...(await receiveAll(simple, 2))].sort()).toEqual(bodies)
})

test('a handle is good at a proxy that was started again', async () => {
  const rig = await grpcCluster()
  await rig.broker()
  const proxy = await rig.startProxy(SHORT)
  await rig.topic('T')
  await send(rig, 'a')
  const simple = await consumer(rig, '*', 2000)
  const [message] = await simple.receive(10, 20_000)
  await proxy.stop()
  await rig.startProxy(SHORT)
  await until(
    () =>
      simple.ack(message!).then(
        () => true,
        () => false
      ),
    (isDone) => isDone
  )
  await until(
    () => rig.admin.examineConsumeStats('G', 'T'),
    ({ offsets }) => offsets.reduce((sum, { consumerOffset }) => sum + consumerOffset, 0) === 1
  )
  await simple.shutdown()
})

test('bodies of two megabytes, and a batch of 32 of one', async () => {
  const rig = await grpcRig()
  await rig.topic('T')
  const producer = await rig.producer()
  const big = Buffer.alloc(2 * 1024 * 1024, 'x')
  await producer.send({ topic: 'T', body: big })
  const simple = await consumer(rig)
  const [message] = await simple.receive(1)
  expect(message?.body.equals(big)).toBe(true)
  await simple.ack(message!)
  for (let i = 0; i < 32; i++)
    await producer.send({ topic: 'T', body: Buffer.alloc(1024 * 1024, 65 + i) })
  const letters = new Set<string>()
  while (letters.size < 32)
    for (const one of await simple.receive(32)) {
      expect(one.corrupted).toBeFalsy()
      letters.add(one.body.subarray(0, 1).toString())
      await simple.ack(one)
    }
})
