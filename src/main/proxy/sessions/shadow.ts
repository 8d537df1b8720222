import type { RealTime } from '../../base/clock'
import { Disposables } from '../../base/disposable'
import type { Lines } from '../../base/faultyLines'
import type { Log } from '../../base/log'
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { PROXIED_FIELD, UnregisterClientRequestHeader } from '../../protocol/headers/consume'
import type { RemotingRequest } from '../../protocol/remotingCommand'
import { MASTER_ID, type RouteCache } from '../../client/routeCache'
import { HEARTBEAT_BROKER_MS } from '../../client/mqClientInstance'
import { RemotingClient } from '../../remoting/client'
import { dispatcher, type Route } from '../../remoting/route'
import type { ClientSession } from './clientSession'
import type { Presence } from './presence'

const TIMEOUT_MS = 3000

interface Deps {
  clock: RealTime
  log: Log
  lines?: Lines | undefined
  routes: Pick<RouteCache, 'find' | 'changed'>
  session: () => Pick<ClientSession, 'clientId'>
  /** What brokers ask this client. */
  questions: Route[]
  sign?: ((request: RemotingRequest) => RemotingRequest) | undefined
}

/**
 * Speaks for one gRPC client to the brokers of its topics, over connections of its own: a broker knows a client by its
 * connection. So the client is a member of its group like any other, and what brokers ask clients arrives here.
 */
export class Shadow {
  private readonly client: RemotingClient
  private readonly disposables = new Disposables()
  private presence: Presence = { producerGroups: [], consumers: [], topics: [], language: 'OTHER' }
  private told = new Set<string>()
  private isClosed = false

  constructor(private readonly deps: Deps) {
    const { clock, log, lines, routes, questions, sign } = deps
    const handler = dispatcher(questions)
    this.client = new RemotingClient({ clock, log, lines, handler, beforeRequest: sign })
    this.disposables.add(clock.every(HEARTBEAT_BROKER_MS, () => void this.heartbeat()))
    this.disposables.add(
      routes.changed.on((topic) => {
        if (this.presence.topics.includes(topic)) void this.heartbeat()
      })
    )
  }

  /** Tells it at once. */
  async show(presence: Presence): Promise<void> {
    this.presence = presence
    await this.heartbeat()
  }

  /** Leaves the groups and closes the connections. Never rejects. */
  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    this.disposables.dispose()
    const { clientId: clientID } = this.deps.session()
    const { producerGroups, consumers } = this.presence
    const groups = [
      ...producerGroups.map((producerGroup) => ({ producerGroup })),
      ...consumers.map(({ groupName }) => ({ consumerGroup: groupName }))
    ]
    const tell = groups.map((group) =>
      this.tell(this.told, {
        code: RequestCode.UNREGISTER_CLIENT,
        extFields: UnregisterClientRequestHeader.encode({ clientID, ...group })
      })
    )
    await Promise.all(tell)
    this.client.close()
  }

  private async heartbeat(): Promise<void> {
    const { producerGroups, consumers, language } = this.presence
    if (this.isClosed || (producerGroups.length === 0 && consumers.length === 0)) return
    const body = jsonBody({
      clientID: this.deps.session().clientId,
      consumerDataSet: consumers,
      heartbeatFingerprint: 0,
      producerDataSet: producerGroups.map((groupName) => ({ groupName })),
      withoutSub: false
    })
    const addresses = await this.addresses()
    if (this.isClosed) return
    this.told = addresses
    const extFields = { [PROXIED_FIELD]: 'true' }
    await this.tell(addresses, { code: RequestCode.HEART_BEAT, extFields, body, language })
  }

  /** Masters always, slaves too of consumers. */
  private async addresses(): Promise<Set<string>> {
    const { topics, consumers } = this.presence
    const wanted = (id: string): boolean => id === MASTER_ID || consumers.length > 0
    const routes = await Promise.all(
      topics.map((topic) => this.deps.routes.find(topic).catch(() => undefined))
    )
    return new Set(
      routes
        .flatMap((route) => route?.brokerDatas ?? [])
        .flatMap(({ brokerAddrs }) =>
          Object.entries(brokerAddrs).flatMap(([id, address]) => (wanted(id) ? [address] : []))
        )
    )
  }

  /** A broker that cannot be reached hears the next one. */
  private async tell(addresses: Iterable<string>, request: RemotingRequest): Promise<void> {
    const { log, session } = this.deps
    const { clientId } = session()
    await Promise.all(
      [...addresses].map((address) =>
        this.client.call(address, request, TIMEOUT_MS).catch((error: unknown) => {
          log.debug(`${clientId} at ${address}: ${String(error)}`)
        })
      )
    )
  }
}
