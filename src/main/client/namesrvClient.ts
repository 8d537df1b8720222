import type { Random } from '../base/random'
import { readJsonBody } from '../protocol/bodies/rocketmqJson'
import { readTopicRouteData, type TopicRouteData } from '../protocol/bodies/route'
import { RequestCode, requestCodeName } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { GetRouteInfoRequestHeader } from '../protocol/headers/namesrv'
import {
  RemotingError,
  type RemotingCommand,
  type RemotingRequest
} from '../protocol/remotingCommand'
import type { RemotingClient } from '../remoting/client'
import { RemotingConnectError, RemotingTimeoutError } from '../remoting/errors'

/** Java: MQClientAPIImpl, the timeout of a route query. */
export const NAMESRV_TIMEOUT_MS = 3000

interface Deps {
  client: Pick<RemotingClient, 'invoke' | 'call'>
  addresses: () => readonly string[]
  /** Where to begin, so that clients spread; without it at the first. */
  random?: Pick<Random, 'int'>
  timeoutMs?: number
}

const isLineFailure = (error: unknown): boolean =>
  error instanceof RemotingConnectError || error instanceof RemotingTimeoutError

/** Asks one nameserver and stays with it; the next one when it cannot be reached. Java: NettyRemotingClient.getAndCreateNameserverChannel. */
export class NamesrvClient {
  private index: number | undefined

  constructor(private readonly deps: Deps) {}

  /** The response whatever its code. @throws the last nameserver's RemotingConnectError or RemotingTimeoutError. */
  async invoke(request: RemotingRequest): Promise<RemotingCommand> {
    const { client, timeoutMs = NAMESRV_TIMEOUT_MS } = this.deps
    const addresses = this.addresses()
    const first: number = this.index ?? this.deps.random?.int(addresses.length) ?? 0
    let failure: unknown
    for (let i = 0; i < addresses.length; i++) {
      const index = (first + i) % addresses.length
      try {
        const response = await client.invoke(addresses[index]!, request, timeoutMs)
        this.index = index
        return response
      } catch (error) {
        if (!isLineFailure(error)) throw error
        failure = error
      }
    }
    throw failure
  }

  /** The response, which must be SUCCESS. @throws RemotingError with the nameserver's code and remark. */
  async call(request: RemotingRequest): Promise<RemotingCommand> {
    const response = await this.invoke(request)
    if (response.code === ResponseCode.SUCCESS) return response
    throw new RemotingError(
      response.code,
      response.remark ?? `the nameserver refused ${requestCodeName(request.code)}`
    )
  }

  /** The same request to every nameserver, because none tells another. @throws the first failure, after all were asked. */
  async callEvery(request: RemotingRequest): Promise<void> {
    for (const result of await this.askEvery(request))
      if (result.status === 'rejected') throw result.reason
  }

  /** What each nameserver answers, whether the others do or not. */
  askEvery(request: RemotingRequest): Promise<PromiseSettledResult<RemotingCommand>[]> {
    const { client, timeoutMs = NAMESRV_TIMEOUT_MS } = this.deps
    return Promise.allSettled(
      this.addresses().map((address) => client.call(address, request, timeoutMs))
    )
  }

  /** @throws RemotingError TOPIC_NOT_EXIST when no broker registered the topic. */
  async topicRoute(topic: string): Promise<TopicRouteData> {
    const response = await this.call({
      code: RequestCode.GET_ROUTEINFO_BY_TOPIC,
      extFields: GetRouteInfoRequestHeader.encode({ topic, acceptStandardJsonOnly: true })
    })
    return readTopicRouteData(readJsonBody(response.body ?? Buffer.alloc(0), `route of ${topic}`))
  }

  private addresses(): readonly string[] {
    const addresses = this.deps.addresses()
    if (addresses.length === 0)
      throw new RemotingConnectError('a nameserver', { cause: 'no nameserver address is set' })
    return addresses
  }
}
