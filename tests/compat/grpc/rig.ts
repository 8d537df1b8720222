/** Nameserver, brokers and a proxy on real sockets, with the stock npm client of RocketMQ 5 before it. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import npm, { type Producer, type PushConsumer, type SimpleConsumer } from 'rocketmq-client-nodejs'
import { systemClock } from '../../../src/main/base/clock'
import { nodeDisk } from '../../../src/main/base/disk'
import { silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import {
  defaultSubscriptionGroupConfig,
  type SubscriptionGroupConfig
} from '../../../src/main/protocol/bodies/subscriptionGroup'
import {
  startProxy,
  type ProxyOptions,
  type RunningProxy
} from '../../../src/main/proxy/startProxy'
import { testCluster, type TestCluster } from '../../cluster/client/cluster'
import { tempFolder } from '../../cluster/nameserver/nameservers'

type ProducerOptions = ConstructorParameters<typeof Producer>[0]
type SimpleOptions = ConstructorParameters<typeof SimpleConsumer>[0]
type PushOptions = ConstructorParameters<typeof PushConsumer>[0]
/** What the rig fills in. */
type Given<T> = Omit<T, 'endpoints' | 'namespace' | 'logger'>

export interface TopicOptions {
  queues?: number
  /** `message.type`; absent: any. */
  type?: 'NORMAL' | 'FIFO' | 'DELAY' | 'TRANSACTION'
}

export interface GrpcRig extends TestCluster {
  /** Starts the proxy, or again at the same port after it was stopped. */
  startProxy: (
    properties?: Record<string, string>,
    more?: Partial<Pick<ProxyOptions, 'onClients' | 'onStranger'>>
  ) => Promise<RunningProxy>
  /** `127.0.0.1:port`, as npm takes it. */
  endpoints: () => string
  /** On every master there is. */
  topic: (name: string, options?: TopicOptions) => Promise<void>
  group: (name: string, config?: Partial<SubscriptionGroupConfig>) => Promise<void>
  npmProducer: (options?: Given<ProducerOptions>) => Promise<Producer>
  npmSimple: (options: Given<SimpleOptions>) => Promise<SimpleConsumer>
  npmPush: (options: Given<PushOptions>) => Promise<PushConsumer>
}

/** npm's own one writes files below the home folder. */
export const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined
} as unknown as NonNullable<ProducerOptions['logger']>

/** Without a proxy yet, so that a test starts its own brokers first. */
export const grpcCluster = async (): Promise<GrpcRig> => {
  const cluster = await testCluster()
  const folder = join(tempFolder(), 'proxy')
  let port = 0

  const begin: GrpcRig['startProxy'] = async (properties = {}, more = {}) => {
    const running = await startProxy({
      ...{ clock: systemClock, random: systemRandom, disk: nodeDisk, log: silentLog },
      ...{ host: '127.0.0.1', port, folder, properties, ...more },
      namesrvAddresses: () => [cluster.namesrv.address]
    })
    port = running.port
    let stopped: Promise<void> | undefined
    const stop = (): Promise<void> => (stopped ??= running.stop())
    onTestFinished(stop)
    return { ...running, stop }
  }
  const given = () => ({ endpoints: `127.0.0.1:${port}`, namespace: '', logger: quiet })
  const started = async <T extends { startup(): Promise<void>; shutdown(): Promise<void> }>(
    client: T
  ): Promise<T> => {
    let isDown = false
    const shutdown = client.shutdown.bind(client)
    client.shutdown = async () => {
      if (isDown) return
      isDown = true
      await shutdown()
    }
    await client.startup()
    onTestFinished(() => client.shutdown())
    return client
  }

  return {
    ...cluster,
    startProxy: begin,
    endpoints: () => `127.0.0.1:${port}`,
    topic: async (topicName, { queues = 4, type } = {}) => {
      await cluster.admin.updateTopic({
        ...{ topicName, readQueueNums: queues, writeQueueNums: queues, perm: 6 },
        ...(type && { attributes: `+message.type=${type}` })
      })
    },
    group: async (name, config = {}) => {
      await cluster.admin.updateSubGroup({ ...defaultSubscriptionGroupConfig(name), ...config })
    },
    npmProducer: (options = {}) => started(new npm.Producer({ ...given(), ...options })),
    npmSimple: (options) => started(new npm.SimpleConsumer({ ...given(), ...options })),
    npmPush: (options) => started(new npm.PushConsumer({ ...given(), ...options }))
  }
}

/** One broker and the proxy. */
export const grpcRig = async (
  properties: Record<string, string> = {},
  brokerProperties: Record<string, string> = {}
): Promise<GrpcRig> => {
  const rig = await grpcCluster()
  await rig.broker('broker-a', brokerProperties)
  await rig.startProxy(properties)
  return rig
}
