import type { Clock } from '../base/clock'
import { Disposables } from '../base/disposable'
import type { Log } from '../base/log'
import type { Random } from '../base/random'
import type { ConsumerData } from '../protocol/bodies/heartbeat'
import { messageQueue } from '../protocol/bodies/messageQueue'
import { jsonBody } from '../protocol/bodies/rocketmqJson'
import { RequestCode } from '../protocol/codes/requestCode'
import {
  NotifyConsumerIdsChangedRequestHeader,
  UnregisterClientRequestHeader
} from '../protocol/headers/consume'
import { signedWith } from '../protocol/aclSignature'
import type { SessionCredentials } from '../protocol/sessionCredentials'
import { RemotingClient } from '../remoting/client'
import { dispatcher, route } from '../remoting/route'
import type { MessageClientIDSetter } from '../protocol/message/messageClientIDSetter'
import { buildMQClientId, messageIds } from './clientId'
import { consumeMessageDirectly } from './consumeMessageDirectly'
import { NamesrvClient } from './namesrvClient'
import type { MessageListener } from './processQueue'
import { MASTER_ID, RouteCache } from './routeCache'

/** Java: pollNameServerInterval. */
export const POLL_NAMESERVER_MS = 30_000
/** Java: heartbeatBrokerInterval. */
export const HEARTBEAT_BROKER_MS = 30_000
/** Java: mqClientApiTimeout. */
export const CLIENT_API_TIMEOUT_MS = 3000

export interface MQClientOptions {
  clock: Clock
  random: Random
  log: Log
  namesrvAddresses: () => readonly string[]
  /** Whom it signs as; absent: nobody. */
  credentials?: SessionCredentials | undefined
  /** Part of the client id; absent: one that nobody else has. */
  instanceName?: string
}

/** What a consumer tells the instance that speaks for it. */
export interface ConsumerInner {
  readonly group: string
  consumerData(): ConsumerData
  /** Gets what a person delivers by hand, beside everything else. */
  readonly listener: MessageListener
  /** Members or routes changed: who consumes what must be settled again. */
  rebalanceImmediately(): void
}

/**
 * One client of a cluster: its connections, routes and heartbeats, shared by its producers and consumers.
 * Java: MQClientInstance.
 */
export class MQClientInstance {
  readonly clientId: string
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
  readonly remoting: RemotingClient
  readonly namesrv: NamesrvClient
  readonly routes: RouteCache
  readonly ids: MessageClientIDSetter
  private readonly producerGroups = new Map<string, number>()
  private readonly consumers = new Map<string, ConsumerInner>()
  private readonly disposables = new Disposables()
  /** Brokers that had a heartbeat, answered or not. */
  private greeted = new Set<string>()

  constructor(options: MQClientOptions) {
    const { clock, random, log, namesrvAddresses } = options
    this.clock = clock
    this.log = log
    this.random = random
    this.clientId = buildMQClientId(random, options.instanceName)
    this.ids = messageIds(clock, random)
    this.remoting = new RemotingClient({
      clock: clock.real,
      log,
      handler: dispatcher([this.onIdsChanged(), this.onMessageDirectly()]),
      beforeRequest: signedWith(options.credentials)
    })
    this.namesrv = new NamesrvClient({ client: this.remoting, addresses: namesrvAddresses, random })
    this.routes = new RouteCache({ namesrv: this.namesrv, log })
    this.disposables.add(
      this.routes.changed.on(() => {
        this.greetNewBrokers()
        for (const consumer of this.consumers.values()) consumer.rebalanceImmediately()
      })
    )
    this.disposables.add(clock.real.every(POLL_NAMESERVER_MS, () => void this.routes.refreshAll()))
    this.disposables.add(
      clock.real.every(HEARTBEAT_BROKER_MS, () => void this.sendHeartbeatToAllBrokers())
    )
  }

