/** Our own consumers that broadcast, and those that keep order across members and failures. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock, type Clock } from '../../../src/main/base/clock'
import { DefaultMQPushConsumer } from '../../../src/main/client/defaultMQPushConsumer'
import { LOCK_INTERVAL_MS } from '../../../src/main/client/queueLocks'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { messageQueue } from '../../../src/main/protocol/bodies/messageQueue'
import { jsonBody } from '../../../src/main/protocol/bodies/rocketmqJson'
import type { MessageExt } from '../../../src/main/client/messageExt'
import { remotingClient } from '../nameserver/nameservers'
import { Inbox, testCluster, until, type TestCluster } from './cluster'
import { clientOf } from './scriptedBroker'

const first = { consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET' } as const
const onT: [string, string][] = [['T', '*']]

const withTopic = async (queues: number): Promise<TestCluster> => {
  const cluster = await testCluster()
  await cluster.broker()
  await cluster.admin.updateTopic({ topicName: 'T', readQueueNums: queues, writeQueueNums: queues, perm: 6 }) // prettier-ignore
  return cluster
}

const send = async (cluster: TestCluster, count: number): Promise<void> => {
  const producer = await cluster.producer()
  for (let i = 0; i < count; i++) await producer.send({ topic: 'T', body: Buffer.from(`m${i}`) })
}

const bodies = (count: number) => Array.from({ length: count }, (_, i) => `m${i}`).sort()

describe('a broadcasting group', () => {
  const broadcast = { ...first, group: 'BG', subscription: onT, messageModel: 'BROADCASTING' } as const // prettier-ignore

  test('gives every message to each member, once, also where it fails; the broker keeps no offsets', async () => {
    const cluster = await withTopic(4)
    await send(cluster, 12)
    const [one, two] = [new Inbox(), new Inbox()]
    const failing = (message: MessageExt) => {
      two.listener(message)
      throw new Error('not today')
    }
    const members = [
      await cluster.consumer({ ...broadcast, listener: one.listener }),
      await cluster.consumer({ ...broadcast, listener: failing })
    ]
    await Promise.all([one.reaches(12), two.reaches(12)])
    expect(one.bodies.sort()).toEqual(bodies(12))
    expect(two.bodies.sort()).toEqual(bodies(12))
    expect(members.map(({ assignment }) => assignment.length)).toEqual([4, 4])
    for (const member of members) await member.stop()
    const { offsets } = await cluster.admin.examineConsumeStats('BG', 'T')
    expect(offsets.map(({ consumerOffset }) => consumerOffset)).toEqual([0, 0, 0, 0])
  })

  test('begins a new member where it wishes: at the end', async () => {
    const cluster = await withTopic(1)
    await send(cluster, 3)
    const inbox = new Inbox()
    const options = { ...broadcast, consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' } as const
    await cluster.consumer({ ...options, listener: inbox.listener })
    await send(cluster, 1)
    await inbox.reaches(1)
    expect(inbox.messages.map(({ queueOffset }) => queueOffset)).toEqual([3])
  })
})

/** Locks and unlocks queue 0 of T in the name of any member. */
const locker = async ({ admin }: TestCluster) => {
  const [broker] = await admin.listBrokers()
  return (code: number, clientId: string) => {
    const body = { consumerGroup: 'OG', clientId, mqSet: [messageQueue('T', 'broker-a', 0)] }
    return remotingClient().call(broker!.address, { code, body: jsonBody(body) }, 5000)
  }
}

