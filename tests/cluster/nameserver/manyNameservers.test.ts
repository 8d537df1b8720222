/** Several nameservers that know nothing of each other: what clients notice when they go, and how a broker vanishes. */
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAdmin } from '../../../src/main/admin/admin'
import { ManualClock, systemClock, type Clock } from '../../../src/main/base/clock'
import { nodeDisk } from '../../../src/main/base/disk'
import { FaultyLines } from '../../../src/main/base/faultyLines'
import { silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import { startBroker, type RunningBroker } from '../../../src/main/broker/startBroker'
import { DefaultMQProducer } from '../../../src/main/client/defaultMQProducer'
import { DefaultMQPushConsumer } from '../../../src/main/client/defaultMQPushConsumer'
import { MQClientInstance } from '../../../src/main/client/mqClientInstance'
import type { RunningNameserver } from '../../../src/main/nameserver/startNameserver'
import { Inbox, until } from '../client/cluster'
import { nameserver, remotingClient, tempFolder } from './nameservers'

const TOPIC = 'T'
const settings = { topicName: TOPIC, readQueueNums: 1, writeQueueNums: 1, perm: 6 }

/** Java: brokerChannelExpiredTime. */
const BROKER_EXPIRED_MS = 120_000

const adminOf = (addresses: readonly string[]) =>
  createAdmin({
    client: remotingClient(),
    clock: systemClock,
    namesrvAddresses: () => addresses
  })

const clusterOf = (addresses: readonly string[]) => {
  const folder = tempFolder()
  const client = (): MQClientInstance => {
    const instance = new MQClientInstance({
      ...{ clock: systemClock, random: systemRandom, log: silentLog },
      namesrvAddresses: () => addresses
    })
    onTestFinished(() => instance.close())
    return instance
  }
  return {
    admin: adminOf(addresses),
    client,
    broker: async (name: string, lines?: FaultyLines): Promise<RunningBroker> => {
      const running = await startBroker({
        ...{ clock: systemClock, disk: nodeDisk, random: systemRandom, log: silentLog, lines },
        folder: join(folder, name),
        host: '127.0.0.1',
        properties: { brokerName: name, listenPort: '0', namesrvAddr: addresses.join(';') },
        vipChannel: false,
        onReport: () => undefined,
        onPropertiesChanged: () => undefined
      })
      let stopped: Promise<void> | undefined
      const stop = (): Promise<void> => (stopped ??= running.stop())
      onTestFinished(stop)
      return { ...running, stop }
    },
    producer: () => new DefaultMQProducer(client(), 'PG'),
    inbox: async (): Promise<Inbox> => {
      const inbox = new Inbox()
      const consumer = new DefaultMQPushConsumer({
        ...{ client: client(), group: 'CG', listener: inbox.listener },
        subscription: [[TOPIC, '*']],
        consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET'
      })
      await consumer.start()
      onTestFinished(() => consumer.stop())
      return inbox
    }
  }
}

const namesAt = async (address: string): Promise<string[]> =>
  (await adminOf([address]).listBrokers()).map(({ brokerName }) => brokerName).sort()

const setUp = async (count: number) => {
  const namesrvs = await Promise.all(Array.from({ length: count }, () => nameserver()))
  const addresses = namesrvs.map(({ address }) => address)
  const cluster = clusterOf(addresses)
  await Promise.all([cluster.broker('broker-a'), cluster.broker('broker-b')])
  await cluster.admin.updateTopic(settings)
  return { ...cluster, namesrvs, addresses }
}

const send = async (producer: DefaultMQProducer, count: number): Promise<string[]> => {
  const brokers: string[] = []
  for (let i = 0; i < count; i++) {
    const { sendStatus, messageQueue } = await producer.send({ topic: TOPIC, body: Buffer.from('x') }) // prettier-ignore
    expect(sendStatus).toBe('SEND_OK')
    brokers.push(messageQueue.brokerName)
  }
  return brokers
}

describe('three nameservers', () => {
  test('each know every broker and every topic', async () => {
    const { addresses } = await setUp(3)
    for (const address of addresses) {
      expect(await namesAt(address)).toEqual(['broker-a', 'broker-b'])
      const { queueDatas } = await adminOf([address]).examineTopicRouteInfo(TOPIC)
      expect(queueDatas.map(({ brokerName }) => brokerName).sort()).toEqual([
        'broker-a',
        'broker-b'
      ])
    }
  })

  test('can be lost but for one, and nobody notices: neither who is connected nor who comes', async () => {
    const { namesrvs, producer, inbox, admin } = await setUp(3)
    const sender = producer()
    const received = await inbox()
    await send(sender, 4)
    await Promise.all(namesrvs.slice(0, 2).map((one) => one.stop()))
    await send(sender, 4)
    await send(producer(), 4)
    await received.reaches(12)
    await admin.examineTopicRouteInfo(TOPIC)
  })

  test('can all be lost: who is connected goes on with the routes it has', async () => {
    const { namesrvs, producer, inbox } = await setUp(2)
    const sender = producer()
    const received = await inbox()
    await send(sender, 2)
    await received.reaches(2)
    await Promise.all(namesrvs.map((one) => one.stop()))
    expect(new Set(await send(sender, 8))).toEqual(new Set(['broker-a', 'broker-b']))
    await received.reaches(10)
  })

  test('that are back hear of the brokers again', async () => {
    const { namesrvs, addresses, producer } = await setUp(2)
    await Promise.all(namesrvs.map((one) => one.stop()))
    for (const { port } of namesrvs) await nameserver({ port })
    for (const address of addresses)
      await until(
        () => namesAt(address),
        (names) => names.length === 2
      )
    await send(producer(), 4)
  })

  test('are changed together when a broker stops taking messages', async () => {
    const { addresses, admin } = await setUp(3)
    await admin.wipeWritePermOfBroker('broker-a')
    const perms = (): Promise<number[]> =>
      Promise.all(
        addresses.map(async (address) => {
          const { queueDatas } = await adminOf([address]).examineTopicRouteInfo(TOPIC)
          return queueDatas.find(({ brokerName }) => brokerName === 'broker-a')!.perm
        })
      )
    expect(await perms()).toEqual([4, 4, 4])
    await admin.addWritePermOfBroker('broker-a')
    expect(await perms()).toEqual([6, 6, 6])
  })
})

test('a broker that takes no messages any more is drained: producers go elsewhere, consumers stay', async () => {
  const { admin, producer, inbox } = await setUp(1)
  expect(new Set(await send(producer(), 8))).toEqual(new Set(['broker-a', 'broker-b']))
  await admin.wipeWritePermOfBroker('broker-a')
  expect(new Set(await send(producer(), 8))).toEqual(new Set(['broker-b']))
  const received = await inbox()
  await received.reaches(16)
  await admin.addWritePermOfBroker('broker-a')
  expect(new Set(await send(producer(), 8))).toEqual(new Set(['broker-a', 'broker-b']))
})

test('it takes them again once it registers with other topics than before', async () => {
  const { admin, producer } = await setUp(1)
  await admin.wipeWritePermOfBroker('broker-a')
  await admin.updateTopic({ ...settings, topicName: 'Another' })
  await admin.updateTopic({ ...settings, readQueueNums: 2, writeQueueNums: 2 })
  expect(await send(producer(), 8)).toContain('broker-a')
})

describe('a broker that dies', () => {
  /** Its leases on a clock the test moves; its connections on the machine's. */
  const onSteppedTime = async () => {
    const stepped = new ManualClock()
    const clock: Clock = Object.assign(Object.create(stepped) as Clock, { real: stepped })
    const namesrv: RunningNameserver = await nameserver({ clock })
    const lines = new FaultyLines({
      clock: systemClock,
      random: systemRandom,
      own: { add: () => undefined, remove: () => undefined, has: () => false }
    })
    const { broker } = clusterOf([namesrv.address])
    const running = await broker('broker-a', lines)
    onTestFinished(() => lines.set([]))
    return { stepped, namesrv, lines, running, known: () => namesAt(namesrv.address) }
  }

  test('without a word is known until its time is over, and no longer', async () => {
    const { stepped, namesrv, lines, known } = await onSteppedTime()
    lines.set([{ peer: [namesrv.port], inbound: true, outbound: true, effect: 'cut' }])
    stepped.advance(BROKER_EXPIRED_MS - 5000)
    expect(await known()).toEqual(['broker-a'])
    stepped.advance(10_001)
    expect(await known()).toEqual([])
  })

  test('and closes its sockets vanishes at once', async () => {
    const { namesrv, lines, known } = await onSteppedTime()
    expect(await known()).toEqual(['broker-a'])
    lines.set([{ peer: [namesrv.port], inbound: true, outbound: true, effect: 'refuse' }])
    await until(known, (names) => names.length === 0)
  })

  test('that is stopped says so itself', async () => {
    const { running, known } = await onSteppedTime()
    await running.stop()
    expect(await known()).toEqual([])
  })
})
