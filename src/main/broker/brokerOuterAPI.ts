import type { RealTime } from '../base/clock'
import type { Log } from '../base/log'
import { jsonBody } from '../protocol/bodies/rocketmqJson'
import { topicConfigWrapperJson, type TopicConfig } from '../protocol/bodies/topicConfig'
import { RequestCode } from '../protocol/codes/requestCode'
import { RegisterBrokerRequestHeader, UnRegisterBrokerRequestHeader } from '../protocol/headers/namesrv' // prettier-ignore
import { bodyCrc32 } from '../protocol/message/messageCodec'
import { isReadable, isWriteable } from '../protocol/permName'
import type { RemotingRequest } from '../protocol/remotingCommand'
import type { RemotingClient } from '../remoting/client'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'
import { NamesrvLink } from './namesrvLink'
import type { TopicConfigManager } from './topicConfigManager'

/** An answer to a client waits at most this long for the nameservers to hear of what it asked for. */
const REGISTRATION_WAIT_MS = 1000

/** Java: haListenPort is listenPort + 1; nobody listens there yet, but the field is mandatory. */
const haServerAddrOf = (address: string): string => {
  const colon = address.lastIndexOf(':')
  return `${address.slice(0, colon)}:${Number(address.slice(colon + 1)) + 1}`
}

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
  private readonly links: readonly NamesrvLink[]

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
          timeoutMs: () => deps.config.registerBrokerTimeoutMills,
          periodMs: deps.config.registerNameServerPeriod
        })
    )
    deps.topics.changed.on(() => {
      for (const link of this.links) link.registerSoon()
    })
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

  /** Takes this broker out of every nameserver that is there. */
  async stop(): Promise<void> {
    const { cluster, name, brokerId, address } = this.deps.identity
    const header = { clusterName: cluster, brokerName: name, brokerAddr: address, brokerId }
    const request: RemotingRequest = {
      code: RequestCode.UNREGISTER_BROKER,
      extFields: UnRegisterBrokerRequestHeader.encode(header)
    }
    await Promise.all(this.links.map((link) => link.stop(request, REGISTRATION_WAIT_MS)))
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
        haServerAddr: haServerAddrOf(identity.address),
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
