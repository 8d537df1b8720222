import type { ConsumerData, SubscriptionData } from '../protocol/bodies/heartbeat'
import type { ClientChannelInfo, ClientConnection } from './clientChannelInfo'
import type { FilterFactory, SubscriptionFilter } from './filter/subscriptionFilter'

export interface Subscription extends SubscriptionFilter {
  readonly data: SubscriptionData
}

/** Topics one group may subscribe to; those beyond it are left out. */
export const MAX_SUBSCRIPTIONS_PER_GROUP = 1000

/** The members of one group and what they subscribe to. Java: ConsumerGroupInfo. */
export class ConsumerGroupInfo {
  readonly channels = new Map<ClientConnection, ClientChannelInfo>()
  readonly subscriptions = new Map<string, Subscription>()
  consumeType = 'CONSUME_PASSIVELY'
  messageModel = 'CLUSTERING'
  consumeFromWhere = 'CONSUME_FROM_LAST_OFFSET'
  /** Of the last heartbeat V2; undefined until one came. */
  fingerprint: number | undefined

  constructor(
    readonly groupName: string,
    private readonly filters: Pick<FilterFactory, 'create'>
  ) {}

  findSubscriptionData(topic: string): SubscriptionData | undefined {
    return this.subscriptions.get(topic)?.data
  }

  clientIds(): string[] {
    return [...new Set([...this.channels.values()].map(({ clientId }) => clientId))]
  }

  /** True where a member is new. */
  updateChannel(
    data: Pick<ConsumerData, 'consumeType' | 'messageModel' | 'consumeFromWhere'>,
    channel: ClientChannelInfo
  ): boolean {
    this.consumeType = data.consumeType
    this.messageModel = data.messageModel
    this.consumeFromWhere = data.consumeFromWhere
    const before = this.channels.get(channel.connection)
    this.channels.set(channel.connection, channel)
    return before?.clientId !== channel.clientId
  }

  /** Takes new topics and newer versions, drops topics left out; true where the set of topics changed. */
  updateSubscription(list: readonly SubscriptionData[]): boolean {
    let changed = false
    for (const data of list.slice(0, MAX_SUBSCRIPTIONS_PER_GROUP)) {
      const old = this.subscriptions.get(data.topic)
      if (!old) changed = true
      if (!old || data.subVersion > old.data.subVersion)
        this.subscriptions.set(data.topic, { data, ...this.filters.create(data) })
    }
    const wanted = new Set(list.map(({ topic }) => topic))
    for (const topic of this.subscriptions.keys())
      if (!wanted.has(topic)) {
        this.subscriptions.delete(topic)
        changed = true
      }
    return changed
  }
}
