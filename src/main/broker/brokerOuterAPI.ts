import type { RealTime } from '../base/clock'
import { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import { jsonBody, readJsonBody } from '../protocol/bodies/rocketmqJson'
import { readTopicRouteData, type TopicRouteData } from '../protocol/bodies/route'
import { topicConfigWrapperJson, type TopicConfig } from '../protocol/bodies/topicConfig'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  GetRouteInfoRequestHeader,
  RegisterBrokerRequestHeader,
  RegisterBrokerResponseHeader,
  UnRegisterBrokerRequestHeader
} from '../protocol/headers/namesrv'
import { bodyCrc32 } from '../protocol/message/messageCodec'
import { isReadable, isWriteable } from '../protocol/permName'
import type { ExtFields, RemotingRequest } from '../protocol/remotingCommand'
import type { RemotingClient } from '../remoting/client'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'
import type { HaMaster } from './ha/haService'
import { NamesrvLink } from './namesrvLink'
import type { TopicConfigManager } from './topicConfigManager'

/** An answer to a client waits at most this long for the nameservers to hear of what it asked for. */
const REGISTRATION_WAIT_MS = 1000

/** Java: TopicRouteInfoManager.GET_TOPIC_ROUTE_TIMEOUT. */
const ROUTE_TIMEOUT_MS = 3000

interface Deps {
  clock: RealTime
  log: Log
  client: Pick<RemotingClient, 'connectionTo'>
  config: Pick<
    BrokerConfig,
    'namesrvAddr' | 'registerNameServerPeriod' | 'registerBrokerTimeoutMills' | 'brokerPermission'
  >
  identity: BrokerIdentity
  topics: Pick<TopicConfigManager, 'all' | 'dataVersion' | 'size' | 'changed'>
}

/** Keeps every nameserver informed of this broker. Java: BrokerOuterAPI, BrokerController.registerBrokerAll. */
export class BrokerOuterAPI {
  /** A nameserver told a slave of its master, or that it knows none; only what is news. */
  readonly masterTold = new Emitter<HaMaster | undefined>()
  private readonly links: readonly NamesrvLink[]
  private readonly masters = new Map<string, HaMaster>()
  private told: string | undefined

  constructor(private readonly deps: Deps) {
    const addresses = deps.config.namesrvAddr.split(';').map((address) => address.trim())
    this.links = [...new Set(addresses.filter((address) => address !== ''))].map(
      (address) =>
        new NamesrvLink({
          clock: deps.clock,
          log: deps.log,
          client: deps.client,
          address,
          register: () => this.registration(),
          onRegistered: ({ extFields }) => this.onRegistered(address, extFields),
          timeoutMs: () => deps.config.registerBrokerTimeoutMills,
          periodMs: deps.config.registerNameServerPeriod
        })
    )
    deps.topics.changed.on(() => this.registerSoon())
  }

  /** With every nameserver, whatever was told before. */
  registerSoon(): void {
    for (const link of this.links) link.registerSoon()
  }

  /** Resolves when every nameserver that could be reached at once knows this broker, after a second at the latest. */
  async start(): Promise<void> {
    for (const link of this.links) link.start()
    await this.registered()
  }

  /** Resolves when the nameservers know the topics as they are now; those out of reach are not waited for. */
  async registered(): Promise<void> {
    if (this.links.length === 0) return
    await new Promise<void>((resolve) => {
      const timeout = this.deps.clock.after(REGISTRATION_WAIT_MS, resolve)
      void Promise.all(this.links.map((link) => link.settled())).then(() => {
        timeout.dispose()
        resolve()
      })
    })
  }

  /** Takes this broker out of every nameserver that is there, unless it comes back at once in another role. */
  async stop(isComingBack = false): Promise<void> {
    const { cluster, name, brokerId, address } = this.deps.identity
    const header = { clusterName: cluster, brokerName: name, brokerAddr: address, brokerId }
    const request: RemotingRequest = {
      code: RequestCode.UNREGISTER_BROKER,
      extFields: UnRegisterBrokerRequestHeader.encode(header)
    }
    await Promise.all(
      this.links.map((link) => link.stop(isComingBack ? undefined : request, REGISTRATION_WAIT_MS))
    )
  }

  /** Of the first nameserver that answers. Never rejects. Java: getTopicRouteInfoFromNameServer. */
  async topicRoute(topic: string): Promise<TopicRouteData | 'TOPIC_NOT_EXIST' | 'UNREACHABLE'> {
    const extFields = GetRouteInfoRequestHeader.encode({ topic, acceptStandardJsonOnly: true })
    const request = { code: RequestCode.GET_ROUTEINFO_BY_TOPIC, extFields }
    for (const { address } of this.links) {
      try {
        const connection = await this.deps.client.connectionTo(address)
        const { code, body } = await connection.request(request, ROUTE_TIMEOUT_MS)
        if (code === ResponseCode.TOPIC_NOT_EXIST) return 'TOPIC_NOT_EXIST'
        if (code === ResponseCode.SUCCESS && body)
          return readTopicRouteData(readJsonBody(body, `route of ${topic}`))
      } catch (error) {
        this.deps.log.debug(`the nameserver ${address} does not tell the route of ${topic}: ${String(error)}`) // prettier-ignore
      }
    }
    return 'UNREACHABLE'
  }

  /** Of several nameservers the first one that knows a master counts. */
  private onRegistered(address: string, extFields: ExtFields): void {
    const { masterAddr, haServerAddr } = RegisterBrokerResponseHeader.decode(extFields)
    if (masterAddr === undefined || haServerAddr === undefined) this.masters.delete(address)
    else this.masters.set(address, { masterAddr, haServerAddr })
    const knows = this.links.find((link) => this.masters.has(link.address))
    const master = knows && this.masters.get(knows.address)
    const text = master && `${master.masterAddr} ${master.haServerAddr}`
    if (text === this.told) return
    this.told = text
    this.masterTold.emit(master)
  }

  private registration(): RemotingRequest {
    const { identity, topics } = this.deps
    const body = jsonBody({
      filterServerList: [],
      topicConfigSerializeWrapper: {
        ...topicConfigWrapperJson({
          dataVersion: topics.dataVersion,
          topicConfigTable: new Map(this.advertised())
        }),
        mappingDataVersion: { counter: 0, stateVersion: 0, timestamp: identity.bootTimestamp },
        topicQueueMappingDetailMap: {},
        topicQueueMappingInfoMap: {}
      }
    })
    return {
      code: RequestCode.REGISTER_BROKER,
      extFields: RegisterBrokerRequestHeader.encode({
        brokerName: identity.name,
        brokerAddr: identity.address,
        clusterName: identity.cluster,
        haServerAddr: identity.haServerAddr,
        brokerId: identity.brokerId,
        compressed: false,
        bodyCrc32: bodyCrc32(body),
        enableActingMaster: false
      }),
      body
    }
  }

  /** A broker that does not take or give messages strips that from all its topics. */
  private *advertised(): Iterable<[string, TopicConfig]> {
    const { config, topics } = this.deps
    const allowed = config.brokerPermission
    const restricted = !isReadable(allowed) || !isWriteable(allowed)
    for (const topic of topics.all())
      yield [topic.topicName, restricted ? { ...topic, perm: topic.perm & allowed } : topic]
  }
}