  async registerProducer(group: string): Promise<void> {
    this.producerGroups.set(group, (this.producerGroups.get(group) ?? 0) + 1)
    await this.sendHeartbeatToAllBrokers()
  }

  async unregisterProducer(group: string): Promise<void> {
    const left = (this.producerGroups.get(group) ?? 1) - 1
    if (left > 0) {
      this.producerGroups.set(group, left)
      return
    }
    this.producerGroups.delete(group)
    await this.unregisterFromAll({ producerGroup: group })
  }

  /** @throws Error when this instance has a consumer of that group: two would get one member's share. */
  registerConsumer(consumer: ConsumerInner): void {
    if (this.consumers.has(consumer.group))
      throw new Error(`this client has a consumer of ${consumer.group} already`)
    this.consumers.set(consumer.group, consumer)
  }

  async unregisterConsumer(consumer: ConsumerInner): Promise<void> {
    if (this.consumers.get(consumer.group) !== consumer) return
    this.consumers.delete(consumer.group)
    await this.unregisterFromAll({ consumerGroup: consumer.group })
  }

  /** Masters always, slaves too while there are consumers. A broker that cannot be reached hears the next one. */
  async sendHeartbeatToAllBrokers(): Promise<void> {
    if (this.producerGroups.size === 0 && this.consumers.size === 0) return
    const body = jsonBody({
      clientID: this.clientId,
      consumerDataSet: [...this.consumers.values()].map((consumer) => consumer.consumerData()),
      heartbeatFingerprint: 0,
      producerDataSet: [...this.producerGroups.keys()].map((groupName) => ({ groupName })),
      withoutSub: false
    })
    const addresses = this.heartbeatAddresses()
    this.greeted = new Set(addresses)
    await this.tellAll(addresses, { code: RequestCode.HEART_BEAT, body })
  }

  /** Closes the connections; producers and consumers should have been stopped before. */
  close(): void {
    this.disposables.dispose()
    this.remoting.close()
  }

  /** A broker that a route just made known need not wait for the next round to know us. */
  private greetNewBrokers(): void {
    if (this.heartbeatAddresses().some((address) => !this.greeted.has(address)))
      void this.sendHeartbeatToAllBrokers()
  }

  private heartbeatAddresses(): string[] {
    const wanted = (id: string): boolean => id === MASTER_ID || this.consumers.size > 0
    const addresses = this.routes
      .brokers()
      .flatMap((b) => Object.entries(b.brokerAddrs).flatMap(([id, a]) => (wanted(id) ? [a] : [])))
    return [...new Set(addresses)]
  }

  private async unregisterFromAll(group: {
    producerGroup?: string
    consumerGroup?: string
  }): Promise<void> {
    const extFields = UnregisterClientRequestHeader.encode({ clientID: this.clientId, ...group })
    const addresses = this.routes.brokers().flatMap((b) => Object.values(b.brokerAddrs))
    await this.tellAll([...new Set(addresses)], { code: RequestCode.UNREGISTER_CLIENT, extFields })
  }

  private async tellAll(
    addresses: readonly string[],
    request: Parameters<RemotingClient['call']>[1]
  ): Promise<void> {
    await Promise.all(
      addresses.map((address) =>
        this.remoting.call(address, request, CLIENT_API_TIMEOUT_MS).catch((error: unknown) => {
          this.log.debug(`${address}: ${String(error)}`)
        })
      )
    )
  }

  private onMessageDirectly() {
    return consumeMessageDirectly(this.clock.real, (group) => {
      const listener = this.consumers.get(group)?.listener
      return (
        listener &&
        ((message) =>
          listener(message, messageQueue(message.topic, message.brokerName, message.queueId)))
      )
    })
  }

  private onIdsChanged() {
    return route(
      RequestCode.NOTIFY_CONSUMER_IDS_CHANGED,
      NotifyConsumerIdsChangedRequestHeader,
      ({ header }) => {
        this.consumers.get(header.consumerGroup)?.rebalanceImmediately()
        return undefined
      }
    )
  }
}
