/** Nameserver, brokers and clients on real sockets and real files, gone when the test ends. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createAdmin, type Admin } from '../../../src/main/admin/admin'
import { systemClock } from '../../../src/main/base/clock'
import { nodeDisk } from '../../../src/main/base/disk'
import { silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import { startBroker, type RunningBroker } from '../../../src/main/broker/startBroker'
import { DefaultMQProducer } from '../../../src/main/client/defaultMQProducer'
import {
  DefaultMQPushConsumer,
  type PushConsumerOptions
} from '../../../src/main/client/defaultMQPushConsumer'
import type { MessageExt } from '../../../src/main/client/messageExt'
import { MQClientInstance } from '../../../src/main/client/mqClientInstance'
import type { RunningNameserver } from '../../../src/main/nameserver/startNameserver'
import { nameserver, remotingClient, tempFolder } from '../nameserver/nameservers'

export interface TestCluster {
  namesrv: RunningNameserver
  admin: Admin
  /** Starts a broker, or the one of that name again after it was stopped: same folder, same port. */
  broker: (
    name?: string,
    properties?: Record<string, string>,
    host?: string
  ) => Promise<RunningBroker>
  /** A client instance of its own, as another process would have. */
  client: () => MQClientInstance
  producer: () => Promise<DefaultMQProducer>
  consumer: (options: Omit<PushConsumerOptions, 'client'>) => Promise<DefaultMQPushConsumer>
}

const once = (stop: () => Promise<void>): (() => Promise<void>) => {
  let stopped: Promise<void> | undefined
  return () => (stopped ??= stop())
}

export const testCluster = async (): Promise<TestCluster> => {
  const folder = tempFolder()
  const namesrv = await nameserver()
  const ports = new Map<string, number>()
  const addresses = (): readonly string[] => [namesrv.address]

  const broker: TestCluster['broker'] = async (
    name = 'broker-a',
    properties = {},
    host = '127.0.0.1'
  ) => {
    const running = await startBroker({
      clock: systemClock,
      disk: nodeDisk,
      random: systemRandom,
      log: silentLog,
      folder: join(folder, name),
      host,
      properties: {
        brokerName: name,
        listenPort: String(ports.get(name) ?? 0),
        namesrvAddr: namesrv.address,
        ...properties
      },
      vipChannel: false,
      onReport: () => undefined,
      onPropertiesChanged: () => undefined
    })
    ports.set(name, running.port)
    const stop = once(() => running.stop())
    onTestFinished(stop)
    return { ...running, stop }
  }

  const client: TestCluster['client'] = () => {
    const instance = new MQClientInstance({
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      namesrvAddresses: addresses
    })
    onTestFinished(() => instance.close())
    return instance
  }

  return {
    namesrv,
    admin: createAdmin({
      client: remotingClient(),
      clock: systemClock,
      namesrvAddresses: addresses
    }),
    broker,
    client,
    producer: async () => {
      const producer = new DefaultMQProducer(client(), 'PG')
      await producer.start()
      onTestFinished(() => producer.stop())
      return producer
    },
    consumer: async (options) => {
      const consumer = new DefaultMQPushConsumer({ client: client(), ...options })
      await consumer.start()
      onTestFinished(() => consumer.stop())
      return consumer
    }
  }
}

/** Collects what a listener gets, and says when enough came. */
export class Inbox {
  readonly messages: MessageExt[] = []
  private waiters: { count: number; resolve: () => void }[] = []

  readonly listener = (message: MessageExt): void => {
    this.messages.push(message)
    this.waiters = this.waiters.filter(({ count, resolve }) => {
      if (this.messages.length < count) return true
      resolve()
      return false
    })
  }

  /** Resolves when `count` messages came altogether. */
  reaches(count: number): Promise<void> {
    if (this.messages.length >= count) return Promise.resolve()
    return new Promise((resolve) => this.waiters.push({ count, resolve }))
  }

  get bodies(): string[] {
    return this.messages.map(({ body }) => body.toString('utf8'))
  }
}

/** Asks again and again until the answer satisfies; each question is a round trip, so it waits for events, not for time. */
export const until = async <T>(
  ask: () => Promise<T>,
  satisfied: (value: T) => boolean
): Promise<T> => {
  for (;;) {
    const value = await ask()
    if (satisfied(value)) return value
  }
}