describe('in order', () => {
  const orderly = { ...first, group: 'OG', subscription: onT, isOrderly: true }

  test('a message that fails comes again before the next one, counted', async () => {
    const cluster = await withTopic(1)
    await send(cluster, 3)
    const inbox = new Inbox()
    await cluster.consumer({
      ...orderly,
      listener: (message) => {
        inbox.listener(message)
        const isBad = message.body.toString() === 'm1' && message.reconsumeTimes < 2
        return isBad ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS'
      }
    })
    await inbox.reaches(5)
    expect(inbox.bodies).toEqual(['m0', 'm1', 'm1', 'm1', 'm2'])
    expect(inbox.messages.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual([0, 0, 1, 2, 0])
  })

  test('a queue that another member has locked is left alone until it is free', async () => {
    const cluster = await withTopic(2)
    const tell = await locker(cluster)
    await tell(RequestCode.LOCK_BATCH_MQ, 'other')
    const inbox = new Inbox()
    const member = await cluster.consumer({ ...orderly, listener: inbox.listener })
    const mine = () =>
      member.assignment.filter(({ topic }) => topic === 'T').map(({ queueId }) => queueId)
    expect(mine()).toEqual([1])
    await send(cluster, 4)
    await inbox.reaches(2)
    await tell(RequestCode.UNLOCK_BATCH_MQ, 'other')
    await inbox.reaches(4)
    expect(mine().sort()).toEqual([0, 1])
    expect(inbox.bodies.sort()).toEqual(bodies(4))
  })

  test('a queue whose lock is lost is given up, until it can be had again', async () => {
    const cluster = await withTopic(1)
    await send(cluster, 2)
    const hurried: Clock = {
      ...systemClock,
      real: {
        ...systemClock.real,
        every: (ms, callback) => systemClock.real.every(ms === LOCK_INTERVAL_MS ? 50 : ms, callback)
      }
    }
    const client = clientOf([cluster.namesrv.address], hurried)
    const inbox = new Inbox()
    const member = new DefaultMQPushConsumer({ ...orderly, client, listener: inbox.listener })
    await member.start()
    onTestFinished(() => member.stop())
    await inbox.reaches(2)
    const tell = await locker(cluster)
    const isTaken = async (clientId: string): Promise<boolean> => {
      const { body } = await tell(RequestCode.LOCK_BATCH_MQ, clientId)
      return String(body).includes('"topic":"T"')
    }
    // Between the two another renewal may come first.
    const steal = async (): Promise<boolean> => {
      await tell(RequestCode.UNLOCK_BATCH_MQ, client.clientId)
      return isTaken('thief')
    }
    await until(steal, (isStolen) => isStolen)
    const queues = async () => {
      await isTaken('thief')
      return member.assignment.filter(({ topic }) => topic === 'T')
    }
    await until(queues, (all) => all.length === 0)
    await send(cluster, 1)
    expect(await queues()).toEqual([])
    expect(inbox.messages).toHaveLength(2)
    await tell(RequestCode.UNLOCK_BATCH_MQ, 'thief')
    // What was not committed before the loss comes again.
    const hasNewest = ({ messages }: Inbox) => messages.some(({ queueOffset }) => queueOffset === 2)
    for (let count = 3; !hasNewest(inbox); count++) await inbox.reaches(count)
  })

  test('a queue changes hands only when its message is through, and nothing is lost or repeated', async () => {
    const cluster = await withTopic(2)
    await send(cluster, 20)
    const records: { who: string; queueId: number; offset: number; step: 'begin' | 'end' }[] = []
    const inbox = new Inbox()
    let letGo: () => void = () => undefined
    const held = new Promise<void>((resolve) => (letGo = resolve))
    let inHand = 0
    let onBoth: () => void = () => undefined
    const both = new Promise<void>((resolve) => (onBoth = resolve))
    const member = (who: string) =>
      cluster.consumer({
        ...orderly,
        listener: async (message) => {
          const { queueId, queueOffset: offset } = message
          records.push({ who, queueId, offset, step: 'begin' })
          // The first member stops in the middle of each queue until the second one is there.
          if (who === 'one' && offset === 3) {
            if (++inHand === 2) onBoth()
            await held
          }
          records.push({ who, queueId, offset, step: 'end' })
          inbox.listener(message)
        }
      })
    const one = await member('one')
    await both
    const joining = member('two')
    await until(
      () => cluster.admin.examineConsumerConnectionInfo('OG'),
      (info) => info?.connections.length === 2
    )
    letGo()
    const two = await joining
    await inbox.reaches(20)
    expect([...one.assignment, ...two.assignment].filter(({ topic }) => topic === 'T')).toHaveLength(2) // prettier-ignore
    for (const queueId of [0, 1]) {
      const record = records.filter((each) => each.queueId === queueId)
      expect(record.map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, i) => i >> 1)) // prettier-ignore
      expect(record.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'begin' : 'end'))) // prettier-ignore
    }
  })
})
