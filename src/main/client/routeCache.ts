import { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import type { BrokerData, TopicRouteData } from '../protocol/bodies/route'
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'
import type { NamesrvClient } from './namesrvClient'

/** Routes kept; beyond it the one asked for least recently is forgotten and asked again when needed. */
export const MAX_CACHED_ROUTES = 2000

/** Broker id of a master, as a key of `brokerAddrs`. */
export const MASTER_ID = '0'

interface Deps {
  namesrv: Pick<NamesrvClient, 'topicRoute'>
  log: Log
}

/** Routes of the topics in use. Java: MQClientInstance.topicRouteTable, updateTopicRouteInfoFromNameServer. */
export class RouteCache {
  /** A topic's route is not what it was. */
  readonly changed = new Emitter<string>()
  private readonly routes = new Map<string, TopicRouteData>()
  private readonly asking = new Map<string, Promise<TopicRouteData>>()

  constructor(private readonly deps: Deps) {}

  /** From memory, or asked once. @throws RemotingError TOPIC_NOT_EXIST, RemotingConnectError, RemotingTimeoutError. */
  async get(topic: string): Promise<TopicRouteData> {
    const known = this.routes.get(topic)
    if (!known) return this.refresh(topic)
    this.routes.delete(topic)
    this.routes.set(topic, known)
    return known
  }

  /** Undefined where no broker serves the topic. */
  async find(topic: string): Promise<TopicRouteData | undefined> {
    try {
      return await this.get(topic)
    } catch (error) {
      if (error instanceof RemotingError && error.code === ResponseCode.TOPIC_NOT_EXIST)
        return undefined
      throw error
    }
  }

  /** Asks again, joining a question that is under way. */
  refresh(topic: string): Promise<TopicRouteData> {
    const under = this.asking.get(topic)
    if (under) return under
    const asked = this.ask(topic).finally(() => this.asking.delete(topic))
    this.asking.set(topic, asked)
    return asked
  }

  /** A route that cannot be had now stays as it is: a nameserver that just restarted knows nobody yet. */
  async refreshAll(): Promise<void> {
    await Promise.all(
      [...this.routes.keys()].map((topic) =>
        this.refresh(topic).catch((error: unknown) => {
          this.deps.log.debug(`route of ${topic}: ${String(error)}`)
        })
      )
    )
  }

  forget(topic: string): void {
    this.routes.delete(topic)
  }

  /** The master of a broker name, as the known routes tell it. @throws RemotingError SERVICE_NOT_AVAILABLE. */
  masterAddress(brokerName: string): string {
    const address = this.broker(brokerName)?.brokerAddrs[MASTER_ID]
    if (address !== undefined) return address
    throw new RemotingError(
      ResponseCode.SERVICE_NOT_AVAILABLE,
      `no route names a master of ${brokerName}; is that broker running?`
    )
  }

  /** Any address of a broker name, the master first. @throws RemotingError SERVICE_NOT_AVAILABLE. */
  brokerAddress(brokerName: string): string {
    const addrs = this.broker(brokerName)?.brokerAddrs ?? {}
    return addrs[MASTER_ID] ?? Object.values(addrs)[0] ?? this.masterAddress(brokerName)
  }

  private broker(brokerName: string): BrokerData | undefined {
    for (const route of this.routes.values()) {
      const broker = route.brokerDatas.find((b) => b.brokerName === brokerName)
      if (broker) return broker
    }
    return undefined
  }

  /** Each broker name once. */
  brokers(): BrokerData[] {
    const brokers = new Map<string, BrokerData>()
    for (const route of this.routes.values())
      for (const broker of route.brokerDatas) brokers.set(broker.brokerName, broker)
    return [...brokers.values()]
  }

  private async ask(topic: string): Promise<TopicRouteData> {
    const route = await this.deps.namesrv.topicRoute(topic)
    const before = this.routes.get(topic)
    this.routes.delete(topic)
    this.routes.set(topic, route)
    for (const oldest of this.routes.keys()) {
      if (this.routes.size <= MAX_CACHED_ROUTES) break
      this.routes.delete(oldest)
    }
    if (JSON.stringify(before) !== JSON.stringify(route)) this.changed.emit(topic)
    return route
  }
}
