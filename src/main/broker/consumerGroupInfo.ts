import type { ConsumerData, SubscriptionData } from '../protocol/bodies/heartbeat'
import type { ClientChannelInfo, ClientConnection } from './clientChannelInfo'
import type { FilterFactory, SubscriptionFilter } from './filter/subscriptionFilter'
import {
  memberSubscriptions,
  subscriptionDifference,
  type MemberSubscription,
  type SubscribingMember,
  type SubscriptionDifference
} from '../protocol/subscriptionConsistency'

export interface Subscription extends SubscriptionFilter {
  readonly data: SubscriptionData
}

/** Topics one group may subscribe to; those beyond it are left out. */
export const MAX_SUBSCRIPTIONS_PER_GROUP = 1000

/** The members of one group and what they subscribe to. Java: ConsumerGroupInfo. */
export class ConsumerGroupInfo {
  readonly channels = new Map<ClientConnection, ClientChannelInfo>()
  readonly subscriptions = new Map<string, Subscription>()
  /** What each member says it wants; RocketMQ keeps only what they come to together. */
  readonly wanted = new Map<ClientConnection, readonly MemberSubscription[]>()
  /** Text of the difference that was told last. */
  private toldDifference = ''
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

  /** Members, each with what it wants; those that never said are left out. */
  subscribing(): SubscribingMember[] {
    return [...this.channels.values()].flatMap(({ connection, clientId }) => {
      const subscriptions = this.wanted.get(connection)
      return subscriptions ? [{ clientId, subscriptions }] : []
    })
  }

  /** Keeps what a member wants; the difference between members where it is news. */
  updateWanted(
    connection: ClientConnection,
    list: readonly SubscriptionData[]
  ): SubscriptionDifference | undefined {
    this.wanted.set(connection, memberSubscriptions(list.slice(0, MAX_SUBSCRIPTIONS_PER_GROUP)))
    const difference = subscriptionDifference(this.subscribing())
    const text = difference ? JSON.stringify(difference) : ''
    const isNews = text !== this.toldDifference
    this.toldDifference = text
    return isNews ? difference : undefined
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
