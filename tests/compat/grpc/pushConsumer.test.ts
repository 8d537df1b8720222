/** The stock npm push consumer: listeners that succeed and fail, in order and not. */
import { expect, test } from 'vitest'
import { until } from '../../cluster/client/cluster'
import { deadLetters, Heard, isThrough, push } from './pushRig'
import { grpcRig } from './rig'

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
