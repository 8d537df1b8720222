/** The stock Node client while nameservers go, and while a broker takes no messages. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runScript, type Script } from './node/scripts'
import { startThreeNameservers, type ThreeNameservers } from './threeNameservers'

const TOPIC = 'Steady'

let cluster: ThreeNameservers
const running: Script[] = []

beforeAll(async () => {
  cluster = await startThreeNameservers()
  await cluster.window.call('topic.save', {
    ...{ topic: TOPIC, readQueueNums: 2, writeQueueNums: 2, perm: 6 }
  })
})
afterAll(async () => {
  for (const script of running) await script.kill()
  expect(await cluster.stop()).toBe(0)
})

const steady = async (): Promise<Script> => {
  const script = runScript('aliOnsSteady.cjs', {
    ...{ namesrv: cluster.addresses, topic: TOPIC, pauseMs: 20 }
  })
  running.push(script)
  await script.until((lines) => lines.length >= 10)
  return script
}

const consume = async (): Promise<Script> => {
  const script = runScript('aliOnsConsumer.cjs', {
    ...{ namesrv: cluster.addresses, topic: TOPIC, group: 'steady', subscription: '*' }
  })
  running.push(script)
  await script.until((lines) => lines.some(({ body }) => body !== undefined))
  return script
}

/** So many messages more, sent or received; a send that fails ends the producer, and this rejects. */
const goesOn = async (script: Script, more = 50): Promise<void> => {
  const messages = (lines: readonly Record<string, unknown>[]): number =>
    lines.filter(({ body, sendStatus }) => body !== undefined || sendStatus === 'SEND_OK').length
  const before = messages(script.lines)
  await script.until((lines) => messages(lines) >= before + more)
}

const brokersOf = (lines: readonly Record<string, unknown>[], last: number): unknown[] =>
  [...new Set(lines.slice(-last).map(({ broker }) => broker))].sort()

test('it does not notice that all nameservers but one are lost, and goes on without any', async () => {
  const producer = await steady()
  const consumer = await consume()
  await cluster.loseAllButOne()
  await Promise.all([goesOn(producer, 150), goesOn(consumer, 150)])
  const newcomer = await steady()
  await goesOn(newcomer)
  await cluster.loseTheLast()
  await Promise.all([goesOn(producer, 150), goesOn(consumer, 150)])
  await cluster.comeBack()
  await goesOn(await steady())
  for (const script of [producer, newcomer]) expect(await script.stop()).toBe(0)
})

test('it moves away from a broker that takes no messages any more, and comes back', async () => {
  const producer = await steady()
  const consumer = await consume()
  const both = ['broker-a', 'broker-b']
  await producer.until((lines) => brokersOf(lines, 20).length === 2)
  const withdraw = (isGiven: boolean) =>
    cluster.window.call('broker.setWritePerm', { id: 'broker-a:0', isGiven })
  expect(await withdraw(false)).toMatchObject({ isWithdrawn: true })
  const from = producer.lines.length
  const moved = await producer.until(
    (lines) => lines.length >= from + 20 && brokersOf(lines, 20).join() === 'broker-b'
  )
  expect(await withdraw(true)).toMatchObject({ isWithdrawn: false })
  const back = moved.length
  await producer.until(
    (lines) => lines.length >= back + 20 && brokersOf(lines, 20).join() === both.join()
  )
  expect(await producer.stop()).toBe(0)
  const sent = producer.lines.length
  await consumer.until((lines) => lines.filter(({ body }) => body !== undefined).length >= sent)
})
