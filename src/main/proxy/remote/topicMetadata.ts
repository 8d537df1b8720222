import type { RealTime } from '../../base/clock'
import type { NamesrvClient } from '../../client/namesrvClient'
import { MASTER_ID, type RouteCache } from '../../client/routeCache'
import {
  readSubscriptionGroupConfig,
  type SubscriptionGroupConfig
} from '../../protocol/bodies/subscriptionGroup'
import { readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { readClusterInfo, type BrokerData } from '../../protocol/bodies/route'
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
import { Remembered } from './remembered'

/** Of one broker; then the next is asked. */
const TIMEOUT_MS = 3000
const MESSAGE_TYPE = 'message.type'

interface Deps {
  clock: Pick<RealTime, 'monotonic' | 'after'>
  remoting: Pick<RemotingClient, 'call'>
  routes: Pick<RouteCache, 'get'>
  namesrv: Pick<NamesrvClient, 'call'>
}

const types: ReadonlySet<string> = new Set(['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION'])

/** A broker that does not know the question, as those before 5.0. */
const isUnknownCode = (error: unknown): boolean =>
  error instanceof RemotingError && error.code === ResponseCode.REQUEST_CODE_NOT_SUPPORTED

const mastersOf = (brokers: readonly BrokerData[]): string[] =>
  brokers.flatMap(({ brokerAddrs }) => brokerAddrs[MASTER_ID] ?? [])

/** Asks masters. Java: ClusterMetadataService. */
export class TopicMetadata implements Metadata {
  private readonly types: Remembered<TopicMessageType>
  private readonly groups: Remembered<SubscriptionGroupConfig | undefined>

  /** A master that did not answer when it was asked last: it comes last the next time. */
  private silent: string | undefined

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

  private inTurn(addresses: readonly string[]): string[] {
    const isSilent = (address: string): boolean => address === this.silent
    return [...addresses.filter((a) => !isSilent(a)), ...addresses.filter(isSilent)]
  }

  private async askType(topic: string): Promise<TopicMessageType> {
    const { brokerDatas } = await this.deps.routes.get(topic)
    const extFields = TopicRequestHeader.encode({ topic, lo: true })
    const request = { code: RequestCode.GET_TOPIC_CONFIG, extFields }
    const failures: unknown[] = []
    for (const address of this.inTurn(mastersOf(brokerDatas)))
      try {
        const { body } = await this.deps.remoting.call(address, request, TIMEOUT_MS)
        const { attributes } = readTopicConfig(readJsonBody(body ?? Buffer.alloc(0), topic))
        const type = attributes[MESSAGE_TYPE] ?? ''
        return types.has(type) ? (type as TopicMessageType) : 'MIXED'
      } catch (error) {
        if (isUnknownCode(error)) return 'MIXED'
        if (error instanceof RemotingError) throw error
        this.silent = address
        failures.push(error)
      }
    if (failures.length > 0) throw failures[0]
    return 'MIXED'
  }

  private async askGroup(group: string): Promise<SubscriptionGroupConfig | undefined> {
    const { body } = await this.deps.namesrv.call({ code: RequestCode.GET_BROKER_CLUSTER_INFO })
    const { brokerAddrTable } = readClusterInfo(readJsonBody(body ?? Buffer.alloc(0), 'brokers'))
    const failures: unknown[] = []
    for (const address of this.inTurn(mastersOf([...brokerAddrTable.values()]))) {
      try {
        const extFields = GetSubscriptionGroupConfigRequestHeader.encode({ group })
        const request = { code: RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, extFields }
        const { body } = await this.deps.remoting.call(address, request, TIMEOUT_MS)
        return readSubscriptionGroupConfig(readJsonBody(body ?? Buffer.alloc(0), group))
      } catch (error) {
        // It does not know the group; another one may.
        if (error instanceof RemotingError) continue
        this.silent = address
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
    return undefined
  }
}
