import type { RealTime } from '../../base/clock'
import type { NamesrvClient } from '../../client/namesrvClient'
import { MASTER_ID, type RouteCache } from '../../client/routeCache'
import {
  readSubscriptionGroupConfig,
  type SubscriptionGroupConfig
} from '../../protocol/bodies/subscriptionGroup'
import { readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { readClusterInfo } from '../../protocol/bodies/route'
import { readTopicConfig } from '../../protocol/bodies/topicConfig'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  GetSubscriptionGroupConfigRequestHeader,
  TopicRequestHeader
} from '../../protocol/headers/admin'
import { RemotingError } from '../../protocol/remotingCommand'
import type { RemotingClient } from '../../remoting/client'
import type { Metadata, TopicMessageType } from './metadata'

/** How long an answer of a broker is believed, ms. */
export const METADATA_TTL_MS = 3000
/** Answers kept of topics and of groups each; beyond it the oldest is asked for again. */
export const MAX_METADATA = 2000
const TIMEOUT_MS = 3000
const MESSAGE_TYPE = 'message.type'

interface Deps {
  clock: Pick<RealTime, 'monotonic'>
  remoting: Pick<RemotingClient, 'call'>
  routes: Pick<RouteCache, 'get'>
  namesrv: Pick<NamesrvClient, 'call'>
}

/** One question at a time a name; a failure is not remembered. */
class Remembered<T> {
  private readonly entries = new Map<string, { until: number; value: Promise<T> }>()

  constructor(
    private readonly clock: Deps['clock'],
    private readonly ask: (name: string) => Promise<T>
  ) {}

  get(name: string): Promise<T> {
    const now = this.clock.monotonic()
    const known = this.entries.get(name)
    if (known && known.until > now) return known.value
    const value = this.ask(name)
    this.entries.delete(name)
    this.entries.set(name, { until: now + METADATA_TTL_MS, value })
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= MAX_METADATA) break
      this.entries.delete(oldest)
    }
    value.catch(() => {
      if (this.entries.get(name)?.value === value) this.entries.delete(name)
    })
    return value
  }
}

const types: ReadonlySet<string> = new Set(['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION'])

/** A broker that does not know the question, as those before 5.0. */
const isUnknownCode = (error: unknown): boolean =>
  error instanceof RemotingError && error.code === ResponseCode.REQUEST_CODE_NOT_SUPPORTED

/** Asks masters. Java: ClusterMetadataService. */
export class TopicMetadata implements Metadata {
  private readonly types: Remembered<TopicMessageType>
  private readonly groups: Remembered<SubscriptionGroupConfig | undefined>

  constructor(private readonly deps: Deps) {
    this.types = new Remembered(deps.clock, (topic) => this.askType(topic))
    this.groups = new Remembered(deps.clock, (group) => this.askGroup(group))
  }

  /** @throws RemotingError TOPIC_NOT_EXIST, RemotingConnectError, RemotingTimeoutError. */
  messageType(topic: string): Promise<TopicMessageType> {
    return this.types.get(topic)
  }

  /** @throws RemotingConnectError, RemotingTimeoutError when no broker could be asked. */
  group(group: string): Promise<SubscriptionGroupConfig | undefined> {
    return this.groups.get(group)
  }

  private async askType(topic: string): Promise<TopicMessageType> {
    const { brokerDatas } = await this.deps.routes.get(topic)
    const address = brokerDatas.flatMap(({ brokerAddrs }) => brokerAddrs[MASTER_ID] ?? [])[0]
    if (address === undefined) return 'MIXED'
    try {
      const extFields = TopicRequestHeader.encode({ topic, lo: true })
      const request = { code: RequestCode.GET_TOPIC_CONFIG, extFields }
      const { body } = await this.deps.remoting.call(address, request, TIMEOUT_MS)
      const { attributes } = readTopicConfig(readJsonBody(body ?? Buffer.alloc(0), topic))
      const type = attributes[MESSAGE_TYPE] ?? ''
      return types.has(type) ? (type as TopicMessageType) : 'MIXED'
    } catch (error) {
      if (isUnknownCode(error)) return 'MIXED'
      throw error
    }
  }

  private async askGroup(group: string): Promise<SubscriptionGroupConfig | undefined> {
    const { body } = await this.deps.namesrv.call({ code: RequestCode.GET_BROKER_CLUSTER_INFO })
    const { brokerAddrTable } = readClusterInfo(readJsonBody(body ?? Buffer.alloc(0), 'brokers'))
    const addresses = [...brokerAddrTable.values()].flatMap(
      ({ brokerAddrs }) => brokerAddrs[MASTER_ID] ?? []
    )
    const failures: unknown[] = []
    for (const address of addresses) {
      try {
        const extFields = GetSubscriptionGroupConfigRequestHeader.encode({ group })
        const request = { code: RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, extFields }
        const { body } = await this.deps.remoting.call(address, request, TIMEOUT_MS)
        return readSubscriptionGroupConfig(readJsonBody(body ?? Buffer.alloc(0), group))
      } catch (error) {
        // It does not know the group; another one may.
        if (!(error instanceof RemotingError)) failures.push(error)
      }
    }

    if (failures.length > 0) throw failures[0]
    return undefined
  }
}
