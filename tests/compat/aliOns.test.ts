/** The stock Node client `ali-ons`, unmodified, in processes of its own, against the headless cluster. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTopic } from '../../bench/topic'
import { startHeadless, type Headless } from '../headless'
import { runScript, type Script } from './node/scripts'

let cluster: Headless
const namesrv = (): string => cluster.ready.namesrv[0]!
const brokerPort = (): number => Number(cluster.ready.brokers[0]!.address.split(':')[1])

beforeAll(async () => {
  cluster = await startHeadless({ args: settings })
})
afterAll(async () => {
  expect(await cluster.stop()).toBe(0)
})

/** Levels 3 and 4, of the first returns, are a second each. */
const settings = [
  ...['--set', 'autoCreateTopicEnable=false'],
  ...['--set', 'messageDelayLevel=1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s']
]

const bodies = (lines: readonly Record<string, unknown>[]): string[] =>
  lines.flatMap((line) => (typeof line.body === 'string' ? [line.body] : []))

const expected = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`).sort()

const produce = async (
  topic: string,
  count: number,
  prefix: string,
  tags = ['TagA']
): Promise<Script> => {
  const producer = runScript('aliOnsProducer.cjs', {
    namesrv: namesrv(),
    topic,
    count,
    prefix,
    tags
  })
  await producer.exited
  return producer
}

const consume = async (
  topic: string,
  group: string,
  subscription = '*',
  fails = 0
): Promise<Script> => {
  const consumer = runScript('aliOnsConsumer.cjs', {
    namesrv: namesrv(),
    topic,
    group,
    subscription,
    fails
  })
  await consumer.until((lines) => lines.some((line) => line.ready === true))
  return consumer
}

describe('producer and push consumer', () => {
  test('500 messages are sent with SEND_OK and consumed once each, whole', async () => {
    await createTopic(brokerPort(), 'AliOnsTopic', 4)
    const consumer = await consume('AliOnsTopic', 'ali_ons_all')
    const producer = await produce('AliOnsTopic', 500, 'm', ['TagA', 'TagB'])
    const sent = producer.lines
    expect(sent).toHaveLength(500)
    expect(new Set(sent.map((line) => line.sendStatus))).toEqual(new Set(['SEND_OK']))

    const received = await consumer.until((lines) => bodies(lines).length >= 500)
    expect(bodies(received).sort()).toEqual(expected('m', 500))
    for (const line of received.filter((l) => l.body !== undefined)) {
      const i = Number(String(line.body).slice(1))
      expect(line).toMatchObject({
        tags: i % 2 === 0 ? 'TagA' : 'TagB',
        keys: `key-m${i}`,
        lang: '中文',
        msgId: sent[i]!.msgId,
        // The client hands the answer's header over as it came: text.
        queueId: Number(sent[i]!.queueId),
        queueOffset: Number(sent[i]!.queueOffset)
      })
    }
    expect(await consumer.stop()).toBe(0)

    // What was committed is not delivered again, what came meanwhile is.
    await produce('AliOnsTopic', 20, 'later')
    const again = await consume('AliOnsTopic', 'ali_ons_all')
    const rest = await again.until((lines) => bodies(lines).length >= 20)
    expect(bodies(rest).sort()).toEqual(expected('later', 20))
    await again.stop()
  })

  test('only messages with a subscribed tag arrive', async () => {
    await createTopic(brokerPort(), 'AliOnsTags', 4)
    await produce('AliOnsTags', 60, 't', ['TagA', 'TagB', 'TagC'])
    const consumer = await consume('AliOnsTags', 'ali_ons_tags', 'TagA || TagC')
    const received = await consumer.until((lines) => bodies(lines).length >= 40)
    expect(bodies(received).sort()).toEqual(
      expected('t', 60)
        .filter((body) => Number(body.slice(1)) % 3 !== 1)
        .sort()
    )
    await consumer.stop()
  })

  test('messages that fail twice are sent back and come a third time', async () => {
    await createTopic(brokerPort(), 'AliOnsRetry', 1)
    const consumer = await consume('AliOnsRetry', 'ali_ons_retry', '*', 2)
    const sent = (await produce('AliOnsRetry', 3, 'again')).lines
    const received = await consumer.until((lines) => bodies(lines).length >= 9)
    for (let i = 0; i < 3; i++) {
      const mine = received.filter((line) => line.body === `again${i}`)
      expect(mine.map((line) => line.reconsumeTimes)).toEqual([0, 1, 2])
      for (const line of mine)
        expect(line).toMatchObject({ tags: 'TagA', keys: `key-again${i}`, lang: '中文' })
      expect(new Set(mine.slice(1).map((line) => line.origin)).size).toBe(1)
    }
    expect(sent).toHaveLength(3)
    await consumer.stop()
  })

  test('two members of a group share the queues', async () => {
    await createTopic(brokerPort(), 'AliOnsShared', 4)
    const members = [
      await consume('AliOnsShared', 'ali_ons_shared'),
      await consume('AliOnsShared', 'ali_ons_shared')
    ]
    const all = (): string[] => members.flatMap((member) => bodies(member.lines))
    const owners = (): Set<unknown>[] =>
      members.map(
        (member) => new Set(member.lines.map((l) => l.queueId).filter((q) => q !== undefined))
      )
    // Members rebalance each second; rounds are sent until each has been given messages.
    let round = 0
    const sent: string[] = []
    while (owners().some((queues) => queues.size === 0)) {
      const prefix = `r${round++}-`
      await produce('AliOnsShared', 8, prefix)
      sent.push(...expected(prefix, 8))
      await Promise.race(
        members.map((member) => member.until(() => sent.every((body) => all().includes(body))))
      )
    }
    expect(new Set(all())).toEqual(new Set(sent))
    for (const member of members) await member.stop()
  })
})

test('strict mode: a topic nobody created is refused', async () => {
  const producer = await produce('NobodyCreatedThis', 1, 'x')
  expect(await producer.exited).toBe(1)
  expect(producer.lines.at(-1)?.failed).toContain('NobodyCreatedThis')
})

test('messages survive a kill of the whole process', async () => {
  await createTopic(brokerPort(), 'AliOnsKilled', 4)
  const sent = (await produce('AliOnsKilled', 100, 'k')).lines
  expect(sent).toHaveLength(100)
  const { dataDir } = cluster
  await cluster.kill()
  cluster = await startHeadless({ dataDir, args: settings })
  const consumer = await consume('AliOnsKilled', 'ali_ons_killed')
  const received = await consumer.until((lines) => bodies(lines).length >= 100)
  expect(bodies(received).sort()).toEqual(expected('k', 100))
  await consumer.stop()
})
