/** The readable queues of a topic on all brokers, as a nameserver tells them. Java: TopicRouteInfoManager. */
import type { Clock } from '../../../base/clock'
import type { MessageQueue } from '../../../protocol/bodies/messageQueue'
import { subscribeQueues } from '../../../protocol/topicQueues'
import type { BrokerOuterAPI } from '../../brokerOuterAPI'
import type { TopicConfigManager } from '../../topicConfigManager'

/** A nameserver is asked again after this time. Java: loadBalancePollNameServerInterval. */
export const ROUTE_MAX_AGE_MS = 30_000

/** Routes remembered; beyond it the oldest is asked for anew. */
const MAX_ROUTES = 1000

interface Deps {
  clock: Pick<Clock, 'monotonic'>
  nameservers: Pick<BrokerOuterAPI, 'topicRoute'>
  topics: Pick<TopicConfigManager, 'changed'>
}

interface Known {
  readonly queues: readonly MessageQueue[]
  readonly at: number
}

export class TopicRouteInfoManager {
  private readonly table = new Map<string, Known>()

  constructor(private readonly deps: Deps) {
    // This broker's own topics are part of the routes.
    deps.topics.changed.on(() => this.table.clear())
  }

  /** Sorted; undefined while no nameserver tells them. The last answer counts while none can be reached. Never rejects. */
  async subscribeQueues(topic: string): Promise<readonly MessageQueue[] | undefined> {
    const { clock, nameservers } = this.deps
    const known = this.table.get(topic)
    if (known && clock.monotonic() - known.at < ROUTE_MAX_AGE_MS) return known.queues
    const route = await nameservers.topicRoute(topic)
    if (route === 'UNREACHABLE') return known?.queues
    this.table.delete(topic)
    if (route === 'TOPIC_NOT_EXIST') return undefined
    const queues = subscribeQueues(topic, route)
    this.table.set(topic, { queues, at: clock.monotonic() })
    for (const oldest of this.table.keys()) {
      if (this.table.size <= MAX_ROUTES) break
      this.table.delete(oldest)
    }
    return queues
  }
}
