import { expect, test } from 'vitest'
import { gather, inParallel, MAX_PARALLEL_CALLS, onEvery, type BrokerRef } from './adminCall'

const brokers = (count: number): BrokerRef[] =>
  Array.from({ length: count }, (_, i) => ({
    cluster: 'C',
    brokerName: `b${i}`,
    brokerId: 0,
    address: `127.0.0.1:${i + 1}`
  }))

test('calls run in parallel up to the limit, and answers keep their order', async () => {
  let [running, most] = [0, 0]
  const releases: (() => void)[] = []
  const asked = inParallel(brokers(20), async ({ brokerName }) => {
    most = Math.max(most, ++running)
    await new Promise<void>((resolve) => releases.push(resolve))
    running--
    return brokerName
  })
  while (releases.length > 0) {
    releases.pop()?.()
    await Promise.resolve().then(() => undefined)
    await new Promise<void>((resolve) => process.nextTick(resolve))
  }
  const outcomes = await asked
  expect(most).toBe(MAX_PARALLEL_CALLS)
  expect(outcomes.map((o) => o.status === 'fulfilled' && o.value)).toEqual(
    brokers(20).map((b) => b.brokerName)
  )
})

const failFor =
  (name: string) =>
  async ({ brokerName }: BrokerRef) => {
    if (brokerName === name) throw new Error(`${name} is down`)
    return brokerName
  }

test('what one broker does not answer does not hide the others', async () => {
  const { answers, failures } = await gather(brokers(3), failFor('b1'))
  expect(answers.map((a) => a.value)).toEqual(['b0', 'b2'])
  expect(failures.map((f) => [f.broker.brokerName, f.error.message])).toEqual([
    ['b1', 'b1 is down']
  ])
})

test('when nobody answers the failure is thrown', async () => {
  await expect(gather(brokers(1), failFor('b0'))).rejects.toThrow('b0 is down')
})

test('what every broker must do fails when one does not', async () => {
  const done: string[] = []
  await expect(
    onEvery(brokers(3), async (broker) => {
      await failFor('b0')(broker)
      done.push(broker.brokerName)
    })
  ).rejects.toThrow('b0 is down')
  expect(done).toEqual(['b1', 'b2'])
})
