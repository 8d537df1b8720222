import type { RealTime } from '../base/clock'
import { Emitter } from '../base/emitter'
import type { ConsumerData, SubscriptionData } from '../protocol/bodies/heartbeat'
import {
  MAX_GROUPS_PER_CONNECTION,
  type ClientChannelInfo,
  type ClientConnection
} from './clientChannelInfo'
import { ConsumerGroupInfo } from './consumerGroupInfo'
import { FilterFactory } from './filter/subscriptionFilter'
import type { SubscriptionDifference } from '../protocol/subscriptionConsistency'

/** The members of a group, or the topics they subscribe to, are no longer what they were. */
export interface ConsumerIdsChange {
  group: string
  channels: readonly ClientChannelInfo[]
}

export interface GroupDifference {
  group: string
  difference: SubscriptionDifference
}

/** Who consumes in which group, as their heartbeats say. Java: ConsumerManager. */
export class ConsumerManager {
  readonly idsChanged = new Emitter<ConsumerIdsChange>()
  /** Members of a group want different things; once until they differ otherwise. */
  readonly differs = new Emitter<GroupDifference>()
  private readonly table = new Map<string, ConsumerGroupInfo>()
  private readonly groupsOf = new Map<ClientConnection, Set<string>>()
  private readonly filters = new FilterFactory()

  constructor(private readonly clock: RealTime) {}

  getConsumerGroupInfo(group: string): ConsumerGroupInfo | undefined {
    return this.table.get(group)
  }

  groups(): IterableIterator<ConsumerGroupInfo> {
    return this.table.values()
  }

  /** Every connection of a client, whatever its groups. */
  connectionsOf(clientId: string): ClientChannelInfo[] {
    return [...this.table.values()].flatMap(({ channels }) =>
      [...channels.values()].filter((channel) => channel.clientId === clientId)
    )
  }

  findSubscriptionData(group: string, topic: string): SubscriptionData | undefined {
    return this.table.get(group)?.findSubscriptionData(topic)
  }

  findSubscriptionDataCount(group: string): number {
    return this.table.get(group)?.subscriptions.size ?? 0
  }

  /** Groups online on a topic. */
  queryTopicConsumeByWho(topic: string): string[] {
    return [...this.table.values()]
      .filter((info) => info.findSubscriptionData(topic) !== undefined)
      .map(({ groupName }) => groupName)
  }

  /** Applies one group of a heartbeat; `subscriptions` undefined leaves those known as they are. True where something changed. */
  registerConsumer(
    data: Omit<ConsumerData, 'subscriptionDataSet'>,
    channel: Omit<ClientChannelInfo, 'lastUpdateAt'>,
    subscriptions: readonly SubscriptionData[] | undefined,
    notify: boolean
  ): boolean {
    const group = data.groupName
    let groups = this.groupsOf.get(channel.connection)
    if (!groups) this.groupsOf.set(channel.connection, (groups = new Set()))
    if (!groups.has(group) && groups.size >= MAX_GROUPS_PER_CONNECTION) return false
    groups.add(group)
    let info = this.table.get(group)
    if (!info) this.table.set(group, (info = new ConsumerGroupInfo(group, this.filters)))
    const joined = info.updateChannel(data, { ...channel, lastUpdateAt: this.clock.monotonic() })
    const resubscribed = subscriptions !== undefined && info.updateSubscription(subscriptions)
    const difference = subscriptions && info.updateWanted(channel.connection, subscriptions)
    if (difference) this.differs.emit({ group, difference })
    if (!joined && !resubscribed) return false
    if (notify) this.announce(info)
    return true
  }

  /**
   * Keeps the fingerprint of a heartbeat V2; true where the client must send its subscriptions with the next one:
   * they changed, or this broker does not know them, e.g. because it was restarted.
   */
  takeFingerprint(group: string, fingerprint: number): boolean {
    const info = this.table.get(group)
    if (!info || fingerprint === 0) return false
    const before = info.fingerprint
    info.fingerprint = fingerprint
    return info.subscriptions.size === 0 || (before !== undefined && before !== fingerprint)
  }

  unregisterConsumer(
    group: string,
    connection: ClientConnection,
    clientId: string,
    notify: boolean
  ): void {
    const info = this.table.get(group)
    if (info?.channels.get(connection)?.clientId !== clientId) return
    this.leave(info, connection, notify)
  }

  /** Forgets a connection that is gone. Java: doChannelCloseEvent. */
  closeConnection(connection: ClientConnection): void {
    for (const group of this.groupsOf.get(connection) ?? []) {
      const info = this.table.get(group)
      if (info) this.leave(info, connection, true)
    }
    this.groupsOf.delete(connection)
  }

  /** Connections without a heartbeat of some group for longer than `timeoutMs`; they leave that group. */
  removeExpired(timeoutMs: number): ClientChannelInfo[] {
    const deadline = this.clock.monotonic() - timeoutMs
    const expired: ClientChannelInfo[] = []
    for (const info of this.table.values())
      for (const channel of info.channels.values())
        if (channel.lastUpdateAt < deadline) {
          expired.push(channel)
          this.leave(info, channel.connection, true)
        }
    return expired
  }

  private leave(info: ConsumerGroupInfo, connection: ClientConnection, notify: boolean): void {
    if (!info.channels.delete(connection)) return
    info.wanted.delete(connection)
    const groups = this.groupsOf.get(connection)
    groups?.delete(info.groupName)
    if (groups?.size === 0) this.groupsOf.delete(connection)
    if (info.channels.size === 0) this.table.delete(info.groupName)
    else if (notify) this.announce(info)
  }

  private announce(info: ConsumerGroupInfo): void {
    // Members of a broadcasting group share nothing, so nobody has to rebalance.
    if (info.messageModel === 'BROADCASTING') return
    this.idsChanged.emit({ group: info.groupName, channels: [...info.channels.values()] })
  }
}
