/** The stock npm push consumer: listeners that succeed and fail, in order and not, and clients that vanish. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ConsumeResult, type MessageView, type PushConsumer } from 'rocketmq-client-nodejs'
import { until } from '../../cluster/client/cluster'
import { grpcCluster, grpcRig, type GrpcRig } from './rig'

/** What a listener was given, in its order. */
class Heard {
  readonly messages: MessageView[] = []
  /** Monotonic, ms, of each. */
  readonly times: number[] = []
  private waiters: (() => void)[] = []

  constructor(
    private readonly isRight: (message: MessageView, times: number) => boolean = () => true
  ) {}

  readonly consume = (message: MessageView): Promise<ConsumeResult> => {
    this.messages.push(message)
    this.times.push(performance.now())
    const times = this.messages.filter(({ messageId }) => messageId === message.messageId).length
    for (const wake of this.waiters.splice(0)) wake()
    return Promise.resolve(
      this.isRight(message, times) ? ConsumeResult.SUCCESS : ConsumeResult.FAILURE
    )
  }

  async reaches(isReached: () => boolean): Promise<void> {
    while (!isReached()) await new Promise<void>((resolve) => this.waiters.push(resolve))
  }

  count(count: number): Promise<void> {
    return this.reaches(() => this.messages.length >= count)
  }

  get bodies(): string[] {
    return this.messages.map(({ body }) => body.toString('utf8'))
  }
}

const push = (
  rig: GrpcRig,
  heard: Heard,
  topics: readonly string[] = ['T']
): Promise<PushConsumer> =>
  rig.npmPush({
    consumerGroup: 'G',
    subscriptions: new Map(topics.map((topic) => [topic, '*'])),
    messageListener: { consume: heard.consume }
  })

/** The group has acknowledged everything the topic holds, which is so many messages at least. */
const isThrough = (rig: GrpcRig, topic: string, total: number) =>
  until(
    () => rig.admin.examineConsumeStats('G', topic),
    ({ offsets }) => {
      const queues = offsets.filter(({ queue }) => queue.topic === topic)
      const sum = queues.reduce(
        (acknowledged, { consumerOffset }) => acknowledged + consumerOffset,
        0
      )
      return sum >= total && queues.every((q) => q.consumerOffset === q.brokerOffset)
    }
  )

/** Messages that lie with the group's dead ones; the topic is made for the first of them. */
const deadLetters = async (rig: GrpcRig): Promise<number> => {
  const topics = await rig.admin.fetchAllTopicList()
  if (!topics.includes('%DLQ%G')) return 0
  const { answers } = await rig.admin.examineTopicStats('%DLQ%G')
  return answers.flatMap(({ value }) => value).reduce((sum, { maxOffset }) => sum + maxOffset, 0)
}

test('three topics are consumed, and what is consumed is acknowledged', async () => {
  const rig = await grpcRig()
  const topics = ['T1', 'T2', 'T3']
  for (const topic of topics) await rig.topic(topic)
  const heard = new Heard()
  await push(rig, heard, topics)
  const producer = await rig.producer()
  for (const topic of topics)
    for (let i = 0; i < 20; i++) await producer.send({ topic, body: Buffer.from(`${topic} ${i}`) })
  await heard.count(60)
  expect(new Set(heard.bodies).size).toBe(60)
  for (const topic of topics) await isThrough(rig, topic, 20)
})

test('a message that fails comes again after the group has waited, and is dead after its last attempt', async () => {
  const rig = await grpcRig()
  await rig.topic('T')
  await rig.group('G', { retryMaxTimes: 2 })
  const heard = new Heard(({ body }) => body.toString() !== 'bad')
  await push(rig, heard)
  const producer = await rig.producer()
  await producer.send({ topic: 'T', body: Buffer.from('good') })
  const { msgId } = await producer.send({ topic: 'T', body: Buffer.from('bad') })
  await heard.count(4)
  const bad = heard.messages.filter(({ body }) => body.toString() === 'bad')
  expect(bad.map(({ deliveryAttempt }) => deliveryAttempt)).toEqual([1, 2, 3])
  const times = bad.map((message) => heard.times[heard.messages.indexOf(message)]!)
  // The npm client asks for 1 and 2 ms; the group's ladder says 1 and 5 s.
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(1000)
  expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(5000)
  await until(
    () => deadLetters(rig),
    (count) => count === 1
  )
  const simple = await rig.npmSimple({
    consumerGroup: 'U',
    subscriptions: new Map([['%DLQ%G', '*']])
  })
  const [letter] = await simple.receive(1)
  expect(letter).toMatchObject({ messageId: msgId, body: Buffer.from('bad') })
  expect(heard.bodies.filter((body) => body === 'good')).toEqual(['good'])
})

test('in order: one that fails is tried again before those behind it, then is dead, and they go on', async () => {
  const rig = await grpcRig()
  await rig.topic('T', { queues: 2, type: 'FIFO' })
  await rig.group('G', { retryMaxTimes: 2, consumeMessageOrderly: true })
  const producer = await rig.npmProducer({ topics: ['T'] })
  for (const body of ['a', 'bad', 'c', 'd'])
    await producer.send({ topic: 'T', messageGroup: 'orders', body: Buffer.from(body) })
  const heard = new Heard(({ body }) => body.toString() !== 'bad')
  await push(rig, heard)
  await heard.reaches(() => heard.bodies.includes('d'))
  expect(heard.bodies).toEqual(['a', 'bad', 'bad', 'bad', 'c', 'd'])
  await isThrough(rig, 'T', 4)
  expect(await deadLetters(rig)).toBe(1)
})

test('in order: many groups of messages, each in its order, across queues', async () => {
  const rig = await grpcRig()
  await rig.topic('T', { queues: 4, type: 'FIFO' })
  await rig.group('G', { consumeMessageOrderly: true })
  const heard = new Heard(
    (message, times) => times > 1 || message.body.toString().endsWith('3') === false
  )
  await push(rig, heard)
  const producer = await rig.npmProducer({ topics: ['T'] })
  const groups = ['p', 'q', 'r', 's', 't']
  for (let i = 0; i < 8; i++)
    for (const messageGroup of groups)
      await producer.send({ topic: 'T', messageGroup, body: Buffer.from(`${messageGroup}${i}`) })
  await heard.reaches(() => groups.every((group) => heard.bodies.includes(`${group}7`)))
  for (const group of groups)
    expect(heard.bodies.filter((body) => body.startsWith(group))).toEqual(
      [0, 1, 2, 3, 3, 4, 5, 6, 7].map((i) => `${group}${i}`)
    )
})

test('what a killed client had in hand comes to another one', async () => {
  const rig = await grpcRig()
  await rig.topic('T')
  const producer = await rig.producer()
  const child = fork(join(import.meta.dirname, 'hangingConsumer.cjs'), [rig.endpoints()])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child, 'message')
  await producer.send({ topic: 'T', body: Buffer.from('a') })
  expect((await once(child, 'message'))[0]).toBe('a')
  const heard = new Heard()
  await push(rig, heard)
  child.kill('SIGKILL')
  await heard.count(1)
  expect(heard.messages[0]).toMatchObject({ deliveryAttempt: 2, body: Buffer.from('a') })
})

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
